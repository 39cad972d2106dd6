#include "rules/support/engine_releases.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

std::string names(const std::vector<const KnownFlaw*>& flaws) {
  std::string out;
  for (const KnownFlaw* flaw : flaws) out += std::string(flaw->name) + " ";
  return out;
}

TEST(EngineReleases, TellsTheMakersNumbersFromThoseOfDistributions) {
  EXPECT_TRUE(is_plain_version("29.3.1"));
  EXPECT_TRUE(is_plain_version("v1.7.27"));
  EXPECT_FALSE(is_plain_version("20.10.24+dfsg1"));
  EXPECT_FALSE(is_plain_version("1.1.5+ds1"));
  EXPECT_FALSE(is_plain_version("18.06.3-ce"));
  EXPECT_FALSE(is_plain_version("29"));
  EXPECT_FALSE(is_plain_version(""));
  EXPECT_FALSE(is_plain_version("1.2.99999999999999999999"));
}

TEST(EngineReleases, KnowsWhenALineGotItsLastFixes) {
  constexpr std::string_view today = "2026-11-22";
  EXPECT_EQ(engine_end_of_life("28.5.2", today), "2026-05-13");
  EXPECT_EQ(engine_end_of_life("28.5.2", "2026-05-13"), std::nullopt);
  EXPECT_EQ(engine_end_of_life("26.0.2", today), "2024-06-08");
  EXPECT_EQ(engine_end_of_life("26.1.5", today), "2025-02-17");
  EXPECT_EQ(engine_end_of_life("25.0.17", today), std::nullopt);
  EXPECT_EQ(engine_end_of_life("29.7.2", today), std::nullopt);
  EXPECT_EQ(engine_end_of_life("17.03.2", today), "");
  EXPECT_EQ(engine_end_of_life("28.5.2", ""), std::nullopt);
}

TEST(EngineReleases, KnowsWhichReleaseOfALineMendsAFlaw) {
  EXPECT_EQ(names(engine_flaws("29.5.1")), "");
  EXPECT_EQ(names(engine_flaws("29.5.0")), "CVE-2026-41567 ");
  EXPECT_EQ(names(engine_flaws("29.3.0")), "CVE-2026-41567 CVE-2026-34040 ");
  EXPECT_EQ(names(engine_flaws("25.0.17")), "");
  EXPECT_EQ(names(engine_flaws("25.0.16")), "CVE-2026-41567 ");
  EXPECT_EQ(names(engine_flaws("25.0.5")), "CVE-2026-41567 CVE-2026-34040 CVE-2024-41110 ");
  EXPECT_EQ(names(engine_flaws("30.0.0")), "");
  EXPECT_EQ(names(engine_flaws("20.10.24+dfsg1")), "");
  EXPECT_EQ(names(runc_flaws("1.1.11")), "CVE-2024-21626 CVE-2025-31133 ");
  EXPECT_EQ(names(runc_flaws("1.1.15")), "CVE-2025-31133 ");
  EXPECT_EQ(names(runc_flaws("1.2.8")), "");
  EXPECT_EQ(names(runc_flaws("1.3.2")), "CVE-2025-31133 ");
  EXPECT_EQ(names(runc_flaws("1.5.0")), "");
  EXPECT_EQ(names(containerd_flaws("1.2.14")), "CVE-2020-15257 CVE-2021-41103 ");
  EXPECT_EQ(names(containerd_flaws("1.4.3")), "CVE-2021-41103 ");
  EXPECT_EQ(names(containerd_flaws("1.4.11")), "");
  EXPECT_EQ(names(containerd_flaws("v2.1.5")), "");
}

}  // namespace
}  // namespace plimsoll::rules
