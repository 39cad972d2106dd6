// Programs that know what they were built from: of Go (go_program.h) and Rust (rust_program.h).
// Every file that somebody may execute is looked at, and kept only if it is an ELF file; programs
// for other systems are not looked into.
//
// Larger ones than are read are passed over in silence, unless they are in Go as far as their first
// bytes tell, which is an error: of other languages hardly any program says anything, and an error
// for each browser and database would make every report an incomplete one. A Rust program larger
// than that, or a Go program whose linker was another, is missed.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader program;

}  // namespace plimsoll::image
