#include <algorithm>
#include <array>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/capabilities.h"
#include "rules/support/image_paths.h"
#include "rules/support/listing.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"
#include "rules/support/standard_setuid.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

enum class Sets : std::uint8_t { nothing, group_id, user_id };

// What a mode adds: octal with a fourth digit from the right that has bit 4 or 2, or `u+s`, `+s`,
// `ug=srx`. Removing (`u-s`, `a-s`) sets nothing.
Sets sets_id(std::string_view mode) {
  if (!mode.empty() && is_digit(mode.front())) {
    while (mode.size() > 4 && mode.front() == '0') mode.remove_prefix(1);
    if (mode.size() != 4 || !all_digits(mode)) return Sets::nothing;
    const int digit = mode.front() - '0';
    if ((digit & 4) != 0) return Sets::user_id;
    return (digit & 2) != 0 ? Sets::group_id : Sets::nothing;
  }
  Sets sets = Sets::nothing;
  for (const std::string_view clause : split(mode, ',')) {
    const std::size_t sign = clause.find_first_of("+=");
    if (sign == std::string_view::npos) continue;
    const std::string_view who = clause.substr(0, sign);
    if (who.find_first_not_of("ugoa") != std::string_view::npos) return Sets::nothing;
    if (!clause.substr(sign).contains('s')) continue;
    if (clause.substr(sign).find_first_not_of("+=-rwxXstugo") != std::string_view::npos) {
      return Sets::nothing;
    }
    if (who.empty() || who.contains('u') || who.contains('a')) return Sets::user_id;
    if (who.contains('g')) sets = Sets::group_id;
  }
  return sets;
}

// A directory's setgid bit only passes its group on, and a file's mode does not tell which it is:
// the place does.
bool is_program(std::string_view path) {
  if (path.ends_with('/')) return false;
  return path.contains("/bin/") || path.contains("/sbin/") || path.contains("/libexec/");
}

// 4755 without the bits is 755, 04755 is 0755, and 5755 is 1755. "" for a mode in letters.
std::string without_bits(std::string_view mode) {
  if (mode.size() < 4 || !all_digits(mode)) return {};
  std::string out(mode);
  const std::size_t at = out.size() - 4;
  const bool sticky = ((out[at] - '0') & 1) != 0;
  return out.replace(at, 1, sticky ? "1" : "");
}

Fix with_plain_mode(const Location& mode, std::string_view text) {
  const std::string plain = without_bits(text);
  if (plain.empty() || !is_written(mode, text)) return {};
  return unsafe_fix({change::rewrite(mode, plain)});
}

void report(Location at, Sets sets, std::string_view mode, std::string_view file, Fix fix,
            Findings& findings) {
  if (sets == Sets::nothing) return;
  const bool user = sets == Sets::user_id;
  if (!user && !is_program(file)) return;
  Finding& finding =
      findings.add(at,
                   concat("mode ", mode, " makes ", file.empty() ? "a file" : file,
                          user ? " setuid: whoever runs it gets its owner's rights"
                               : " setgid: whoever runs it gets its group's rights"),
                   user ? "leave the setuid bit away; run the program as the user it needs"
                        : "leave the setgid bit away");
  if (!user) finding.severity = Severity::low;
  finding.fix = std::move(fix);
}

