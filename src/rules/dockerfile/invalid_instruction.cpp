#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view description_check = "InvalidDefinitionDescription";

void report_problems(const Instruction& instruction, Findings& findings) {
  for (const Instruction::Problem& problem : instruction.problems) {
    findings.add(problem.at, problem.message, problem.hint);
  }
  if (instruction.trigger) {
    for (const Instruction::Problem& problem : instruction.trigger->problems) {
      findings.add(problem.at, problem.message, problem.hint);
    }
  }
}

// --- EXPOSE: port[-port][/protocol], as BuildKit's own port parser takes it
// --------------------------

struct Ports {
  std::string_view host;  // "127.0.0.1:8080:" and the like, before the container's port
  std::string_view range;
  std::string_view protocol;
};

Ports split_ports(std::string_view text) {
  Ports ports;
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    ports.host = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const std::size_t slash = text.find('/');
  ports.range = text.substr(0, slash);
  if (slash != std::string_view::npos) ports.protocol = text.substr(slash + 1);
  return ports;
}

// What BuildKit takes and warns of; what it refuses is among the problems.
void check_expose(const Instruction& expose, Findings& findings) {
  for (const DockerfileWord& word : expose.words) {
    if (word.unresolved) continue;
    const Ports ports = split_ports(word.text);
    const std::string protocol = lower(ports.protocol);
    if (!ports.host.empty()) {
      findings
          .add(word.at,
               concat("EXPOSE does not publish, so \"", ports.host,
                      "\" has no effect here, and BuildKit will refuse it one day"),
               concat("write EXPOSE ", ports.range,
                      ", and publish the port when the container is run"))
          .severity = Severity::low;
    }
    if (protocol != ports.protocol) {
      findings
          .add(word.at, concat("the protocol of \"", word.text, "\" is not in lower case"),
               concat("write ", ports.range, "/", protocol))
          .severity = Severity::info;
    }
  }
}

// --- COPY and ADD
// ------------------------------------------------------------------------------------

// `../x`: the builder starts at the context's root and cannot leave it.
void check_sources(const Instruction& copy, Findings& findings) {
  if (!copies_from_context(copy)) return;
  for (const DockerfileWord& source : sources_of(copy)) {
    if (source.unresolved || is_remote(source.text)) continue;
    const std::string path = normal_path(source.text);
    if (path != ".." && !path.starts_with("../")) continue;
    findings.add(source.at,
                 concat("\"", source.text, "\" lies outside the build context, which ",
                        keyword_text(copy), " cannot leave"),
                 "build with a context that holds it, or add one with --build-context");
  }
}

// Bounds on what is searched for a misspelt name; nobody names so many stages, or so long.
constexpr std::size_t most_names = 50;
constexpr std::size_t longest_name = 40;

// The stage that a name is near to, or "".
std::string_view nearest_stage(const Dockerfile& dockerfile, std::string_view name) {
  std::vector<std::string_view> names;
  // Short names are near to everything.
  if (name.size() < 5 || name.size() > longest_name) return {};
  for (const Stage& stage : dockerfile.stages) {
    if (names.size() >= most_names) break;
    if (!stage.name.text.empty() && stage.name.text.size() <= longest_name) {
      names.push_back(stage.name.text);
    }
  }
  return nearest(name, names).value_or(std::string_view());
}

// `from` of COPY or of RUN --mount: an earlier stage by name or number, a named context, or an
// image.
void check_from(const Dockerfile& dockerfile, std::string_view keyword, std::string_view from,
                bool is_stage, Location at, Findings& findings) {
  // A variable, and a stage that is no earlier one, is among the problems.
  if (from.empty() || is_stage || all_digits(from) || from.contains('$')) return;
  // An image's name: written with a tag, a digest or a path it is meant so.
  if (from.find_first_of(":/@.") != std::string_view::npos) return;
  const std::string_view near = nearest_stage(dockerfile, from);
  if (!near.empty()) {
    findings.add(at,
                 concat(keyword, " from \"", from, "\", but no stage has that name (did you mean ",
                        near, "?)"),
                 concat("write from=", near));
    return;
  }
  findings
      .add(at,
           concat("no stage is named \"", from, "\", so ", keyword,
                  " takes the image docker.io/library/", from, ":latest"),
           "name the stage, or write the image's tag")
      .severity = Severity::low;
}

// --- InvalidDefinitionDescription: an experimental check that the file itself asks for
// -----------------

bool asks_for_descriptions(const Dockerfile& dockerfile) {
  for (const ParserDirective& directive : dockerfile.directives) {
    if (directive.name != "check") continue;
    for (std::string_view part : split(directive.value, ';')) {
      const std::size_t equals = part.find('=');
      if (equals == std::string_view::npos || trim(part.substr(0, equals)) != "experimental")
        continue;
      for (std::string_view name : split(part.substr(equals + 1), ',')) {
        name = trim(name);
        if (equal_ignoring_case(name, description_check) || equal_ignoring_case(name, "all"))
          return true;
      }
    }
  }
  return false;
}

