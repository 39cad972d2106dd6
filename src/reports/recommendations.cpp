#include "reports/recommendations.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"
#include "reports/cis_docker_benchmark.h"
#include "rules/catalogue.h"

namespace plimsoll {
namespace {

bool concerns(std::string_view reference, std::string_view wanted) {
  return reference.empty() || wanted.empty() || reference == wanted;
}

// What a recommendation asks of the rules that stand for it.
struct Question {
  std::string reference = {};      // "cis-3.1", or "" when a rule is meant as a whole
  std::string_view look_at = {};   // as of CisRecommendation
  std::span<const Subject> about;  // of which subjects

  bool is_about(Subject subject) const { return std::ranges::find(about, subject) != about.end(); }
  bool is_about(std::string_view subject) const {
    return std::ranges::any_of(about, [&](Subject own) { return name_of(own) == subject; });
  }
};

// What came of looking at the subjects of a recommendation.
struct Seen {
  bool any = false;            // a subject that it is about was looked at
  std::string open;            // why it cannot be said of one
  std::string not_applicable;  // why it is about none
};

class Judge {
 public:
  Judge(const Report& report, const LookedAt& looked_at) : report_(report), looked_at_(looked_at) {
    for (const Finding& finding : report.findings) findings_[finding.rule].push_back(&finding);
    for (const Remark& remark : report.remarks) remarks_[remark.rule].push_back(&remark);
  }

  void judge(Answer& answer, std::span<const Rule* const> rules, const Question& question) const {
    Seen seen;
    bool can_judge = false;  // a rule could judge what runs
    for (const Rule* rule : rules) {
      const bool judges_it =
          (rule->check.container != nullptr && question.is_about(Subject::container)) ||
          (rule->check.daemon != nullptr && question.is_about(Subject::daemon)) ||
          (rule->check.host != nullptr && question.is_about(Subject::host)) ||
          (judges_packages(*rule) && question.is_about(Subject::image));
      if (!judges_it) continue;
      can_judge = true;
      answer.rules.push_back(rule->name);
      if (std::ranges::find(looked_at_.rules, rule) == looked_at_.rules.end()) {
        seen.open = concat("rule ", rule->name, " was left out");
        continue;
      }
      collect(answer, *rule, question);
      see(*rule, question, read_remarks(*rule, question, seen), seen);
    }
    // What is only good to know does not fail a recommendation: a person weighs it.
    const bool fails = std::ranges::any_of(
        answer.findings, [](const Finding* finding) { return finding->severity > Severity::info; });
    if (fails) {
      answer.verdict = Verdict::fail;
    } else if (!answer.findings.empty()) {
      answer.verdict = Verdict::manual;
    } else if (question.about.empty()) {
      answer.verdict = Verdict::not_applicable;
      answer.why = question.look_at;
    } else if (!can_judge) {
      answer.verdict = Verdict::manual;
      answer.why = question.look_at.empty() ? "no rule judges this while it runs"
                                            : std::string(question.look_at);
    } else if (!seen.open.empty()) {
      answer.verdict = Verdict::open;
      answer.why = seen.open;
    } else if (!seen.any) {
      answer.verdict = Verdict::not_applicable;
      answer.why = seen.not_applicable;
    } else if (!question.look_at.empty()) {
      answer.verdict = Verdict::manual;
      answer.why = question.look_at;
    } else {
      answer.verdict = Verdict::pass;
    }
  }

 private:
  // All that an audit knows of images.
  static bool judges_packages(const Rule& rule) {
    return rule.check.image != nullptr && rule.judges_inventories;
  }

  void collect(Answer& answer, const Rule& rule, const Question& question) const {
    const auto found = findings_.find(rule.name);
    if (found == findings_.end()) return;
    for (const Finding* finding : found->second) {
      const bool meant = concerns(finding->reference, question.reference);
      if (meant && question.is_about(finding->subject)) answer.findings.push_back(finding);
    }
  }

  // What is not about one of the subjects says nothing of the others: how many of each kind.
  std::map<std::string_view, std::size_t> read_remarks(const Rule& rule, const Question& question,
                                                       Seen& seen) const {
    std::map<std::string_view, std::size_t> without;
    const auto found = remarks_.find(rule.name);
    if (found == remarks_.end()) return without;
    std::set<std::pair<const Source*, std::uint32_t>> counted;
    for (const Remark* remark : found->second) {
      if (!concerns(remark->reference, question.reference)) continue;
      if (!question.is_about(remark->subject)) continue;
      // That nobody asked for it is no answer, either.
      const bool is_about_none = remark->kind == Remark::Kind::not_applicable;
      (is_about_none ? seen.not_applicable : seen.open) = remark->why;
      const bool is_first = counted.emplace(remark->at.source, remark->at.span.begin).second;
      if (is_about_none && is_first) ++without[remark->subject];
    }
    return without;
  }

