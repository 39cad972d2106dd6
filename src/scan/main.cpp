// plimsoll-image: what `plimsoll image`, `plimsoll sbom`, `plimsoll check --images` and
// `plimsoll explain` of a vulnerability become, and what `plimsoll audit` starts for each image.
#include "app/program.h"
#include "scan/answer_audit.h"
#include "scan/check_images.h"
#include "scan/explain_command.h"
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
  const std::string_view name = arguments.command->name;
  if (name == "audit") return plimsoll::scan::answer_audit(arguments);
  if (name == "check") return plimsoll::scan::check_with_images(arguments);
  if (name == "explain") return plimsoll::scan::explain_vulnerability(arguments);
  if (name == "sbom") return plimsoll::scan::sbom_command(arguments);
  return plimsoll::scan::image_command(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return plimsoll::app::run_program(argc, argv, run);
}
