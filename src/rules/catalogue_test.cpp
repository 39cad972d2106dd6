// Walks the whole catalogue: what every rule must have.
#include "rules/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "base/files.h"
#include "base/text.h"
#include "support/cases.h"
#include "support/repository.h"

namespace plimsoll::rules {
namespace {

bool is_kebab_case(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; };
  return !name.empty() && std::ranges::all_of(name, allowed) && is_alpha(name.front()) &&
         name.back() != '-' && !name.contains("--");
}

bool has(const Rule& rule, Subject subject) {
  return std::ranges::find(rule.subjects, subject) != rule.subjects.end();
}

TEST(Catalogue, IsSortedAndItsNamesAreUnique) {
  const auto all = catalogue();
  ASSERT_GT(all.size(), 90u);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1]->name, all[i]->name);
  for (const Rule* rule : all) EXPECT_EQ(find_rule(rule->name), rule);
}

TEST(Catalogue, EveryRuleSaysWhatItMust) {
  for (const Rule* rule : catalogue()) {
    SCOPED_TRACE(rule->name);
    EXPECT_TRUE(is_kebab_case(rule->name));
    EXPECT_FALSE(rule->title.empty());
    EXPECT_FALSE(rule->topic.empty());
    EXPECT_FALSE(rule->subjects.empty());
    EXPECT_FALSE(rule->references.empty());
    for (const std::string_view text : {rule->rationale, rule->remediation, rule->limits}) {
      EXPECT_TRUE(text.ends_with('.') || text.ends_with('`')) << text;
    }
    EXPECT_FALSE(rule->title.ends_with('.'));
    // A check reads only what the rule is about.
    if (rule->check.container != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::container));
    }
    if (rule->check.dockerfile != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::dockerfile));
    }
    if (rule->check.compose != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::compose) || has(*rule, Subject::container));
    }
    if (rule->check.daemon != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::daemon));
    }
    if (rule->check.host != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::host));
    }
    if (rule->check.image != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::image));
    }
    if (rule->check.suppression != nullptr) {
      EXPECT_TRUE(has(*rule, Subject::any));
    }
  }
}

TEST(Catalogue, EveryRuleHasCases) {
  std::set<std::string> with_cases;
  for (const auto& [rule, path] : test::case_files()) with_cases.insert(rule);
  for (const Rule* rule : catalogue()) {
    if (rule->check.any()) {
      EXPECT_TRUE(with_cases.contains(std::string(rule->name))) << rule->name;
    }
  }
}

// The control catalogue is the project's agreement with its guidelines; a user's clone does not
// have it.
TEST(Catalogue, AgreesWithTheControls) {
  std::ifstream file(test::source_path("../shared/controls.tsv"));
  if (!file) GTEST_SKIP() << "the control catalogue (../shared/controls.tsv) is not here";
  std::string line;
  std::getline(file, line);
  std::size_t compared = 0;
  while (std::getline(file, line)) {
    const auto columns = split(line, '\t');
    const std::string_view subjects = columns.at(2);
    const auto read_here = [&](std::string_view word) {
      return std::ranges::any_of(split(subjects, ' '), [&](auto s) { return s == word; });
    };
    // Secrets in layers are not looked for yet.
    const bool is_later = columns[0] == "secret-in-image";
    const bool wanted = !is_later && (read_here("container") || read_here("dockerfile") ||
                                      read_here("compose") || read_here("image") ||
                                      read_here("daemon") || read_here("host") || read_here("any"));
    const Rule* rule = find_rule(columns[0]);
    if (!wanted) continue;
    ASSERT_NE(rule, nullptr) << "no rule is called " << columns[0];
    ++compared;
    EXPECT_EQ(name_of(rule->severity), columns[4]) << rule->name;
    EXPECT_EQ(rule->topic, columns[1]) << rule->name;
    std::string own;
    for (const Subject subject : rule->subjects) {
      own += concat(own.empty() ? "" : " ", name_of(subject));
    }
    EXPECT_EQ(own, subjects) << rule->name;
  }
  EXPECT_GT(compared, 120u);
}

TEST(Catalogue, FindsRulesByAlias) {
  const auto privileged = rules_named("cis-5.5");
  ASSERT_EQ(privileged.size(), 1u);
  EXPECT_EQ(privileged.front()->name, "privileged");
  EXPECT_GT(rules_named("cis-5").size(), 15u);
  EXPECT_TRUE(rules_named("cis-50").empty());
  EXPECT_TRUE(rules_named("dl3006").size() == 1);  // any casing
  EXPECT_TRUE(rules_named("no-such-rule").empty());
  EXPECT_EQ(nearest_rule_name("priviledged"), "privileged");
}

}  // namespace
}  // namespace plimsoll::rules
