// The report for programs. docs/formats/json.md documents every member; a member that is added
// there is no new version, one that changes its meaning or goes is.
#include <ostream>
#include <string>

#include "base/json_writer.h"
#include "reports/report.h"

namespace plimsoll {
namespace {

void write_start(JsonWriter& json, const Location& at) {
  const Position begin = at.source->position(at.span.begin);
  json.member("path", at.source->path());
  json.member_number("line", begin.line);
  json.member_number("column", begin.column);
}

void write_place(JsonWriter& json, const Location& at) {
  write_start(json, at);
  const Position end = at.source->position(at.span.end);
  json.key("end");
  json.begin_object();
  json.member_number("line", end.line);
  json.member_number("column", end.column);
  json.end_object();
}

// A file that a fix makes is named, not shown: it may hold what was a secret in another file.
void write_fix(JsonWriter& json, const Fix& fix) {
  json.key("fix");
  json.begin_object();
  json.member("certainty", name_of(fix.certainty));
  json.key("edits");
  json.begin_array();
  for (const Edit& edit : fix.edits) {
    json.begin_object();
    if (edit.new_file.empty()) {
      write_place(json, edit.at);
      json.member("text", edit.text);
    } else {
      json.member("creates", edit.new_file);
    }
    json.end_object();
  }
  json.end_array();
  if (!fix.refusal.empty()) json.member("refusal", fix.refusal);
  json.end_object();
}

void write_evidence(JsonWriter& json, const VulnerabilityEvidence& evidence) {
  json.begin_object();
  json.member("record", evidence.record);
  json.member("feed", evidence.source);
  json.member("ecosystem", evidence.ecosystem);
  json.member("package", evidence.package);
  json.member("version", evidence.version);
  json.member("affected", evidence.range);
  if (!evidence.modified.empty()) json.member("modified", evidence.modified);
  json.end_object();
}

void write_vulnerability(JsonWriter& json, const Vulnerability& vulnerability) {
  json.key("vulnerability");
  json.begin_object();
  json.member("id", vulnerability.id);
  json.key("aliases");
  json.begin_array();
  for (const std::string& alias : vulnerability.aliases) json.string(alias);
  json.end_array();
  json.member("summary", vulnerability.summary);
  json.member("url", vulnerability.url);
  json.member("package", vulnerability.package);
  json.member("version", vulnerability.version);
  json.key("packages");
  json.begin_array();
  for (const VulnerablePackage& package : vulnerability.named) {
    json.begin_object();
    json.member("name", package.name);
    json.member("purl", package.purl);
    if (!package.path.empty()) json.member("path", package.path);
    json.member("layer", package.layer);
    json.end_object();
  }
  json.end_array();
  if (!vulnerability.containers.empty()) {
    json.key("containers");
    json.begin_array();
    for (const std::string& container : vulnerability.containers) json.string(container);
    json.end_array();
  }
  json.member("fix_state", name_of(vulnerability.fix_state));
  if (!vulnerability.fixed_version.empty()) {
    json.member("fixed_version", vulnerability.fixed_version);
  }
  if (!vulnerability.later_release.empty()) {
    json.member("later_release", vulnerability.later_release);
    json.member("later_version", vulnerability.later_version);
  }
  json.member("rating", name_of(vulnerability.rating));
  if (!vulnerability.rated_by.empty()) json.member("rated_by", vulnerability.rated_by);
  if (!vulnerability.cvss.empty()) {
    json.member("cvss", vulnerability.cvss);
    json.key("score");
    json.decimal(static_cast<std::uint64_t>(vulnerability.score_tenths), 1);
  }
  if (vulnerability.exploited) {
    json.key("exploited");
    json.begin_object();
    json.member("added", vulnerability.exploited->added);
    json.member("due", vulnerability.exploited->due);
    json.member_boolean("by_ransomware", vulnerability.exploited->by_ransomware);
    json.end_object();
  }
  if (vulnerability.prediction) {
    json.key("prediction");
    json.begin_object();
    json.key("probability");
    json.decimal(vulnerability.prediction->probability, prediction_digits);
    json.key("percentile");
    json.decimal(vulnerability.prediction->percentile, prediction_digits);
    json.member("date", vulnerability.prediction->date);
    json.end_object();
  }
  json.key("evidence");
  json.begin_array();
  for (const VulnerabilityEvidence& evidence : vulnerability.evidence) {
    write_evidence(json, evidence);
  }
  json.end_array();
  json.end_object();
}

void write_members(JsonWriter& json, const Finding& finding) {
  json.member("rule", finding.rule);
  json.member("severity", name_of(finding.severity));
  json.member("message", finding.message);
  write_place(json, finding.at);
  json.member("subject", finding.subject);
  json.member_boolean("fixable", !finding.fix.edits.empty());
  if (!finding.reference.empty()) json.member("reference", finding.reference);
  json.member("remedy", finding.remedy);
  json.member("decided_by", name_of(finding.decided_by));
  if (finding.fix.offered()) write_fix(json, finding.fix);
  if (finding.vulnerability != nullptr) write_vulnerability(json, *finding.vulnerability);
  if (!finding.related.known()) return;
  json.key("related");
  json.begin_object();
  json.member("message", finding.related.what);
  write_place(json, finding.related.at);
  json.end_object();
}

void write_findings(JsonWriter& json, const Report& report) {
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : report.findings) {
    json.begin_object();
    write_members(json, finding);
    json.end_object();
  }
  json.end_array();
}

void write_suppressed(JsonWriter& json, const Report& report) {
  json.key("suppressed");
  json.begin_array();
  for (const SuppressedFinding& suppressed : report.suppressed) {
    json.begin_object();
    write_members(json, suppressed.finding);
    json.member("reason", suppressed.reason);
    if (suppressed.by.known()) {
      json.key("by");
      json.begin_object();
      write_place(json, suppressed.by);
      json.end_object();
    }
    json.end_object();
  }
  json.end_array();
}

void write_errors(JsonWriter& json, const Report& report) {
  json.key("errors");
  json.begin_array();
  for (const Error& error : report.errors) {
    json.begin_object();
    json.member("message", error.message);
    if (error.at.known()) {
      write_start(json, error.at);
    } else if (!error.file.empty()) {
      json.member("path", error.file);
    }
    if (!error.hint.empty()) json.member("hint", error.hint);
    json.end_object();
  }
  json.end_array();
}

void write_remarks(JsonWriter& json, const Report& report) {
  json.key("remarks");
  json.begin_array();
  for (const Remark& remark : report.remarks) {
    json.begin_object();
    json.member("kind", name_of(remark.kind));
    json.member("rule", remark.rule);
    if (!remark.reference.empty()) json.member("reference", remark.reference);
    json.member("subject", remark.subject);
    json.member("message", remark.why);
    if (remark.at.known()) write_start(json, remark.at);
    json.end_object();
  }
  json.end_array();
}

void write_summary(JsonWriter& json, const Report& report) {
  Totals totals;
  totals.add(report);
  const auto member = [&json](std::string_view name, std::size_t count) {
    json.member_number(name, static_cast<std::int64_t>(count));
  };
  json.key("summary");
  json.begin_object();
  member("files", totals.files);
  member("dockerfiles", totals.dockerfiles);
  member("compose_projects", totals.compose_projects);
  member("run_lines", totals.run_lines);
  member("json_documents", totals.json_documents);
  member("engines", totals.daemons);
  member("containers", totals.containers);
  member("hosts", totals.hosts);
  member("images", totals.images);
  for (std::size_t i = totals.by_severity.size(); i-- > 0;) {
    member(name_of(static_cast<Severity>(i)), totals.by_severity[i]);
  }
  member("suppressed", totals.suppressed);
  member("errors", totals.errors);
  member("open", totals.open_questions);
  json.end_object();
}

}  // namespace

void write_json(const Report& report, const ReportOptions& options, std::ostream& out) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member_number("version", 1);
  json.key("tool");
  json.begin_object();
  json.member("name", "plimsoll");
  json.member("version", PLIMSOLL_VERSION);
  json.end_object();
  write_findings(json, report);
  if (options.show_suppressed) write_suppressed(json, report);
  write_errors(json, report);
  write_remarks(json, report);
  write_summary(json, report);
  json.end_object();
  text += '\n';
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace plimsoll
