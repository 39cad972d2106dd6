// What the kernel says of its rules, against what iptables-save says of the same.
#include "audit/packet_filter.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "support/own_network.h"
#include "support/program.h"

namespace plimsoll::audit {
namespace {

using test::in_own_network;
using test::run_shell;

bool has(const std::string& program) {
  return run_shell("test -x " + program).exit_code == 0;
}

// The lines of a text in iptables-save's form, the words of each in an order of their own, without
// what decides nothing.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    // nf_tables has no chains that nobody made.
    if (line.starts_with(':') && line.contains(" ACCEPT")) continue;
    std::vector<std::string> words;
    bool negated = false;
    for (const std::string_view word : split(line, ' ')) {
      if (word.empty() || word.starts_with('[')) continue;
      if (word == "!") {
        negated = true;
        continue;
      }
      words.push_back(concat(negated ? "!" : "", word));
      negated = false;
    }
    if (words.front() == "-A") std::ranges::sort(words);
    lines.push_back(join(words, " "));
  }
  return lines;
}

// Rules that both write alike.
constexpr std::string_view rules = R"(
-P INPUT DROP
-N DOCKER-USER
-N other
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -p udp ! --sport 53 -j ACCEPT
-A INPUT -p tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP
-A INPUT -p tcp -m multiport --dports 80,443,8000:8010 -j ACCEPT
-A INPUT -p tcp -m multiport ! --sports 80,443 -j ACCEPT
-A INPUT -p udp --dport 53:60 -j ACCEPT
-A INPUT -p sctp -j DROP
-A INPUT ! -p tcp -g other
-A INPUT
-A FORWARD -j DOCKER-USER
-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctstate NEW --ctorigdstport 8081 --ctdir ORIGINAL -j DROP
-A DOCKER-USER -m conntrack ! --ctstate NEW,UNTRACKED,DNAT -j other
-A DOCKER-USER -m conntrack ! --ctstatus ASSURED,SEEN_REPLY --ctorigdstport 1:99 --ctdir REPLY -j DROP
-A DOCKER-USER ! -i br+ ! -o docker0 -p tcp -j RETURN
-A DOCKER-USER -m addrtype --src-type LOCAL ! --dst-type LOCAL,MULTICAST -j DROP
-t mangle -A PREROUTING -m rpfilter --invert -j DROP
)";
constexpr std::string_view rules_with_ipv4 = R"(
-A INPUT -s 10.0.0.0/8 -d 192.0.2.1 -j ACCEPT
-A INPUT ! -s 10.1.2.0/23 -j ACCEPT
-A INPUT -f -j DROP
-A DOCKER-USER -m conntrack --ctorigsrc 10.0.0.0/8 ! --ctorigdst 192.0.2.0/24 -j DROP
)";
constexpr std::string_view rules_with_ipv6 = R"(
-A INPUT -s fe80::/10 -d 2001:db8::1 -j ACCEPT
-A INPUT ! -s 2001:db8:1::/46 -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A DOCKER-USER -m conntrack --ctorigsrc fe80::/10 ! --ctorigdst 2001:db8::/32 -j DROP
)";
constexpr std::string_view translation_with_ipv4 = R"(
-t nat -A PREROUTING ! -i docker0 -p tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:8080
-t nat -A PREROUTING -p tcp --dport 8082 -j DNAT --to-destination 172.17.0.2
-t nat -A PREROUTING -p tcp --dport 8083 -j DNAT --to-destination 172.17.0.2:80-90
)";

void add_rules(const std::string& iptables, std::string_view added) {
  for (const std::string_view rule : split(added, '\n')) {
    if (rule.empty()) continue;
    const test::Ended ended = run_shell(concat(iptables, " ", rule));
    ASSERT_EQ(ended.exit_code, 0) << rule << ": " << ended.errors;
  }
}

void expect_as_saved(const std::string& iptables, std::string_view more) {
  if (!has(iptables)) GTEST_SKIP() << iptables << " is not installed";
  add_rules(iptables, rules);
  add_rules(iptables, more);
  if (!iptables.contains("ip6")) add_rules(iptables, translation_with_ipv4);
  const Result<std::string> text = packet_filter_text();
  ASSERT_TRUE(text) << text.error().message;
  const std::vector<std::string> saved = lines_of(run_shell(iptables + "-save").output);
  EXPECT_GT(saved.size(), 22u);
  std::vector<std::string> read = lines_of(*text);
  // Tables have no order.
  std::vector<std::string> expected = saved;
  std::ranges::sort(read);
  std::ranges::sort(expected);
  EXPECT_EQ(join(read, "\n"), join(expected, "\n")) << *text;
}

TEST(PacketFilterText, IsWhatIptablesSaves) {
  in_own_network([] { expect_as_saved("/usr/sbin/iptables-nft", rules_with_ipv4); });
}
TEST(PacketFilterText, IsWhatIp6tablesSaves) {
  in_own_network([] { expect_as_saved("/usr/sbin/ip6tables-nft", rules_with_ipv6); });
}
TEST(PacketFilterText, IsWhatLegacyIptablesSaves) {
  in_own_network([] { expect_as_saved("/usr/sbin/iptables-legacy", rules_with_ipv4); });
}
TEST(PacketFilterText, IsWhatLegacyIp6tablesSaves) {
  in_own_network([] { expect_as_saved("/usr/sbin/ip6tables-legacy", rules_with_ipv6); });
}

