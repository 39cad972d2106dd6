// Alpine: digits{.digits}[letter[number]]{_suffix[number]}[~hash][-r number], as 3.1.4_rc2-r5.
//
// The first number goes by value; of those that follow, two go by value when neither begins with a
// zero, and else as texts, as decimal fractions would: 1.05 is before 1.3. Suffixes are words of a
// fixed list: _alpha, _beta, _pre and _rc come before the version without any; _cvs, _svn, _git,
// _hg and _p after. Where one version goes on with another kind of part than the other, the kind
// that stands earlier in the form above is later: 1.0.1 is after 1.0a, that after 1.0_p1, that
// after 1.0-r1, and each after 1.0.
//
// Source: "version" of apk-package(5), and test/unit/version.data of apk-tools 3, which also has
// what is no version. apk 2 and apk 3 order such texts differently; here they have no order. Only
// the number behind a letter is apk 2's: apk 3 refuses it, and Alpine had packages with such
// versions (6.0.3p1-r1).
#include <array>

#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

// In the order in which they may follow; all but numbers and suffixes can stand only once.
enum class Kind : std::uint8_t {
  first_number,
  number,
  letter,
  letter_number,
  suffix,
  suffix_number,
  hash,
  revision,
  end,
};

constexpr std::array<std::string_view, 9> suffixes{"alpha", "beta", "pre", "rc", "cvs",
                                                   "svn",   "git",  "hg",  "p"};
constexpr std::size_t suffixes_before_release = 4;

struct Part {
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t suffix = 0;  // its index

  bool before_release() const { return kind == Kind::suffix && suffix < suffixes_before_release; }
};

class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) {}

  // Nothing where the text is no version from here on.
  std::optional<Part> next() {
    const bool first = !begun_;
    const Kind last = last_;
    begun_ = true;
    std::optional<Part> part;
    if (first) {
      part = filled(Kind::first_number, take_digits(rest_));
    } else if (rest_.empty()) {
      part = Part{};
    } else if (last <= Kind::number && take(rest_, '.')) {
      part = filled(Kind::number, take_digits(rest_));
    } else if (last <= Kind::number && rest_.front() >= 'a' && rest_.front() <= 'z') {
      part = Part{Kind::letter, rest_.substr(0, 1)};
      rest_.remove_prefix(1);
    } else if (last == Kind::letter && is_digit(rest_.front())) {
      part = Part{Kind::letter_number, take_digits(rest_)};
    } else if (last == Kind::suffix && is_digit(rest_.front())) {
      part = Part{Kind::suffix_number, take_digits(rest_)};
    } else if (last <= Kind::suffix_number && take(rest_, '_')) {
      part = suffix();
    } else if (last <= Kind::suffix_number && take(rest_, '~')) {
      part =
          filled(Kind::hash,
                 take_while(rest_, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }));
    } else if (last <= Kind::hash && rest_.starts_with("-r")) {
      rest_.remove_prefix(2);
      part = filled(Kind::revision, take_digits(rest_));
    }
    if (part) last_ = part->kind;
    return part;
  }

 private:
  static std::optional<Part> filled(Kind kind, std::string_view text) {
    if (text.empty()) return std::nullopt;
    return Part{kind, text};
  }

  std::optional<Part> suffix() {
    const std::string_view word = take_while(rest_, [](char c) { return c >= 'a' && c <= 'z'; });
    for (std::size_t i = 0; i < suffixes.size(); ++i) {
      if (word == suffixes[i]) return Part{Kind::suffix, word, i};
    }
    return std::nullopt;
  }

  std::string_view rest_;
  Kind last_ = Kind::first_number;
  bool begun_ = false;
};

bool is_version(std::string_view text) {
  Parts parts(text);
  std::optional<Part> part = parts.next();
  while (part && part->kind != Kind::end) part = parts.next();
  return part.has_value();
}

std::strong_ordering compare_parts_of_kind(const Part& a, const Part& b) {
  switch (a.kind) {
    case Kind::number:
      if (a.text.starts_with('0') || b.text.starts_with('0')) return a.text <=> b.text;
      [[fallthrough]];
    case Kind::first_number:
    case Kind::letter_number:
    case Kind::suffix_number:
    case Kind::revision: return compare_numbers(a.text, b.text);
    case Kind::suffix: return a.suffix <=> b.suffix;
    case Kind::letter:
    case Kind::hash:
    case Kind::end: break;
  }
  return a.text <=> b.text;
}

}  // namespace

Order compare_apk_versions(std::string_view a, std::string_view b) {
  if (!is_version(a) || !is_version(b)) return std::nullopt;
  Parts left_parts(a);
  Parts right_parts(b);
  while (true) {
    const Part left = *left_parts.next();
    const Part right = *right_parts.next();
    if (left.kind != right.kind) {
      if (left.before_release()) return std::strong_ordering::less;
      if (right.before_release()) return std::strong_ordering::greater;
      return right.kind <=> left.kind;
    }
    if (left.kind == Kind::end) return std::strong_ordering::equal;
    const std::strong_ordering order = compare_parts_of_kind(left, right);
    if (order != 0) return order;
  }
}

}  // namespace plimsoll::advisories