  // Whether the rule's subjects were looked at; `without`: those that it is not about.
  void see(const Rule& rule, const Question& question,
           const std::map<std::string_view, std::size_t>& without, Seen& seen) const {
    const auto part = [&](bool has_check, Subject subject, bool looked_at, std::size_t count,
                          std::string_view name) {
      if (!has_check || !question.is_about(subject)) return;
      if (!looked_at) seen.open = concat(name, " not looked at");
      const auto found = without.find(name_of(subject));
      const std::size_t others = found == without.end() ? 0 : found->second;
      seen.any = seen.any || (looked_at && count > others);
    };
    part(rule.check.daemon != nullptr, Subject::daemon, looked_at_.engine, 1, "the engine was");
    part(rule.check.host != nullptr, Subject::host, looked_at_.host, 1, "the host was");
    const bool has_check = rule.check.container != nullptr;
    part(has_check, Subject::container, looked_at_.containers, report_.containers,
         "the containers were");
    const bool judges_images = judges_packages(rule) && question.is_about(Subject::image);
    part(judges_images, Subject::image, looked_at_.images, report_.images, "the images were");
    if (judges_images && looked_at_.images && report_.images == 0 && seen.not_applicable.empty()) {
      seen.not_applicable = "no container runs";
    }
    const bool none = looked_at_.containers && report_.containers == 0;
    if (none && has_check && question.is_about(Subject::container) && seen.not_applicable.empty()) {
      seen.not_applicable = "there is no container";
    }
  }

  const Report& report_;
  const LookedAt& looked_at_;
  std::map<std::string_view, std::vector<const Finding*>> findings_;
  std::map<std::string_view, std::vector<const Remark*>> remarks_;
};

std::vector<const Rule*> rules_of(Reference::Kind kind, std::string_view id) {
  std::vector<const Rule*> rules;
  for (const Rule* rule : rules::catalogue()) {
    const bool asked = std::ranges::any_of(rule->references, [&](const Reference& reference) {
      return reference.kind == kind && reference.id == id;
    });
    if (asked) rules.push_back(rule);
  }
  return rules;
}

// Where a guideline asks for a rule: its section.
std::string section_of(const Rule& rule, std::string_view guideline) {
  for (const Reference& reference : rule.references) {
    const bool asks = reference.kind == Reference::Kind::guideline && reference.id == guideline;
    if (asks) return std::string(reference.note);
  }
  return {};
}

constexpr std::array<Verdict, 5> verdicts{Verdict::pass, Verdict::fail, Verdict::open,
                                          Verdict::not_applicable, Verdict::manual};

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "\x1b[32m";
    case Verdict::fail: return "\x1b[1;31m";
    case Verdict::open: return "\x1b[33m";
    case Verdict::manual: return "\x1b[36m";
    case Verdict::not_applicable: return "\x1b[2m";
  }
  return {};
}

std::string place_of(const Finding& finding) {
  const Position at = finding.at.source->position(finding.at.span.begin);
  return concat(printable(finding.at.source->path()), ":", std::to_string(at.line), ":",
                std::to_string(at.column));
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::fail: return "fail";
    case Verdict::open: return "open";
    case Verdict::not_applicable: return "not applicable";
    case Verdict::manual: return "manual";
  }
  return {};
}

std::vector<Section> answers_by_cis(const Report& report, const LookedAt& looked_at) {
  const Judge judge(report, looked_at);
  std::vector<Section> sections;
  for (const CisSection& section : cis_docker_benchmark()) {
    Section& answered = sections.emplace_back();
    answered.title = section.title;
    for (const CisRecommendation& recommendation : section.recommendations) {
      Answer& answer = answered.answers.emplace_back();
      answer.id = recommendation.id;
      answer.title = recommendation.title;
      const ShortList<Subject, 2>& about =
          recommendation.subjects.empty() ? section.subjects : recommendation.subjects;
      judge.judge(answer, rules_of(Reference::Kind::cis, recommendation.id),
                  {.reference = concat("cis-", recommendation.id),
                   .look_at = recommendation.look_at,
                   .about = {about.begin(), about.size()}});
    }
  }
  return sections;
}

