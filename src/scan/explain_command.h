// `plimsoll explain CVE-2023-4911 [--image TARGET]`: what is known of a flaw, and why an image has
// it or does not.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::scan {

app::ExitCode explain_vulnerability(const app::Arguments& arguments);

}  // namespace plimsoll::scan
