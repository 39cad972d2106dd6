#include "app/fix.h"

#include <gtest/gtest.h>

#include "rules/rule.h"

namespace plimsoll::app {
namespace {

// A rule whose fix leaves the fault where it is.
void find_always(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  const Location& from = dockerfile.stages.front().from.at;
  findings.add(from, "always").fix = safe_fix({change::insert_after(from, "RUN again")});
}

constinit const Rule endless = {.name = "endless",
                                .title = "",
                                .severity = Severity::low,
                                .topic = "build",
                                .subjects = {Subject::dockerfile},
                                .rationale = "",
                                .remediation = "",
                                .limits = "",
                                .references = {},
                                .check = {find_always},
                                .fix = Certainty::safe};

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
