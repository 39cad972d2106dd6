#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"
#include "rules/support/known_images.h"
#include "subjects/secrets.h"

// Five ways in which a secret gets into an image, and where each stays:
//
//   written in the file     ENV, ARG, LABEL, RUN, a heredoc: in the file, in the layer or its
//   history ARG without a value     given with --build-arg: in the history of every RUN after it,
//   and in the
//                           provenance; of a stage that is only copied from, in the build cache
//   ENV X=$X                the same, and in the environment of every container
//   COPY of a secret file   in a layer, for everybody who can pull the image
//   RUN that keeps a mount  `cp /run/secrets/x ~/.x`: the mount is gone afterwards, the copy is not
//
// A secret that stands in the file is severe wherever it stands: whoever reads the file has it. One
// that is only passed in, in a stage whose layers stay behind, is milder.
namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view use_mount =
    "pass it with RUN --mount=type=secret, which leaves nothing behind";
constexpr std::string_view use_run_time =
    "give it to the container when it runs (compose secrets, --env-file), not to the image";

// Collects what is wrong in one instruction, so that one secret that two tests see is one finding.
class Reporter {
 public:
  Reporter(Findings& findings, bool in_final) : findings_(findings), in_final_(in_final) {}

  void next_instruction() { reported_.clear(); }
  bool in_final() const { return in_final_; }
  // Each fix looks through the whole stage.
  bool may_fix_one_more() { return ++fixes_ <= 32; }

  // A secret that is written down.
  void written(Location at, std::string message, std::string_view remedy) {
    if (seen(at)) return;
    findings_.add(at, std::move(message), std::string(remedy));
  }
  // A secret that comes in from outside, in some stage.
  Finding* passed(Location at, std::string message, std::string_view remedy, Severity in_builder) {
    if (seen(at)) return nullptr;
    Finding& finding = findings_.add(at, std::move(message), std::string(remedy));
    if (!in_final_) finding.severity = in_builder;
    return &finding;
  }
  void add(Location at, std::string message, std::string_view remedy, Severity severity) {
    if (seen(at)) return;
    findings_.add(at, std::move(message), std::string(remedy)).severity = severity;
  }

 private:
  bool seen(Location at) {
    constexpr std::size_t most = 64;  // more secrets of one instruction teach nobody anything
    if (reported_.size() >= most) return true;
    for (Span span : reported_) {
      if (at.span.begin < span.end && span.begin < at.span.end) return true;
    }
    reported_.push_back(at.span);
    return false;
  }

  Findings& findings_;
  bool in_final_;
  std::size_t fixes_ = 0;
  std::vector<Span> reported_;
};

// --- ENV, LABEL, ARG
// -----------------------------------------------------------------------------------

std::string_view article(Keyword keyword) {
  return keyword == Keyword::label ? "label" : keyword == Keyword::arg ? "build argument" : "ENV";
}

// Whether a value is made of variables, of which nothing is written here.
bool holds_variable(const DockerfileWord& value) {
  return value.raw.contains('$') && !value.raw.starts_with('\'');
}

// The finding about a build argument that takes a secret, for whoever can replace it; null for all
// others.
Finding* check_assignment(const Instruction& step, const DockerfileAssignment& assignment,
                          Reporter& reporter) {
  const std::string_view name = assignment.name.text;
  const DockerfileWord& value = assignment.value;
  const bool empty = !assignment.has_value || value.text.empty();
  const bool variable = !empty && holds_variable(value);
  // A value's place is its own text; ENV and LABEL point at the name, which says more.
  const Location at = assignment.name.at;
  if (!empty && !variable) {
    const std::optional<WrittenSecret> secret = written_secret(name, value.text);
    if (!secret) return nullptr;
    reporter.written(at,
                     concat(article(step.keyword), " ", name, " holds ", secret->kind,
                            step.keyword == Keyword::arg
                                ? ", written in the file and in the image"
                                : ", written in the file and in the image's configuration"),
                     step.keyword == Keyword::arg ? use_mount : use_run_time);
    return nullptr;
  }
  if (variable) {
    // https://$USER:secret@host: what stands around the variables may be a secret itself.
    if (const std::optional<SecretForm> form = find_secret_form(value.raw);
        form && !std::string_view(value.raw).substr(form->begin, form->size).contains('$')) {
      reporter.written(at, concat(article(step.keyword), " ", name, " holds ", form->kind),
                       use_mount);
      return nullptr;
    }
  }
  if (!secret_name(name)) return nullptr;
  if (step.keyword == Keyword::arg) {
    return reporter.passed(
        at,
        concat("build argument ", name,
               reporter.in_final()
                   ? " is for a secret, which stays readable in the image's history"
                   : " is for a secret, which stays readable in the build cache and the "
                     "provenance"),
        use_mount, Severity::medium);
  }
  // Empty, it is a slot to be filled when the container is run.
  if (empty || !variable) return nullptr;
  if (refers_to_secret(value.text) && !value.text.starts_with('$')) return nullptr;
  reporter.passed(at,
                  concat(article(step.keyword), " ", name,
                         " takes a secret from a variable, which stays readable in the image's "
                         "configuration"),
                  step.keyword == Keyword::env ? use_run_time : use_mount, Severity::medium);
  return nullptr;
}

