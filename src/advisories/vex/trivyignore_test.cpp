#include "advisories/vex/trivyignore.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

using Texts = std::vector<std::string>;

class Trivyignore : public testing::Test {
 protected:
  // "LINE: ID until DAY: REASON"
  Texts read(std::string text) {
    const Source& source = sources_.add(".trivyignore", std::move(text));
    reading_ = read_trivyignore(source);
    Texts out;
    for (const IgnoredVulnerability& entry : reading_.value) {
      out.push_back(
          concat(line_of(entry.at), ": ", entry.id, " until ", entry.expires, ": ", entry.reason));
    }
    return out;
  }
  static std::string line_of(const Location& at) {
    return std::to_string(at.source->position(at.span.begin).line);
  }
  Texts errors() const {
    Texts out;
    for (const Error& error : reading_.errors) {
      out.push_back(concat(line_of(error.at), ": ", error.message));
    }
    return out;
  }

  Sources sources_;
  Reading<std::vector<IgnoredVulnerability>> reading_;
};

TEST_F(Trivyignore, HasAnIdALine) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "CVE-1\r\n\r\n  CVE-2\texp:2026-01-01 more\nDS002"),
            (Texts{"1: CVE-1 until : ", "3: CVE-2 until 2026-01-01: ", "4: DS002 until : "}));
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(read("# nothing\n\n"), Texts{});
}

TEST_F(Trivyignore, ACommentIsTheReasonOfWhatStandsBelow) {
  EXPECT_EQ(
      read("## not linked\n# anywhere\nA\nB # but this\nC\n# other\nD\n\nE\n# far\n\nF\nG\t#tab"),
      (Texts{"3: A until : not linked anywhere", "4: B until : but this",
             "5: C until : not linked anywhere", "7: D until : other",
             "9: E until : ", "12: F until : ", "13: G until : tab"}));
}

TEST_F(Trivyignore, RefusesWhatIsNoDay) {
  EXPECT_EQ(read("A exp:2026-02-30\nB exp:\nC exp:tomorrow\nD"), (Texts{"4: D until : "}));
  EXPECT_EQ(errors(), (Texts{"1: \"exp:\" has a day as 2026-01-01, and not \"2026-02-30\"",
                             "2: \"exp:\" has a day as 2026-01-01, and not \"\"",
                             "3: \"exp:\" has a day as 2026-01-01, and not \"tomorrow\""}));
}

TEST_F(Trivyignore, IsBounded) {
  const std::string longest(max_ignored_text, 'a');
  EXPECT_EQ(read(longest).size(), 1u);
  EXPECT_EQ(read(longest + "a").size(), 0u);
  EXPECT_EQ(errors(), (Texts{"1: the id is too long"}));
  read(concat("# ", longest, "b\nA"));
  EXPECT_EQ(reading_.value[0].reason, longest);
  std::string many;
  for (std::size_t i = 0; i < max_ignored_vulnerabilities; ++i) many += "A\n";
  EXPECT_EQ(read(many).size(), max_ignored_vulnerabilities);
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(read(many + "A\n").size(), max_ignored_vulnerabilities);
  EXPECT_EQ(errors(), (Texts{"10001: the file has more entries than are read"}));
}

// The reason of the entry that is taken for a flaw of curl; "none" for none.
std::string taken(const std::vector<IgnoredVulnerability>& entries, const Texts& names = {"CVE-1"},
                  std::string_view today = "2026-01-01") {
  const std::vector<PackageUrl> package{*parse_package_url("pkg:deb/debian/libcurl4@7-1"),
                                        *parse_package_url("pkg:deb/debian/curl@7")};
  const IgnoredVulnerability* const entry =
      entry_for(entries, names, package, "usr/lib/x/curl.so", today);
  if (entry == nullptr) return "none";
  return entry->has_expired(today) ? "expired " + entry->reason : entry->reason;
}

