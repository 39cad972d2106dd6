// Walking through what a build does: which stages end in the image, the RUNs of a stage, and which
// directories of a RUN are not kept.
//
// A layer is written once and never shrinks: what one RUN leaves behind, a later RUN can hide but
// not remove. And only some layers are shipped: the final stage's own and those of the stages that
// it is built FROM. A stage that is only copied from leaves nothing but the copied files.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "subjects/dockerfile.h"

namespace plimsoll::rules {

// The final stage and the stages it is built on, base first. Pointers into the Dockerfile.
std::vector<const Stage*> shipped_stages(const Dockerfile& dockerfile);

// Calls visit(const Instruction&) for each RUN, those of ONBUILD triggers included: they run in the
// builds that use the image.
template <class Visit>
void for_each_run(const Stage& stage, Visit&& visit) {
  for (const Instruction& instruction : stage.instructions) {
    if (instruction.keyword == Keyword::run) visit(instruction);
    if (instruction.trigger != nullptr && instruction.trigger->keyword == Keyword::run) {
      visit(*instruction.trigger);
    }
  }
}

// Whether a path that somebody wrote (in an rm, as a mount's target) takes in all of `path`: it is
// the directory, its content (`/*`), or a directory above it. A `path` that starts with `~/` lies
// in some home directory: /root, /home/app, $HOME.
bool path_covers(std::string_view written, std::string_view path);

// Whether a mount of a RUN keeps what is written at `path` out of the layer: a cache or a tmpfs.
bool mounted_away(const Instruction& run, std::string_view path);

// Whether a command is one of those that deletes() looks into: the cheap question first.
bool may_delete(const shell::Command& command);
// Whether a command deletes what is at `path`: rm, find with -delete or -exec rm.
bool deletes(const shell::Command& command, std::string_view path);

// sh, bash, dash, ash, zsh, ksh.
bool is_shell(std::string_view program);

// Whether a CMD or an ENTRYPOINT runs a program, directly or from its shell line.
bool runs_program(const Instruction& instruction, std::initializer_list<std::string_view> names);

}  // namespace plimsoll::rules
