// What a .dockerignore keeps out of the build context, as the builder's pattern matcher
// (moby/patternmatcher) decides it.
//
// A pattern speaks for a path and for everything below it. `*` and `?` stop at a slash, `**` does
// not and also stands for nothing at all, `[…]` is a set of characters, a backslash takes the
// meaning from the character after it. The last pattern that matches decides; one with a `!` lets
// in again.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "subjects/dockerfile.h"

namespace plimsoll {
namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Matches one pattern against one path and its parents at once: the set of path lengths that the
// pattern read so far can match is carried along. The time is the product of both lengths.
class Matcher {
 public:
  explicit Matcher(std::string_view path) : path_(path), reached_(path.size() + 1) {}

  bool matches(std::string_view pattern) {
    if (pattern.find_first_of("*?[\\") == std::string_view::npos) {
      return path_.starts_with(pattern) &&
             (path_.size() == pattern.size() || path_[pattern.size()] == '/');
    }
    std::ranges::fill(reached_, 0);
    reached_[0] = 1;
    const bool one_suffix = pattern.starts_with("**") &&
                            pattern.substr(2).find_first_of("*?[]\\") == std::string_view::npos;
    for (std::size_t at = 0; at < pattern.size();) {
      const char c = pattern[at];
      if (pattern.substr(at).starts_with("**")) {
        at += 2;
        const bool slash = at < pattern.size() && pattern[at] == '/';
        if (slash) ++at;
        // At the end `**` is anything. So it is before a plain rest without a slash: `**foo` is a
        // suffix.
        if (at >= pattern.size() || (one_suffix && !slash)) {
          anything();
        } else {
          directories();
        }
      } else if (c == '*') {
        ++at;
        name_part();
      } else if (c == '?') {
        ++at;
        step([](char in_path) { return in_path != '/'; });
      } else if (c == '[') {
        if (!set(pattern, at)) return false;
      } else {
        if (c == '\\' && at + 1 < pattern.size()) ++at;
        const char literal = pattern[at++];
        literal_byte(literal);
      }
    }
    if (reached_[path_.size()] != 0) return true;
    for (std::size_t i = 1; i < path_.size(); ++i) {
      if (reached_[i] != 0 && path_[i] == '/') return true;
    }
    return false;
  }

 private:
  void anything() {
    const auto first = std::ranges::find(reached_, 1);
    std::fill(first, reached_.end(), 1);
  }

  // Nothing, or any text that ends in a slash.
  void directories() {
    bool seen = false;
    for (std::size_t i = 0; i < reached_.size(); ++i) {
      if (seen && i > 0 && path_[i - 1] == '/') {
        reached_[i] = 1;
      } else {
        seen = seen || reached_[i] != 0;
      }
    }
  }

  // Any text without a slash.
  void name_part() {
    for (std::size_t i = 1; i < reached_.size(); ++i) {
      if (reached_[i - 1] != 0 && path_[i - 1] != '/') reached_[i] = 1;
    }
  }

  void literal_byte(char literal) {
    for (std::size_t i = path_.size(); i > 0; --i) {
      reached_[i] = reached_[i - 1] != 0 && path_[i - 1] == literal ? 1 : 0;
    }
    reached_[0] = 0;
  }

  // One character for which `accepts` is true of its first byte.
  template <class Accepts>
  void step(Accepts accepts) {
    std::vector<std::uint8_t> next(reached_.size());
    for (std::size_t i = 0; i < path_.size(); ++i) {
      if (reached_[i] == 0 || !accepts(path_[i])) continue;
      std::size_t end = i + 1;
      while (end < path_.size() && continues_character(path_[end])) ++end;
      next[end] = 1;
    }
    reached_ = std::move(next);
  }

  // A set at `at`, which is left behind it; false when it is not closed.
  bool set(std::string_view pattern, std::size_t& at) {
    struct Range {
      unsigned char first;
      unsigned char last;
    };
    std::vector<Range> ranges;
    ++at;
    const bool negated = at < pattern.size() && pattern[at] == '^';
    if (negated) ++at;
    const auto take = [&] {
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      return static_cast<unsigned char>(pattern[at++]);
    };
    for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
      const unsigned char begin = take();
      unsigned char end = begin;
      if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
        ++at;
        end = take();
      }
      ranges.push_back({begin, end});
    }
    if (at >= pattern.size()) return false;
    ++at;
    step([&](char c) {
      const auto byte = static_cast<unsigned char>(c);
      const bool found = std::ranges::any_of(
          ranges, [byte](Range range) { return range.first <= byte && byte <= range.last; });
      return found != negated;
    });
    return true;
  }

  std::string_view path_;
  std::vector<std::uint8_t> reached_;
};

}  // namespace

bool DockerIgnore::excludes(std::string_view path) const {
  std::string clean = normal_path(path);
  if (clean.starts_with('/')) clean.erase(0, 1);
  if (clean.empty() || clean == ".") return false;
  Matcher matcher(clean);
  bool excluded = false;
  for (const Pattern& pattern : patterns) {
    // A pattern that would change nothing need not be tried.
    if (pattern.negated != excluded) continue;
    if (matcher.matches(pattern.text)) excluded = !pattern.negated;
  }
  return excluded;
}

}  // namespace plimsoll
