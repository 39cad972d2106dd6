// How connections are followed through rules, from texts: rules/ knows no readers. What a machine's
// rules come to stands in src/rules/host/firewall_bypassed.cases.md.
#include <gtest/gtest.h>

#include "base/text.h"
#include "readers/host/packet_filter_reader.h"
#include "rules/support/packet_filter.h"

namespace plimsoll::rules {
namespace {

class PacketFilterPathsTest : public testing::Test {
 protected:
  const PacketFilter& read(std::string text) {
    Reading<PacketFilter> reading = read_packet_filter(sources_.add("rules", std::move(text)));
    EXPECT_TRUE(reading.errors.empty()) << reading.errors.front().message;
    filters_.push_back(std::make_unique<PacketFilter>(std::move(reading.value)));
    return *filters_.back();
  }

  // TCP to port 80 from eth0.
  static Packet packet() {
    Packet packet;
    packet.protocol = "tcp";
    packet.in_interface = "eth0";
    packet.port = packet.original_port = 80;
    return packet;
  }

  Answer input(std::string_view rules, const Packet& sent = packet()) {
    return PacketFilterPaths(
               read(concat("*filter\n:INPUT DROP\n:other -\n:more -\n", rules, "COMMIT\n")))
        .into_host(sent)
        .passes;
  }
  Translation translation(std::string_view rules) {
    return PacketFilterPaths(
               read(concat("*nat\n:PREROUTING ACCEPT\n:DOCKER -\n", rules, "COMMIT\n")))
        .translation(packet());
  }

