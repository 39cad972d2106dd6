#include "readers/compose/project_resources.h"

#include <string>

#include "base/text.h"
#include "readers/compose/node_values.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {
namespace {

void read_driver_options(const Node& node, const ProjectLoader& loader,
                         std::vector<std::string>& options) {
  const Node* const kind = node.find("o");
  const bool binds = kind != nullptr && kind->text == "bind";
  for_each_pair(node, [&](const Pair& option) {
    if (!option.value->is_scalar()) return;
    const std::string value = value_of(*option.value);
    const bool path = binds && option.key == "device";
    options.push_back(concat(option.key, "=",
                             path ? rebased(value, loader.prefix_of(option.value->file)) : value));
  });
}

}  // namespace

std::vector<ComposeResource> read_resources(const Node* section, const ProjectLoader& loader) {
  std::vector<ComposeResource> resources;
  if (section == nullptr || !section->is_mapping()) return resources;
  resources.reserve(section->pairs.size());
  for_each_pair(*section, [&](const Pair& entry) {
    ComposeResource resource;
    resource.name = entry.key;
    resource.at = loader.key_at(entry);
    if (entry.value->is_mapping()) {
      for_each_pair(*entry.value, [&](const Pair& pair) {
        const Node& value = *pair.value;
        const bool scalar = value.is_scalar() && !value.is_null();
        if (pair.key == "external") {
          resource.external = value.is_mapping() || parse_boolean(value.text).value_or(false);
        } else if (pair.key == "internal" && scalar) {
          resource.internal = parse_boolean(value.text).value_or(false);
        } else if (pair.key == "driver" && scalar) {
          resource.driver = value.text;
        } else if (pair.key == "file" && scalar) {
          resource.file = value.text;
        } else if (pair.key == "environment" && scalar) {
          resource.from_environment = true;
        } else if (pair.key == "content" && scalar) {
          resource.has_content = true;
        } else if (pair.key == "driver_opts") {
          read_driver_options(value, loader, resource.driver_options);
        } else if (pair.key == "labels") {
          for_each_pair(value, [&](const Pair& label) {
            resource.labels.push_back({.name = std::string(label.key),
                                       .value = value_of(*label.value),
                                       .at = loader.key_at(label),
                                       .layer = Layer::compose});
          });
          for (const Node* item : value.items) {
            const std::size_t equals = item->text.find('=');
            resource.labels.push_back({.name = std::string(item->text.substr(0, equals)),
                                       .value = equals == std::string_view::npos
                                                    ? std::string()
                                                    : std::string(item->text.substr(equals + 1)),
                                       .at = loader.at(*item),
                                       .layer = Layer::compose});
          }
        }
      });
    }
    resources.push_back(std::move(resource));
  });
  return resources;
}

}  // namespace plimsoll::compose
