// SARIF 2.1.0 (OASIS), in the shape that GitHub code scanning asks for ("SARIF support for code
// scanning", github/docs): it refuses empty required strings and texts above 1024 characters, reads
// only the first location, orders alerts by properties.security-severity, and tells an old alert
// from a new one by partialFingerprints.primaryLocationLineHash. It shows a suppressed result as an
// alert all the same, so suppressed findings are written only when they are asked for.
//
// SARIF's words (result, level, region) are used only in this file.
#include "reports/sarif.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "base/files.h"
#include "base/json_writer.h"
#include "base/percent_encoding.h"
#include "base/sort.h"
#include "base/text.h"
#include "reports/mask.h"
#include "rules/catalogue.h"

namespace plimsoll {
namespace {

constexpr std::size_t max_description = 1024;  // GitHub's bound, in characters
constexpr std::size_t max_tags = 20;

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
    case Severity::high: return "error";
    case Severity::medium: return "warning";
    case Severity::low:
    case Severity::info: return "note";
  }
  return "none";
}

// The middle of the range that GitHub calls by the severity's name; "" for info, which has none.
std::string_view security_severity_of(Severity severity) {
  switch (severity) {
    case Severity::critical: return "9.5";
    case Severity::high: return "8.0";
    case Severity::medium: return "5.5";
    case Severity::low: return "2.0";
    case Severity::info: return {};
  }
  return {};
}

// "docker-socket-mounted" as SARIF likes names: "DockerSocketMounted".
std::string pascal_case(std::string_view name) {
  std::string out;
  bool start = true;
  for (const char c : name) {
    if (c == '-') {
      start = true;
      continue;
    }
    out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    start = false;
  }
  return out;
}

// At most so many bytes (and so at most so many characters), never half a character.
std::string_view shortened(std::string_view text) {
  if (text.size() <= max_description) return text;
  std::size_t end = max_description;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// A path as a URI reference (RFC 3986): every byte outside the unreserved set and `/` is escaped. A
// first segment with a colon would read as a scheme; the colon is escaped like the rest. What an
// engine answers is called by a URI already: "docker://web".
std::string uri_of(std::string_view path) {
  static constexpr std::string_view of_engine = "docker://";
  const bool is_answer = path.starts_with(of_engine);
  const std::string normal =
      is_answer ? std::string(path.substr(of_engine.size())) : normal_path(path);
  std::string out(is_answer ? of_engine : normal.starts_with('/') ? "file://" : "");
  append_percent_encoded(out, normal, [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-._~/").contains(c);
  });
  return out;
}

// FNV-1a with a final mix (splitmix64): names a line's text, guards nothing.
std::uint64_t hash_of(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::string_view part : parts) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ 0xFF) * 0x100000001b3u;
  }
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

std::string hex_of(std::uint64_t value) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += hex[value >> shift & 15];
  return out;
}

class SarifWriter {
 public:
  SarifWriter(std::string& out, RuleLookup* find_rule) : json_(out), find_rule_(find_rule) {}

  void write(const Report& report, bool with_suppressed) {
    collect_rules(report, with_suppressed);
    json_.begin_object();
    json_.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_.member("version", "2.1.0");
    json_.key("runs");
    json_.begin_array();
    json_.begin_object();
    driver();
    json_.key("automationDetails");
    json_.begin_object();
    json_.member("id", "plimsoll/check/");
    json_.end_object();
    json_.member("columnKind", "unicodeCodePoints");
    invocation(report);
    json_.key("results");
    json_.begin_array();
    for (const Finding& finding : report.findings) result(finding, nullptr);
    if (with_suppressed) {
      for (const SuppressedFinding& suppressed : report.suppressed) {
        result(suppressed.finding, &suppressed);
      }
    }
    json_.end_array();
    json_.end_object();
    json_.end_array();
    json_.end_object();
  }

 private:
  void collect_rules(const Report& report, bool with_suppressed) {
    for (const Finding& finding : report.findings) rule_names_.push_back(finding.rule);
    if (with_suppressed) {
      for (const SuppressedFinding& suppressed : report.suppressed) {
        rule_names_.push_back(suppressed.finding.rule);
      }
    }
    sort_unique(rule_names_);
  }

