#include "net/address.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace plimsoll::net {
namespace {

TEST(Address, LiesInAZone) {
  constexpr std::array<std::pair<std::string_view, Zone>, 30> table{{
      {"93.184.216.34", Zone::internet},
      {"172.32.0.1", Zone::internet},
      {"100.128.0.1", Zone::internet},
      {"192.0.1.1", Zone::internet},
      {"2606:2800:220:1::1", Zone::internet},
      {"64:ff9b::5db8:d822", Zone::internet},
      {"10.1.2.3", Zone::site},
      {"172.16.0.1", Zone::site},
      {"172.31.255.255", Zone::site},
      {"192.168.1.1", Zone::site},
      {"100.64.0.1", Zone::site},
      {"100.100.100.200", Zone::site},
      {"192.0.0.192", Zone::site},
      {"fd00:ec2::254", Zone::site},
      {"fec0::1", Zone::site},
      {"::ffff:10.0.0.1", Zone::site},
      {"64:ff9b::a00:1", Zone::site},
      {"2002:a00:1::", Zone::site},
      {"169.254.169.254", Zone::link},
      {"fe80::1", Zone::link},
      {"fe80::1%eth0", Zone::link},
      {"::ffff:169.254.169.254", Zone::link},
      {"127.0.0.1", Zone::machine},
      {"127.255.0.1", Zone::machine},
      {"0.0.0.0", Zone::machine},
      {"::1", Zone::machine},
      {"::", Zone::machine},
      {"::ffff:127.0.0.1", Zone::machine},
      {"64:ff9b::7f00:1", Zone::machine},
      {"2002:7f00:1::", Zone::machine},
  }};
  for (const auto& [text, zone] : table) EXPECT_EQ(zone_of(text), zone) << text;
  for (const char* text : {"", "localhost", "127.1", "1.2.3.4.5", "[::1]"}) {
    EXPECT_EQ(zone_of(std::string_view(text)), std::nullopt) << text;
  }
}

TEST(Address, IsNotNamedFromFurtherAway) {
  const auto leads = [](Zone from) {
    std::string out;
    for (const Zone to : {Zone::internet, Zone::site, Zone::link, Zone::machine}) {
      out += may_lead(from, to) ? 'y' : 'n';
    }
    return out;
  };
  EXPECT_EQ(leads(Zone::internet), "ynnn");
  EXPECT_EQ(leads(Zone::site), "yynn");
  EXPECT_EQ(leads(Zone::link), "ynyn");
  EXPECT_EQ(leads(Zone::machine), "yyny");
}

TEST(Address, OfThisMachineHasNames) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.3.2.1", "::1", "[::1]"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host :
       {"", "0.0.0.0", "127.example.org", "localhost.example.org", "::", "10.0.0.1"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace plimsoll::net
