// Heredocs on a line: which words open one, and what they say.
//
// BuildKit splits the whole line with its little shell, quotes and escapes kept, and takes every
// word that is, from start to end, `<<NAME` or `<<-NAME`, with an optional descriptor before it. So
// `cat<<EOF` opens none, `"<<EOF"` opens none, and a line that its shell cannot split (an open
// quote, `${!x}`) opens none at all. A quote anywhere in the name turns expansion off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::dockerfile {

struct HeredocWord {
  std::string name;
  bool expand = true;
  bool strip_tabs = false;
  int descriptor = 0;
  std::uint32_t begin = 0;  // in the line
  std::uint32_t end = 0;
};

// The heredoc that one word opens, if it opens one. Sets `refused` when BuildKit cannot read its
// name.
std::optional<HeredocWord> read_heredoc_word(std::string_view word, bool* refused = nullptr);

// All of a line, in order; `refused` as above.
std::vector<HeredocWord> find_heredocs(std::string_view line, bool& refused);

}  // namespace plimsoll::dockerfile
