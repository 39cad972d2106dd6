// What a script's own assignments make of its variables, read without running it.
//
// A value is known only where it is the same on every path that leads there. So an assignment holds
// inside the branch, loop, function or subshell that makes it; when that is left, the variable goes
// back to what it was (subshell, `local`) or, if it was given something else, becomes unknown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "subjects/shell_script.h"

namespace plimsoll::shell {

struct Variable {
  enum class State : std::uint8_t { unassigned, unknown, text, array };
  State state = State::unassigned;
  std::string text;
  std::vector<Word> elements;
  std::size_t assigned_at = 0;  // the offset of the last `name=`, not `name+=`

  bool assigned() const { return state != State::unassigned; }
};

class Variables {
 public:
  enum class Leave : std::uint8_t {
    restore,  // a subshell: what it did is lost
    merge,    // a branch, a loop, a function: it may or may not have run
  };

  // `copies`: how many bytes of former values may be kept beside the present ones, in all.
  Variables(std::size_t copies, Arena& arena) : copies_(copies), arena_(arena) {}

  // The variable as far as the script has been read; null when the script never assigned it.
  const Variable* find(std::string_view name) const;

  void assign(std::string_view name, Variable value);
  void assign_unknown(std::string_view name) {
    assign(name, {Variable::State::unknown, {}, {}, 0});
  }
  // For `+=`: the variable to add to in place. Null when the script never assigned it.
  Variable* change(std::string_view name);
  // `local`: leaving the innermost function gives the variable its former value back.
  void make_local(std::string_view name);

  void enter(bool function = false);
  void leave(Leave leave);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct Entry {
    Variable value;
    std::uint64_t scope = 0;  // the scope that keeps its former value already
  };
  // Nodes stay where they are, so the changes may point to them.
  using Table = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;
  struct Change {
    Table::value_type* variable = nullptr;
    Variable before;
    std::uint64_t scope_before = 0;
    bool local = false;
  };
  struct Scope {
    std::uint64_t number = 0;
    std::size_t changes = 0;  // changes_ from here on belong to it
    bool function = false;
  };

  Table::value_type& entry(std::string_view name);
  // Keeps the value for when the innermost scope is left; the value is moved away.
  void keep(Table::value_type& variable, bool local);
  Variable merged(const Variable& before, Variable now, std::string_view name) const;

  Table table_;
  std::vector<Change> changes_;
  std::vector<Scope> scopes_;
  std::uint64_t scope_count_ = 0;
  std::size_t copies_ = 0;
  Arena& arena_;
};

}  // namespace plimsoll::shell
