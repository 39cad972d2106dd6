// One function for each key of a service, by the names of the keys. Those of one subject are
// defined together: service_process, service_environment, service_security, service_storage,
// service_network, service_resources, service_build. service_reader has the table of the keys.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/node_values.h"
#include "readers/compose/service_reader.h"
#include "readers/compose/short_forms.h"
#include "readers/compose/unique_list.h"

namespace plimsoll::compose {

class ServiceReader {
 public:
  ServiceReader(const Pair& entry, ServiceContext& context)
      : context_(context),
        loader_(context.loader),
        entry_(entry),
        owned_(std::make_unique<ContainerSpec>()),
        spec_(*owned_) {}

  void read();

 private:
  using Reader = void (ServiceReader::*)(const Node&);
  struct Key {
    std::string_view name;
    Reader read;
  };

  // The value of a node, put into a field.
  Location at(const Node& node) const { return loader_.at(node); }

  template <class T>
  Located<T> located(T value, const Node& node) const {
    return {.value = std::move(value),
            .at = at(node),
            .layer = Layer::compose,
            .unresolved = node.unresolved};
  }
  Located<std::string> text_of(const Node& node) const { return located(value_of(node), node); }
  Located<bool> flag_of(const Node& node) const {
    return located(parse_boolean(node.text).value_or(false), node);
  }

  template <Located<std::string> ContainerSpec::* field>
  void text(const Node& node) {
    if (node.is_scalar() && !node.is_null()) spec_.*field = text_of(node);
  }
  template <Located<bool> ContainerSpec::* field>
  void flag(const Node& node) {
    if (node.is_scalar() && !node.is_null()) spec_.*field = flag_of(node);
  }
  template <Located<std::int64_t> ContainerSpec::* field>
  void bytes(const Node& node) {
    if (!node.is_scalar() || node.is_null()) return;
    const auto number = node.type == Type::integer ? integer_of(node) : parse_bytes(node.text);
    if (number || node.unresolved) spec_.*field = located(number.value_or(0), node);
  }
  template <Located<std::int64_t> ContainerSpec::* field>
  void number(const Node& node) {
    if (!node.is_scalar() || node.is_null()) return;
    const auto value = integer_of(node);
    if (value || node.unresolved) spec_.*field = located(value.value_or(0), node);
  }
  template <std::vector<Located<std::string>> ContainerSpec::* field>
  void texts(const Node& node) {
    for_each_text(node, [&](const Node& item) { (spec_.*field).push_back(text_of(item)); });
  }
  // Texts of which only the last with the same name (before a `=`) counts.
  template <std::vector<Located<std::string>> ContainerSpec::* field>
  void unique_texts(const Node& node) {
    UniqueList list(spec_.*field, [](const Located<std::string>& entry) {
      return std::string_view(entry.value).substr(0, entry.value.find('='));
    });
    for_each_text(node, [&](const Node& item) { list.put(text_of(item)); });
  }
  // A mapping or a list of NAME=value, as "NAME=value".
  template <std::vector<Located<std::string>> ContainerSpec::* field>
  void assignments(const Node& node) {
    collect_assignments(node, spec_.*field);
  }

  template <class Visit>
  void for_each_text(const Node& node, Visit&& visit) const {
    if (node.is_sequence()) {
      for (const Node* item : node.items) {
        if (item->is_scalar() && !item->is_null() && item->tag != Tag::reset) visit(*item);
      }
    } else if (node.is_scalar() && !node.is_null()) {
      visit(node);
    }
  }

  struct Assignment {
    std::string_view name;
    std::optional<std::string> value;
    Location at;
    Location value_at;
    bool unresolved = false;
  };

  // Where the text from an offset on is written.
  Location tail_of(const Node& node, std::size_t offset) const {
    Location place = at(node);
    const std::string_view raw = place.text();
    const std::string_view head = node.text.substr(0, offset);
    const bool quoted = raw.size() > 1 && (raw[0] == '"' || raw[0] == '\'');
    if (!raw.substr(quoted ? 1 : 0).starts_with(head)) return place;
    place.span.begin += static_cast<std::uint32_t>(offset + (quoted ? 1 : 0));
    if (quoted) --place.span.end;
    if (place.span.begin > place.span.end) return at(node);
    return place;
  }

