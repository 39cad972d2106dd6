#include "readers/dockerfile/instruction_reader.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.h"
#include "readers/dockerfile/go_text.h"
#include "readers/dockerfile/heredoc_words.h"
#include "readers/dockerfile/instruction_checks.h"
#include "readers/dockerfile/mount_options.h"
#include "subjects/package_calls.h"

namespace plimsoll::dockerfile {
namespace {

constexpr std::array<std::string_view, 17> instruction_names{
    "ADD",   "ARG",     "CMD", "COPY",  "ENTRYPOINT", "ENV",  "EXPOSE", "FROM",   "HEALTHCHECK",
    "LABEL", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"};

// Longer words are no misspelt instruction.
constexpr std::size_t max_instruction_name = 24;

bool holds_heredocs(Keyword keyword) {
  return keyword == Keyword::add || keyword == Keyword::copy || keyword == Keyword::run;
}

// `[` and no blank after it, or a quoted string with a comma after it: meant as a JSON array, not
// as the command `[`.
bool looks_like_array(std::string_view text) {
  if (!text.starts_with('[') || text.size() < 2) return false;
  const std::size_t first = text.find_first_not_of(" \t", 1);
  if (first == std::string_view::npos) return false;
  const char c = text[first];
  if (first == 1) return c != '[' && c != ':';
  if (c != '"' && c != '\'') return false;
  const std::size_t close = text.find(c, first + 1);
  if (close == std::string_view::npos) return false;
  const std::size_t next = text.find_first_not_of(" \t", close + 1);
  return next != std::string_view::npos && text[next] == ',';
}

std::string name_in_message(const Instruction& instruction) {
  return std::string(name_of(instruction.keyword));
}

}  // namespace

bool may_hold_heredocs(std::string_view line, const CommandLine& command, char escape,
                       Arena& arena) {
  CommandLine inner;
  const CommandLine* own = &command;
  if (command.keyword == Keyword::onbuild) {
    inner = split_command(line, command.rest, escape, arena);
    own = &inner;
  }
  if (!holds_heredocs(own->keyword)) return false;
  const std::string_view rest = line.substr(own->rest.begin, own->rest.size());
  if (!rest.starts_with('[')) return true;
  std::vector<JsonString> strings;
  return read_json_array(rest, strings, arena) == JsonForm::none;
}

DockerfileWord InstructionReader::word(Span span) const {
  DockerfileWord word;
  word.raw = text(span);
  word.text = word.raw;
  word.at = at(span);
  return word;
}

DockerfileWord InstructionReader::expanded_word(Span span, Instruction& instruction) {
  DockerfileWord result;
  result.raw = text(span);
  result.at = at(span);
  expansion_.expand(result, &line_.map, span.begin, instruction);
  return result;
}

void InstructionReader::read(const CommandLine& command, std::vector<Heredoc>& heredocs,
                             Instruction& instruction) {
  instruction.keyword = command.keyword;
  instruction.name = text(command.name);
  instruction.name_at = at(command.name);
  const std::uint32_t begin = instruction.name_at.span.begin;
  instruction.at = {instruction.name_at.source, {begin, std::max(begin, line_.end)}};
  exec_strings_.clear();
  from_defaults_.clear();
  read_flags(command, instruction);
  const Span rest = command.rest;
  switch (command.keyword) {
    case Keyword::add:
    case Keyword::copy:
      instruction.heredocs = std::move(heredocs);
      read_copy(rest, instruction);
      break;
    case Keyword::run:
      instruction.heredocs = std::move(heredocs);
      read_mounts(instruction);
      read_command(rest, instruction);
      break;
    case Keyword::cmd:
    case Keyword::entrypoint: read_command(rest, instruction); break;
    case Keyword::healthcheck: read_healthcheck(rest, instruction); break;
    case Keyword::arg: read_arguments(rest, instruction); break;
    case Keyword::env:
    case Keyword::label: read_pairs(rest, instruction); break;
    case Keyword::expose: read_expose(rest, instruction); break;
    case Keyword::from: read_from(rest, instruction); break;
    case Keyword::volume: read_list(rest, instruction); break;
    case Keyword::onbuild: read_onbuild(rest, instruction, heredocs); break;
    case Keyword::maintainer:
    case Keyword::stopsignal:
    case Keyword::user:
    case Keyword::workdir: read_single(rest, instruction); break;
    case Keyword::shell:
      if (rest.empty()) {
        refuse(instruction, "SHELL needs a JSON array of strings", instruction.at,
               R"(write SHELL ["/bin/sh", "-c"])");
      } else if (!read_exec_words(rest, instruction)) {
        instruction.words.push_back(word(rest));
        refuse(instruction, "SHELL takes only a JSON array of strings", at(rest),
               R"(write SHELL ["/bin/sh", "-c"])");
      } else if (instruction.words.empty() && instruction.problems.empty()) {
        refuse(instruction, "SHELL names no program", at(rest), "");
      }
      break;
    case Keyword::unknown: read_unknown(rest, instruction); break;
  }
  if (!instruction.healthcheck_none) check_flags(command, instruction);
  if (!instruction.heredocs.empty()) {
    instruction.at.span.end =
        std::max(instruction.at.span.end, instruction.heredocs.back().body_at.span.end);
  }
}

void InstructionReader::read_unknown(Span rest, Instruction& instruction) {
  if (!rest.empty()) instruction.words.push_back(word(rest));
  const std::string_view name = instruction.name;
  std::string hint;
  if (name.starts_with("&&") || name.starts_with("||") || name.starts_with('-') || name == "|") {
    hint = concat("the line above may lack its ", std::string_view(&escape_, 1), " at the end");
  } else if (name.starts_with("//")) {
    hint = "comments start with #";
  } else if (name.size() <= max_instruction_name) {
    const std::optional<std::string_view> near = nearest(name, instruction_names);
    if (near) hint = concat("did you mean ", *near, "?");
  }
  constexpr std::size_t shown = 40;
  const bool cut = name.size() > shown;
  std::size_t length = std::min(name.size(), shown);
  while (cut && length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0) == 0x80) --length;
  refuse(instruction, concat("unknown instruction \"", name.substr(0, length), cut ? "…\"" : "\""),
         instruction.name_at, std::move(hint));
}

// ---- flags
// -------------------------------------------------------------------------------------------

void InstructionReader::read_flags(const CommandLine& command, Instruction& instruction) {
  for (const FlagText& written : command.flags) {
    DockerfileFlag flag;
    const std::size_t equals = written.text.find('=');
    flag.name = written.text.substr(2, equals == std::string_view::npos ? equals : equals - 2);
    flag.has_value = equals != std::string_view::npos;
    flag.at = at(written.at);
    const Span value{std::min(written.value_begin, written.at.end), written.at.end};
    flag.value.at = at(value);
    if (flag.has_value) {
      flag.value.raw = text(value);
      flag.value.text = written.text.substr(equals + 1);
    }
    instruction.flags.push_back(flag);
  }
}

void InstructionReader::check_flags(const CommandLine& command, Instruction& instruction) {
  if (ignores_flags(command.keyword)) return;
  const std::span<const FlagRule> rules = flags_of(command.keyword);
  std::uint32_t seen = 0;
  for (DockerfileFlag& flag : instruction.flags) {
    if (instruction.problems.size() >= max_problems_of_an_instruction) return;
    const auto rule = std::ranges::find(rules, flag.name, &FlagRule::name);
    if (rule == rules.end()) {
      std::vector<std::string_view> names;
      for (const FlagRule& known : rules) names.push_back(known.name);
      const std::optional<std::string_view> near = nearest(flag.name, names);
      refuse(instruction, concat(name_in_message(instruction), " has no flag --", flag.name),
             flag.at, near ? concat("did you mean --", *near, "?") : std::string());
      continue;
    }
    const std::uint32_t bit = 1u << (rule - rules.begin());
    if ((seen & bit) != 0 && rule->kind != FlagKind::list) {
      refuse(instruction, concat("flag --", flag.name, " is given twice"), flag.at,
             "keep one of them");
      continue;
    }
    seen |= bit;
    if (rule->kind != FlagKind::boolean) {
      if (!flag.has_value) {
        refuse(instruction, concat("flag --", flag.name, " needs a value"), flag.at,
               concat("write --", flag.name, "=…"));
      }
      continue;
    }
    const std::string value = lower(flag.value.text);
    const bool valid = value == "true" || value == "false" || (value.empty() && !flag.has_value);
    if (!valid) {
      refuse(instruction, concat("flag --", flag.name, " can only be true or false"), flag.at, "");
    }
  }
}

void InstructionReader::read_mounts(Instruction& instruction) {
  for (DockerfileFlag& flag : instruction.flags) {
    const std::string_view value = flag.value.text;
    if (!flag.has_value || instruction.problems.size() >= max_problems_of_an_instruction) continue;
    if (flag.name == "network" && value != "default" && value != "none" && value != "host") {
      refuse(instruction, concat("--network cannot be \"", value, "\""), flag.at,
             "it is default, none or host");
    } else if (flag.name == "security" && value != "insecure" && value != "sandbox") {
      refuse(instruction, concat("--security cannot be \"", value, "\""), flag.at,
             "it is sandbox or insecure");
    } else if (flag.name == "device") {
      if (std::optional<MountRefusal> refusal = check_device(value)) {
        refuse(instruction, std::move(refusal->message), flag.at, std::move(refusal->hint));
      }
    } else if (flag.name == "mount") {
      const ExpandValue expand = [&](std::string_view raw,
                                     bool& unresolved) -> std::optional<std::string_view> {
        DockerfileWord part;
        part.raw = raw;
        part.at = flag.value.at;
        if (!expansion_.expand(part, nullptr, 0, instruction).accepted) return std::nullopt;
        unresolved = part.unresolved;
        return part.text;
      };
      RunMount mount;
      mount.at = flag.at;
      if (std::optional<MountRefusal> refusal =
              read_mount(value, expand, expansion_.arena(), mount)) {
        refuse(instruction, std::move(refusal->message), flag.at, std::move(refusal->hint));
      }
      flag.value.unresolved = mount.unresolved;
      instruction.mounts.push_back(mount);
    }
  }
}

// ---- command lines
// -----------------------------------------------------------------------------------

bool InstructionReader::read_exec_words(Span rest, Instruction& instruction) {
  if (rest.empty() || line_.text[rest.begin] != '[') return false;
  const JsonForm form = read_json_array(text(rest), exec_strings_, expansion_.arena());
  if (form == JsonForm::none) {
    instruction.looks_like_exec_form = looks_like_array(text(rest));
    return false;
  }
  instruction.exec_form = true;
  if (form == JsonForm::other) {
    refused_by_parser_ = true;
    refuse(instruction, "the JSON array may hold only strings", at(rest), "put quotes around each");
  }
  exec_begin_ = rest.begin;
  instruction.words.reserve(exec_strings_.size());
  for (const JsonString& string : exec_strings_) {
    const Span span{rest.begin + string.begin, rest.begin + string.end};
    DockerfileWord& word = instruction.words.emplace_back();
    word.raw = text(span);
    word.text = string.text;
    word.at = at(span);
  }
  return true;
}

SourceMap InstructionReader::exec_map(std::size_t word) const {
  const JsonString& string = exec_strings_[word];
  SourceMap map(line_.map.source());
  const auto add = [&](std::uint32_t offset, std::uint32_t begin, std::uint32_t end) {
    map.append_part(offset, line_.map, exec_begin_ + begin, exec_begin_ + std::max(end, begin));
  };
  if (string.pieces.empty()) add(0, string.begin + 1, string.end);
  for (std::size_t i = 0; i < string.pieces.size(); ++i) {
    const auto [offset, in_line] = string.pieces[i];
    const bool last = i + 1 == string.pieces.size();
    add(offset, in_line, last ? string.end : string.pieces[i + 1].second);
  }
  return map;
}

void InstructionReader::read_command(Span rest, Instruction& instruction) {
  if (read_exec_words(rest, instruction)) {
    const auto map_of_word = [this](std::size_t word) { return exec_map(word); };
    read_exec_form(map_of_word, expansion_.scope, expansion_.arena(), instruction);
    shell::find_package_calls(instruction.script, expansion_.arena());
    return;
  }
  if (!rest.empty()) instruction.words.push_back(word(rest));
  read_shell_form({.line = line_.text,
                   .map = &line_.map,
                   .command = rest,
                   .shell = &shell_,
                   .scope = expansion_.scope,
                   .arena = &expansion_.arena()},
                  instruction);
  shell::find_package_calls(instruction.script, expansion_.arena());
}

void InstructionReader::read_healthcheck(Span rest, Instruction& instruction) {
  const std::string_view all = text(rest);
  std::size_t end = 0;
  while (end < all.size() && !is_space(all[end])) ++end;
  const std::string_view type = all.substr(0, end);
  while (end < all.size() && is_space(all[end])) ++end;
  const Span arguments{rest.begin + static_cast<std::uint32_t>(end), rest.end};
  if (type.empty()) {
    refuse(instruction, "HEALTHCHECK needs CMD or NONE", instruction.at, "");
    return;
  }
  if (equal_ignoring_case(type, "NONE")) {
    instruction.healthcheck_none = true;
    const bool other_array =
        read_exec_words(arguments, instruction) && !instruction.problems.empty();
    const bool has_arguments =
        instruction.exec_form ? !instruction.words.empty() : !arguments.empty();
    if (has_arguments && !other_array) {
      refuse(instruction, "HEALTHCHECK NONE takes no arguments", at(arguments), "");
    }
    return;
  }
  if (!equal_ignoring_case(type, "CMD")) {
    refuse(instruction, concat("HEALTHCHECK takes CMD or NONE, not \"", type, "\""),
           at({rest.begin, rest.begin + static_cast<std::uint32_t>(type.size())}),
           "write HEALTHCHECK CMD before the command");
    return;
  }
  read_command(arguments, instruction);
  if (instruction.words.empty() && instruction.problems.empty()) {
    refuse(instruction, "HEALTHCHECK CMD has no command", instruction.at, "");
  }
  check_healthcheck_flags(instruction);
}

void InstructionReader::check_healthcheck_flags(Instruction& instruction) {
  constexpr long long millisecond = 1'000'000;
  for (const DockerfileFlag& flag : instruction.flags) {
    const std::string_view value = flag.value.text;
    if (value.empty()) continue;
    if (flag.name == "retries") {
      std::string_view digits = value;
      if (digits.starts_with('+')) digits.remove_prefix(1);
      const std::optional<long long> retries = parse_number(digits);
      const bool zero = digits.starts_with('-') && digits.size() > 1 &&
                        digits.find_first_not_of('0', 1) == std::string_view::npos;
      if (!zero && (!retries || *retries > 0x7FFFFFFF)) {
        refuse(instruction, concat("--retries cannot be \"", value, "\""), flag.at,
               "it is a number that is not negative");
      }
    } else if (flag.name == "interval" || flag.name == "timeout" || flag.name == "start-period" ||
               flag.name == "start-interval") {
      const std::optional<long long> time = parse_go_duration(value);
      if (!time || (*time != 0 && *time < millisecond)) {
        refuse(instruction, concat("--", flag.name, " cannot be \"", value, "\""), flag.at,
               "it is a time of 1ms or more, like 30s or 1m30s");
      }
    }
  }
}

// ---- files
// -------------------------------------------------------------------------------------------

void InstructionReader::read_copy(Span rest, Instruction& instruction) {
  const std::string name = name_in_message(instruction);
  std::size_t written = 0;  // sources and destination, heredocs included
  bool destination_is_heredoc = false;
  if (read_exec_words(rest, instruction)) {
    written = instruction.words.size();
    for (DockerfileWord& word : instruction.words) {
      // The strings are expanded like any other words.
      const std::string_view as_written = std::exchange(word.raw, word.text);
      expansion_.expand(word, nullptr, 0, instruction);
      word.raw = as_written;
    }
  } else {
    const std::vector<Span> parts = blank_words(line_.text, rest);
    written = parts.size();
    instruction.words.reserve(parts.size());
    for (const Span part : parts) {
      const bool heredoc = !instruction.heredocs.empty() &&
                           text(part).find("<<") != std::string_view::npos &&
                           read_heredoc_word(text(part)).has_value();
      destination_is_heredoc = heredoc;
      if (!heredoc) instruction.words.push_back(expanded_word(part, instruction));
    }
  }
  if (destination_is_heredoc) {
    refuse(instruction, concat(name, " cannot have a heredoc as its destination"), at(rest),
           "name the destination last");
    return;
  }
  if (written < 2) {
    if (instruction.problems.empty()) {
      refuse(instruction, concat(name, " needs a source and a destination"), instruction.at, "");
    }
    return;
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    if (heredoc.expand) expansion_.note_uses(heredoc, instruction);
  }
  const DockerfileWord& destination = instruction.words.back();
  const std::string_view directory = destination.text;
  const bool may_be_directory = destination.unresolved || directory.ends_with('/') ||
                                directory.ends_with('\\') || directory == "." ||
                                directory == ".." || directory.ends_with("/.") ||
                                directory.ends_with("/..");
  if (written > 2 && !may_be_directory) {
    refuse(instruction, concat(name, " of several sources needs a directory to put them in"),
           destination.at, "end the destination with a /");
  }
  for (std::size_t i = 0; i + 1 < instruction.words.size(); ++i) {
    const DockerfileWord& source = instruction.words[i];
    if (instruction.keyword != Keyword::copy || source.unresolved) continue;
    if (is_url(source.text) || is_git_source(source.text)) {
      refuse(instruction, "COPY cannot take a URL as its source", source.at, "use ADD");
    }
  }
  check_copy_flags(instruction);
}

void InstructionReader::check_copy_flags(Instruction& instruction) {
  for (DockerfileFlag& flag : instruction.flags) {
    const bool expands = flag.name == "chown" || flag.name == "chmod" || flag.name == "checksum";
    if (expands) {
      const std::string_view as_written = std::exchange(flag.value.raw, flag.value.text);
      expansion_.expand(flag.value, nullptr, 0, instruction);
      flag.value.raw = as_written;
    }
    const std::string_view value = flag.value.text;
    if (flag.value.unresolved) continue;
    if (flag.name == "chmod" && !valid_chmod(value)) {
      refuse(instruction, concat("--chmod cannot be \"", value, "\""), flag.at,
             "it is octal up to 07777, or like u+x");
    } else if (flag.name == "from" && instruction.keyword == Keyword::copy &&
               value.find_first_of("$'\"\\") != std::string_view::npos) {
      refuse(instruction, "--from takes no variable", flag.at,
             "define a stage with FROM and the ARG, and name it here");
    } else if (flag.name == "checksum" && instruction.keyword == Keyword::add && !value.empty()) {
      const std::size_t sources = instruction.words.size() - 1;
      const DockerfileWord& source = instruction.words.front();
      const bool remote = is_url(source.text) || is_git_source(source.text);
      if (sources != 1) {
        refuse(instruction, "--checksum needs exactly one source", flag.at, "");
      } else if (!source.unresolved && !remote) {
        refuse(instruction, "--checksum needs a URL as the source", flag.at, "");
      }
    }
  }
}

void InstructionReader::read_list(Span rest, Instruction& instruction) {
  if (read_exec_words(rest, instruction)) {
    for (DockerfileWord& word : instruction.words) {
      const std::string_view as_written = std::exchange(word.raw, trim(word.text));
      expansion_.expand(word, nullptr, 0, instruction);
      word.raw = as_written;
    }
  } else {
    for (const Span part : blank_words(line_.text, rest)) {
      instruction.words.push_back(expanded_word(part, instruction));
    }
  }
  if (instruction.words.empty() && instruction.problems.empty()) {
    refuse(instruction, "VOLUME needs at least one path", instruction.at, "");
  }
  for (const DockerfileWord& word : instruction.words) {
    if (word.text.empty()) refuse(instruction, "VOLUME names no path", word.at, "");
  }
}

void InstructionReader::read_expose(Span rest, Instruction& instruction) {
  const std::vector<Span> parts = blank_words(line_.text, rest);
  if (parts.empty()) {
    refuse(instruction, "EXPOSE needs at least one port", instruction.at, "");
    return;
  }
  for (const Span part : parts) {
    DockerfileWord written = word(part);
    bool unresolved = false;
    for (const std::string_view port :
         expansion_.expand_and_split(written, line_.map, part.begin, instruction, unresolved)) {
      DockerfileWord& word = instruction.words.emplace_back(written);
      word.text = port;
      word.unresolved = unresolved;
      if (!unresolved && !valid_port(word.text)) {
        refuse(instruction, concat("EXPOSE cannot take the port \"", word.text, "\""), word.at,
               "write a number or a range up to 65535, then /tcp, /udp or /sctp");
      }
    }
  }
}

void InstructionReader::read_single(Span rest, Instruction& instruction) {
  if (rest.empty()) {
    refuse(instruction, concat(name_in_message(instruction), " needs exactly one argument"),
           instruction.at, "");
    return;
  }
  if (instruction.keyword == Keyword::maintainer) {
    instruction.words.push_back(word(rest));
    return;
  }
  const DockerfileWord& argument = instruction.words.emplace_back(expanded_word(rest, instruction));
  if (instruction.keyword != Keyword::stopsignal || argument.unresolved) return;
  if (!valid_signal(argument.text)) {
    refuse(instruction, concat("STOPSIGNAL cannot be \"", argument.text, "\""), argument.at,
           "write a number or a name like SIGTERM");
  }
}

// ---- names and values
// --------------------------------------------------------------------------------

void InstructionReader::read_pairs(Span rest, Instruction& instruction) {
  const std::string name = name_in_message(instruction);
  const std::vector<Span> words = quoted_words(line_.text, rest, escape_);
  if (words.empty()) {
    refuse(instruction, concat(name, " needs at least one name=value"), instruction.at, "");
    return;
  }
  instruction.assignments.reserve(words.size());
  const auto add = [&](Span key, Span value) {
    DockerfileAssignment assignment;
    assignment.name = expanded_word(key, instruction);
    assignment.value.raw = text(value);
    assignment.value.at = at(value);
    assignment.has_value = true;
    from_defaults_.push_back(
        expansion_.expand(assignment.value, &line_.map, value.begin, instruction).used_default);
    if (key.empty())
      refuse(instruction, concat(name, " has a value without a name"), at(value), "");
    instruction.assignments.push_back(assignment);
  };
  if (text(words.front()).find('=') == std::string_view::npos) {
    // NAME value: the value is all the rest.
    std::uint32_t end = rest.begin;
    while (end < rest.end && !is_separator(line_.text[end])) ++end;
    std::uint32_t value = end;
    while (value < rest.end && is_separator(line_.text[value])) ++value;
    if (value == rest.end) {
      DockerfileAssignment& assignment = instruction.assignments.emplace_back();
      assignment.name = word(rest);
      from_defaults_.push_back(false);
      refused_by_parser_ = true;
      refuse(instruction, concat(name, " has a name without a value"), at(rest),
             concat("write ", name, " ", text(rest), "=…"));
      return;
    }
    instruction.legacy_assignment = true;
    add({rest.begin, end}, {value, rest.end});
    return;
  }
  for (const Span word : words) {
    const std::size_t equals = text(word).find('=');
    if (equals == std::string_view::npos) {
      refused_by_parser_ = true;
      refuse(instruction, concat(name, " has a word without ="), at(word),
             "put quotes around a value that holds blanks");
      continue;
    }
    const std::uint32_t middle = word.begin + static_cast<std::uint32_t>(equals);
    add({word.begin, middle}, {middle + 1, word.end});
  }
}

void InstructionReader::read_arguments(Span rest, Instruction& instruction) {
  const std::vector<Span> words = quoted_words(line_.text, rest, escape_);
  if (words.empty()) {
    refuse(instruction, "ARG needs at least one name", instruction.at, "");
    return;
  }
  for (const Span word_span : words) {
    const std::size_t equals = text(word_span).find('=');
    DockerfileAssignment& assignment = instruction.assignments.emplace_back();
    if (equals == std::string_view::npos) {
      assignment.name = word(word_span);
      assignment.value.at = at({word_span.end, word_span.end});
      continue;
    }
    const std::uint32_t middle = word_span.begin + static_cast<std::uint32_t>(equals);
    assignment.name = word({word_span.begin, middle});
    const Span value{middle + 1, word_span.end};
    // The reader expands the value: later names on the line see earlier ones.
    assignment.value = word(value);
    assignment.has_value = true;
    if (equals == 0) refuse(instruction, "ARG has a value without a name", at(word_span), "");
  }
}

// ---- stages and triggers
// -----------------------------------------------------------------------------

void InstructionReader::read_from(Span rest, Instruction& instruction) {
  const std::vector<Span> words = blank_words(line_.text, rest);
  for (std::size_t i = 0; i < words.size(); ++i) {
    // Only the image is expanded; the reader needs to know from what.
    if (i > 0) {
      instruction.words.push_back(word(words[i]));
      continue;
    }
    DockerfileWord image = word(words[i]);
    from_defaults_.push_back(
        expansion_.expand(image, &line_.map, words[i].begin, instruction).used_default);
    instruction.words.push_back(image);
  }
  const bool named = words.size() == 3 && equal_ignoring_case(text(words[1]), "as");
  if (!named && words.size() != 1) {
    refuse(instruction, "FROM takes an image, or an image, AS and a name",
           words.empty() ? instruction.at : at(rest), "");
  } else if (named && !valid_stage_name(text(words[2]))) {
    refuse(instruction, concat("no stage can be named \"", text(words[2]), "\""), at(words[2]),
           "names start with a letter and hold letters, digits, -, _ and .");
  }
  for (DockerfileFlag& flag : instruction.flags) {
    if (flag.name != "platform" || !flag.has_value) continue;
    const std::string_view as_written = std::exchange(flag.value.raw, flag.value.text);
    expansion_.expand(flag.value, nullptr, 0, instruction);
    flag.value.raw = as_written;
    if (!flag.value.unresolved && !valid_platform(flag.value.text)) {
      refuse(instruction, concat("--platform cannot be \"", flag.value.text, "\""), flag.at,
             "write it like linux/amd64");
    }
  }
}

void InstructionReader::read_onbuild(Span rest, Instruction& instruction,
                                     std::vector<Heredoc>& heredocs) {
  if (rest.empty()) {
    refuse(instruction, "ONBUILD needs an instruction", instruction.at, "");
    return;
  }
  const CommandLine command = split_command(line_.text, rest, escape_, expansion_.arena());
  if (command.keyword == Keyword::onbuild || command.keyword == Keyword::from ||
      command.keyword == Keyword::maintainer) {
    refuse(instruction, concat("ONBUILD cannot trigger ", name_of(command.keyword)),
           at(command.name), "");
    return;
  }
  // A trigger sees the variables of the build that it will be part of.
  const Scope* const outer = std::exchange(expansion_.scope, nullptr);
  InstructionReader reader(line_, escape_, expansion_, shell_);
  instruction.trigger = std::make_unique<Instruction>();
  reader.read(command, heredocs, *instruction.trigger);
  expansion_.scope = outer;
  if (reader.refused_by_parser()) instruction.problems = std::move(instruction.trigger->problems);
  instruction.at.span.end = std::max(instruction.at.span.end, instruction.trigger->at.span.end);
}

}  // namespace plimsoll::dockerfile
