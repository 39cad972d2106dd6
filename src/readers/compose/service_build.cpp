// How the image of a service is built.
#include <string>
#include <utility>

#include "readers/compose/service_keys.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {

void ServiceReader::build(const Node& node) {
  if (node.is_null() || node.is_sequence()) return;
  spec_.builds_image = true;
  ComposeBuild build;
  build.service = spec_.name;
  build.at = at(node);
  build.context = ".";
  const Node* context_node = &node;
  if (node.is_mapping()) {
    context_node = node.find("context");
    const auto scalar = [&](std::string_view key) -> const Node* {
      const Node* const value = node.find(key);
      return value != nullptr && value->is_scalar() && !value->is_null() ? value : nullptr;
    };
    if (const Node* value = scalar("dockerfile")) build.dockerfile = value->text;
    if (const Node* value = scalar("dockerfile_inline")) build.dockerfile_inline = text_of(*value);
    if (const Node* value = scalar("target")) build.target = text_of(*value);
    if (const Node* value = scalar("no_cache")) build.no_cache = flag_of(*value);
    if (const Node* value = scalar("pull")) build.pull = flag_of(*value);
    if (const Node* value = scalar("privileged")) spec_.build_privileged = flag_of(*value);
    if (const Node* args = node.find("args")) collect_assignments(*args, build.args);
    if (const Node* from = node.find("cache_from")) {
      for_each_text(*from, [&](const Node& item) { build.cache_from.push_back(text_of(item)); });
    }
    if (const Node* list = node.find("entitlements")) {
      for_each_text(*list,
                    [&](const Node& item) { spec_.build_entitlements.push_back(text_of(item)); });
    }
    const Node* const dockerfile = scalar("dockerfile");
    if (dockerfile != nullptr && build.dockerfile_inline.written()) {
      report("`dockerfile` and `dockerfile_inline` exclude each other", *dockerfile);
    }
  }
  if (context_node != nullptr && context_node->is_scalar() && !context_node->text.empty()) {
    build.context = is_remote(context_node->text) ? std::string(context_node->text)
                                                  : rebased(context_node->text, *context_node);
  } else if (node.is_mapping()) {
    build.context = rebased(".", node);
  }
  // One service may be built once: a later `build` would be a duplicate key.
  context_.project.builds.push_back(std::move(build));
}

}  // namespace plimsoll::compose
