#include "audit/audit_rules.h"

#include <gtest/gtest.h>
#include <linux/audit.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll::audit {
namespace {

// A rule as the kernel writes it: its words, then the texts of its conditions.
class RuleBytes {
 public:
  explicit RuleBytes(std::uint32_t action = AUDIT_ALWAYS,
                     std::uint32_t filter = AUDIT_FILTER_EXIT) {
    words_[0] = filter;
    words_[1] = action;
    for (std::size_t i = 0; i < AUDIT_BITMASK_SIZE; ++i) words_[3 + i] = ~0u;
  }

  RuleBytes& when(std::uint32_t field, std::uint32_t number,
                  std::uint32_t comparison = AUDIT_EQUAL) {
    const std::uint32_t at = words_[2]++;
    words_[fields + at] = field;
    words_[values + at] = number;
    words_[flags + at] = comparison;
    return *this;
  }
  RuleBytes& when(std::uint32_t field, const std::string& text) {
    texts_ += text;
    return when(field, static_cast<std::uint32_t>(text.size()));
  }
  RuleBytes& calls(const std::vector<std::uint32_t>& numbers) {
    for (std::size_t i = 0; i < AUDIT_BITMASK_SIZE; ++i) words_[3 + i] = 0;
    for (const std::uint32_t number : numbers) words_[3 + number / 32] |= 1u << (number % 32);
    return *this;
  }

  std::string bytes() const {
    std::vector<std::uint32_t> words = words_;
    words.back() = static_cast<std::uint32_t>(texts_.size());
    return std::string(reinterpret_cast<const char*>(words.data()),
                       words.size() * sizeof(std::uint32_t)) +
           texts_;
  }
  std::string text() const { return audit_rule_text(bytes()); }

 private:
  static constexpr std::size_t fields = 3 + AUDIT_BITMASK_SIZE;
  static constexpr std::size_t values = fields + AUDIT_MAX_FIELDS;
  static constexpr std::size_t flags = values + AUDIT_MAX_FIELDS;
  std::vector<std::uint32_t> words_ = std::vector<std::uint32_t>(flags + AUDIT_MAX_FIELDS + 1);
  std::string texts_;
};

TEST(AuditRuleText, IsThatOfAuditctl) {
  EXPECT_EQ(RuleBytes()
                .when(AUDIT_WATCH, "/usr/bin/dockerd")
                .when(AUDIT_PERM, AUDIT_PERM_WRITE | AUDIT_PERM_ATTR)
                .when(AUDIT_FILTERKEY, "docker")
                .text(),
            "-w /usr/bin/dockerd -p wa -k docker");
  EXPECT_EQ(RuleBytes()
                .when(AUDIT_DIR, "/etc/docker")
                .when(AUDIT_PERM, 15)
                .when(AUDIT_FILTERKEY, "docker\1two")
                .text(),
            "-w /etc/docker -p rwxa -k docker -k two");
  EXPECT_EQ(RuleBytes()
                .calls({257, 263})
                .when(AUDIT_WATCH, "/a")
                .when(AUDIT_ARCH, AUDIT_ARCH_X86_64)
                .when(AUDIT_LOGINUID, 1000, AUDIT_GREATER_THAN_OR_EQUAL)
                .when(AUDIT_LOGINUID, AUDIT_UID_UNSET, AUDIT_NOT_EQUAL)
                .when(AUDIT_FILTERKEY, "priv")
                .text(),
            "-a always,exit -F arch=b64 -S 257,263 -F path=/a -F auid>=1000 -F auid!=unset -F "
            "key=priv");
  EXPECT_EQ(RuleBytes(AUDIT_NEVER).when(AUDIT_WATCH, "/a").when(AUDIT_PERM, 4).text(),
            "-a never,exit -S all -F path=/a -F perm=r");
  EXPECT_EQ(RuleBytes(AUDIT_NEVER, AUDIT_FILTER_EXCLUDE).when(AUDIT_MSGTYPE, 1326).text(),
            "-a never,exclude -F msgtype=1326");
  EXPECT_EQ(RuleBytes().when(999, 7).text(), "-a always,exit -S all -F 999=7");
}

TEST(AuditRuleText, RefusesWhatIsNoRule) {
  const std::string whole = RuleBytes().when(AUDIT_WATCH, "/a").when(AUDIT_PERM, 2).bytes();
  EXPECT_EQ(audit_rule_text(whole), "-w /a -p w");
  EXPECT_EQ(audit_rule_text({}), "");
  EXPECT_EQ(audit_rule_text(std::string_view(whole).substr(0, 1039)), "");
  // A text that is longer than what follows.
  EXPECT_EQ(audit_rule_text(std::string_view(whole).substr(0, whole.size() - 1)), "");
  std::string many = whole;
  many[8] = 65;  // more conditions than a rule has
  EXPECT_EQ(audit_rule_text(many), "");
}

TEST(AuditRuleText, KeepsToItsLine) {
  EXPECT_EQ(RuleBytes().when(AUDIT_WATCH, "/a\n-w /b\x1b").when(AUDIT_PERM, 2).text(),
            "-w /a?-w /b? -p w");
}

// Whatever the kernel of this machine answers: text in the form that is promised, or why not.
TEST(AuditRules, AreListedOrItIsSaidWhyNot) {
  const Result<std::string> rules = list_audit_rules();
  if (rules) {
    EXPECT_TRUE(rules->starts_with("enabled ")) << *rules;
    EXPECT_TRUE(rules->ends_with('\n'));
  } else {
    EXPECT_TRUE(rules.error().message.starts_with("the audit rules cannot be read: "))
        << rules.error().message;
  }
}

}  // namespace
}  // namespace plimsoll::audit
