#include "feeds/feed_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/text.h"
#include "feeds/packed_reader.h"

namespace plimsoll::feeds {
namespace {

constexpr std::size_t piece_bytes = 1u << 20;

std::unexpected<Error> system_failure(const std::string& path, std::string_view what) {
  return failure({.message = concat(what, ": ", std::strerror(errno)), .file = path});
}

// A file in memory as long as it lives. One that somebody shortens meanwhile ends the program, as
// any mapped file does.
class MappedFile {
 public:
  MappedFile(int file, std::size_t bytes)
      : at_(::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0)), bytes_(bytes) {}
  ~MappedFile() {
    if (valid()) ::munmap(at_, bytes_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  bool valid() const { return at_ != MAP_FAILED; }
  std::string_view text() const { return {static_cast<const char*>(at_), bytes_}; }

 private:
  void* at_;
  std::size_t bytes_;
};

// How much was read, less than asked for only at the end; negative for an error.
ssize_t read_some(int file, std::vector<char>& buffer) {
  for (;;) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count >= 0 || errno != EINTR) return count;
  }
}

class Input {
 public:
  explicit Input(FeedReading& reading) : reading_(reading) {}

  Result<void> read_path(const std::string& path, bool is_named, int directories) {
    // A pipe must not hold up the walk; the given path may lead over symlinks.
    const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (is_named ? 0 : O_NOFOLLOW);
    const Descriptor file(::open(path.c_str(), flags));
    if (!file.valid()) return system_failure(path, "cannot be opened");
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return system_failure(path, "cannot be read");
    if (S_ISDIR(status.st_mode)) return read_directory(path, directories);
    if (!S_ISREG(status.st_mode)) {
      return failure({.message = "is neither a file nor a directory", .file = path});
    }
    return read_file(file.get(), static_cast<std::size_t>(status.st_size), path, is_named);
  }

 private:
  Result<void> read_directory(const std::string& path, int directories) {
    if (directories == 0) {
      return failure({.message = concat("lies more than ", std::to_string(max_directories),
                                        " directories deep"),
                      .file = path});
    }
    const Result<std::vector<DirectoryEntry>> entries = RealFiles().list(path);
    if (!entries) return failure(entries.error());
    for (const DirectoryEntry& entry : *entries) {
      const bool is_directory = entry.kind == FileKind::directory;
      if (entry.name == ".git" || !(is_directory || entry.kind == FileKind::file)) continue;
      // One that cannot be read is no reason not to read the others.
      const std::string inside = join_path(path, entry.name);
      if (Result<void> read = read_path(inside, false, directories - 1); !read) {
        reading_.sink.refuse({}, inside, read.error().message);
      }
    }
    return {};
  }

  Result<void> read_file(int file, std::size_t bytes, const std::string& path, bool is_named) {
    ssize_t count = read_some(file, buffer_);
    if (count >= 0 && is_zip({buffer_.data(), static_cast<std::size_t>(count)})) {
      const MappedFile mapped(file, bytes);
      if (!mapped.valid()) return system_failure(path, "cannot be mapped");
      read_zip(mapped.text(), path, max_packings, reading_);
      return {};
    }
    PackedReader reader(reading_, path, is_named, max_packings);
    while (count > 0) {
      if (!reader.push({buffer_.data(), static_cast<std::size_t>(count)})) return {};
      count = read_some(file, buffer_);
    }
    if (count < 0) return system_failure(path, "cannot be read");
    reader.finish();
    return {};
  }

  FeedReading& reading_;
  std::vector<char> buffer_ = std::vector<char>(piece_bytes);
};

}  // namespace

Result<FeedStatistics> read_feed(const std::string& path, FeedSink& sink) {
  FeedReading reading(sink);
  if (Result<void> read = Input(reading).read_path(path, true, max_directories); !read) {
    return failure(read.error());
  }
  return std::move(reading.statistics);
}

FeedStatistics read_feed_bytes(std::string_view bytes, const std::string& place, FeedSink& sink) {
  FeedReading reading(sink);
  if (is_zip(bytes)) {
    read_zip(bytes, place, max_packings, reading);
  } else {
    PackedReader reader(reading, place, true, max_packings);
    if (reader.push(bytes)) reader.finish();
  }
  return std::move(reading.statistics);
}

}  // namespace plimsoll::feeds
