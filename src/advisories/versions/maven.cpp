// Maven: whatever is written, cut at dots, hyphens, and between digits and letters, as
// 2.0.0-alpha-2-SNAPSHOT.
//
// The cuts make a list of numbers and words. At a hyphen, between a digit and a letter, and before
// a word that a dot precedes, a list inside of the list begins, and all that follows is in
// there: 1.0-rc1 is [1, 0, [rc, [1]]]. Zeros and words for the release at the end of a list's own
// items count for nothing: 1.0.0-x is 1-x.
//
// Two lists are compared item by item. A number is later than an inner list, that later than any
// word. Words come in the order alpha, beta, milestone, rc (and cr), snapshot, the release (no
// word, ga, final, release), sp, then all others by the alphabet. Before a digit, a, b and m are
// alpha, beta and milestone. What one list lacks is 0 or the release. Case counts for nothing.
//
// So 1-sp is after 1, that after 1-0-alpha, and that after 1-sp, since a list is later than a word:
// in corners that nobody uses Maven's order goes in circles, and this one with it.
//
// Sources: "Version Order Specification" of the POM Reference, and the answers of the
// ComparableVersion of Maven 3.9.9. (Maven 4 joins a word and the number behind it into one item,
// which moves a few.) Every text is a version. Case is that of ASCII.
#include <array>
#include <cstddef>
#include <memory_resource>
#include <vector>

#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

// In the order in which they come where two versions differ in kind.
enum class Kind : std::uint8_t { word, inner_list, number };

struct Item {
  Kind kind = Kind::word;
  int rank = 0;  // of a word
  std::string_view text = {};
};

constexpr int release_rank = 5;
constexpr int unknown_rank = 7;

int rank_of(std::string_view word, bool before_digit) {
  struct Known {
    std::string_view word;
    int rank;
  };
  constexpr std::array<Known, 11> known{{{"alpha", 0},
                                         {"beta", 1},
                                         {"milestone", 2},
                                         {"rc", 3},
                                         {"cr", 3},
                                         {"snapshot", 4},
                                         {"", release_rank},
                                         {"ga", release_rank},
                                         {"final", release_rank},
                                         {"release", release_rank},
                                         {"sp", 6}}};
  constexpr std::array<Known, 3> before_digits{{{"a", 0}, {"b", 1}, {"m", 2}}};
  if (before_digit) {
    for (const Known& each : before_digits) {
      if (equal_ignoring_case(word, each.word)) return each.rank;
    }
  }
  for (const Known& each : known) {
    if (equal_ignoring_case(word, each.word)) return each.rank;
  }
  return unknown_rank;
}

// Reads a version into its items. An inner list is always the last item of its list, so they stand
// flat, one after the other: an item `inner_list`, then what is in it.
class Items {
 public:
  explicit Items(std::string_view text) : items_(&memory_) {
    items_.reserve(buffered);
    std::size_t start = 0;
    bool digits = false;
    const auto piece = [&](std::size_t end) { return text.substr(start, end - start); };
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '.' || text[i] == '-') {
        if (i == start) {
          add_number("0");
        } else if (digits) {
          add_number(piece(i));
        } else {
          add_word(piece(i), false);
        }
        if (text[i] == '-') begin_list();
        start = i + 1;
      } else if (is_digit(text[i])) {
        if (!digits && i > start) {
          if (!at_list_start()) begin_list();
          add_word(piece(i), true);
          begin_list();
          start = i;
        }
        digits = true;
      } else {
        if (digits && i > start) {
          add_number(piece(i));
          begin_list();
          start = i;
        }
        digits = false;
      }
    }
    if (start < text.size()) {
      if (digits) {
        add_number(piece(text.size()));
      } else {
        if (!at_list_start()) begin_list();
        add_word(piece(text.size()), false);
      }
    }
    drop_nothings();
    while (!items_.empty() && items_.back().kind == Kind::inner_list) items_.pop_back();
  }
  Items(const Items&) = delete;
  Items& operator=(const Items&) = delete;

  const Item* at(std::size_t index) const {
    return index < items_.size() ? &items_[index] : nullptr;
  }

 private:
  static constexpr std::size_t buffered = 24;

  bool at_list_start() const { return items_.empty() || items_.back().kind == Kind::inner_list; }
  void add_number(std::string_view text) {
    items_.push_back({.kind = Kind::number, .text = without_leading_zeros(text)});
  }
  void add_word(std::string_view text, bool before_digit) {
    items_.push_back({.rank = rank_of(text, before_digit), .text = text});
  }
  void begin_list() {
    drop_nothings();
    items_.push_back({.kind = Kind::inner_list});
  }
  // The items at the end of the list so far that make no difference.
  void drop_nothings() {
    while (!at_list_start()) {
      const Item& last = items_.back();
      if (last.kind == Kind::number ? !last.text.empty() : last.rank != release_rank) break;
      items_.pop_back();
    }
  }

  std::array<std::byte, buffered * sizeof(Item)> buffer_;
  std::pmr::monotonic_buffer_resource memory_{buffer_.data(), buffer_.size()};
  std::pmr::vector<Item> items_;
};

std::strong_ordering compare_with_nothing(const Item& item) {
  switch (item.kind) {
    case Kind::word: return item.rank <=> release_rank;
    case Kind::inner_list: return std::strong_ordering::equal;  // what is in it decides
    case Kind::number: break;
  }
  return item.text.size() <=> std::size_t{0};
}

std::strong_ordering compare(const Item& a, const Item& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  if (a.kind == Kind::number) return compare_numbers(a.text, b.text);
  if (a.rank != b.rank || a.rank != unknown_rank) return a.rank <=> b.rank;
  return compare_ignoring_case(a.text, b.text);
}

}  // namespace

Order compare_maven_versions(std::string_view a, std::string_view b) {
  const Items left(a);
  const Items right(b);
  for (std::size_t i = 0;; ++i) {
    const Item* l = left.at(i);
    const Item* r = right.at(i);
    if (!l && !r) return std::strong_ordering::equal;
    std::strong_ordering order = std::strong_ordering::equal;
    if (l && r) {
      order = compare(*l, *r);
    } else if (l) {
      order = compare_with_nothing(*l);
    } else {
      order = 0 <=> compare_with_nothing(*r);
    }
    if (order != 0) return order;
  }
}

}  // namespace plimsoll::advisories
