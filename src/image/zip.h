// Zip archives that are at hand in one piece. At the end stands a record that says where the
// directory of all members is; each member's entry says where it begins, and there a head of its
// own stands before the content. Java reads them so, and what stands in no directory is not there
// for it. Anything may stand in front, as the script of an archive that starts itself: places are
// counted from where the archive begins.
//
// Members may overlap and claim any size: whoever reads them counts what they cost.
// Source: PKWARE, APPNOTE.TXT, 4.3 (general format) and 4.5.3 (zip64).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "image/bytes.h"

namespace plimsoll::image {

struct ZipMember {
  std::string_view name;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint64_t packed_bytes = 0;
  std::uint64_t plain_bytes = 0;  // as the directory says
  std::uint64_t at = 0;           // of its head, from the beginning of the file
};

// Views into the file, which outlives it.
class Zip {
 public:
  // Nothing when it is no archive, or its directory does not lie in it.
  static std::optional<Zip> open(std::string_view file);

  // The next member of the directory; nothing at its end or where it is damaged.
  std::optional<ZipMember> next();
  bool is_damaged() const { return is_damaged_; }

  // What a member holds: a view into the file where it is stored as it is, or into `unpacked`.
  // Nothing when it is damaged, encrypted, packed in another way than deflate, or larger.
  std::optional<std::string_view> content(const ZipMember& member, std::size_t max_bytes,
                                          std::string& unpacked) const;

 private:
  explicit Zip(std::string_view file) : file_(file, std::endian::little) {}

  Bytes file_;
  std::uint64_t begin_ = 0;  // of the archive in the file
  std::uint64_t at_ = 0;     // in the directory
  std::uint64_t directory_end_ = 0;
  bool is_damaged_ = false;
};

}  // namespace plimsoll::image
