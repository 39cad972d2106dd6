#include "rules/support/distribution_releases.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

std::string release(std::string_view id, std::string_view version, std::string_view name = "") {
  const auto known = release_of({std::string(id), std::string(version), std::string(name)});
  return known ? name_of(*known->distribution, *known->release) : "";
}

TEST(DistributionReleases, AreThoseThatOsReleaseNames) {
  EXPECT_EQ(release("debian", "12"), "Debian 12 (bookworm)");
  EXPECT_EQ(release("ubuntu", "20.04"), "Ubuntu 20.04 (focal)");
  EXPECT_EQ(release("alpine", "3.2.3"), "Alpine 3.2");
  EXPECT_EQ(release("alpine", "3.20.3"), "Alpine 3.20");
  EXPECT_EQ(release("rhel", "9.4"), "Red Hat Enterprise Linux 9");
  EXPECT_EQ(release("amzn", "2"), "Amazon Linux 2");
  EXPECT_EQ(release("amzn", "2023"), "Amazon Linux 2023");
  EXPECT_EQ(release("opensuse-leap", "15.6"), "openSUSE Leap 15.6");
}

TEST(DistributionReleases, TellsTheLinesOfCentosApart) {
  EXPECT_EQ(release("centos", "8", "CentOS Linux 8"), "CentOS 8");
  EXPECT_EQ(release("centos", "8", "CentOS Stream 8"), "CentOS Stream 8");
  EXPECT_EQ(release("centos", "10", "CentOS Stream 10 (Coughlan)"), "CentOS Stream 10");
  EXPECT_EQ(release("centos", "9"), "");
}

TEST(DistributionReleases, AreUnknownWhereNoneIsNamed) {
  EXPECT_EQ(release("debian", ""), "");
  EXPECT_EQ(release("arch", "20240101"), "");
  EXPECT_EQ(release("alpine", "3.30.0"), "");
  EXPECT_EQ(release("", ""), "");
}

// Full support ends before the support that everybody gets, and that before what is sold.
TEST(DistributionReleases, EndInSteps) {
  for (const Distribution& distribution : distributions()) {
    for (const Release& one : distribution.releases) {
      const std::string name = name_of(distribution, one);
      EXPECT_EQ(one.date.size(), 10u) << name;
      if (!one.full_until.empty()) {
        EXPECT_LT(one.full_until, one.date) << name;
      }
      if (!one.extended_until.empty()) {
        EXPECT_GT(one.extended_until, one.date) << name;
      }
    }
  }
}

}  // namespace
}  // namespace plimsoll::rules