  void text_member(std::string_view name, std::string_view text, std::string_view markdown = {}) {
    json_.key(name);
    json_.begin_object();
    json_.member("text", text);
    if (!markdown.empty()) json_.member("markdown", markdown);
    json_.end_object();
  }

  void driver() {
    json_.key("tool");
    json_.begin_object();
    json_.key("driver");
    json_.begin_object();
    json_.member("name", "Plimsoll");
    json_.member("semanticVersion", PLIMSOLL_VERSION);
    json_.key("rules");
    json_.begin_array();
    for (const std::string_view name : rule_names_) descriptor(name);
    json_.end_array();
    json_.end_object();
    json_.end_object();
  }

  // A rule's descriptor. A finding whose rule the catalogue does not hold still gets one.
  void descriptor(std::string_view name) {
    const Rule* rule = find_rule_(name);
    const auto or_name = [name](std::string_view text) { return text.empty() ? name : text; };
    const std::string_view title = or_name(rule != nullptr ? rule->title : name);
    const std::string_view rationale =
        rule != nullptr && !rule->rationale.empty() ? rule->rationale : title;
    const Severity severity = rule != nullptr ? rule->severity : Severity::info;
    json_.begin_object();
    json_.member("id", name);
    json_.member("name", pascal_case(name));
    text_member("shortDescription", shortened(title));
    text_member("fullDescription", shortened(rationale));
    text_member("help", help_of(rule, title, "", "\n"), help_of(rule, title, "**", "\n\n"));
    json_.key("defaultConfiguration");
    json_.begin_object();
    json_.member("level", level_of(severity));
    json_.end_object();
    properties(rule, severity);
    json_.end_object();
  }

  static std::string help_of(const Rule* rule, std::string_view title, std::string_view strong,
                             std::string_view gap) {
    std::string out(title);
    if (rule == nullptr) return out;
    const auto part = [&](std::string_view word, std::string_view text) {
      if (!text.empty()) out += concat(gap, strong, word, ":", strong, " ", text);
    };
    part("Why", rule->rationale);
    part("What to do", rule->remediation);
    part("Limits", rule->limits);
    std::string references;
    for (const Reference& reference : rule->references) {
      if (!references.empty()) references += "; ";
      references += describe(reference);
    }
    part("References", references);
    return out;
  }

  void properties(const Rule* rule, Severity severity) {
    std::vector<std::string> tags{"security"};
    if (rule != nullptr) {
      if (!rule->topic.empty()) tags.emplace_back(rule->topic);
      for (const Reference& reference : rule->references) {
        std::string alias = alias_of(reference);
        if (alias.empty() || tags.size() >= max_tags) continue;
        if (std::ranges::find(tags, alias) == tags.end()) tags.push_back(std::move(alias));
      }
    }
    json_.key("properties");
    json_.begin_object();
    json_.key("tags");
    json_.begin_array();
    for (const std::string& tag : tags) json_.string(tag);
    json_.end_array();
    json_.member("precision", "high");
    if (const std::string_view score = security_severity_of(severity); !score.empty()) {
      json_.member("security-severity", score);
    }
    json_.end_object();
  }

  void invocation(const Report& report) {
    json_.key("invocations");
    json_.begin_array();
    json_.begin_object();
    json_.member_boolean(
        "executionSuccessful",
        report.errors.empty() && std::ranges::none_of(report.remarks, &Remark::is_open));
    json_.key("toolExecutionNotifications");
    json_.begin_array();
    for (const Error& error : report.errors) notification(error);
    for (const Remark& remark : report.remarks) {
      if (remark.is_open()) notification({.message = concat(remark.why, " [", remark.rule, "]")});
    }
    json_.end_array();
    json_.end_object();
    json_.end_array();
  }

