// Licences of Debian's packages, from their copyright files.
#include "image/files/copyright.h"

#include <gtest/gtest.h>

#include "image/merge.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::TarText;
using Texts = std::vector<std::string>;

TEST(Copyright, BecomesAnExpression) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"GPL-2+", "GPL-2.0-or-later"},
      {"gpl-2.0+", "GPL-2.0-or-later"},
      {"GPL-3", "GPL-3.0-only"},
      {"LGPL-2.1+", "LGPL-2.1-or-later"},
      {"GFDL-1.3", "GFDL-1.3-only"},
      {"GPL-2.0-or-later", "GPL-2.0-or-later"},
      {"Expat", "MIT"},
      {"BSD-3-clause", "BSD-3-Clause"},
      {"zlib", "Zlib"},
      {"Apache-2", "Apache-2.0"},
      {"public-domain", "LicenseRef-public-domain"},
      {"GPL", "LicenseRef-GPL"},
      {"GPL-x+", "LicenseRef-GPL-x-or-later"},
      {"GPL-2+ or Artistic-2", "GPL-2.0-or-later OR Artistic-2.0"},
      {"GPL-2+ and MIT", "GPL-2.0-or-later AND MIT"},
      {"MIT and ISC or Zlib", "MIT AND ISC OR Zlib"},
      {"GPL-2+ or Artistic-1.0, and BSD-2-clause",
       "(GPL-2.0-or-later OR Artistic-1.0) AND BSD-2-Clause"},
      {"MIT, or ISC, and Zlib", "(MIT OR ISC) AND Zlib"},
      {"GPL-3+ with Bison-2.2 exception", "GPL-3.0-or-later WITH Bison-exception-2.2"},
      {"GPL-2+ with Autoconf exception", "GPL-2.0-or-later WITH Autoconf-exception-2.0"},
      {"GPL-3+ with autoconf-exception", "GPL-3.0-or-later WITH Autoconf-exception-3.0"},
      {"GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2-or-later-with-OpenSSL-exception"},
      {"see below", "LicenseRef-see-below"},
      {"", ""},
      {"MIT or", ""},
      {"and", ""},
      {"+++ ???", "LicenseRef--or-later-or-later-or-later"},
      {"???", ""},
  };
  for (const auto& [debian, spdx] : cases) EXPECT_EQ(spdx_expression(debian), spdx) << debian;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "MIT and ";
  EXPECT_EQ(spdx_expression(many + "ISC"), "");
}

constexpr std::string_view head =
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    "Upstream-Name: x\n\n";

// The one licence that is found.
std::string licence_in(const std::string& text) {
  const Layer layer = test::layer_of(TarText().file("usr/share/doc/x/copyright", text));
  EXPECT_EQ(test::errors_of(layer), Texts{});
  if (layer.licence_files.empty()) return "none";
  EXPECT_EQ(layer.licence_files.size(), 1u);
  EXPECT_EQ(layer.licence_files.front().package, "x");
  return layer.licence_files.front().licence;
}

TEST(Copyright, IsOfAllFilesButThePackaging) {
  EXPECT_EQ(licence_in(concat(head,
                              "Files: *\nCopyright: me\nLicense: GPL-2+\n text\n .\n more\n\n"
                              "Files: a.c\n b.c\nLicense: MIT or ISC\n\n"
                              "Files: d.c\nLicense: curl and ISC or MIT, and GPL-2+\n\n"
                              "Files: debian/*\nLicense: Zlib\n\n"
                              "Files: debian/*\n c.c\nLicense: curl\n\n"
                              "License: WTFPL\n the text of one that nobody names\n")),
            "(curl AND ISC OR MIT) AND GPL-2.0-or-later AND (MIT OR ISC) AND curl");
  EXPECT_EQ(licence_in(concat(head.substr(0, head.size() - 1), "License: MIT\n\n")), "MIT");
  EXPECT_EQ(
      licence_in(concat("format: http://dep.debian.net/deps/dep5\n\nfiles: *\nlicense: MIT\n")),
      "MIT");
}

TEST(Copyright, IsNothingWhereItIsForPeople) {
  EXPECT_EQ(licence_in("This package was debianized by me.\nLicense: GPL-2+\n"), "none");
  EXPECT_EQ(licence_in("Format of this file: free\n\nFiles: *\nLicense: MIT\n"), "none");
  EXPECT_EQ(licence_in(std::string(head)), "none");
  EXPECT_EQ(licence_in(concat(head, "Files: *\nLicense: MIT or\n\nFiles: a\nLicense: ISC\n")),
            "none");
  std::string many(head);
  for (int i = 0; i < 65; ++i) {
    many += concat("Files: a\nLicense: own-", std::to_string(i), "\n\n");
  }
  EXPECT_EQ(licence_in(many), "none");
  EXPECT_EQ(licence_in(concat(head, "Files: *\nLicense: MIT\n", std::string(5u << 20, ' '))),
            "none");
}

TEST(Copyright, IsNotReadElsewhere) {
  const std::string text = concat(head, "Files: *\nLicense: MIT\n");
  const Layer layer = test::layer_of(TarText()
                                         .file("usr/share/doc/copyright", text)
                                         .file("usr/share/doc/a/b/copyright", text)
                                         .file("opt/usr/share/doc/a/copyright", text)
                                         .entry({.name = "usr/share/doc/a/copyright",
                                                 .type = '1',
                                                 .size = "00000000000",
                                                 .link = "usr/share/doc/copyright"}));
  EXPECT_TRUE(layer.licence_files.empty());
  EXPECT_EQ(test::errors_of(layer), Texts{});
}

// "NAME LICENCE"
Texts licences_of(const std::vector<TarText>& tars) {
  const Image image = test::image_of(tars);
  Texts out;
  for (const Package& package : image.packages) {
    out.push_back(concat(package.name, " ", package.licence));
  }
  return out;
}

std::string stanza(const std::string& name, const std::string& source) {
  return concat("Package: ", name, "\nVersion: 1\nArchitecture: all\nSource: ", source, "\n\n");
}

TEST(Copyright, IsOfThePackageOrItsSource) {
  const auto file = [](const std::string& licence) {
    return concat(head, "Files: *\nLicense: ", licence, "\n");
  };
  EXPECT_EQ(licences_of({TarText()
                             .file("var/lib/dpkg/status",
                                   stanza("a", "src") + stanza("b", "src") + stanza("c", "other") +
                                       stanza("d", "two") + stanza("e", "two") + stanza("f", "two"))
                             .file("usr/share/doc/a/copyright", file("MIT"))
                             .symlink("usr/share/doc/b", "a")
                             .file("usr/share/doc/d/copyright", file("MIT"))
                             .file("usr/share/doc/e/copyright", file("Zlib"))
                             .file("usr/share/doc/gone/copyright", file("ISC"))}),
            (Texts{"a MIT", "b MIT", "c ", "d MIT", "e Zlib", "f "}));
  // What a later layer deletes says nothing any more, and what it writes counts.
  EXPECT_EQ(licences_of({TarText()
                             .file("var/lib/dpkg/status", stanza("a", "a") + stanza("b", "b"))
                             .file("usr/share/doc/a/copyright", file("MIT"))
                             .file("usr/share/doc/b/copyright", file("MIT")),
                         TarText()
                             .file("usr/share/doc/a/.wh.copyright", "")
                             .file("usr/share/doc/b/copyright", file("Zlib"))}),
            (Texts{"a ", "b Zlib"}));
}

}  // namespace
}  // namespace plimsoll::image
