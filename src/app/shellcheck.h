// Runs ShellCheck over the RUN scripts of Dockerfiles. The program is started once for all of them
// (it takes 45 ms to start and 10 ms for a script), so this is a pass of its own before the check:
// first add() for every Dockerfile, then run(), then attach() to each Dockerfile that is judged.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "subjects/dockerfile.h"

namespace plimsoll::app {

// Bounds: an answer that is longer or takes longer is an error, not a wait without end.
inline constexpr std::size_t max_shellcheck_output = 64u << 20;
inline constexpr int max_shellcheck_seconds = 120;

// A RUN's script as ShellCheck gets it. Its lines are the lines of the file, so that places are
// found again by counting: only comment lines and blank lines between continued lines are left out,
// as the builder does, and the first lines are ours.
struct ShellCheckScript {
  std::string text;
  std::uint32_t first_line = 1;       // the number of the first line that is the file's
  std::vector<std::uint32_t> begins;  // from that line on: where each begins in the file
};

// Nothing for an instruction that is no shell script, or one for a shell that ShellCheck does not
// know.
std::optional<ShellCheckScript> shellcheck_script(const Dockerfile& dockerfile, const Stage& stage,
                                                  const Instruction& instruction);

class ShellCheck {
 public:
  explicit ShellCheck(std::string program = "shellcheck") : program_(std::move(program)) {}

  // Takes the scripts of a Dockerfile; the Dockerfile need not outlive the call.
  void add(const Dockerfile& dockerfile);
  // Why the scripts were not checked, or nothing. Without a script the program is not even looked
  // for.
  std::optional<Error> run();
  // Gives a Dockerfile what was said about the one of the same path that was added.
  void attach(Dockerfile& dockerfile) const;

 private:
  struct Text {
    std::string path;
    std::string text;
  };
  struct Script {
    std::size_t of = 0;  // which Dockerfile's
    ShellCheckScript script;
  };
  struct Diagnostic {
    Span span;
    ShellDiagnostic diagnostic;  // its place is filled by attach()
  };

  std::optional<Error> run_some(const std::string& directory, std::size_t begin, std::size_t end);
  std::optional<Error> read_answer(std::string_view answer);

  std::string program_;
  std::vector<Text> dockerfiles_;
  std::vector<Script> scripts_;
  std::map<std::string, std::vector<Diagnostic>, std::less<>> diagnostics_;  // by path
};

}  // namespace plimsoll::app
