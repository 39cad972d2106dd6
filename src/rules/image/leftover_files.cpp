#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/byte_count.h"
#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_paths.h"
#include "subjects/image.h"

// What somebody's machine or the build left in the image. Files of one kind under one directory are
// one finding, since a .git has thousands.
namespace plimsoll::rules::image {
namespace {

struct Leftover {
  std::string_view kind;  // "files of version control"
  std::string_view root;  // the directory or file that should not be there
  Severity severity = Severity::low;
};

// What packages bring is theirs: modules carry the editor files and Dockerfiles of their authors.
bool is_of_a_package(std::string_view path) {
  static constexpr std::array<std::string_view, 8> inner{
      "/node_modules/", "/site-packages/", "/dist-packages/", "/gems/",
      "/vendor/",       "/pkg/mod/",       "/share/",         "/lib/"};
  static constexpr std::array<std::string_view, 2> outer{"usr/share/", "usr/lib/"};
  return std::ranges::any_of(inner, [&](auto part) { return path.contains(part); }) ||
         std::ranges::any_of(outer, [&](auto start) { return path.starts_with(start); });
}

// "app/.git/config" and ".git" -> "app/.git"; "" when no directory has that name.
std::string_view up_to(std::string_view path, std::string_view directory) {
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = path.find('/', at);
    if (slash == std::string_view::npos) return {};
    if (path.substr(at, slash - at) == directory) return path.substr(0, slash);
    at = slash + 1;
  }
  return {};
}

Leftover leftover_of(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> directories{
      {{".git", "files of version control"},
       {".svn", "files of version control"},
       {".hg", "files of version control"},
       {".idea", "files of an editor"},
       {".vscode", "files of an editor"},
       {"__MACOSX", "files of a desktop"}}};
  for (const auto& [name, kind] : directories) {
    const std::string_view root = up_to(path, name);
    if (root.empty()) continue;
    // History holds what was deleted long ago, secrets among it.
    const bool is_history = name == ".git" || name == ".svn" || name == ".hg";
    return {kind, root, is_history ? Severity::low : Severity::info};
  }
  const std::string_view name = file_name(path);
  if (name == ".DS_Store" || name == "Thumbs.db") {
    return {"a file of a desktop", path, Severity::info};
  }
  if (name.starts_with('.') && (name.ends_with(".swp") || name.ends_with(".swo"))) {
    return {"a file of an editor", path, Severity::low};
  }
  static constexpr std::array<std::string_view, 7> build_files{
      "Dockerfile",   "Containerfile", "docker-compose.yml", "docker-compose.yaml",
      "compose.yaml", "compose.yml",   ".dockerignore"};
  if (std::ranges::find(build_files, name) != build_files.end()) {
    return {"a file of the build", path, Severity::info};
  }
  if (path.starts_with("tmp/") || path.starts_with("var/tmp/")) {
    return {"temporary files", path.substr(0, path.find('/', path.find("tmp/"))), Severity::info};
  }
  return {};
}

void check(const Image& image, const Policy&, Findings& findings) {
  struct Found {
    Leftover what;
    std::size_t files = 0;
    std::uint64_t bytes = 0;
  };
  std::map<std::pair<std::uint32_t, std::string_view>, Found> found;
  for (const ImagePath& path : image.paths) {
    if (path.kind != FileKind::file || path.is_hidden || is_of_a_package(path.path)) continue;
    const Leftover what = leftover_of(path.path);
    if (what.root.empty()) continue;
    Found& into = found[{path.layer, what.root}];
    into.what = what;
    ++into.files;
    into.bytes += path.size;
  }
  for (const auto& [key, leftover] : found) {
    const std::size_t layer = key.first;
    findings
        .add(place_of_layer(image, layer),
             concat("/", leftover.what.root, " is left in ", layer_words(image, layer), ": ",
                    leftover.what.kind, ", ",
                    leftover.files == 1 ? "" : concat(std::to_string(leftover.files), " files, "),
                    byte_count(leftover.bytes)),
             "leave it out: in .dockerignore, or by removing it in the RUN that makes it")
        .severity = leftover.what.severity;
  }
}

}  // namespace

extern constinit const Rule leftover_files = {
    .name = "leftover-files",
    .title = "files of the build or of somebody's machine are in the image",
    .severity = Severity::low,
    .topic = "images",
    .subjects = {Subject::image},
    .rationale =
        "A copied working directory brings more than the program: the history of the repository "
        "with everything that was ever deleted from it, editors' files with parts of others, the "
        "Dockerfile with the names of internal hosts. None of it is needed to run.",
    .remediation =
        "Name in `.dockerignore` what is not to be copied, copy what is needed by its name, and "
        "remove temporary files in the RUN that makes them.",
    .limits =
        "Well-known names are looked for: directories of version control and editors, desktop "
        "files, Dockerfiles and compose files, and what lies in /tmp and /var/tmp. What packages "
        "bring with them (node_modules, site-packages, gems, /usr/share, lib directories) is "
        "theirs "
        "and is left out. Files that a later layer deletes are counted by `needless-layer`.",
    .references = {guideline("S4", "Best practices for building containers"),
                   dockle("DKL-LI-0003")},
    .check = {check},
};

}  // namespace plimsoll::rules::image