  template <class Visit>
  void for_each_assignment(const Node& node, Visit&& visit) const {
    if (node.is_mapping()) {
      for_each_pair(node, [&](const Pair& pair) {
        const Node& value = *pair.value;
        if (!value.is_scalar()) return;
        Assignment assignment{.name = pair.key,
                              .value = std::nullopt,
                              .at = loader_.key_at(pair),
                              .value_at = at(value),
                              .unresolved = value.unresolved};
        if (!value.is_null()) assignment.value = value_of(value);
        if (pair.file == value.file && value.span.end > pair.key_span.begin) {
          assignment.at.span.end = value.span.end;
        }
        visit(std::move(assignment));
      });
      return;
    }
    for_each_text(node, [&](const Node& item) {
      const std::size_t equals = item.text.find('=');
      Assignment assignment{.name = item.text.substr(0, equals),
                            .value = std::nullopt,
                            .at = at(item),
                            .value_at = at(item),
                            .unresolved = item.unresolved};
      if (equals != std::string_view::npos) {
        assignment.value = item.text.substr(equals + 1);
        assignment.value_at = tail_of(item, equals + 1);
      }
      visit(std::move(assignment));
    });
  }

  void collect_assignments(const Node& node, std::vector<Located<std::string>>& out) const {
    UniqueList list(out, [](const Located<std::string>& entry) {
      return std::string_view(entry.value).substr(0, entry.value.find('='));
    });
    for_each_assignment(node, [&](const Assignment& assignment) {
      list.put({.value = assignment.value ? concat(assignment.name, "=", *assignment.value)
                                          : std::string(assignment.name),
                .at = assignment.at,
                .layer = Layer::compose,
                .unresolved = assignment.unresolved});
    });
  }

  void report(std::string_view message, const Node& node, std::string hint = {}) {
    context_.errors.push_back(
        {.message = concat("service \"", printable(entry_.key), "\": ", message),
         .at = at(node),
         .hint = std::move(hint)});
  }

  std::string rebased(std::string_view path, const Node& node) const {
    return compose::rebased(path, loader_.prefix_of(node.file));
  }
  // A path of a value's file, to be read.
  std::string readable(std::string_view path, const Node& node) const {
    return normal_path(join_path(loader_.directory_of(node.file), path));
  }

  // The keys.
  static const Key keys[];
  static std::span<const Key> all_keys();

  void ignored(const Node&) {}
  void blkio_config(const Node& node);
  void build(const Node& node);
  void command(const Node& node) { command_line(node, spec_.command); }
  void entrypoint(const Node& node) { command_line(node, spec_.entrypoint); }
  void command_line(const Node& node, Located<std::vector<std::string>>& field);
  void configs(const Node& node) { file_mounts(node, true); }
  void secrets(const Node& node) { file_mounts(node, false); }
  void file_mounts(const Node& node, bool is_config);
  void cpus(const Node& node);
  void credential_spec(const Node& node);
  void deploy(const Node& node);
  void deploy_resources(const Node& node);
  void develop(const Node& node);
  void devices(const Node& node);
  void env_file(const Node& node);
  void environment(const Node& node);
  void extra_hosts(const Node& node);
  void gpus(const Node& node);
  void device_request(const Node& node);
  void healthcheck(const Node& node);
  void label_file(const Node& node);
  void labels(const Node& node);
  void links(const Node& node);
  void logging(const Node& node);
  void networks(const Node& node);
  void ports(const Node& node);
  void port(const Node& node, auto& list);
  void post_start(const Node& node) { hooks(node, "post_start"); }
  void pre_start(const Node& node) { hooks(node, "pre_start"); }
  void pre_stop(const Node& node) { hooks(node, "pre_stop"); }
  void hooks(const Node& node, std::string_view name);
  void hook(const Node& node, std::string_view name);
  void provider(const Node& node);
  void restart_policy(const Node& node);
  void security_opt(const Node& node);
  void security_option(const Node& node);
  void read_seccomp_profile(std::string_view path);
  void storage_opt(const Node& node);
  void tmpfs(const Node& node);
  void ulimits(const Node& node);
  void volumes(const Node& node);
  void volume_text(const Node& node, Mount& mount);
  void volume_mapping(const Node& node, Mount& mount);
  void join_volume(Mount& mount) const;

  void note_stack(const Pair& pair);
  void note_hyphens();
  void finish();

  ServiceContext& context_;
  const ProjectLoader& loader_;
  const Pair& entry_;
  std::unique_ptr<ContainerSpec> owned_;
  ContainerSpec& spec_;
  const Node* cpu_quota_ = nullptr;
  const Node* cpu_period_ = nullptr;
  std::vector<Mount> tmpfs_;
};

}  // namespace plimsoll::compose