// --- a secret mount instead of a build argument
// --------------------------------------------------------------------------------------------

bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

// How often a text has a name as a word of its own, and how often as a variable: $NAME, ${NAME}.
struct Mentions {
  std::size_t all = 0;
  std::size_t as_variable = 0;
};
Mentions mentions_of(std::string_view text, std::string_view name) {
  Mentions mentions;
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + name.size())) {
    const std::size_t end = at + name.size();
    if ((at > 0 && is_name_character(text[at - 1])) ||
        (end < text.size() && is_name_character(text[end]))) {
      continue;
    }
    ++mentions.all;
    const std::string_view before = text.substr(0, at);
    if (before.ends_with('$') || (before.ends_with("${") && text.substr(end).starts_with('}'))) {
      ++mentions.as_variable;
    }
  }
  return mentions;
}

// --mount=type=secret,env= came with version 1.10 of the Dockerfile's own syntax.
bool may_have_secret_variables(const Dockerfile& dockerfile) {
  for (const ParserDirective& directive : dockerfile.directives) {
    if (directive.name != "syntax") continue;
    const std::optional<ImageReference> frontend = parse_image_reference(directive.value);
    if (!frontend || frontend->name != "docker/dockerfile") return false;
    const TagVersion version = version_of_tag(frontend->tag);
    return version.major > 1 || (version.major == 1 && (version.minor < 0 || version.minor >= 10));
  }
  return true;
}

// Where one RUN alone takes the argument, it can have it as a secret under the same name. A value
// that is written in the file is no argument for a mount but a secret to be changed.
Fix as_mount(const Dockerfile& dockerfile, const Stage& stage, const Instruction& argument,
             const DockerfileAssignment& assignment) {
  if (argument.keyword != Keyword::arg || argument.assignments.size() != 1 ||
      assignment.has_value || has_comment_above(argument.at) ||
      dockerfile.stages.size() > most_stages_to_fix || !may_have_secret_variables(dockerfile)) {
    return {};
  }
  const std::string_view name = assignment.name.text;
  const Instruction* only = nullptr;
  for (const Stage& other : dockerfile.stages) {
    // Stages that are built on this one have its arguments, too.
    if (base_stage(dockerfile, other) == &stage) return {};
  }
  for (const Instruction& instruction : stage.instructions) {
    if (&instruction == &argument) continue;
    const Mentions mentions = mentions_of(instruction.at.text(), name);
    if (mentions.all == 0) continue;
    const bool takes_it = instruction.keyword == Keyword::run && !instruction.exec_form &&
                          mentions.all == mentions.as_variable && only == nullptr &&
                          instruction.at.span.begin > argument.at.span.begin &&
                          is_shell(last_segment(instruction.interpreter));
    if (!takes_it) return {};
    only = &instruction;
  }
  if (only == nullptr) return {};
  const std::uint32_t end = only->name_at.span.end;
  return unsafe_fix({change::remove(argument.at),
                     change::rewrite({only->name_at.source, {end, end}},
                                     concat(" --mount=type=secret,id=", name, ",env=", name))});
}

// --- commands
// ------------------------------------------------------------------------------------------

