// What a service runs: its command, its health check, its hooks, and where its log goes.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "readers/compose/service_keys.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {

void ServiceReader::command_line(const Node& node, Located<std::vector<std::string>>& field) {
  if (node.is_null()) return;
  std::vector<std::string> words;
  bool unresolved = node.unresolved;
  if (node.is_sequence()) {
    for_each_text(node, [&](const Node& item) {
      words.push_back(value_of(item));
      unresolved = unresolved || item.unresolved;
    });
  } else if (node.is_scalar()) {
    auto split = split_command(node.text);
    if (!split && !node.unresolved) report("the command's quotes do not match", node);
    words = split ? std::move(*split) : std::vector<std::string>{std::string(node.text)};
  } else {
    return;
  }
  field = located(std::move(words), node);
  field.unresolved = unresolved;
}

void ServiceReader::healthcheck(const Node& node) {
  if (!node.is_mapping()) return;
  const Node* const disable = node.find("disable");
  if (disable != nullptr && disable->is_scalar() &&
      (disable->unresolved || parse_boolean(disable->text).value_or(false))) {
    spec_.healthcheck =
        located(Healthcheck{.defined = true, .disabled = true, .test = {}}, *disable);
    return;
  }
  const Node* const test = node.find("test");
  if (test == nullptr || test->is_null()) return;  // its times alone change the image's own
  Healthcheck check{.defined = true, .disabled = false, .test = {}};
  bool unresolved = test->unresolved;
  if (test->is_sequence()) {
    for_each_text(*test, [&](const Node& item) {
      check.test.push_back(value_of(item));
      unresolved = unresolved || item.unresolved;
    });
    if (check.test.empty()) return;
    check.disabled = check.test[0] == "NONE";
  } else if (test->is_scalar()) {
    check.test = {"CMD-SHELL", std::string(test->text)};
  } else {
    return;
  }
  spec_.healthcheck = located(std::move(check), *test);
  spec_.healthcheck.unresolved = unresolved;
}

void ServiceReader::logging(const Node& node) {
  if (!node.is_mapping()) return;
  if (const Node* driver = node.find("driver"); driver != nullptr && driver->is_scalar()) {
    spec_.log_driver = text_of(*driver);
  }
  if (const Node* options = node.find("options"); options != nullptr) {
    collect_assignments(*options, spec_.log_options);
  }
}

void ServiceReader::hooks(const Node& node, std::string_view name) {
  if (!node.is_sequence()) return;
  for (const Node* item : node.items) hook(*item, name);
}

void ServiceReader::hook(const Node& node, std::string_view name) {
  if (!node.is_mapping()) return;
  Hook hook{.name = std::string(name), .privileged = {}, .user = {}};
  if (const Node* value = node.find("privileged"); value != nullptr && value->is_scalar()) {
    hook.privileged = flag_of(*value);
  }
  if (const Node* value = node.find("user"); value != nullptr && value->is_scalar()) {
    hook.user = text_of(*value);
  }
  spec_.hooks.push_back(std::move(hook));
}

void ServiceReader::develop(const Node& node) {
  const Node* const watch = node.find("watch");
  if (watch == nullptr || !watch->is_sequence()) return;
  for (const Node* item : watch->items) {
    if (const Node* exec = item->find("exec")) hook(*exec, "develop.watch");
  }
}

void ServiceReader::provider(const Node& node) {
  if (const Node* type = node.find("type"); type != nullptr && type->is_scalar()) {
    spec_.provider = text_of(*type);
  }
}

}  // namespace plimsoll::compose
