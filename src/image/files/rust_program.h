// What a program in Rust was built from, when it was built with cargo-auditable: the section
// .dep-v0 holds JSON, packed by zlib, with a list "packages". Those of the kind "build" ran while
// it was built and are not in it. Of other Rust programs nothing can be told.
// Source: cargo-auditable, PARSING.md and its JSON schema.
#pragma once

#include "image/files/elf.h"
#include "image/layer.h"

namespace plimsoll::image {

// Adds what it was built from; nothing for other programs.
void read_rust_program(const Elf& elf, PackageFile& into, Layer& layer);

}  // namespace plimsoll::image
