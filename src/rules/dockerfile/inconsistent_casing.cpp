#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_lower(std::string_view text) {
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') return false;
  }
  return true;
}

bool is_upper(std::string_view text) {
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') return false;
  }
  return true;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return result;
}

void check_name(const Instruction& instruction, bool want_lower, Findings& findings) {
  if (instruction.keyword == Keyword::unknown) return;  // invalid-instruction
  if (want_lower ? is_lower(instruction.name) : is_upper(instruction.name)) return;
  const std::string wanted = want_lower ? lower(instruction.name) : upper(instruction.name);
  Finding& finding = findings.add(
      instruction.name_at,
      concat(instruction.name, " is written otherwise than other instructions of the file"),
      concat("write ", wanted));
  finding.fix = safe_fix({change::rewrite(instruction.name_at, wanted)});
  if (instruction.trigger == nullptr || instruction.trigger->keyword == Keyword::unknown) return;
  const Instruction& trigger = *instruction.trigger;
  finding.fix.changes.push_back(
      change::rewrite(trigger.name_at, want_lower ? lower(trigger.name) : upper(trigger.name)));
}

// FROM image AS name: `AS` follows FROM, when that is all of one casing.
void check_as(const Instruction& from, Findings& findings) {
  if (from.words.size() < 3) return;
  const DockerfileWord& as = from.words[1];
  if (!equal_ignoring_case(as.text, "as")) return;
  const bool from_lower = is_lower(from.name);
  if (!from_lower && !is_upper(from.name)) return;
  if (from_lower ? is_lower(as.text) : is_upper(as.text)) return;
  const std::string wanted = from_lower ? "as" : "AS";
  findings
      .add(as.at, concat(as.text, " is written in another casing than ", from.name),
           concat("write ", wanted))
      .fix = safe_fix({change::rewrite(as.at, wanted)});
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  const auto for_each = [&](auto&& visit) {
    for (const Instruction& argument : dockerfile.global_arguments) visit(argument);
    for (const Stage& stage : dockerfile.stages) {
      visit(stage.from);
      for (const Instruction& instruction : stage.instructions) visit(instruction);
    }
  };
  const bool want_lower = is_lower_case_file(dockerfile);
  for_each([&](const Instruction& instruction) { check_name(instruction, want_lower, findings); });
  for (const Stage& stage : dockerfile.stages) check_as(stage.from, findings);
}

}  // namespace

extern constinit const Rule inconsistent_casing = {
    .name = "inconsistent-casing",
    .title = "instructions are written in different casings",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "Instructions are found by eye and by grep. A `copy` among COPYs is overlooked, and so is "
        "what "
        "it copies.",
    .remediation = "Write all instructions in one casing, usually capitals, and AS like FROM.",
    .limits = "The casing of the majority is taken as the wanted one; with a tie it is capitals.",
    .references = {buildkit("ConsistentInstructionCasing"), buildkit("FromAsCasing")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
