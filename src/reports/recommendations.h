// What an audit comes to, seen by the recommendations of a benchmark or of the guidelines instead
// of by places: each one has an answer, also where that is that a person must look.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/report.h"
#include "rules/rule.h"

namespace plimsoll {

enum class Verdict : std::uint8_t {
  pass,  // looked at, and nothing found
  fail,
  open,            // could not be looked at, or not decided
  not_applicable,  // there is nothing here that it is about
  manual,          // no program can tell: `why` says what to look at
};

std::string_view name_of(Verdict verdict);  // "pass", "fail", "open", "not applicable", "manual"

struct Answer {
  std::string id;     // "5.4"
  std::string title;  // what is recommended, as a statement
  Verdict verdict = Verdict::open;
  std::string why;                      // of what is neither pass nor fail
  std::vector<std::string_view> rules;  // that answer it
  std::vector<const Finding*> findings;
};

struct Section {
  std::string title;  // "5 Container runtime"
  std::vector<Answer> answers;
};

// What an audit looked at, for telling "nothing there" from "not looked at".
struct LookedAt {
  bool engine = false;
  bool containers = false;  // their list was had, however short
  bool images = false;      // those that containers run, for their known vulnerabilities
  bool host = false;
  std::span<const Rule* const> rules;  // those that ran
};

// Every recommendation of the CIS Docker Benchmark 1.6 that docker-bench-security implements.
std::vector<Section> answers_by_cis(const Report& report, const LookedAt& looked_at);
// Every rule that a guideline asks for and that can judge what runs, by guideline.
std::vector<Section> answers_by_guideline(const Report& report, const LookedAt& looked_at);

void write_answers_text(const std::vector<Section>& sections, const ReportOptions& options,
                        std::ostream& out);
// {"sections": [{"title", "answers": [{"id", "title", "verdict", "why", "rules", "findings"}]}]},
// documented in docs/formats/json.md.
void write_answers_json(const std::vector<Section>& sections, std::ostream& out);

}  // namespace plimsoll
