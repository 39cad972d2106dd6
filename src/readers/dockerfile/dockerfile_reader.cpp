// Reads a Dockerfile from top to bottom in one pass: logical line, instruction, its expansion with
// what is in scope at that point, its script. What needs the whole file (which stage copies from
// which, what a stage ends with) is done afterwards in stage_graph.
#include "readers/dockerfile/dockerfile_reader.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/dockerfile/go_text.h"
#include "readers/dockerfile/heredoc_words.h"
#include "readers/dockerfile/ignore_file.h"
#include "readers/dockerfile/instruction_reader.h"
#include "readers/dockerfile/line_scanner.h"
#include "readers/dockerfile/stage_graph.h"

namespace plimsoll {
namespace dockerfile {
namespace {

// A stage's variables are copied from the stage it is built on; a hostile chain of stages could
// copy many variables many times. After this many the rest is treated as coming from a foreign base
// image.
constexpr std::size_t max_inherited_variables = 500'000;
constexpr std::size_t max_triggers_applied = 200'000;

// What a stage hands on to those built on it.
struct StageState {
  Scope scope;
  ShellInForce shell;
  std::vector<std::size_t> triggers;  // indexes of its ONBUILD instructions
  bool in_root = false;               // the working directory is certainly /
};

class Reader {
 public:
  Reader(const Source& source, const DockerfileOptions& options)
      : source_(source),
        options_(options),
        scanner_(source, dockerfile_.arena),
        line_(source),
        expansion_(dockerfile_, globals_) {}

  Result<Dockerfile> read();

 private:
  std::optional<Error> check_text() const;
  bool read_bodies(const std::vector<HeredocWord>& words, std::vector<Heredoc>& heredocs,
                   std::uint32_t& end);
  bool read_line();
  void add_before_first_stage(Instruction&& instruction);
  void begin_stage(Instruction&& from, bool from_default);
  void inherit(Stage& stage, StageState& state);
  void apply(Instruction& instruction, const std::vector<bool>& from_defaults, Scope& scope,
             ShellInForce& shell);
  void declare_arguments(Instruction& instruction, Scope& scope);
  void finish();

  Error error_at(std::string message, Span span, std::string hint) const {
    return {.message = std::move(message), .at = {&source_, span}, .hint = std::move(hint)};
  }
  std::optional<std::string_view> build_argument(std::string_view name) const;
  std::string_view lowered(std::string_view name) {
    const bool capitals = std::ranges::any_of(name, [](char c) { return to_lower(c) != c; });
    return capitals ? dockerfile_.arena.copy(lower(name)) : name;
  }

