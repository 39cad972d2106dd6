// Composer (Packagist): [v]N[.N[.N[.N]]][-stability[N]][-dev], as v2.0.0-RC1.
//
// Composer brings every version into one form before it compares: four numbers, the missing ones 0,
// then the stability by its whole word. Alphas, betas and release candidates (a, b, RC) come before
// the version without, patches (p, pl) after it; "-dev" behind anything comes before the same
// without. "stable" counts for nothing, nor does what follows "+". A date (20240131, 2024-01-31) is
// a version of its own numbers.
//
// The forms are compared part by part: numbers by value, and words in the order dev, alpha, beta,
// RC, the end, a number, patch. Of a branch that is named like a version (2.x-dev) the missing
// numbers are 9999999, later than any. Other branches (dev-main) have no place among versions: a
// constraint on numbers never takes one, so they are no version here, nor is what Composer refuses
// to read.
//
// Composer knows "stable" in lower case alone and takes "1.0-STABLE" for earlier than anything: an
// oversight that is not repeated here.
//
// Sources: "Versions and constraints" of Composer's documentation, composer/semver's README and
// tests, PHP's documentation of version_compare().
#include <array>
#include <utility>

#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

// In the order in which they come where versions differ in kind.
enum class Kind : std::uint8_t { development, alpha, beta, candidate, end, number, patch };

struct Part {
  Kind kind = Kind::end;
  std::string_view number = {};
};

struct ComposerVersion {
  // Numbers, and whatever separates them.
  std::string_view numbers;
  // How many there are at least, and what the missing ones are.
  std::size_t least_numbers = 0;
  std::string_view missing = "0";
  Kind stability = Kind::end;
  std::string_view stability_numbers;
  bool development = false;
};

struct Word {
  std::string_view text;
  Kind kind;
};
// Longer ones before those that they begin with.
constexpr std::array<Word, 9> stabilities{{{"stable", Kind::end},
                                           {"beta", Kind::beta},
                                           {"b", Kind::beta},
                                           {"rc", Kind::candidate},
                                           {"alpha", Kind::alpha},
                                           {"a", Kind::alpha},
                                           {"patch", Kind::patch},
                                           {"pl", Kind::patch},
                                           {"p", Kind::patch}}};

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return equal_ignoring_case(text.substr(0, start.size()), start);
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!starts_with_ignoring_case(text, word)) return false;
  text.remove_prefix(word.size());
  return true;
}

void take_any(std::string_view& text, std::string_view characters) {
  if (!text.empty() && characters.contains(text.front())) text.remove_prefix(1);
}

// [separator][stability[numbers]][[separator]dev], whole.
bool read_stability(std::string_view text, ComposerVersion& out) {
  bool stable = false;
  take_any(text, "._-");
  for (const Word& word : stabilities) {
    if (!take_word(text, word.text)) continue;
    out.stability = word.kind;
    const std::string_view numbers = text;
    while (true) {
      std::string_view rest = text;
      take_any(rest, ".-");
      if (take_digits(rest).empty()) break;
      text = rest;
    }
    out.stability_numbers = numbers.substr(0, numbers.size() - text.size());
    stable = word.kind == Kind::end;
    break;
  }
  if (!text.empty()) {
    take_any(text, ".-");
    out.development = take_word(text, "dev");
    if (!out.development || !text.empty()) return false;
  }
  // Whatever follows "stable" counts for nothing.
  if (stable) {
    out.stability_numbers = {};
    out.development = false;
  }
  return true;
}

// N[.N[.N[.N]]] and a stability. The first number is not longer than five digits: else it is a
// date.
std::optional<ComposerVersion> read_numbers(std::string_view text) {
  ComposerVersion out;
  std::string_view rest = text;
  const std::size_t major = take_digits(rest).size();
  if (major < 1 || major > 5) return std::nullopt;
  for (std::size_t i = 1; i < 4; ++i) {
    std::string_view behind = rest;
    if (!take(behind, '.') || take_digits(behind).empty()) break;
    rest = behind;
  }
  out.numbers = text.substr(0, text.size() - rest.size());
  out.least_numbers = 4;
  if (!read_stability(rest, out)) return std::nullopt;
  return out;
}

