#include "image/layer.h"

namespace plimsoll::image {

bool FileTable::add(const TarEntry& entry) {
  if (files_.size() == max_files || paths_.size() + entry.path.size() > max_path_bytes)
    return false;
  files_.push_back({.path_at = static_cast<std::uint32_t>(paths_.size()),
                    .path_size = static_cast<std::uint16_t>(entry.path.size()),
                    .kind = entry.kind,
                    .size = entry.kind == EntryKind::file ? entry.size : 0});
  paths_ += entry.path;
  return true;
}

}  // namespace plimsoll::image
