#include "audit/gather.h"

#include <sys/utsname.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "audit/audit_rules.h"
#include "audit/daemon_process.h"
#include "audit/packet_filter.h"
#include "audit/unit_files.h"
#include "base/json.h"
#include "base/process_root.h"
#include "base/text.h"
#include "engine/client.h"
#include "readers/host/host_reader.h"

namespace plimsoll::audit {
namespace {

using engine::Answer;
using engine::Client;
using engine::Trouble;

class Gatherer {
 public:
  Gatherer(const Wanted& wanted, const Files& files, const OnImages& on_images)
      : wanted_(wanted), files_(files), on_images_(on_images) {}

  Gathered gather(const Result<engine::Endpoint>& endpoint) {
    if (asks_the_engine()) ask(endpoint);
    if (wanted_.parts.host) look_at_host();
    return {std::move(live_), lists_images_, std::move(engine_root_)};
  }

 private:
  bool asks_the_engine() const {
    return wanted_.parts.engine || wanted_.parts.containers || wanted_.parts.images;
  }

  void fail(Error error) { live_.errors.push_back(std::move(error)); }

  void ask(const Result<engine::Endpoint>& endpoint) {
    if (!endpoint) return fail(endpoint.error());
    Answer<Client> client = Client::connect(*endpoint);
    if (!client) return fail(std::move(client.error()));
    ask_engine(*client, *endpoint);
    if (wanted_.parts.containers && !lost_) ask_containers(*client);
  }

  // --- the engine ---

  // Containers are judged by what their engine does, so it is asked for them, too.
  void ask_engine(Client& client, const engine::Endpoint& endpoint) {
    app::EngineTexts texts;
    using enum app::Live::OfDaemon;
    live_.judged = wanted_.parts.engine ? all : wanted_.parts.images ? images : nothing;
    texts.info = answer(client, "/info").value_or("");
    texts.version = answer(client, "/version").value_or("");
    if (const std::optional<json::Document> info = json::read_text(texts.info)) {
      const bool is_local = std::holds_alternative<engine::UnixSocket>(endpoint.address);
      is_here_ = is_local && is_here(info->root);
      const bool is_podman = texts.version.contains("Podman Engine");
      if (*is_here_) engine_root_ = "";
      if (*is_here_ && !is_podman) read_how_it_was_started(client, info->root, texts);
    }
    if (is_here_ == false && wanted_.parts.engine) {
      fail({.message = "the engine runs on another machine: neither dockerd's arguments nor its "
                       "daemon.json can be read",
            .hint = "run the audit there"});
    }
    if (live_.judged != nothing || wanted_.containers.empty()) {
      container_list_ = answer(client, "/containers/json?all=1");
    }
    if (wanted_.containers.empty() && wanted_.parts.images) tell_of_listed_images();
    // Of an engine that says nothing of itself nothing is judged.
    if (texts.info.empty() && texts.version.empty()) return;
    if (wanted_.parts.engine) {
      texts.networks = answer(client, "/networks").value_or("");
    }
    if (live_.judged != nothing) {
      texts.containers = container_list_.value_or("");
      texts.images = answer(client, "/images/json").value_or("");
    }
    add_daemon(live_, std::move(texts), machine_of_engine());
  }

  // --- images that run ---

  void tell_of(RunningImages& images) {
    lists_images_ = true;
    on_images_(images.take(), is_here_ == true);
  }

  void tell_of_listed_images() {
    if (!container_list_) return;
    const std::optional<json::Document> list = json::read_text(*container_list_);
    if (!list || !list->root.is(json::Kind::array)) return;
    RunningImages images;
    for (const json::Value& container : list->root.items) {
      const std::string_view state = json::text_of(container, "State");
      // One that is paused or restarted has processes, or is about to.
      if (state != "running" && state != "paused" && state != "restarting") continue;
      const json::Value* names = container.find("Names");
      std::string name(names == nullptr || names->items.empty()
                           ? json::text_of(container, "Id")
                           : std::string_view(names->items.front().text));
      while (name.starts_with('/')) name.erase(0, 1);
      add_image(images, json::text_of(container, "ImageID"), json::text_of(container, "Image"),
                std::move(name));
    }
    tell_of(images);
  }

  // What is no id, which comes from an engine, becomes no argument of a program.
  void add_image(RunningImages& images, std::string_view id, std::string_view name,
                 std::string container) {
    const bool is_id = !id.empty() && std::ranges::all_of(id, [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'z') || c == ':';
    });
    if (is_id) return images.add(id, name, std::move(container));
    fail({.message = concat("the engine names no image of the container ", container)});
  }

  // Nothing, and an error, where there is none; and nothing from an engine that is lost.
  std::optional<std::string> answer(Client& client, std::string_view path) {
    if (lost_) return std::nullopt;
    Answer<std::string> said = client.get(path);
    if (said) return std::move(*said);
    note(said.error());
    fail(std::move(said.error()));
    return std::nullopt;
  }

  // Each further request to an engine that hangs or is gone would wait for its own time limit.
  void note(const engine::Failure& failure) {
    lost_ = failure.trouble == Trouble::unreachable || failure.trouble == Trouble::timed_out;
  }

  // A socket can lead into a virtual machine (Docker Desktop): the engine is here when it has this
  // kernel and this name.
  static bool is_here(const json::Value& info) {
    utsname own{};
    return ::uname(&own) == 0 && json::text_of(info, "KernelVersion") == own.release &&
           json::text_of(info, "Name") == own.nodename;
  }

  const Files* machine_of_engine() const { return is_here_ == true ? &files_ : nullptr; }

