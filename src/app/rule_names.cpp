#include "app/rule_names.h"

#include <algorithm>

#include "base/text.h"
#include "rules/catalogue.h"

namespace plimsoll::app {
namespace {

constexpr std::string_view shellcheck_rule = "shell-error";

bool is_shellcheck_code(std::string_view name) {
  return name.size() > 2 && equal_ignoring_case(name.substr(0, 2), "SC") &&
         all_digits(name.substr(2));
}

Result<std::vector<const Rule*>> all_called(const std::vector<std::string>& names) {
  std::vector<const Rule*> out;
  for (const std::string& name : names) {
    const Result<std::vector<const Rule*>> found = rules_called(name);
    if (!found) return failure(found.error());
    out.insert(out.end(), found->begin(), found->end());
  }
  return out;
}

}  // namespace

bool CatalogueNames::means(std::string_view name, std::string_view rule) const {
  if (name == rule || (rule == shellcheck_rule && is_shellcheck_code(name))) return true;
  return std::ranges::any_of(rules::rules_named(name),
                             [&](const Rule* found) { return found->name == rule; });
}

bool CatalogueNames::known(std::string_view name) const {
  return is_shellcheck_code(name) || !rules::rules_named(name).empty();
}

Result<std::vector<const Rule*>> rules_called(const std::string& name) {
  std::vector<const Rule*> found = rules::rules_named(name);
  if (!found.empty()) return found;
  const std::string near = rules::nearest_rule_name(name);
  return failure({.message = concat("no rule is called \"", name, "\""),
                  .hint = near.empty() ? "`plimsoll rules` lists them"
                                       : concat("did you mean \"", near, "\"?")});
}

Result<std::vector<const Rule*>> select_rules(const std::vector<std::string>& select,
                                              const std::vector<std::string>& ignore) {
  const auto all = rules::catalogue();
  std::vector<const Rule*> out(all.begin(), all.end());
  if (!select.empty()) {
    const Result<std::vector<const Rule*>> selected = all_called(select);
    if (!selected) return failure(selected.error());
    std::erase_if(out, [&](const Rule* rule) {
      return std::ranges::find(*selected, rule) == selected->end();
    });
  }
  const Result<std::vector<const Rule*>> ignored = all_called(ignore);
  if (!ignored) return failure(ignored.error());
  std::erase_if(
      out, [&](const Rule* rule) { return std::ranges::find(*ignored, rule) != ignored->end(); });
  return out;
}

}  // namespace plimsoll::app
