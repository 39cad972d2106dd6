// What a token looks like, as its issuer documents it: a fixed beginning, then so many characters
// of an alphabet. Written as a small part of regular expressions:
//
//   ghp_[0-9A-Za-z]{36}|gho_[0-9A-Za-z]{36}
//
// characters, \w \d and classes, each with {n}, {n,}, {n,m} or ?, and alternatives of the whole.
// There are no groups. A part takes all that it can and gives nothing back, so that matching is one
// look at each byte; no form has two neighbours that share characters and differ in length.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::image {

class TokenForm {
 public:
  struct Part {
    std::bitset<256> allowed;
    std::size_t least = 1;
    std::size_t most = 1;
  };

  // One form for each alternative; nothing when the text is no form.
  static std::optional<std::vector<TokenForm>> parse(std::string_view text);

  // The length of the token that begins here, or 0. It is not cut out of a longer word.
  std::size_t match(std::string_view text) const;

  // What every such token holds, the longest run of fixed characters that stands at a fixed place:
  // "ghp_" at 0. A text without it holds no such token.
  const std::string& literal() const { return literal_; }
  std::size_t literal_at() const { return literal_at_; }
  const std::vector<Part>& parts() const { return parts_; }

 private:
  bool parse_parts(std::string_view text);
  void find_literal();

  std::vector<Part> parts_;
  std::string literal_;
  std::size_t literal_at_ = 0;
};

}  // namespace plimsoll::image
