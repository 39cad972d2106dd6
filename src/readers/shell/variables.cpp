#include "readers/shell/variables.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace plimsoll::shell {

const Variable* Variables::find(std::string_view name) const {
  const auto found = table_.find(name);
  if (found == table_.end() || !found->second.value.assigned()) return nullptr;
  return &found->second.value;
}

Variables::Table::value_type& Variables::entry(std::string_view name) {
  const auto found = table_.find(name);
  if (found != table_.end()) return *found;
  return *table_.emplace(std::string(name), Entry()).first;
}

void Variables::keep(Table::value_type& variable, bool local) {
  if (scopes_.empty()) return;
  Entry& entry = variable.second;
  if (entry.scope == scopes_.back().number) return;
  changes_.push_back({&variable, std::move(entry.value), entry.scope, local});
  entry.scope = scopes_.back().number;
}

void Variables::assign(std::string_view name, Variable value) {
  Table::value_type& variable = entry(name);
  keep(variable, false);
  variable.second.value = std::move(value);
}

Variable* Variables::change(std::string_view name) {
  const auto found = table_.find(name);
  if (found == table_.end() || !found->second.value.assigned()) return nullptr;
  Entry& entry = found->second;
  if (scopes_.empty() || entry.scope == scopes_.back().number) return &entry.value;
  // The former value must be kept beside the new one; without a bound on such copies, a hostile
  // script of nothing but `(a+=x)` takes quadratic time.
  std::size_t size = entry.value.text.size();
  for (const Word& element : entry.value.elements) size += sizeof(Word) + element.text.size();
  Variable copy = {Variable::State::unknown, {}, {}, 0};
  if (size <= copies_) {
    copies_ -= size;
    copy = entry.value;
  }
  keep(*found, false);
  entry.value = std::move(copy);
  return &entry.value;
}

void Variables::make_local(std::string_view name) {
  if (scopes_.empty() || !scopes_.back().function) return;
  Table::value_type& variable = entry(name);
  keep(variable, true);
  variable.second.value = {Variable::State::text, {}, {}, 0};
}

void Variables::enter(bool function) {
  scopes_.push_back({++scope_count_, changes_.size(), function});
}

Variable Variables::merged(const Variable& before, Variable now, std::string_view name) const {
  using State = Variable::State;
  if (before.state == State::text && now.state == State::text && before.text == now.text)
    return now;
  if (before.state == State::array && now.state == State::array &&
      now.elements.size() > before.elements.size() &&
      std::equal(before.elements.begin(), before.elements.end(), now.elements.begin(),
                 [](const Word& a, const Word& b) { return a.text == b.text; })) {
    // Elements were added on one path only: the others stay known, and a word that stands for
    // "perhaps more" follows them.
    Word more;
    more.text = arena_.copy(concat("${", name, "[@]}"));
    more.at = now.elements[before.elements.size()].at;
    more.resolved = false;
    more.quoted = true;
    now.elements.resize(before.elements.size());
    now.elements.push_back(more);
    return now;
  }
  return {State::unknown, {}, {}, 0};
}

void Variables::leave(Leave leave) {
  const Scope scope = scopes_.back();
  scopes_.pop_back();
  const std::uint64_t around = scopes_.empty() ? 0 : scopes_.back().number;
  const std::size_t begin = scope.changes;
  std::size_t kept = begin;
  for (std::size_t i = begin; i < changes_.size(); ++i) {
    Change change = std::move(changes_[i]);
    auto& [name, entry] = *change.variable;
    entry.scope = change.scope_before;
    if (leave == Leave::restore || change.local) {
      entry.value = std::move(change.before);
      continue;
    }
    entry.value = merged(change.before, std::move(entry.value), name);
    // The scope around this one has changed the variable, too, and must be able to give it back.
    if (around == 0 || entry.scope == around) continue;
    entry.scope = around;
    change.scope_before = change.scope_before == around ? 0 : change.scope_before;
    changes_[kept++] = std::move(change);
  }
  changes_.resize(kept);
}

}  // namespace plimsoll::shell