// The text of a word when it is written out: nothing in it comes from a variable or a command.
std::optional<std::string_view> literal(const shell::Word& word) {
  if (!word.resolved || word.text.empty()) return std::nullopt;
  const std::string_view written = word.at.text();
  if (written.contains('`')) return std::nullopt;
  // In single quotes a `$` is a dollar.
  if (written.contains('$') && !(written.starts_with('\'') && written.ends_with('\''))) {
    return std::nullopt;
  }
  return word.text;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

// Whether a text that stands where a password goes is one, and no blank to be filled in.
bool is_password(std::string_view text) {
  return !text.empty() && !text.starts_with('$') && !text.starts_with('-') &&
         !refers_to_secret(text);
}

std::string holds(std::string_view program, std::string_view option,
                  std::string_view what = "a password") {
  return concat(program, program.empty() ? "" : " ", option, " holds ", what,
                ", written in the file and in the image");
}

// SECRET_KEY=build-dummy ./manage.py collectstatic: a program that does not start without the
// variable gets one for this step, and the word says that it is none.
bool is_stand_in(std::string_view value) {
  for (const char separator : {'-', '_'}) {
    for (const std::string_view word : split(value, separator)) {
      if (is_one_of(lower(word), {"build", "buildtime", "dummy", "fake", "placeholder", "stub",
                                  "unused", "unsafe"})) {
        return true;
      }
    }
  }
  return false;
}

// NAME=value before a command, or after export, env and the like.
void check_variable(std::string_view name, std::string_view value, Location at,
                    Reporter& reporter) {
  if (const std::optional<WrittenSecret> secret = written_secret(name, value)) {
    reporter.written(at,
                     concat("variable ", name, " is given ", secret->kind, ", written in the file"),
                     use_mount);
  }
}

void check_assignments(const shell::Command& command, Reporter& reporter) {
  for (const shell::Assignment& assignment : command.assignments) {
    const auto value = literal(assignment.value);
    // With no command behind it the assignment is for those to come.
    const bool for_one_command = !command.words.empty();
    if (!value || (for_one_command && is_stand_in(*value))) continue;
    check_variable(assignment.name, *value, assignment.value.at, reporter);
  }
  static constexpr shell::ProgramSet assigning{"export", "declare", "readonly",
                                               "local",  "env",     "setx"};
  if (!command.programs.may_share(assigning)) return;
  if (!is_one_of(command.program(), {"export", "declare", "readonly", "local", "env", "setx"}))
    return;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const auto word = literal(command.words[i]);
    const std::size_t equals = word ? word->find('=') : std::string_view::npos;
    if (equals == std::string_view::npos || equals == 0) continue;
    check_variable(word->substr(0, equals), word->substr(equals + 1), command.words[i].at,
                   reporter);
  }
}

// Options whose next word is a secret, whatever the program is.
bool takes_secret(std::string_view option) {
  constexpr std::size_t shortest = 7;  // most options have one letter
  return option.size() >= shortest && option.starts_with('-') &&
         is_one_of(option, {"--password", "--passwd", "--token", "--api-key", "--apikey",
                            "--secret", "--client-secret", "--access-token", "--auth-token",
                            "--secret-key", "--secret-access-key", "--http-password",
                            "--ftp-password", "--registry-password", "--store-password",
                            "-storepass", "-keypass", "--authtoken"});
}

// Names of settings whose next word is a secret: `aws configure set aws_secret_access_key …`.
bool names_secret(std::string_view word) {
  return word == "aws_secret_access_key" || word == "aws_session_token" ||
         word.ends_with(":_authToken") || word == "_authToken" || word.ends_with(":_password");
}

// user:password, as curl takes it; a user alone asks for the password.
bool is_login(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && is_password(text.substr(colon + 1));
}

// "Authorization: Bearer …", "PRIVATE-TOKEN: …" and the like, with the value written out.
bool is_header_with_secret(std::string_view header) {
  const std::size_t colon = header.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string name = lower(trim(header.substr(0, colon)));
  if (!is_one_of(name, {"authorization", "proxy-authorization", "private-token", "job-token",
                        "x-api-key", "api-key", "apikey", "x-auth-token", "x-vault-token",
                        "x-jfrog-art-api", "x-access-token", "x-github-token", "cookie"})) {
    return false;
  }
  std::string_view value = trim(header.substr(colon + 1));
  for (std::string_view scheme : {"bearer ", "basic ", "token ", "digest "}) {
    if (lower(value.substr(0, scheme.size())) == scheme) value = trim(value.substr(scheme.size()));
  }
  return value.size() >= 6 && is_password(value);
}

