// The lines that differ are found by Myers' algorithm ("An O(ND) Difference Algorithm and Its
// Variations", 1986): the shortest way through the grid whose columns are the old lines and whose
// rows are the new ones. Its time grows with the number of differences, which is bounded here:
// beyond it the rest is one replacement, still right, only longer.
#include "fix/unified_diff.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "reports/mask.h"

namespace plimsoll::fix {
namespace {

constexpr std::size_t context_lines = 3;
constexpr int max_differences = 2000;

using Lines = std::vector<std::string_view>;

// With their endings.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Lines [before_begin, before_end) become [after_begin, after_end).
struct Difference {
  std::size_t before_begin = 0;
  std::size_t before_end = 0;
  std::size_t after_begin = 0;
  std::size_t after_end = 0;
};

// The steps of the shortest way, as matched pairs of lines in order.
std::optional<std::vector<std::pair<std::size_t, std::size_t>>> matches(const Lines& a,
                                                                        const Lines& b) {
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  const int limit = std::min(n + m, max_differences);
  std::vector<std::vector<int>> rounds;
  std::vector<int> furthest(2 * static_cast<std::size_t>(limit) + 3, 0);
  const auto at = [limit](std::vector<int>& v, int k) -> int& { return v.begin()[k + limit + 1]; };
  for (int d = 0; d <= limit; ++d) {
    rounds.emplace_back(furthest.begin() + (limit + 1 - d), furthest.begin() + (limit + 2 + d));
    for (int k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
      int x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      int y = x - k;
      while (x < n && y < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(y)]) {
        ++x;
        ++y;
      }
      at(furthest, k) = x;
      if (x < n || y < m) continue;
      // Back along the rounds.
      std::vector<std::pair<std::size_t, std::size_t>> found;
      for (int step = d; step >= 0; --step) {
        std::vector<int>& row = rounds[static_cast<std::size_t>(step)];
        const auto get = [&](int diagonal) {
          return std::abs(diagonal) > step ? -1 : row.begin()[diagonal + step];
        };
        const int diagonal = x - y;
        const bool went_down =
            diagonal == -step || (diagonal != step && get(diagonal - 1) < get(diagonal + 1));
        const int from = went_down ? diagonal + 1 : diagonal - 1;
        const int start_x = step == 0 ? 0 : (went_down ? get(from) : get(from) + 1);
        while (x > start_x && y > 0) {
          --x;
          --y;
          found.emplace_back(x, y);
        }
        if (step == 0) break;
        x = get(from);
        y = x - from;
      }
      std::ranges::reverse(found);
      return found;
    }
  }
  return std::nullopt;
}

std::vector<Difference> differences(const Lines& before, const Lines& after) {
  std::size_t head = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < before.size() - head && tail < after.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  const Lines a(before.begin() + static_cast<std::ptrdiff_t>(head),
                before.end() - static_cast<std::ptrdiff_t>(tail));
  const Lines b(after.begin() + static_cast<std::ptrdiff_t>(head),
                after.end() - static_cast<std::ptrdiff_t>(tail));
  std::vector<Difference> out;
  if (a.empty() && b.empty()) return out;
  auto pairs = matches(a, b);
  if (!pairs) pairs.emplace();
  pairs->emplace_back(a.size(), b.size());
  std::size_t x = 0;
  std::size_t y = 0;
  for (const auto& [match_x, match_y] : *pairs) {
    if (x < match_x || y < match_y)
      out.push_back({head + x, head + match_x, head + y, head + match_y});
    x = match_x + 1;
    y = match_y + 1;
  }
  return out;
}

bool shows_secret(std::string_view line) {
  return !secrets_in(line).empty();
}

class Writer {
 public:
  Writer(std::string_view path, Lines before, Lines after, bool is_new)
      : before_(std::move(before)), after_(std::move(after)) {
    const std::string name(path.starts_with("./") ? path.substr(2) : path);
    // An absolute path has no place below a/ and b/.
    const std::string below = name.starts_with('/') ? name.substr(1) : name;
    header_ = is_new ? concat("--- /dev/null\n+++ b/", below, "\n")
                     : concat("--- a/", below, "\n+++ b/", below, "\n");
  }

