#include <optional>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view authors_label = "org.opencontainers.image.authors";

bool has_authors_label(const Dockerfile& dockerfile) {
  bool found = false;
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    if (instruction.keyword != Keyword::label) return;
    for (const DockerfileAssignment& label : instruction.assignments) {
      found = found || label.name.text == authors_label;
    }
  });
  return found;
}

// MAINTAINER takes the rest of its line as it stands; quotes around all of it were meant as such.
void fix_maintainer(const Dockerfile& dockerfile, const Instruction& maintainer, Finding& finding) {
  if (maintainer.words.size() != 1 || maintainer.at.text().contains('\n')) return;
  if (has_authors_label(dockerfile)) {
    finding.remedy = concat("remove it: the file has a label ", authors_label);
    if (has_comment_above(maintainer.at)) return;
    finding.fix = safe_fix({change::remove(maintainer.at)});
    return;
  }
  std::string_view who = maintainer.words.front().raw;
  const bool quoted = who.size() >= 2 && (who.front() == '"' || who.front() == '\'') &&
                      who.find(who.front(), 1) == who.size() - 1;
  if (quoted) who = who.substr(1, who.size() - 2);
  finding.fix = safe_fix({change::rewrite(
      maintainer.at, concat(in_casing_of(maintainer.name, "LABEL"), " ", authors_label, "=",
                            quoted_word(who, dockerfile.escape)))});
}

// `ENV name value` takes quotes and escapes out of the value and splits it nowhere. The same value
// as one word in double quotes; nothing where that cannot be told (an open quote, ${A:-"b"}).
std::optional<std::string> in_double_quotes(std::string_view raw, char escape) {
  std::string out = "\"";
  char quote = '\0';
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (quote == '\'') {
      if (c == '\'') {
        quote = '\0';
        continue;
      }
      if (c == '"' || c == '$' || c == escape) out += escape;
      out += c;
    } else if (c == '$' && raw.substr(i + 1).starts_with('{')) {
      const std::size_t end = raw.find('}', i);
      const std::string_view variable = raw.substr(i, end - i);
      if (end == std::string_view::npos || variable.find_first_of("\"'\\` ", 2) != variable.npos) {
        return std::nullopt;
      }
      out += raw.substr(i, end + 1 - i);
      i = end;
    } else if (c == escape) {
      if (++i == raw.size()) return std::nullopt;
      // Before any other character the escape stays in double quotes and goes outside of them.
      const bool needed = raw[i] == '"' || raw[i] == '$' || raw[i] == escape;
      if (needed || quote == '"') out += escape;
      out += raw[i];
    } else if (c == '"') {
      quote = quote == '"' ? '\0' : '"';
    } else if (c == '\'' && quote == '\0') {
      quote = c;
    } else {
      out += c;
    }
  }
  if (quote != '\0') return std::nullopt;
  return out += '"';
}

void fix_assignment(const Dockerfile& dockerfile, const Instruction& step, Finding& finding) {
  const DockerfileAssignment& assignment = step.assignments.front();
  const Location& name = assignment.name.at;
  const Location& value = assignment.value.at;
  const std::string_view raw = assignment.value.raw;
  if (!step.problems.empty() || raw.empty() || name.source != value.source ||
      name.span.end > value.span.begin) {
    return;
  }
  const char escape = dockerfile.escape;
  const Location gap{name.source, {name.span.end, value.span.begin}};
  const bool has_quotes = raw.find_first_of("\"'") != raw.npos || raw.contains(escape);
  const bool has_blanks = raw.find_first_of(" \t") != raw.npos;
  if (!has_quotes && has_blanks) {
    // Around the value: it may run over several lines, and those stay.
    finding.fix =
        safe_fix({change::rewrite(gap, "=\""),
                  change::rewrite({value.source, {value.span.end, value.span.end}}, "\"")});
    return;
  }
  // Whether the text is quoted as a whole, or needs no quotes.
  const bool one_word =
      !has_blanks || (raw.size() >= 2 && (raw.front() == '"' || raw.front() == '\'') &&
                      raw.find(raw.front(), 1) == raw.size() - 1 && !raw.contains(escape));
  if (one_word) {
    finding.fix = safe_fix({change::rewrite(gap, "=")});
    return;
  }
  // Quotes and blanks in several lines: what is joined to what is for a person to see.
  if (value.text() != raw) return;
  if (const std::optional<std::string> quoted = in_double_quotes(raw, escape)) {
    finding.fix = safe_fix({change::rewrite(gap, "="), change::rewrite(value, *quoted)});
  }
}

void check_one(const Dockerfile& dockerfile, const Instruction& instruction, Findings& findings) {
  const Instruction& step = deed(instruction);
  // ONBUILD MAINTAINER is not deprecated but refused: invalid-instruction.
  if (step.keyword == Keyword::maintainer && &step == &instruction) {
    Finding& finding = findings.add(
        step.name_at, "MAINTAINER is deprecated: it can hold one name and no tool reads it",
        "write LABEL org.opencontainers.image.authors=\"…\"");
    fix_maintainer(dockerfile, step, finding);
  }
  if (step.legacy_assignment && !step.assignments.empty()) {
    const std::string_view keyword = keyword_text(step);
    const std::string& name = step.assignments.front().name.text;
    Finding& finding =
        findings.add(step.name_at,
                     concat(keyword, " ", name,
                            " is written without `=`: everything after the name is its "
                            "value, so that a second variable goes unnoticed"),
                     concat("write ", keyword, " ", name, "=\"…\""));
    fix_assignment(dockerfile, step, finding);
  }
  if (!instruction.blank_continuations.empty()) {
    Finding& finding =
        findings.add(instruction.blank_continuations.front(),
                     concat("blank line inside the continued ", keyword_text(instruction),
                            ": BuildKit warns that it will refuse it"),
                     "remove the blank line, or start it with #");
    finding.fix = safe_fix({});
    for (const Location& blank : instruction.blank_continuations) {
      finding.fix.changes.push_back(change::remove(blank));
    }
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Instruction& argument : dockerfile.global_arguments) {
    check_one(dockerfile, argument, findings);
  }
  for (const Stage& stage : dockerfile.stages) {
    check_one(dockerfile, stage.from, findings);
    for (const Instruction& instruction : stage.instructions) {
      check_one(dockerfile, instruction, findings);
    }
  }
}

}  // namespace

extern constinit const Rule deprecated_instruction = {
    .name = "deprecated-instruction",
    .title = "instruction or form of it is deprecated",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "MAINTAINER was replaced by a label in 2017. `ENV name value` takes the rest of the line "
        "as one "
        "value, which is rarely what a second name on it was meant to be. Blank lines inside a "
        "continued instruction are announced to become errors.",
    .remediation =
        "Write `LABEL org.opencontainers.image.authors=…`, `ENV name=value` and `LABEL "
        "name=value`, and "
        "no blank lines after a continuation character.",
    .limits =
        "Of several blank lines in one instruction the first is reported. `plimsoll fix` leaves a "
        "value with quotes over several lines to a person.",
    .references = {hadolint("DL4000"), buildkit("MaintainerDeprecated"),
                   buildkit("LegacyKeyValueFormat"), buildkit("NoEmptyContinuation"),
                   trivy("DS-0022"), checkov("CKV_DOCKER_6")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
