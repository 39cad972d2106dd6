#include "rules/support/ports.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

TEST(Ports, ReadRanges) {
  EXPECT_EQ(port_range("80")->last, 80);
  EXPECT_EQ(port_range("8000-8010")->first, 8000);
  EXPECT_EQ(port_range("8000-8010")->last, 8010);
  for (const char* text :
       {"", "-", "80-", "-80", "90-80", "http", "65536", "999999999999", "1.5"}) {
    EXPECT_FALSE(port_range(text)) << text;
  }
}

TEST(Ports, KnowAddresses) {
  for (const char* address : {"127.0.0.1", "127.8.0.1", "::1", "[::1]"}) {
    EXPECT_TRUE(is_loopback(address)) << address;
    EXPECT_FALSE(is_any_address(address)) << address;
  }
  for (const char* address : {"", "0.0.0.0", "::", "[::]"}) {
    EXPECT_TRUE(is_any_address(address)) << address;
    EXPECT_FALSE(is_loopback(address)) << address;
  }
  EXPECT_FALSE(is_any_address("192.168.1.5"));
  EXPECT_FALSE(is_loopback("192.168.1.5"));
}

TEST(Ports, KnowInternalServices) {
  EXPECT_EQ(internal_service(5432), "PostgreSQL");
  EXPECT_EQ(internal_service(443), "");
}

}  // namespace
}  // namespace plimsoll::rules