std::vector<Section> answers_by_guideline(const Report& report, const LookedAt& looked_at) {
  const Judge judge(report, looked_at);
  std::vector<Section> sections;
  for (const std::string_view id : {"S0", "S1", "S2", "S3", "S4"}) {
    Section& answered = sections.emplace_back();
    answered.title = concat("Guideline ", id);
    for (const Rule* rule : rules_of(Reference::Kind::guideline, id)) {
      Answer answer;
      answer.id = rule->name;
      answer.title = section_of(*rule, id);
      constexpr std::array<Subject, 4> all{Subject::container, Subject::daemon, Subject::image,
                                           Subject::host};
      judge.judge(answer, {&rule, 1},
                  {.look_at = "its files: `plimsoll check` judges them", .about = all});
      if (answer.verdict == Verdict::manual && !answer.rules.empty()) {
        answer.verdict = Verdict::pass;
        answer.why.clear();
      }
      answered.answers.push_back(std::move(answer));
    }
  }
  return sections;
}

void write_answers_text(const std::vector<Section>& sections, const ReportOptions& options,
                        std::ostream& out) {
  constexpr std::size_t most_findings = 5;
  std::size_t id_columns = 0;
  for (const Section& section : sections) {
    for (const Answer& answer : section.answers) {
      id_columns = std::max(id_columns, answer.id.size());
    }
  }
  std::map<Verdict, std::size_t> counts;
  std::size_t all = 0;
  std::string text;
  for (const Section& section : sections) {
    text += concat(options.colour ? "\x1b[1m" : "", section.title, options.colour ? "\x1b[0m" : "",
                   "\n");
    for (const Answer& answer : section.answers) {
      ++counts[answer.verdict];
      ++all;
      const std::string verdict(name_of(answer.verdict));
      constexpr std::size_t verdict_columns = 14;
      text += concat("  ", answer.id, std::string(id_columns - answer.id.size() + 2, ' '),
                     options.colour ? colour_of(answer.verdict) : "", verdict,
                     options.colour ? "\x1b[0m" : "",
                     std::string(verdict_columns - verdict.size() + 2, ' '), answer.title, "\n");
      const std::string indent(id_columns + verdict_columns + 6, ' ');
      if (!answer.why.empty()) text += concat(indent, printable(answer.why), "\n");
      for (std::size_t i = 0; i < std::min(answer.findings.size(), most_findings); ++i) {
        const Finding& finding = *answer.findings[i];
        text += concat(indent, place_of(finding), ": ", printable(finding.message), " [",
                       finding.rule, "]\n");
      }
      if (answer.findings.size() > most_findings) {
        text += concat(indent, "and ", std::to_string(answer.findings.size() - most_findings),
                       " more\n");
      }
    }
  }
  if (options.summary) {
    text += concat(std::to_string(all), " recommendations");
    std::string_view separator = ": ";
    for (const Verdict verdict : verdicts) {
      if (counts[verdict] == 0) continue;
      text += concat(separator, std::to_string(counts[verdict]), " ", name_of(verdict));
      separator = ", ";
    }
    text += '\n';
  }
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void write_answers_json(const std::vector<Section>& sections, std::ostream& out) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member_number("version", 1);
  json.key("sections");
  json.begin_array();
  for (const Section& section : sections) {
    json.begin_object();
    json.member("title", section.title);
    json.key("answers");
    json.begin_array();
    for (const Answer& answer : section.answers) {
      json.begin_object();
      json.member("id", answer.id);
      json.member("title", answer.title);
      json.member("verdict", name_of(answer.verdict));
      if (!answer.why.empty()) json.member("why", answer.why);
      json.key("rules");
      json.begin_array();
      for (const std::string_view rule : answer.rules) json.string(rule);
      json.end_array();
      json.key("findings");
      json.begin_array();
      for (const Finding* finding : answer.findings) {
        json.begin_object();
        json.member("rule", finding->rule);
        json.member("severity", name_of(finding->severity));
        json.member("message", finding->message);
        const Position at = finding->at.source->position(finding->at.span.begin);
        json.member("path", finding->at.source->path());
        json.member_number("line", at.line);
        json.member_number("column", at.column);
        json.end_object();
      }
      json.end_array();
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  text += '\n';
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace plimsoll