void check_curl(const shell::Command& command, std::string_view program, Reporter& reporter) {
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view text = command.words[i].text;
    const bool has_next = i + 1 < command.words.size();
    if (program == "curl" && is_one_of(text, {"-u", "--user", "-U", "--proxy-user"}) && has_next) {
      const auto next = literal(command.words[i + 1]);
      if (next && is_login(*next))
        reporter.written(command.words[i + 1].at, holds(program, text), use_mount);
      continue;
    }
    const auto word = literal(command.words[i]);
    if (!word) continue;
    if (program == "curl" && word->starts_with("-u") && is_login(word->substr(2))) {
      reporter.written(command.words[i].at, holds(program, "-u"), use_mount);
    }
    if (program == "curl" && word->starts_with("--user=") && is_login(word->substr(7))) {
      reporter.written(command.words[i].at, holds(program, "--user"), use_mount);
    }
    // A header stands in a word of its own, or after `--header=` and `-H`.
    std::string_view header = *word;
    if (header.starts_with("--header=")) header.remove_prefix(9);
    if (header.starts_with("-H")) header.remove_prefix(2);
    if (is_header_with_secret(header)) {
      reporter.written(command.words[i].at,
                       concat("a header of ", program,
                              " holds a credential, written in the file and in the image"),
                       use_mount);
    }
  }
}

// Options of one program that hold a password: attached (`-psecret`) or as the next word.
struct PasswordOption {
  std::string_view program;
  std::string_view option;
  bool attached_only = false;
};
constexpr std::array<PasswordOption, 12> password_options{{
    {"mysql", "-p", true},
    {"mysqldump", "-p", true},
    {"mysqladmin", "-p", true},
    {"mariadb", "-p", true},
    {"mariadb-dump", "-p", true},
    {"mariadb-admin", "-p", true},
    {"sshpass", "-p"},
    {"docker", "-p"},
    {"redis-cli", "-a"},
    {"sqlcmd", "-P"},
    {"podman", "-p"},
    {"ldapsearch", "-w"},
}};

constexpr shell::ProgramSet programs_with_password = [] {
  shell::ProgramSet programs;
  for (const PasswordOption& option : password_options) programs.add(option.program);
  return programs;
}();

void check_options(const shell::Command& command, std::string_view program, Reporter& reporter) {
  const bool login = command.words.size() > 1 && command.words[1].text == "login";
  // CMD ["--token", "…"] gives an ENTRYPOINT its arguments.
  const bool arguments_only = command.words.front().text.starts_with('-');
  if (arguments_only) program = {};
  static constexpr shell::Letters equals_sign("=");
  static constexpr shell::Letters underscore("_");  // names_secret looks for nothing without it
  const bool takes_password = command.programs.may_share(programs_with_password);
  for (std::size_t i = arguments_only ? 0 : 1; i < command.words.size(); ++i) {
    const shell::Word& word = command.words[i];
    const bool has_next = i + 1 < command.words.size();
    const bool may_name_secret = word.letters.may_hold_any(underscore);
    if (has_next && (takes_secret(word.text) || (may_name_secret && names_secret(word.text)))) {
      const auto next = literal(command.words[i + 1]);
      if (next && is_password(*next)) {
        reporter.written(command.words[i + 1].at, holds(program, word.text, "a secret"), use_mount);
      }
    }
    if (!word.text.starts_with('-')) continue;
    if (!takes_password && !word.letters.may_hold_any(equals_sign)) continue;
    const auto text = literal(word);
    if (!text) continue;
    if (const std::size_t equals = text->find('=');
        text->starts_with("--") && equals != text->npos) {
      const std::string_view name = text->substr(2, equals - 2);
      if (takes_secret(text->substr(0, equals))
              ? is_password(text->substr(equals + 1))
              : written_secret(name, text->substr(equals + 1)).has_value()) {
        reporter.written(word.at, holds(program, text->substr(0, equals), "a secret"), use_mount);
      }
    }
    if (!takes_password) continue;
    for (const PasswordOption& option : password_options) {
      if (option.program != program || !text->starts_with(option.option)) continue;
      // docker takes -p for ports too; only `docker login` for a password.
      if ((program == "docker" || program == "podman") && !login) continue;
      const bool attached = text->size() > option.option.size();
      if (attached) {
        if (is_password(text->substr(option.option.size()))) {
          reporter.written(word.at, holds(program, option.option), use_mount);
        }
      } else if (!option.attached_only && has_next) {
        const auto next = literal(command.words[i + 1]);
        if (next && is_password(*next)) {
          reporter.written(command.words[i + 1].at, holds(program, option.option), use_mount);
        }
      }
    }
  }
}

