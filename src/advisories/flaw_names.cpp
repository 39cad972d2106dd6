#include "advisories/flaw_names.h"

#include <algorithm>

#include "base/sort.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

std::vector<std::string_view> names_of(const StoredHead& record) {
  std::vector<std::string_view> names = record.aliases;
  names.push_back(record.id);
  sort_unique(names);
  return names;
}

// GitHub's ids are the ones that people search for.
bool is_better_name(std::string_view a, std::string_view b) {
  const bool a_is_github = a.starts_with("GHSA-");
  const bool b_is_github = b.starts_with("GHSA-");
  return a_is_github != b_is_github ? a_is_github : a < b;
}

}  // namespace

bool is_cve(std::string_view name) {
  constexpr std::string_view prefix = "CVE-";
  constexpr std::size_t year_digits = 4;
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return name.size() > year_digits + 1 && all_digits(name.substr(0, year_digits)) &&
         name[year_digits] == '-' && all_digits(name.substr(year_digits + 1));
}

void FlawNames::add(const StoredHead& record) {
  if (!record.flaws.empty()) return;
  const std::vector<std::string_view> names = names_of(record);
  const auto cves = std::ranges::count_if(names, is_cve);
  if (cves > 1) return;
  if (cves == 1) {
    const std::string_view cve = *std::ranges::find_if(names, is_cve);
    for (const std::string_view name : names) {
      if (name != cve) cves_[name].push_back(cve);
    }
    return;
  }
  for (const std::string_view name : names) {
    const std::string_view a = root_of(names.front());
    const std::string_view b = root_of(name);
    joined_.try_emplace(a, a);
    joined_.try_emplace(b, b);
    if (a == b) continue;
    const bool first = is_better_name(a, b);
    joined_[first ? b : a] = first ? a : b;
  }
}

std::string_view FlawNames::root_of(std::string_view name) const {
  for (auto at = joined_.find(name); at != joined_.end() && at->second != name;
       at = joined_.find(name)) {
    name = at->second;
  }
  return name;
}

void FlawNames::append_flaws(std::string_view name, std::vector<std::string_view>& out) const {
  if (is_cve(name)) {
    out.push_back(name);
    return;
  }
  const std::string_view root = root_of(name);
  for (const std::string_view known : {name, root}) {
    if (const auto at = cves_.find(known); at != cves_.end()) {
      out.insert(out.end(), at->second.begin(), at->second.end());
      return;
    }
  }
  out.push_back(root);
}

std::vector<std::string_view> FlawNames::flaws_of(const StoredHead& record) const {
  std::vector<std::string_view> out;
  if (!record.flaws.empty()) {
    for (const std::string_view name : record.flaws) append_flaws(name, out);
    sort_unique(out);
    return out;
  }
  const std::vector<std::string_view> names = names_of(record);
  for (const std::string_view name : names) {
    if (is_cve(name)) out.push_back(name);
  }
  if (!out.empty()) return out;
  // Any of its names may lead to a CVE; those that do not add nothing then.
  std::vector<std::string_view> found;
  for (const std::string_view name : names) append_flaws(name, found);
  std::ranges::copy_if(found, std::back_inserter(out), is_cve);
  if (out.empty()) out.push_back(root_of(record.id));
  sort_unique(out);
  return out;
}

}  // namespace plimsoll::advisories
