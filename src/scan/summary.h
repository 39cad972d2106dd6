// What an image is, in a few lines for people.
#pragma once

#include <cstdint>
#include <string>

#include "subjects/image.h"

namespace plimsoll::scan {

// "nginx:1.27 (linux/amd64)", printable.
std::string heading_of(const Image& image);

// Of the files of all layers, whether a container sees them or not.
std::uint64_t file_bytes_of(const Image& image);

// "nginx:1.27 (linux/amd64): Debian GNU/Linux 12 (bookworm), 150 deb, 3 npm packages" and so on,
// with a line ending, and a line about its known vulnerabilities; what the image says of itself is
// made printable.
std::string summary_of(const Image& image);

// "3 components of kinds that are not known here", of an inventory.
std::string unknown_components_of(const Image& image);

}  // namespace plimsoll::scan
