// The rules of each scheme, one by one, on texts of our own.
#include "advisories/versions/versions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "advisories/versions/properties.h"
#include "base/text.h"
#include "support/made_versions.h"

namespace plimsoll::advisories {
namespace {

std::string sign_of(Order order) {
  if (!order) return "?";
  return *order < 0 ? "<" : *order > 0 ? ">" : "=";
}

// "1.0 < 1.1 = 1.1.0": each version against every other one, both ways.
void expect_order(PackageKind kind, std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  for (std::size_t i = 0; i < words.size(); i += 2) {
    EXPECT_EQ(sign_of(compare_versions(kind, words[i], words[i])), "=") << words[i];
    std::string expected = "=";
    for (std::size_t k = i + 2; k < words.size(); k += 2) {
      if (words[k - 1] == "<") expected = "<";
      EXPECT_EQ(sign_of(compare_versions(kind, words[i], words[k])), expected)
          << words[i] << " and " << words[k];
      EXPECT_EQ(sign_of(compare_versions(kind, words[k], words[i])), expected == "<" ? ">" : "=")
          << words[k] << " and " << words[i];
    }
  }
}

void expect_orders(PackageKind kind, std::initializer_list<std::string_view> lines) {
  for (const std::string_view line : lines) {
    SCOPED_TRACE(line);
    expect_order(kind, line);
  }
}

// None of the texts is a version, on whichever side it stands.
void expect_none(PackageKind kind, std::string_view version,
                 std::initializer_list<std::string_view> texts) {
  EXPECT_EQ(sign_of(compare_versions(kind, version, version)), "=");
  for (const std::string_view text : texts) {
    EXPECT_EQ(sign_of(compare_versions(kind, text, version)), "?") << text;
    EXPECT_EQ(sign_of(compare_versions(kind, version, text)), "?") << text;
  }
}

TEST(DpkgVersions, AreOrdered) {
  expect_orders(PackageKind::deb, {
                                      "9.9 < 0:10 < 1:0.1 < 2:0",            // epochs
                                      "1 = 0:1 = 1-0 = 01-00",               // what is missing
                                      "1.0~~ < 1.0~~a < 1.0~ < 1.0 < 1.0a",  // tildes
                                      "1.0-1 < 1.0a < 1.0z < 1.0+ < 1.0.",   // letters first
                                      "1.9 < 1.10 = 1.010 < 1.11",           // by value
                                      "1-2-3 < 1-3-1 < 1.0-1",               // the last hyphen
                                      "2.36-9 < 2.36-9+deb12u9 < 2.36-9+deb12u10",
                                      "1-1~bpo12+1 < 1-1 < 1-1+b1 < 1-1.1",
                                      "1:1:1 < 1:1:2",  // more colons
                                      "1 < 18446744073709551617 < 18446744073709551618",
                                      "1A < 1Z < 1a",
                                  });
}

TEST(DpkgVersions, AreNotWhatDpkgRefuses) {
  expect_none(PackageKind::deb, "1.0",
              {"", " ", ":1", "a:1", "-1:1", "1.5:1", "99999999999:1", "1:", "1-", "-1", "1 2",
               "1:-1", "1-\t2"});
}

TEST(RpmVersions, AreOrdered) {
  expect_orders(PackageKind::rpm,
                {
                    "9-1 < 10-1 < 1:0.1-1 < 2:0-0",                // epochs
                    "1-1 = 0:1-1 = :1-1 = 00:01-01",               // no epoch
                    "1 < 1- < 1-a < 1-1",                          // no release
                    "1.0~rc1 < 1.0~rc2 < 1.0 < 1.0^git1 < 1.0.1",  // tilde and caret
                    "1.0~rc1 < 1.0~rc1^1 < 1.0^~ < 1.0^ < 1.0^1",  // both
                    "1.0a < 1.0aa < 1.0b < 1.0.1 = 1_0+1 < 1.01 = 1.1",
                    "a < 1 = 01 < 1.a < 1.0 = 1..0 = 1.0. < 1.1",  // letters before numbers
                    "A < Z < a",
                    "1-1.el7 < 1-1.el8 < 1-1.el8_10 < 1-1.el10",
                    "1-2-3 < 1-2-4 < 2-1",
                    "1.18446744073709551617 < 1.18446744073709551618",
                });
}

TEST(RpmVersions, AreAllTexts) {
  for (const char* text : {"", "-", "~", "^", ":", "\xff\xce", "a b"}) {
    EXPECT_EQ(sign_of(compare_rpm_versions(text, text)), "=") << text;
    EXPECT_NE(sign_of(compare_rpm_versions(text, "1")), "?") << text;
  }
}

TEST(ApkVersions, AreOrdered) {
  expect_orders(PackageKind::apk,
                {
                    "1 < 1-r0 < 1_p1 < 1a < 1.0 < 1.0.0 < 1.1",  // the kind of what follows
                    "1.05 < 1.1 < 1.3 < 1.20 < 2",               // zeros in front
                    "01 = 1",                                    // but not of the first number
                    "1_alpha < 1_alpha0 = 1_alpha00 < 1_alpha2 < 1_beta < 1_pre < 1_rc < 1_rc1 < 1",
                    "1 < 1_cvs < 1_svn < 1_git < 1_git1 < 1_hg < 1_p < 1_p1 < 1_p1_p",
                    "1_p1_alpha < 1_p1 < 1_p1_git",  // several suffixes
                    "1.2a < 1.2a-r1 < 1.2a1 < 1.2a2 < 1.2a10_p1 < 1.2b < 1.2.0",  // letters
                    "1_git1~0f < 1_git1~1a < 1_git2~00",                          // hashes
                    "1-r1 < 1~ab < 1~ab-r1",
                    "1.0-r9 < 1.0-r10 = 1.0-r010",
                    "1.18446744073709551617 < 1.18446744073709551618",
                });
}

TEST(ApkVersions, AreNotWhatApkRefuses) {
  expect_none(PackageKind::apk, "1.0",
              {"",        "a",   "_p1", "-r1",     ".1",      "1.",         "1..2", "1bc",
               "1a.1",    "1A",  "1_",  "1_foo",   "1_p1.2",  "1_alphabet", "1~",   "1~xy",
               "1~ab_p1", "1-r", "1-1", "1-r1-r2", "1-r1_p1", "1-r1.2",     "1 ",   "1.0-R1"});
}

TEST(SemanticVersions, AreOrdered) {
  for (const PackageKind kind :
       {PackageKind::cargo, PackageKind::npm, PackageKind::golang, PackageKind::nuget}) {
    expect_orders(kind,
                  {
                      "0.0.1 < 0.1.0 < 1.0.0 < 1.0.9 < 1.0.10 < 1.10.0",
                      "1.0.0-0 < 1.0.0-9 < 1.0.0-10 < 1.0.0-a < 1.0.0-a.1 < 1.0.0-a.a < 1.0.0-b",
                      "1.0.0-- < 1.0.0--1 < 1.0.0-0a < 1.0.0-1-1 < 1.0.0-a < 1.0.0-a-",
                      "1.0.0-rc = 1.0.0-rc+1 < 1.0.0 = 1.0.0+exp.sha-5114 = 1.0.0+0.00",
                      "1.0.0-18446744073709551617 < 1.0.0-18446744073709551618",
                  });
    expect_none(kind, "1.0.0",
                {"", "a", ".1.2", "1..2", "1.2.", "1.2.3.4.5", "1.2.3-a..b", "1.2.3-a.", "1.2.3+",
                 "1.2.3+a..b", "1.2.3+a+b", "1.2.3-a_b", "1.2.3 4", "-1.2.3", "1.2.x"});
  }
}

TEST(SemanticVersions, AreShortAsBounds) {
  for (const PackageKind kind :
       {PackageKind::cargo, PackageKind::npm, PackageKind::golang, PackageKind::nuget}) {
    expect_order(kind,
                 "0 = 0.0 = 0.0.0 < 0.0.1 < 1.0.0-a < 1 = 1.0 = 1.0.0 < 1.2.0-a < 1.2 = 1.2.0");
  }
}

TEST(SemanticVersions, DifferInCaseExceptForNuGet) {
  for (const PackageKind kind : {PackageKind::cargo, PackageKind::npm, PackageKind::golang}) {
    expect_order(kind, "1.0.0-A < 1.0.0-B < 1.0.0-a");
  }
  expect_order(PackageKind::nuget, "1.0.0-A = 1.0.0-a < 1.0.0-B = 1.0.0-b");
}

TEST(CargoVersions, AreStrict) {
  expect_none(PackageKind::cargo, "1.0.0",
              {"1-a", "1.0-a", "1.0+b", "v1.0.0", "1.0.0.0", "1.0.0-.a", "01.0.0", "1.00.0",
               "1.0.0-01", "1.0.0-", " 1.0.0", "1.0.0a"});
}

TEST(NpmVersions, AreLoose) {
  expect_orders(PackageKind::npm, {
                                      "1.2.3 = v1.2.3 = =1.2.3 = =v1.2.3 = 01.02.03",
                                      "1.2.3beta = 1.2.3-beta = v1.2.3-beta+7 < 1.2.3beta.2",
                                      "1.2.3-01 = 1.2.3-1 < 1.2.3-- < 1.2.3",
                                      "9007199254740990.0.0 < 9007199254740991.0.0",
                                  });
  EXPECT_EQ(sign_of(compare_npm_versions(" = v 1.2.3 ", "1.2.3")), "=");
  EXPECT_EQ(sign_of(compare_npm_versions("1.2.3-", "1.2.3--")), "=");
  expect_none(PackageKind::npm, "1.0.0",
              {"1-a", "1.0a", "1.0+b", "1.2.3.4", "1.2.34.5", "9007199254740992.0.0", "V1.0.0",
               "1.2.3_1", std::string(250, '1') + ".0.0.0"});
}

TEST(GoVersions, HaveTheirOwnSpellings) {
  expect_orders(PackageKind::golang,
                {
                    "v1.2.3 = 1.2.3 = v1.2.3+incompatible < v1.2.4",
                    "v1 = v1.0 = v1.0.0",
                    "v1.2.3 < v1.2.4-0.20190101000000-ffffffffffff < "
                    "v1.2.4-0.20191109021931-000000000000 < v1.2.4-rc.1 < v1.2.4",
                    "v0.0.0-20170915032832-14c0d48ead0c < v0.0.0",
                    "1.21.0-0 < go1.21beta1 = 1.21.0-beta.1 < go1.21rc2 = 1.21rc2 = 1.21.0-rc.2 < "
                    "1.21.0-rc.10 = go1.21rc10 < go1.21 = 1.21 = go1.21.0 < go1.21.1",
                });
  expect_none(PackageKind::golang, "v1.0.0",
              {"(devel)", "v", "go", "vv1.0.0", "v01.0.0", "v1.0.0-01", "v1-a", "v1.2-a", "1.21rc",
               "1.21alpha1", "1.21rc2-x", "V1.0.0", "1.21rc2222222222222222222222222"});
}

TEST(NuGetVersions, HaveOneToFourNumbers) {
  expect_orders(PackageKind::nuget, {
                                        "1 = 1.0 = 1.0.0 = 1.0.0.0 < 1.0.0.1 < 1.0.1",
                                        "1.0.0.1-a < 1.0.0.1 = 1.0.00.01+meta",
                                        "1-a = 1.0-A = 1.0.0-a < 1.0.0-a.1 = 1.0.0-a.01",
                                        "1.99999999999999999991 < 1.99999999999999999992",
                                    });
  expect_none(PackageKind::nuget, "1.0", {"v1.0", "1.0-", "1.2.3.4.5", "1.0.0a", "[1.0]"});
}

TEST(PythonVersions, AreOrdered) {
  expect_orders(
      PackageKind::pypi,
      {
          "9 < 1!0 < 1!0.1 < 2!0",                             // epochs
          "1 = 1.0 = 1.0.0 = v1 = 01.00 = 0!1 < 1.0.1 < 1.1",  // the release
          "1.dev0 = 1.dev = 1-DEV_0 < 1.dev1 < 1a0.dev0 < 1a0 < 1a0.post0.dev0 < 1a0.post0 < 1a1 < "
          "1b0 < 1rc0 < 1 < 1.post0.dev0 < 1.post0 < 1.post1 < 1.0.1.dev0",
          "1a1 = 1.alpha.1 = 1-A_1 = 1alpha1 = 1a01 < 1b1 = 1_beta-1 < 1rc1 = 1c1 = 1pre1 = "
          "1.preview.1 < 1",
          "1.post1 = 1-1 = 1.rev1 = 1r1 = 1post1 = 1.POST.1",
          "1a-.dev1 = 1a0.dev1 < 1a0 = 1a- < 1a0.post1 = 1a--1",
          "1 < 1+a < 1+a.a < 1+a.1 < 1+b = 1+B < 1+0 = 1+00 < 1+0.a = 1+0-A = 1+0_a < 1+1 < "
          "1.post0",
          "1.18446744073709551617 < 1.18446744073709551618",
      });
  EXPECT_EQ(sign_of(compare_pypi_versions(" \t1.0\n", "1")), "=");
}

TEST(PythonVersions, AreNotWhatPipRefuses) {
  expect_none(
      PackageKind::pypi, "1.0",
      {"",       "a",     "1.0-SNAPSHOT", "2004d",     "1.",     ".1",      "1..0",
       "1!",     "!1",    "1.0+",         "1.0+a..b",  "1.0+a_", "1.0+a+b", "1.0-",
       "1.0--1", "1.0.x", "1.0a1b2",      "1.0dev1a1", "vv1",    "1 0",     "1.0dev1.post1"});
}

TEST(MavenVersions, AreOrdered) {
  expect_orders(
      PackageKind::maven,
      {
          "1 = 1.0 = 1.0.0 = 1. = 1- = 1-0 = 1.0-0.0 = 01 = 1-ga = 1.final = 1RELEASE = 1.0-ga < "
          "1.0.1 = 1.0.1.0 < 1.1",
          "1-alpha < 1-beta < 1-milestone < 1-rc = 1-cr = 1.RC < 1-SNAPSHOT < 1 < 1-sp < 1-abc < "
          "1-xyz < 1-1 < 1.1",
          "1a1 = 1-alpha-1 = 1.0alpha1 < 1b1 = 1-beta-1 < 1m1 = 1-milestone1 < 1-rc-1 < 1",
          "1-alpha-1-SNAPSHOT < 1-alpha-1 < 1-alpha-2 < 1-alpha-10",
          "1 < 1-a = 1a = 1.a = 1.0.0-a < 1-b",  // no digit behind: just words
          "1.0.0.Final = 1.0.0 < 1.0.0.SP1 < 1.0.1.Beta1",
          "2.0 < 2.0-1 < 2.0-2 < 2.0.1 < 2.0.1-1",
          "20190126.230843 < 1234567890.12345 < 12345678901234567890.1",
          "31.1-android < 31.1-jre < 32.0-android",
      });
}

TEST(MavenVersions, AreAllTexts) {
  for (const char* text : {"", ".", "-", "--..", "${version}", "\xff", "a b"}) {
    EXPECT_EQ(sign_of(compare_maven_versions(text, text)), "=") << text;
    EXPECT_NE(sign_of(compare_maven_versions(text, "1")), "?") << text;
  }
}

// Each item of Maven's nests one deeper; neither memory nor the stack may grow with that.
TEST(MavenVersions, MayBeLong) {
  std::string deep = "1";
  for (int i = 0; i < 100'000; ++i) deep += "-1";
  EXPECT_EQ(sign_of(compare_maven_versions(deep, deep)), "=");
  EXPECT_EQ(sign_of(compare_maven_versions(deep, deep + "-1")), "<");
  EXPECT_EQ(sign_of(compare_maven_versions(deep, deep + "-rc")), ">");
}

TEST(GemVersions, AreOrdered) {
  expect_orders(
      PackageKind::gem,
      {
          "1 = 1.0 = 1.0.0 = 01 < 1.0.1 < 1.1 < 1.10",
          "1.a < 1.a.1 = 1.a1 < 1.b < 1.rc = 1.0.0.rc = 1.rc.0 < 1.rc1 < 1.rc2 < 1.rc10 < 1",
          "1-1 = 1.pre.1 < 1-2 < 1",  // a hyphen
          "1-a = 1.pre.a < 1--a = 1.pre.pre.a < 1",
          "1.A < 1.Z < 1.a < 1.0",
          "1.0.a < 1.0.0.1.a < 1.0.0.1 = 1.0.0.1.0",
          "1.99999999999999999991 < 1.99999999999999999992",
      });
  EXPECT_EQ(sign_of(compare_gem_versions("", " 0.0 ")), "=");
}

TEST(GemVersions, AreNotWhatRubyGemsRefuses) {
  expect_none(
      PackageKind::gem, "1",
      {"a", ".1", "1.", "1..2", "v1", "1a", "1-", "1-.a", "1.0.-a", "1_0", "1 0", "1+1", "1-a..b"});
}

TEST(ComposerVersions, AreOrdered) {
  expect_orders(
      PackageKind::composer,
      {
          "1 = 1.0 = v1.0.0 = V1.0.0.0 = 1.0.0-stable = 1-stable2-dev = 1-STABLE = 1.0+build.5 = "
          "1.0@beta = "
          "01.0 < 1.0.0.1",
          "1-dev < 1-alpha.9999 < 1.0-beta = 1.0.0b < 1-RC",
          "1-a1-dev < 1-a1 = 1.0alpha1 = 1.0.0-alpha.1 = 1_A1 < 1-b2 < 1-b2.1 < 1-rc3 < 1 < 1-p1 = "
          "1.0.0-pl1 = 1.0patch-1 < 1.0.1-dev < 1.0.1",
          "1.9 < 1.10 < 1.x-dev < 2.0-alpha < 2.0 < 2.9.9 < 2.x-dev < 3.0",
          "2.1.5 < 2.1.x-dev = 2.1.*-dev = 2.1.X-DEV < 2.2 < 2.x.1-dev < 2.x.2-dev < 2.x-dev",
          "20240131 < 20240131.1 < 20240201",
          "2023.12.31 < 2024.01.31 < 2024.01.31-p1",
          "2010-01-02 = 2010:01:02 = 2010.01:02 < 2010.01.02 < 99999",
      });
}

TEST(ComposerVersions, AreNotBranchesNorWhatComposerRefuses) {
  expect_none(PackageKind::composer, "1",
              {"", "a", "dev-main", "master", "dev-1.0", "1.0.0.0.0", "1.0-foo", "1.0-beta-foo",
               "1.x", "feature-dev", "123456789012345678901234567890", "1..0", "1.0 beta",
               "1.0+foo bar", "1.2.3.#"});
}

TEST(Versions, KeepTheirOrder) {
  for (std::size_t i = 0; i < package_kinds; ++i) {
    const auto kind = static_cast<PackageKind>(i);
    test::MadeVersions made(kind, 6);
    for (int round = 0; round < 5'000; ++round) {
      const std::string a = made.next();
      const std::string b = made.next();
      const std::string c = made.next();
      EXPECT_TRUE(keep_order(kind, {a, b, c}))
          << name_of(kind) << ": " << a << ", " << b << " and " << c;
    }
  }
}

TEST(Versions, AreComparedByTheSchemeOfTheirKind) {
  // Where 1.0.0-1 stands to 1.0.0 tells most of them apart.
  std::string signs;
  for (std::size_t i = 0; i < package_kinds; ++i) {
    const auto kind = static_cast<PackageKind>(i);
    signs += concat(name_of(kind), sign_of(compare_versions(kind, "1.0.0-1", "1.0.0")), " ");
  }
  EXPECT_EQ(signs, "deb> apk? rpm> npm< pypi> golang< cargo< maven> gem< composer? nuget< ");
}

}  // namespace
}  // namespace plimsoll::advisories
