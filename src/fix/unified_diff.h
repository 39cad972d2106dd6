// A unified diff of two texts, as `git apply` and `patch` take it.
//
// A diff shows lines around each change, and a line that holds a secret must not reach a log. So a
// hunk never shows such a line: it has less context where that is enough, and where it is not, the
// hunk is left out and counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plimsoll::fix {

struct UnifiedDiff {
  std::string text;  // empty when the texts are the same, or every hunk is hidden
  std::size_t hidden_hunks = 0;
};

// `path` as the user names it; of a new file `before` is empty and `is_new` is true.
UnifiedDiff unified_diff(std::string_view path, std::string_view before, std::string_view after,
                         bool is_new = false);

}  // namespace plimsoll::fix
