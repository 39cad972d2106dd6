#include "subjects/container_spec.h"

#include "base/text.h"

namespace plimsoll {

std::string ContainerSpec::label() const {
  if (name.empty()) return "the container";
  return concat(surface == Surface::compose ? "service \"" : "container \"", name, "\"");
}

std::optional<std::string_view> ContainerSpec::label_value(std::string_view wanted) const {
  for (const Label& label : labels) {
    if (label.name == wanted) return label.value;
  }
  return std::nullopt;
}

}  // namespace plimsoll