// A year and at least a month, in pairs of digits with or without separators, then up to two
// numbers of at most three digits.
std::optional<ComposerVersion> read_date(std::string_view text) {
  const auto take_number = [](std::string_view& from, std::size_t least, std::size_t most) {
    std::string_view rest = from;
    take_any(rest, ".:-");
    std::size_t length = 0;
    while (length < rest.size() && length < most && is_digit(rest[length])) ++length;
    if (length < least) return false;
    from = rest.substr(length);
    return true;
  };
  std::string_view rest = text;
  if (take_digits(rest).size() < 4) return std::nullopt;
  rest = text.substr(4);
  std::size_t pairs = 0;
  while (pairs < 6 && take_number(rest, 2, 2)) ++pairs;
  if (pairs == 0) return std::nullopt;
  for (int i = 0; i < 2; ++i) take_number(rest, 1, 3);
  ComposerVersion out;
  out.numbers = text.substr(0, text.size() - rest.size());
  if (!read_stability(rest, out)) return std::nullopt;
  return out;
}

// Of a number in a branch's name that stands for all.
bool is_open(char c) {
  return c == 'x' || c == 'X' || c == '*';
}

// N[.N|.x]{0,3}-dev
std::optional<ComposerVersion> read_branch(std::string_view text) {
  if (text.size() < 3 || !equal_ignoring_case(text.substr(text.size() - 3), "dev")) {
    return std::nullopt;
  }
  text.remove_suffix(3);
  if (text.ends_with('.') || text.ends_with('-')) text.remove_suffix(1);
  ComposerVersion out;
  std::string_view rest = text;
  if (take_digits(rest).empty()) return std::nullopt;
  for (std::size_t i = 1; i < 4 && take(rest, '.'); ++i) {
    if (!rest.empty() && is_open(rest.front())) {
      rest.remove_prefix(1);
    } else if (take_digits(rest).empty()) {
      return std::nullopt;
    }
  }
  out.numbers = text.substr(0, text.size() - rest.size());
  if (!rest.empty()) return std::nullopt;
  out.least_numbers = 4;
  out.missing = "9999999";
  out.development = true;
  return out;
}

std::optional<ComposerVersion> read(std::string_view text) {
  text = trim(text);
  // "1.0@beta": the stability that is asked for, not the one that it has.
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    const std::string_view flag = text.substr(at + 1);
    for (const char* word : {"stable", "rc", "beta", "alpha", "dev"}) {
      if (equal_ignoring_case(flag, word)) text = text.substr(0, at);
    }
  }
  if (const std::size_t plus = text.find('+');
      plus != std::string_view::npos && plus > 0 && plus + 1 < text.size()) {
    for (const char c : text) {
      if (is_space(c)) return std::nullopt;
    }
    text = text.substr(0, plus);
  }
  if (starts_with_ignoring_case(text, "v")) text.remove_prefix(1);
  std::optional<ComposerVersion> out = read_numbers(text);
  if (!out) out = read_date(text);
  if (!out) out = read_branch(text);
  return out;
}

// The version's parts one after the other, and its end ever after.
class Parts {
 public:
  explicit Parts(const ComposerVersion& version) : version_(version) {}

  Part next() {
    if (const std::string_view number = take_number(version_.numbers); !number.empty()) {
      ++count_;
      return {Kind::number, is_open(number.front()) ? version_.missing : number};
    }
    if (count_ < version_.least_numbers) {
      ++count_;
      return {Kind::number, version_.missing};
    }
    if (version_.stability != Kind::end) {
      return {std::exchange(version_.stability, Kind::end)};
    }
    if (const std::string_view number = take_number(version_.stability_numbers); !number.empty()) {
      return {Kind::number, number};
    }
    return {std::exchange(version_.development, false) ? Kind::development : Kind::end};
  }

 private:
  static std::string_view take_number(std::string_view& text) {
    take_while(text, [](char c) { return !is_digit(c) && !is_open(c); });
    std::string_view number = take_digits(text);
    if (number.empty()) {
      number = text.substr(0, 1);
      text.remove_prefix(number.size());
    }
    return number;
  }

  ComposerVersion version_;
  std::size_t count_ = 0;
};

}  // namespace

Order compare_composer_versions(std::string_view a, std::string_view b) {
  const std::optional<ComposerVersion> left = read(a);
  const std::optional<ComposerVersion> right = read(b);
  if (!left || !right) return std::nullopt;
  Parts left_parts(*left);
  Parts right_parts(*right);
  while (true) {
    const Part l = left_parts.next();
    const Part r = right_parts.next();
    if (l.kind != r.kind) return l.kind <=> r.kind;
    if (l.kind == Kind::end) return std::strong_ordering::equal;
    const std::strong_ordering order = compare_numbers(l.number, r.number);
    if (order != 0) return order;
  }
}

}  // namespace plimsoll::advisories
