// Which of two versions is the newer one, as dpkg decides it (deb-version(7)). Kernel releases
// ("6.1.0-18-amd64") are ordered by the same rules.
#pragma once

#include <compare>
#include <string_view>

namespace plimsoll::rules {

// Epochs are compared as numbers, then upstream version and revision part by part: text in the
// order of letters before other characters and "~" before all, digits as numbers.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

}  // namespace plimsoll::rules
