#include "app/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>

#include "app/commands/commands.h"
#include "base/text.h"

namespace plimsoll::app {
namespace {

constexpr std::array<std::string_view, 3> report_formats{"text", "json", "sarif"};
constexpr std::array<std::string_view, 4> audit_formats{"text", "json", "sarif", "prometheus"};
constexpr std::array<std::string_view, 4> audit_parts{"engine", "containers", "images", "host"};
constexpr std::array<std::string_view, 2> audit_views{"cis", "guideline"};
constexpr std::array<std::string_view, 2> list_formats{"text", "json"};
constexpr std::array<std::string_view, 5> severities{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 6> thresholds{"info", "low",      "medium",
                                                     "high", "critical", "never"};
constexpr std::array<std::string_view, 3> colour_modes{"auto", "always", "never"};

constexpr Flag format{"format", 'f', "FORMAT", "how the result is written (default: text)",
                      report_formats};
constexpr Flag audit_format{"format", 'f', "FORMAT", "how the result is written (default: text)",
                            audit_formats};
constexpr Flag by{"by", 0, "VIEW",
                  "answer each recommendation of the CIS benchmark or of a guideline", audit_views};
constexpr Flag write_fixes{"write-fixes", 0, "DIRECTORY",
                           "write what puts the host right into files there, to be reviewed"};
constexpr Flag list_format{"format", 'f', "FORMAT", "how the result is written (default: text)",
                           list_formats};
constexpr Flag output{"output", 'o', "FILE", "write the result to FILE instead of standard output"};
constexpr Flag fail_on{"fail-on", 0, "SEVERITY",
                       "exit with 1 from this severity on (default: medium)", thresholds};
constexpr Flag severity{"severity", 0, "SEVERITY", "leave out findings below this severity",
                        severities};
constexpr Flag select{"select", 0, "RULES",
                      "run only these rules: names or aliases, comma separated"};
constexpr Flag ignore{"ignore", 0, "RULES", "do not run these rules"};
constexpr Flag stdin_filename{
    "stdin-filename", 0, "NAME",
    "what standard input is called, and is: Dockerfile, compose.yaml, run.sh"};
constexpr Flag quiet{"quiet", 'q', "", "findings and errors only: no summary"};
constexpr Flag colour{"color", 0, "WHEN", "colour the text (default: auto)", colour_modes};
constexpr Flag show_suppressed{"show-suppressed", 0, "",
                               "also show what comments and statements allow, with their reasons"};
constexpr Flag shellcheck{"shellcheck", 0, "",
                          "also run ShellCheck over the RUN scripts (must be installed)"};

constexpr Flag write{"write", 'w', "", "change the files instead of showing a diff"};
constexpr Flag unsafe_fixes{"unsafe-fixes", 0, "",
                            "also make the changes that can alter what a program does"};
constexpr Flag show{"show", 0, "", "also list what is not fixed, and why"};
constexpr Flag exec{"exec", 0, "", "run the hardened line"};

constexpr Flag images{"images", 0, "",
                      "also look into the images that compose files name, as the engine has them"};
constexpr Flag database{"db", 0, "FILE",
                        "the database of advisories (default: the user's, then the machine's)"};
constexpr Flag only_fixed{"only-fixed", 0, "",
                          "leave out vulnerabilities that no known version is without"};
constexpr Flag require_fresh_database{"require-fresh-db", 0, "DAYS",
                                      "7d: a database that is older is no answer (exit code 3)"};
constexpr Flag vex{
    "vex", 0, "FILES", "statements that silence findings: OpenVEX, CycloneDX or CSAF", {}, true};
constexpr std::array<const Flag*, 16> check_flags{&format,     &output,
                                                  &fail_on,    &severity,
                                                  &select,     &ignore,
                                                  &quiet,      &stdin_filename,
                                                  &colour,     &show_suppressed,
                                                  &shellcheck, &images,
                                                  &database,   &require_fresh_database,
                                                  &only_fixed, &vex};
constexpr std::array<const Flag*, 9> fix_flags{&write, &unsafe_fixes, &select, &ignore, &severity,
                                               &show,  &output,       &quiet,  &colour};
constexpr std::array<const Flag*, 9> run_flags{&format, &output, &fail_on, &severity, &select,
                                               &ignore, &quiet,  &colour,  &exec};
constexpr Flag only{"only", 0, "PARTS", "look at these alone", audit_parts, true};
constexpr Flag host{"host", 'H', "ADDRESS",
                    "the engine's address, as of docker: unix:///run/x.sock"};
constexpr Flag context{"context", 0, "NAME", "the docker context that names the engine"};

constexpr Flag prove{"prove", 0, "",
                     "with --write-fixes: try each published port as a client from outside"};

constexpr std::array<const Flag*, 19> audit_flags{
    &only,         &by,     &host,           &context,
    &audit_format, &output, &fail_on,        &severity,
    &select,       &ignore, &quiet,          &colour,
    &write_fixes,  &prove,  &database,       &require_fresh_database,
    &only_fixed,   &vex,    &show_suppressed};
constexpr Flag platform{
    "platform", 0, "PLATFORM",
    "which of an image for several: arm64, linux/arm/v7, ... (default: this machine's)"};
constexpr Flag insecure_registry{
    "insecure-registry",
    0,
    "HOST[:PORT]",
    "this registry may be asked without TLS (those of this machine may be)",
    {},
    true};
constexpr Flag cache_directory{
    "cache-dir", 0, "DIRECTORY",
    "where layers that were read are remembered (default: ~/.cache/plimsoll/layers)"};
constexpr Flag no_cache{"no-cache", 0, "", "read every layer, and remember none"};
constexpr Flag tree{"tree", 0, "", "draw the layers instead: what each brought and wasted"};
constexpr Flag diff{"diff", 0, "", "compare two images instead: configuration, packages, files"};
constexpr Flag dockerfile{"dockerfile", 0, "FILE",
                          "what the image was built by: findings name its lines"};
constexpr std::array<const Flag*, 22> image_flags{&tree,
                                                  &diff,
                                                  &dockerfile,
                                                  &platform,
                                                  &host,
                                                  &context,
                                                  &insecure_registry,
                                                  &format,
                                                  &output,
                                                  &fail_on,
                                                  &severity,
                                                  &select,
                                                  &ignore,
                                                  &quiet,
                                                  &colour,
                                                  &database,
                                                  &require_fresh_database,
                                                  &only_fixed,
                                                  &vex,
                                                  &show_suppressed,
                                                  &cache_directory,
                                                  &no_cache};
constexpr std::array<std::string_view, 3> sbom_formats{"cyclonedx", "cyclonedx-1.5", "spdx"};
constexpr Flag sbom_format{"format", 'f', "FORMAT",
                           "CycloneDX 1.6 (default) or 1.5, or SPDX 2.3, in JSON", sbom_formats};
constexpr Flag with_vulnerabilities{"vulnerabilities", 0, "",
                                    "also the known vulnerabilities, in CycloneDX"};
constexpr std::array<const Flag*, 12> sbom_flags{
    &sbom_format, &with_vulnerabilities, &database, &vex,    &platform,        &host,
    &context,     &insecure_registry,    &output,   &colour, &cache_directory, &no_cache};
constexpr Flag of_image{"image", 0, "TARGET", "of a vulnerability: why this image has it or not"};
constexpr std::array<const Flag*, 10> explain_flags{
    &of_image, &database, &platform,        &host,    &context, &insecure_registry,
    &output,   &colour,   &cache_directory, &no_cache};
constexpr Flag built_database{"output", 'o', "FILE",
                              "build: write the database to FILE instead of the one in use"};
constexpr Flag sign_key{"sign-key", 0, "FILE",
                        "build, update: sign the database with this private key (Ed25519, PEM)"};
constexpr Flag trusted_key{"key", 0, "FILE",
                           "import, update, verify: public keys, one of which must have signed it"};
constexpr Flag allow_unverified{
    "allow-unverified", 0, "",
    "import, update: install a database whose signature is not verified"};
constexpr Flag feed_cache{
    "cache-dir", 0, "DIRECTORY",
    "where feeds that were read are remembered (default: ~/.cache/plimsoll/feeds)"};
constexpr Flag no_feed_cache{"no-cache", 0, "", "read every feed, and remember none"};
constexpr std::array<const Flag*, 9> db_flags{&database,      &built_database,   &sign_key,
                                              &trusted_key,   &allow_unverified, &feed_cache,
                                              &no_feed_cache, &list_format,      &colour};
constexpr std::array<const Flag*, 2> rules_flags{&list_format, &output};

constexpr std::array<Command, 10> all_commands{{
    {"check", "[PATH|- ...]", "check Dockerfiles, compose files and docker run lines",
     "Checks every Dockerfile, compose file, script, Makefile and Markdown page with docker run "
     "lines,\n"
     "inspect output, create request and daemon.json under the paths (default: the current\n"
     "directory). `-` reads standard input. What .gitignore leaves out is left out.\n"
     "\n"
     "To allow a rule at one place, with a reason, write above the line:\n"
     "  # plimsoll: allow root-user -- the agent manages the host, until 2027-03-31\n"
     "\n"
     "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage or internal error,\n"
     "3 something could not be read (the rest is still reported).",
     check_flags, check_command},
    {"fix", "[PATH ...]", "show, or with --write make, the smallest edits that harden files",
     "Shows as a diff what would be changed in the Dockerfiles, compose files and run lines under\n"
     "the paths (default: the current directory); `git apply` takes it. --write changes the "
     "files.\n"
     "Fixes that cannot change what a correct program does are made; --unsafe-fixes adds the "
     "others.\n"
     "A line that holds a secret is not shown: only --write changes what stands beside it.\n"
     "A file is written whole or not at all: of one with several hard links, the other names keep\n"
     "the old text.\n"
     "\n"
     "Exit codes: 0 nothing to change, or all written; 1 something would be changed, 2 usage or\n"
     "internal error, 3 something could not be read or written (the rest is still fixed).",
     fix_flags, fix_command},
    {"run", "-- docker run ...", "check one docker run line, and print the hardened one",
     "Checks the line without running it, and prints it hardened; --exec runs the hardened one:\n"
     "  plimsoll run -- docker run --privileged nginx",
     run_flags, run_command, true},
    {"audit", "[CONTAINER ...]", "check the engine, its containers and this host, live",
     "Asks the engine that the docker command would talk to, and reads the host's own files: what\n"
     "is in force counts, whatever the configuration says. Nothing is changed. With names or ids\n"
     "only these containers are looked at.\n"
     "\n"
     "Where there is a database of advisories, known vulnerabilities of the images that run and "
     "of\n"
     "the engine itself are reported: plimsoll-image reads the images, several at a time. Those "
     "of\n"
     "an engine on another machine would have to be sent, and are read only if one of --db,\n"
     "--only-fixed, --require-fresh-db and --vex is given.\n"
     "\n"
     "--prove needs root: for some seconds it adds an interface to this host, with a client "
     "behind\n"
     "it whose packets are taken for ones from outside. The firewall's rules stay as they are.\n"
     "\n"
     "What cannot be looked at, for lack of rights for instance, stays an open question: it is\n"
     "named, and the exit code is 3.\n"
     "\n"
     "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage or internal error,\n"
     "3 questions stay open (the rest is still reported).",
     audit_flags, other_program, false, "plimsoll-audit"},
    {"image", "TARGET [TARGET]",
     "check what is inside an image: configuration, layers, files, secrets",
     "TARGET is an image of the engine (nginx:1.27 or docker://nginx:1.27), one of a registry\n"
     "(registry://nginx:1.27, registry://HOST:PORT/NAME@sha256:...), an archive of docker save,\n"
     "compressed or not (archive://FILE, or - for standard input), an OCI layout, as a directory\n"
     "or in a tar (oci://PATH), an unpacked root file system (dir://PATH), or an inventory in\n"
     "CycloneDX or SPDX (sbom://FILE), of which packages alone are known; without a scheme what\n"
     "lies there decides. Where an archive holds several images, name one:\n"
     "archive://FILE#redis:7. Credentials for registries are those of docker login and podman\n"
     "login.\n"
     "\n"
     "An image of an engine on this machine is read where it lies, if root asks; any other engine\n"
     "sends it. Nothing is unpacked to the disk. What was read of a layer is remembered, so that "
     "it\n"
     "is read once; the process that reads has no network and writes nowhere but there.\n"
     "\n"
     "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage or internal error,\n"
     "3 something could not be read (the rest is still reported).",
     image_flags, other_program, false, image_program},
    {"sbom", "TARGET", "write the inventory of an image as CycloneDX or SPDX",
     "TARGET is what `plimsoll image` takes; of an inventory (sbom://FILE) it is converted. The "
     "same image gives the same bytes, but for the "
     "time,\n"
     "which SOURCE_DATE_EPOCH sets.\n"
     "\n"
     "Exit codes: 0 written, 2 usage or internal error, 3 written, but something could not be "
     "read.",
     sbom_flags, other_program, false, image_program},
    {"db", "build|update|import|export|status|verify [PATH|URL ...]",
     "make the database of advisories, carry it to other machines, say what is in it",
     "  build PATH|URL...     makes the database from feeds: files, directories, https:// "
     "addresses\n"
     "  update [PATH|URL...]  makes the one in use anew: from these, or from what it was made of;\n"
     "                        of a database, as a mirror may have one, it is installed\n"
     "  import FILE|-         verifies a database that was made elsewhere, and installs it\n"
     "  export FILE|-         writes a copy of the one in use, verified\n"
     "  status                says what it was made of, and how old that is\n"
     "  verify [FILE]         reads all of it; with --key also who signed it\n"
     "\n"
     "Feeds are OSV's records (JSON, JSON lines, all.zip), those of distributions, CISA's "
     "catalogue "
     "of\n"
     "exploited vulnerabilities and FIRST's predictions, packed or not; first bytes say which it "
     "is.\n"
     "Nothing is fetched that was not named. A feed that has not changed is not read again, and "
     "an\n"
     "address with #sha256=DIGEST behind it must hold that very file. A database appears whole or "
     "not\n"
     "at all, and readers of the old one are not disturbed. The one in use is "
     "~/.cache/plimsoll/db/advisories.db,\n"
     "else /var/lib/plimsoll/advisories.db:\n"
     "  plimsoll db build https://osv-vulnerabilities.storage.googleapis.com/Debian/all.zip\n"
     "  plimsoll db build --sign-key db.key --output advisories.db feeds/\n"
     "  plimsoll db import --key db.pub advisories.db\n"
     "\n"
     "Exit codes: 0 done, 2 usage or internal error, no database or a damaged one (the one in use "
     "is\n"
     "as it was), 3 done, but a feed or records of it could not be read.",
     db_flags, other_program, false, "plimsoll-db"},
    {"explain", "RULE|VULNERABILITY", "say what a rule wants, or why an image has a vulnerability",
     "RULE is a name or an alias: privileged, DL3006, cis-5.5, CKV_DOCKER_3.\n"
     "VULNERABILITY is an id: CVE-2023-4911, GHSA-jfh8-c2jp-5v3q, DSA-5514-1. Of it is said what "
     "the\n"
     "database of advisories knows; with --image, for each package of the image that a record is\n"
     "about, which versions are affected, the comparison, and the file that proves the package.",
     explain_flags, explain_command},
    {"rules", "", "list all rules", "", rules_flags, rules_command},
    {"version", "", "print the version", "", {}, version_command},
}};

std::string environment_name(std::string_view flag) {
  std::string out = "PLIMSOLL_";
  for (const char c : flag) out += c == '-' ? '_' : static_cast<char>(c >= 'a' ? c - 32 : c);
  return out;
}

Error unknown(std::string_view what, std::string_view word, std::span<const std::string_view> known,
              std::string_view otherwise) {
  const auto near = nearest(word, known);
  return {.message = concat("unknown ", what, " \"", word, "\""),
          .hint = near ? concat("did you mean \"", *near, "\"?") : std::string(otherwise)};
}

Error unknown_flag(const Command& command, std::string_view word) {
  std::vector<std::string> spellings{"--help"};
  for (const Flag* flag : command.flags) spellings.push_back(concat("--", flag->name));
  const std::vector<std::string_view> views(spellings.begin(), spellings.end());
  const std::string_view name = word.substr(0, word.find('='));
  return unknown("flag", name, views,
                 concat("`plimsoll ", command.name, " --help` lists the flags"));
}

// What is wrong with a value, where only some are allowed.
std::optional<Error> refused(const Flag& flag, std::string_view value) {
  if (flag.choices.empty() || std::ranges::find(flag.choices, value) != flag.choices.end()) {
    return std::nullopt;
  }
  const std::vector<std::string> all(flag.choices.begin(), flag.choices.end());
  return unknown(concat("value for --", flag.name, ":"), value, flag.choices,
                 concat("it takes ", join(all, ", ")));
}

// "a, b,": without blanks and empty parts.
std::vector<std::string_view> parts_of_list(std::string_view value) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(value, ',')) {
    if (!trim(part).empty()) parts.push_back(trim(part));
  }
  return parts;
}

Result<Arguments> parse_flags(const Command& command, std::vector<std::string> words) {
  Arguments arguments{.command = &command};
  CLI::App app;
  app.set_help_flag();
  std::map<std::string_view, std::vector<std::string>> given;
  std::map<std::string_view, bool> switched;
  app.add_flag("-h,--help", arguments.help);
  for (const Flag* flag : command.flags) {
    std::string spelling = concat("--", flag->name);
    if (flag->letter != 0) spelling = concat("-", std::string(1, flag->letter), ",", spelling);
    if (flag->value.empty()) {
      app.add_flag(spelling, switched[flag->name])->envname(environment_name(flag->name));
    } else {
      app.add_option(spelling, given[flag->name])
          ->envname(environment_name(flag->name))
          ->expected(1)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
          ->allow_extra_args(false);
    }
  }
  app.add_option("operands", arguments.operands);
  try {
    std::ranges::reverse(words);  // CLI11 takes them from the back
    app.parse(std::move(words));
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> left = app.remaining();
    return failure(unknown_flag(command, left.empty() ? "" : left.front()));
  } catch (const CLI::ParseError& error) {
    return failure({.message = error.what(),
                    .hint = concat("`plimsoll ", command.name, " --help` shows how it is used")});
  }
  for (const Flag* flag : command.flags) {
    if (flag->value.empty()) {
      if (switched[flag->name]) arguments.values.push_back({flag->name, "true"});
      continue;
    }
    for (std::string& value : given[flag->name]) {
      const std::vector<std::string_view> parts =
          flag->takes_several ? parts_of_list(value) : std::vector<std::string_view>{value};
      for (const std::string_view part : parts) {
        if (std::optional<Error> error = refused(*flag, part)) return failure(std::move(*error));
      }
      arguments.values.push_back({flag->name, std::move(value)});
    }
  }
  return arguments;
}

std::string table(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& [left, right] : rows) width = std::max(width, left.size());
  std::string out;
  for (const auto& [left, right] : rows) {
    out += concat("  ", left, std::string(width - left.size() + 2, ' '), right, "\n");
  }
  return out;
}

}  // namespace

