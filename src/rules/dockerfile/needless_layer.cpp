// Two ways to pay for a layer that nobody needs.
//
// RUN after RUN: single commands that could share one. Different flags, a comment between them, or
// a RUN that is itself a longer chain say that somebody divided them on purpose.
//
// Files written twice: a layer holds whole files, so a chmod or chown in a later RUN stores a
// second copy of everything that COPY brought, and an rm hides it without giving a byte back.
#include "base/byte_count.h"
#include "base/files.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_paths.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

// --- RUN after RUN ---

constexpr std::size_t few_commands = 2;

bool is_short(const Instruction& run) {
  return run.keyword == Keyword::run && !run.exec_form && run.heredocs.empty() &&
         run.script.complete && !run.script.commands.empty() &&
         run.script.commands.size() <= few_commands;
}

bool same_flags(const Instruction& a, const Instruction& b) {
  return std::ranges::equal(a.flags, b.flags, [](const DockerfileFlag& x, const DockerfileFlag& y) {
    return x.name == y.name && x.value.raw == y.value.raw;
  });
}

bool comment_between(const Instruction& a, const Instruction& b) {
  if (a.at.source == nullptr || a.at.source != b.at.source || a.at.span.end > b.at.span.begin) {
    return true;
  }
  return a.at.source->text({a.at.span.end, b.at.span.begin}).contains('#');
}

// Whether a command changes the shell itself, which the next RUN starts anew.
bool changes_shell(const shell::Command& command) {
  return command.words.empty() ||
         is_one_of(command.program(), {"cd", "export", "set", "unset", "umask", "ulimit", "exit",
                                       "exec", "trap", "source", ".", "eval", "alias", "shopt"});
}

bool is_clean_up(const shell::Command& command) {
  const auto call = package_call(command);
  return (call && call->action == Action::clean) || deletes(command, "/var/lib/apt/lists");
}

// The commands of a row of RUNs in one, each on a line: with the `&&` where the row has it, or else
// at the line's start. A clean-up that the end does again goes.
Fix in_one_run(const Dockerfile& dockerfile, std::span<const Instruction> row) {
  std::vector<const shell::Command*> commands;
  std::string joiner;
  for (const Instruction& run : row) {
    const auto list = plain_list(dockerfile, run);
    if (!list) return {};
    // The last RUN's may do as they like.
    if (&run != &row.back() &&
        std::ranges::any_of(*list, [](const auto* command) { return changes_shell(*command); })) {
      return {};
    }
    if (!joiner.contains('\n')) joiner = joiner_of(dockerfile, run);
    commands.insert(commands.end(), list->begin(), list->end());
  }
  if (!joiner.contains('\n')) {
    joiner = concat(" ", std::string_view(&dockerfile.escape, 1), "\n    && ");
  }
  const std::string_view last = commands.back()->at.text();
  std::vector<Change> changes;
  for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
    const Location& from = commands[i]->at;
    const std::uint32_t next = commands[i + 1]->at.span.begin;
    const std::string_view gap = from.source->text({from.span.end, next});
    // What stands over several lines already, or in a pipe, stays.
    const bool same_run = std::ranges::none_of(row, [&](const Instruction& run) {
      return run.name_at.span.begin > from.span.begin && run.name_at.span.begin < next;
    });
    const bool again = is_clean_up(*commands[i]) && from.text() == last;
    if (same_run && gap != " && " && !again) continue;
    // With the command itself, so that nothing is put behind it in the same round.
    changes.push_back(change::rewrite({from.source, {from.span.begin, next}},
                                      again ? std::string() : concat(from.text(), joiner)));
  }
  return unsafe_fix(std::move(changes));
}

void check_rows(const Dockerfile& dockerfile, const Stage& stage, Findings& findings) {
  const std::vector<Instruction>& all = stage.instructions;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i + 1;
    if (is_short(all[i])) {
      while (end < all.size() && is_short(all[end]) && same_flags(all[end - 1], all[end]) &&
             !comment_between(all[end - 1], all[end])) {
        ++end;
      }
    }
    if (end - i >= 2) {
      Finding& finding =
          findings.add(all[i + 1].name_at,
                       concat(std::to_string(end - i),
                              " RUN instructions in a row make as many layers where one "
                              "would do"),
                       "join their commands with && or in one heredoc");
      finding.related = {all[i].name_at, "the first of them"};
      finding.fix = in_one_run(dockerfile, std::span(all).subspan(i, end - i));
    }
    i = end;
  }
}

// --- files written twice ---

