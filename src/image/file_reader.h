// How a file of a layer becomes knowledge: each kind of file has a reader, which says by the path
// and the header whether it wants the file, and gets the content in one piece. What nobody wants is
// hashed and forgotten.
//
// Where neither path nor header tell what a file is, as of programs, its first bytes are looked at
// before the rest is kept.
//
// A reader sees hostile bytes. It adds what it understood to the layer, and an Error for what it
// did not; it never fails the layer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "image/layer.h"

namespace plimsoll::image {

struct FileReader {
  bool (*wants)(const TarEntry& entry);
  // Larger files are an error in the layer; a reader names what it has seen in honest images, and
  // some. It bounds the memory of a scan.
  std::uint64_t max_bytes;
  void (*read)(std::string_view path, std::string_view content, Layer& layer);
  // Whether a file that begins so is one to read; nothing for all of them. It gets the first 4 KiB
  // or all of a shorter file, and the size that the header says. A file larger than `max_bytes` is
  // an error only if it looks right.
  bool (*looks_right)(std::string_view first_bytes, std::uint64_t size) = nullptr;
};

inline constexpr std::size_t first_bytes_to_look_at = 4096;

// All of them; for a file the first that wants it counts.
std::span<const FileReader* const> file_readers();

// An error about a file of a layer.
inline Error file_error(std::string_view path, std::string message) {
  return {.message = std::move(message), .file = std::string(path)};
}

// A package of a language, which is its own source.
inline Package language_package(PackageKind kind, std::string_view name, std::string_view version,
                                std::string_view path) {
  Package package;
  package.kind = kind;
  package.name = package.source_name = name;
  package.version = package.source_version = version;
  package.path = path;
  return package;
}

// For a file that is one package.
inline void add_package(Package package, Layer& layer) {
  if (layer.package_files.size() >= max_packages) return;
  PackageFile& file = layer.package_files.emplace_back();
  file.path = package.path;
  file.packages.push_back(std::move(package));
}

}  // namespace plimsoll::image
