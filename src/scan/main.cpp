// plimsoll-image: what `plimsoll image` and `plimsoll sbom` become.
#include "app/program.h"
#include "scan/image_command.h"
#include "scan/sbom_command.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
// It would stop all threads with ptrace at the end, which the sandbox forbids; what the libraries
// leak their tests find.
int __lsan_is_turned_off() {
  return 1;
}
#endif
#endif

namespace {

plimsoll::app::ExitCode run(const plimsoll::app::Arguments& arguments) {
  return arguments.command->name == "sbom" ? plimsoll::scan::sbom_command(arguments)
                                           : plimsoll::scan::image_command(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return plimsoll::app::run_program(argc, argv, run);
}