std::span<const Command> commands() {
  return all_commands;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(all_commands, name, &Command::name);
  return found == all_commands.end() ? nullptr : &*found;
}

bool Arguments::has(std::string_view flag) const {
  return std::ranges::find(values, flag, &Value::flag) != values.end();
}

std::string_view Arguments::value(std::string_view flag) const {
  for (auto given = values.rbegin(); given != values.rend(); ++given) {
    if (given->flag == flag) return given->value;
  }
  return {};
}

std::vector<std::string> Arguments::list(std::string_view flag) const {
  std::vector<std::string> out;
  for (const Value& given : values) {
    if (given.flag != flag) continue;
    for (const std::string_view part : parts_of_list(given.value)) out.emplace_back(part);
  }
  return out;
}

Result<Arguments> parse_arguments(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty() || words.front() == "--help" || words.front() == "-h" ||
      words.front() == "help") {
    return Arguments{.help = true};
  }
  if (words.front() == "--version") words.front() = "version";
  const Command* const command = find_command(words.front());
  if (command == nullptr) {
    std::vector<std::string_view> names;
    for (const Command& known : all_commands) names.push_back(known.name);
    return failure(unknown(words.front().starts_with("-") ? "flag" : "command", words.front(),
                           names, "`plimsoll --help` lists the commands"));
  }
  words.erase(words.begin());
  if (!command->verbatim) {
    Result<Arguments> arguments = parse_flags(*command, words);
    if (arguments) arguments->words = std::move(words);
    return arguments;
  }
  // Flags of our own come first; the line starts at `--` or at its first word.
  auto start = std::ranges::find(words, "--");
  std::vector<std::string> line(start == words.end() ? start : start + 1, words.end());
  words.erase(start, words.end());
  Result<Arguments> arguments = parse_flags(*command, std::move(words));
  if (arguments) std::ranges::move(line, std::back_inserter(arguments->operands));
  return arguments;
}

