// .gitignore files, as git reads them (gitignore(5)): patterns of outer directories first, the last
// pattern that matches wins, `!` takes a path back in, a pattern with a slash is anchored to its
// file's directory, a trailing slash means directories only, and nothing below an ignored directory
// is asked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::app {

// The patterns of one .gitignore file.
class GitIgnore {
 public:
  explicit GitIgnore(std::string_view text);

  enum class Verdict { undecided, ignored, kept };
  // `path` is relative to the file's directory, without a leading slash.
  Verdict verdict(std::string_view path, bool directory) const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string text;
    bool negated = false;
    bool directories_only = false;
    bool anchored = false;
  };
  std::vector<Pattern> patterns_;
};

// Whether a path matches a wildcard pattern: `?`, `*` and `[...]` stop at slashes, `**` does not.
bool wildcard_match(std::string_view pattern, std::string_view path);

}  // namespace plimsoll::app
