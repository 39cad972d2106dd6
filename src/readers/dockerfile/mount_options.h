// RUN --mount=type=…,target=…: which options there are, for which type, and what BuildKit refuses.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

struct MountRefusal {
  std::string message;
  std::string hint;
};

// Expands one value; sets `unresolved` when a variable in it is not known. Nothing when it is
// refused (the reason has then been reported).
using ExpandValue =
    std::function<std::optional<std::string_view>(std::string_view value, bool& unresolved)>;

// Fills `mount` from the flag's value; nothing when it is fine. What depends on an unknown variable
// is not judged. What has to be kept beside the value lies in the arena.
std::optional<MountRefusal> read_mount(std::string_view value, const ExpandValue& expand,
                                       Arena& arena, RunMount& mount);

// RUN --device=…
std::optional<MountRefusal> check_device(std::string_view value);

}  // namespace plimsoll::dockerfile
