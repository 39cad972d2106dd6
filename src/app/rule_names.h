// What the names in suppressions and on the command line mean: rules, by name or alias.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "findings/suppression_reader.h"
#include "rules/rule.h"

namespace plimsoll::app {

class CatalogueNames final : public RuleNames {
 public:
  // ShellCheck's codes (SC2086) all mean the one rule that reports them.
  bool means(std::string_view name, std::string_view rule) const override;
  bool known(std::string_view name) const override;
};

// The rules that a name or an alias stands for; one that nothing has is an error that offers the
// nearest.
Result<std::vector<const Rule*>> rules_called(const std::string& name);

// The rules that `--select` and `--ignore` leave: all of them when `select` is empty. Each item is
// a name as rules_called() takes it.
Result<std::vector<const Rule*>> select_rules(const std::vector<std::string>& select,
                                              const std::vector<std::string>& ignore);

}  // namespace plimsoll::app
