// plimsoll-image: what `plimsoll image` and `plimsoll sbom` become.
#include "app/program.h"
#include "scan/image_command.h"
#include "scan/sbom_command.h"

namespace {

plimsoll::app::ExitCode run(const plimsoll::app::Arguments& arguments) {
  return arguments.command->name == "sbom" ? plimsoll::scan::sbom_command(arguments)
                                           : plimsoll::scan::image_command(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return plimsoll::app::run_program(argc, argv, run);
}
