// Any text as daemon.json, as a command line and as an engine's answer: every place that comes out
// stands in the text it is said to stand in.
#include "readers/daemon/daemon_reader.h"

#include <cstdlib>

using namespace plimsoll;

namespace {

template <class T>
void require_inside(const Located<T>& value) {
  if (!value.at.known()) return;
  const Span span = value.at.span;
  if (span.begin > span.end || span.end > value.at.source->text().size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Source source("input", text);
  const DaemonTexts as_file{.daemon_json = &source};
  const DaemonTexts as_flags{.command_line = &source};
  const DaemonTexts as_answer{.info = &source, .version = &source, .swarm_node = &source};
  const DaemonTexts as_lists{
      .info = &source, .images = &source, .containers = &source, .networks = &source};
  for (const DaemonTexts& texts : {as_file, as_flags, as_answer, as_lists}) {
    const Reading<Daemon> reading = read_daemon(texts);
    const Daemon& daemon = reading.value;
    require_inside(daemon.icc);
    require_inside(daemon.log_driver);
    require_inside(daemon.userns_remap);
    for (const auto& host : daemon.hosts) require_inside(host);
    for (const auto& [name, value] : daemon.log_opts) require_inside(value);
    if (daemon.engine) {
      const EngineInfo& engine = *daemon.engine;
      if (!daemon.at.known()) std::abort();
      for (const auto& option : engine.security_options) require_inside(option);
      require_inside(engine.backing_filesystem);
      require_inside(engine.swarm.certificate_lifetime);
      require_inside(engine.swarm.listen_address);
      if (engine.image_counts && engine.image_counts->unused > engine.image_counts->all) {
        std::abort();
      }
      if (engine.networks) {
        require_inside(engine.networks->icc);
        for (const auto& network : engine.networks->overlays) require_inside(network.name);
      }
    }
    if (reading.errors.size() > max_daemon_errors) std::abort();
  }
  looks_like_daemon_json(text);
  return 0;
}
