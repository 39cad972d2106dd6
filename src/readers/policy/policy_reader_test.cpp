#include "readers/policy/policy_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll {
namespace {

// "line:column: message; hint" for each error.
std::vector<std::string> errors_of(const PolicyReading& reading) {
  std::vector<std::string> out;
  for (const Error& error : reading.errors) {
    const Position at = error.at.source->position(error.at.span.begin);
    out.push_back(concat(std::to_string(at.line), ":", std::to_string(at.column), ": ",
                         error.message, error.hint.empty() ? "" : "; ", error.hint));
  }
  return out;
}

TEST(PolicyReader, ReadsEveryKey) {
  const Source source("p", R"(trusted_registries: [docker.io, "ghcr.io/acme"]
bind_roots: [/srv/, /opt/data/../x]
declared_devices: [/dev/ttyUSB0]
declared_privileged_ports: [80, "443"]
declared_joins: [web]
docker_group_members: [alice]
declared_listeners: [22/tcp, 53/udp]
trust_group_label: com.example.trust
audit_period_days: 7
max_image_age_days: 30
required_labels:
  - maintainer
  - {name: source, type: url}
)");
  PolicyReading reading;
  read_policy(source, reading);
  EXPECT_EQ(errors_of(reading), std::vector<std::string>());
  const Policy& policy = reading.policy;
  using Texts = std::vector<std::string>;
  EXPECT_EQ(policy.trusted_registries, (Texts{"docker.io", "ghcr.io/acme"}));
  EXPECT_EQ(policy.bind_roots, (Texts{"/srv", "/opt/x"}));
  EXPECT_EQ(policy.declared_devices, Texts{"/dev/ttyUSB0"});
  EXPECT_EQ(policy.declared_privileged_ports, (Texts{"80", "443"}));
  EXPECT_EQ(policy.declared_joins, Texts{"web"});
  EXPECT_EQ(policy.docker_group_members, Texts{"alice"});
  EXPECT_EQ(policy.declared_listeners, (Texts{"22/tcp", "53/udp"}));
  EXPECT_EQ(policy.trust_group_label, "com.example.trust");
  EXPECT_EQ(policy.audit_period_days, 7);
  EXPECT_EQ(policy.max_image_age_days, 30);
  ASSERT_EQ(policy.required_labels.size(), 2u);
  EXPECT_EQ(policy.required_labels[0].type, "text");
  EXPECT_EQ(policy.required_labels[1].name, "source");
  EXPECT_EQ(policy.required_labels[1].type, "url");
}

TEST(PolicyReader, TheNearestFileDecidesAKey) {
  const Source near("near", "bind_roots: [/srv]\n");
  const Source far("far", "bind_roots: [/]\ndocker_group_members: [alice]\n");
  PolicyReading reading;
  read_policy(near, reading);
  read_policy(far, reading);
  EXPECT_EQ(reading.policy.bind_roots, std::vector<std::string>{"/srv"});
  EXPECT_EQ(reading.policy.docker_group_members, std::vector<std::string>{"alice"});
}

TEST(PolicyReader, NamesWhatIsWrongAndWhere) {
  const Source source("p", R"(trusted_registry: [docker.io]
bind_roots: srv
declared_listeners: [ssh, 22/tcp]
audit_period_days: weekly
trust_group_label: [a]
required_labels:
  - {nam: x}
  - {name: y, type: uri}
docker_group_members: [alice]
)");
  PolicyReading reading;
  read_policy(source, reading);
  EXPECT_EQ(
      errors_of(reading),
      (std::vector<std::string>{
          "1:1: a policy has no key \"trusted_registry\"; did you mean \"trusted_registries\"?",
          "2:13: \"bind_roots\" must be a list, not a string",
          "3:21: \"ssh\" is no port with its protocol; write it as 22/tcp or 53/udp",
          "4:20: \"audit_period_days\" must be a number of days from 1 to 3650",
          "5:20: \"trust_group_label\" must be the name of a label, not a list",
          "7:6: a label has no key \"nam\"; it has name and type", "7:5: the label has no name",
          "8:21: a label has no type \"uri\"; did you mean \"url\"?"}));
  EXPECT_EQ(reading.policy.docker_group_members, std::vector<std::string>{"alice"});
}

TEST(PolicyReader, TakesAnEmptyFileAndRefusesOneThatIsNoMapping) {
  const Source empty("p", "# nothing yet\n");
  PolicyReading nothing;
  read_policy(empty, nothing);
  EXPECT_TRUE(nothing.errors.empty());
  for (const char* const text : {"- a\n", "text\n", "a: [\n", "a: &a [*a]\n"}) {
    const Source broken("p", text);
    PolicyReading reading;
    read_policy(broken, reading);
    EXPECT_FALSE(reading.errors.empty()) << text;
  }
}

}  // namespace
}  // namespace plimsoll
