// What a run found, before it is written in any format. Every format has one file here and one
// function.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "findings/finding.h"
#include "findings/suppression.h"

namespace plimsoll {

struct SuppressedFinding {
  Finding finding;
  std::string reason;  // the suppression's
  Location by;         // the suppression's comment
};

// `sources` owns every text that a Location of this report points into.
struct Report {
  std::vector<std::unique_ptr<Sources>> sources;
  std::vector<Finding> findings;              // in report order (comes_before)
  std::vector<SuppressedFinding> suppressed;  // in report order
  std::vector<Error> errors;                  // what could not be checked: exit code 3
  std::vector<Remark> remarks;  // open ones lead to exit code 3, too; in the order of the subjects
  // What was looked at, so that "nothing found" can be told from "nothing looked at".
  std::size_t dockerfiles = 0;
  std::size_t compose_projects = 0;
  std::size_t run_lines = 0;
  std::size_t json_documents = 0;
  std::size_t daemons = 0;
  std::size_t containers = 0;  // running ones, or such as could
  std::size_t hosts = 0;
  std::size_t images = 0;
  std::size_t files = 0;
  // Of the database of advisories that an audit used, in seconds.
  std::optional<std::int64_t> database_age;
};

// The numbers of a summary.
struct Totals {
  std::size_t files = 0;
  std::size_t dockerfiles = 0;
  std::size_t compose_projects = 0;
  std::size_t run_lines = 0;
  std::size_t json_documents = 0;
  std::size_t daemons = 0;
  std::size_t containers = 0;
  std::size_t hosts = 0;
  std::size_t images = 0;
  std::size_t findings = 0;
  std::array<std::size_t, 5> by_severity{};  // by Severity
  std::size_t suppressed = 0;
  std::size_t errors = 0;
  std::size_t open_questions = 0;

  void add(const Report& part);
};

struct ReportOptions {
  bool colour = false;
  bool show_suppressed = false;
  bool summary = true;  // text: the closing line that counts
};

// For people: place, severity, rule; the line with a caret; what to do. A large tree need not be
// held as a whole: what its parts come to, one after the other, is the report of all.
std::string text_of(const Report& part, const ReportOptions& options);
// The line that closes it, unless the options leave it out.
std::string text_summary(const Totals& totals, const ReportOptions& options);
// One object, documented in docs/formats/json.md.
void write_json(const Report& report, const ReportOptions& options, std::ostream& out);
// SARIF 2.1.0 as GitHub code scanning reads it.
void write_sarif(const Report& report, const ReportOptions& options, std::ostream& out);

// Metrics in Prometheus' text format, for node_exporter's textfile collector; documented in
// docs/formats/prometheus.md.
void write_prometheus(const Report& report, std::ostream& out);

// One error as people see it: `file:line:column: error: message`, the line, a caret, the hint.
void write_error(const Error& error, bool colour, std::ostream& out);

}  // namespace plimsoll
