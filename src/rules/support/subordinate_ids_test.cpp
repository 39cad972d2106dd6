#include "rules/support/subordinate_ids.h"

#include <gtest/gtest.h>

#include "subjects/daemon.h"

namespace plimsoll::rules {
namespace {

class SubordinateIds : public testing::Test {
 protected:
  SubordinateIds() {
    host_.users = {
        {{.name = "root"}, {.name = "web", .id = 1000}, {.name = "dockremap", .id = 997}}};
    ranges({"web", 100'000, 65'536}, {"dockremap", 165'536, 65'536});
  }

  void ranges(const SubordinateRange& first, const SubordinateRange& second) {
    host_.subordinate_users = {{first, second}};
    host_.subordinate_groups = host_.subordinate_users;
  }

  std::vector<std::string> messages(std::string_view user) const {
    std::vector<std::string> out;
    for (const SubordinateFault& fault : subordinate_faults(host_, user)) {
      out.push_back(fault.message + " / " + fault.remedy);
    }
    return out;
  }

  std::vector<Remark> remarks() const {
    Findings findings;
    judge_subordinate_ids(host_, findings);
    return findings.take_remarks();
  }

  Host host_;
};

using Messages = std::vector<std::string>;

TEST_F(SubordinateIds, AreRightWhenTheUserHasItsOwn) {
  EXPECT_EQ(messages("web"), Messages{});
  EXPECT_EQ(messages("dockremap"), Messages{});
}

TEST_F(SubordinateIds, CountByNameAndByNumber) {
  ranges({"1000", 100'000, 65'535}, {"web", 165'535, 1});
  EXPECT_EQ(messages("web"), Messages{});
}

TEST_F(SubordinateIds, AreMissing) {
  host_.subordinate_groups = {{{"web", 100'000, 65'536}}};
  EXPECT_EQ(messages("dockremap"),
            Messages{"user \"dockremap\" has no range in /etc/subgid: the engine cannot remap with "
                     "it / usermod --add-subgids 165536-231071 dockremap"});
}

TEST_F(SubordinateIds, AreTooFew) {
  ranges({"web", 100'000, 1000}, {"dockremap", 165'536, 65'536});
  const Messages found = messages("web");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0],
            "user \"web\" has 1000 ids in /etc/subuid, fewer than the 65536 of an image / "
            "usermod --add-subuids 231072-296607 web");
}

TEST_F(SubordinateIds, OverlapAnotherUsers) {
  ranges({"web", 100'000, 65'537}, {"dockremap", 165'536, 65'536});
  const Messages found = messages("web");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0],
            "the range of user \"web\" overlaps the one of \"dockremap\": they own each other's "
            "files / give \"web\" a range that no other line has");
}

TEST_F(SubordinateIds, HoldAnAccount) {
  ranges({"web", 900, 65'536}, {"dockremap", 165'536, 65'536});
  const Messages found = messages("web");
  ASSERT_EQ(found.size(), 2u);  // web itself, and dockremap
  EXPECT_TRUE(found[0].starts_with("the range of user \"web\" holds the id of account \"web\""));
}

// The last id that there is: ends do not wrap.
TEST_F(SubordinateIds, ReachTheEndOfAllNumbers) {
  ranges({"web", 4'294'901'760, 65'536}, {"dockremap", 4'294'967'295, 1});
  const Messages found = messages("web");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].contains("overlaps the one of \"dockremap\"")) << found[0];
  EXPECT_EQ(messages("root")[0],
            "user \"root\" has no range in /etc/subuid: the engine cannot remap with it / add "
            "65536 ids for \"root\" to /etc/subuid that no other line has");
}

TEST_F(SubordinateIds, BelongToTheUserThatTheEngineNames) {
  EXPECT_EQ(remap_user("default", host_), "dockremap");
  EXPECT_EQ(remap_user("web:web", host_), "web");
  EXPECT_EQ(remap_user("1000", host_), "web");
  EXPECT_EQ(remap_user("1234:1234", host_), "1234");
}

TEST_F(SubordinateIds, AreJudgedWhereTheEngineRemaps) {
  ASSERT_EQ(remarks().size(), 1u);
  EXPECT_EQ(remarks()[0].kind, Remark::Kind::open);
  Daemon daemon;
  host_.daemon = &daemon;
  EXPECT_EQ(remarks()[0].kind, Remark::Kind::not_applicable);
  daemon.userns_remap.value = "default";
  EXPECT_TRUE(remarks().empty());
  host_.subordinate_users.reset();
  ASSERT_EQ(remarks().size(), 1u);
  EXPECT_EQ(remarks()[0].kind, Remark::Kind::open);
}

}  // namespace
}  // namespace plimsoll::rules
