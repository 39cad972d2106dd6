#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::array<std::string_view, 12> archive_endings{
    ".tar",    ".tgz",     ".tbz",    ".tbz2",    ".txz",   ".tzst",
    ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar.z", ".tar.lzma",
};

bool is_archive(std::string_view path) {
  const std::string_view written = last_segment(path);
  // All endings start with `.t`; nearly every path ends here.
  if (!written.contains(".t") && !written.contains(".T")) return false;
  const std::string name = lower(written);
  return std::ranges::any_of(archive_endings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

// An archive that COPY brought in, under the name that it has in the image.
struct Archive {
  const DockerfileWord* source = nullptr;
  std::string_view name;  // the last part of its path in the image
  const Instruction* copy = nullptr;
  bool used_otherwise = false;
  bool extracted = false;
  Location extracted_at = {};
  Fix fix = {};
};

// What a tar command does with its operands.
struct Extraction {
  bool plain = false;        // extracts everything as it is, which ADD does too
  std::string_view archive;  // the file's last part
  std::string_view into;     // where to; "" for the working directory
};

// Options of tar that take what ADD cannot do: parts, other names, other places.
bool changes_what_is_extracted(std::string_view option) {
  for (std::string_view name :
       {"--strip", "--exclude", "--transform", "--xform", "--wildcards", "--files-from",
        "--one-top-level", "--skip-old", "--keep", "--to-"}) {
    if (option.starts_with(name)) return true;
  }
  return false;
}

// Reads `tar xzf a.tgz`, `tar -x -f a.tgz -C /d`, `tar --extract --file=a.tgz`.
Extraction read_tar(const shell::Command& command) {
  bool extracts = false;
  bool other = false;
  std::string_view archive;
  std::string_view into;
  std::size_t operands = 0;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view word = command.words[i].text;
    if (word.starts_with("--")) {
      if (word == "--extract" || word == "--get") extracts = true;
      if (word.starts_with("--file=")) archive = word.substr(7);
      if (word == "--file" && i + 1 < command.words.size()) archive = command.words[++i].text;
      if (word.starts_with("--directory=")) into = word.substr(12);
      if (word == "--directory" && i + 1 < command.words.size()) into = command.words[++i].text;
      other = other || changes_what_is_extracted(word);
      continue;
    }
    const bool dashed = word.starts_with('-') && word.size() > 1;
    if (!dashed && i > 1) {
      ++operands;
      continue;
    }
    // A cluster of letters; the values of f and C follow it as words of their own.
    const std::string_view letters = dashed ? word.substr(1) : word;
    for (std::size_t at = 0; at < letters.size(); ++at) {
      const char letter = letters[at];
      if (letter == 'x') extracts = true;
      if (letter == 'T' || letter == 'O' || letter == 'k') other = true;
      if (letter != 'f' && letter != 'C') continue;
      const bool attached = dashed && at + 1 < letters.size();
      if (!attached && i + 1 >= command.words.size()) continue;
      const std::string_view value =
          attached ? letters.substr(at + 1) : std::string_view(command.words[++i].text);
      (letter == 'f' ? archive : into) = value;
      if (attached) break;
    }
  }
  for (const shell::Redirect& redirect : command.redirects) {
    if (archive.empty() && redirect.kind == shell::Redirect::Kind::input)
      archive = redirect.target.text;
  }
  if (!extracts) return {};
  return {!other && operands == 0, last_segment(archive), into};
}

// COPY becomes ADD to where tar unpacks, and the RUN goes: where COPY brings this one archive as it
// is, and the RUN right behind it does nothing else.
Fix with_add(const Archive& archive, const Extraction& extraction, const Instruction& run,
             bool is_next, bool has_workdir) {
  const Instruction& copy = *archive.copy;
  const DockerfileWord& destination = copy.words.back();
  const auto removes_archive = [&](const shell::Command& command) {
    return command.program() == "rm" && command.words.size() <= 3 &&
           last_segment(command.words.back().text) == archive.name;
  };
  const bool alone = std::ranges::all_of(run.script.commands, [&](const shell::Command& command) {
    return &command == &run.script.commands.front() || removes_archive(command);
  });
  if (!is_next || !alone || run.script.commands.size() > 2 || copy.words.size() != 2 ||
      copy.exec_form || archive.source->unresolved || archive.name.contains('*') ||
      !copy.flags.empty() || !run.flags.empty() || run.exec_form || !run.heredocs.empty()) {
    return {};
  }
  // Where that is must not be the base image's affair.
  if (!extraction.into.starts_with('/') && !has_workdir) return {};
  for (const shell::Word& word : run.script.commands.front().words) {
    if (!word.resolved) return {};
  }
  const bool lower_case = copy.name == lower(copy.name);
  const std::string into = extraction.into.empty()          ? std::string("./")
                           : extraction.into.ends_with('/') ? std::string(extraction.into)
                                                            : concat(extraction.into, "/");
  return unsafe_fix({change::rewrite(copy.name_at, lower_case ? "add" : "ADD"),
                     change::rewrite(destination.at, into), change::remove(run.at)});
}

void note_uses(const Instruction& run, const Instruction* before, bool has_workdir,
               std::vector<Archive>& archives) {
  for (const shell::Command& command : run.script.commands) {
    const std::string_view program = command.program();
    if (program == "rm" || program == "cd" || program == "mkdir" || program == "ls") continue;
    Extraction extraction;
    const bool tar = program == "tar" || program == "bsdtar" || program == "gtar";
    if (tar) extraction = read_tar(command);
    for (Archive& archive : archives) {
      if (tar && extraction.archive == archive.name) {
        if (extraction.plain && !archive.extracted) {
          archive.extracted = true;
          archive.extracted_at = command.at;
          archive.fix = with_add(archive, extraction, run, before == archive.copy, has_workdir);
        }
        archive.used_otherwise = archive.used_otherwise || !extraction.plain;
        continue;
      }
      // Somebody else needs the archive itself: a checksum, a signature, another tool.
      archive.used_otherwise = archive.used_otherwise ||
                               std::ranges::any_of(command.words, [&](const shell::Word& word) {
                                 return std::string_view(word.text).contains(archive.name);
                               });
    }
  }
}

void report(const std::vector<Archive>& archives, Findings& findings) {
  for (const Archive& archive : archives) {
    if (!archive.extracted || archive.used_otherwise) continue;
    Finding& finding = findings.add(
        archive.source->at,
        concat("\"", archive.source->text, "\" is copied and then unpacked on line ",
               line_of(archive.extracted_at), ": the archive stays in a layer of its own"),
        "write ADD, which unpacks it without leaving the archive");
    finding.related = {archive.extracted_at, "it is unpacked here"};
    finding.fix = archive.fix;
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  constexpr std::size_t most_archives =
      64;  // of one stage; bounds the comparison with each command
  for (const Stage& stage : dockerfile.stages) {
    std::vector<Archive> archives;
    const Instruction* before = nullptr;
    bool has_workdir = false;
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword == Keyword::run && !archives.empty()) {
        note_uses(instruction, before, has_workdir, archives);
      }
      before = &instruction;
      has_workdir = has_workdir || instruction.keyword == Keyword::workdir;
      if (instruction.keyword != Keyword::copy || !copies_from_context(instruction)) continue;
      const DockerfileWord* destination = destination_of(instruction);
      if (destination == nullptr) continue;
      for (const DockerfileWord& source : sources_of(instruction)) {
        if (!is_archive(source.text) || archives.size() >= most_archives) continue;
        // A destination that looks like an archive is the file's new name, any other a directory.
        archives.push_back(
            {&source, last_segment(is_archive(destination->text) ? destination->text : source.text),
             &instruction});
      }
    }
    report(archives, findings);
  }
}

}  // namespace

extern constinit const Rule archive_copied_not_extracted = {
    .name = "archive-copied-not-extracted",
    .title = "archive is copied and unpacked in two steps",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "COPY puts the archive into a layer, and removing it later does not make the image "
        "smaller. ADD "
        "unpacks a local tar archive, so that only its contents arrive.",
    .remediation = "Write `ADD archive.tar.gz /directory/` and remove the `tar` command.",
    .limits =
        "Only tar archives from the build context, unpacked whole in a later RUN of the same "
        "stage. "
        "An archive that anything else looks at (a checksum, a signature), or of which tar takes "
        "only a "
        "part, must be copied and is left alone.",
    .references = {hadolint("DL3010")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
