#include "reports/recommendations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/json.h"
#include "reports/cis_docker_benchmark.h"
#include "rules/catalogue.h"

namespace plimsoll {
namespace {

const Answer& answer_of(const std::vector<Section>& sections, std::string_view id) {
  static const Answer none{};
  for (const Section& section : sections) {
    for (const Answer& answer : section.answers) {
      if (answer.id == id) return answer;
    }
  }
  ADD_FAILURE() << "there is no answer to " << id;
  return none;
}

LookedAt at_everything() {
  return {.engine = true, .containers = true, .host = true, .rules = rules::catalogue()};
}

Finding finding_of(std::string_view rule, std::string_view subject, const Source& source) {
  Finding finding;
  finding.rule = rules::find_rule(rule)->name;
  finding.subject = subject;
  finding.message = "it is so";
  finding.severity = Severity::low;
  finding.at = {&source, {0, 1}};
  return finding;
}

TEST(Recommendations, AnswerEveryNumberOnce) {
  std::set<std::string_view> ids;
  for (const CisSection& section : cis_docker_benchmark()) {
    for (const CisRecommendation& one : section.recommendations) {
      EXPECT_TRUE(ids.insert(one.id).second) << one.id;
    }
  }
  EXPECT_EQ(ids.size(), 125u);
}

TEST(Recommendations, PassOnlyWhatWasLookedAt) {
  Report report;
  report.containers = 2;
  EXPECT_EQ(answer_of(answers_by_cis(report, at_everything()), "5.5").verdict, Verdict::pass);

  LookedAt no_containers = at_everything();
  no_containers.containers = false;
  EXPECT_EQ(answer_of(answers_by_cis(report, no_containers), "5.5").verdict, Verdict::open);

  LookedAt other_rules = at_everything();
  other_rules.rules = {};
  EXPECT_EQ(answer_of(answers_by_cis(report, other_rules), "5.5").verdict, Verdict::open);

  report.containers = 0;
  EXPECT_EQ(answer_of(answers_by_cis(report, at_everything()), "5.5").verdict,
            Verdict::not_applicable);
  // docker exec leaves nothing that could be asked for.
  const Answer manual = answer_of(answers_by_cis(report, at_everything()), "5.23");
  EXPECT_EQ(manual.verdict, Verdict::manual);
  EXPECT_FALSE(manual.why.empty());
}

TEST(Recommendations, FailByFindingsAboutTheirSubject) {
  const Source source("docker://web", "{");
  Report report;
  report.containers = 1;
  report.findings.push_back(finding_of("privileged", "container", source));
  report.findings.push_back(finding_of("no-file-limit", "container", source));
  const std::vector<Section> sections = answers_by_cis(report, at_everything());
  EXPECT_EQ(answer_of(sections, "5.5").verdict, Verdict::fail);
  ASSERT_EQ(answer_of(sections, "5.5").findings.size(), 1u);
  EXPECT_EQ(answer_of(sections, "5.19").verdict, Verdict::fail);
  // The same rule stands for the engine's default, which is another question.
  EXPECT_NE(answer_of(sections, "2.8").verdict, Verdict::fail);
}

TEST(Recommendations, LeaveWhatIsOnlyGoodToKnowToAPerson) {
  const Source source("docker://web", "{");
  Report report;
  report.containers = 1;
  report.findings.push_back(finding_of("privileged", "container", source));
  report.findings.front().severity = Severity::info;
  const Answer answer = answer_of(answers_by_cis(report, at_everything()), "5.5");
  EXPECT_EQ(answer.verdict, Verdict::manual);
  EXPECT_EQ(answer.findings.size(), 1u);
}

TEST(Recommendations, KeepRemarksApartFromPasses) {
  Report report;
  report.hosts = 1;
  const std::string_view rule = rules::find_rule("docker-group-members")->name;
  report.remarks.push_back({Remark::Kind::open, rule, {}, "host", "/etc/group cannot be read", {}});
  const Answer open = answer_of(answers_by_cis(report, at_everything()), "1.1.2");
  EXPECT_EQ(open.verdict, Verdict::open);
  EXPECT_EQ(open.why, "/etc/group cannot be read");
  report.remarks.front().kind = Remark::Kind::not_applicable;
  EXPECT_EQ(answer_of(answers_by_cis(report, at_everything()), "1.1.2").verdict,
            Verdict::not_applicable);
  // A remark about another recommendation of the rule changes nothing.
  report.remarks.front().reference = "cis-9.9";
  EXPECT_EQ(answer_of(answers_by_cis(report, at_everything()), "1.1.2").verdict, Verdict::pass);
}

// The host has nothing that "apparmor-unconfined" is about; its containers may have.
TEST(Recommendations, OfWhichOneSubjectHasNothingAreAnsweredByTheOthers) {
  const Source first("docker://a", "{");
  const Source second("docker://b", "{");
  const std::string_view rule = rules::find_rule("apparmor-unconfined")->name;
  const auto remark = [&](std::string_view subject, const Source* source) {
    return Remark{Remark::Kind::not_applicable, rule, {}, subject, "no AppArmor", {source, {0, 1}}};
  };
  const Source host("host", "");
  Report report;
  report.hosts = 1;
  report.containers = 2;
  const auto verdict = [&] {
    return answer_of(answers_by_cis(report, at_everything()), "5.2").verdict;
  };
  report.remarks = {remark("host", &host)};
  EXPECT_EQ(verdict(), Verdict::pass);
  report.remarks.push_back(remark("container", &first));
  report.remarks.push_back(remark("container", &first));
  EXPECT_EQ(verdict(), Verdict::pass);
  report.remarks.push_back(remark("container", &second));
  EXPECT_EQ(verdict(), Verdict::not_applicable);
  report.remarks.push_back(
      {Remark::Kind::open, rule, {}, "container", "it cannot be read", {&second, {0, 1}}});
  EXPECT_EQ(verdict(), Verdict::open);
  report.findings.push_back(finding_of("apparmor-unconfined", "container", first));
  EXPECT_EQ(verdict(), Verdict::fail);
}

// Without containers there is nothing to answer by.
TEST(Recommendations, WithoutContainersAreNotAnsweredByTheHost) {
  Report report;
  report.hosts = 1;
  const Source host("host", "");
  report.remarks = {{Remark::Kind::not_applicable,
                     rules::find_rule("apparmor-unconfined")->name,
                     {},
                     "host",
                     "no container was looked at",
                     {&host, {}}}};
  const Answer answer = answer_of(answers_by_cis(report, at_everything()), "5.2");
  EXPECT_EQ(answer.verdict, Verdict::not_applicable);
  EXPECT_EQ(answer.why, "no container was looked at");
}

// Of images an audit knows the vulnerabilities alone.
TEST(Recommendations, AskWhetherImagesWereLookedInto) {
  Report report;
  LookedAt looked_at = at_everything();
  EXPECT_EQ(answer_of(answers_by_cis(report, looked_at), "4.4").verdict, Verdict::open);
  looked_at.images = true;
  EXPECT_EQ(answer_of(answers_by_cis(report, looked_at), "4.4").verdict, Verdict::not_applicable);
  report.images = 2;
  EXPECT_EQ(answer_of(answers_by_cis(report, looked_at), "4.4").verdict, Verdict::pass);
  const Source source("docker://nginx:1.27", "");
  report.findings.push_back(finding_of("known-vulnerability", "image", source));
  EXPECT_EQ(answer_of(answers_by_cis(report, looked_at), "4.4").verdict, Verdict::fail);
}

TEST(Recommendations, StayOpenWhereNobodyAskedForTheAnswer) {
  Report report;
  report.images = 1;
  Remark skipped;
  skipped.kind = Remark::Kind::skipped;
  skipped.rule = "known-vulnerability";
  skipped.subject = "image";
  skipped.why = "there is no database";
  report.remarks.push_back(skipped);
  LookedAt looked_at = at_everything();
  looked_at.images = true;
  const std::vector<Section> sections = answers_by_cis(report, looked_at);
  EXPECT_EQ(answer_of(sections, "4.4").verdict, Verdict::open);
  EXPECT_EQ(answer_of(sections, "4.4").why, "there is no database");
  const std::vector<Section> guidelines = answers_by_guideline(report, looked_at);
  EXPECT_EQ(answer_of(guidelines, "known-vulnerability").verdict, Verdict::open);
}

TEST(Recommendations, AreWrittenForPeopleAndPrograms) {
  const Source source("docker://web", "{\n}");
  Report report;
  report.containers = 1;
  for (int i = 0; i < 7; ++i) {
    report.findings.push_back(finding_of("privileged", "container", source));
  }
  const std::vector<Section> sections = answers_by_cis(report, at_everything());
  std::ostringstream text;
  write_answers_text(sections, {}, text);
  EXPECT_TRUE(text.str().contains("docker://web:1:1: it is so [privileged]")) << text.str();
  EXPECT_TRUE(text.str().contains("and 2 more")) << text.str();
  EXPECT_TRUE(text.str().contains("125 recommendations: ")) << text.str();
  std::ostringstream json;
  write_answers_json(sections, json);
  EXPECT_TRUE(json::read_text(json.str())) << json.str();
}

TEST(Recommendations, GroupTheRulesOfTheGuidelines) {
  Report report;
  report.containers = 1;
  const std::vector<Section> sections = answers_by_guideline(report, at_everything());
  ASSERT_EQ(sections.size(), 5u);
  for (const Section& section : sections) EXPECT_FALSE(section.answers.empty()) << section.title;
  EXPECT_EQ(answer_of(sections, "privileged").verdict, Verdict::pass);
}

TEST(PrometheusReport, CountsByRuleAndSeverity) {
  const Source source("docker://web", "{");
  Report report;
  report.containers = 3;
  report.findings.push_back(finding_of("privileged", "container", source));
  report.findings.push_back(finding_of("privileged", "container", source));
  report.findings.back().severity = report.findings.front().severity = Severity::critical;
  report.remarks.push_back({Remark::Kind::open, "x", {}, "host", "why", {}});
  std::ostringstream out;
  write_prometheus(report, out);
  for (const char* const line :
       {"plimsoll_severity_findings{severity=\"critical\"} 2\n",
        "plimsoll_severity_findings{severity=\"low\"} 0\n",
        "plimsoll_findings{rule=\"privileged\",subject=\"container\",severity=\"critical\"} 2\n",
        "plimsoll_open_questions 1\n", "plimsoll_errors 0\n",
        "plimsoll_checked{subject=\"container\"} 3\n"}) {
    EXPECT_TRUE(out.str().contains(line)) << line << out.str();
  }
}

TEST(PrometheusReport, CountsVulnerabilitiesWhereThereWasADatabase) {
  const Source source("docker://nginx:1.27", "");
  Report report;
  report.images = 1;
  Finding& finding =
      report.findings.emplace_back(finding_of("known-vulnerability", "image", source));
  auto vulnerability = std::make_shared<Vulnerability>();
  vulnerability->fixed_version = "2";
  vulnerability->exploited.emplace();
  finding.vulnerability = vulnerability;
  report.findings.push_back(finding_of("privileged", "container", source));
  const auto written = [&] {
    std::ostringstream out;
    write_prometheus(report, out);
    return out.str();
  };
  EXPECT_FALSE(written().contains("plimsoll_db_age_seconds"));
  EXPECT_FALSE(written().contains("plimsoll_vulnerabilities"));
  report.database_age = 3600;
  for (const char* const line :
       {"plimsoll_db_age_seconds 3600\n", "plimsoll_vulnerabilities{severity=\"low\"} 1\n",
        "plimsoll_vulnerabilities{severity=\"critical\"} 0\n",
        "plimsoll_fixable_vulnerabilities{severity=\"low\"} 1\n",
        "plimsoll_exploited_vulnerabilities 1\n", "plimsoll_checked{subject=\"image\"} 1\n"}) {
    EXPECT_TRUE(written().contains(line)) << line << written();
  }
}

}  // namespace
}  // namespace plimsoll
