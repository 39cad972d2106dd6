#include "fix/make_edits.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/files.h"
#include "base/text.h"
#include "fix/compose_editor.h"
#include "fix/daemon_json_editor.h"
#include "fix/dockerfile_editor.h"
#include "fix/run_line_editor.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll::fix {
namespace {

void refuse(Finding& finding, std::string reason) {
  finding.fix.edits.clear();
  finding.fix.refusal = std::move(reason);
}

void take(Finding& finding, Result<std::vector<Edit>> edits) {
  if (!edits) return refuse(finding, std::move(edits.error().message));
  const Source* file = nullptr;
  for (const Edit& edit : *edits) {
    if (file != nullptr && edit.at.known() && edit.at.source != file) {
      return refuse(finding, "it would have to be changed in two files at once");
    }
    if (edit.at.known()) file = edit.at.source;
  }
  // Changes that find everything as they want it: nothing is left to do.
  if (edits->empty()) return refuse(finding, "the file says so already");
  finding.fix.edits = std::move(*edits);
}

// The file that a change is made in.
const Source* file_of(const Change& change, const Finding& finding) {
  return change.at.known() ? change.at.source : finding.subject_at.source;
}

bool stands_in(const std::vector<Change>& changes, const Source* file) {
  return std::ranges::all_of(changes,
                             [&](const Change& change) { return change.at.source == file; });
}

// Puts something into the service that nobody wrote there.
bool adds(const Change& change) {
  return change.kind == Change::Kind::add ||
         (change.kind == Change::Kind::set && !change.at.known());
}

}  // namespace

void make_dockerfile_edits(std::span<Finding> findings) {
  for (Finding& finding : findings) {
    if (finding.fix.offered()) take(finding, dockerfile_edits(finding));
  }
}

void make_compose_edits(std::span<Finding> findings, const ComposeProject& project,
                        std::span<const Source* const> dockerfiles) {
  const std::vector<const Source*>& files = project.sources;
  const compose::FileTrees::File no_tree;
  std::map<const Source*, std::unique_ptr<ComposeEditor>> editors;
  for (Finding& finding : findings) {
    if (!finding.fix.offered()) continue;
    if (std::ranges::find(dockerfiles, finding.at.source) != dockerfiles.end() &&
        stands_in(finding.fix.changes, finding.at.source)) {
      take(finding, dockerfile_edits(finding));
      continue;
    }
    std::vector<Edit> edits;
    std::vector<Change> changes;  // all in one file
    const Source* file = nullptr;
    for (const Change& change : finding.fix.changes) {
      if (change.kind == Change::Kind::create_file) {
        const std::string_view directory = parent_path(finding.subject_at.source->path());
        edits.push_back(
            {{}, change.value, {}, join_path(directory, change.name), change.is_secret});
        continue;
      }
      const Source* const its_file = file_of(change, finding);
      if (std::ranges::find(files, its_file) == files.end()) {
        refuse(finding, concat("it is decided in ",
                               its_file == nullptr ? "another file" : its_file->path()));
        break;
      }
      if (file != nullptr && its_file != file) {
        refuse(finding, "it would have to be changed in two files at once");
        break;
      }
      file = its_file;
      changes.push_back(change);
    }
    if (!finding.fix.refusal.empty()) continue;
    if (file != nullptr) {
      std::unique_ptr<ComposeEditor>& editor = editors[file];
      if (editor == nullptr) {
        const compose::FileTrees::File* const tree = project.trees->find(file);
        const compose::FileTrees::File& known = tree == nullptr ? no_tree : *tree;
        editor = std::make_unique<ComposeEditor>(*file, known.documents, known.merges,
                                                 project.for_swarm);
      }
      if (file == finding.subject_at.source && std::ranges::any_of(changes, adds) &&
          editor->is_part(finding.subject_at)) {
        refuse(finding,
               "the service names no image here: change the file that this one is laid over");
        continue;
      }
      Result<std::vector<Edit>> some = editor->edits(changes, finding.subject_at);
      if (!some) {
        refuse(finding, std::move(some.error().message));
        continue;
      }
      // Changes that find everything as they want it leave no file to be made, either.
      if (some->empty()) edits.clear();
      std::ranges::move(*some, std::back_inserter(edits));
      if (file == finding.subject_at.source) finding.fix.turn = editor->turn_of(finding.subject_at);
    }
    take(finding, std::move(edits));
  }
}

void make_run_line_edits(std::span<Finding> findings,
                         const std::vector<std::unique_ptr<ContainerSpec>>& lines) {
  for (Finding& finding : findings) {
    if (!finding.fix.offered()) continue;
    const auto line = std::ranges::find(lines, finding.subject_at, &ContainerSpec::at);
    if (line == lines.end()) {
      refuse(finding, "its line is not known");
      continue;
    }
    take(finding, run_line_edits(finding, **line));
  }
}

void make_daemon_json_edits(std::span<Finding> findings) {
  for (Finding& finding : findings) {
    if (finding.fix.offered()) take(finding, daemon_json_edits(finding));
  }
}

void refuse_edits(std::span<Finding> findings, std::string_view reason) {
  for (Finding& finding : findings) {
    if (finding.fix.offered()) refuse(finding, std::string(reason));
  }
}

}  // namespace plimsoll::fix
