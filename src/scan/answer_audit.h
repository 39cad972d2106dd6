// What plimsoll-audit starts this program for: the known vulnerabilities of one image of the
// engine, as bytes (advisories/image_answer.h) on standard output.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::scan {

// The operand is the image's id; of the flags of `plimsoll audit` those that say the engine, the
// database and the statements are heeded.
app::ExitCode answer_audit(const app::Arguments& arguments);

}  // namespace plimsoll::scan