  UnifiedDiff run() {
    all_ = differences(before_, after_);
    for (std::size_t i = 0; i < all_.size();) {
      std::size_t last = i;
      while (last + 1 < all_.size() && joined(all_[last], all_[last + 1])) ++last;
      write(i, last);
      i = last + 1;
    }
    return std::move(diff_);
  }

 private:
  // Two changes share a hunk when the lines between them are few and may all be shown.
  bool joined(const Difference& a, const Difference& b) const {
    if (b.before_begin - a.before_end > 2 * context_lines) return false;
    return clean(a.before_end, b.before_begin);
  }

  bool clean(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      if (shows_secret(before_[i])) return false;
    }
    return true;
  }

  void write(std::size_t first, std::size_t last) {
    const std::size_t begin = all_[first].before_begin;
    const std::size_t end = all_[last].before_end;
    std::size_t above = 0;
    const std::size_t least_begin = first == 0 ? 0 : all_[first - 1].before_end;
    while (above < context_lines && begin - above > least_begin &&
           !shows_secret(before_[begin - above - 1])) {
      ++above;
    }
    std::size_t below = 0;
    const std::size_t most_end =
        last + 1 < all_.size() ? all_[last + 1].before_begin : before_.size();
    while (below < context_lines && end + below < most_end && !shows_secret(before_[end + below])) {
      ++below;
    }
    // git takes a hunk without lines below for one at the file's end, and one that starts at the
    // first line for one at its beginning.
    bool hidden = below == 0 && end < before_.size();
    for (std::size_t i = first; i <= last && !hidden; ++i) {
      hidden = !clean(all_[i].before_begin, all_[i].before_end);
      for (std::size_t line = all_[i].after_begin; line < all_[i].after_end; ++line) {
        hidden = hidden || shows_secret(after_[line]);
      }
    }
    if (hidden) {
      ++diff_.hidden_hunks;
      // Nobody applies the hidden hunk, so that the lines behind it stay where they are.
      shift_ += static_cast<std::ptrdiff_t>(end - begin) -
                static_cast<std::ptrdiff_t>(all_[last].after_end - all_[first].after_begin);
      return;
    }
    put(first, last, above, below);
  }

  void put(std::size_t first, std::size_t last, std::size_t above, std::size_t below) {
    if (diff_.text.empty()) diff_.text = header_;
    const std::size_t old_begin = all_[first].before_begin - above;
    const std::size_t old_count = all_[last].before_end + below - old_begin;
    const std::size_t new_begin = all_[first].after_begin - above;
    const std::size_t new_count = all_[last].after_end + below - new_begin;
    const auto shifted = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(new_begin) + shift_);
    diff_.text +=
        concat("@@ -", range(old_begin, old_count), " +", range(shifted, new_count), " @@\n");
    std::size_t at = old_begin;
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < all_[i].before_begin; ++at) line(' ', before_[at]);
      for (; at < all_[i].before_end; ++at) line('-', before_[at]);
      for (std::size_t j = all_[i].after_begin; j < all_[i].after_end; ++j) line('+', after_[j]);
    }
    for (; at < old_begin + old_count; ++at) line(' ', before_[at]);
  }

  static std::string range(std::size_t begin, std::size_t count) {
    // A range without lines names the line before it.
    return concat(std::to_string(count == 0 ? begin : begin + 1), ",", std::to_string(count));
  }

  void line(char mark, std::string_view text) {
    diff_.text += mark;
    diff_.text += text;
    if (!text.ends_with('\n')) diff_.text += "\n\\ No newline at end of file\n";
  }

  const Lines before_;
  const Lines after_;
  std::string header_;
  std::vector<Difference> all_;
  std::ptrdiff_t shift_ = 0;
  UnifiedDiff diff_;
};

}  // namespace

UnifiedDiff unified_diff(std::string_view path, std::string_view before, std::string_view after,
                         bool is_new) {
  return Writer(path, lines_of(before), lines_of(after), is_new).run();
}

}  // namespace plimsoll::fix
