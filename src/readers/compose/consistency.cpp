#include "readers/compose/consistency.h"

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {
namespace {

class Consistency {
 public:
  Consistency(const Node& root, const ComposeProject& project, const ProjectLoader& loader,
              std::vector<Error>& errors)
      : root_(root), project_(project), loader_(loader), errors_(errors) {}

  void check() {
    for (const std::string_view section : {"networks", "volumes", "secrets", "configs", "models"}) {
      const Node* const entries = root_.find(section);
      if (entries == nullptr || !entries->is_mapping()) continue;
      auto& names = names_[section];
      for_each_pair(*entries, [&](const Pair& entry) {
        names.insert(entry.key);
        check_resource(section, entry);
      });
    }
    const Node* const services = root_.find("services");
    if (services == nullptr || !services->is_mapping()) return;
    for_each_pair(*services, [&](const Pair& entry) { services_.insert(entry.key); });
    for_each_pair(*services, [&](const Pair& entry) {
      const ContainerSpec* const spec = project_.service(entry.key);
      if (spec != nullptr && entry.value->is_mapping()) check_service(*entry.value, *spec);
    });
    check_cycles(*services);
  }

 private:
  void report(std::string message, Location at, std::string hint = {}) {
    errors_.push_back({.message = std::move(message), .at = at, .hint = std::move(hint)});
  }

  static bool is_true(const Node* node) {
    return node != nullptr && (node->is_mapping() || parse_boolean(node->text).value_or(false));
  }

  void check_resource(std::string_view section, const Pair& entry) {
    const Node& value = *entry.value;
    if (!value.is_mapping()) return;
    const std::string subject =
        concat(section.substr(0, section.size() - 1), " \"", printable(entry.key), "\"");
    const bool external = is_true(value.find("external"));
    if (section == "volumes" && external) {
      for_each_pair(value, [&](const Pair& pair) {
        if (pair.key == "name" || pair.key == "external" || pair.key.starts_with("x-")) return;
        report(concat(subject, " is external and cannot have `", pair.key, "`"),
               loader_.key_at(pair));
      });
    }
    const Node* const own_name = value.find("name");
    const Node* const outer = value.find("external");
    if (own_name != nullptr && outer != nullptr && outer->find("name") != nullptr) {
      report(concat(subject, " has two names"), loader_.at(*own_name), "write `name` alone");
    }
    if (section != "secrets" && section != "configs") return;
    std::size_t sources = 0;
    for (const std::string_view key : {"file", "environment", "content"}) {
      if (key == "content" && section == "secrets") continue;
      if (value.find(key) != nullptr) ++sources;
    }
    if (sources > 1) report(concat(subject, " has more than one source"), loader_.key_at(entry));
    if (sources == 0 && !external) {
      report(concat(subject, " has no source"), loader_.key_at(entry),
             "name a `file` or an `environment` variable");
    }
  }

  void check_service(const Node& node, const ContainerSpec& spec) {
    const std::string subject = spec.label();
    if (!spec.image.written() && !spec.builds_image && !spec.provider.written()) {
      report(concat(subject, " has neither an image nor a build"), spec.at);
    }
    const Node* const networks = node.find("networks");
    if (spec.network_mode.written() && networks != nullptr && !spec.networks.empty()) {
      report(concat(subject, ": network_mode and networks exclude each other"),
             loader_.at(*networks));
    }
    for (const Network& network : spec.networks) {
      if (network.name != "default") check_name("networks", network.name, subject, network.at);
    }
    for (const Mount& mount : spec.mounts) {
      if (mount.type == Mount::Type::volume && !mount.source.empty() && !mount.unresolved &&
          mount.layer == Layer::compose) {
        check_name("volumes", mount.source, subject, mount.source_at);
      }
    }
    for (const SecretOrConfig& file : spec.secrets) {
      check_name(file.is_config ? "configs" : "secrets", file.source, subject, file.at);
    }
    check_healthcheck(spec, subject);
    check_dependencies(node, subject);
    check_mounts(spec, subject);
    check_limits(node, subject);
    check_device_requests(node.find("gpus"), subject);
    const Node* requests = node.find("deploy");
    for (const std::string_view key : {"resources", "reservations", "devices"}) {
      requests = requests == nullptr ? nullptr : requests->find(key);
    }
    check_device_requests(requests, subject);
    if (const Node* models = node.find("models")) {
      for_each_pair(*models, [&](const Pair& pair) {
        check_name("models", pair.key, subject, loader_.key_at(pair));
      });
      for (const Node* item : models->items) {
        check_name("models", item->text, subject, loader_.at(*item));
      }
    }
  }

  void check_device_requests(const Node* requests, const std::string& subject) {
    if (requests == nullptr) return;
    for (const Node* request : requests->items) {
      if (request->find("count") != nullptr && request->find("device_ids") != nullptr) {
        report(concat(subject, ": count and device_ids exclude each other"), loader_.at(*request));
      }
    }
  }

  void check_name(std::string_view section, std::string_view name, const std::string& subject,
                  Location at) {
    if (names_[section].contains(name)) return;
    report(concat(subject, " uses the undefined ", section.substr(0, section.size() - 1), " \"",
                  printable(name), "\""),
           at, concat("define it under the top-level `", section, "`"));
  }

  void check_healthcheck(const ContainerSpec& spec, const std::string& subject) {
    const auto& check = spec.healthcheck;
    if (check.layer != Layer::compose || check.unresolved || check.value.test.empty()) return;
    const std::string& first = check.value.test[0];
    if (first != "CMD" && first != "CMD-SHELL" && first != "NONE") {
      report(concat(subject, ": healthcheck.test must start with CMD, CMD-SHELL or NONE"),
             check.at);
    }
  }

  void check_dependency(std::string_view name, const std::string& subject, Location at) {
    if (services_.contains(name)) return;
    report(concat(subject, " depends on the undefined service \"", printable(name), "\""), at);
  }

  template <class Visit>
  static void for_each_dependency(const Node& service, Visit&& visit) {
    if (const Node* dependencies = service.find("depends_on")) {
      for_each_pair(*dependencies, [&](const Pair& pair) { visit(pair.key); });
      for (const Node* item : dependencies->items) visit(item->text);
    }
    for (const std::string_view key : {"network_mode", "ipc", "pid", "uts", "cgroup"}) {
      const Node* const value = service.find(key);
      if (value != nullptr && value->text.starts_with("service:")) visit(value->text.substr(8));
    }
    for (const std::string_view key : {"volumes_from", "links"}) {
      const Node* const list = service.find(key);
      if (list == nullptr) continue;
      for (const Node* item : list->items) {
        if (!item->text.starts_with("container:")) {
          visit(item->text.substr(0, item->text.find(':')));
        }
      }
    }
  }

  // Services that wait for each other: whatever is left when those without open dependencies are
  // taken away again and again.
  void check_cycles(const Node& services) {
    std::map<std::string_view, std::size_t> open;
    std::map<std::string_view, std::vector<std::string_view>> waiting;
    for_each_pair(services, [&](const Pair& entry) {
      std::size_t& count = open[entry.key];
      for_each_dependency(*entry.value, [&](std::string_view on) {
        if (!services_.contains(on)) return;
        ++count;
        waiting[on].push_back(entry.key);
      });
    });
    std::vector<std::string_view> ready;
    for (const auto& [name, count] : open) {
      if (count == 0) ready.push_back(name);
    }
    while (!ready.empty()) {
      const std::string_view name = ready.back();
      ready.pop_back();
      open.erase(name);
      for (const std::string_view waiter : waiting[name]) {
        if (--open[waiter] == 0) ready.push_back(waiter);
      }
    }
    if (open.empty()) return;
    const Pair* const entry = services.find_pair(open.begin()->first);
    report(
        concat("service \"", printable(entry->key), "\" is in or behind a circle of dependencies"),
        loader_.key_at(*entry));
  }

  void check_dependencies(const Node& node, const std::string& subject) {
    if (const Node* dependencies = node.find("depends_on")) {
      if (dependencies->is_mapping()) {
        for_each_pair(*dependencies, [&](const Pair& pair) {
          check_dependency(pair.key, subject, loader_.key_at(pair));
        });
      }
      for (const Node* item : dependencies->items) {
        if (item->is_scalar() && !item->unresolved) {
          check_dependency(item->text, subject, loader_.at(*item));
        }
      }
    }
    for (const std::string_view key : {"network_mode", "ipc", "pid", "uts", "cgroup"}) {
      const Node* const value = node.find(key);
      if (value == nullptr || value->unresolved || !value->text.starts_with("service:")) continue;
      check_dependency(value->text.substr(8), subject, loader_.at(*value));
    }
    if (const Node* from = node.find("volumes_from")) {
      for (const Node* item : from->items) {
        if (!item->is_scalar() || item->unresolved || item->text.starts_with("container:"))
          continue;
        check_dependency(item->text.substr(0, item->text.find(':')), subject, loader_.at(*item));
      }
    }
    if (const Node* links = node.find("links")) {
      for (const Node* item : links->items) {
        if (!item->is_scalar() || item->unresolved) continue;
        check_dependency(item->text.substr(0, item->text.find(':')), subject, loader_.at(*item));
      }
    }
  }

  void check_mounts(const ContainerSpec& spec, const std::string& subject) {
    std::unordered_set<std::string_view> targets;
    for (const Mount& mount : spec.mounts) {
      if (mount.layer != Layer::compose || mount.unresolved) continue;
      if (!targets.insert(mount.target).second) {
        report(concat(subject, " mounts two things on ", printable(mount.target)), mount.at);
      }
    }
  }

  // A limit and its twin under deploy must agree.
  void check_limits(const Node& node, const std::string& subject) {
    const Node* const deploy = node.find("deploy");
    const Node* const resources = deploy == nullptr ? nullptr : deploy->find("resources");
    if (const Node* scale = node.find("scale")) {
      const Node* const replicas = deploy == nullptr ? nullptr : deploy->find("replicas");
      if (replicas != nullptr && replicas->text != scale->text) {
        report(concat(subject, ": scale and deploy.replicas differ"), loader_.at(*replicas));
      }
    }
    if (resources == nullptr) return;
    struct Twins {
      std::string_view key;
      std::string_view group;
      std::string_view twin;
    };
    constexpr Twins all[] = {{"cpus", "limits", "cpus"},
                             {"mem_limit", "limits", "memory"},
                             {"pids_limit", "limits", "pids"},
                             {"mem_reservation", "reservations", "memory"}};
    for (const Twins& twins : all) {
      const Node* const own = node.find(twins.key);
      const Node* const group = resources->find(twins.group);
      if (own == nullptr || group == nullptr || own->unresolved || !group->is_mapping()) continue;
      const Node* const twin = group->find(twins.twin);
      if (twin != nullptr && twin->unresolved) continue;
      const double mine = amount(twins.key, own->text);
      const double other = twin == nullptr ? 0 : amount(twins.key, twin->text);
      if (mine != 0 && mine != other) {
        report(concat(subject, ": ", twins.key, " and deploy.resources.", twins.group, ".",
                      twins.twin, " differ"),
               loader_.at(*own));
      }
    }
  }

  static double amount(std::string_view key, std::string_view text) {
    if (key == "cpus") return parse_decimal(text).value_or(0);
    return static_cast<double>(parse_bytes(text).value_or(0));
  }

  const Node& root_;
  const ComposeProject& project_;
  const ProjectLoader& loader_;
  std::vector<Error>& errors_;
  std::map<std::string_view, std::unordered_set<std::string_view>> names_;
  std::unordered_set<std::string_view> services_;
};

}  // namespace

void check_consistency(const Node& root, const ComposeProject& project, const ProjectLoader& loader,
                       std::vector<Error>& errors) {
  Consistency(root, project, loader, errors).check();
}

}  // namespace plimsoll::compose
