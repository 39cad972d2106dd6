// The name of a built RPM package with all that tells it from others, in one text:
// "bind-libs-32:9.16.23-11.el9.x86_64", name, epoch, version, release and architecture. It is read
// from its end, since names have hyphens and digits of their own.
#pragma once

#include <optional>
#include <string_view>

namespace plimsoll::feeds {

struct Nevra {
  std::string_view name;
  std::string_view epoch;  // "" for none
  std::string_view version;
  std::string_view release;
  std::string_view architecture;
};

// With ".rpm" behind it or without.
std::optional<Nevra> nevra_of(std::string_view text);

}  // namespace plimsoll::feeds