void check_command(const Dockerfile& dockerfile, const Instruction& run,
                   const shell::Command& command, Findings& findings) {
  const std::string_view program = effective_program(command);
  std::span<const shell::Word> words = effective_words(command);
  if (program == "find") {
    // find / -perm … -exec chmod u+s {} +
    std::size_t i = 1;
    while (i < words.size() && words[i].text != "chmod") ++i;
    if (i == words.size()) return;
    for (const shell::Word& word : words.first(i)) {
      if (word.text == "d") return;  // -type d
    }
    words = words.subspan(i);
  } else if (program == "install") {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string_view text = words[i].text;
      if (text.starts_with("--mode=")) {
        report(words[i].at, sets_id(text.substr(7)), text.substr(7), words.back().text, {},
               findings);
      } else if (text == "-m" && i + 1 < words.size()) {
        report(words[i + 1].at, sets_id(words[i + 1].text), words[i + 1].text, words.back().text,
               with_plain_mode(words[i + 1].at, words[i + 1].text), findings);
      } else if (text == "-d" || text == "--directory") {
        return;
      }
    }
    return;
  } else if (program != "chmod") {
    return;
  }
  std::size_t mode = 1;
  while (mode < words.size() && words[mode].text.starts_with('-') &&
         words[mode].text.find_first_of("st") == std::string::npos) {
    ++mode;
  }
  if (mode >= words.size() || !words[mode].resolved) return;
  const Sets sets = sets_id(words[mode].text);
  if (sets == Sets::nothing) return;
  std::string_view file;
  for (const shell::Word& word : words.subspan(mode + 1)) {
    if (word.text.starts_with('-')) continue;
    if (file.empty()) file = word.text;
  }
  if (file == "{}") file = {};
  Fix fix = with_plain_mode(words[mode].at, words[mode].text);
  // A chmod that only adds the bit.
  if (program == "chmod" && is_one_of(words[mode].text, {"u+s", "g+s", "+s", "a+s", "ug+s"})) {
    fix = unsafe_if(remove_command(dockerfile, run, command));
  }
  report(words[mode].at, sets, words[mode].text, file, std::move(fix), findings);
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage* stage : shipped_stages(dockerfile)) {
    for (const Instruction& instruction : stage->instructions) {
      const Instruction& one = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      if (one.script.programs.may_share({"find", "install", "chmod"}) &&
          one.keyword == Keyword::run) {
        for (const shell::Command& command : one.script.commands) {
          check_command(dockerfile, one, command, findings);
        }
      }
      if (one.keyword != Keyword::copy && one.keyword != Keyword::add) continue;
      const DockerfileFlag* mode = one.flag("chmod");
      if (mode == nullptr || mode->value.unresolved) continue;
      // A destination that is a directory does not get the mode; the files put into it do.
      std::string_view file;
      if (!one.words.empty()) file = one.words.back().text;
      if (file.ends_with('/') && one.words.size() == 2) file = one.words.front().text;
      report(mode->at, sets_id(mode->value.text), mode->value.text, file,
             with_plain_mode(mode->value.at, mode->value.text), findings);
    }
  }
}

// Tools of distributions that are setuid or setgid everywhere, by name.
bool is_well_known(std::string_view program) {
  static constexpr std::array<std::string_view, 25> names{"su",
                                                          "mount",
                                                          "umount",
                                                          "chage",
                                                          "chfn",
                                                          "chsh",
                                                          "expiry",
                                                          "gpasswd",
                                                          "newgrp",
                                                          "passwd",
                                                          "sg",
                                                          "wall",
                                                          "write",
                                                          "unix_chkpwd",
                                                          "bbsuid",
                                                          "pam_timestamp_check",
                                                          "grub2-set-bootflag",
                                                          "utempter",
                                                          "unix2_chkpwd",
                                                          "userhelper",
                                                          "ping",
                                                          "pkexec",
                                                          "crontab",
                                                          "ssh-keysign",
                                                          "ssh-agent"};
  return std::ranges::find(names, program) != names.end();
}

enum class Place : std::uint8_t {
  standard,  // the distribution's standard image has it, too
  usual,     // a package brought a tool that is so in every system that has it
  exceptional
};

Place place_of(const Image& image, const ImageFile& file) {
  if (file.owner.empty()) return Place::exceptional;
  const std::string_view program = file_name(file.path);
  if (image.os && is_in_standard_image(*image.os, program)) return Place::standard;
  return is_well_known(program) ? Place::usual : Place::exceptional;
}

