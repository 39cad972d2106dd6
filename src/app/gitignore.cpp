#include "app/gitignore.h"

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::app {
namespace {

// Matches one `[…]` at the pattern's start. Returns the class's length in the pattern, 0 when it is
// no class (then `[` is itself).
std::size_t class_length(std::string_view pattern) {
  std::size_t at = 1;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  at = pattern.find(']', at);
  return at == std::string_view::npos ? 0 : at + 1;
}

bool in_class(std::string_view members, char c) {
  const bool negated = members.starts_with('!') || members.starts_with('^');
  if (negated) members.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    if (range ? c >= members[i] && c <= members[i + 2] : c == members[i]) found = true;
    if (range) i += 2;
  }
  return found != negated;
}

}  // namespace

bool wildcard_match(std::string_view pattern, std::string_view path) {
  // Iterative, with two points to go back to: the last `*` and the last `**`. So a hostile pattern
  // costs at most pattern times path.
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0, s = 0;
  std::size_t star_p = none, star_s = 0, deep_p = none, deep_s = 0;
  while (true) {
    if (p < pattern.size()) {
      const std::string_view rest = pattern.substr(p);
      if (rest.starts_with("**")) {
        // "**/" also matches nothing at all.
        p += rest.starts_with("**/") ? 3 : 2;
        deep_p = p;
        deep_s = s;
        star_p = none;
        continue;
      }
      if (rest.front() == '*') {
        star_p = ++p;
        star_s = s;
        continue;
      }
      if (s < path.size()) {
        const std::size_t length = rest.front() == '[' ? class_length(rest) : 0;
        if (length != 0 && path[s] != '/' && in_class(rest.substr(1, length - 2), path[s])) {
          p += length;
          ++s;
          continue;
        }
        const bool escaped = rest.front() == '\\' && rest.size() > 1;
        const char wanted = escaped ? rest[1] : rest.front();
        const bool any = rest.front() == '?' && path[s] != '/';
        if (length == 0 && (any || wanted == path[s])) {
          p += escaped ? 2 : 1;
          ++s;
          continue;
        }
      }
    } else if (s == path.size()) {
      return true;
    }
    if (star_p != none && star_s < path.size() && path[star_s] != '/') {
      p = star_p;
      s = ++star_s;
      continue;
    }
    if (deep_p != none && deep_s < path.size()) {
      // After "**/" only the starts of path parts come into question.
      const bool after_slash = deep_p >= 3 && pattern.substr(deep_p - 3, 3) == "**/";
      std::size_t next = deep_s + 1;
      if (after_slash) {
        const std::size_t slash = path.find('/', deep_s);
        if (slash == none) return false;
        next = slash + 1;
      }
      deep_s = next;
      p = deep_p;
      s = next;
      star_p = none;
      continue;
    }
    return false;
  }
}

GitIgnore::GitIgnore(std::string_view text) {
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    Pattern pattern;
    if (line.starts_with('!')) {
      pattern.negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      pattern.directories_only = true;
      line.remove_suffix(1);
    }
    pattern.anchored = line.contains('/');
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    pattern.text = line;
    patterns_.push_back(std::move(pattern));
  }
}

GitIgnore::Verdict GitIgnore::verdict(std::string_view path, bool directory) const {
  Verdict verdict = Verdict::undecided;
  for (const Pattern& pattern : patterns_) {
    if (pattern.directories_only && !directory) continue;
    const std::string_view subject = pattern.anchored ? path : file_name(path);
    if (!wildcard_match(pattern.text, subject)) continue;
    verdict = pattern.negated ? Verdict::kept : Verdict::ignored;
  }
  return verdict;
}

}  // namespace plimsoll::app