IgnoredVulnerability entry(std::string reason, std::string expires = "") {
  IgnoredVulnerability out;
  out.id = "CVE-1";
  out.reason = std::move(reason);
  out.expires = std::move(expires);
  return out;
}

TEST(TrivyignoreEntries, HoldForTheirId) {
  EXPECT_EQ(taken({entry("a")}), "a");
  EXPECT_EQ(taken({entry("a")}, {"GHSA-1", "cve-1"}), "a");
  EXPECT_EQ(taken({entry("a")}, {"CVE-11"}), "none");
  EXPECT_EQ(taken({}), "none");
}

TEST(TrivyignoreEntries, HoldUntilTheirDay) {
  EXPECT_EQ(taken({entry("a", "2026-01-02")}), "a");
  EXPECT_EQ(taken({entry("a", "2026-01-01")}), "expired a");
  EXPECT_EQ(taken({entry("a", "2025-12-31")}), "expired a");
  EXPECT_EQ(taken({entry("a", "2025-12-31"), entry("b")}), "b");
  EXPECT_EQ(taken({entry("a", "2025-12-31"), entry("b", "2025-12-31")}), "expired a");
}

TEST(TrivyignoreEntries, HoldForTheirPathsAndPackages) {
  IgnoredVulnerability limited = entry("a");
  limited.paths = {"opt/*", "usr/**/*.so"};
  EXPECT_EQ(taken({limited}), "a");
  limited.paths = {"opt/*"};
  EXPECT_EQ(taken({limited}), "none");
  limited.paths = {};
  limited.purls = {"pkg:npm/curl", "pkg:deb/debian/curl"};
  EXPECT_EQ(taken({limited}), "a");
  limited.purls = {"pkg:deb/debian/libcurl4@7-1"};
  EXPECT_EQ(taken({limited}), "a");
  limited.purls = {"pkg:deb/debian/libcurl4@7-2"};
  EXPECT_EQ(taken({limited}), "none");
  limited.purls = {"curl"};
  EXPECT_EQ(taken({limited}), "none");
  limited.purls = {"pkg:deb/debian/curl"};
  limited.paths = {"opt/*"};
  EXPECT_EQ(taken({limited}), "none");
}

TEST(TrivyignoreEntries, HavePatternsOfPaths) {
  EXPECT_TRUE(is_path_like("a/b.so", "a/b.so"));
  EXPECT_FALSE(is_path_like("a/b.so", "a"));
  EXPECT_FALSE(is_path_like("a", "a/b"));
  EXPECT_TRUE(is_path_like("a/b.so", "a/*"));
  EXPECT_TRUE(is_path_like("a/b.so", "*/*.s?"));
  EXPECT_TRUE(is_path_like("a/b", "a/b*"));
  EXPECT_FALSE(is_path_like("a/b.so", "*"));
  EXPECT_FALSE(is_path_like("a/b.so", "a?b.so"));
  EXPECT_FALSE(is_path_like("a/b", "a/b?"));
  EXPECT_TRUE(is_path_like("aXbXc", "a*b*c"));
  EXPECT_TRUE(is_path_like("abab", "*ab"));
  EXPECT_FALSE(is_path_like("abac", "*ab"));
  EXPECT_TRUE(is_path_like("a/b/c", "**"));
  EXPECT_TRUE(is_path_like("a/b/c", "**/c"));
  EXPECT_TRUE(is_path_like("c", "**/c"));
  EXPECT_TRUE(is_path_like("a/b/c", "a/**/c"));
  EXPECT_TRUE(is_path_like("a/c", "a/**/c"));
  EXPECT_TRUE(is_path_like("a/b", "a/**"));
  EXPECT_FALSE(is_path_like("b/c", "a/**"));
  EXPECT_FALSE(is_path_like("a/b/d", "a/**/c"));
  EXPECT_FALSE(is_path_like("", "a"));
}

}  // namespace
}  // namespace plimsoll::advisories
