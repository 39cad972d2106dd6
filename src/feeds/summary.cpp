#include "feeds/summary.h"

#include "advisories/advisory.h"
#include "base/text.h"

namespace plimsoll::feeds {
namespace {

using advisories::max_summary_bytes;

std::string_view first_paragraph(std::string_view text) {
  text = trim(text);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (trim(rest.substr(0, rest.find('\n'))).empty()) return text.substr(0, at);
  }
  return text;
}

// Not amid the bytes of one character.
std::size_t at_character(std::string_view text, std::size_t end) {
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

}  // namespace

std::string summary_of(std::string_view text) {
  std::string out;
  for (const char c : first_paragraph(text)) {
    // Nobody reads a summary from further on than where it is cut.
    if (out.size() > 2 * max_summary_bytes) break;
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  if (out.size() <= max_summary_bytes) return out;
  const std::size_t sentence = out.rfind(". ", max_summary_bytes - 1);
  if (sentence != std::string::npos && sentence >= max_summary_bytes / 2) {
    out.resize(sentence + 1);
    return out;
  }
  constexpr std::string_view more = "…";
  std::size_t end = at_character(out, max_summary_bytes - more.size());
  const std::size_t word = out.rfind(' ', end);
  if (word != std::string::npos && word >= max_summary_bytes / 2) end = word;
  out.resize(end);
  return out += more;
}

}  // namespace plimsoll::feeds
