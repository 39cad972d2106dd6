#include <algorithm>

#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/output.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "rules/catalogue.h"

namespace plimsoll::app {
namespace {

void write_names(JsonWriter& json, std::string_view key, const std::vector<std::string>& names) {
  json.key(key);
  json.begin_array();
  for (const std::string& name : names) json.string(name);
  json.end_array();
}

// The faces that a rule really has.
std::vector<std::string> faces_of(const Rule& rule) {
  std::vector<std::string> faces;
  if (rule.check.any()) faces.emplace_back("check");
  if (rule.fix != Certainty::none) faces.emplace_back("fix");
  return faces;
}

void write_json(std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  json.key("rules");
  json.begin_array();
  for (const Rule* rule : rules::catalogue()) {
    json.begin_object();
    json.member("name", rule->name);
    json.member("title", rule->title);
    json.member("severity", name_of(rule->severity));
    json.member("topic", rule->topic);
    std::vector<std::string> subjects;
    for (const Subject subject : rule->subjects) subjects.emplace_back(name_of(subject));
    write_names(json, "subjects", subjects);
    write_names(json, "faces", faces_of(*rule));
    write_names(json, "aliases", rules::aliases_of(*rule));
    std::vector<std::string> references;
    for (const Reference& reference : rule->references) references.push_back(describe(reference));
    write_names(json, "references", references);
    json.member("rationale", rule->rationale);
    json.member("remediation", rule->remediation);
    json.member("limits", rule->limits);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
}

void write_table(std::string& out) {
  std::size_t width = 0;
  for (const Rule* rule : rules::catalogue()) width = std::max(width, rule->name.size());
  for (const Rule* rule : rules::catalogue()) {
    constexpr std::size_t severity_width = 10;
    const std::string_view severity = name_of(rule->severity);
    out += concat(rule->name, std::string(width - rule->name.size() + 2, ' '), severity,
                  std::string(severity_width - severity.size(), ' '), rule->title, "\n");
  }
}

}  // namespace

ExitCode rules_command(const Arguments& arguments) {
  std::string text;
  if (arguments.value("format") == "json") {
    write_json(text);
  } else {
    write_table(text);
  }
  Output output{std::string(arguments.value("output"))};
  output.stream() << text;
  if (const std::optional<Error> error = output.finish()) return fail_with(*error);
  return ExitCode::clean;
}

}  // namespace plimsoll::app
