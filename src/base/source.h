// A Source is one text that a user wrote: its path as the user would say it, and its bytes.
// Everything that Plimsoll says about a text points into one: a Span is a range of bytes in it, a
// Location a Span together with its Source.
//
// Ownership: a `Sources` owns its texts at stable addresses; every Location and every view into a
// text lives no longer than the `Sources` it came from. A `Sources` is filled by one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// A half-open range of byte offsets.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  constexpr std::uint32_t size() const { return end - begin; }
  constexpr bool empty() const { return begin == end; }
  friend constexpr bool operator==(Span, Span) = default;
};

// 1-based; columns count Unicode code points, as SARIF's `unicodeCodePoints` and most editors do.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class Source {
 public:
  Source(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {}
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  std::string_view path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const {
    return std::string_view(text_).substr(span.begin, span.size());
  }

  // The position of a byte offset; offsets past the end mean the end.
  Position position(std::uint32_t offset) const;
  // The 1-based line's bytes without its line ending; empty past the last line.
  std::string_view line(std::uint32_t number) const;
  // Number of lines; a text without a final newline still has its last line.
  std::uint32_t line_count() const;

 private:
  const std::vector<std::uint32_t>& line_starts() const;

  std::string path_;
  std::string text_;
  // Most texts are clean and are never asked for a position, so the line index is made on demand.
  mutable std::once_flag indexed_;
  mutable std::vector<std::uint32_t> line_starts_;
};

struct Location {
  const Source* source = nullptr;
  Span span;

  bool known() const { return source != nullptr; }
  std::string_view text() const { return source ? source->text(span) : std::string_view(); }
  friend bool operator==(const Location&, const Location&) = default;
};

class Sources {
 public:
  const Source& add(std::string path, std::string text) {
    return sources_.emplace_back(std::move(path), std::move(text));
  }

 private:
  std::deque<Source> sources_;
};

}  // namespace plimsoll
