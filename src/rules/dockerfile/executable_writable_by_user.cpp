#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/image_paths.h"
#include "rules/support/instructions.h"
#include "rules/support/listing.h"
#include "rules/support/run_edits.h"
#include "subjects/image.h"

// A process that may change its own program keeps what an attacker once put there, and the
// read-only image is read-only in name only. So code should belong to root and be readable to the
// user who runs it.
//
// A Dockerfile does not say which files are code. What is judged here is what can be told: the
// copied thing is a program by its name or place, and its owner is the user that the final stage
// runs as; or everybody may write it. Directories for data (uploads, caches, logs) must be writable
// and are let be.
namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::array<std::string_view, 22> code_endings{
    ".sh",  ".bash", ".py",  ".pyc", ".js",  ".mjs", ".cjs", ".ts",  ".rb",   ".php",   ".pl",
    ".jar", ".war",  ".ear", ".so",  ".dll", ".exe", ".lua", ".ps1", ".phar", ".class", ".wasm"};
constexpr std::array<std::string_view, 15> code_directories{
    "src",           "app",  "dist",  "bin",    "sbin", "lib",    "libexec", "node_modules",
    "site-packages", "venv", ".venv", "vendor", "out",  "target", "release"};
constexpr std::array<std::string_view, 26> data_directories{
    "data",    "log",     "logs",  "cache", ".cache", "tmp",       "temp",      "run",   "uploads",
    "upload",  "storage", "media", "spool", "db",     "sessions",  "volumes",   "state", "backup",
    "backups", "var",     "home",  "files", "work",   "workspace", "downloads", "config"};
constexpr std::array<std::string_view, 7> system_directories{"/usr/",   "/bin/", "/sbin/", "/lib/",
                                                             "/lib64/", "/opt/", "/app/"};

// Whether any part of a path names data. `/var/www` and `/var/lib` hold both.
bool is_data_path(std::string_view path) {
  for (std::string_view part : split(path, '/')) {
    if (std::ranges::find(data_directories, part) != data_directories.end()) return true;
  }
  return false;
}

