// What a program in Go was built from. The linker leaves a record in the section .go.buildinfo:
// "\xff Go buildinf:", the size of a pointer, flags, and two texts, the version of Go and the
// modules. Since Go 1.18 the texts stand there themselves, each behind its length; before, there
// are pointers to Go's strings (pointer and length), in the byte order that a flag says. The
// modules are lines, between two marks of 16 bytes:
//   mod  example.com/program  (devel)
//   dep  golang.org/x/text    v0.3.7  h1:…
//   =>   golang.org/x/text    v0.3.8  h1:…     instead of the line above
// A replacement by a directory has no version; then what it replaces is named, since what is known
// of that is most probably true of a copy with changes.
// The standard library is listed as the package "stdlib" with Go's version, as advisories name it.
// Source: Go's debug/buildinfo and runtime/debug (BuildInfo.String).
#pragma once

#include <string_view>

#include "image/files/elf.h"
#include "image/layer.h"

namespace plimsoll::image {

// Whether the first 4 KiB of an ELF file hold the note that Go's linker puts there.
bool looks_like_go(std::string_view first_bytes);

// Adds what it was built from; nothing for other programs.
void read_go_program(const Elf& elf, PackageFile& into);

}  // namespace plimsoll::image
