#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"
#include "subjects/history_instruction.h"
#include "subjects/image.h"

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

// --- the history of an image ---

// What it added, and where to; "" for another instruction.
std::string_view add_of(std::string_view made_by) {
  const HistoryInstruction instruction = instruction_of(made_by);
  return instruction.keyword == "ADD" ? instruction.rest : std::string_view();
}

// BuildKit writes the sources as they were named: the first one that COPY would take as well.
std::string_view plain_source(std::string_view words) {
  std::vector<std::string_view> sources;
  for (const std::string_view word : split(words, ' ')) {
    if (!word.empty() && !word.starts_with("--")) sources.push_back(word);
  }
  if (sources.size() < 2) return {};
  sources.pop_back();  // the destination
  const auto plain = std::ranges::find_if(sources, [](std::string_view source) {
    return !is_remote(source) && !is_archive(source) && !source.contains('$');
  });
  return plain == sources.end() ? std::string_view() : *plain;
}

// How many files each layer holds.
std::vector<std::size_t> files_of_layers(const Image& image) {
  std::vector<std::size_t> files(image.layers.size());
  for (const ImagePath& path : image.paths) {
    if (path.kind != FileKind::directory) ++files[path.layer];
  }
  return files;
}

void judge_add(const Located<std::string>& made_by, std::size_t files, Findings& findings) {
  const std::string_view words = add_of(made_by.value);
  constexpr std::string_view remedy = "write COPY instead of ADD";
  // The classic builder writes a hash of what it added. A directory is never unpacked; of several
  // files an archive was.
  if (words.starts_with("dir:")) {
    findings.add(made_by, "ADD took a directory as COPY would", std::string(remedy));
  } else if (words.starts_with("file:")) {
    if (files != 1) return;
    findings
        .add(made_by, "ADD took one file as COPY would, unless it fetched it from a URL",
             std::string(remedy))
        .severity = Severity::info;
  } else if (const std::string_view source = plain_source(words); !source.empty()) {
    findings.add(made_by, concat("ADD took \"", source, "\" as COPY would"), std::string(remedy));
  }
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (!image.config || image.config->history.empty()) {
    return findings.not_applicable("the image has no history");
  }
  const std::size_t of_base = image.base ? image.base->layers : 0;
  const std::vector<std::size_t> files = files_of_layers(image);
  std::size_t layer = 0;
  for (const HistoryEntry& entry : image.config->history) {
    if (entry.empty_layer) continue;
    if (layer == files.size()) break;  // a history that tells of more layers than there are
    // What a base image did is its maker's; a root file system at the bottom is always added.
    const bool is_root = layer == 0 && image.os;
    if (layer >= of_base && !is_root) {
      judge_add(entry.created_by, files[layer], findings);
    }
    ++layer;
  }
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
        "`unverified-download` asks. In the history of an image only what stands above the base "
        "image is judged, as far as it shows where that ends; the classic builder writes a hash "
        "instead of the source's name, so that a single file may also have come from a URL.",
    .references = {guideline("S3", "Dockerfile checklist: use COPY instead of ADD"), cis("4.9"),
                   hadolint("DL3020"), trivy("DS-0005"), checkov("CKV_DOCKER_4"),
                   dockle("CIS-DI-0009")},
    .check = {check, check_image},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