bool is_code_file(std::string_view name) {
  return std::ranges::any_of(code_endings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

// The program that a stage starts, when it is named by an absolute path; "" otherwise.
std::string_view started_program(const Stage& stage) {
  for (const Instruction* command : {stage.entrypoint, stage.cmd}) {
    if (command == nullptr || !command->exec_form) continue;
    for (const DockerfileWord& word : command->words) {
      if (!word.unresolved && word.text.starts_with('/')) return word.text;
    }
  }
  return {};
}

bool holds(std::string_view directory, std::string_view path) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// Whether a copied source is code, by its name or by where it goes.
bool is_code(std::string_view source, std::string_view destination, std::string_view program) {
  if (is_data_path(destination)) return false;
  if (!program.empty() && destination.starts_with('/') && destination.size() > 1 &&
      holds(destination, program)) {
    return true;
  }
  const std::string_view name = last_segment(source);
  if (is_code_file(name) || is_code_file(last_segment(destination))) return true;
  if (is_whole_context(source)) return true;
  if (std::ranges::find(code_directories, name) != code_directories.end()) return true;
  return name.find('.') == std::string_view::npos &&
         std::ranges::any_of(system_directories, [&](std::string_view directory) {
           return destination.starts_with(directory) && directory != "/app/";
         });
}

// The user part of `user:group`.
std::string_view user_of(std::string_view owner) {
  return owner.substr(0, owner.find(':'));
}

bool is_root(std::string_view user) {
  return user == "root" || user == "0";
}

// The user that the final image runs as, when it is known and not root.
std::string_view runtime_user(const Dockerfile& dockerfile) {
  const Stage* stage = dockerfile.final_stage();
  if (stage == nullptr || stage->user == nullptr || stage->user->words.empty()) return {};
  const DockerfileWord& word = stage->user->words.front();
  if (word.unresolved) return {};
  const std::string_view user = user_of(word.text);
  return is_root(user) ? std::string_view() : user;
}

// Whether a mode lets everybody write: 777, 0666, o+w, a+rwx, ugo=rwx. A sticky directory (1777) is
// safe from that, and data is what such modes are for.
bool lets_all_write(std::string_view mode) {
  if (mode.empty()) return false;
  if (all_digits(mode)) {
    if (mode.size() > 4 || mode.size() < 3) return false;
    if (mode.size() == 4 && (mode.front() - '0') % 2 == 1) return false;
    return ((mode.back() - '0') & 2) != 0;
  }
  for (std::string_view clause : split(mode, ',')) {
    const std::size_t sign = clause.find_first_of("+=");
    if (sign == std::string_view::npos) continue;
    const std::string_view who = clause.substr(0, sign);
    const bool others = who.contains('o') || who.contains('a');
    if (others && clause.substr(sign + 1).contains('w')) return true;
  }
  return false;
}

// A mode in digits without the right to write for group and others: 777 is 755, 0666 is 0644. ""
// for a mode in letters.
std::string closed_mode(std::string_view mode) {
  if (!all_digits(mode) || mode.size() < 3) return {};
  std::string out(mode);
  for (char& digit : std::span(out).last(2)) {
    digit = static_cast<char>('0' + ((digit - '0') & ~2));
  }
  return out;
}

Fix with_closed_mode(const Location& at, std::string_view mode) {
  const std::string closed = closed_mode(mode);
  if (closed.empty() || !is_written(at, mode)) return {};
  return unsafe_fix({change::rewrite(at, closed)});
}

// gosu app ./manage.py compile: a command of a RUN by root that does not run as root.
bool steps_down(const shell::Script& script) {
  static constexpr shell::ProgramSet changing{"gosu",    "runuser", "s6-setuidgid", "setpriv",
                                              "setuser", "su",      "su-exec",      "sudo"};
  return script.programs.may_share(changing) &&
         std::ranges::any_of(script.commands, [](const shell::Command& command) {
           return is_one_of(command.program(), {"gosu", "runuser", "s6-setuidgid", "setpriv",
                                                "setuser", "su", "su-exec", "sudo"});
         });
}

// Whether a RUN behind the copy runs as somebody else than root, who may have to write there.
bool is_worked_on(const Dockerfile& dockerfile, const Instruction& copy) {
  bool behind = false;
  bool as_root = true;
  for (const Stage& stage : dockerfile.stages) {
    for (const Instruction& instruction : stage.instructions) {
      behind = behind || &instruction == &copy;
      if (instruction.keyword == Keyword::user && !instruction.words.empty()) {
        as_root = is_root(user_of(instruction.words.front().text));
      }
      if (!behind || instruction.keyword != Keyword::run) continue;
      if (!as_root || steps_down(instruction.script)) return true;
    }
  }
  return false;
}

// Without --chown root owns what is copied. What is behind the flag moves up.
Fix without_owner(const Dockerfile& dockerfile, const Instruction& copy,
                  const DockerfileFlag& owner) {
  if (is_worked_on(dockerfile, copy)) return {};
  const std::uint32_t begin = owner.at.span.begin;
  std::uint32_t end = copy.at.span.end;
  const auto consider = [&](const Location& at) {
    if (at.span.begin > begin) end = std::min(end, at.span.begin);
  };
  for (const DockerfileFlag& flag : copy.flags) consider(flag.at);
  for (const DockerfileWord& word : copy.words) consider(word.at);
  if (copy.exec_form || copy.at.source->text({begin, end}).contains('#')) return {};
  return unsafe_fix({change::rewrite({owner.at.source, {begin, end}}, "")});
}

void check_copy(const Dockerfile& dockerfile, const Instruction& copy, std::string_view user,
                std::string_view program, Findings& findings) {
  const DockerfileWord* destination = destination_of(copy);
  if (destination == nullptr || destination->unresolved) return;
  const DockerfileFlag* mode = copy.flag("chmod");
  const DockerfileFlag* owner = copy.flag("chown");
  if (mode == nullptr && owner == nullptr) return;
  const DockerfileWord* code = nullptr;
  for (const DockerfileWord& source : sources_of(copy)) {
    if (source.unresolved || !is_code(source.text, destination->text, program)) continue;
    code = &source;
    break;
  }
  if (code == nullptr) return;
  if (mode != nullptr && !mode->value.unresolved && lets_all_write(mode->value.text)) {
    findings
        .add(mode->at,
             concat("\"", code->text, "\" may be written by everybody in the container: mode ",
                    mode->value.text),
             "use --chmod=755, or 555")
        .fix = with_closed_mode(mode->value.at, mode->value.text);
    return;
  }
  if (owner == nullptr || owner->value.unresolved || user.empty()) return;
  if (user_of(owner->value.text) != user) return;
  // Mode bits without `w` for the owner keep the content as it is, though its owner could change
  // them.
  if (mode != nullptr &&
      (mode->value.text == "555" || mode->value.text == "0555" || mode->value.text == "444" ||
       mode->value.text == "0444" || mode->value.text == "500" || mode->value.text == "0500")) {
    return;
  }
  findings
      .add(owner->at,
           concat("\"", code->text, "\" belongs to \"", user,
                  "\", who runs it: who takes over the process can rewrite the program"),
           "leave the owner root, and give only the directories for data to the user")
      .fix = without_owner(dockerfile, copy, *owner);
}

// chmod in RUN: `chmod -R 777 /app`.
void check_chmod(const shell::Command& command, std::string_view program, Findings& findings) {
  const shell::Word* mode = nullptr;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const shell::Word& word = command.words[i];
    if (!word.resolved) return;
    if (word.text.starts_with('-') && mode == nullptr) continue;
    if (mode == nullptr) {
      mode = &word;
      if (!lets_all_write(mode->text)) return;
      continue;
    }
    const std::string_view path = word.text;
    if (path.starts_with('-') || is_data_path(path)) continue;
    const bool code = is_code_file(last_segment(path)) ||
                      (!program.empty() && holds(path, program)) ||
                      std::ranges::any_of(system_directories, [&](std::string_view directory) {
                        return concat(path, "/").starts_with(directory);
                      });
    if (!code) continue;
    findings
        .add(word.at,
             concat("\"", path, "\" may be written by everybody in the container: mode ",
                    mode->text),
             "use chmod 755, and open only the directories for data")
        .fix = with_closed_mode(mode->at, mode->text);
    return;
  }
}

// chown in RUN gives the program itself to the user who runs it: `chown -R app /usr/local/bin`.
void check_chown(const shell::Command& command, std::string_view user, std::string_view program,
                 Findings& findings) {
  if (user.empty() || program.empty()) return;
  bool owner_read = false;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const shell::Word& word = command.words[i];
    if (!word.resolved) return;
    if (word.text.starts_with('-')) continue;
    if (!owner_read) {
      owner_read = true;
      if (user_of(word.text) != user) return;
      continue;
    }
    if (!word.text.starts_with('/') || is_data_path(word.text) || !holds(word.text, program))
      continue;
    findings.add(word.at,
                 concat("\"", word.text, "\" with the program ", program, " in it is given to \"",
                        user, "\", who runs it"),
                 "leave the owner root, and give only the directories for data to the user");
    return;
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  if (dockerfile.final_stage() == nullptr) return;
  const std::string_view user = runtime_user(dockerfile);
  const std::string_view program = started_program(*dockerfile.final_stage());
  const std::vector<bool> in_image = stages_of_final_image(dockerfile);
  for (const Stage& stage : dockerfile.stages) {
    if (!in_image[stage.index]) continue;
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword == Keyword::copy || instruction.keyword == Keyword::add) {
        check_copy(dockerfile, instruction, user, program, findings);
      }
      static constexpr shell::ProgramSet judged{"chmod", "chown"};
      if (instruction.keyword != Keyword::run || !instruction.script.programs.may_share(judged)) {
        continue;
      }
      for (const shell::Command& command : instruction.script.commands) {
        if (command.program() == "chmod") check_chmod(command, program, findings);
        if (command.program() == "chown") check_chown(command, user, program, findings);
      }
    }
  }
}