  void notification(const Error& error) {
    json_.begin_object();
    json_.member("level", "error");
    std::string message = error.message.empty() ? "something could not be read" : error.message;
    if (!error.hint.empty()) message += concat("\nhint: ", error.hint);
    text_member("message", message);
    if (error.at.known() || !error.file.empty()) {
      json_.key("locations");
      json_.begin_array();
      json_.begin_object();
      if (error.at.known()) {
        physical_location(error.at);
      } else {
        json_.key("physicalLocation");
        json_.begin_object();
        artifact(error.file);
        json_.end_object();
      }
      json_.end_object();
      json_.end_array();
    }
    json_.end_object();
  }

  void artifact(std::string_view path) {
    json_.key("artifactLocation");
    json_.begin_object();
    json_.member("uri", uri_of(path));
    json_.end_object();
  }

  void physical_location(const Location& at) {
    json_.key("physicalLocation");
    json_.begin_object();
    artifact(at.source->path());
    region("region", at);
    json_.end_object();
  }

  void region(std::string_view name, const Location& at) {
    const Position begin = at.source->position(at.span.begin);
    const Position end = at.source->position(at.span.end);
    json_.key(name);
    json_.begin_object();
    json_.member_number("startLine", begin.line);
    json_.member_number("startColumn", begin.column);
    json_.member_number("endLine", end.line);
    json_.member_number("endColumn", end.column);
    json_.end_object();
  }

  // The line's text and the rule name it, however far it moves; findings alike are counted in
  // order. Secrets stay out of it: from a hash of nothing else unknown a weak password can be
  // guessed.
  std::string fingerprint(const Finding& finding) {
    const Source& source = *finding.at.source;
    const Position position = source.position(finding.at.span.begin);
    if (&source != hashed_source_ || position.line != hashed_line_) {
      const std::string_view line = source.line(position.line);
      line_hash_ = hex_of(hash_of({without_secrets(around(finding.at, line))}));
      hashed_source_ = line.size() <= hashed_length ? &source : nullptr;
      hashed_line_ = position.line;
    }
    // One line stands for all of an image's packages.
    const Vulnerability* const vulnerability = finding.vulnerability.get();
    const std::uint64_t hash =
        vulnerability == nullptr
            ? hash_of({line_hash_, finding.rule})
            : hash_of({line_hash_, finding.rule, vulnerability->id, vulnerability->package});
    const std::uint32_t occurrence = ++occurrences_[{source.path(), hash}];
    return concat(hex_of(hash), ":", std::to_string(occurrence));
  }

  // The line without the blanks around it; of a line that is too long (minified JSON) what is near.
  static std::string_view around(const Location& at, std::string_view line) {
    if (line.size() <= hashed_length) return trim(line);
    const auto line_start = static_cast<std::size_t>(line.data() - at.source->text().data());
    const std::size_t place = std::min<std::size_t>(at.span.begin, line_start + line.size());
    const std::size_t begin = place - line_start - std::min(place - line_start, hashed_length / 2);
    return line.substr(begin, hashed_length);
  }

  static std::string without_secrets(std::string_view line) {
    std::string out;
    std::size_t shown = 0;
    for (const Masked& secret : secrets_in(line)) {
      out += line.substr(shown, secret.begin - shown);
      out += '*';
      shown = secret.end;
    }
    out += line.substr(shown);
    return out;
  }

  // A fix that makes a new file is not one that SARIF can say.
  static bool can_be_said(const Fix& fix) {
    return !fix.edits.empty() &&
           std::ranges::all_of(fix.edits, [](const Edit& edit) { return edit.new_file.empty(); });
  }

  void fixes(const Finding& finding) {
    if (!can_be_said(finding.fix)) return;
    json_.key("fixes");
    json_.begin_array();
    json_.begin_object();
    const std::string_view advice = finding.remedy.empty() ? finding.rule : finding.remedy;
    text_member("description", concat(advice, " (", name_of(finding.fix.certainty), ")"));
    json_.key("artifactChanges");
    json_.begin_array();
    json_.begin_object();
    artifact(finding.fix.edits.front().at.source->path());
    json_.key("replacements");
    json_.begin_array();
    for (const Edit& edit : finding.fix.edits) {
      json_.begin_object();
      region("deletedRegion", edit.at);
      if (!edit.text.empty()) text_of_content(edit.text);
      json_.end_object();
    }
    json_.end_array();
    json_.end_object();
    json_.end_array();
    json_.end_object();
    json_.end_array();
  }

