// How a file of a layer becomes knowledge: each kind of file has a reader, which says by the path
// and the header whether it wants the file, and gets the content in one piece. What nobody wants is
// hashed and forgotten.
//
// A reader sees hostile bytes. It adds what it understood to the layer, and an Error for what it
// did not; it never fails the layer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "image/layer.h"

namespace plimsoll::image {

struct FileReader {
  bool (*wants)(const TarEntry& entry);
  // Larger files are an error in the layer; a reader names what it has seen in honest images, and
  // some. It bounds the memory of a scan.
  std::uint64_t max_bytes;
  void (*read)(std::string_view path, std::string_view content, Layer& layer);
};

// All of them; for a file the first that wants it counts.
std::span<const FileReader* const> file_readers();

// An error about a file of a layer.
inline Error file_error(std::string_view path, std::string message) {
  return {.message = std::move(message), .file = std::string(path)};
}

}  // namespace plimsoll::image
