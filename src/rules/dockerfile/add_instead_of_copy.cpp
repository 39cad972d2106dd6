#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// What ADD unpacks: tar archives, plain or compressed with gzip, bzip2, xz or zstd. It looks at the
// bytes, so that a bare .gz may be such an archive too.
constexpr std::array<std::string_view, 13> archive_endings{
    ".tar", ".tgz", ".tbz", ".tbz2", ".txz",  ".tzst",  ".tlz",
    ".gz",  ".bz2", ".xz",  ".zst",  ".lzma", ".tar.z",
};

bool is_archive(std::string_view source) {
  const std::string name = lower(last_segment(source));
  return std::ranges::any_of(archive_endings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

// Whether the text after a word's last variable shows what kind of file it is ("app-${V}.jar"), and
// the text before its first one that it is no URL.
bool ends_known(std::string_view text) {
  if (text.starts_with('$')) return false;
  const std::size_t variable = text.rfind('$');
  std::size_t rest = variable + 1;
  if (rest < text.size() && text[rest] == '{') {
    rest = text.find('}', rest);
    if (rest == std::string_view::npos) return false;
    ++rest;
  } else {
    while (rest < text.size() &&
           (is_alpha(text[rest]) || is_digit(text[rest]) || text[rest] == '_')) {
      ++rest;
    }
  }
  return text.substr(rest).contains('.');
}

// Whether ADD does something for this source that COPY would not.
bool needs_add(const Instruction& add, const DockerfileWord& source) {
  if (is_remote(source.text)) return true;
  if (source.unresolved && !ends_known(source.text)) return true;
  const DockerfileFlag* unpack = add.flag("unpack");
  if (unpack != nullptr && unpack->value.text == "false") return false;
  return is_archive(source.text);
}

// --unpack, --checksum and --keep-git-dir are no flags of COPY.
bool add_flags_fit_copy(const Instruction& add) {
  return std::ranges::none_of(add.flags, [](const DockerfileFlag& flag) {
    return flag.name == "unpack" || flag.name == "checksum" || flag.name == "keep-git-dir";
  });
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    const Instruction& add = deed(instruction);
    if (add.keyword != Keyword::add) return;
    const DockerfileWord* plain = nullptr;
    for (const DockerfileWord& source : sources_of(add)) {
      if (!needs_add(add, source)) plain = &source;
    }
    if (plain == nullptr && add.heredocs.empty()) return;
    Finding& finding = findings.add(
        add.name_at,
        concat("ADD takes ", plain == nullptr ? "a heredoc" : concat("\"", plain->text, "\""),
               " as COPY would; COPY never downloads or unpacks by accident"),
        "write COPY instead of ADD");
    // Sources that need ADD would have to stand in an instruction of their own.
    const bool all_plain = std::ranges::none_of(
        sources_of(add), [&](const DockerfileWord& source) { return needs_add(add, source); });
    if (all_plain && add_flags_fit_copy(add)) {
      finding.fix = safe_fix({change::rewrite(add.name_at, in_casing_of(add.name, "COPY"))});
    }
  });
}

}  // namespace

extern constinit const Rule add_instead_of_copy = {
    .name = "add-instead-of-copy",
    .title = "ADD where COPY does",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "ADD decides by what it is given: it downloads a URL, clones a repository and unpacks an "
        "archive. A file that turns out to be an archive, or a variable that turns out to be a "
        "URL, "
        "then puts things into the image that nobody wrote down. COPY only copies.",
    .remediation =
        "Write COPY. Keep ADD for a local archive that it shall unpack, and for a URL or a "
        "repository with `--checksum`.",
    .limits =
        "A source that is a variable as a whole is not judged. Whether a URL has a checksum is "
        "what "
        "`unverified-download` asks. The history of an existing image is not read yet.",
    .references = {guideline("S3", "Dockerfile checklist: use COPY instead of ADD"), cis("4.9"),
                   hadolint("DL3020"), trivy("DS-0005"), checkov("CKV_DOCKER_4"),
                   dockle("CIS-DI-0009")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