// The comment on the line above an instruction, without its `#`; nothing when there is none.
std::optional<std::string_view> comment_above(const Instruction& instruction) {
  const Source* source = instruction.at.source;
  if (source == nullptr) return std::nullopt;
  const std::uint32_t line = source->position(instruction.at.span.begin).line;
  if (line < 2) return std::nullopt;
  std::string_view text = trim(source->line(line - 1));
  if (!text.starts_with('#')) return std::nullopt;
  text.remove_prefix(1);
  return trim(text);
}

void check_description(const Instruction& instruction, const std::vector<std::string_view>& names,
                       Findings& findings) {
  if (names.empty()) return;
  const std::optional<std::string_view> comment = comment_above(instruction);
  if (!comment || comment->empty()) return;
  const std::string_view first = comment->substr(0, comment->find(' '));
  if (std::ranges::find(names, first) != names.end()) return;
  const std::string_view name = names.size() == 1 ? names.front() : std::string_view("its name");
  findings
      .add(instruction.name_at,
           concat("the comment above ", keyword_text(instruction), " does not start with ", name,
                  ", so it is no description"),
           concat("write # ", name, " and the description, or put a blank line between"))
      .severity = Severity::info;
}

void check_descriptions(const Dockerfile& dockerfile, Findings& findings) {
  if (!asks_for_descriptions(dockerfile)) return;
  const auto check_argument = [&](const Instruction& argument) {
    if (argument.keyword != Keyword::arg) return;
    std::vector<std::string_view> names;
    for (const DockerfileAssignment& assignment : argument.assignments)
      names.push_back(assignment.name.text);
    check_description(argument, names, findings);
  };
  for (const Instruction& argument : dockerfile.global_arguments) check_argument(argument);
  for (const Stage& stage : dockerfile.stages) {
    if (!stage.name.text.empty()) check_description(stage.from, {stage.name.text}, findings);
    for (const Instruction& instruction : stage.instructions) check_argument(instruction);
  }
}

void check_one(const Dockerfile& dockerfile, const Instruction& instruction, Findings& findings) {
  report_problems(instruction, findings);
  const Instruction& step = deed(instruction);
  const bool trigger = &step != &instruction;
  if (step.keyword == Keyword::expose) check_expose(step, findings);
  if (step.keyword == Keyword::copy || step.keyword == Keyword::add) {
    check_sources(step, findings);
  }
  // A trigger runs in another file, whose stages are not known here.
  if (trigger) return;
  const DockerfileFlag* from = step.keyword == Keyword::copy ? step.flag("from") : nullptr;
  if (from != nullptr) {
    check_from(dockerfile, "COPY", from->value.raw, step.from_stage.has_value(), from->at,
               findings);
  }
  for (const RunMount& mount : step.mounts) {
    check_from(dockerfile, "RUN --mount", mount.from, mount.from_stage.has_value(), mount.at,
               findings);
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Instruction& argument : dockerfile.global_arguments)
    report_problems(argument, findings);
  for (const Instruction& instruction : dockerfile.misplaced) {
    report_problems(instruction, findings);
    if (!instruction.problems.empty()) continue;
    findings.add(instruction.name_at,
                 concat(instruction.name, " stands before the first FROM, where only ARG may"),
                 "move it after FROM");
  }
  for (const Stage& stage : dockerfile.stages) {
    report_problems(stage.from, findings);
    for (const Instruction& instruction : stage.instructions) {
      check_one(dockerfile, instruction, findings);
    }
  }
  check_descriptions(dockerfile, findings);
}

}  // namespace

extern constinit const Rule invalid_instruction = {
    .name = "invalid-instruction",
    .title = "the builder refuses or misreads an instruction",
    .severity = Severity::medium,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A file that does not build protects nobody, and one that builds something else than it "
        "says is "
        "worse. What BuildKit refuses, and what it takes but will refuse, is reported before the "
        "build.",
    .remediation =
        "Correct the instruction as the finding says; the Dockerfile reference has its form.",
    .limits =
        "Whether files to copy exist is not asked. Signals of STOPSIGNAL and the values of most "
        "flags are "
        "not judged. A `--from` that is no stage can be a context given with --build-context: then "
        "the "
        "finding is mild. Descriptions are judged only when the file asks for it with `# "
        "check=experimental=InvalidDefinitionDescription`.",
    .references = {hadolint("DL3061"), hadolint("DL3021"), hadolint("DL3022"), hadolint("DL3023"),
                   hadolint("DL3043"), hadolint("DL3011"), buildkit("ExposeInvalidFormat"),
                   buildkit("ExposeProtoCasing"), buildkit("InvalidDefinitionDescription"),
                   trivy("DS-0006"), trivy("DS-0008"), trivy("DS-0011")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
