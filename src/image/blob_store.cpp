#include "image/blob_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <vector>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/text.h"
#include "image/decompress.h"
#include "image/tar_reader.h"

namespace plimsoll::image {
namespace {

constexpr std::size_t piece_bytes = 1u << 20;

Error system_error(std::string_view what, const std::string& path) {
  return {.message = concat(what, ": ", lower(std::strerror(errno))), .file = path};
}

// The bytes from `at` on, `size` of them.
Result<void> read_range(int descriptor, std::uint64_t at, std::uint64_t size,
                        const std::string& path,
                        const std::function<void(std::string_view)>& sink) {
  std::vector<char> piece(std::min<std::uint64_t>(size, piece_bytes));
  while (size > 0) {
    const ssize_t got =
        ::pread(descriptor, piece.data(), std::min<std::uint64_t>(size, piece.size()),
                static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(system_error("cannot be read", path));
    if (got == 0) return failure({.message = "ends before its end", .file = path});
    sink({piece.data(), static_cast<std::size_t>(got)});
    at += static_cast<std::uint64_t>(got);
    size -= static_cast<std::uint64_t>(got);
  }
  return {};
}

// Nobody can set the time of a file's last change of status (ctime) to what it was.
std::string version_of(const struct stat& status) {
  const auto time = [](const timespec& at) {
    return concat(std::to_string(at.tv_sec), ".", std::to_string(at.tv_nsec));
  };
  return concat(std::to_string(status.st_dev), ":", std::to_string(status.st_ino), ":",
                std::to_string(status.st_size), ":", time(status.st_mtim), ":",
                time(status.st_ctim));
}

class DirectoryStore final : public BlobStore {
 public:
  explicit DirectoryStore(std::string path) : path_(std::move(path)) {}

  std::optional<std::uint64_t> size(const std::string& name) const override {
    struct stat status{};
    if (::stat(join_path(path_, name).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
      return std::nullopt;
    }
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override {
    const std::string path = join_path(path_, name);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) return failure(system_error("cannot be opened", path));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return failure(system_error("cannot be read", path));
    if (!S_ISREG(status.st_mode)) return failure({.message = "is no file", .file = path});
    return read_range(file.get(), 0, static_cast<std::uint64_t>(status.st_size), path, sink);
  }

  std::string version(const std::string& name) const override {
    struct stat status{};
    if (::stat(join_path(path_, name).c_str(), &status) != 0) return {};
    return version_of(status);
  }

 private:
  std::string path_;
};

// Only the headers are read when it is opened: the members of an archive are few and large.
class TarStore final : public BlobStore {
 public:
  explicit TarStore(StoreFile opened)
      : path_(std::move(opened.path)), file_(std::move(opened.file)), size_(opened.size) {}

  Result<void> index() {
    struct Current final : TarHandler {
      Result<void> begin(const TarEntry& begun) override {
        entry = begun;
        return {};
      }
      Result<void> content(std::string_view) override { return {}; }
      Result<void> end() override { return {}; }
      std::optional<TarEntry> entry;
    };
    constexpr std::size_t block_bytes = 512;
    Current current;
    TarReader reader(current);
    for (std::uint64_t at = 0; at + block_bytes <= size_ && !reader.has_ended();) {
      Result<void> pushed;
      Result<void> read = read_range(file_.get(), at, block_bytes, path_,
                                     [&](std::string_view block) { pushed = reader.push(block); });
      if (!read) return read;
      if (!pushed && at == 0) {
        return failure(
            {.message = "is no image: neither a tar archive nor a directory", .file = path_});
      }
      if (!pushed) return in_file(pushed.error());
      at += block_bytes;
      const std::uint64_t content_at = at;
      at += reader.skip();
      if (!current.entry) continue;
      if (current.entry->size > size_ - content_at) {
        return failure({.message = "ends in the middle of a file", .file = path_});
      }
      if (members_.size() == max_archive_members) {
        return failure(
            {.message = concat("holds more than ", std::to_string(max_archive_members), " files"),
             .file = path_});
      }
      add(*current.entry, content_at);
      current.entry.reset();
    }
    return {};
  }

  std::optional<std::uint64_t> size(const std::string& name) const override {
    const Member* member = find(name);
    return member == nullptr ? std::nullopt : std::optional(member->size);
  }

  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override {
    const Member* member = find(name);
    if (member == nullptr) {
      return failure({.message = concat("holds no \"", name, "\""), .file = path_});
    }
    return read_range(file_.get(), member->at, member->size, path_, sink);
  }

  std::string version(const std::string& name) const override {
    const Member* member = find(name);
    struct stat status{};
    if (member == nullptr || ::fstat(file_.get(), &status) != 0) return {};
    return concat(version_of(status), "@", std::to_string(member->at));
  }

 private:
  struct Member {
    std::uint64_t at = 0;
    std::uint64_t size = 0;
    std::string link;  // old versions of docker save link equal layers to each other
  };

  void add(const TarEntry& entry, std::uint64_t at) {
    if (entry.kind == EntryKind::file) {
      members_[entry.path] = {at, entry.size, {}};
    } else if (entry.kind == EntryKind::symlink) {
      members_[entry.path] = {0, 0, path_in_root(concat(parent_path(entry.path), "/", entry.link))};
    } else if (entry.kind == EntryKind::hard_link) {
      members_[entry.path] = {0, 0, entry.link};
    }
  }

  const Member* find(const std::string& name) const {
    auto member = members_.find(path_in_root(name));
    // A link leads to a file; a chain of them is nothing that docker writes.
    if (member != members_.end() && !member->second.link.empty()) {
      member = members_.find(member->second.link);
    }
    return member == members_.end() || !member->second.link.empty() ? nullptr : &member->second;
  }

  Result<void> in_file(Error error) const {
    error.file = path_;
    return failure(std::move(error));
  }

  std::string path_;
  Descriptor file_;
  std::uint64_t size_;
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace

Result<std::string> BlobStore::document(const std::string& name) const {
  if (const auto bytes = size(name); bytes && *bytes > max_document_bytes) {
    return failure({.message = concat("is larger than a manifest or a configuration may be (",
                                      std::to_string(max_document_bytes >> 20), " MiB)"),
                    .file = name});
  }
  std::string text;
  Result<void> read_all = read(name, [&](std::string_view piece) { text += piece; });
  if (!read_all) return failure(read_all.error());
  return text;
}

Result<StoreFile> open_store_file(const std::string& path) {
  struct stat status{};
  const bool is_input = path == "-";
  // Opening a pipe waits for its writer.
  StoreFile out{.path = is_input ? "standard input" : path,
                .file = Descriptor(is_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                            : ::open(path.c_str(), O_RDONLY | O_CLOEXEC))};
  if (!out.file.valid() || ::fstat(out.file.get(), &status) != 0) {
    return failure(system_error("cannot be opened", out.path));
  }
  out.is_directory = S_ISDIR(status.st_mode) && !is_input;
  out.is_pipe = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
  if (!out.is_directory && !out.is_pipe && !S_ISREG(status.st_mode)) {
    return failure({.message = "is neither a file nor a directory",
                    .hint = is_input ? "docker save nginx:1.27 | plimsoll image -" : "",
                    .file = out.path});
  }
  out.size = static_cast<std::uint64_t>(status.st_size);
  return out;
}

std::string beginning_of(const StoreFile& file) {
  if (file.is_directory || file.is_pipe) return {};
  std::array<char, 64> first{};
  const ssize_t got = ::pread(file.file.get(), first.data(), first.size(), 0);
  return got > 0 ? std::string(first.data(), static_cast<std::size_t>(got)) : std::string();
}

bool is_only_a_stream(const StoreFile& file) {
  return file.is_pipe || compression_of(beginning_of(file)) != Compression::none;
}

Result<void> read_whole(const StoreFile& file, const std::function<bool(std::string_view)>& sink) {
  // Most of it stays untouched where the file is small.
  const auto piece = std::make_unique_for_overwrite<char[]>(piece_bytes);
  for (;;) {
    const ssize_t got = ::read(file.file.get(), piece.get(), piece_bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(system_error("cannot be read", file.path));
    if (got == 0 || !sink({piece.get(), static_cast<std::size_t>(got)})) return {};
  }
}

Result<std::unique_ptr<BlobStore>> read_store_file(StoreFile file) {
  if (file.is_directory) return std::make_unique<DirectoryStore>(std::move(file.path));
  auto store = std::make_unique<TarStore>(std::move(file));
  if (Result<void> indexed = store->index(); !indexed) return failure(indexed.error());
  return store;
}

}  // namespace plimsoll::image