// What a COPY or ADD brought, as absolute paths.
struct Brought {
  std::string path;
  bool directory = false;  // the content of a directory was copied into it
  const Instruction* by = nullptr;
};

// More than this is not remembered: it bounds the work on hostile input.
constexpr std::size_t max_brought = 64;

struct Tree {
  std::string workdir;  // "" when it is not known: the base image decides
  std::vector<Brought> brought;

  std::string absolute(std::string_view path) const {
    if (path.starts_with('/')) return normal_path(path);
    return workdir.empty() ? std::string() : normal_path(join_path(workdir, path));
  }
};

void note_copy(const Instruction& copy, Tree& tree) {
  if (copy.words.size() < 2) return;
  const DockerfileWord& destination = copy.words.back();
  if (destination.unresolved) return;
  const std::string target = tree.absolute(destination.text);
  if (target.empty()) return;
  const bool into =
      copy.words.size() > 2 || destination.text.ends_with('/') || destination.text.ends_with('.');
  for (std::size_t i = 0; i + 1 < copy.words.size() && tree.brought.size() < max_brought; ++i) {
    const DockerfileWord& source = copy.words[i];
    std::string_view text = source.text;
    if (source.unresolved || text.contains("://") || text.starts_with("<<")) {
      tree.brought.push_back({target, !into, &copy});
      continue;
    }
    const bool content = text.ends_with('/') || text.ends_with('.') ||
                         text.find_first_of("*?[") != std::string_view::npos;
    if (!into || content) {
      tree.brought.push_back({target, content, &copy});
    } else {
      tree.brought.push_back({normal_path(join_path(target, file_name(text))), false, &copy});
    }
  }
}

