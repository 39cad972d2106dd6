// Whatever the bytes: reading ends, every place lies within the text and in order, and what the
// reader understood, written out in one plain form, is understood the same again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "readers/dockerfile/dockerfile_reader.h"

namespace plimsoll {
namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "property does not hold: %s\n", what);
  std::abort();
}

void check(bool holds, const char* what) {
  if (!holds) fail(what);
}

class Places {
 public:
  explicit Places(const Source& source) : source_(source) {}

  void check_at(const Location& at) const {
    if (!at.known()) return;
    check(at.source == &source_, "a place is in the text");
    check(at.span.begin <= at.span.end && at.span.end <= source_.text().size(),
          "a place is within the text");
  }
  void check_word(const DockerfileWord& word, const Instruction& instruction) const {
    check_at(word.at);
    check(!word.at.known() || (word.at.span.begin >= instruction.at.span.begin &&
                               word.at.span.end <= instruction.at.span.end),
          "a word is within its instruction");
  }
  void check_instruction(const Instruction& instruction) const {
    check_at(instruction.at);
    check_at(instruction.name_at);
    std::uint32_t last = 0;
    for (const DockerfileFlag& flag : instruction.flags) {
      check_at(flag.at);
      check_word(flag.value, instruction);
      check(flag.at.span.begin >= last, "flags are in order");
      last = flag.at.span.begin;
    }
    for (const DockerfileWord& word : instruction.words) {
      check_word(word, instruction);
      check(word.at.span.begin >= last, "words are in order");
      last = word.at.span.begin;
    }
    for (const DockerfileAssignment& assignment : instruction.assignments) {
      check_word(assignment.name, instruction);
      if (assignment.has_value) check_word(assignment.value, instruction);
    }
    for (const Heredoc& heredoc : instruction.heredocs) {
      check_at(heredoc.at);
      check_at(heredoc.body_at);
      check(heredoc.body_at.span.end <= instruction.at.span.end,
            "a body is within its instruction");
    }
    for (const RunMount& mount : instruction.mounts) check_at(mount.at);
    for (const Location& blank : instruction.blank_continuations) check_at(blank);
    for (const Instruction::Problem& problem : instruction.problems) check_at(problem.at);
    for (const shell::Command& command : instruction.script.commands) {
      check_at(command.at);
      for (const shell::Word& word : command.words) check_at(word.at);
    }
    if (instruction.trigger) check_instruction(*instruction.trigger);
  }

 private:
  const Source& source_;
};

// The instruction as plain text; "" if there is no such text (it was refused, or it is an exec
// form, whose words are decoded).
std::string written(const Instruction& instruction) {
  if (!instruction.problems.empty() || instruction.exec_form) return {};
  std::string out(instruction.name);
  for (const DockerfileFlag& flag : instruction.flags) {
    const std::string_view text = flag.at.text();
    // A flag over several lines is not one text.
    if (text.find_first_of("\n\r") != std::string_view::npos) return {};
    out += concat(" ", text);
  }
  if (instruction.keyword == Keyword::healthcheck) {
    if (instruction.healthcheck_none) return out + " NONE";
    out += " CMD";
  }
  if (instruction.trigger) {
    const std::string trigger = written(*instruction.trigger);
    return trigger.empty() ? trigger : concat(out, " ", trigger);
  }
  // A heredoc among the sources of COPY stands in no word.
  const bool copies = instruction.keyword == Keyword::add || instruction.keyword == Keyword::copy;
  if (copies && !instruction.heredocs.empty()) return {};
  // An argument that looks like a flag stood behind `--`.
  const bool like_flag =
      (!instruction.words.empty() && instruction.words.front().raw.starts_with("--")) ||
      (!instruction.assignments.empty() &&
       instruction.assignments.front().name.raw.starts_with("--"));
  if (like_flag && instruction.keyword != Keyword::healthcheck) out += " --";
  const DockerfileWord* previous = nullptr;
  for (const DockerfileWord& word : instruction.words) {
    const bool same = previous != nullptr && word.at == previous->at;
    previous = &word;
    if (!same) out += concat(" ", word.raw);
  }
  for (const DockerfileAssignment& assignment : instruction.assignments) {
    out += concat(" ", assignment.name.raw);
    if (instruction.legacy_assignment) {
      out += concat(" ", assignment.value.raw);
    } else if (assignment.has_value) {
      out += concat("=", assignment.value.raw);
    }
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    out += concat("\n", heredoc.body, heredoc.name);
  }
  return out;
}

