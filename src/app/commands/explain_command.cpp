#include <algorithm>
#include <array>

#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/output.h"
#include "app/rule_names.h"
#include "base/text.h"

namespace plimsoll::app {
namespace {

// Breaks a paragraph into lines of at most 92 characters, indented by two.
std::string paragraph(std::string_view text) {
  constexpr std::size_t width = 92;
  std::string out;
  std::size_t column = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (column == 0 || column + 1 + word.size() > width) {
      out += column == 0 ? "  " : "\n  ";
      column = 2;
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out + "\n";
}

std::string explanation(const Rule& rule) {
  std::string subjects;
  for (const Subject subject : rule.subjects) {
    subjects += concat(subjects.empty() ? "" : ", ", name_of(subject));
  }
  std::string references;
  for (const Reference& reference : rule.references) {
    references += concat("  ", describe(reference), "\n");
  }
  return concat(rule.name, ": ", rule.title, "\n", "severity ", name_of(rule.severity),
                ", judges: ", subjects, "\n\nWhy\n", paragraph(rule.rationale), "\nWhat to do\n",
                paragraph(rule.remediation), "\nLimits\n", paragraph(rule.limits),
                "\nAllow it at one place\n", "  # plimsoll: allow ", rule.name,
                " -- the reason, until 2027-03-31\n\nReferences\n", references);
}

// Ids of advisories: CVE-2023-4911, GHSA-jfh8-c2jp-5v3q, ALSA-2023:5453. Rules have no such names,
// and their aliases no such prefixes.
bool is_vulnerability(std::string_view name) {
  static constexpr std::array<std::string_view, 20> prefixes{
      "CVE-", "GHSA-", "GO-",   "PYSEC-",    "RUSTSEC-", "MAL-",  "OSV-",
      "DSA-", "DLA-",  "DTSA-", "ALSA-",     "RLSA-",    "RHSA-", "ELSA-",
      "ALAS", "USN-",  "SUSE-", "openSUSE-", "TEMP-",    "CGA-"};
  return std::ranges::any_of(prefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

ExitCode explain_command(const Arguments& arguments) {
  if (arguments.operands.empty()) {
    return fail_with(
        {.message = "which rule, or which vulnerability?", .hint = "`plimsoll rules` lists rules"});
  }
  if (arguments.has("image") || is_vulnerability(arguments.operands.front())) {
    return become(image_program, arguments);
  }
  Output output;
  for (const std::string& name : arguments.operands) {
    const Result<std::vector<const Rule*>> found = rules_called(name);
    if (!found) return fail_with(found.error());
    bool first = true;
    for (const Rule* rule : *found) {
      if (!first || &name != arguments.operands.data()) output.stream() << '\n';
      first = false;
      output.stream() << explanation(*rule);
    }
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error);
  return ExitCode::clean;
}

}  // namespace plimsoll::app