  // What a node of a swarm listens on stands in no answer of the engine. Where there is no swarm,
  // there is no file.
  void read_swarm_node(const json::Value& info, app::EngineTexts& texts) const {
    const std::string root(json::text_of(info, "DockerRootDir"));
    if (root.empty()) return;
    texts.swarm_node_path = join_path(root, "swarm/docker-state.json");
    texts.swarm_node =
        files_.read(as_seen_from(texts.root, texts.swarm_node_path, files_)).value_or("");
  }

  void read_how_it_was_started(const Client& client, const json::Value& info,
                               app::EngineTexts& texts) {
    const std::optional<DaemonProcess> daemon = find_dockerd(client.listening_process(), files_);
    if (!daemon) {
      if (!wanted_.parts.engine) return;
      return fail({.message = "the dockerd that answers is not found among this host's processes, "
                              "so neither its arguments nor its daemon.json are known"});
    }
    texts.arguments_seen = true;
    texts.arguments_path = concat("/proc/", std::to_string(daemon->id), "/cmdline");
    for (const std::string& argument : daemon->arguments) {
      texts.arguments += concat(argument, "\n");
    }
    texts.unit_files = unit_files(daemon->id, files_);
    texts.root = root_of_process(daemon->id);
    engine_root_ = texts.root;
    read_swarm_node(info, texts);
    const std::string path = daemon_json_path(*daemon, files_);
    if (path.empty()) {
      return fail({.message = "where dockerd has its daemon.json is not known: its environment "
                              "cannot be read",
                   .hint = "run the audit as root, or as the user that dockerd runs as"});
    }
    const std::string readable = as_seen_from(texts.root, path, files_);
    texts.daemon_json_path = path;
    if (files_.kind(readable) == FileKind::missing) {
      // Who may not look into the directory cannot tell that there is none.
      const std::string directory(parent_path(path));
      texts.daemon_json_seen =
          files_.kind(directory) == FileKind::missing || static_cast<bool>(files_.list(directory));
      return;
    }
    Result<std::string> text = files_.read(readable);
    if (!text) return fail(std::move(text.error()));
    texts.daemon_json = std::move(*text);
    texts.daemon_json_seen = true;
  }

  // --- containers ---

  void ask_containers(Client& client) {
    RunningImages images_of_named;
    for (const std::string& id : ids()) {
      Answer<std::string> inspect = client.get(concat("/containers/", id, "/json"));
      if (!inspect) {
        // One that ended since it was listed is no gap, unless it was asked for by name.
        const bool named = !wanted_.containers.empty();
        if (inspect.error().trouble == Trouble::gone && !named) continue;
        note(inspect.error());
        fail(std::move(inspect.error()));
        if (lost_) return;
        continue;
      }
      const json::Document outline = json::read_outline(*inspect, 1);
      std::string name(json::text_of(outline.root, "Name"));
      while (name.starts_with('/')) name.erase(0, 1);
      const std::string image(json::text_of(outline.root, "Image"));
      app::add_container(live_, concat("docker://", name.empty() ? id : name), *inspect,
                         machine_of_engine());
      const std::vector<std::unique_ptr<ContainerSpec>>& seen = live_.containers;
      if (!wanted_.containers.empty() && !seen.empty() && seen.back()->process_id > 0) {
        add_image(images_of_named, image, seen.back()->image.value, name.empty() ? id : name);
      }
    }
    if (!wanted_.containers.empty()) tell_of(images_of_named);
  }

  std::vector<std::string> ids() {
    if (!wanted_.containers.empty()) {
      live_.lists_containers = true;
      return wanted_.containers;
    }
    std::vector<std::string> ids;
    if (!container_list_) return ids;
    const std::optional<json::Document> document = json::read_text(*container_list_);
    if (!document || !document->root.is(json::Kind::array)) {
      fail({.message = "the engine's list of containers is no list"});
      return ids;
    }
    live_.lists_containers = true;
    for (const json::Value& container : document->root.items) {
      std::string id(json::text_of(container, "Id"));
      if (id.empty()) {
        fail({.message = "the engine's list of containers names one without an id"});
        continue;
      }
      ids.push_back(std::move(id));
    }
    return ids;
  }

  // --- the host ---

  void look_at_host() {
    if (is_here_ == false) {
      return fail({.message = "the engine is on another machine, so this host is not looked at",
                   .hint = "run the audit there, or ask for this one: --only host"});
    }
    HostTexts texts;
    if (Result<std::string> rules = list_audit_rules()) {
      texts.audit_rules = std::move(*rules);
    } else {
      texts.audit_rules_unread = rules.error().message;
    }
    if (Result<std::string> rules = packet_filter_text()) {
      texts.packet_filter = std::move(*rules);
    } else {
      texts.packet_filter_unread = rules.error().message;
    }
    add_host(live_, files_, std::move(texts), unasked());
  }

  app::Unasked unasked() const {
    if (!asks_the_engine()) {
      const std::string why = "the engine was not asked (--only host)";
      return {.engine = why, .containers = why};
    }
    return {.engine = "the engine did not answer",
            .containers = wanted_.parts.containers ? "the engine did not list its containers"
                                                   : "the containers were not asked for (--only)"};
  }

  const Wanted& wanted_;
  const Files& files_;
  const OnImages& on_images_;
  app::Live live_;
  bool lists_images_ = false;
  std::optional<std::string> engine_root_;
  std::optional<bool> is_here_;  // the engine is on this machine; nothing: it did not say
  bool lost_ = false;            // the engine does not answer any more
  std::optional<std::string> container_list_;  // the engine's answer; nothing: none was had
};

}  // namespace

Gathered gather(const Result<engine::Endpoint>& endpoint, const Wanted& wanted, const Files& files,
                const OnImages& on_images) {
  return Gatherer(wanted, files, on_images).gather(endpoint);
}

}  // namespace plimsoll::audit
