// From what rules want to what has to be written: fills in the edits of every finding that offers a
// fix, or the reason why there are none. One function per surface.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "findings/finding.h"
#include "subjects/compose_project.h"
#include "subjects/container_spec.h"

namespace plimsoll::fix {

void make_dockerfile_edits(std::span<Finding> findings);
// `dockerfiles`: those that the project builds from, in which what is found of a service may stand.
// What stands in another file (an env_file) is refused.
void make_compose_edits(std::span<Finding> findings, const ComposeProject& project,
                        std::span<const Source* const> dockerfiles);
void make_run_line_edits(std::span<Finding> findings,
                         const std::vector<std::unique_ptr<ContainerSpec>>& lines);
// Refuses what a flag of dockerd or the engine's answer decided: that is no file to edit.
void make_daemon_json_edits(std::span<Finding> findings);
// Where nothing can be edited, as in what an engine printed.
void refuse_edits(std::span<Finding> findings, std::string_view reason);

}  // namespace plimsoll::fix