  const Source& source_;
  const DockerfileOptions& options_;
  Dockerfile dockerfile_;
  LineScanner scanner_;
  LogicalLine line_;
  Scope globals_;
  Expansion expansion_;
  std::vector<StageState> states_;
  std::unordered_map<std::string_view, std::size_t> stage_names_;  // in lower case
  std::size_t instructions_ = 0;
  std::size_t inherited_variables_ = 0;
  std::size_t triggers_applied_ = 0;
  std::optional<Error> error_;
};

std::optional<Error> Reader::check_text() const {
  const std::string_view text = source_.text();
  const auto place = [](std::size_t at) {
    return Span{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at) + 1};
  };
  if (text.size() > max_source_bytes) {
    return error_at(concat("file is larger than ", std::to_string(max_source_bytes >> 20), " MiB"),
                    {}, "");
  }
  if (const void* const zero = std::memchr(text.data(), '\0', text.size())) {
    const std::size_t at = static_cast<std::size_t>(static_cast<const char*>(zero) - text.data());
    return error_at("file holds a zero byte and is no text", place(at),
                    text.starts_with("\xFF\xFE") ? "save it as UTF-8, not UTF-16" : "");
  }
  if (const std::optional<std::size_t> at = first_invalid_utf8(text)) {
    return error_at("file is not valid UTF-8", place(*at), "save it as UTF-8");
  }
  return std::nullopt;
}

std::optional<std::string_view> Reader::build_argument(std::string_view name) const {
  for (const std::string_view argument : options_.build_arguments) {
    if (argument.size() > name.size() && argument[name.size()] == '=' &&
        argument.starts_with(name)) {
      return argument.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

Result<Dockerfile> Reader::read() {
  dockerfile_.source = &source_;
  dockerfile_.given_arguments = options_.build_arguments;
  if (std::optional<Error> error = check_text()) return failure(std::move(*error));
  static const Scope predefined = predefined_scope();
  globals_ = predefined;
  for (const Binding& binding : predefined.bindings()) {
    const std::optional<std::string_view> value = build_argument(binding.variable.name);
    if (!value) continue;
    Binding given;
    given.variable.name = binding.variable.name;
    given.variable.value = dockerfile_.arena.copy(*value);
    given.has_value = true;
    globals_.set(std::move(given));
  }
  expansion_.scope = &globals_;

  while (scanner_.next(line_)) {
    if (!read_line()) return failure(std::move(*error_));
  }
  if (scanner_.error()) return failure(*scanner_.error());
  if (instructions_ == 0) {
    const bool empty = leading_space(source_.text()) == source_.text().size();
    return failure(error_at(empty ? "Dockerfile is empty" : "Dockerfile holds no instruction", {},
                            "start it with FROM"));
  }
  finish();
  return std::move(dockerfile_);
}

bool Reader::read_line() {
  if (++instructions_ > max_dockerfile_instructions) {
    error_ = error_at(concat("Dockerfile has more than ",
                             std::to_string(max_dockerfile_instructions), " instructions"),
                      {line_.begin, line_.end}, "");
    return false;
  }
  dockerfile_.escape = scanner_.escape();
  const auto size = static_cast<std::uint32_t>(line_.text.size());
  const CommandLine command =
      split_command(line_.text, {0, size}, scanner_.escape(), dockerfile_.arena);
  std::vector<Heredoc> heredocs;
  std::uint32_t end = line_.end;
  if (line_.text.find("<<") != std::string_view::npos &&
      may_hold_heredocs(line_.text, command, scanner_.escape(), dockerfile_.arena)) {
    bool refused = false;
    const std::vector<HeredocWord> words = find_heredocs(line_.text, refused);
    if (refused) {
      error_ = error_at("the name of a heredoc cannot be read", {line_.begin, line_.end},
                        "close its quotes");
      return false;
    }
    if (!words.empty() && !read_bodies(words, heredocs, end)) return false;
  }
  line_.end = end;

  static const ShellInForce standard_shell;
  const ShellInForce& shell = states_.empty() ? standard_shell : states_.back().shell;
  if (command.keyword == Keyword::from) expansion_.scope = &globals_;
  InstructionReader reader(line_, scanner_.escape(), expansion_, shell);
  if (command.keyword != Keyword::from && !dockerfile_.stages.empty()) {
    Stage& stage = dockerfile_.stages.back();
    Instruction& instruction = stage.instructions.emplace_back();
    reader.read(command, heredocs, instruction);
    if (!line_.blank_lines.empty()) instruction.blank_continuations = line_.blank_lines;
    StageState& state = states_.back();
    apply(instruction, reader.from_defaults(), state.scope, state.shell);
    if (instruction.trigger) state.triggers.push_back(stage.instructions.size() - 1);
    return true;
  }
  Instruction instruction;
  reader.read(command, heredocs, instruction);
  instruction.blank_continuations = line_.blank_lines;
  if (command.keyword == Keyword::from) {
    const std::vector<bool>& from_defaults = reader.from_defaults();
    begin_stage(std::move(instruction), !from_defaults.empty() && from_defaults.front());
  } else {
    add_before_first_stage(std::move(instruction));
  }
  return true;
}

bool Reader::read_bodies(const std::vector<HeredocWord>& words, std::vector<Heredoc>& heredocs,
                         std::uint32_t& end) {
  if (words.size() > max_heredocs_of_an_instruction) {
    error_ = error_at(concat("instruction has more than ",
                             std::to_string(max_heredocs_of_an_instruction), " heredocs"),
                      {line_.begin, line_.end}, "");
    return false;
  }
  const std::string_view text = source_.text();
  for (const HeredocWord& word : words) {
    Heredoc heredoc;
    heredoc.name = dockerfile_.arena.copy(word.name);
    heredoc.expand = word.expand;
    heredoc.strip_tabs = word.strip_tabs;
    heredoc.descriptor = word.descriptor;
    heredoc.at = line_.map.at(word.begin, word.end);
    const auto body_end_of_file = static_cast<std::uint32_t>(text.size());
    Span body{body_end_of_file, body_end_of_file};
    std::string without_tabs;
    bool first = true;
    bool terminated = false;
    PhysicalLine physical;
    while (scanner_.next_physical(physical)) {
      if (std::exchange(first, false)) body = {physical.begin, physical.begin};
      std::uint32_t begin = physical.begin;
      while (word.strip_tabs && begin < physical.end && text[begin] == '\t') ++begin;
      if (text.substr(begin, physical.end - begin) == word.name) {
        terminated = true;
        end = physical.end;
        break;
      }
      body.end = physical.next;
      if (word.strip_tabs) {
        without_tabs += text.substr(begin, physical.next - begin);
      }
    }
    if (!terminated) {
      error_ = scanner_.error()
                   ? *scanner_.error()
                   : error_at(concat("heredoc ", word.name, " has no end"), heredoc.at.span,
                              concat("put a line that holds only ", word.name, " after its body"));
      return false;
    }
    heredoc.body_at = {&source_, body};
    heredoc.body = word.strip_tabs ? dockerfile_.arena.copy(without_tabs) : source_.text(body);
    heredocs.push_back(heredoc);
  }
  return true;
}

void Reader::add_before_first_stage(Instruction&& instruction) {
  if (instruction.keyword == Keyword::arg) {
    declare_arguments(instruction, globals_);
    dockerfile_.global_arguments.push_back(std::move(instruction));
    return;
  }
  // One is enough: after a misspelt FROM everything stands before the first.
  if (instruction.keyword != Keyword::unknown && dockerfile_.misplaced.empty()) {
    refuse(instruction, concat(name_of(instruction.keyword), " stands before the first FROM"),
           instruction.name_at, "only ARG may stand there");
  }
  dockerfile_.misplaced.push_back(std::move(instruction));
}

void Reader::apply(Instruction& instruction, const std::vector<bool>& from_defaults, Scope& scope,
                   ShellInForce& shell) {
  switch (instruction.keyword) {
    case Keyword::arg: declare_arguments(instruction, scope); break;
    case Keyword::env:
      for (std::size_t i = 0; i < instruction.assignments.size(); ++i) {
        const DockerfileAssignment& assignment = instruction.assignments[i];
        if (!assignment.has_value) continue;
        Binding binding;
        binding.variable.name = assignment.name.text;
        binding.variable.value = assignment.value.text;
        binding.variable.is_env = true;
        binding.variable.unresolved = assignment.value.unresolved;
        binding.variable.at = assignment.value.at;
        binding.has_value = true;
        binding.from_default = i < from_defaults.size() && from_defaults[i];
        scope.set(std::move(binding));
      }
      break;
    case Keyword::shell:
      if (instruction.problems.empty()) shell = shell_of(instruction.words);
      break;
    case Keyword::workdir: states_.back().in_root = false; break;
    case Keyword::run:
      for (const RunMount& mount : instruction.mounts) {
        const bool file = mount.type == "secret" || mount.type == "ssh";
        const bool here = mount.target.empty() || mount.target == "." || mount.target == "./";
        if (file || mount.unresolved ||
            !(mount.target == "/" || (here && states_.back().in_root))) {
          continue;
        }
        refuse(instruction, "--mount cannot have / as its target", mount.at, "write target=…");
      }
      break;
    default: break;
  }
}

void Reader::declare_arguments(Instruction& instruction, Scope& scope) {
  const bool global = &scope == &globals_;
  for (DockerfileAssignment& assignment : instruction.assignments) {
    Binding binding;
    binding.variable.name = assignment.name.text;
    binding.variable.at = assignment.name.at;
    Expansion::Outcome outcome;
    if (assignment.has_value) {
      // The value's place in the logical line is not at hand any more when a trigger is applied;
      // then and over continuations the word is the place.
      const std::uint32_t begin = assignment.value.at.span.begin;
      SourceMap map(source_);
      map.append(0, begin);
      const bool one_piece = assignment.value.at.text() == assignment.value.raw;
      outcome = expansion_.expand(assignment.value, one_piece ? &map : nullptr, 0, instruction);
    }
    if (const std::optional<std::string_view> given = build_argument(assignment.name.text)) {
      binding.variable.value = dockerfile_.arena.copy(*given);
      binding.has_value = true;
    } else if (assignment.has_value) {
      binding.variable.value = assignment.value.text;
      binding.variable.unresolved = assignment.value.unresolved;
      binding.has_value = true;
      binding.from_default = true;
    } else if (const Binding* outer = global ? nullptr : globals_.find(assignment.name.text)) {
      binding.variable.value = outer->variable.value;
      binding.variable.unresolved = outer->variable.unresolved || !outer->has_value;
      binding.has_value = outer->has_value;
      binding.from_default = outer->from_default;
    } else {
      binding.variable.unresolved = true;
    }
    scope.set(std::move(binding));
  }
}

void Reader::begin_stage(Instruction&& from, bool from_default) {
  constexpr std::size_t few_stages = 4;
  if (dockerfile_.stages.empty()) {
    dockerfile_.stages.reserve(few_stages);
    states_.reserve(few_stages);
  }
  Stage& stage = dockerfile_.stages.emplace_back();
  stage.index = dockerfile_.stages.size() - 1;
  // Instructions are large to move. Only for the stages of an ordinary file: one with thousands of
  // them has little in each.
  constexpr std::size_t ordinary_stages = 8;
  constexpr std::size_t ordinary_instructions = 12;
  if (stage.index < ordinary_stages) stage.instructions.reserve(ordinary_instructions);
  BaseImage& base = stage.base;
  if (!from.words.empty()) base.word = from.words.front();
  base.from_argument_default = from_default;
  if (const DockerfileFlag* const platform = from.flag("platform"))
    stage.platform = platform->value;

  if (!from.words.empty() && !base.word.unresolved) {
    const auto found = stage_names_.find(base.word.text);
    if (found != stage_names_.end()) {
      base.stage = found->second;
    } else if (base.word.text == "scratch") {
      base.scratch = true;
    } else if (base.word.text.empty()) {
      if (from.problems.empty()) {
        refuse(from, concat("the base image \"", base.word.raw, "\" is empty"), base.word.at,
               "give the argument in it a default before the FROM");
      }
    } else {
      base.reference = parse_image_reference(base.word.text);
      if (!base.reference && from.problems.empty()) {
        const bool casing = stage_names_.contains(lower(base.word.text));
        refuse(from, concat("\"", base.word.text, "\" is no valid image name"), base.word.at,
               casing ? "stages are named in lower case" : "");
      }
    }
  }
  const bool named = from.words.size() == 3 && equal_ignoring_case(from.words[1].text, "as");
  if (named) {
    stage.name = from.words[2];
    stage_names_[lowered(stage.name.text)] = stage.index;
  }
  stage.from = std::move(from);
  inherit(stage, states_.emplace_back());
}

void Reader::inherit(Stage& stage, StageState& state) {
  state.scope.complete = stage.base.scratch;
  state.in_root = stage.base.scratch;
  if (!stage.base.stage) {
    state.shell = default_shell(stage.base);
    expansion_.scope = &state.scope;
    return;
  }
  const std::size_t index = *stage.base.stage;
  const StageState& base = states_[index];
  state.shell = base.shell;
  state.in_root = base.in_root && base.triggers.empty();
  inherited_variables_ += base.scope.bindings().size();
  if (inherited_variables_ <= max_inherited_variables) {
    state.scope = base.scope;
  }
  expansion_.scope = &state.scope;
  for (const std::size_t trigger : base.triggers) {
    if (++triggers_applied_ > max_triggers_applied) break;
    const Instruction& written = *dockerfile_.stages[index].instructions[trigger].trigger;
    const bool matters = written.keyword == Keyword::arg || written.keyword == Keyword::env ||
                         written.keyword == Keyword::shell;
    if (!matters || !written.problems.empty()) continue;
    // What the trigger gives is worked out anew, with the variables of this stage.
    Instruction again;
    again.keyword = written.keyword;
    again.words = written.words;
    again.assignments = written.assignments;
    if (again.keyword == Keyword::env) {
      for (DockerfileAssignment& assignment : again.assignments) {
        expansion_.expand(assignment.value, nullptr, 0, again);
      }
    }
    apply(again, {}, state.scope, state.shell);
  }
}

void Reader::finish() {
  dockerfile_.directives = std::move(scanner_.directives());
  add_leading_directives(source_, dockerfile_.directives);
  for (Stage& stage : dockerfile_.stages) {
    const std::vector<Binding>& bindings = states_[stage.index].scope.bindings();
    stage.variables.reserve(bindings.size());
    for (const Binding& binding : bindings) {
      if (binding.hidden_env) stage.variables.push_back(*binding.hidden_env);
      stage.variables.push_back(binding.variable);
    }
  }
  if (dockerfile_.stages.empty() && dockerfile_.misplaced.empty()) {
    Instruction& last = dockerfile_.global_arguments.back();
    refuse(last, "no FROM follows: there is nothing to build", last.at, "add a FROM");
  }
  connect_stages(dockerfile_);
  read_context(options_, dockerfile_);
}

}  // namespace
}  // namespace dockerfile

Result<Dockerfile> read_dockerfile(const Source& source, const DockerfileOptions& options) {
  return dockerfile::Reader(source, options).read();
}

}  // namespace plimsoll