// "" where nothing is known of a standard image.
std::string standard_image_of(const Image& image) {
  if (!image.os || !knows_standard_image(*image.os)) return {};
  return concat("the standard ", image.os->id, " image");
}

std::string rights_of(const ImageFile& file) {
  std::vector<std::string> parts;
  if ((file.mode & 04000) != 0) parts.emplace_back(file.user == 0 ? "setuid root" : "setuid");
  if ((file.mode & 02000) != 0) parts.emplace_back("setgid");
  if (file.capabilities != 0) {
    parts.push_back(concat("given the capabilities ", names_of(file.capabilities)));
  }
  return join(parts, " and ");
}

// What brought it: "the package screen brought it, and the standard debian image does not have it".
std::string origin_of(const Image& image, const ImageFile& file) {
  if (file.owner.empty()) return "no package brought it";
  const std::string standard = standard_image_of(image);
  return concat("the package ", file.owner, " brought it",
                standard.empty() ? "" : concat(", and ", standard, " does not have it"));
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  std::map<std::pair<std::size_t, Place>, std::vector<std::string>> many;  // by layer
  for (const ImageFile& file : image.privileged_files) {
    const Place place = place_of(image, file);
    if (place != Place::exceptional) {
      many[{file.layer, place}].push_back(place == Place::standard
                                              ? concat("/", file.path)
                                              : concat("/", file.path, " (", file.owner, ")"));
      continue;
    }
    Finding& finding =
        findings.add(place_of_layer(image, file.layer),
                     concat("/", file.path, " is ", rights_of(file), ": ", origin_of(image, file)),
                     file.capabilities == 0 ? concat("RUN chmod a-s /", file.path)
                                            : concat("RUN setcap -r /", file.path));
    if ((file.mode & 04000) == 0 && file.capabilities == 0) finding.severity = Severity::low;
  }
  for (const auto& [key, paths] : many) {
    const auto& [layer, place] = key;
    constexpr std::size_t shown = 4;
    const std::string standard = standard_image_of(image);
    const std::string whose =
        place == Place::standard
            ? concat("as ", standard, " has ", paths.size() == 1 ? "it" : "them")
        : standard.empty() ? std::string("of the distribution")
                           : concat("of packages that ", standard, " does not have");
    findings
        .add(place_of_layer(image, layer),
             concat(counted(paths.size(), "setuid or setgid program", "setuid or setgid programs"),
                    " ", whose, ": ", first_of(paths, shown)),
             "RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +")
        .severity = Severity::low;
  }
}

}  // namespace

extern constinit const Rule setuid_files = {
    .name = "setuid-files",
    .title = "build makes a file setuid or setgid",
    .severity = Severity::medium,
    .topic = "filesystem",
    .subjects = {Subject::image, Subject::dockerfile, Subject::container},
    .rationale =
        "A setuid program runs with its owner's rights, whoever starts it. A fault in one gives an "
        "ordinary user of the container root, and with it every capability the container has.",
    .remediation =
        "Give the program the user it needs instead of the bit; take the bit from programs that "
        "the "
        "base image brings (`find / -xdev -perm /6000 -type f -exec chmod a-s {} +`), and run with "
        "no-new-privileges, which makes the bit void.",
    .limits =
        "A Dockerfile shows only what its own instructions set: the setuid files of the base image "
        "and of installed packages are found by `plimsoll image`, where those that the "
        "distribution's standard image has are one finding that is low, and so are the well-known "
        "tools of other packages (ping, crontab). Which those are is a table, of Debian, Ubuntu, "
        "Alpine, Fedora, Red Hat and its rebuilds, and Amazon Linux. A setgid bit is reported "
        "only on programs, by "
        "their place (…/bin, …/sbin, …/libexec): on a directory it is harmless.",
    .references = {guideline("S1", "SUID/GUID binaries"), guideline("S3", "Docker File Security"),
                   cis("4.8"), dockle("CIS-DI-0008")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