// `echo root:secret | chpasswd`, `echo secret | passwd --stdin root`
void check_piped_password(const shell::Command& command, const shell::Command* next,
                          Reporter& reporter) {
  if (next == nullptr || next->pipeline != command.pipeline) return;
  static constexpr shell::ProgramSet printing{"echo", "printf"};
  if (!command.programs.may_share(printing)) return;
  if (!is_one_of(command.program(), {"echo", "printf"})) return;
  const std::string_view receiver = next->program();
  if (receiver != "chpasswd" && receiver != "passwd") return;
  for (const shell::Word& word : next->words) {
    if (word.text == "-e" || word.text == "--encrypted") return;
  }
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const auto text = literal(command.words[i]);
    if (!text || text->starts_with('-')) continue;
    if (receiver == "chpasswd" ? !is_login(*text) : !is_password(*text)) continue;
    reporter.written(command.words[i].at,
                     concat(receiver,
                            " is given a password that is written in the file: everybody who has "
                            "the image can log in with it"),
                     "set no password; containers are entered with docker exec");
    return;
  }
}

// "//registry.npmjs.org/:_authToken=…", "machine x login y password z", in what RUN or a heredoc
// writes.
std::optional<std::string_view> written_credential(std::string_view text) {
  if (text.contains('=')) {
    for (std::string_view name : {"_authToken=", "_auth=", ":_password="}) {
      const std::size_t at = text.find(name);
      if (at == std::string_view::npos) continue;
      std::string_view value = text.substr(at + name.size());
      value = value.substr(0, value.find_first_of("\r\n\t "));
      while (value.starts_with('"') || value.starts_with('\\')) value.remove_prefix(1);
      if (is_password(value)) return "a registry token";
    }
  }
  if (!text.contains(' ')) return std::nullopt;
  const std::size_t machine = text.find("machine ");
  if (machine != std::string_view::npos) {
    const std::size_t password = text.find("password ", machine);
    if (password != std::string_view::npos && text.find("login ", machine) < password) {
      std::string_view value = text.substr(password + 9);
      value = value.substr(0, value.find_first_of("\r\n\t \"'\\"));
      if (is_password(value)) return "a .netrc password";
    }
  }
  return std::nullopt;
}

void check_words(const shell::Command& command, Reporter& reporter) {
  static constexpr shell::Letters needed("= ");  // written_credential looks for one of them
  for (const shell::Word& word : command.words) {
    if (!word.letters.may_hold_any(needed)) continue;
    const auto kind = written_credential(word.text);
    if (kind && literal(word)) {
      reporter.written(word.at, concat(*kind, " is written in the file and in the image"),
                       use_mount);
    }
  }
}

// Whether a later command of the script removes a file.
bool is_removed(const shell::Script& script, std::size_t after, std::string_view path) {
  for (std::size_t i = after + 1; i < script.commands.size(); ++i) {
    const shell::Command& command = script.commands[i];
    if (!is_one_of(command.program(), {"rm", "shred", "unlink"})) continue;
    for (const shell::Word& word : command.words) {
      if (word.text == path) return true;
    }
  }
  return false;
}

// Nobody mounts more; the bound keeps hostile files cheap.
std::span<const RunMount> first_mounts(const Instruction& run) {
  constexpr std::size_t most = 32;
  return std::span(run.mounts).first(std::min(run.mounts.size(), most));
}

// Where a mount's secret lies while the RUN runs.
bool is_mounted_secret(const Instruction& run, std::string_view path) {
  for (const RunMount& mount : first_mounts(run)) {
    if (mount.type != "secret") continue;
    if (!mount.target.empty() ? path == mount.target : path == concat("/run/secrets/", mount.id))
      return true;
  }
  return path.starts_with("/run/secrets/");
}

