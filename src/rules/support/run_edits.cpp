#include "rules/support/run_edits.h"

#include <algorithm>

#include "base/text.h"
#include "base/words.h"

namespace plimsoll::rules {
namespace {

std::string_view text_of(const Source& source, std::uint32_t begin, std::uint32_t end) {
  return source.text({begin, end});
}

bool is_blank_or_break(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The blanks that a line starts with.
std::string_view indent_of(std::string_view text, std::size_t at) {
  const std::size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  std::size_t end = start;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  return text.substr(start, end - start);
}

// What stands between two commands.
struct Gap {
  std::string_view joint;   // "&&", ";", "|", …; "\n" for a line's end in a heredoc, "" for nothing
  bool breaks = false;      // the second command starts on another line
  bool leading = false;     // … and the joint stands on that line
  bool comment = false;     // a comment stands in between
  std::string_view indent;  // of that line
};

// Reads a gap; nothing when it holds anything but one joint, continuations and comments.
std::optional<Gap> read_gap(std::string_view text, char escape, bool in_heredoc) {
  Gap gap;
  bool line_starts = false;
  bool joint_on_this_line = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\n') {
      gap.breaks = true;
      line_starts = true;
      joint_on_this_line = false;
      ++i;
      continue;
    }
    if (is_blank_or_break(c)) {
      ++i;
      continue;
    }
    if (c == '#' && (line_starts || in_heredoc)) {
      gap.comment = true;
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (c == escape) {
      const std::size_t rest = text.find_first_not_of(" \t\r", i + 1);
      if (rest == std::string_view::npos || text[rest] != '\n') return std::nullopt;
      ++i;
      continue;
    }
    line_starts = false;
    std::size_t length = 1;
    while (i + length < text.size() && std::string_view("&|;").contains(text[i + length])) {
      ++length;
    }
    if (!std::string_view("&|;").contains(c) || !gap.joint.empty()) return std::nullopt;
    gap.joint = text.substr(i, length);
    joint_on_this_line = true;
    i += length;
  }
  if (gap.breaks) {
    gap.leading = joint_on_this_line;
    gap.indent = indent_of(text, text.size());
  }
  if (gap.joint.empty() && gap.breaks && in_heredoc) gap.joint = "\n";
  return gap;
}

// The commands of a RUN as a list that can be edited.
struct List {
  const Source* source = nullptr;
  std::string_view text;  // of the whole file
  char escape = '\\';
  bool in_heredoc = false;
  std::vector<const shell::Command*> commands;
  std::vector<Gap> gaps;    // gaps[i] stands between commands i and i + 1
  Gap tail;                 // behind the last command
  std::uint32_t begin = 0;  // of the instruction