  void text_of_content(std::string_view text) {
    json_.key("insertedContent");
    json_.begin_object();
    json_.member("text", text);
    json_.end_object();
  }

  void result(const Finding& finding, const SuppressedFinding* suppressed) {
    const auto index = std::ranges::lower_bound(rule_names_, finding.rule) - rule_names_.begin();
    json_.begin_object();
    json_.member("ruleId", finding.rule);
    json_.member_number("ruleIndex", index);
    json_.member("level", level_of(finding.severity));
    std::string message(finding.message.empty() ? finding.rule : finding.message);
    if (!finding.remedy.empty()) message += concat("\nfix: ", finding.remedy);
    text_member("message", message);
    json_.key("locations");
    json_.begin_array();
    json_.begin_object();
    physical_location(finding.at);
    json_.end_object();
    json_.end_array();
    if (finding.related.known()) {
      json_.key("relatedLocations");
      json_.begin_array();
      json_.begin_object();
      physical_location(finding.related.at);
      text_member("message", finding.related.what);
      json_.end_object();
      json_.end_array();
    }
    json_.key("partialFingerprints");
    json_.begin_object();
    json_.member("primaryLocationLineHash", fingerprint(finding));
    json_.end_object();
    if (suppressed != nullptr) suppression(*suppressed);
    fixes(finding);
    json_.key("properties");
    json_.begin_object();
    json_.member("severity", name_of(finding.severity));
    json_.member("subject", finding.subject);
    json_.member("decidedBy", name_of(finding.decided_by));
    if (finding.vulnerability != nullptr) about(*finding.vulnerability);
    json_.end_object();
    json_.end_object();
  }

  void about(const Vulnerability& vulnerability) {
    json_.member("vulnerability", vulnerability.id);
    json_.member("package", vulnerability.package);
    json_.member("installedVersion", vulnerability.version);
    if (!vulnerability.fixed_version.empty()) {
      json_.member("fixedVersion", vulnerability.fixed_version);
    }
    json_.member("fixState", name_of(vulnerability.fix_state));
    if (!vulnerability.url.empty()) json_.member("url", vulnerability.url);
    json_.member_boolean("exploited", vulnerability.exploited.has_value());
    if (vulnerability.containers.empty()) return;
    json_.key("containers");
    json_.begin_array();
    for (const std::string& container : vulnerability.containers) json_.string(container);
    json_.end_array();
  }

  void suppression(const SuppressedFinding& suppressed) {
    json_.key("suppressions");
    json_.begin_array();
    json_.begin_object();
    json_.member("kind", "inSource");
    if (!suppressed.reason.empty()) json_.member("justification", suppressed.reason);
    if (suppressed.by.known()) {
      json_.key("location");
      json_.begin_object();
      physical_location(suppressed.by);
      json_.end_object();
    }
    json_.end_object();
    json_.end_array();
  }

  static constexpr std::size_t hashed_length = 4096;

  JsonWriter json_;
  RuleLookup* find_rule_;
  std::vector<std::string_view> rule_names_;  // sorted, each once
  std::map<std::tuple<std::string_view, std::uint64_t>, std::uint32_t> occurrences_;
  const Source* hashed_source_ = nullptr;
  std::uint32_t hashed_line_ = 0;
  std::string line_hash_;
};

}  // namespace

void write_sarif(const Report& report, const ReportOptions& options, RuleLookup* find_rule,
                 std::ostream& out) {
  std::string text;
  SarifWriter(text, find_rule).write(report, options.show_suppressed);
  text += '\n';
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void write_sarif(const Report& report, const ReportOptions& options, std::ostream& out) {
  write_sarif(report, options, &rules::find_rule, out);
}

}  // namespace plimsoll
