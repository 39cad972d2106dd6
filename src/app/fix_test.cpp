#include "app/fix.h"

#include <gtest/gtest.h>

#include "rules/rule.h"

namespace plimsoll::app {
namespace {

// A rule that has a name and a check, and fixes safely what it finds.
consteval Rule rule_of(std::string_view name, DockerfileCheck* check) {
  return {.name = name,
          .title = "",
          .severity = Severity::low,
          .topic = "build",
          .subjects = {Subject::dockerfile},
          .rationale = "",
          .remediation = "",
          .limits = "",
          .references = {},
          .check = {check},
          .fix = Certainty::safe};
}

// A rule whose fix leaves the fault where it is.
void find_always(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  const Location& from = dockerfile.stages.front().from.at;
  findings.add(from, "always").fix = safe_fix({change::insert_after(from, "RUN again")});
}

constinit const Rule endless = rule_of("endless", find_always);

// A Dockerfile that nobody names its base image for, and one that does not say its user.
void find_unknown_base(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  const Stage& stage = dockerfile.stages.front();
  if (dockerfile.given_arguments.empty()) findings.add(stage.from.at, "unknown base");
  if (stage.user == nullptr) {
    findings.add(stage.from.at, "no user").fix =
        safe_fix({change::insert_after(stage.from.at, "USER 1:1")});
  }
}

constinit const Rule unknown_base = rule_of("unknown-base", find_unknown_base);

TEST(Fix, KnowsTheOtherInputsWhereOneIsCheckedAgain) {
  MemoryFiles files;
  files.add("Dockerfile", "ARG BASE\nFROM $BASE\n");
  files.add("compose.yaml", "services: {web: {build: {context: ., args: {BASE: debian:12}}}}\n");
  FixOptions options{.check = {}, .lists = true};
  options.check.rules = {&unknown_base};
  options.check.threads = 1;
  const FixResult result =
      fix({{InputKind::dockerfile, {"Dockerfile"}}, {InputKind::compose, {"compose.yaml"}}}, files,
          options);
  ASSERT_EQ(result.files.size(), 1u);
  EXPECT_EQ(result.files[0].after, "ARG BASE\nFROM $BASE\nUSER 1:1\n");
  EXPECT_EQ(result.left, 0u);
}

TEST(Fix, GivesAFileBackWhoseFixComesToNoEnd) {
  MemoryFiles files;
  files.add("Dockerfile", "FROM debian:12\n");
  FixOptions options{.check = {}, .lists = true};
  options.check.rules = {&endless};
  options.check.threads = 1;
  const FixResult result = fix({{InputKind::dockerfile, {"Dockerfile"}}}, files, options);
  EXPECT_TRUE(result.files.empty());
  EXPECT_EQ(result.fixed, 0u);
  ASSERT_EQ(result.unfixed.size(), 1u);
  EXPECT_EQ(result.unfixed[0].why, "not changed: the fix does not take hold here");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(result.errors[0].message,
            "the fix is withheld, the file would be changed again and again");
  EXPECT_EQ(result.errors[0].file, "Dockerfile");
}

}  // namespace
}  // namespace plimsoll::app
