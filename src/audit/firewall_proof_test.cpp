// What keeps the proof from being one. That it tells open from closed is shown on a real engine
// (firewall_engine_test.cpp).
#include "audit/firewall_proof.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/own_network.h"
#include "support/program.h"

namespace plimsoll::audit {
namespace {

std::string why_not(const std::string& interface) {
  std::vector<TriedPort> ports{{.number = 80}, {.number = 81}};
  try_ports(interface, ports);
  for (const TriedPort& port : ports) {
    EXPECT_EQ(port.verdict, TriedPort::Verdict::could_not_test);
    EXPECT_EQ(port.why, ports.front().why);
  }
  return ports.front().why;
}

void set(const std::string& name, const std::string& value) {
  ASSERT_EQ(test::run_shell("echo " + value + " >/proc/sys/net/ipv4/" + name).exit_code, 0);
}

TEST(FirewallProof, SaysWhatIsInItsWay) {
  test::in_own_network([] {
    EXPECT_EQ(why_not("eth7"), "there is no interface \"eth7\"");
    set("ip_forward", "0");
    EXPECT_EQ(why_not("lo"), "this host forwards nothing (ip_forward)");
    set("ip_forward", "1");
    set("conf/lo/rp_filter", "1");
    set("conf/all/rp_filter", "0");
    EXPECT_EQ(why_not("lo"),
              "this host drops packets whose answers go out elsewhere (rp_filter of lo is 1): set "
              "it to 2 for the test");
    // The looser of the two counts.
    set("conf/all/rp_filter", "2");
    test::run_shell("/sbin/ip link set lo up; /sbin/ip route add 198.18.7.0/24 dev lo");
    EXPECT_EQ(why_not("lo"),
              "this host has a route into 198.18.0.0/15, which the client's address is from");
    EXPECT_EQ(test::run_shell("/sbin/ip -o link").output.find("plimsoll"), std::string::npos);
  });
}

TEST(FirewallProof, NeedsRoot) {
  const pid_t child = ::fork();
  if (child == 0) {
    test::in_own_network([] {
      set("ip_forward", "1");
      set("conf/all/rp_filter", "0");
      set("conf/lo/rp_filter", "0");
      if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
      std::vector<TriedPort> ports{{.number = 80}};
      try_ports("lo", ports);
      ::_exit(ports.front().why == "that takes root" ? 0 : 1);
    });
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "this user can make no namespace to try it in";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace plimsoll::audit
