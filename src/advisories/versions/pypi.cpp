// Python: [N!]N{.N}[{a|b|rc}N][.postN][.devN][+local], as 1!2.0rc1.post2.dev3+cu118.
//
// The epoch "N!" is 0 when there is none. The release is a list of numbers, compared by value and
// with zeros to the right of it. Of one release come first its development versions, then alphas,
// betas, release candidates, the release, and what was posted after it; and each of those may have
// development versions, which come before it, and posts, which come after it. A local version comes
// after the same without; its numbers are later than its words.
//
// Words have other spellings (alpha, c, pre, preview, rev, r), any case, and separators around them
// that count for nothing; 1.0-1 is 1.0.post1.
//
// Source: "Version specifiers" of the Python packaging specifications (PEP 440), with its appendix
// on normalisation. What it does not read (2004d, 1.0-SNAPSHOT) is no version; pip refuses such
// since version 24.1, and the order that it had before was a guess.
#include <span>

#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

// What a release is followed by decides where it stands among those of its numbers.
enum class Stage : std::uint8_t { development, alpha, beta, candidate, release };

struct PythonVersion {
  std::string_view epoch;
  std::string_view release;  // numbers between dots
  Stage stage = Stage::release;
  std::string_view stage_number;
  std::optional<std::string_view> post;
  std::optional<std::string_view> development;
  std::string_view local;
};

struct Word {
  std::string_view text;
  Stage stage;
};
// Longer ones before those that they begin with.
constexpr Word stages[] = {
    {"alpha", Stage::alpha},       {"a", Stage::alpha},
    {"beta", Stage::beta},         {"b", Stage::beta},
    {"rc", Stage::candidate},      {"c", Stage::candidate},
    {"preview", Stage::candidate}, {"pre", Stage::candidate},
};
constexpr Word posts[] = {{"post", Stage::release}, {"rev", Stage::release}, {"r", Stage::release}};
constexpr Word developments[] = {{"dev", Stage::development}};

bool is_separator(char c) {
  return c == '-' || c == '_' || c == '.';
}

bool take_separator(std::string_view& text) {
  if (text.empty() || !is_separator(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

struct Taken {
  Stage stage;
  std::string_view number;
};

// Takes [separator]word[separator][number], the second separator also without a number; nothing
// where the text does not begin so.
std::optional<Taken> take_stage(std::string_view& text, std::span<const Word> words) {
  std::string_view rest = text;
  take_separator(rest);
  for (const Word& word : words) {
    if (!equal_ignoring_case(rest.substr(0, word.text.size()), word.text)) continue;
    rest.remove_prefix(word.text.size());
    take_separator(rest);
    const std::string_view number = take_digits(rest);
    text = rest;
    return Taken{word.stage, number};
  }
  return std::nullopt;
}

bool is_local(std::string_view text) {
  while (true) {
    const std::string_view part =
        take_while(text, [](char c) { return is_digit(c) || is_alpha(c); });
    if (part.empty()) return false;
    if (text.empty()) return true;
    if (!take_separator(text)) return false;
  }
}

std::optional<PythonVersion> read(std::string_view text) {
  text = trim(text);
  if (!take(text, 'v')) take(text, 'V');
  PythonVersion out;
  std::string_view rest = text;
  if (const std::string_view epoch = take_digits(rest); !epoch.empty() && take(rest, '!')) {
    out.epoch = epoch;
    text = rest;
  }
  rest = text;
  std::size_t length = 0;
  do {
    if (take_digits(rest).empty()) break;
    length = text.size() - rest.size();
  } while (take(rest, '.'));
  if (length == 0) return std::nullopt;
  out.release = text.substr(0, length);
  text.remove_prefix(length);

  const std::optional<Taken> stage = take_stage(text, stages);
  if (stage) {
    out.stage = stage->stage;
    out.stage_number = stage->number;
  }
  rest = text;
  if (take(rest, '-') && !rest.empty() && is_digit(rest.front())) {
    out.post = take_digits(rest);
    text = rest;
  } else if (const std::optional<Taken> post = take_stage(text, posts)) {
    out.post = post->number;
  }
  if (const std::optional<Taken> development = take_stage(text, developments)) {
    out.development = development->number;
    if (!stage && !out.post) out.stage = Stage::development;
  }
  if (take(text, '+')) {
    if (!is_local(text)) return std::nullopt;
    out.local = text;
    text = {};
  }
  if (!text.empty()) return std::nullopt;
  return out;
}

std::strong_ordering compare_releases(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const std::strong_ordering order = compare_numbers(take_digits(a), take_digits(b));
    if (order != 0) return order;
    take(a, '.');
    take(b, '.');
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_locals(std::string_view a, std::string_view b) {
  const auto take_part = [](std::string_view& text) {
    const std::string_view part = take_while(text, [](char c) { return !is_separator(c); });
    take_separator(text);
    return part;
  };
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_part(a);
    const std::string_view right = take_part(b);
    const bool number = all_digits(left);
    if (number != all_digits(right)) {
      return number ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    const std::strong_ordering order =
        number ? compare_numbers(left, right) : compare_ignoring_case(left, right);
    if (order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

std::strong_ordering compare(const PythonVersion& a, const PythonVersion& b) {
  std::strong_ordering order = compare_numbers(a.epoch, b.epoch);
  if (order == 0) order = compare_releases(a.release, b.release);
  if (order == 0) order = a.stage <=> b.stage;
  if (order == 0) order = compare_numbers(a.stage_number, b.stage_number);
  // Without a post comes before any post, without a development version after any.
  if (order == 0) order = a.post.has_value() <=> b.post.has_value();
  if (order == 0 && a.post) order = compare_numbers(*a.post, *b.post);
  if (order == 0) order = b.development.has_value() <=> a.development.has_value();
  if (order == 0 && a.development) order = compare_numbers(*a.development, *b.development);
  if (order == 0) order = compare_locals(a.local, b.local);
  return order;
}

}  // namespace

Order compare_pypi_versions(std::string_view a, std::string_view b) {
  const std::optional<PythonVersion> left = read(a);
  const std::optional<PythonVersion> right = read(b);
  if (!left || !right) return std::nullopt;
  return compare(*left, *right);
}

}  // namespace plimsoll::advisories
