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
  const DaemonTexts as_answer{.info = &source, .version = &source};
  for (const DaemonTexts& texts : {as_file, as_flags, as_answer}) {
    const Reading<Daemon> reading = read_daemon(texts);
    const Daemon& daemon = reading.value;
    require_inside(daemon.icc);
    require_inside(daemon.log_driver);
    require_inside(daemon.userns_remap);
    for (const auto& host : daemon.hosts) require_inside(host);
    for (const auto& [name, value] : daemon.log_opts) require_inside(value);
    if (daemon.engine) {
      for (const auto& option : daemon.engine->security_options) require_inside(option);
    }
    if (reading.errors.size() > max_daemon_errors) std::abort();
  }
  looks_like_daemon_json(text);
  return 0;
}
