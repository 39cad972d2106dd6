#include "base/pretty_json.h"

#include <algorithm>

#include "base/json.h"

namespace plimsoll {

std::string pretty_json(std::string_view text) {
  constexpr std::size_t indent = 4;
  std::string out;
  out.reserve(text.size() * 2);
  std::size_t depth = 0;
  const auto new_line = [&] {
    out += '\n';
    // Nothing deeper is read, so hostile nesting need not be indented.
    out.append(indent * std::min(depth, json::max_depth), ' ');
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
      case '\n': break;
      case '"': {
        const std::size_t begin = i++;
        while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
        out += text.substr(begin, i + 1 - begin);
        break;
      }
      case '{':
      case '[': {
        out += c;
        const std::size_t next = text.find_first_not_of(" \t\r\n", i + 1);
        if (next != std::string_view::npos && (text[next] == '}' || text[next] == ']')) {
          out += text[next];
          i = next;
          break;
        }
        ++depth;
        new_line();
        break;
      }
      case '}':
      case ']':
        if (depth > 0) --depth;
        new_line();
        out += c;
        break;
      case ',':
        out += c;
        new_line();
        break;
      case ':': out += ": "; break;
      default: out += c;
    }
  }
  out += '\n';
  return out;
}

}  // namespace plimsoll
