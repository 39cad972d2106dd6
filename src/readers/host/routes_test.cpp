#include "readers/host/routes.h"

#include <gtest/gtest.h>

namespace plimsoll::host {
namespace {

using Names = std::vector<std::string>;

constexpr const char* head =
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";
constexpr const char* lan = "eth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n";
constexpr const char* bridge = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
constexpr const char* outside = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";

TEST(OutsideInterfaces, AreThoseOfDefaultRoutes) {
  MemoryFiles files;
  files.add("/proc/net/route", std::string(head) + lan + bridge + outside);
  files.add("/proc/net/ipv6_route",
            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
            "fd000000000000000000000000000001 00000400 00000003 00000000 00000003 wlan0\n"
            "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
            "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo\n");
  EXPECT_EQ(read_outside_interfaces(files), (Names{"eth0", "wlan0"}));
}

TEST(OutsideInterfaces, AreThoseOfAllRoutesWithoutADefault) {
  MemoryFiles files;
  files.add("/proc/net/route", std::string(head) + lan + bridge);
  files.add("/proc/net/ipv6_route",
            "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
            "00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth7\n");
  EXPECT_EQ(read_outside_interfaces(files), Names{"eth1"});
}

TEST(OutsideInterfaces, AreUnknownWithoutRoutes) {
  EXPECT_EQ(read_outside_interfaces(MemoryFiles()), std::nullopt);
  MemoryFiles files;
  files.add("/proc/net/route", "nonsense\n\n");
  EXPECT_EQ(read_outside_interfaces(files), Names());
}

TEST(Ipv6Interfaces, HaveMoreThanAnAddressOfTheirSegment) {
  MemoryFiles files;
  files.add("/proc/net/if_inet6",
            "00000000000000000000000000000001 01 80 10 80       lo\n"
            "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n"
            "fd000000000000000000000000000001 05 40 00 80  docker0\n"
            "fe800000000000000000000000000001 05 40 20 80  docker0\n"
            "20010db8000000000000000000000001 05 40 00 80  docker0\n"
            "short\n");
  EXPECT_EQ(read_ipv6_interfaces(files), Names{"docker0"});
  EXPECT_EQ(read_ipv6_interfaces(MemoryFiles()), Names{});
  files.refuse("/proc/net/if_inet6");
  EXPECT_EQ(read_ipv6_interfaces(files), std::nullopt);
}

}  // namespace
}  // namespace plimsoll::host
