// Tar archives, read as they come: the reader is pushed bytes in pieces of any size and tells a
// handler what stands in them. It holds one header and one name, never a file.
//
// An archive is a row of blocks of 512 bytes. A header block names a file, its blocks follow, the
// last one padded. What did not fit the first format of 1979 came in three ways, and layers hold
// all of them: a prefix of the name in ustar; GNU's entries 'L' and 'K', whose content is the name
// or the link of the entry behind them, numbers in base 256, and sparse files; and POSIX's pax
// entries 'x' and 'g', whose content are records "LENGTH key=value\n" that overrule the header
// behind them. Two blocks of zeros end it.
//
// Where readers differ, Go's archive/tar is followed, because the engine unpacks with it: what it
// would not see, no container sees. Sources: pax(1) "ustar Interchange Format" and "pax Header
// Block"; GNU tar manual, "Basic Tar Format"; Go's archive/tar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll::image {

enum class EntryKind : std::uint8_t { file, hard_link, symlink, directory, device, fifo, other };
inline constexpr std::size_t entry_kinds = 7;

struct TarEntry {
  // Relative to the root, without "." and "..", "//" or a slash at the ends; "" is the root itself.
  std::string path;
  // Of a symlink as written; of a hard link as a path is.
  std::string link;
  EntryKind kind = EntryKind::file;
  bool leaves_root = false;  // its ".." lead out of the root: the engine refuses such a layer
  std::uint32_t mode = 0;    // permissions and setuid, setgid and sticky bit: 04755
  std::uint64_t user = 0;
  std::uint64_t group = 0;
  std::uint64_t size = 0;    // bytes once unpacked; what content() gets can be less
  std::string capabilities;  // security.capability as the kernel stores it, or ""
  bool is_sparse = false;    // content() gets what is stored, without the holes
};

class TarHandler {
 public:
  virtual ~TarHandler() = default;
  // Then comes the content in pieces, none when there is none, and the end.
  virtual Result<void> begin(const TarEntry& entry) = 0;
  virtual Result<void> content(std::string_view piece) = 0;
  virtual Result<void> end() = 0;
};

// Bounds of Go's archive/tar and of Linux.
inline constexpr std::uint64_t max_tar_extension_bytes = 1u << 20;
inline constexpr std::size_t max_tar_path_bytes = 4096;

// "./usr//lib/" -> "usr/lib"; `leaves_root` is set when ".." leads out of the root.
std::string path_in_root(std::string_view path, bool* leaves_root = nullptr);

class TarReader {
 public:
  explicit TarReader(TarHandler& handler) : handler_(handler) {}

  Result<void> push(std::string_view bytes);
  // For archives that need not be read in a row: how many bytes of the entry that has just begun
  // are not needed and shall be left out; they count as pushed, and the handler is told neither
  // of them nor of the entry's end. 0 where the next bytes are needed.
  std::uint64_t skip();
  // Whether the blocks of zeros at the end were read.
  bool has_ended() const { return state_ == State::ended; }
  // The archive has ended; an error when it is cut short. Archives without blocks of zeros at the
  // end are as good as others.
  Result<void> finish();

 private:
  enum class State : std::uint8_t { header, sparse_map, content, padding, ended };

  Result<void> take_header(std::string_view block);
  Result<void> begin_entry(std::string_view block, char type);
  Result<void> take_content(std::string_view piece);
  Result<void> end_content();
  Result<void> apply_pax(std::string_view records);
  bool reads_extension() const {
    return type_ == 'L' || type_ == 'K' || type_ == 'x' || type_ == 'g';
  }

  TarHandler& handler_;
  State state_ = State::header;
  std::string block_;          // a block that came in pieces
  std::uint64_t left_ = 0;     // of the content
  std::uint64_t padding_ = 0;  // behind the content
  char type_ = '0';            // of the content that is being read
  bool zero_block_seen_ = false;
  std::string extension_;  // content of an 'L', 'K', 'x' or 'g'
  // What extensions say of the entry to come.
  struct Overrides {
    std::optional<std::string> path, link;
    std::optional<std::uint64_t> size, user, group;
    std::optional<std::uint64_t> real_size;  // of a sparse file
    std::string capabilities;
  };
  Overrides overrides_;
};

}  // namespace plimsoll::image
