#include "fix/combine.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace plimsoll::fix {
namespace {

// Of lines that are inserted at one place the deeper ones come first: they belong to what stands
// above, the others end it. An entry of a list may be as deep as the key behind it.
std::size_t depth_of(std::string_view inserted) {
  const std::size_t start = inserted.find_first_not_of("\r\n");
  if (start == std::string_view::npos) return 0;
  const std::string_view line = inserted.substr(start);
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  return 2 * blanks + (line.substr(blanks).starts_with("- ") ? 1 : 0);
}

// Lines behind a last line that has no ending of its own: they bring it.
bool ends_the_line(const Splice& splice) {
  return splice.text.starts_with('\n') || splice.text.starts_with("\r\n");
}

// Insertions stand before a replacement that begins at their place, and what goes on in the line
// before what ends it.
bool comes_before(const Splice& a, const Splice& b) {
  if (a.span != b.span) {
    return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
  }
  if (ends_the_line(a) != ends_the_line(b)) return ends_the_line(b);
  const std::size_t depth_a = depth_of(a.text);
  const std::size_t depth_b = depth_of(b.text);
  if (depth_a != depth_b) return depth_a > depth_b;
  return std::tie(a.slot, a.text) < std::tie(b.slot, b.text);
}

// What is inserted at the end of something that goes might belong to it. Lines of their own do not,
// unless whole lines go: without an ending of their own, those take the one before them.
bool reaches(std::string_view text, const Splice& replaced, const Splice& inserted) {
  const std::uint32_t offset = inserted.span.begin;
  const char first = text[replaced.span.begin];
  const bool apart = ends_the_line(inserted) && first != '\n' && first != '\r';
  const bool with_end = replaced.text.empty() && !apart;
  return offset > replaced.span.begin &&
         (with_end ? offset <= replaced.span.end : offset < replaced.span.end);
}

struct Earlier {
  bool operator()(const Splice& a, const Splice& b) const { return comes_before(a, b); }
};
using Accepted = std::set<Splice, Earlier>;

bool excludes(std::string_view text, const Splice& a, const Splice& b) {
  if (a == b || (a.span.empty() && b.span.empty())) return false;
  if (a.span.empty()) return reaches(text, b, a);
  if (b.span.empty()) return reaches(text, a, b);
  return a.span.begin < b.span.end && b.span.begin < a.span.end;
}

// Accepted splices do not overlap, so that of those that begin before a place only the last
// replacement can reach over it.
bool fits(std::string_view text, const Splice& splice, const Accepted& accepted) {
  auto next = accepted.lower_bound(Splice{{splice.span.begin, 0}, {}, {}});
  for (auto at = next; at != accepted.end() && at->span.begin <= splice.span.end; ++at) {
    if (excludes(text, splice, *at)) return false;
  }
  while (next != accepted.begin()) {
    --next;
    if (excludes(text, splice, *next)) return false;
    if (!next->span.empty()) break;
  }
  return true;
}

// Of insertions at one place only one may fill a slot, of replacements wherever they stand.
class FilledSlots {
 public:
  bool has_room(const Splice& splice) const {
    const auto found = splices_.find(slot_of(splice));
    return found == splices_.end() || splice.slot.empty() || found->second == splice;
  }
  void fill(const Splice& splice) { splices_.emplace(slot_of(splice), splice); }

 private:
  using Slot = std::pair<std::uint32_t, std::string>;
  static Slot slot_of(const Splice& splice) {
    constexpr auto anywhere = std::numeric_limits<std::uint32_t>::max();
    return {splice.span.empty() ? splice.span.begin : anywhere, splice.slot};
  }
  std::map<Slot, Splice> splices_;
};

// Whether a fix's own splices leave each other alone. Those that do not would make a text that
// nobody meant.
bool is_consistent(std::vector<Splice> splices) {
  std::ranges::sort(splices, comes_before);
  for (std::size_t i = 1; i < splices.size(); ++i) {
    if (splices[i].span.begin < splices[i - 1].span.end && splices[i] != splices[i - 1]) {
      return false;
    }
  }
  return true;
}

// Which shared edits are made: those that are wanted for all their places. When a fix that wants
// one has to wait, it is given up, since the others' would then be half of that fix.
class Sharing {
 public:
  explicit Sharing(std::span<const WantedFix> wanted) : wanted_(wanted) {
    std::vector<std::size_t> all(wanted.size());
    std::iota(all.begin(), all.end(), 0);
    made_ = wanted_for_all_places(all);
  }

