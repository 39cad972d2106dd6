// Verbs that are programs of their own, since they link what a linter does not need: this process
// becomes the program beside it, as `git verb` becomes git-verb.
#include <utility>
#include <vector>

#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "base/child_process.h"

namespace plimsoll::app {

ExitCode become(std::string_view name, const Arguments& arguments) {
  std::vector<std::string> words{std::string(arguments.command->name)};
  words.insert(words.end(), arguments.words.begin(), arguments.words.end());
  return fail_with(become_program(program_beside(name), std::move(words)));
}

ExitCode other_program(const Arguments& arguments) {
  return become(arguments.command->program, arguments);
}

}  // namespace plimsoll::app