TEST(PacketFilterText, NamesWhatItDoesNotUnderstand) {
  in_own_network([] {
    if (!has("/usr/sbin/iptables-nft")) GTEST_SKIP() << "iptables is not installed";
    add_rules("/usr/sbin/iptables-nft",
              "-A INPUT -m limit --limit 3/min -j ACCEPT\n"
              "-A INPUT -m mark --mark 1 -j DROP\n"
              "-A INPUT -m comment --comment hello -j REJECT\n"
              "-A INPUT -j LOG --log-prefix hello\n");
    const Result<std::string> text = packet_filter_text();
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_TRUE(
        text->contains("-A INPUT -m unknown-limit -j ACCEPT\n"
                       "-A INPUT -m unknown-meta -j DROP\n"
                       "-A INPUT -j REJECT\n"
                       "-A INPUT -j LOG\n"))
        << *text;
  });
}

// As people write nf_tables, and what each comes to in iptables' words.
constexpr std::string_view native = R"(table inet firewall {
  set admins { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.7 } }
  set nobody { type ipv4_addr; }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state vmap { established : accept, invalid : drop }
    ct state { established, related } accept
    ct state invalid drop
    ip saddr @admins tcp dport 22 accept
    ip saddr @nobody drop
    ip saddr != @nobody counter
    tcp dport { 80, 443, 8000-8010 } accept
    tcp dport 1000-2000 accept
    udp dport != 53 drop
    tcp dport < 1024 drop
    iifname { "eth1", "eth2" } meta l4proto udp accept
    iifname != { "eth1", "eth2" } drop
    iifname "br-*" accept
    ip6 saddr fe80::/10 icmpv6 type echo-request accept
    ip saddr . tcp dport { 192.0.2.1 . 22 } accept
    fib daddr type local tcp dport 25 drop
    fib saddr . iif oif missing drop
    tcp flags syn / fin,syn,rst,ack accept
    iifname vmap { "eth5" : jump more, "eth6" : drop }
    tcp dport vmap { 1-5 : accept, 6-9 : drop, 20 : goto more }
    meta l4proto tcp ct original proto-dst 8080 ct direction original drop
    ct status dnat accept
    ip protocol udp accept
    ip daddr 192.0.2.0/25 reject
    goto more
  }
  chain more {
    tcp dport 99 return
    log prefix "x"
  }
  chain before {
    type nat hook prerouting priority dstnat;
    tcp dport 8081 dnat ip to 172.17.0.2:8080
    ip6 daddr fd00::1 tcp dport 81 dnat ip6 to [fd00::2]:80
    tcp dport 82 redirect to :83
  }
}
table bridge other {
  chain input {
    type filter hook input priority 0; policy drop;
  }
}
)";
constexpr std::string_view native_in_words = R"(# nf_tables, family inet
*firewall
# hook input, priority 0
:input DROP
:more -
# hook prerouting, priority -100, translation
:before ACCEPT
-A input -i lo -j ACCEPT
-A input -m conntrack --ctstate INVALID -j DROP
-A input -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A input -m conntrack --ctstate INVALID -j DROP
-A input -4 -s 10.0.0.0/8,192.0.2.7/32 -p tcp -m tcp --dport 22 -j ACCEPT
-A input -4
-A input -p tcp -m multiport --dports 80,443,8000:8010 -j ACCEPT
-A input -p tcp -m tcp --dport 1000:65535 -m tcp --dport 0:2000 -j ACCEPT
-A input -p udp -m udp ! --dport 53 -j DROP
-A input -p tcp -m tcp ! --dport 1024:65535 -j DROP
-A input -i eth1 -p udp -j ACCEPT
-A input -i eth2 -p udp -j ACCEPT
-A input ! -i eth1 ! -i eth2 -j DROP
-A input -i br-+ -j ACCEPT
-A input -6 -s fe80::/10 -p ipv6-icmp -m unknown-payload -j ACCEPT
-A input -4 -p tcp -m unknown-lookup -j ACCEPT
-A input -m addrtype --dst-type LOCAL -p tcp -m tcp --dport 25 -j DROP
-A input -m rpfilter --invert -j DROP
-A input -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT
-A input -i eth5 -j more
-A input -i eth6 -j DROP
-A input -p tcp -m tcp --dport 1:5 -j ACCEPT
-A input -p tcp -m tcp --dport 6:9 -j DROP
-A input -p tcp -m tcp --dport 20 -g more
-A input -p tcp -m conntrack --ctorigdstport 8080 -m conntrack --ctdir ORIGINAL -j DROP
-A input -m conntrack --ctstatus DNAT -j ACCEPT
-A input -4 -p udp -j ACCEPT
-A input -4 -d 192.0.2.0/25 -j REJECT
-A input -g more
-A more -p tcp -m tcp --dport 99 -j RETURN
-A more
-A before -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:8080
-A before -6 -d fd00::1/128 -p tcp -m tcp --dport 81 -j DNAT --to-destination [fd00::2]:80
-A before -p tcp -m tcp --dport 82 -j REDIRECT
COMMIT
)";

TEST(PacketFilterText, SaysWhatNativeRulesDo) {
  in_own_network([] {
    if (!has("/usr/sbin/nft")) GTEST_SKIP() << "nftables is not installed";
    const test::Ended loaded = run_shell("/usr/sbin/nft -f -", {.input = std::string(native)});
    ASSERT_EQ(loaded.exit_code, 0) << loaded.errors;
    const Result<std::string> text = packet_filter_text();
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, native_in_words);
  });
}

TEST(PacketFilterText, MakesNoTable) {
  in_own_network([] {
    const Result<std::string> text = packet_filter_text();
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, "");
    EXPECT_EQ(run_shell("cat /proc/thread-self/net/ip_tables_names").output, "");
  });
}

TEST(PacketFilterText, SaysThatRightsAreMissing) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool dropped = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    const Result<std::string> text = packet_filter_text();
    const bool said = !text && text.error().hint == "run the audit as root";
    ::_exit(!dropped ? 2 : said ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "this user cannot become another";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace plimsoll::audit
