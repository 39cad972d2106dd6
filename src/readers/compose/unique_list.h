#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace plimsoll::compose {

// A list in which a later entry takes the place of an earlier one with the same key. `key` gives an
// entry's key as a text; the list is filled through this alone, and outlives it.
template <class T, class Key>
class UniqueList {
 public:
  UniqueList(std::vector<T>& entries, Key key) : entries_(entries), key_(key) {}

  void put(T entry) {
    if (entries_.size() <= small) {
      for (T& known : entries_) {
        if (key_(known) == key_(entry)) {
          known = std::move(entry);
          return;
        }
      }
      entries_.push_back(std::move(entry));
      return;
    }
    if (index_.empty()) {
      for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(key_(entries_[i]), i);
    }
    const auto [at, fresh] = index_.try_emplace(std::string(key_(entry)), entries_.size());
    if (fresh) {
      entries_.push_back(std::move(entry));
    } else {
      entries_[at->second] = std::move(entry);
    }
  }

 private:
  static constexpr std::size_t small = 24;
  std::vector<T>& entries_;
  Key key_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace plimsoll::compose
