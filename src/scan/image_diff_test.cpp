#include "scan/image_diff.h"

#include <gtest/gtest.h>

#include "support/test_reading.h"

namespace plimsoll::scan {
namespace {

using test::TarText;

std::string package(const std::string& name, const std::string& version) {
  return concat("Package: ", name, "\nStatus: install ok installed\nVersion: ", version, "\n\n");
}

TEST(ImageDiff, SaysWhatHasChanged) {
  const std::vector<test::TestLayer> base{
      {TarText().file("etc/os-release", "ID=debian\n").text(), ""}};
  std::vector<test::TestLayer> old = base;
  old.push_back({TarText()
                     .file("var/lib/dpkg/status", package("curl", "1") + package("tar", "2"))
                     .file("app/run", "0123456789")
                     .file("app/gone", "x")
                     .text(),
                 ""});
  std::vector<test::TestLayer> now = base;
  now.push_back({TarText()
                     .file("var/lib/dpkg/status", package("tar", "3") + package("vim", "1"))
                     .file("app/run", "01234567890")
                     .symlink("app/link", "run")
                     .text(),
                 ""});
  const auto before = test::reading_of(
      old, {}, R"({"Env":["A=hunter2","B=same","C=x"],"Labels":{"key":"hunter2"},"Cmd":["a"]})");
  const auto after = test::reading_of(
      now, {},
      R"({"Env":["A=hunter3","B=same","D=x"],"Labels":{"key":"hunter3"},"Cmd":["a"],"User":"10"})",
      "app:2");
  const ImageDiff diff = diff_of(*before.image, *after.image);
  EXPECT_FALSE(diff.is_empty);
  EXPECT_EQ(diff.text,
            "app:1 -> app:2: 130 bytes -> 129 bytes; 1 of 2 and 2 layers are the same\n"
            "configuration: 1 added, 1 removed, 3 changed\n"
            "  ~ environment A  another value\n"
            "  - environment C\n"
            "  + environment D\n"
            "  ~ label key  another value\n"
            "  ~ user  root -> 10\n"
            "packages: 1 added, 1 removed, 1 changed\n"
            "  - deb curl  1\n"
            "  ~ deb tar  2 -> 3\n"
            "  + deb vim  1\n"
            "files: 1 added, 1 removed, 2 changed\n"
            "  - /app/gone  1 byte\n"
            "  + /app/link  link\n"
            "  ~ /app/run  10 bytes -> 11 bytes\n"
            "  ~ /var/lib/dpkg/status  109 bytes -> 108 bytes\n");
}

TEST(ImageDiff, SaysThatNothingHas) {
  const std::vector<test::TestLayer> layers{{TarText().file("a", "b").text(), ""}};
  const auto one = test::reading_of(layers);
  const auto other = test::reading_of(layers);
  const ImageDiff diff = diff_of(*one.image, *other.image);
  EXPECT_TRUE(diff.is_empty);
  EXPECT_EQ(diff.text,
            "app:1 -> app:1: 1 byte -> 1 byte; 1 of 1 and 1 layers are the same\nno differences\n");
}

TEST(ImageDiff, BoundsWhatItShows) {
  TarText tar;
  for (int i = 0; i < 100; ++i) tar.file(concat("file", std::to_string(i)), "x");
  const auto before = test::reading_of({{TarText().text(), ""}});
  const auto after = test::reading_of({{tar.text(), ""}});
  const ImageDiff diff = diff_of(*before.image, *after.image);
  EXPECT_TRUE(diff.text.ends_with("  and 60 more\n")) << diff.text;
}

}  // namespace
}  // namespace plimsoll::scan
