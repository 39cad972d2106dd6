#include "readers/trivyignore/trivyignore_yaml_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll {
namespace {

using Texts = std::vector<std::string>;

class TrivyignoreYaml : public testing::Test {
 protected:
  // "LINE: ID in PATHS of PURLS until DAY: REASON"
  Texts read(std::string text) {
    const Source& source = sources_.add(".trivyignore.yaml", std::move(text));
    Result<Reading<std::vector<IgnoredVulnerability>>> reading = read_trivyignore_yaml(source);
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().message);
    reading_ = reading ? std::move(*reading) : decltype(reading_)();
    Texts out;
    for (const IgnoredVulnerability& entry : reading_.value) {
      out.push_back(concat(line_of(entry.at), ": ", entry.id, " in ", join(entry.paths, " "),
                           " of ", join(entry.purls, " "), " until ", entry.expires, ": ",
                           entry.reason));
    }
    return out;
  }
  std::string refusal(std::string text) {
    const Source& source = sources_.add(".trivyignore.yaml", std::move(text));
    const Result<Reading<std::vector<IgnoredVulnerability>>> reading =
        read_trivyignore_yaml(source);
    return reading ? "none" : concat(line_of(reading.error().at), ": ", reading.error().message);
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

TEST_F(TrivyignoreYaml, HasEntries) {
  EXPECT_EQ(read(R"(vulnerabilities:
  - id: CVE-1
    paths: ["usr/**", 'a?']
    purls:
      - pkg:deb/debian/curl
      - pkg:npm/a@1
    expired_at: 2026-01-01
    statement: not reachable
  - id: CVE-2
    paths: []
    purls:
    expired_at: "2026-02-01T12:00:00Z"
misconfigurations:
  - id: AVD-1
)"),
            (Texts{"2: CVE-1 in usr/** a? of pkg:deb/debian/curl pkg:npm/a@1 until 2026-01-01: "
                   "not reachable",
                   "9: CVE-2 in  of  until 2026-02-01: "}));
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(read(""), Texts{});
  EXPECT_EQ(read("secrets: []"), Texts{});
  EXPECT_EQ(read("vulnerabilities:"), Texts{});
  EXPECT_EQ(errors(), Texts{});
}

// What cannot be read of an entry could have limited it.
TEST_F(TrivyignoreYaml, RefusesSingleEntries) {
  EXPECT_EQ(read(R"(vulnerabilities:
  - CVE-1
  - statement: x
  - {id: [a]}
  - {id: A, statement: {}}
  - {id: A, paths: x}
  - {id: A, paths: [[x]]}
  - {id: A, paths: ["{a,b}"]}
  - {id: A, purls: [curl]}
  - {id: A, expired_at: soon}
  - {id: A, expired_at: 2026-02-30}
  - {id: A, expired_at: 2026-01-01x}
  - {id: B}
)"),
            (Texts{"13: B in  of  until : "}));
  EXPECT_EQ(
      errors(),
      (Texts{"2: an entry is a mapping", "3: the entry has no \"id\"", "4: \"id\" is a text",
             "5: \"statement\" is a text", "6: \"paths\" is a list",
             "7: \"paths\" is a list of texts", "8: of patterns *, ** and ? are read",
             "9: this is no package URL: \"curl\"", "10: \"expired_at\" is a day as 2026-01-01",
             "11: \"expired_at\" is a day as 2026-01-01",
             "12: \"expired_at\" is a day as 2026-01-01"}));
}

TEST_F(TrivyignoreYaml, RefusesFiles) {
  EXPECT_EQ(refusal("a"), "1: the file is a mapping of kinds of findings");
  EXPECT_EQ(refusal("\nvulnerabilities: {}"), "2: \"vulnerabilities\" is a list");
  EXPECT_NE(refusal("vulnerabilities: ["), "none");
}

TEST_F(TrivyignoreYaml, IsBounded) {
  const std::string longest(max_ignored_text, 'a');
  EXPECT_EQ(read(concat("vulnerabilities: [{id: ", longest, "}]")).size(), 1u);
  EXPECT_EQ(read(concat("vulnerabilities: [{id: ", longest, "a}]")).size(), 0u);
  EXPECT_EQ(errors(), (Texts{"1: \"id\" is too long"}));
  EXPECT_EQ(read(concat("vulnerabilities: [{id: A, paths: [", longest, "a]}]")).size(), 0u);
  EXPECT_EQ(errors(), (Texts{"1: the text is too long"}));
  std::string paths = "a";
  for (std::size_t i = 1; i < max_ignored_places; ++i) paths += ",a";
  EXPECT_EQ(read(concat("vulnerabilities: [{id: A, paths: [", paths, "]}]")).size(), 1u);
  EXPECT_EQ(read(concat("vulnerabilities: [{id: A, paths: [", paths, ",a]}]")).size(), 0u);
  EXPECT_EQ(errors(), (Texts{"1: \"paths\" has more items than are read"}));
  std::string many = "vulnerabilities:\n";
  for (std::size_t i = 0; i < max_ignored_vulnerabilities; ++i) many += "- id: A\n";
  EXPECT_EQ(read(many).size(), max_ignored_vulnerabilities);
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(read(many + "- id: A\n").size(), max_ignored_vulnerabilities);
  EXPECT_EQ(errors(), (Texts{"10002: the file has more entries than are read"}));
}

}  // namespace
}  // namespace plimsoll
