#include "rules/support/remedies.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

TEST(Remedies, SpeakFlagsOnARunLine) {
  const Source source("run.sh", "docker run --pid host --privileged -v /a:/a:shared -itP nginx");
  const auto at = [&](std::string_view text) {
    const auto begin = static_cast<std::uint32_t>(source.text().find(text));
    return Location{&source, {begin, begin + static_cast<std::uint32_t>(text.size())}};
  };
  ContainerSpec spec;
  spec.surface = Surface::run_line;
  spec.flags = {{at("--pid"), at("host")},
                {at("--privileged"), at("--privileged")},
                {at("-v"), at("/a:/a:shared")},
                {at("P"), at("P")}};
  EXPECT_EQ(advice(spec, {change::remove(at("host"))}, "x"), "remove --pid host");
  EXPECT_EQ(advice(spec, {change::remove(at("--privileged"))}, "x"), "remove --privileged");
  EXPECT_EQ(advice(spec, {change::remove(at("P"))}, "x"), "remove -P");
  EXPECT_EQ(advice(spec, {change::rewrite(at("/a:/a:shared"), "/a:/a")}, "x"), "write -v /a:/a");
  EXPECT_EQ(advice(spec,
                   {change::remove(at("--privileged")), change::add("cap_drop", "ALL"),
                    change::set("user", "1000:1000")},
                   "x"),
            "remove --privileged, add --cap-drop=ALL and --user=1000:1000");
  EXPECT_EQ(
      advice(spec, {change::set("pid", Located<std::string>{"host", at("host")}, "private")}, "x"),
      "write --pid=private");
  EXPECT_EQ(advice(spec, {change::add("secrets", "key")}, "x"), "x");
  spec.surface = Surface::compose;
  EXPECT_EQ(advice(spec, {change::add("cap_drop", "ALL")}, "set cap_drop"), "set cap_drop");
}

}  // namespace
}  // namespace plimsoll::rules
