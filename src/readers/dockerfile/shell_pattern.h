// The patterns of ${name#pattern}, ${name%pattern} and ${name/pattern/text}: `*` is any text, `?`
// any one character, `\` takes the meaning from the character after it; there are no brackets.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::dockerfile {

class ShellPattern {
 public:
  // Nothing when a backslash stands before a character that needs none.
  static std::optional<ShellPattern> compile(std::string_view pattern);

  // The value without the shortest or longest part that matches at its start or end. The time is
  // the product of both lengths.
  std::string_view without_prefix(std::string_view value, bool longest) const;
  std::string_view without_suffix(std::string_view value, bool longest) const;
  // Appends the value with the first or every match (the longest from each start) replaced.
  void replace(std::string_view value, std::string_view text, bool all, std::string& out) const;

 private:
  struct Token {
    enum class Kind { character, one, any } kind;
    char character;
  };
  // The length of a match at the start of `value`, read backwards if asked for.
  std::optional<std::size_t> match(std::string_view value, bool longest, bool backwards) const;

  std::vector<Token> tokens_;
};

}  // namespace plimsoll::dockerfile
