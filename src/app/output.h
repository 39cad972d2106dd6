// Where a command's result goes: standard output or a file, buffered, with its faults noticed.
#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "base/descriptor.h"
#include "base/result.h"
#include "base/temporary_file.h"

namespace plimsoll::app {

class Output {
 public:
  // Standard output for an empty path; else a file, written whole or not at all: a temporary one
  // beside it that is renamed by finish(). Of a symlink the target is replaced, as `>` does, and a
  // file that is there keeps its mode.
  explicit Output(std::string path = {});
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::ostream& stream();
  // Writes out what is left. A reader that closed the pipe is no failure; a full disk is.
  std::optional<Error> finish();

 private:
  class Buffer;
  std::string path_;
  std::string target_;  // the file behind symlinks
  std::optional<TemporaryFile> temporary_;
  std::optional<Descriptor> special_;
  std::unique_ptr<Buffer> buffer_;
  std::unique_ptr<std::ostream> stream_;
};

// Whether text on this descriptor may be coloured: --color, then NO_COLOR, CLICOLOR_FORCE, TERM,
// isatty.
bool use_colour(std::string_view mode, int descriptor);

}  // namespace plimsoll::app