bool is_inside(std::string_view path, std::string_view directory) {
  return directory != "/" && path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

bool makes_executable(std::string_view mode) {
  return mode.ends_with("+x") || mode.ends_with("+rx") || mode.ends_with("=rx") ||
         mode.ends_with("+rwx") || mode == "755" || mode == "0755" || mode == "777" ||
         mode == "775" || mode == "0775" || mode == "555" || mode == "700" || mode == "744" ||
         mode == "500" || mode == "550" || mode == "750";
}

// The COPY whose files a path takes in; null when none.
const Instruction* brought_by(const Tree& tree, std::string_view path, bool recursive,
                              bool inside_counts) {
  for (const Brought& brought : tree.brought) {
    if (brought.path == path && (recursive || !brought.directory)) return brought.by;
    if (recursive && is_inside(brought.path, path)) return brought.by;
    if (inside_counts && brought.directory && is_inside(path, brought.path)) return brought.by;
  }
  return nullptr;
}

// A path as a command names it; `/app/*` is all of /app.
std::string named_path(const shell::Word& word, const Tree& tree, bool moved) {
  if (!word.resolved) return {};
  std::string_view text = word.text;
  if (text.ends_with("/*")) text.remove_suffix(2);
  if (text.find_first_of("*?[{") != std::string_view::npos) return {};
  if (moved && !text.starts_with('/')) return {};
  return tree.absolute(text);
}

// The mode that a chmod gives, as COPY --chmod takes it; "" when it depends on what was before.
std::string_view copied_mode(std::string_view mode) {
  // The builder takes 0644 from nearly every context; +x on it is 0755.
  if (is_one_of(mode, {"+x", "a+x", "+rx", "a+rx"})) return "755";
  return mode.size() >= 3 && mode.size() <= 4 && all_digits(mode) ? mode : std::string_view();
}

// `COPY a /a` and then `RUN chmod +x /a` becomes `COPY --chmod=755 a /a`, where the command has
// this one file, and COPY brings no other.
Fix with_mode_of_copy(const Dockerfile& dockerfile, const Instruction& run, const Instruction& copy,
                      const shell::Command& command) {
  const std::span<const shell::Word> words = command.words;
  if (words.size() != 3 || copy.words.size() != 2 || copy.flag("chmod") != nullptr ||
      copy.exec_form || run.exec_form) {
    return {};
  }
  const std::string_view mode = copied_mode(words[1].text);
  // A directory of which the mode would be every file's.
  const std::string_view source = copy.words.front().text;
  const bool file =
      file_name(source).contains('.') && !source.ends_with('.') && !source.ends_with('/') &&
      (words[2].text == copy.words.back().text || file_name(words[2].text) == file_name(source));
  if (mode.empty() || !file) return {};
  std::optional<Change> removal = remove_command(dockerfile, run, command);
  if (!removal) return {};
  return unsafe_fix({*std::move(removal), insert_behind(copy.name_at, concat(" --chmod=", mode))});
}

void check_run(const Dockerfile& dockerfile, const Instruction& run, const Tree& tree,
               Findings& findings) {
  static constexpr shell::ProgramSet judged{"cd", "chmod", "chown", "chgrp", "rm"};
  if (!run.script.programs.may_share(judged)) return;
  bool moved = false;
  for (const shell::Command& command : run.script.commands) {
    if (!command.programs.may_share(judged)) continue;
    const std::string_view program = effective_program(command);
    if (program == "cd") moved = true;
    const bool mode = program == "chmod";
    const bool owner = program == "chown" || program == "chgrp";
    const bool removes = program == "rm";
    if (!mode && !owner && !removes) continue;
    bool recursive = false;
    std::size_t operand = 0;
    bool executable = false;
    for (const shell::Word& word : effective_words(command).subspan(1)) {
      const std::string_view text = word.text;
      if (text.size() > 1 && text[0] == '-' &&
          text.find_first_not_of("-rwxXst") != std::string::npos) {
        recursive = recursive || text == "--recursive" || (text[1] != '-' && text.contains('R')) ||
                    (removes && text.contains('r'));
        continue;
      }
      if (text.starts_with('-') && !mode) {
        recursive = recursive || text.contains('r') || text.contains('R');
        continue;
      }
      if (++operand == 1 && !removes) {
        executable = mode && makes_executable(text);
        continue;
      }
      const std::string path = named_path(word, tree, moved);
      if (path.empty() || path == "/") continue;
      const Instruction* by = brought_by(tree, path, recursive, executable);
      if (by == nullptr) continue;
      Finding& finding =
          removes
              ? findings.add(word.at,
                             concat("removing ", text,
                                    " does not make the image smaller: the "
                                    "layer of an earlier ",
                                    name_of(by->keyword), " still holds it"),
                             "use RUN --mount=type=bind instead of COPY for what is needed only "
                             "here")
              : findings.add(word.at,
                             concat(program, " stores ", text, " a second time: an earlier ",
                                    name_of(by->keyword), " brought it"),
                             mode ? "use COPY --chmod" : "use COPY --chown");
      finding.related = {by->at, "it comes into the image here"};
      if (mode) finding.fix = with_mode_of_copy(dockerfile, run, *by, command);
      break;
    }
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  Tree tree;
  for (const Stage* stage : shipped_stages(dockerfile)) {
    check_rows(dockerfile, *stage, findings);
    for (const Instruction& instruction : stage->instructions) {
      switch (instruction.keyword) {
        case Keyword::workdir:
          if (instruction.words.empty()) break;
          if (instruction.words.front().unresolved) {
            tree.workdir.clear();
          } else {
            tree.workdir = tree.absolute(instruction.words.front().text);
          }
          break;
        case Keyword::copy:
        case Keyword::add: note_copy(instruction, tree); break;
        case Keyword::run:
          if (!tree.brought.empty()) check_run(dockerfile, instruction, tree, findings);
          break;
        default: break;
      }
    }
  }
}

// Less than this is not worth a person's time.
constexpr std::uint64_t least_hidden_bytes = 1u << 20;

void check_image(const Image& image, const Policy&, Findings& findings) {
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    const ImageLayer& layer = image.layers[i];
    if (layer.hidden_bytes < least_hidden_bytes) continue;
    findings.add(layer.at,
                 concat(byte_count(layer.hidden_bytes), " of ", layer_words(image, i),
                        " are deleted or replaced by a later layer: every host fetches them for "
                        "nothing, and whoever has the image can read them"),
                 "write and delete in one RUN, or build in a stage of its own");
  }
}

}  // namespace

extern constinit const Rule needless_layer = {
    .name = "needless-layer",
    .title = "layer without a reason",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "Each RUN, COPY and ADD adds a layer that every host must fetch, and a layer holds whole "
        "files. A changed mode or owner stores the files again; a removal only hides them, and "
        "whoever has the image can still read them.",
    .remediation =
        "Join RUNs that belong together. Give files their mode and owner with `COPY --chmod` and "
        "`COPY --chown`. Bring what only the build needs with `RUN --mount=type=bind`.",
    .limits =
        "Only stages whose layers end in the image are judged. Paths with variables or patterns "
        "are "
        "not followed, and how many bytes it costs is known from the image alone, where `plimsoll "
        "image` reports "
        "layers of which a later one hides 1 MiB or more. The fix joins "
        "RUNs that are plain lists of commands and change "
        "nothing of the shell, and moves the mode of a single file to its COPY; which owner exists "
        "there, and what a removed file was for, is for a person to say.",
    .references = {guideline("S4", "Best practices for building containers"), hadolint("DL3059")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