  Sources sources_;
  std::vector<std::unique_ptr<PacketFilter>> filters_;
};

TEST_F(PacketFilterPathsTest, TakesTheFirstRuleThatHolds) {
  EXPECT_EQ(input(""), Answer::no);
  EXPECT_EQ(input("-A INPUT -j ACCEPT\n"), Answer::yes);
  EXPECT_EQ(input("-A INPUT -j REJECT\n-A INPUT -j ACCEPT\n"), Answer::no);
  EXPECT_EQ(input("-A INPUT -j LOG\n-A INPUT\n-A INPUT -j ACCEPT\n"), Answer::yes);
}

TEST_F(PacketFilterPathsTest, KnowsANewConnectionOfAStranger) {
  for (const std::string_view holds : {"-i eth0",
                                       "-i eth+",
                                       "! -i lo",
                                       "-p tcp",
                                       "-p all",
                                       "! -p udp",
                                       "-4",
                                       "-s 0.0.0.0/0",
                                       "! -s 10.0.0.0/8",
                                       "-p tcp -m tcp --dport 80",
                                       "-p tcp -m tcp --sport 1024:65535",
                                       "-m multiport --ports 80,443",
                                       "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN",
                                       "-m conntrack --ctstate NEW,RELATED",
                                       "-m conntrack ! --ctstate DNAT",
                                       "-m conntrack --ctdir ORIGINAL",
                                       "-m conntrack --ctorigdstport 80",
                                       "-m addrtype --dst-type LOCAL",
                                       "-m addrtype ! --src-type LOCAL",
                                       "! -f",
                                       "-m rpfilter",
                                       "! -d 127.0.0.0/8",
                                       "! -d 224.0.0.0/4"}) {
    EXPECT_EQ(input(concat("-A INPUT ", holds, " -j ACCEPT\n")), Answer::yes) << holds;
  }
  for (const std::string_view does_not :
       {"-i lo", "! -i eth0", "-o eth0", "-p udp", "-p icmp", "-6", "-s 10.0.0.0/8",
        "-p tcp -m tcp --dport 81:", "-p tcp -m tcp --sport 1:1023",
        "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK ACK", "-m conntrack --ctstate ESTABLISHED",
        "-m conntrack --ctstate INVALID", "-m conntrack --ctstatus DNAT",
        "-m addrtype --dst-type MULTICAST", "-f", "-d 127.0.0.1"}) {
    EXPECT_EQ(input(concat("-A INPUT ", does_not, " -j ACCEPT\n")), Answer::no) << does_not;
  }
  for (const std::string_view may :
       {"-d 192.0.2.1", "-s 128.0.0.0/1", "-p tcp -m tcp --sport 1024:2000",
        "-m set --match-set allowed src", "-m limit --limit 3/min", "-m mark --mark 0x1"}) {
    EXPECT_EQ(input(concat("-A INPUT ", may, " -j ACCEPT\n")), Answer::unknown) << may;
  }
}

TEST_F(PacketFilterPathsTest, FollowsBothWaysWhereARuleMayHold) {
  const std::string_view unknown = "-A INPUT -m set --match-set x src";
  EXPECT_EQ(input(concat(unknown, " -j DROP\n")), Answer::no);
  EXPECT_EQ(input(concat(unknown, " -j ACCEPT\n-A INPUT -j ACCEPT\n")), Answer::yes);
  EXPECT_EQ(input(concat(unknown, " -j DROP\n-A INPUT -j ACCEPT\n")), Answer::unknown);
  EXPECT_EQ(input(concat(unknown, " -j LOG\n-A INPUT -j ACCEPT\n")), Answer::yes);
  EXPECT_EQ(input("-A INPUT -j SOMETHING\n"), Answer::unknown);
}

TEST_F(PacketFilterPathsTest, FollowsJumps) {
  EXPECT_EQ(input("-A INPUT -j other\n-A other -j ACCEPT\n"), Answer::yes);
  EXPECT_EQ(input("-A INPUT -j other\n-A INPUT -j ACCEPT\n-A other -j RETURN\n-A other -j DROP\n"),
            Answer::yes);
  // Behind a goto the chain that it was in is over.
  EXPECT_EQ(input("-A INPUT -g other\n-A INPUT -j ACCEPT\n-A other -i lo -j ACCEPT\n"), Answer::no);
  EXPECT_EQ(input("-A INPUT -j other\n-A INPUT -j ACCEPT\n-A other -g more\n-A other -j DROP\n"),
            Answer::yes);
  EXPECT_EQ(input("-A INPUT -j other\n-A other -j more\n-A more -j other\n"), Answer::unknown);
}

TEST_F(PacketFilterPathsTest, EndsWhereJumpsAreManyOrDeep) {
  // Each chain jumps to the next one twice: 2^60 ways, and deeper than any kernel goes.
  std::string text = "*filter\n:INPUT DROP\n";
  for (int i = 0; i < 200; ++i) text += concat(":c", std::to_string(i), " -\n");
  text += "-A INPUT -j c0\n";
  for (int i = 0; i < 199; ++i) {
    const std::string next = std::to_string(i + 1);
    for (int j = 0; j < 2; ++j) text += concat("-A c", std::to_string(i), " -j c", next, "\n");
  }
  EXPECT_EQ(PacketFilterPaths(read(text)).into_host(packet()).passes, Answer::unknown);
}

TEST_F(PacketFilterPathsTest, AsksEveryTableAtAHook) {
  const std::string_view accepting = "*filter\n:INPUT ACCEPT\nCOMMIT\n";
  const auto passes = [&](std::string_view more) {
    return PacketFilterPaths(read(concat(accepting, more))).into_host(packet()).passes;
  };
  EXPECT_EQ(passes(""), Answer::yes);
  EXPECT_EQ(passes("*mangle\n:INPUT ACCEPT\n-A INPUT -j DROP\nCOMMIT\n"), Answer::no);
  EXPECT_EQ(passes("# x_tables, family ip\n*filter\n:INPUT DROP\nCOMMIT\n"), Answer::no);
  EXPECT_EQ(passes("# x_tables, family ip6\n*filter\n:INPUT DROP\nCOMMIT\n"), Answer::yes);
  EXPECT_EQ(passes("# nf_tables, family bridge\n*b\n# hook input, priority 0\n:i DROP\nCOMMIT\n"),
            Answer::yes);
  EXPECT_EQ(passes("*raw\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp -j DROP\nCOMMIT\n"), Answer::no);
  // Connections are not known yet there.
  EXPECT_EQ(passes("*raw\n:PREROUTING ACCEPT\n-A PREROUTING -m conntrack --ctstate NEW -j DROP\n"
                   "COMMIT\n"),
            Answer::unknown);
}

TEST_F(PacketFilterPathsTest, SaysWhatRefuses) {
  const PacketFilter& filter =
      read("*filter\n:INPUT ACCEPT\n:other -\n-A INPUT -j other\n-A other -p tcp -j DROP\n");
  EXPECT_EQ(PacketFilterPaths(filter).into_host(packet()).refused_at.text(),
            "-A other -p tcp -j DROP");
}

TEST_F(PacketFilterPathsTest, FindsWhereAConnectionIsSent) {
  const std::string_view jump = "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n";
  const Translation found = translation(concat(jump,
                                               "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 80 -j "
                                               "DNAT --to-destination 172.17.0.2:8080\n"));
  EXPECT_EQ(found.happens, Answer::yes);
  EXPECT_EQ(text_of(found.address), "172.17.0.2");
  EXPECT_EQ(found.port, 8080);
  EXPECT_EQ(found.bridge, "docker0");

  const auto happens = [&](std::string_view rules) {
    return translation(concat(jump, rules)).happens;
  };
  EXPECT_EQ(happens(""), Answer::no);
  EXPECT_EQ(happens("-A DOCKER -p tcp -m tcp --dport 81 -j DNAT --to-destination 10.0.0.1\n"),
            Answer::no);
  EXPECT_EQ(translation(concat(jump, "-A DOCKER -j DNAT --to-destination 10.0.0.1\n")).port, 80);
  // Several ends, ends that are ranges, and what may not happen.
  EXPECT_EQ(happens("-A DOCKER -j DNAT --to-destination 10.0.0.1:80-90\n"), Answer::unknown);
  EXPECT_EQ(happens("-A DOCKER -j DNAT\n"), Answer::unknown);
  EXPECT_EQ(happens("-A DOCKER -m statistic --mode random -j DNAT --to-destination 10.0.0.1:80\n"
                    "-A DOCKER -j DNAT --to-destination 10.0.0.2:80\n"),
            Answer::unknown);
  EXPECT_EQ(happens("-A DOCKER -m set --match-set x src -j DNAT --to-destination 10.0.0.1:80\n"),
            Answer::unknown);
  EXPECT_EQ(happens("-A DOCKER -j REDIRECT --to-ports 81\n"), Answer::unknown);
}

TEST(PublishedPorts, AreFollowedUpToABound) {
  Host host;
  host.packet_filter.emplace();
  ContainerSpec container;
  container.ports_in_force.emplace();
  for (std::size_t i = 1; i <= max_published_ports + 5; ++i) {
    container.ports_in_force->push_back({.host_ip = "",
                                         .published = std::to_string(i),
                                         .target = "80",
                                         .protocol = "tcp",
                                         .at = {}});
  }
  host.containers = {&container};
  const PublishedPorts ports = published_ports(host);
  EXPECT_EQ(ports.count, max_published_ports + 5);
  EXPECT_EQ(ports.undecided.size(), 5u);
}

}  // namespace
}  // namespace plimsoll::rules
