// The exit codes of every command.
#pragma once

namespace plimsoll::app {

enum class ExitCode {
  clean = 0,       // nothing at or above --fail-on
  findings = 1,    // something was found
  failed = 2,      // usage, configuration or internal error
  incomplete = 3,  // something could not be read; the rest is still reported
};

}  // namespace plimsoll::app
