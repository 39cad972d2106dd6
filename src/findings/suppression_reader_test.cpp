#include "findings/suppression_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll {
namespace {

// One line that says all about a suppression: "3-5 privileged,root-user | reason | until
// 2027-01-01".
std::string show(const Suppression& suppression) {
  std::string out = suppression.whole_file ? "file"
                                           : concat(std::to_string(suppression.first_line), "-",
                                                    std::to_string(suppression.last_line));
  if (suppression.malformed) return concat(out, " malformed: ", suppression.problem);
  out += concat(" ", join(suppression.rules, ","));
  if (!suppression.reason.empty()) out += concat(" | ", suppression.reason);
  if (!suppression.until.empty()) out += concat(" | until ", suppression.until);
  return out;
}

// What is found, and `in` the text "[…]" marks the units.
std::vector<std::string> found(CommentStyle style, std::string_view marked,
                               std::string path = "file") {
  std::string text;
  std::vector<Span> units;
  for (const char c : marked) {
    const auto at = static_cast<std::uint32_t>(text.size());
    if (c == '\x01') {
      units.push_back({at, at});
    } else if (c == '\x02') {
      units.back().end = at;
    } else {
      text += c;
    }
  }
  const Source source(std::move(path), text);
  std::vector<std::string> shown;
  for (const Suppression& suppression : find_suppressions(source, style, units)) {
    shown.push_back(show(suppression));
  }
  return shown;
}

using Shown = std::vector<std::string>;

Shown one(std::string_view comment) {
  return found(CommentStyle::hash, concat(comment, "\nx\n"));
}

TEST(Suppressions, ReadsTheLanguage) {
  EXPECT_EQ(one("# plimsoll: allow privileged -- the agent manages the host, until 2027-03-31"),
            Shown{"2-2 privileged | the agent manages the host | until 2027-03-31"});
  EXPECT_EQ(one("# plimsoll: allow root-user, no-healthcheck -- batch job"),
            Shown{"2-2 root-user,no-healthcheck | batch job"});
  EXPECT_EQ(one("# plimsoll: allow-file image-not-pinned -- lab"),
            Shown{"file image-not-pinned | lab"});
  EXPECT_EQ(one("#plimsoll:allow x"), Shown{"2-2 x"});
  EXPECT_EQ(one("  ##  PLIMSOLL :  Allow   x,y  --  because  "), Shown{"2-2 x,y | because"});
  EXPECT_EQ(one("# plimsoll: allow x -- until 2027-03-31"), Shown{"2-2 x | until 2027-03-31"});
  EXPECT_EQ(one("# plimsoll: allow x until 2027-03-31"), Shown{"2-2 x | until 2027-03-31"});
  EXPECT_EQ(one("# plimsoll: allow x, y, until: 2028-02-29."), Shown{"2-2 x,y | until 2028-02-29"});
  EXPECT_EQ(one("# plimsoll: allow x -- a -- b (until 2027-03-31)"),
            Shown{"2-2 x | a -- b | until 2027-03-31"});
  EXPECT_EQ(one("# plimsoll: allow x — an editor's dash"), Shown{"2-2 x | an editor's dash"});
  EXPECT_EQ(one("# plimsoll: allow x -- wait until the vendor answers"),
            Shown{"2-2 x | wait until the vendor answers"});
  EXPECT_EQ(one("# plimsoll: allow DL3006, cis-5.5 -- r"), Shown{"2-2 DL3006,cis-5.5 | r"});
}

TEST(Suppressions, ReadsHadolint) {
  EXPECT_EQ(one("# hadolint ignore=DL3006,DL3008 # reason"), Shown{"2-2 DL3006,DL3008 | reason"});
  EXPECT_EQ(one("#hadolint  ignore = DL3006 , SC2086"), Shown{"2-2 DL3006,SC2086"});
  EXPECT_EQ(one("# hadolint global ignore=DL3006 -- r, until 2027-01-01"),
            Shown{"file DL3006 | r | until 2027-01-01"});
  EXPECT_EQ(one("# hadolint shell=bash"), Shown{});
  EXPECT_EQ(one("# hadolint is run by the build"), Shown{});
  EXPECT_EQ(one("# hadolint ignores this"), Shown{});
  EXPECT_EQ(one("# hadolint ignore the next line"), Shown{});
  const Shown mistake{"2-2 malformed: hadolint's form is `hadolint ignore=DL3006,DL3008`"};
  EXPECT_EQ(one("# hadolint ignore DL3006"), mistake);
  EXPECT_EQ(one("# hadolint: ignore=DL3006"), mistake);
}

TEST(Suppressions, FlagsWhatIsMalformed) {
  const std::string until = "2-2 malformed: `until` needs a date such as 2027-03-31";
  for (const std::string_view date : {"2027-02-29", "2027-13-01", "31.3.2027", "2027-3-1",
                                      "March 2027", "2027", "", "2027-03-31x"}) {
    EXPECT_EQ(one(concat("# plimsoll: allow x -- r, until ", date)), Shown{until}) << date;
  }
  EXPECT_EQ(one("# plimsoll: allow"), Shown{"2-2 malformed: it names no rule"});
  EXPECT_EQ(one("# plimsoll: allow -- reason"), Shown{"2-2 malformed: it names no rule"});
  EXPECT_EQ(one("# plimsoll: allow x,,y -- r"),
            Shown{"2-2 malformed: a rule's name is missing beside a comma"});
  EXPECT_EQ(
      one("# plimsoll: allow x because I say so"),
      Shown{"2-2 malformed: rules are separated by commas, and the reason comes after ` -- `"});
  EXPECT_EQ(one("# plimsoll: ignore x"),
            Shown{"2-2 malformed: after `plimsoll:` comes `allow` or `allow-file`"});
  EXPECT_EQ(one("# plimsoll: allow-line x"),
            Shown{"2-2 malformed: after `plimsoll:` comes `allow` or `allow-file`"});
  EXPECT_EQ(one("# plimsoll allow x"), Shown{"2-2 malformed: a colon is missing after `plimsoll`"});
  EXPECT_EQ(one("# plimsoll: allow " + std::string(5000, 'x')),
            Shown{"2-2 malformed: it is too long"});
}

TEST(Suppressions, LeavesProseAlone) {
  EXPECT_EQ(one("# see plimsoll: allow x"), Shown{});
  EXPECT_EQ(one("# plimsoll checks this file"), Shown{});
  EXPECT_EQ(one("plimsoll: allow x"), Shown{});
  EXPECT_EQ(one(""), Shown{});
  EXPECT_EQ(found(CommentStyle::none, "# plimsoll: allow x\n"), Shown{});
}

TEST(Suppressions, SpeaksForTheNextLineOrItsOwn) {
  EXPECT_EQ(found(CommentStyle::hash, "a # plimsoll: allow x\nb\n"), Shown{"1-1 x"});
  EXPECT_EQ(
      found(CommentStyle::hash, "# plimsoll: allow x\n# more\n\n  # plimsoll: allow y\nb\nc\n"),
      (Shown{"5-5 x", "5-5 y"}));
  EXPECT_EQ(found(CommentStyle::hash, "# plimsoll: allow x\n# end\n"), Shown{"0-0 x"});
  EXPECT_EQ(found(CommentStyle::hash, "# plimsoll: allow x"), Shown{"0-0 x"});
  EXPECT_EQ(found(CommentStyle::hash, "# plimsoll: allow x\r\nb\r\n"), Shown{"2-2 x"});
  EXPECT_EQ(found(CommentStyle::hash, "\xEF\xBB\xBF# plimsoll: allow x\nb\n"), Shown{"2-2 x"});
  EXPECT_EQ(found(CommentStyle::markdown, "\xEF\xBB\xBF<!-- plimsoll: allow x -->\nb\n"),
            Shown{"2-2 x"});
}

TEST(Suppressions, SpeaksForAWholeUnit) {
  const std::string_view text =
      "# plimsoll: allow above\n"
      "\x01RUN one && \\\n"
      "  # plimsoll: allow inside -- it's\n"
      "  two \\\n"
      "  three # plimsoll: allow behind\n\x02"
      "\x01USER x\n\x02";
  EXPECT_EQ(found(CommentStyle::dockerfile, text),
            (Shown{"2-5 above", "2-5 inside | it's", "2-5 behind"}));
}

TEST(Suppressions, KnowsADockerfilesComments) {
  // Only a shell has comments behind something else.
  EXPECT_EQ(found(CommentStyle::dockerfile,
                  "\x01"
                  "FROM a # plimsoll: allow x\n\x02"),
            Shown{});
  EXPECT_EQ(found(CommentStyle::dockerfile, "\x01LABEL a=\"# plimsoll: allow x\"\n\x02"), Shown{});
  EXPECT_EQ(found(CommentStyle::dockerfile, "\x01run a # plimsoll: allow x\n\x02"), Shown{"1-1 x"});
  EXPECT_EQ(found(CommentStyle::dockerfile, "\x01ONBUILD RUN a # plimsoll: allow x\n\x02"),
            Shown{"1-1 x"});
  EXPECT_EQ(found(CommentStyle::dockerfile, "\x01RUN echo 'a # plimsoll: allow x'\n\x02"), Shown{});
  EXPECT_EQ(found(CommentStyle::dockerfile, "\x01RUN echo a# plimsoll: allow x\n\x02"), Shown{});
  // A quote that runs over lines, and a comment line whose apostrophe opens none.
  EXPECT_EQ(found(CommentStyle::dockerfile,
                  "\x01RUN echo 'a \\\n  b # plimsoll: allow x' # plimsoll: allow y\n\x02"),
            Shown{"1-2 y"});
  EXPECT_EQ(found(CommentStyle::dockerfile, "\x01RUN echo 'a \\\n  b' # plimsoll: allow y\n\x02"),
            Shown{"1-2 y"});
  EXPECT_EQ(
      found(CommentStyle::dockerfile, "\x01RUN echo a \\\n# don't\n  b # plimsoll: allow y\n\x02"),
      Shown{"1-3 y"});
  EXPECT_EQ(found(CommentStyle::dockerfile,
                  "\x01RUN <<EOF\none\n# plimsoll: allow x\ntwo # plimsoll: allow y\nEOF\n\x02"),
            (Shown{"1-5 x", "1-5 y"}));
}

TEST(Suppressions, KnowsYamlsComments) {
  const auto yaml = [](std::string_view text) {
    return found(CommentStyle::hash, text, "compose.yaml");
  };
  EXPECT_EQ(yaml("a: b # plimsoll: allow x\n"), Shown{"1-1 x"});
  EXPECT_EQ(yaml("a: it's # plimsoll: allow x\n"), Shown{"1-1 x"});
  EXPECT_EQ(yaml("a: b# plimsoll: allow x\n"), Shown{});
  EXPECT_EQ(yaml("a: 'b # plimsoll: allow x'\n"), Shown{});
  EXPECT_EQ(yaml("a: 'it''s # plimsoll: allow x'\n"), Shown{});
  EXPECT_EQ(yaml("a: \"b \\\" # plimsoll: allow x\"\n"), Shown{});
  EXPECT_EQ(yaml("a: \"b\n  # plimsoll: allow x\" # plimsoll: allow y\nb: c\n"), Shown{"2-2 y"});
  EXPECT_EQ(yaml("a: \"b\n  c\" # plimsoll: allow y\nb: c\n"), Shown{"2-2 y"});
  EXPECT_EQ(yaml("a: [\"b\", 'c'] # plimsoll: allow x\n"), Shown{"1-1 x"});
  EXPECT_EQ(yaml("a: [b, 'c # plimsoll: allow x']\n"), Shown{});
  EXPECT_EQ(yaml("- 'c' # plimsoll: allow x\n"), Shown{"1-1 x"});
  EXPECT_EQ(yaml("a: |\n  # plimsoll: allow x\n\n  b\n# plimsoll: allow y\nb: c\n"),
            Shown{"6-6 y"});
  EXPECT_EQ(yaml("a: >-  # note\n  # plimsoll: allow x\nb: c # plimsoll: allow y\n"),
            Shown{"3-3 y"});
  EXPECT_EQ(yaml("- b: |2\n      # plimsoll: allow x\n  c: d # plimsoll: allow y\n"),
            Shown{"3-3 y"});
  EXPECT_EQ(yaml("a: b | c\n# plimsoll: allow x\nd: e\n"), Shown{"3-3 x"});
  EXPECT_EQ(yaml("a: &anchor 'b # plimsoll: allow x'\n"), Shown{});
  // Without the name's help the content says that it is YAML.
  EXPECT_EQ(found(CommentStyle::hash, "services:\n  a: it's # plimsoll: allow x\n"),
            Shown{"2-2 x"});
}

TEST(Suppressions, KnowsAShellsComments) {
  EXPECT_EQ(found(CommentStyle::hash, "docker run 'a' # plimsoll: allow x\n"), Shown{"1-1 x"});
  EXPECT_EQ(found(CommentStyle::hash, "docker run 'a # plimsoll: allow x'\n"), Shown{});
  EXPECT_EQ(found(CommentStyle::hash, "docker run \"a' # plimsoll: allow x\"\n"), Shown{});
  EXPECT_EQ(found(CommentStyle::hash,
                  "# plimsoll: allow x\n\x01"
                  "docker run \\\n  a\n\x02"),
            Shown{"2-3 x"});
}

TEST(Suppressions, KnowsMarkdownsComments) {
  const std::string_view text =
      "# plimsoll: allow heading\n"
      "<!-- plimsoll: allow-file all -- lab -->\n"
      "<!-- plimsoll: allow fence -- demo, until 2027-01-01 -->\n"
      "\n"
      "```sh\n"
      "# plimsoll: allow inside\n"
      "docker run a\n"
      "docker run b # plimsoll: allow behind\n"
      "```\n"
      "<!-- plimsoll: allow line -->\n"
      "text\n";
  EXPECT_EQ(found(CommentStyle::markdown, text),
            (Shown{"file all | lab", "6-8 fence | demo | until 2027-01-01", "7-7 inside",
                   "8-8 behind", "11-11 line"}));
  EXPECT_EQ(found(CommentStyle::markdown, "<!-- plimsoll: allow x\n-->\na\n"),
            Shown{"2-2 malformed: its HTML comment does not end on the same line"});
  EXPECT_EQ(found(CommentStyle::markdown, "a <!-- plimsoll: allow x -->\nb\n"),
            Shown{"2-2 malformed: its HTML comment must stand on a line of its own"});
  EXPECT_EQ(found(CommentStyle::markdown, "~~~\n```\n# plimsoll: allow x\na\n"), Shown{"4-4 x"});
}

TEST(Suppressions, BoundsTheirNumber) {
  std::string text;
  for (std::size_t i = 0; i < max_suppressions + 10; ++i) text += "# plimsoll: allow x\n";
  const Shown shown = found(CommentStyle::hash, text);
  EXPECT_EQ(shown.size(), max_suppressions);
  EXPECT_TRUE(shown.back().contains("a file may hold 10000 suppressions"));
}

// --- applying
// ----------------------------------------------------------------------------------------

class Names final : public RuleNames {
 public:
  bool means(std::string_view name, std::string_view rule) const override {
    return name == rule || (name == "DL1" && rule == "privileged");
  }
  bool known(std::string_view name) const override {
    return name == "privileged" || name == "root-user" || name == "DL1";
  }
};

struct Outcome {
  std::vector<Suppression> suppressions;
  Applied applied;
};

// Findings are given as line and rule.
Outcome apply(const Source& source,
              const std::vector<std::pair<std::uint32_t, std::string_view>>& at) {
  Outcome outcome;
  outcome.suppressions = find_suppressions(source, CommentStyle::hash, {});
  std::vector<Finding> findings;
  for (const auto& [line, rule] : at) {
    Finding finding;
    finding.rule = rule;
    const auto begin = static_cast<std::uint32_t>(source.line(line).data() - source.text().data());
    finding.at = {&source, {begin, begin + 1}};
    findings.push_back(std::move(finding));
  }
  outcome.applied =
      apply_suppressions(outcome.suppressions, std::move(findings), Names(), "2026-11-22");
  return outcome;
}

TEST(ApplySuppressions, SilencesItsLineAndRuleOnly) {
  const Source source("f", "# plimsoll: allow privileged -- r\na\nb\n");
  const Outcome outcome = apply(source, {{2, "privileged"}, {2, "root-user"}, {3, "privileged"}});
  ASSERT_EQ(outcome.applied.silenced.size(), 1u);
  EXPECT_EQ(outcome.applied.silenced[0].finding.rule, "privileged");
  EXPECT_EQ(outcome.applied.kept.size(), 2u);
  EXPECT_TRUE(outcome.suppressions[0].used);
}

TEST(ApplySuppressions, UnderstandsAliasesAndWholeFiles) {
  const Source source("f", "a\nb\n# plimsoll: allow-file DL1\n");
  const Outcome outcome = apply(source, {{1, "privileged"}, {2, "privileged"}, {2, "root-user"}});
  EXPECT_EQ(outcome.applied.silenced.size(), 2u);
  EXPECT_EQ(outcome.applied.kept.size(), 1u);
}

TEST(ApplySuppressions, StacksSpeakTogether) {
  const Source source("f", "# plimsoll: allow privileged\n# plimsoll: allow root-user\na\n");
  const Outcome outcome = apply(source, {{3, "privileged"}, {3, "root-user"}});
  ASSERT_EQ(outcome.applied.silenced.size(), 2u);
  EXPECT_EQ(outcome.applied.silenced[1].suppression, 1u);
  EXPECT_TRUE(outcome.applied.kept.empty());
}

TEST(ApplySuppressions, ExpiresTheDayAfter) {
  const Source source("f",
                      "# plimsoll: allow privileged -- r, until 2026-11-21\na\n"
                      "# plimsoll: allow privileged -- r, until 2026-11-22\nb\n");
  const Outcome outcome = apply(source, {{2, "privileged"}, {4, "privileged"}});
  EXPECT_TRUE(outcome.suppressions[0].expired);
  EXPECT_TRUE(outcome.suppressions[0].used);
  EXPECT_FALSE(outcome.suppressions[1].expired);
  EXPECT_EQ(outcome.applied.kept.size(), 1u);
  EXPECT_EQ(outcome.applied.silenced.size(), 1u);
}

TEST(ApplySuppressions, NotesWhatIsUnknownUnusedOrMalformed) {
  const Source source("f",
                      "# plimsoll: allow privilged, root-user -- r\na\n"
                      "# plimsoll: allow privileged -- r, until soon 2027\nb\n"
                      "# plimsoll: allow privileged -- r, until 2027-02-30\nc\n");
  const Outcome outcome = apply(source, {{6, "privileged"}});
  EXPECT_EQ(outcome.suppressions[0].unknown_rules, std::vector<std::string>{"privilged"});
  EXPECT_FALSE(outcome.suppressions[0].used);
  EXPECT_FALSE(outcome.suppressions[1].malformed);  // prose
  EXPECT_TRUE(outcome.suppressions[2].malformed);
  EXPECT_EQ(outcome.applied.kept.size(), 1u);
}

}  // namespace
}  // namespace plimsoll
