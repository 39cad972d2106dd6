// Verbs that are programs of their own, since they link what a linter does not need: this process
// becomes the program beside it, as `git verb` becomes git-verb.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "base/files.h"
#include "base/text.h"

namespace plimsoll::app {

ExitCode become(std::string_view name, const Arguments& arguments) {
  const std::string own = RealFiles().real_path("/proc/self/exe");
  const std::string program = join_path(parent_path(own), name);
  std::vector<std::string> words{program, std::string(arguments.command->name)};
  words.insert(words.end(), arguments.words.begin(), arguments.words.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  return fail_with({.message = concat("cannot be started: ", lower(std::strerror(errno))),
                    .hint = "it belongs beside plimsoll: install both",
                    .file = program});
}

ExitCode other_program(const Arguments& arguments) {
  return become(arguments.command->program, arguments);
}

}  // namespace plimsoll::app