std::string summary(const Instruction& instruction) {
  std::string out = lower(instruction.name);
  for (const DockerfileFlag& flag : instruction.flags)
    out += concat(" --", flag.name, "=", flag.value.text);
  for (const DockerfileWord& word : instruction.words) out += concat(" [", word.text, "]");
  for (const DockerfileAssignment& assignment : instruction.assignments) {
    out += concat(" ", assignment.name.text, "=", assignment.value.text);
  }
  for (const Heredoc& heredoc : instruction.heredocs)
    out += concat(" <<", heredoc.name, heredoc.body);
  if (instruction.trigger) out += " " + summary(*instruction.trigger);
  return out;
}

void check_stability(const Dockerfile& dockerfile) {
  std::string text = dockerfile.escape == '`' ? "# escape=`\n" : "";
  std::string before;
  // False when the rest cannot be compared: what is left out would change what variables mean, or
  // to which stage instructions belong.
  const auto take = [&](const Instruction& instruction) {
    const std::string line = written(instruction);
    // A line that ends in an escape would go on in the next one.
    const bool whole = !line.empty() && !line.ends_with(dockerfile.escape) && line.size() <= 60'000;
    if (whole) {
      text += line + "\n";
      before += summary(instruction) + "\n";
    }
    const Keyword keyword = instruction.keyword;
    return whole || (keyword != Keyword::env && keyword != Keyword::arg &&
                     keyword != Keyword::from && keyword != Keyword::onbuild);
  };
  for (const Instruction& argument : dockerfile.global_arguments) {
    if (!take(argument)) return;
  }
  for (const Stage& stage : dockerfile.stages) {
    if (!take(stage.from)) return;
    for (const Instruction& instruction : stage.instructions) {
      if (!take(instruction)) return;
    }
  }
  if (before.empty()) return;
  const Source source("again", text);
  const Result<Dockerfile> again = read_dockerfile(source);
  check(again.has_value(), "what was understood is understood again");
  std::string after;
  for (const Instruction& argument : again->global_arguments) after += summary(argument) + "\n";
  for (const Stage& stage : again->stages) {
    after += summary(stage.from) + "\n";
    for (const Instruction& instruction : stage.instructions) after += summary(instruction) + "\n";
  }
  if (before != after) {
    std::fprintf(stderr, "%s\n--- before\n%s--- after\n%s", text.c_str(), before.c_str(),
                 after.c_str());
    fail("reading again gives the same");
  }
}

}  // namespace
}  // namespace plimsoll

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const Source source("Dockerfile", std::string(reinterpret_cast<const char*>(data), size));
  const Result<Dockerfile> dockerfile = read_dockerfile(source);
  const Places places(source);
  if (!dockerfile) {
    places.check_at(dockerfile.error().at);
    return 0;
  }
  for (const Instruction& argument : dockerfile->global_arguments)
    places.check_instruction(argument);
  for (const Instruction& misplaced : dockerfile->misplaced) places.check_instruction(misplaced);
  for (const Stage& stage : dockerfile->stages) {
    places.check_instruction(stage.from);
    for (const Instruction& instruction : stage.instructions) places.check_instruction(instruction);
  }
  for (const UndefinedVariable& variable : dockerfile->undefined_variables) {
    places.check_at(variable.at);
  }
  check_stability(*dockerfile);
  return 0;
}
