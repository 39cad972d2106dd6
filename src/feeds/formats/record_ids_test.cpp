#include "feeds/formats/record_ids.h"

#include <gtest/gtest.h>

namespace plimsoll::feeds {
namespace {

TEST(RecordIds, FindsCves) {
  std::vector<std::string> cves;
  add_cves("CVE-2024-0001: xCVE-2023-12345, CVE-2024-0001 CVE-2024-123 CVE-24-1234 CVE-2024-",
           cves);
  EXPECT_EQ(cves, (std::vector<std::string>{"CVE-2024-0001", "CVE-2023-12345"}));
  EXPECT_TRUE(is_cve("CVE-2024-0001"));
  EXPECT_FALSE(is_cve("CVE-2024-0001 "));
  EXPECT_FALSE(is_cve("CVE-2024-001"));
  EXPECT_FALSE(is_cve(""));
  EXPECT_TRUE(is_cve("CVE-2024-1234567890123456789"));
  EXPECT_FALSE(is_cve("CVE-2024-12345678901234567890"));
  EXPECT_EQ(cve_in("UBUNTU-CVE-2024-0001-2"), "CVE-2024-0001");
  EXPECT_EQ(cve_in("CVE-2024 CVE-2024-0002"), "CVE-2024-0002");
  EXPECT_EQ(cve_in("GHSA-1"), "");
}

}  // namespace
}  // namespace plimsoll::feeds