  // What is made in the stead of a fix's splice, or null.
  const SharedEdit* in_stead_of(const WantedFix& fix, std::size_t splice) const {
    for (const WantedFix::Shared& shared : fix.shared) {
      if (shared.splice == splice && made_.contains(shared.edit.what)) return &shared.edit;
    }
    return nullptr;
  }

  // Whether any had to be given up, so that the fixes have to be put together anew. What is added
  // may wait for the next round. What goes, goes as far as it can.
  bool give_up_halves(const std::vector<std::size_t>& applied) {
    const std::set<std::string_view> whole = wanted_for_all_places(applied);
    bool any = false;
    for (std::size_t index = 0; index < wanted_.size(); ++index) {
      const WantedFix& fix = wanted_[index];
      const bool waits = !std::ranges::binary_search(applied, index);
      for (std::size_t i = 0; i < fix.splices.size(); ++i) {
        if (waits && fix.splices[i].span.empty()) continue;
        const SharedEdit* const edit = in_stead_of(fix, i);
        if (edit == nullptr || whole.contains(edit->what)) continue;
        made_.erase(edit->what);
        any = true;
      }
    }
    return any;
  }

 private:
  std::set<std::string_view> wanted_for_all_places(const std::vector<std::size_t>& fixes) const {
    std::map<std::string_view, std::set<std::uint32_t>> places;
    std::set<std::string_view> out;
    for (const std::size_t index : fixes) {
      for (const auto& [splice, edit] : wanted_[index].shared) {
        std::set<std::uint32_t>& known = places[edit.what];
        known.insert(edit.place);
        if (known.size() == edit.places) out.insert(edit.what);
      }
    }
    return out;
  }

  std::span<const WantedFix> wanted_;
  std::set<std::string_view> made_;  // as SharedEdit::what
};

Combination combine(std::string_view text, std::span<const WantedFix> wanted,
                    const Sharing& sharing) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tie(wanted[a].order, a) < std::tie(wanted[b].order, b);
  });
  Combination result;
  Accepted accepted;
  FilledSlots filled;
  for (const std::size_t index : order) {
    std::vector<Splice> splices = wanted[index].splices;
    // The slots of insertions are filled even so: what another fix writes there would overrule what
    // is shared. Those of what goes are not: the shared edit leaves no list without entries.
    std::vector<Splice> slots = splices;
    for (std::size_t i = 0; i < splices.size(); ++i) {
      const SharedEdit* const shared = sharing.in_stead_of(wanted[index], i);
      if (shared == nullptr) continue;
      const bool is_insertion = splices[i].span.empty();
      splices[i] = {shared->span, shared->text, shared->slot};
      if (is_insertion) {
        slots.push_back(splices[i]);
      } else {
        slots[i] = splices[i];
      }
    }
    const bool fit =
        std::ranges::all_of(splices,
                            [&](const Splice& one) { return fits(text, one, accepted); }) &&
        std::ranges::all_of(slots, [&](const Splice& one) { return filled.has_room(one); });
    if (fit && is_consistent(splices)) {
      accepted.insert(splices.begin(), splices.end());
      for (const Splice& one : slots) filled.fill(one);
      result.applied.push_back(index);
    } else {
      result.deferred.push_back(index);
    }
  }
  std::ranges::sort(result.applied);
  std::ranges::sort(result.deferred);
  result.splices.assign(accepted.begin(), accepted.end());
  return result;
}

}  // namespace

Combination combine(std::string_view text, std::span<const WantedFix> wanted) {
  Sharing sharing(wanted);
  while (true) {
    Combination result = combine(text, wanted, sharing);
    if (!sharing.give_up_halves(result.applied)) return result;
  }
}

std::string spliced(std::string_view text, std::span<const Splice> splices) {
  std::string out;
  std::size_t size = text.size();
  for (const Splice& splice : splices) size += splice.text.size();
  out.reserve(size);
  std::size_t done = 0;
  for (const Splice& splice : splices) {
    out += text.substr(done, splice.span.begin - done);
    out += splice.text;
    done = splice.span.end;
  }
  out += text.substr(std::min(done, text.size()));
  return out;
}

}  // namespace plimsoll::fix