// cp /run/secrets/npmrc ~/.npmrc, cat /run/secrets/x > y: the mount goes, the copy stays.
bool check_kept_mount(const Instruction& run, std::size_t index, Reporter& reporter) {
  const shell::Command& command = run.script.commands[index];
  static constexpr shell::ProgramSet copying{"cp", "install", "mv", "cat", "tee"};
  if (command.words.size() < 2 || !command.programs.may_share(copying) ||
      !is_one_of(command.program(), {"cp", "install", "mv", "cat", "tee"}))
    return false;
  bool secret = false;
  for (const shell::Word& word : command.words)
    secret = secret || is_mounted_secret(run, word.text);
  for (const shell::Redirect& redirect : command.redirects) {
    secret = secret || (redirect.kind == shell::Redirect::Kind::input &&
                        is_mounted_secret(run, redirect.target.text));
  }
  if (!secret) return false;
  const shell::Word* kept = nullptr;
  if (command.program() != "cat" && !is_mounted_secret(run, command.words.back().text)) {
    kept = &command.words.back();
  }
  for (const shell::Redirect& redirect : command.redirects) {
    if (redirect.kind == shell::Redirect::Kind::output ||
        redirect.kind == shell::Redirect::Kind::append) {
      kept = &redirect.target;
    }
  }
  if (kept == nullptr || kept->text.starts_with("/dev/") || kept->text.starts_with("/run/") ||
      kept->text.starts_with('-') || is_removed(run.script, index, kept->text)) {
    return true;
  }
  for (const RunMount& mount : first_mounts(run)) {
    // Into a cache or a tmpfs mount, which is no layer.
    if ((mount.type == "tmpfs" || mount.type == "cache") && !mount.target.empty() &&
        kept->text.starts_with(mount.target)) {
      return true;
    }
  }
  reporter.passed(kept->at,
                  concat("the mounted secret is copied to \"", kept->text,
                         "\", which stays in the layer after the mount is gone"),
                  "mount the secret where the program looks for it: --mount=type=secret,target=…",
                  Severity::medium);
  return true;
}

void check_script(const Instruction& step, Reporter& reporter) {
  const std::vector<shell::Command>& commands = step.script.commands;
  // Each looks through the rest of the script for an rm.
  constexpr std::size_t most_kept_mounts = 32;
  std::size_t kept_mounts = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const shell::Command& command = commands[i];
    check_assignments(command, reporter);
    if (command.words.empty()) continue;
    const std::string_view program = command.program();
    if (program == "curl" || program == "wget" || program == "http")
      check_curl(command, program, reporter);
    check_options(command, program, reporter);
    check_piped_password(command, i + 1 < commands.size() ? &commands[i + 1] : nullptr, reporter);
    check_words(command, reporter);
    if (kept_mounts < most_kept_mounts && check_kept_mount(step, i, reporter)) ++kept_mounts;
  }
}

// --- heredocs and the raw text
// -------------------------------------------------------------------------

// NAME=value lines of a file that COPY <<EOF or RUN cat <<EOF writes.
void check_heredoc(const Heredoc& heredoc, Reporter& reporter) {
  if (heredoc.body_at.source == nullptr) return;
  const Location at = heredoc.body_at;
  const std::string_view body = at.text();
  std::size_t begin = 0;
  while (begin < body.size()) {
    const std::size_t end = std::min(body.find('\n', begin), body.size());
    std::string_view line = body.substr(begin, end - begin);
    const Location line_at{at.source,
                           {static_cast<std::uint32_t>(at.span.begin + begin),
                            static_cast<std::uint32_t>(at.span.begin + end)}};
    begin = end + 1;
    line = trim(line);
    if (line.starts_with('#')) continue;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    if (const auto kind = written_credential(line)) {
      reporter.written(line_at, concat(*kind, " is written in the file and in a layer"), use_mount);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string_view name = trim(line.substr(0, equals));
    std::string_view value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    if (!std::ranges::all_of(name, [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; }))
      continue;
    // A call, an expression, another variable: code, not a value.
    if (value.find_first_of("$(){}[]; ") != std::string_view::npos) continue;
    if (const std::optional<WrittenSecret> secret = written_secret(name, value)) {
      reporter.written(line_at,
                       concat("line sets ", name, " to ", secret->kind, ", written in the file"),
                       use_mount);
    }
  }
}

// Credentials of well-known forms anywhere in an instruction.
void check_forms(const Instruction& instruction, Reporter& reporter) {
  const Location at = instruction.at;
  if (!at.known()) return;
  const std::string_view text = at.text();
  std::size_t offset = 0;
  while (const std::optional<SecretForm> form = find_secret_form(text.substr(offset))) {
    const std::size_t begin = offset + form->begin;
    offset = begin + std::max<std::size_t>(form->size, 1);
    if (text.substr(begin, form->size).contains('$')) continue;
    reporter.written(
        {at.source,
         {static_cast<std::uint32_t>(at.span.begin + begin),
          static_cast<std::uint32_t>(at.span.begin + begin + form->size)}},
        concat(keyword_text(instruction), " holds ", form->kind, ", written in the file"),
        use_mount);
  }
}

// --- COPY and ADD of files that are secrets
// --------------------------------------------------------------

enum class FileKind : std::uint8_t { none, maybe, certain };

bool has_word(std::string_view name, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return name.contains(word); });
}

