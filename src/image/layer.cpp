#include "image/layer.h"

namespace plimsoll::image {

bool FileTable::add(std::string_view path, EntryKind kind, std::uint64_t size) {
  if (files_.size() == max_files || paths_.size() + path.size() > max_path_bytes) return false;
  files_.push_back({.path_at = static_cast<std::uint32_t>(paths_.size()),
                    .path_size = static_cast<std::uint16_t>(path.size()),
                    .kind = kind,
                    .size = kind == EntryKind::file ? size : 0});
  paths_ += path;
  return true;
}

}  // namespace plimsoll::image