std::string help_text() {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& command : all_commands) {
    rows.emplace_back(
        concat("plimsoll ", command.name, command.operands.empty() ? "" : " ", command.operands),
        command.summary);
  }
  return concat(
      "Plimsoll makes the known guidelines for deploying containers safely come "
      "true.\n\nCommands:\n",
      table(rows), "\n`plimsoll COMMAND --help` says more about one.\n");
}

std::string help_text(const Command& command) {
  std::string out = concat("plimsoll ", command.name, command.flags.empty() ? "" : " [FLAGS]",
                           command.operands.empty() ? "" : " ", command.operands, "\n\n");
  out += command.details.empty() ? command.summary : command.details;
  out += "\n\nFlags:\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Flag* flag : command.flags) {
    std::string left = flag->letter != 0 ? concat("-", std::string(1, flag->letter), ", ") : "    ";
    left += concat("--", flag->name, flag->value.empty() ? "" : " ", flag->value);
    std::string right(flag->help);
    if (!flag->choices.empty()) {
      right += ": ";
      for (const std::string_view choice : flag->choices) {
        right += concat(choice.data() == flag->choices.front().data() ? "" : ", ", choice);
      }
    }
    rows.emplace_back(std::move(left), std::move(right));
  }
  rows.emplace_back("-h, --help", "show this");
  out += table(rows);
  if (!command.flags.empty()) {
    out +=
        "\nEach flag can be set in the environment: PLIMSOLL_FORMAT=json, PLIMSOLL_FAIL_ON=high.\n";
  }
  return out;
}

}  // namespace plimsoll::app