// Names that say that the content is meant to be seen.
bool is_public_file(std::string_view name) {
  return name.ends_with(".pub") ||
         has_word(name, {"example", "sample", "template", ".dist", "public"});
}

// What a file is by its name: `certain` for what holds nothing but secrets, `maybe` for what often
// does. `whole` is its path in lower case and `name` the last part of it.
FileKind kind_by_name(std::string_view whole, std::string_view name) {
  if (is_one_of(name,
                {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", "_netrc", ".pgpass",
                 ".git-credentials", ".dockercfg", ".pypirc", ".ssh", ".aws", ".gnupg", ".kube",
                 "kubeconfig", ".vault-token", "terraform.tfstate", ".htpasswd", "master.key"})) {
    return FileKind::certain;
  }
  if (whole.ends_with(".aws/credentials") || whole.ends_with(".docker/config.json") ||
      whole.ends_with(".kube/config")) {
    return FileKind::certain;
  }
  if (name.ends_with(".ppk") || name.ends_with(".kdbx") || name.ends_with(".p12") ||
      name.ends_with(".pfx")) {
    return FileKind::certain;
  }
  if ((name.ends_with(".jks") || name.ends_with(".keystore")) &&
      !has_word(name, {"trust", "cacerts"})) {
    return FileKind::maybe;
  }
  if (name.ends_with(".pem")) {
    if (has_word(name, {"priv", "key"})) return FileKind::certain;
    // Certificates and parameters are public.
    return has_word(name, {"cert", "ca", "chain", "bundle", "crt", "root", "dh"}) ? FileKind::none
                                                                                  : FileKind::maybe;
  }
  // Keys that verify packages are public.
  if (name.ends_with(".key") &&
      !has_word(name, {"gpg", "apt", "repo", "archive", "release", "signing"})) {
    return FileKind::certain;
  }
  if (name == ".env" || name.starts_with(".env.") || name.ends_with(".env")) return FileKind::maybe;
  if (is_one_of(name, {".npmrc", ".yarnrc.yml", "credentials", "credentials.json", "secrets.yml",
                       "secrets.yaml", "secrets.json", "secrets.env", "secrets.properties",
                       "auth.json", ".my.cnf", "service-account.json", "serviceaccountkey.json",
                       "terraform.tfvars"})) {
    return FileKind::maybe;
  }
  return FileKind::none;
}

FileKind kind_of_file(std::string_view path) {
  const std::string lowered = lower(path);
  const std::string_view name = last_segment(lowered);
  const FileKind kind = kind_by_name(lowered, name);
  return kind != FileKind::none && is_public_file(name) ? FileKind::none : kind;
}

// Where public keys and certificates are put.
bool is_place_of_public_keys(std::string_view destination) {
  return has_word(destination, {"trusted.gpg", "keyrings", "rpm-gpg", "apt/", "ca-certificates",
                                "apk/keys", "authorized_keys"});
}

void check_copy(const Dockerfile& dockerfile, const Instruction& copy, Reporter& reporter) {
  const DockerfileWord* destination = destination_of(copy);
  if (destination == nullptr) return;
  for (const DockerfileWord& source : sources_of(copy)) {
    if (is_remote(source.text)) continue;
    const FileKind kind = kind_of_file(source.text);
    if (kind == FileKind::none) continue;
    if (is_place_of_public_keys(destination->text)) return;
    if (copies_from_context(copy) && dockerfile.ignore && !source.unresolved &&
        dockerfile.ignore->excludes(source.text)) {
      continue;  // it is not there: copied-but-ignored
    }
    const bool certain = kind == FileKind::certain;
    const Severity severity = reporter.in_final() ? (certain ? Severity::high : Severity::medium)
                                                  : (certain ? Severity::medium : Severity::low);
    reporter.add(
        source.at,
        concat("\"", source.text, certain ? "\" is a secret" : "\" usually holds secrets",
               reporter.in_final() ? ", and a layer keeps it for everybody who can pull the image"
                                   : ", and the build cache keeps it"),
        "mount it with RUN --mount=type=secret where the build needs it, or give it to the "
        "container when it runs",
        severity);
  }
}

