// Variables in compose values: $NAME ${NAME} ${NAME:-default} ${NAME-default} ${NAME:?message}
// ${NAME?message} ${NAME:+replacement} ${NAME+replacement}, nested in defaults, and `$$` for a
// dollar sign (compose-go, template/template.go).
//
// Plimsoll does not know the environment that a project will be started in. A variable that neither
// the project's `.env` nor the caller sets makes the text unresolved, where compose would put in
// nothing; a default is used as compose would use it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace plimsoll::compose {

class Environment {
 public:
  // The first value of a name stays.
  void add(std::string_view name, std::string value) {
    if (!values_.contains(name)) values_.emplace(name, std::move(value));
  }
  void set(std::string_view name, std::string value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  const std::string* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }
  bool contains(std::string_view name) const { return values_.contains(name); }
  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

struct Interpolation {
  std::string text;         // meaningless when unresolved or failed
  bool unresolved = false;  // it depends on a variable that is not set
  bool failed = false;      // compose refuses the text
  std::string message;
  std::string hint;
  Span failed_at;                 // in the text
  std::vector<Span> hyphen_uses;  // `$NAME-PORT` with NAME unset, in the text
};

// What is put in for a variable that is not set.
enum class Unset : std::uint8_t { unresolved, empty };

Interpolation interpolate(std::string_view text, const Environment& environment,
                          Unset unset = Unset::unresolved);

}  // namespace plimsoll::compose
