#include "fix/docker_user_rules.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "readers/host/packet_filter_reader.h"
#include "subjects/container_spec.h"

namespace plimsoll::fix {
namespace {

constexpr std::string_view engines_rules = R"(-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -j DOCKER
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
*nat
:PREROUTING ACCEPT
:DOCKER -
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:80
-A DOCKER -d 127.0.0.1/32 ! -i docker0 -p tcp -m tcp --dport 8082 -j DNAT --to-destination 172.17.0.2:80
COMMIT
)";

class DockerUserRules : public testing::Test {
 protected:
  // A host that refuses all, with these rules in DOCKER-USER, and a container.
  DockerUserScript script(std::string_view docker_user, Port port) {
    container_.name = "web";
    container_.surface = Surface::inspect;
    container_.ports_in_force = {std::move(port)};
    host_.containers = {&container_};
    host_.outside_interfaces = interfaces_;
    Reading<PacketFilter> filter = read_packet_filter(sources_.add(
        "rules", concat("*filter\n:INPUT DROP\n:FORWARD DROP\n:DOCKER -\n:DOCKER-USER -\n",
                        docker_user, engines_rules)));
    EXPECT_TRUE(filter.errors.empty());
    host_.packet_filter = std::move(filter.value);
    return docker_user_script(host_);
  }

  Sources sources_;
  ContainerSpec container_;
  Host host_;
  std::vector<std::string> interfaces_{"eth0"};
  Port open_{
      .host_ip = "0.0.0.0", .published = "8081", .target = "80", .protocol = "tcp", .at = {}};
  Port local_{
      .host_ip = "127.0.0.1", .published = "8082", .target = "80", .protocol = "tcp", .at = {}};
};

TEST_F(DockerUserRules, RefuseByThePortThatWasAskedFor) {
  const DockerUserScript made = script("", open_);
  EXPECT_EQ(made.rules, 1u);
  EXPECT_TRUE(made.text.ends_with(
      "\n# port 8081/tcp of container \"web\"; refused by: :INPUT DROP\n"
      "refuse iptables -i eth0 -p tcp -m conntrack --ctstate NEW --ctorigdstport 8081 --ctdir "
      "ORIGINAL -m conntrack --ctstate DNAT\n"))
      << made.text;
}

TEST_F(DockerUserRules, KeepNeighboursOut) {
  const DockerUserScript made = script("", local_);
  EXPECT_EQ(made.rules, 1u);
  EXPECT_TRUE(made.text.ends_with(
      "refuse iptables -i eth0 -o docker0 -m conntrack --ctstate NEW -m conntrack ! --ctstate "
      "DNAT\n"))
      << made.text;
}

TEST_F(DockerUserRules, AreWrittenAgainWhenTheyAreInForce) {
  const std::string without = script("", open_).text;
  EXPECT_EQ(script("-A DOCKER-USER -i eth0 -p tcp -m conntrack --ctstate NEW --ctorigdstport 8081 "
                   "--ctdir ORIGINAL -m conntrack --ctstate DNAT -j DROP\n",
                   open_)
                .text,
            without);
  const std::string neighbours = script("", local_).text;
  EXPECT_EQ(script("-A DOCKER-USER -i eth0 -o docker0 -m conntrack --ctstate NEW -m conntrack ! "
                   "--ctstate DNAT -j DROP\n",
                   local_)
                .text,
            neighbours);
}

TEST_F(DockerUserRules, AreNotNeededWhereSomebodyElsesHold) {
  EXPECT_EQ(script("-A DOCKER-USER -s 192.0.2.0/24 -i eth0 -j RETURN\n"
                   "-A DOCKER-USER -i eth0 -j DROP\n",
                   open_)
                .rules,
            0u);
}

TEST_F(DockerUserRules, QuoteWhatAShellWouldTakeApart) {
  interfaces_ = {"eth0; reboot"};
  container_.name = "web\nreboot";
  const std::string text = script("", open_).text;
  EXPECT_FALSE(text.contains("\nreboot")) << text;
  EXPECT_TRUE(text.contains("-i 'eth0; reboot' ")) << text;
}

TEST_F(DockerUserRules, AskForAnInterfaceThatIsNotKnown) {
  interfaces_ = {};
  EXPECT_TRUE(script("", open_).text.contains("-i \"${EXTERNAL:?is to be the interface")) << "";
}

}  // namespace
}  // namespace plimsoll::fix