void check_instruction(const Dockerfile& dockerfile, const Stage& stage,
                       const Instruction& instruction, Reporter& reporter) {
  reporter.next_instruction();
  const Instruction& step = deed(instruction);
  switch (step.keyword) {
    case Keyword::env:
    case Keyword::label:
    case Keyword::arg:
      for (const DockerfileAssignment& assignment : step.assignments) {
        Finding* const argument = check_assignment(step, assignment, reporter);
        if (argument == nullptr || !reporter.may_fix_one_more()) continue;
        argument->fix = as_mount(dockerfile, stage, instruction, assignment);
      }
      return;
    case Keyword::copy:
    case Keyword::add: check_copy(dockerfile, step, reporter); break;
    case Keyword::run:
    case Keyword::cmd:
    case Keyword::entrypoint:
    case Keyword::healthcheck: check_script(step, reporter); break;
    default: return;
  }
  for (const Heredoc& heredoc : step.heredocs) check_heredoc(heredoc, reporter);
  check_forms(step, reporter);
}

bool is_redeclared(const Dockerfile& dockerfile, std::string_view name) {
  bool found = false;
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    if (instruction.keyword != Keyword::arg) return;
    for (const DockerfileAssignment& assignment : instruction.assignments) {
      found = found || assignment.name.text == name;
    }
  });
  return found;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  constexpr std::size_t most_lookups = 32;  // each looks through the whole file
  std::size_t lookups = 0;
  // A global ARG reaches FROM lines only; a stage that declares it again is judged there.
  Reporter global(findings, false);
  for (const Instruction& argument : dockerfile.global_arguments) {
    global.next_instruction();
    for (const DockerfileAssignment& assignment : argument.assignments) {
      if (assignment.has_value) {
        check_assignment(argument, assignment, global);
      } else if (secret_name(assignment.name.text) && ++lookups <= most_lookups &&
                 !is_redeclared(dockerfile, assignment.name.text)) {
        global.add(assignment.name.at,
                   concat("build argument ", assignment.name.text,
                          " is for a secret, which stays readable in the provenance"),
                   use_mount, Severity::low);
      }
    }
  }
  const std::vector<bool> in_image = stages_of_final_image(dockerfile);
  for (const Stage& stage : dockerfile.stages) {
    Reporter reporter(findings, in_image[stage.index]);
    for (const Instruction& instruction : stage.instructions) {
      check_instruction(dockerfile, stage, instruction, reporter);
    }
  }
}

}  // namespace

extern constinit const Rule secret_in_dockerfile = {
    .name = "secret-in-dockerfile",
    .title = "secret in a Dockerfile or in the image that it builds",
    .severity = Severity::high,
    .topic = "secrets",
    .subjects = {Subject::dockerfile},
    .rationale =
        "Everything that a Dockerfile says or copies stays: in the file and its history, in the "
        "image's "
        "layers, configuration and build history, in the cache and the provenance. Whoever can "
        "pull the "
        "image can read it, and deleting the file in a later layer does not help.",
    .remediation =
        "Give secrets to the build with `RUN --mount=type=secret,id=…` or `--mount=type=ssh`, and "
        "to the "
        "container when it runs. Change every secret that was in an image once.",
    .limits =
        "Names and well-known forms are the evidence: a secret under an innocent name and of no "
        "known form "
        "is not seen, nor one that a copied file or directory holds under a usual name. An ENV "
        "with an "
        "empty value is taken as a slot for the run time. An ARG in a stage whose layers do not "
        "reach the "
        "final image is reported as medium. User names and key ids (AWS_ACCESS_KEY_ID) are no "
        "secrets. Scripts of other shells than POSIX ones are searched "
        "for "
        "known forms only. `plimsoll fix` turns an ARG that one RUN alone takes into a secret "
        "mount: "
        "the build then wants --secret instead of --build-arg. A secret that is written in the "
        "file is never moved: it must be changed, and by whom is for a person.",
    .references = {guideline("S3", "Dockerfile checklist: do not write secrets to Docker files"),
                   guideline("S4", "Best practices: do not store sensitive information in images"),
                   cis("4.10"), hadolint("DL3064"), buildkit("SecretsUsedInArgOrEnv"),
                   trivy("DS-0031"), dockle("CIS-DI-0010")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