  std::uint32_t begin_of(std::size_t i) const { return commands[i]->at.span.begin; }
  std::uint32_t end_of(std::size_t i) const { return commands[i]->at.span.end; }
  std::uint32_t end() const { return commands.back()->at.span.end; }
  Location at(std::uint32_t from, std::uint32_t to) const { return {source, {from, to}}; }
};

bool stands_alone(const shell::Command& command) {
  return command.subshell_depth == 0 && !command.conditional && !command.in_branch &&
         !command.in_function && !command.negated &&
         (!command.words.empty() || !command.assignments.empty());
}

std::optional<List> read_list(const Dockerfile& dockerfile, const Instruction& run) {
  if (run.exec_form || !run.script.complete || run.script.commands.empty()) return std::nullopt;
  List list;
  list.source = run.at.source;
  if (list.source == nullptr) return std::nullopt;
  list.text = list.source->text();
  list.escape = dockerfile.escape;
  list.begin = run.name_at.span.begin;
  for (const shell::Command& command : run.script.commands) {
    if (command.in_substitution) continue;
    if (!stands_alone(command) || command.at.source != list.source) return std::nullopt;
    if (!list.commands.empty() && command.at.span.begin < list.end()) return std::nullopt;
    list.commands.push_back(&command);
  }
  if (list.commands.empty()) return std::nullopt;
  std::uint32_t first = 0;
  std::uint32_t end = run.at.span.end;
  if (!run.heredocs.empty()) {
    const Span body = run.heredocs.front().body_at.span;
    // Heredocs that commands read, and not the shell.
    if (run.heredocs.size() > 1 || list.begin_of(0) < body.begin || list.end() > body.end) {
      return std::nullopt;
    }
    list.in_heredoc = true;
    first = body.begin;
    end = body.end;
  } else {
    if (run.words.empty()) return std::nullopt;
    first = run.words.front().at.span.begin;
  }
  const auto gap = [&](std::uint32_t from, std::uint32_t to) {
    return read_gap(text_of(*list.source, from, to), list.escape, list.in_heredoc);
  };
  const std::optional<Gap> head = gap(first, list.begin_of(0));
  if (!head || !is_one_of(head->joint, {"", "\n"})) return std::nullopt;
  for (std::size_t i = 0; i + 1 < list.commands.size(); ++i) {
    const std::optional<Gap> between = gap(list.end_of(i), list.begin_of(i + 1));
    if (!between || !is_one_of(between->joint, {"&&", ";", "|", "|&", "\n"})) return std::nullopt;
    list.gaps.push_back(*between);
  }
  // The last word of a heredoc may go on in the line of its end.
  if (list.end() > end || list.text[list.end() - 1] == '\n') return std::nullopt;
  const std::optional<Gap> tail = gap(list.end(), end);
  if (!tail || !is_one_of(tail->joint, {"", ";", "\n"})) return std::nullopt;
  list.tail = *tail;
  return list;
}

bool is_pipe(const Gap& gap) {
  return gap.joint == "|" || gap.joint == "|&";
}

bool switches_errexit_on(const shell::Command& command) {
  if (command.program() != "set") return false;
  return std::ranges::any_of(command.words, [](const shell::Word& word) {
    return word.text == "errexit" ||
           (word.text.size() > 1 && word.text[0] == '-' && word.text.contains('e'));
  });
}

// Whether the shell stops at the first command that fails.
bool stops_at_failure(const Instruction& run, const List& list) {
  const auto is_switch = [](std::string_view option) {
    return option == "errexit" ||
           (option.size() > 1 && option[0] == '-' && option[1] != '-' && option.contains('e'));
  };
  return std::ranges::any_of(run.interpreter_options, is_switch) ||
         std::ranges::any_of(list.commands, [](const shell::Command* command) {
           return switches_errexit_on(*command);
         });
}

// The joint for one more command before command `i`, or behind the last one; "" when none can be
// joined there.
std::string_view joint_at(const Instruction& run, const List& list, std::size_t i) {
  const auto joins = [](const Gap& gap) { return !is_pipe(gap); };
  // A script of several lines gets one more.
  const bool lines =
      list.in_heredoc && std::ranges::find(list.gaps, "\n", &Gap::joint) != list.gaps.end();
  if (lines && stops_at_failure(run, list)) return "\n";
  std::string_view joint = "&&";
  if (i == list.commands.size() && list.tail.joint == ";") {
    joint = ";";
  } else if (i > 0) {
    const auto upto = std::span(list.gaps).first(std::min(i, list.gaps.size()));
    const auto last = std::ranges::find_if(upto.rbegin(), upto.rend(), joins);
    if (last != upto.rend()) joint = last->joint;
  } else if (const auto first = std::ranges::find_if(list.gaps, joins); first != list.gaps.end()) {
    joint = first->joint;
  }
  // Behind `;` a command hides the failure of the one before.
  if (joint != "&&" && !stops_at_failure(run, list)) return {};
  return joint;
}

// The joint with what stands around it: " && ", " \\\n    && ", " && \\\n    ", ";\n", "\n".
std::string joiner(const List& list, std::string_view joint, bool at_end) {
  const Gap* model = nullptr;
  for (const Gap& gap : list.gaps) {
    if (gap.breaks && gap.joint == joint && (at_end || model == nullptr)) model = &gap;
  }
  const std::string_view line_end = list.in_heredoc ? "" : " \\";
  const auto continued = [&](std::string_view indent, bool leading) {
    std::string out;
    if (!leading) out += concat(joint == "&&" ? " " : "", joint == "\n" ? "" : joint);
    out += leading && list.in_heredoc ? std::string(" \\") : std::string(line_end);
    if (out.ends_with('\\')) out.back() = list.escape;
    out += concat("\n", indent);
    if (leading) out += concat(joint, " ");
    return out;
  };
  if (joint == "\n")
    return continued(indent_of(list.text, list.commands.back()->at.span.begin), false);
  if (model != nullptr) return continued(model->indent, model->leading);
  // Line breaks stand inside commands only.
  const std::string_view own = text_of(*list.source, list.begin, list.end());
  const std::size_t newline = own.rfind('\n');
  if (!at_end || newline == std::string_view::npos || list.in_heredoc) {
    return concat(joint == "&&" ? " " : "", joint, " ");
  }
  return continued(indent_of(list.text, list.end()), joint == "&&");
}

}  // namespace

bool is_written(const Location& at, std::string_view text) {
  return at.source != nullptr && at.source->text(at.span) == text;
}

Change insert_behind(const Location& at, std::string text) {
  return change::rewrite({at.source, {at.span.end, at.span.end}}, std::move(text));
}

Change insert_ahead(const Location& at, std::string text) {
  return change::rewrite({at.source, {at.span.begin, at.span.begin}}, std::move(text));
}

std::optional<Change> append_command(const Dockerfile& dockerfile, const Instruction& run,
                                     std::string_view command) {
  const std::optional<List> list = read_list(dockerfile, run);
  if (!list || list->tail.comment) return std::nullopt;
  const std::string_view joint = joint_at(run, *list, list->commands.size());
  if (joint.empty()) return std::nullopt;
  if (list->tail.joint != ";") {
    return insert_behind(list->commands.back()->at, concat(joiner(*list, joint, true), command));
  }
  // The last command ends with a `;` of its own, and so shall the new one.
  const std::size_t semicolon = list->text.find(';', list->end());
  const auto behind = static_cast<std::uint32_t>(semicolon + 1);
  const std::string between = joiner(*list, joint, true);
  return change::rewrite(list->at(behind, behind),
                         concat(std::string_view(between).substr(1), command, ";"));
}

std::optional<Change> insert_command(const Dockerfile& dockerfile, const Instruction& run,
                                     const shell::Command& before, std::string_view command) {
  const std::optional<List> list = read_list(dockerfile, run);
  if (!list) return std::nullopt;
  const auto found = std::ranges::find(list->commands, &before);
  if (found == list->commands.end()) return std::nullopt;
  const auto i = static_cast<std::size_t>(found - list->commands.begin());
  if (i > 0 && is_pipe(list->gaps[i - 1])) return std::nullopt;
  const std::string_view joint = joint_at(run, *list, i);
  if (joint.empty()) return std::nullopt;
  return insert_ahead(before.at, concat(command, joiner(*list, joint, false)));
}

std::optional<Change> remove_command(const Dockerfile& dockerfile, const Instruction& run,
                                     const shell::Command& command) {
  const std::optional<List> list = read_list(dockerfile, run);
  if (!list) return std::nullopt;
  const auto found = std::ranges::find(list->commands, &command);
  if (found == list->commands.end()) return std::nullopt;
  const auto i = static_cast<std::size_t>(found - list->commands.begin());
  if (list->commands.size() == 1) {
    // A trigger's ONBUILD would have to go too.
    const std::string_view before = text_of(*list->source, 0, list->begin);
    const std::string_view line = before.substr(before.rfind('\n') + 1);
    if (!trim(line).empty()) return std::nullopt;
    return change::remove(run.at);
  }
  const Gap* const before = i > 0 ? &list->gaps[i - 1] : nullptr;
  const Gap* const after = i < list->gaps.size() ? &list->gaps[i] : nullptr;
  if ((before != nullptr && is_pipe(*before)) || (after != nullptr && is_pipe(*after))) {
    return std::nullopt;
  }
  if (before == nullptr) {
    // The comment in between speaks of what stays.
    if (after->comment) return std::nullopt;
    return change::rewrite(list->at(list->begin_of(0), list->begin_of(1)), "");
  }
  // What is joined anew must be joined as it was.
  if (after != nullptr && before->joint != after->joint) return std::nullopt;
  return change::rewrite(list->at(list->end_of(i - 1), list->end_of(i)), "");
}

std::optional<std::vector<const shell::Command*>> plain_list(const Dockerfile& dockerfile,
                                                             const Instruction& run) {
  std::optional<List> list = read_list(dockerfile, run);
  if (!list || !list->tail.joint.empty() || list->tail.comment) return std::nullopt;
  const bool plain = std::ranges::all_of(
      list->gaps, [](const Gap& gap) { return gap.joint == "&&" || is_pipe(gap); });
  if (!plain || list->in_heredoc) return std::nullopt;
  return std::move(list->commands);
}

std::string joiner_of(const Dockerfile& dockerfile, const Instruction& run) {
  const std::optional<List> list = read_list(dockerfile, run);
  return list ? joiner(*list, "&&", true) : std::string();
}

std::optional<Change> remove_word(const shell::Command& command, const shell::Word& word) {
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    if (&command.words[i] != &word) continue;
    const Location& before = command.words[i - 1].at;
    if (before.source != word.at.source || before.span.end >= word.at.span.begin) break;
    if (!is_written(word.at, word.text)) break;
    return change::rewrite({word.at.source, {before.span.end, word.at.span.end}}, "");
  }
  return std::nullopt;
}

bool options_end_before_verb(const PackageCall& call) {
  return std::ranges::any_of(call.words, [&](const shell::Word& word) {
    return word.text == "--" && word.at.span.begin < call.at.span.end;
  });
}

std::optional<Change> add_option(const Instruction& run, const PackageCall& call,
                                 std::string_view option) {
  const std::string_view written =
      call.at.source == nullptr ? std::string_view() : call.at.source->text(call.at.span);
  if (run.exec_form || !written.ends_with(call.verb) || options_end_before_verb(call)) {
    return std::nullopt;
  }
  return insert_behind(call.at, concat(" ", option));
}

std::optional<Change> add_option(const Instruction& run, const shell::Word& program,
                                 std::string_view option) {
  if (run.exec_form || !is_written(program.at, program.text)) return std::nullopt;
  return insert_behind(program.at, concat(" ", option));
}

Fix safe_if(std::optional<Change> change) {
  if (!change) return {};
  return safe_fix({*std::move(change)});
}

Fix unsafe_if(std::optional<Change> change) {
  if (!change) return {};
  return unsafe_fix({*std::move(change)});
}

}  // namespace plimsoll::rules
