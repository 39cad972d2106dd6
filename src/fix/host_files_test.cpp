#include "fix/host_files.h"

#include <gtest/gtest.h>

namespace plimsoll::fix {
namespace {

Finding finding_with(std::string message, std::vector<Change> changes) {
  Finding finding;
  finding.message = std::move(message);
  finding.fix = unsafe_fix(std::move(changes));
  return finding;
}

TEST(HostFiles, AreOneForEachKindOfChange) {
  const std::vector<Finding> findings{
      finding_with("kernel addresses are shown", {change::set_sysctl("kernel.kptr_restrict", "1")}),
      finding_with("said twice", {change::set_sysctl("kernel.kptr_restrict", "1")}),
      finding_with("dockerd is not watched",
                   {change::add_audit_rule("-w /usr/bin/dockerd -p wa -k docker")}),
      finding_with("it is loose\nrm -rf /", {change::set_owner("/etc/a b", "root:root"),
                                             change::set_mode("/etc/a b", "0644")}),
  };
  const std::vector<HostFixFile> files = host_fix_files(findings);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].name, "60-plimsoll-sysctl.conf");
  EXPECT_TRUE(
      files[0].text.ends_with("\n\n# kernel addresses are shown\nkernel.kptr_restrict = 1\n"))
      << files[0].text;
  EXPECT_EQ(files[1].name, "60-plimsoll-audit.rules");
  EXPECT_TRUE(files[1].text.contains("\n-w /usr/bin/dockerd -p wa -k docker\n"));
  EXPECT_EQ(files[2].name, "set-owners-and-modes.sh");
  EXPECT_TRUE(files[2].text.contains("\nchown root:root '/etc/a b'\n")) << files[2].text;
  EXPECT_TRUE(files[2].text.contains("\nchmod 0644 '/etc/a b'\n"));
  // A message cannot become a command.
  EXPECT_FALSE(files[2].text.contains("\nrm ")) << files[2].text;
}

TEST(HostFiles, AreNoneForFindingsThatOfferNothingForAHost) {
  EXPECT_TRUE(host_fix_files({}).empty());
  const std::vector<Finding> findings{finding_with("x", {change::set_daemon("icc", "false")}),
                                      Finding{}};
  EXPECT_TRUE(host_fix_files(findings).empty());
}

}  // namespace
}  // namespace plimsoll::fix
