#include "image/layer_reader.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "image/bytes.h"

namespace plimsoll::image {
namespace {

// OCI image specification, "Layer": Whiteouts.
constexpr std::string_view whiteout_prefix = ".wh.";
constexpr std::string_view opaque_whiteout = ".wh..wh..opq";

constexpr std::size_t bytes_to_know_compression = 4;
constexpr std::uint32_t setuid_and_setgid = 06000;
constexpr std::uint32_t sticky = 01000;
constexpr std::uint32_t writable_by_all = 0002;

// struct vfs_cap_data of linux/capability.h: a version with a flag, then pairs of permitted and
// inheritable capabilities, low half first; little endian.
std::uint64_t permitted_capabilities(std::string_view attribute) {
  constexpr std::size_t permitted_low = 4;
  constexpr std::size_t permitted_high = 12;
  const Bytes bytes(attribute, std::endian::little);
  return bytes.u32(permitted_low) | std::uint64_t{bytes.u32(permitted_high)} << 32;
}

ImageFile image_file(const TarEntry& entry) {
  return {.path = entry.path,
          .link = entry.link,
          .mode = entry.mode,
          .user = entry.user,
          .group = entry.group,
          .size = entry.size,
          .layer = 0,
          .capabilities = permitted_capabilities(entry.capabilities),
          .owner = {}};
}

void add_bounded(std::vector<ImageFile>& files, const TarEntry& entry, Layer& layer) {
  if (files.size() < max_notable_files) {
    files.push_back(image_file(entry));
  } else if (files.size() == max_notable_files && layer.errors.size() < max_notable_files) {
    layer.errors.push_back(
        {.message = concat("more than ", std::to_string(max_notable_files),
                           " files have rights to look at; the rest is left out")});
  }
}

}  // namespace

bool LayerContents::is_whiteout(const TarEntry& entry) {
  const std::string_view name = file_name(entry.path);
  if (!name.starts_with(whiteout_prefix)) return false;
  const std::string_view directory =
      std::string_view(entry.path).substr(0, entry.path.size() - name.size());
  if (name == opaque_whiteout) {
    layer_.opaque_directories.emplace_back(
        directory.substr(0, directory.empty() ? 0 : directory.size() - 1));
  } else if (!name.starts_with(
                 ".wh..wh.")) {  // others of these are AUFS' own and mean nothing here
    layer_.whiteouts.push_back(concat(directory, name.substr(whiteout_prefix.size())));
  }
  return true;
}

void LayerContents::note(const TarEntry& entry) {
  const bool is_file = entry.kind == EntryKind::file || entry.kind == EntryKind::hard_link;
  if (is_file && ((entry.mode & setuid_and_setgid) != 0 || !entry.capabilities.empty())) {
    add_bounded(layer_.privileged_files, entry, layer_);
  }
  const bool others_write = (entry.mode & writable_by_all) != 0;
  if (others_write &&
      (is_file || (entry.kind == EntryKind::directory && (entry.mode & sticky) == 0))) {
    add_bounded(layer_.world_writable_files, entry, layer_);
  }
  if (entry.kind == EntryKind::symlink && !entry.link.starts_with('/')) {
    bool leaves = false;
    const std::string target = concat(parent_path(entry.path), "/", entry.link);
    path_in_root(target, &leaves);
    if (leaves) add_bounded(layer_.leaving_links, entry, layer_);
  }
}

void LayerContents::choose_reader(const TarEntry& entry) {
  reader_ = nullptr;
  const bool is_file = entry.kind == EntryKind::file || entry.kind == EntryKind::hard_link;
  if (!is_file) return;
  for (const FileReader* reader : file_readers()) {
    if (!reader->wants(entry)) continue;
    if (entry.kind == EntryKind::hard_link) {
      layer_.errors.push_back(file_error(
          entry.path, concat("is a hard link to ", entry.link, ", which is not followed")));
      return;
    }
    reader_ = reader;
    path_ = entry.path;
    size_ = entry.size;
    was_looked_at_ = reader->looks_right == nullptr;
    if (was_looked_at_ && is_too_large()) return;
    content_.clear();
    // What a header says is a claim; a little is asked for at first.
    constexpr std::uint64_t trusted_bytes = 1u << 20;
    content_.reserve(std::min(entry.size, trusted_bytes));
    return;
  }
}

bool LayerContents::is_too_large() {
  if (size_ <= reader_->max_bytes) return false;
  layer_.errors.push_back(
      file_error(path_, concat("is larger than the ", std::to_string(reader_->max_bytes >> 10),
                               " KiB that are read of such a file")));
  reader_ = nullptr;
  return true;
}

// A file that is none of its reader's is forgotten.
void LayerContents::look_at_first_bytes() {
  was_looked_at_ = true;
  if (!reader_->looks_right(std::string_view(content_).substr(0, first_bytes_to_look_at), size_)) {
    reader_ = nullptr;
  } else if (!is_too_large()) {
    // Such files are large: without this the string would be copied and have twice their size.
    content_.reserve(size_);
  }
}

Result<void> LayerContents::begin(const TarEntry& entry) {
  reader_ = nullptr;
  is_scanning_ = false;
  if (entry.leaves_root) {
    layer_.errors.push_back(
        file_error(entry.path, "the archive names this path by one that leads out of the root"));
    return {};
  }
  // The root itself, which some archives name and others do not.
  if (entry.path.empty()) return {};
  if (is_whiteout(entry)) return {};
  if (!layer_.files.add(entry.path, entry.kind, entry.size)) {
    if (!is_full_) {
      layer_.errors.push_back(
          {.message = concat("holds more files than are read (", std::to_string(max_files),
                             " with ", std::to_string(max_path_bytes >> 20),
                             " MiB of paths); the rest is left out")});
    }
    is_full_ = true;
    return {};
  }
  note(entry);
  choose_reader(entry);
  // A hard link is the file that it names, which has been searched; of a directory, where each name
  // is the file, all but the first have no size.
  is_scanning_ = scanner_ != nullptr && entry.kind == EntryKind::file && entry.size != 0;
  if (is_scanning_) {
    path_ = entry.path;
    scanner_->begin(path_);
  }
  return {};
}

Result<void> LayerContents::content(std::string_view piece) {
  if (is_scanning_) scanner_->push(piece);
  if (reader_ != nullptr) give_to_reader(piece);
  return {};
}

void LayerContents::give_to_reader(std::string_view piece) {
  if (!was_looked_at_) {
    const std::size_t wanted = std::min(piece.size(), first_bytes_to_look_at - content_.size());
    content_ += piece.substr(0, wanted);
    piece.remove_prefix(wanted);
    if (content_.size() == first_bytes_to_look_at) look_at_first_bytes();
    if (reader_ == nullptr) return;
  }
  // A sparse file can have more blocks than its header's size says.
  if (content_.size() + piece.size() <= reader_->max_bytes) content_ += piece;
}

Result<void> LayerContents::end() {
  if (is_scanning_) {
    is_scanning_ = false;
    add_secrets(scanner_->end(), path_, layer_);
    for (Error& error : scanner_->take_errors()) layer_.errors.push_back(std::move(error));
  }
  if (reader_ != nullptr && !was_looked_at_) look_at_first_bytes();
  if (reader_ == nullptr) return {};
  reader_->read(path_, content_, layer_);
  reader_ = nullptr;
  constexpr std::size_t kept_bytes = 4u << 20;
  if (content_.capacity() > kept_bytes) content_ = {};
  return {};
}

LayerReader::LayerReader(SearchSecrets secrets)
    : scanner_(secrets == SearchSecrets::yes ? std::optional<SecretScanner>(std::in_place)
                                             : std::nullopt),
      contents_(layer_, scanner_ ? &*scanner_ : nullptr) {}

void LayerReader::start() {
  decompressor_ = Decompressor::make(compression_of(first_bytes_),
                                     [this](std::string_view bytes) { return take_plain(bytes); });
  if (Result<void> taken = decompressor_->push(first_bytes_); !taken) unpack_error_ = taken.error();
}

void LayerReader::push(std::string_view bytes) {
  layer_.stored_bytes += bytes.size();
  stored_hash_.update(bytes);
  if (unpack_error_) return;
  if (decompressor_ == nullptr) {
    const std::size_t wanted =
        std::min(bytes.size(), bytes_to_know_compression - first_bytes_.size());
    first_bytes_ += bytes.substr(0, wanted);
    bytes.remove_prefix(wanted);
    if (first_bytes_.size() < bytes_to_know_compression) return;
    start();
    if (unpack_error_) return;
  }
  if (Result<void> taken = decompressor_->push(bytes); !taken) unpack_error_ = taken.error();
}

// What is no tar any more is still hashed: whether a layer is what its diff id says is a question
// of its own.
Result<void> LayerReader::take_plain(std::string_view bytes) {
  layer_.plain_bytes += bytes.size();
  plain_hash_.update(bytes);
  if (!tar_error_) {
    if (Result<void> taken = tar_.push(bytes); !taken) tar_error_ = taken.error();
  }
  return {};
}

Layer LayerReader::finish() {
  if (decompressor_ == nullptr) start();
  if (!unpack_error_) {
    if (Result<void> whole = decompressor_->finish(); !whole) unpack_error_ = whole.error();
  }
  if (!unpack_error_ && !tar_error_) {
    if (Result<void> whole = tar_.finish(); !whole) tar_error_ = whole.error();
  }
  layer_.computed_digest = stored_hash_.finish();
  // Of half a stream there is nothing to compare.
  if (!unpack_error_) layer_.computed_diff_id = plain_hash_.finish();
  if (unpack_error_) layer_.errors.push_back(*unpack_error_);
  if (tar_error_) layer_.errors.push_back(*tar_error_);
  return std::move(layer_);
}

}  // namespace plimsoll::image
