#include "app/live.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/pretty_json.h"
#include "readers/daemon/daemon_reader.h"
#include "readers/daemon/tls_files.h"
#include "readers/host/kernel.h"
#include "readers/host/process_reader.h"
#include "readers/json_documents/container_json_reader.h"

namespace plimsoll::app {
namespace {

void move_errors(std::vector<Error>& from, Live& live) {
  std::ranges::move(from, std::back_inserter(live.errors));
}

}  // namespace

void add_daemon(Live& live, EngineTexts texts, const Files* files) {
  DaemonTexts sources;
  if (texts.arguments_seen) {
    sources.command_line =
        &live.sources->add(std::move(texts.arguments_path), std::move(texts.arguments));
  }
  if (texts.daemon_json_seen) {
    sources.daemon_json =
        &live.sources->add(std::move(texts.daemon_json_path), std::move(texts.daemon_json));
  }
  for (NamedText& file : texts.unit_files) {
    live.unit_files.push_back(&live.sources->add(std::move(file.path), std::move(file.text)));
  }
  const auto answer = [&](std::string path, const std::string& text) {
    return text.empty() ? nullptr : &live.sources->add(std::move(path), pretty_json(text));
  };
  sources.info = answer("docker://info", texts.info);
  sources.version = answer("docker://version", texts.version);
  sources.images = answer("docker://images", texts.images);
  sources.containers = answer("docker://containers", texts.containers);
  sources.networks = answer("docker://networks", texts.networks);
  sources.swarm_node = answer(std::move(texts.swarm_node_path), texts.swarm_node);
  Reading<Daemon> daemon = read_daemon(sources);
  move_errors(daemon.errors, live);
  if (files != nullptr) {
    daemon.value.host_has_selinux = host::kernel_has_selinux(*files);
    read_tls_files(daemon.value, *files, texts.root);
  }
  live.daemon = std::make_unique<Daemon>(std::move(daemon.value));
}

void add_container(Live& live, std::string place, std::string_view inspect, const Files* files) {
  const Source& source = live.sources->add(std::move(place), pretty_json(inspect));
  auto reading = read_container_json(source, ContainerJson::inspect);
  if (reading.value.empty() && reading.errors.empty()) {
    live.errors.push_back(
        {.message = "the engine's answer holds no container", .at = {&source, {0, 1}}});
  }
  move_errors(reading.errors, live);
  for (std::unique_ptr<ContainerSpec>& spec : reading.value) {
    spec->daemon = live.daemon.get();
    if (files != nullptr && spec->process_id > 0) {
      auto process =
          std::make_unique<RunningProcess>(read_process(spec->process_id, *files, *live.sources));
      apply(*process, *spec);
      spec->process = process.get();
      live.processes.push_back(std::move(process));
    }
    live.containers.push_back(std::move(spec));
  }
}

void add_host(Live& live, const Files& files, HostTexts texts, Unasked unasked) {
  HostTenants tenants{.daemon = live.daemon.get()};
  if (live.daemon == nullptr) tenants.daemon_unread = std::move(unasked.engine);
  if (!live.lists_containers) tenants.containers_unread = std::move(unasked.containers);
  for (const auto& container : live.containers) tenants.containers.push_back(container.get());
  Reading<Host> host = read_host(files, *live.sources, std::move(texts), std::move(tenants));
  move_errors(host.errors, live);
  live.host = std::make_unique<Host>(std::move(host.value));
  if (live.daemon) live.daemon->host = live.host.get();
}

}  // namespace plimsoll::app
