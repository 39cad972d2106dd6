// Turns the changes of a fix into edits of a compose file. Its tree says what stands where; every
// value is seen as it is written, in the text. Each change becomes splices of the text, and what is
// not part of a change stays byte for byte.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/edit.h"
#include "base/result.h"
#include "findings/finding.h"

namespace plimsoll::compose {
struct Merge;
struct Node;
}  // namespace plimsoll::compose

namespace plimsoll::fix {

class ComposeEditor {
 public:
  // `source` and its tree's documents must outlive the editor. `for_swarm`: limits are written
  // below `deploy`, and what a stack drops is not written at all.
  ComposeEditor(const Source& source, std::span<const compose::Node* const> documents,
                std::span<const compose::Merge> merges, bool for_swarm = false);
  ~ComposeEditor();
  ComposeEditor(const ComposeEditor&) = delete;
  ComposeEditor& operator=(const ComposeEditor&) = delete;

  // The edits of the changes of one fix, which are to be made in this file: for an addition the one
  // that declares the finding's service, else the one that the change's place is in. An Error's
  // message says why they cannot be made here.
  Result<std::vector<Edit>> edits(std::span<const Change> changes, const Location& service);
  // The service names nothing to run: the file is meant to be laid over another one, whose settings
  // it would repeat or overrule.
  bool is_part(const Location& service) const;
  // Fix::turn of what is added to a service: how many others it inherits from, one above the other.
  int turn_of(const Location& service) const;
  Result<std::vector<Edit>> edits(const Change& change, const Location& service) {
    return edits(std::span(&change, 1), service);
  }

 private:
  class Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace plimsoll::fix
