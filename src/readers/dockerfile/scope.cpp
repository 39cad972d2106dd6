#include "readers/dockerfile/scope.h"

#include <algorithm>
#include <array>

namespace plimsoll::dockerfile {
namespace {

constexpr std::size_t searched_one_by_one = 16;

constexpr std::array<std::string_view, 11> predefined{
    "BUILDPLATFORM", "BUILDOS",        "BUILDOSVERSION", "BUILDARCH",
    "BUILDVARIANT",  "TARGETPLATFORM", "TARGETOS",       "TARGETOSVERSION",
    "TARGETARCH",    "TARGETVARIANT",  "TARGETSTAGE"};

}  // namespace

std::optional<std::size_t> Scope::index_of(std::string_view name) const {
  if (bindings_.size() > searched_one_by_one) {
    const auto found = index_.find(name);
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    if (bindings_[i].variable.name == name) return i;
  }
  return std::nullopt;
}

const Binding* Scope::find(std::string_view name) const {
  const std::optional<std::size_t> index = index_of(name);
  return index ? &bindings_[*index] : nullptr;
}

void Scope::set(Binding binding) {
  if (const std::optional<std::size_t> index = index_of(binding.variable.name)) {
    Binding& old = bindings_[*index];
    // `ARG name` after `ENV name=value` declares the argument and leaves the value alone.
    if (!binding.has_value && old.has_value) return;
    if (!binding.variable.is_env) {
      binding.hidden_env = old.variable.is_env
                               ? std::make_shared<const Stage::Variable>(old.variable)
                               : old.hidden_env;
    }
    old = std::move(binding);
    return;
  }
  bindings_.push_back(std::move(binding));
  if (bindings_.size() <= searched_one_by_one) return;
  const std::size_t first = index_.empty() ? 0 : bindings_.size() - 1;
  for (std::size_t i = first; i < bindings_.size(); ++i) {
    index_.emplace(bindings_[i].variable.name, i);
  }
}

Scope predefined_scope() {
  Scope scope;
  scope.complete = true;
  for (const std::string_view name : predefined) {
    Binding binding;
    binding.variable.name = name;
    binding.variable.unresolved = true;
    binding.has_value = true;
    scope.set(std::move(binding));
  }
  return scope;
}

bool is_predefined_argument(std::string_view name) {
  return std::ranges::find(predefined, name) != predefined.end();
}

}  // namespace plimsoll::dockerfile
