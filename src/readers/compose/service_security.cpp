// What a service may do on its host: security options, the seccomp profile, credential specs.
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/words.h"
#include "readers/compose/service_keys.h"

namespace plimsoll::compose {

void ServiceReader::security_opt(const Node& node) {
  for_each_text(node, [&](const Node& item) { security_option(item); });
}

void ServiceReader::security_option(const Node& node) {
  const std::string_view option = node.text;
  spec_.security_opt.push_back(text_of(node));
  if (option == "no-new-privileges") {
    spec_.no_new_privileges = located(true, node);
    return;
  }
  if (option == "disable") {
    spec_.selinux_label.push_back(text_of(node));
    return;
  }
  const std::size_t equals = option.find('=');
  const std::size_t cut = equals == std::string_view::npos ? option.find(':') : equals;
  if (cut == std::string_view::npos) return;
  const std::string_view name = option.substr(0, cut);
  const std::string_view value = option.substr(cut + 1);
  const bool colon = equals == std::string_view::npos;
  if (colon && is_one_of(name, {"label", "apparmor", "seccomp"})) {
    spec_.obsolete.push_back({.kind = ObsoleteSpelling::Kind::security_opt_colon,
                              .text = std::string(option),
                              .at = at(node)});
  }
  if (name == "no-new-privileges") {
    // Go's ParseBool.
    const bool on = is_one_of(value, {"1", "t", "T", "true", "TRUE", "True"});
    spec_.no_new_privileges = located(on, node);
  } else if (name == "seccomp") {
    spec_.seccomp = located(std::string(value), node);
    spec_.seccomp_profile = ContainerSpec::SeccompProfile::unread;
    if (!node.unresolved) read_seccomp_profile(value);
  } else if (name == "apparmor") {
    spec_.apparmor = located(std::string(value), node);
  } else if (name == "label") {
    spec_.selinux_label.push_back(located(std::string(value), node));
  } else if (name == "systempaths") {
    spec_.systempaths_unconfined = located(value == "unconfined", node);
  }
}

// Only what stands beside the project is read: what lies elsewhere on this host says nothing about
// the host that the project will run on.
void ServiceReader::read_seccomp_profile(std::string_view path) {
  if (path == "unconfined" || path == "builtin" || path.empty() || path.starts_with('/')) return;
  const std::string name = normal_path(join_path(loader_.project_directory(), path));
  Result<std::string> text = context_.files.read(name);
  if (!text) return;
  const Source source(name, std::move(*text));
  Arena arena;
  // JSON is YAML.
  const Result<YamlReading> reading = read_yaml(source, 0, arena, nullptr);
  if (!reading || reading->documents.empty() || !reading->documents[0]->is_mapping()) return;
  const Node* const action = reading->documents[0]->find("defaultAction");
  using Profile = ContainerSpec::SeccompProfile;
  if (action == nullptr) {
    spec_.seccomp_profile = Profile::empty;
  } else if (is_one_of(action->text, {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"})) {
    spec_.seccomp_profile = Profile::default_allow;
  } else {
    spec_.seccomp_profile = Profile::default_deny;
  }
}

void ServiceReader::credential_spec(const Node& node) {
  for_each_pair(node, [&](const Pair& pair) {
    if (!is_one_of(pair.key, {"config", "file", "registry"}) || !pair.value->is_scalar()) return;
    Located<std::string> value = text_of(*pair.value);
    value.value = concat(pair.key, "://", value.value);
    spec_.credential_specs.push_back(std::move(value));
  });
}

}  // namespace plimsoll::compose
