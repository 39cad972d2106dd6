#include "image/archive_stream.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "image/decompress.h"
#include "image/layer_reader.h"
#include "image/tar_reader.h"

namespace plimsoll::image {

class StreamedArchive::Documents final : public BlobStore {
 public:
  std::optional<std::uint64_t> size(const std::string& name) const override {
    const auto member = sizes.find(resolved(name));
    return member == sizes.end() ? std::nullopt : std::optional(member->second);
  }
  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override {
    const auto text = texts.find(resolved(name));
    if (text == texts.end()) {
      return failure({.message = concat("holds no \"", name, "\""), .file = path});
    }
    sink(text->second);
    return {};
  }
  std::string version(const std::string&) const override { return {}; }

  // Old versions of docker save link equal layers to each other.
  std::string resolved(const std::string& name) const {
    std::string path_of_member = path_in_root(name);
    const auto link = links.find(path_of_member);
    return link == links.end() ? path_of_member : link->second;
  }

  std::string path;
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, std::uint64_t, std::less<>> sizes;  // of every file
  std::map<std::string, std::string, std::less<>> links;
};

StreamedArchive::StreamedArchive() : documents_(std::make_shared<Documents>()) {}

const BlobStore& StreamedArchive::documents() const {
  return *documents_;
}

std::optional<Layer> StreamedArchive::layer(const std::string& name) const {
  const auto found = layers_.find(documents_->resolved(name));
  return found == layers_.end() ? std::nullopt : std::optional(found->second);
}

class ArchiveStream final : TarHandler {
 public:
  ArchiveStream(const std::string& path, SearchSecrets secrets) : secrets_(secrets) {
    archive_.documents_->path = path;
  }

  Result<StreamedArchive> read(const ByteStream& stream) {
    std::string first;
    const Result<void> read = stream([&](std::string_view bytes) {
      if (decompressor_ != nullptr) return take(bytes);
      first += bytes;
      if (first.size() < bytes_to_know_compression) return true;
      return start(first);
    });
    if (!read) return failure(read.error());
    if (decompressor_ == nullptr) start(first);
    if (!error_) {
      if (Result<void> whole = decompressor_->finish(); !whole) error_ = whole.error();
    }
    if (!error_) {
      if (Result<void> whole = tar_.finish(); !whole) error_ = whole.error();
    }
    if (!error_) return std::move(archive_);
    if (!has_begun_) error_->message = "is no image: no tar archive, compressed or not";
    error_->file = archive_.documents_->path;
    return failure(std::move(*error_));
  }

 private:
  static constexpr std::size_t bytes_to_know_compression = 4;

  bool start(std::string_view bytes) {
    decompressor_ = Decompressor::make(compression_of(bytes),
                                       [this](std::string_view plain) { return tar_.push(plain); });
    return take(bytes);
  }

  bool take(std::string_view bytes) {
    if (Result<void> taken = decompressor_->push(bytes); !taken) error_ = taken.error();
    return !error_;
  }

  Result<void> begin(const TarEntry& entry) override {
    has_begun_ = true;
    StreamedArchive::Documents& documents = *archive_.documents_;
    kind_ = Member::unread;
    if (documents.sizes.size() + documents.links.size() >= max_archive_members) {
      return failure(
          {.message = concat("holds more than ", std::to_string(max_archive_members), " files")});
    }
    if (entry.kind == EntryKind::symlink) {
      documents.links[entry.path] = path_in_root(concat(parent_path(entry.path), "/", entry.link));
    } else if (entry.kind == EntryKind::hard_link) {
      documents.links[entry.path] = entry.link;
    } else if (entry.kind == EntryKind::file) {
      path_ = entry.path;
      documents.sizes[path_] = entry.size;
      size_ = entry.size;
      kind_ = Member::unknown;
    }
    return {};
  }

  Result<void> content(std::string_view piece) override {
    if (kind_ == Member::unknown && !piece.empty()) {
      // No tar begins so, nor anything that is compressed.
      kind_ = piece.front() == '{' || piece.front() == '[' ? Member::document : Member::layer;
      if (Result<void> begun = kind_ == Member::document ? begin_document() : begin_layer();
          !begun) {
        return begun;
      }
    }
    if (kind_ == Member::document) archive_.documents_->texts[path_] += piece;
    if (kind_ == Member::layer) layer_->push(piece);
    return {};
  }

  Result<void> begin_document() {
    document_bytes_ += size_;
    if (size_ > max_document_bytes || document_bytes_ > max_streamed_document_bytes ||
        archive_.documents_->texts.size() == max_streamed_documents) {
      return failure({.message = "holds more manifests and configurations than are read"});
    }
    archive_.documents_->texts[path_].clear();
    return {};
  }

  Result<void> begin_layer() {
    if (archive_.layers_.size() == max_streamed_layers) {
      return failure(
          {.message = concat("holds more than ", std::to_string(max_streamed_layers), " layers")});
    }
    layer_ = std::make_unique<LayerReader>(secrets_);
    return {};
  }

  Result<void> end() override {
    if (kind_ == Member::layer) archive_.layers_[path_] = layer_->finish();
    kind_ = Member::unread;
    return {};
  }

  enum class Member : std::uint8_t { unread, unknown, document, layer };

  SearchSecrets secrets_;
  StreamedArchive archive_;
  std::unique_ptr<Decompressor> decompressor_;
  TarReader tar_{*this};
  std::optional<Error> error_;
  bool has_begun_ = false;
  Member kind_ = Member::unread;
  std::string path_;  // of the member that is being read
  std::uint64_t size_ = 0;
  std::uint64_t document_bytes_ = 0;
  std::unique_ptr<LayerReader> layer_;
};

Result<StreamedArchive> read_archive_stream(const ByteStream& stream, const std::string& path,
                                            SearchSecrets secrets) {
  return ArchiveStream(path, secrets).read(stream);
}

}  // namespace plimsoll::image
