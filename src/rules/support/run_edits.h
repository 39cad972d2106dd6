// Edits of the commands of a RUN, for fixes: one more command, one less, one more option. A command
// is joined to the others in the layout that the RUN has: behind `&&` on the same line, on a line
// of its own with the `&&` where the others have theirs, after `;` under `set -e`, or on a line of
// a heredoc.
//
// Only a plain list of commands is edited: no branches, loops, groups, subshells, `||` or `&`. What
// a command more or less would mean there is for a person to say. Every function gives nothing
// where it cannot make the edit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "findings/finding.h"
#include "rules/support/package_calls.h"
#include "subjects/dockerfile.h"

namespace plimsoll::rules {

// Whether the place holds exactly this text: no variable stands there whose value it is.
bool is_written(const Location& at, std::string_view text);

// The text right behind, or right before, a place in the same file.
Change insert_behind(const Location& at, std::string text);
Change insert_ahead(const Location& at, std::string text);

// `command` behind the last command, or before another one.
std::optional<Change> append_command(const Dockerfile& dockerfile, const Instruction& run,
                                     std::string_view command);
std::optional<Change> insert_command(const Dockerfile& dockerfile, const Instruction& run,
                                     const shell::Command& before, std::string_view command);
// Takes a command out of its list, with the comments right above it. The last one takes the RUN
// with it.
std::optional<Change> remove_command(const Dockerfile& dockerfile, const Instruction& run,
                                     const shell::Command& command);
// The commands of a RUN that is a plain list joined by `&&`, and by `|` within; nothing for any
// other. Those of substitutions are not among them.
std::optional<std::vector<const shell::Command*>> plain_list(const Dockerfile& dockerfile,
                                                             const Instruction& run);
// What joins the commands of a plain list, the layout in which it is written over lines first:
// " \\\n    && ", " && \\\n    ", " && ".
std::string joiner_of(const Dockerfile& dockerfile, const Instruction& run);

// Takes a word that is no command's first one, with the blanks before it.
std::optional<Change> remove_word(const shell::Command& command, const shell::Word& word);
// Whether options end before the verb: in `apt -- purge curl` what stands behind it is a package.
bool options_end_before_verb(const PackageCall& call);
// An option behind the program's verb ("install"), or behind its name.
std::optional<Change> add_option(const Instruction& run, const PackageCall& call,
                                 std::string_view option);
std::optional<Change> add_option(const Instruction& run, const shell::Word& program,
                                 std::string_view option);

// The fix made of one change; none when there is no change.
Fix safe_if(std::optional<Change> change);
Fix unsafe_if(std::optional<Change> change);

}  // namespace plimsoll::rules
