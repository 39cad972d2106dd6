#include "readers/dockerfile/line_scanner.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/dockerfile/dockerfile_reader.h"
#include "readers/dockerfile/go_text.h"

namespace plimsoll::dockerfile {
namespace {

// A directive's name and value as offsets in `text`, which starts after the comment sign.
struct DirectiveParts {
  std::string name;  // lower case; "" if it is none
  Span value;
};

DirectiveParts split_directive(std::string_view text) {
  const auto blank = [&](std::size_t i) {
    return i < text.size() && (is_blank(text[i]) || text[i] == '\f' || text[i] == '\r');
  };
  std::size_t at = leading_space(text);
  const std::size_t name_begin = at;
  while (at < text.size() && (is_alpha(text[at]) || (at > name_begin && is_digit(text[at])))) ++at;
  const std::string_view name = text.substr(name_begin, at - name_begin);
  while (blank(at)) ++at;
  if (name.empty() || at >= text.size() || text[at] != '=') return {};
  ++at;
  while (blank(at)) ++at;
  std::size_t end = text.size();
  while (end > at && blank(end - 1)) --end;
  if (at == end) return {};
  return {lower(name), {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)}};
}

bool known_directive(std::string_view name) {
  return name == "syntax" || name == "escape" || name == "check";
}

bool has_directive(const std::vector<ParserDirective>& directives, std::string_view name) {
  return std::ranges::find(directives, name, &ParserDirective::name) != directives.end();
}

}  // namespace

LineScanner::LineScanner(const Source& source, Arena& arena)
    : source_(source), arena_(arena), text_(source.text()) {
  if (text_.starts_with(byte_order_mark)) at_ = static_cast<std::uint32_t>(byte_order_mark.size());
}

void LineScanner::fail(std::string message, Span span, std::string hint) {
  if (error_) return;
  error_ = Error{.message = std::move(message), .at = {&source_, span}, .hint = std::move(hint)};
}

bool LineScanner::next_physical(PhysicalLine& line) {
  if (error_ || at_ >= text_.size()) return false;
  const char* const begin = text_.data() + at_;
  const void* const newline = std::memchr(begin, '\n', text_.size() - at_);
  const std::size_t size = newline != nullptr
                               ? static_cast<std::size_t>(static_cast<const char*>(newline) - begin)
                               : text_.size() - at_;
  if (size >= max_dockerfile_line) {
    fail(concat("line is longer than ", std::to_string(max_dockerfile_line - 1), " bytes"),
         {at_, at_ + 1}, "split it with the escape character");
    return false;
  }
  line.begin = at_;
  line.end = at_ + static_cast<std::uint32_t>(size);
  line.next = line.end + (newline != nullptr ? 1 : 0);
  while (line.end > line.begin && (text_[line.end - 1] == '\r' || text_[line.end - 1] == '\n')) {
    --line.end;
  }
  at_ = line.next;
  return true;
}

bool LineScanner::trim_continuation(std::string_view& text) const {
  std::size_t end = text.size();
  while (end > 0 && is_blank(text[end - 1])) --end;
  if (end == 0 || text[end - 1] != escape_) return false;
  if (end > 1 && text[end - 2] == escape_) return false;
  text = text.substr(0, end - 1);
  return true;
}

void LineScanner::read_directive(std::string_view text, std::uint32_t begin) {
  directives_done_ = true;
  if (!text.starts_with('#')) return;
  const DirectiveParts parts = split_directive(text.substr(1));
  if (!known_directive(parts.name)) return;
  directives_done_ = false;
  const Span span{begin, begin + static_cast<std::uint32_t>(text.size())};
  if (has_directive(directives_, parts.name)) {
    fail(concat("parser directive \"", parts.name, "\" is given twice"), span, "keep one of them");
    return;
  }
  const std::string_view value = text.substr(1 + parts.value.begin, parts.value.size());
  directives_.push_back({parts.name, std::string(value), {&source_, span}});
  if (parts.name != "escape") return;
  if (value != "\\" && value != "`") {
    fail("the escape character can only be \\ or `", span, "write # escape=` or leave it out");
    return;
  }
  escape_ = value.front();
}

bool LineScanner::next(LogicalLine& line) {
  PhysicalLine physical;
  while (next_physical(physical)) {
    std::string_view text = text_.substr(physical.begin, physical.end - physical.begin);
    const std::size_t blanks = leading_space(text);
    text.remove_prefix(blanks);
    const std::uint32_t begin = physical.begin + static_cast<std::uint32_t>(blanks);
    if (!directives_done_) {
      read_directive(text, begin);
      if (error_) return false;
    }
    if (text.empty() || text.front() == '#') continue;

    line.blank_lines.clear();
    line.map.clear();
    line.map.append(0, begin);
    line.begin = begin;
    line.end = physical.end;
    if (!trim_continuation(text)) {
      line.text = text;
      return true;
    }
    joined_.assign(text);
    bool goes_on = true;
    while (goes_on && next_physical(physical)) {
      std::string_view more = text_.substr(physical.begin, physical.end - physical.begin);
      const std::size_t space = leading_space(more);
      if (space < more.size() && more[space] == '#') continue;
      if (space == more.size()) {
        line.blank_lines.push_back({&source_, {physical.begin, physical.end}});
        continue;
      }
      line.end = physical.end;
      goes_on = trim_continuation(more);
      line.map.append(static_cast<std::uint32_t>(joined_.size()), physical.begin);
      joined_ += more;
    }
    line.text = arena_.copy(joined_);
    return !error_;
  }
  return false;
}

void add_leading_directives(const Source& source, std::vector<ParserDirective>& directives) {
  std::string_view text = source.text();
  std::size_t start = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const bool shebang = text.substr(start).starts_with("#!");
  if (shebang) start = std::min(text.find('\n', start), text.size() - 1) + 1;
  for (const std::string_view sign : {"#", "//"}) {
    // Without a `#!` line the parser has seen every `#` directive itself.
    if (sign == "#" && !shebang) continue;
    for (std::size_t at = start; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = text.substr(at, end - at);
      if (!line.starts_with(sign)) break;
      const DirectiveParts parts = split_directive(line.substr(sign.size()));
      if (!known_directive(parts.name)) break;
      const bool wanted = parts.name == "syntax" || (parts.name == "check" && sign == "#");
      if (wanted && !has_directive(directives, parts.name)) {
        const std::string_view value =
            line.substr(sign.size() + parts.value.begin, parts.value.size());
        const Span span{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
        directives.push_back({parts.name, std::string(value), {&source, span}});
      }
      at = end + 1;
    }
  }
}

}  // namespace plimsoll::dockerfile
