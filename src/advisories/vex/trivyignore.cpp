#include "advisories/vex/trivyignore.h"

#include <algorithm>
#include <optional>

#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::advisories {
namespace {

// One part of a path and of a pattern. After a star that does not lead on the last star takes a
// character more: earlier ones need not be tried again.
bool is_part_like(std::string_view part, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::optional<std::size_t> star;
  std::size_t taken = 0;
  while (at < part.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      taken = at;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '?' || pattern[in_pattern] == part[at])) {
      ++at;
      ++in_pattern;
    } else if (star) {
      in_pattern = *star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

class IgnoreReader {
 public:
  explicit IgnoreReader(const Source& source) : source_(source) {}

  Reading<std::vector<IgnoredVulnerability>> read() {
    const std::string_view text = source_.text();
    std::size_t begin = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    while (begin < text.size()) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      if (out_.value.size() + out_.errors.size() >= max_ignored_vulnerabilities) {
        fail(begin, end, "the file has more entries than are read");
        break;
      }
      read_line(begin, end);
      begin = end + 1;
    }
    return std::move(out_);
  }

 private:
  void fail(std::size_t begin, std::size_t end, std::string message) {
    out_.errors.push_back({.message = std::move(message), .at = {&source_, span(begin, end)}});
  }
  static Span span(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void read_line(std::size_t begin, std::size_t end) {
    const std::string_view line = trim(source_.text().substr(begin, end - begin));
    if (line.empty()) {
      comment_.clear();
      is_below_entry_ = false;
    } else if (line.starts_with('#')) {
      // A comment behind entries is about the next ones.
      if (is_below_entry_) comment_.clear();
      is_below_entry_ = false;
      if (comment_.size() < max_ignored_text) {
        comment_ += concat(comment_.empty() ? "" : " ", without_hash(line));
      }
    } else {
      is_below_entry_ = true;
      read_entry(line, begin, end);
    }
  }

  static std::string_view without_hash(std::string_view comment) {
    const std::size_t first = comment.find_first_not_of('#');
    return first == std::string_view::npos ? std::string_view() : trim(comment.substr(first));
  }

  void read_entry(std::string_view line, std::size_t begin, std::size_t end) {
    IgnoredVulnerability entry;
    entry.at = {&source_, span(begin, end)};
    entry.reason = cut(comment_);
    const std::size_t hash = std::min(line.find(" #"), line.find("\t#"));
    if (hash != std::string_view::npos) {
      const std::string_view beside = without_hash(line.substr(hash + 1));
      if (!beside.empty()) entry.reason = cut(beside);
      line = trim(line.substr(0, hash));
    }
    constexpr std::string_view expires = "exp:";
    const std::vector<std::string_view> words = words_of(line);
    entry.id = words.front();
    if (entry.id.size() > max_ignored_text) return fail(begin, end, "the id is too long");
    for (const std::string_view word : words) {
      if (!word.starts_with(expires)) continue;
      entry.expires = word.substr(expires.size());
      if (is_date(entry.expires)) break;
      return fail(begin, end,
                  concat("\"exp:\" has a day as 2026-01-01, and not \"",
                         printable(word.substr(expires.size(), 40)), "\""));
    }
    out_.value.push_back(std::move(entry));
  }

  static std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> out;
    while (!(line = trim(line)).empty()) {
      const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
      out.push_back(line.substr(0, end));
      line.remove_prefix(end);
    }
    return out;
  }

  static std::string cut(std::string_view text) {
    std::size_t end = std::min(text.size(), max_ignored_text);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
      --end;
    }
    return std::string(text.substr(0, end));
  }

  const Source& source_;
  Reading<std::vector<IgnoredVulnerability>> out_;
  std::string comment_;
  bool is_below_entry_ = false;
};

bool is_about(const IgnoredVulnerability& entry, std::span<const std::string> names,
              std::span<const PackageUrl> package, std::string_view path) {
  const auto is_id = [&](const std::string& name) { return equal_ignoring_case(name, entry.id); };
  if (std::ranges::none_of(names, is_id)) return false;
  const auto is_path = [&](const std::string& pattern) { return is_path_like(path, pattern); };
  if (!entry.paths.empty() && std::ranges::none_of(entry.paths, is_path)) return false;
  return entry.purls.empty() || std::ranges::any_of(entry.purls, [&](const std::string& text) {
           const std::optional<PackageUrl> url = parse_package_url(text);
           return url && std::ranges::any_of(
                             package, [&](const PackageUrl& name) { return covers(*url, name); });
         });
}

}  // namespace

Reading<std::vector<IgnoredVulnerability>> read_trivyignore(const Source& source) {
  return IgnoreReader(source).read();
}

bool is_path_like(std::string_view path, std::string_view pattern) {
  const std::vector<std::string_view> parts = split(path, '/');
  // How many parts the pattern so far can be; the time is the product of both lengths.
  std::vector<char> reached(parts.size() + 1);
  reached[0] = 1;
  for (const std::string_view wanted : split(pattern, '/')) {
    if (wanted == "**") {
      std::fill(std::ranges::find(reached, 1), reached.end(), 1);
      continue;
    }
    for (std::size_t i = parts.size(); i > 0; --i) {
      reached[i] = reached[i - 1] != 0 && is_part_like(parts[i - 1], wanted) ? 1 : 0;
    }
    reached[0] = 0;
  }
  return reached.back() != 0;
}

const IgnoredVulnerability* entry_for(std::span<const IgnoredVulnerability> entries,
                                      std::span<const std::string> names,
                                      std::span<const PackageUrl> package, std::string_view path,
                                      std::string_view today) {
  const IgnoredVulnerability* expired = nullptr;
  for (const IgnoredVulnerability& entry : entries) {
    if (!is_about(entry, names, package, path)) continue;
    if (!entry.has_expired(today)) return &entry;
    if (expired == nullptr) expired = &entry;
  }
  return expired;
}

}  // namespace plimsoll::advisories
