// The variables that a Dockerfile's expansions see: build arguments before the first FROM, and in a
// stage its ENV and ARG and those of the stage it is built on.
//
// A variable is in one of three conditions: its value is known (ENV, an ARG's default, a build
// argument given by the caller), it is declared without a value (`ARG TOKEN`: whoever builds may
// give one), or it is unknown (TARGETARCH and its like depend on the machine; what is not declared
// may come from the base image unless that is scratch).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

struct Binding {
  Stage::Variable variable;
  bool has_value = false;
  // The value is an ARG's default, or was made from one.
  bool from_default = false;
  // The ENV that an ARG of the same name hides from expansions: the image still has it.
  std::shared_ptr<const Stage::Variable> hidden_env = nullptr;
};

class Scope {
 public:
  const Binding* find(std::string_view name) const;
  void set(Binding binding);
  const std::vector<Binding>& bindings() const { return bindings_; }

  // Whether a name that is not bound is certainly unset (the stage starts from scratch), or may be
  // set by a base image that cannot be seen.
  bool complete = false;

 private:
  std::optional<std::size_t> index_of(std::string_view name) const;

  std::vector<Binding> bindings_;
  // Only filled when there are many: most stages have a handful.
  std::unordered_map<std::string_view, std::size_t> index_;
};

// Arguments that the builder defines before the first FROM; a stage sees them once it declares
// them.
bool is_predefined_argument(std::string_view name);
// What is in force before the first line: these arguments, whose values the machine decides.
Scope predefined_scope();

}  // namespace plimsoll::dockerfile
