#include "readers/policy/policy_reader.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "base/files.h"
#include "base/text.h"
#include "readers/compose/node_values.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll {
namespace {

using compose::Node;
using compose::Pair;

// A hint about a name that is not known: the nearest one, or all.
std::string hint_for(std::string_view name, std::span<const std::string_view> known) {
  if (const std::optional<std::string_view> near = nearest(name, known)) {
    return concat("did you mean \"", *near, "\"?");
  }
  return concat("it has ", join(std::vector<std::string>(known.begin(), known.end()), ", "));
}

class Reader {
 public:
  Reader(const Source& source, PolicyReading& into) : source_(source), into_(into) {}

  void read() {
    Arena arena;
    const Result<compose::YamlReading> yaml = compose::read_yaml(source_, 0, arena, nullptr);
    if (!yaml) return into_.errors.push_back(yaml.error());
    std::ranges::copy(yaml->errors, std::back_inserter(into_.errors));
    if (yaml->documents.empty()) return;  // nothing but comments
    const Node& root = *yaml->documents.front();
    if (!root.is_mapping()) return fail(root.span, "a policy is a mapping of keys to values");
    for (const Pair& pair : root.pairs) read_key(pair);
  }

 private:
  struct Key {
    std::string_view name;
    void (Reader::*read)(const Pair&);
  };
  static constexpr std::size_t key_count = 11;
  static const std::array<Key, key_count> keys;

  void fail(Span at, std::string message, std::string hint = {}) {
    into_.errors.push_back(
        {.message = std::move(message), .at = {&source_, at}, .hint = std::move(hint)});
  }
  void fail_type(const Pair& pair, const Node& found, std::string_view wanted) {
    fail(found.span,
         concat("\"", pair.key, "\" must be ", wanted, ", not ", compose::name_of(found.type)));
  }

  void read_key(const Pair& pair) {
    const auto key = std::ranges::find(keys, pair.key, &Key::name);
    if (key == keys.end()) {
      std::vector<std::string_view> names;
      for (const Key& known : keys) names.push_back(known.name);
      return fail(pair.key_span, concat("a policy has no key \"", pair.key, "\""),
                  hint_for(pair.key, names));
    }
    const auto [name, fresh] = into_.given.insert(std::string(pair.key));
    if (fresh) (this->*key->read)(pair);
  }

  // --- values ---

  // A list of texts; `80` is as good as "80".
  std::vector<std::string> texts(const Pair& pair) {
    std::vector<std::string> out;
    if (!pair.value->is_sequence()) {
      fail_type(pair, *pair.value, "a list");
      return out;
    }
    for (const Node* item : pair.value->items) {
      if (!item->is_scalar() || item->is_null()) {
        fail_type(pair, *item, "a list of texts");
      } else {
        out.push_back(compose::value_of(*item));
      }
    }
    return out;
  }

  void trusted_registries(const Pair& pair) { into_.policy.trusted_registries = texts(pair); }
  void bind_roots(const Pair& pair) {
    std::vector<std::string> roots = texts(pair);
    for (std::string& root : roots) {
      if (!root.starts_with('/')) {
        fail(pair.value->span, concat("\"", root, "\" is no absolute path"));
      }
      root = normal_path(root);
    }
    into_.policy.bind_roots = std::move(roots);
  }
  void declared_devices(const Pair& pair) { into_.policy.declared_devices = texts(pair); }
  void declared_privileged_ports(const Pair& pair) {
    into_.policy.declared_privileged_ports = texts(pair);
  }
  void declared_joins(const Pair& pair) { into_.policy.declared_joins = texts(pair); }
  void docker_group_members(const Pair& pair) { into_.policy.docker_group_members = texts(pair); }
  void declared_listeners(const Pair& pair) {
    std::vector<std::string> listeners = texts(pair);
    for (const std::string& listener : listeners) {
      const std::size_t slash = listener.find('/');
      const std::string_view protocol =
          slash == std::string::npos ? "" : std::string_view(listener).substr(slash + 1);
      const bool is_number =
          slash != 0 && slash != std::string::npos &&
          std::all_of(listener.begin(), listener.begin() + static_cast<std::ptrdiff_t>(slash),
                      is_digit);
      if (!is_number || (protocol != "tcp" && protocol != "udp")) {
        fail(pair.value->span, concat("\"", listener, "\" is no port with its protocol"),
             "write it as 22/tcp or 53/udp");
      }
    }
    into_.policy.declared_listeners = std::move(listeners);
  }
  void trust_group_label(const Pair& pair) {
    if (pair.value->type != compose::Type::string) {
      return fail_type(pair, *pair.value, "the name of a label");
    }
    into_.policy.trust_group_label = std::string(pair.value->text);
  }
  std::optional<int> days(const Pair& pair) {
    constexpr std::int64_t most = 3650;
    const std::optional<std::int64_t> days = compose::integer_of(*pair.value);
    if (days && *days >= 1 && *days <= most) return static_cast<int>(*days);
    fail(pair.value->span,
         concat("\"", pair.key, "\" must be a number of days from 1 to ", std::to_string(most)));
    return std::nullopt;
  }
  void audit_period_days(const Pair& pair) {
    if (const auto number = days(pair)) into_.policy.audit_period_days = *number;
  }
  void max_image_age_days(const Pair& pair) {
    if (const auto number = days(pair)) into_.policy.max_image_age_days = *number;
  }
  void required_labels(const Pair& pair) {
    if (!pair.value->is_sequence()) return fail_type(pair, *pair.value, "a list");
    for (const Node* item : pair.value->items) {
      if (item->type == compose::Type::string) {
        into_.policy.required_labels.push_back({.name = std::string(item->text)});
      } else if (item->is_mapping()) {
        required_label(*item);
      } else {
        fail_type(pair, *item, "a list of labels");
      }
    }
  }
  // {name: org.opencontainers.image.source, type: url}
  void required_label(const Node& item) {
    static constexpr std::array<std::string_view, 7> types{"text", "url",   "semver", "rfc3339",
                                                           "spdx", "email", "hash"};
    LabelRequirement label;
    for (const Pair& pair : item.pairs) {
      const std::string value = compose::value_of(*pair.value);
      if (pair.key == "name") {
        label.name = value;
      } else if (pair.key == "type" && std::ranges::find(types, value) != types.end()) {
        label.type = value;
      } else if (pair.key == "type") {
        fail(pair.value->span, concat("a label has no type \"", value, "\""),
             hint_for(value, types));
      } else {
        fail(pair.key_span, concat("a label has no key \"", pair.key, "\""),
             "it has name and type");
      }
    }
    if (label.name.empty()) return fail(item.span, "the label has no name");
    into_.policy.required_labels.push_back(std::move(label));
  }

  const Source& source_;
  PolicyReading& into_;
};

constexpr std::array<Reader::Key, Reader::key_count> Reader::keys{
    {{"audit_period_days", &Reader::audit_period_days},
     {"bind_roots", &Reader::bind_roots},
     {"declared_devices", &Reader::declared_devices},
     {"declared_joins", &Reader::declared_joins},
     {"declared_listeners", &Reader::declared_listeners},
     {"declared_privileged_ports", &Reader::declared_privileged_ports},
     {"docker_group_members", &Reader::docker_group_members},
     {"max_image_age_days", &Reader::max_image_age_days},
     {"required_labels", &Reader::required_labels},
     {"trust_group_label", &Reader::trust_group_label},
     {"trusted_registries", &Reader::trusted_registries}}};

}  // namespace

void read_policy(const Source& source, PolicyReading& into) {
  Reader(source, into).read();
}

}  // namespace plimsoll
