// Puts the edits of several fixes together. A fix is applied whole or not at all: the edits of one
// that get into the way of another's are left for the next round, when the file is read anew.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit.h"

namespace plimsoll::fix {

// One replacement in a text that is known from elsewhere. `text` is what comes in its place.
struct Splice {
  Span span;
  std::string text;
  std::string slot;

  friend bool operator==(const Splice&, const Splice&) = default;
};

// What one fix wants of one text. `order` decides between fixes that exclude each other: the
// smaller one is applied. It must not depend on the order in which rules ran.
struct WantedFix {
  std::vector<Splice> splices;
  std::string order;
  // What may be made in a splice's stead, the best first.
  struct Shared {
    std::size_t splice = 0;  // index into splices
    SharedEdit edit;
  };
  std::vector<Shared> shared = {};
};

// The splices that can be made together, in the order of their places, and which fixes had to wait.
struct Combination {
  std::vector<Splice> splices;
  std::vector<std::size_t> applied;   // indices into what was wanted, ascending
  std::vector<std::size_t> deferred;  // the others
};

// An edit that several places share is made in their stead when the fixes of all of them are.
Combination combine(std::string_view text, std::span<const WantedFix> wanted);

// The text after the splices, which are in order and do not overlap.
std::string spliced(std::string_view text, std::span<const Splice> splices);

}  // namespace plimsoll::fix
