// Writing files that people own: whole or not at all, and never over somebody else's change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll {

// Replaces a file's text: a temporary file beside it, synced, then renamed over it. Its mode,
// owner, access control list and other extended attributes are kept; of a symlink the target is
// replaced and the link stays. Other hard links keep the old text: only one name can be changed at
// once. Nothing is written when the file no longer holds `expected`, is read-only, or anything
// fails: then the error says why.
std::optional<Error> replace_file(const std::string& path, std::string_view expected,
                                  std::string_view text);

// Who may read a new file: what the umask lets, or everybody who gets as far as its directory.
enum class Readers : std::uint8_t { usual, everybody };

// Makes a new file; an error when there is one of the name. Directories that are missing are made,
// for their owner alone: what is put into a directory of its own is a secret, or stands beside one.
std::optional<Error> create_file(const std::string& path, std::string_view text,
                                 Readers readers = Readers::usual);

// Makes a directory and those above it that are missing, for their owner alone.
std::optional<Error> make_directories(const std::string& path);

// Writes all of the bytes to a file, a pipe or a socket: 0, or what went wrong (errno).
int write_all(int descriptor, std::string_view bytes);

// Takes back what create_file() made, when what it was made for cannot be.
void remove_made_file(const std::string& path);

}  // namespace plimsoll