constexpr std::string_view remedy_in_image =
    "RUN chmod o-w on them, or on the files before they are copied";

// Whoever writes to these becomes who they like, or has programs read what they like.
bool is_of_system(std::string_view path) {
  static constexpr std::array<std::string_view, 6> directories{"etc/",  "usr/", "bin/",
                                                               "sbin/", "lib/", "root/"};
  return std::ranges::any_of(
      directories, [&](std::string_view directory) { return path.starts_with(directory); });
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  std::map<std::size_t, std::vector<std::string>> writable;      // by layer
  std::map<std::size_t, std::vector<std::string>> system_files;  // that are no programs
  for (const ImageFile& file : image.world_writable_files) {
    if (is_data_path(file.path)) continue;
    const bool is_program = (file.mode & 0111) != 0 || is_code_file(file.path);
    if (is_program) {
      writable[file.layer].push_back("/" + file.path);
    } else if (is_of_system(file.path)) {
      system_files[file.layer].push_back("/" + file.path);
    }
  }
  constexpr std::size_t shown = 4;
  for (const auto& [layer, paths] : writable) {
    findings.add(place_of_layer(image, layer),
                 concat(counted(paths.size(), "program or directory", "programs and directories"),
                        " can be changed by every user: ", first_of(paths, shown)),
                 std::string(remedy_in_image));
  }
  for (const auto& [layer, paths] : system_files) {
    findings.add(place_of_layer(image, layer),
                 concat(counted(paths.size(), "file of the system", "files of the system"),
                        " can be changed by every user: ", first_of(paths, shown)),
                 std::string(remedy_in_image));
  }
}

}  // namespace

extern constinit const Rule executable_writable_by_user = {
    .name = "executable-writable-by-user",
    .title = "the user who runs the program can change it",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "Who takes over a process can do what its user can. If that user owns the program, or "
        "everybody "
        "may write it, the attacker rewrites it and stays as long as the container does.",
    .remediation =
        "Copy programs without `--chown`, so that root owns them, with a mode that lets the user "
        "read and "
        "run them. Give the user only the directories that must be written.",
    .limits =
        "A Dockerfile does not say which files are code: endings, directory names and the path "
        "that "
        "ENTRYPOINT or CMD starts are the evidence, and paths that look like data are let be. A "
        "user name "
        "and its number are not matched with each other. Owners set by scripts are not seen. In an "
        "image only "
        "what every user may change is reported. The fix changes modes in digits and leaves "
        "--chown "
        "out; where a later RUN "
        "works on the copied files as their owner, a person must say what it may write.",
    .references = {document("Docker build best practices, USER",
                            "https://docs.docker.com/build/building/best-practices/#user")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
