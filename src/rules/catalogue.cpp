#include "rules/catalogue.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll {

std::string_view name_of(Subject subject) {
  switch (subject) {
    case Subject::container: return "container";
    case Subject::dockerfile: return "dockerfile";
    case Subject::compose: return "compose";
    case Subject::image: return "image";
    case Subject::daemon: return "daemon";
    case Subject::host: return "host";
    case Subject::fleet: return "fleet";
    case Subject::any: return "any";
  }
  return "";
}

namespace rules {
namespace {

// "cis-5" means "cis-5.10" and, for families with letters, nothing else.
bool alias_matches(std::string_view alias, std::string_view name) {
  if (equal_ignoring_case(alias, name)) return true;
  return alias.size() > name.size() && alias[name.size()] == '.' &&
         equal_ignoring_case(alias.substr(0, name.size()), name);
}

}  // namespace

const Rule* find_rule(std::string_view name) {
  const auto all = catalogue();
  const auto found =
      std::ranges::lower_bound(all, name, {}, [](const Rule* rule) { return rule->name; });
  return found != all.end() && (*found)->name == name ? *found : nullptr;
}

std::vector<const Rule*> rules_named(std::string_view name) {
  if (const Rule* rule = find_rule(name)) return {rule};
  std::vector<const Rule*> out;
  for (const Rule* rule : catalogue()) {
    const auto matches = [&](const Reference& reference) {
      return alias_matches(alias_of(reference), name);
    };
    if (std::ranges::any_of(rule->references, matches)) out.push_back(rule);
  }
  return out;
}

std::vector<std::string> aliases_of(const Rule& rule) {
  std::vector<std::string> out;
  for (const Reference& reference : rule.references) {
    std::string alias = alias_of(reference);
    if (!alias.empty()) out.push_back(std::move(alias));
  }
  return out;
}

std::string nearest_rule_name(std::string_view name) {
  std::vector<std::string> names;
  for (const Rule* rule : catalogue()) {
    names.emplace_back(rule->name);
    for (std::string& alias : aliases_of(*rule)) names.push_back(std::move(alias));
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return std::string(nearest(name, views).value_or(""));
}

}  // namespace rules
}  // namespace plimsoll
