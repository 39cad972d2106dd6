#include "image/zip.h"

#include <algorithm>

#include "image/inflate.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view end_magic = "PK\5\6";
constexpr std::string_view end64_magic = "PK\6\6";
constexpr std::string_view end64_locator_magic = "PK\6\7";
constexpr std::string_view entry_magic = "PK\1\2";
constexpr std::string_view member_magic = "PK\3\4";
constexpr std::uint64_t end_bytes = 22;
constexpr std::uint64_t end64_locator_bytes = 20;
constexpr std::uint64_t entry_bytes = 46;
constexpr std::uint64_t member_head_bytes = 30;
constexpr std::uint64_t max_comment_bytes = 0xffff;  // behind the record at the end
constexpr std::uint32_t stands_in_zip64 = 0xffffffff;
constexpr std::uint16_t is_encrypted = 1;
constexpr std::uint16_t stored = 0;
constexpr std::uint16_t deflated = 8;

}  // namespace

std::optional<Zip> Zip::open(std::string_view file) {
  const std::uint64_t searched =
      std::min<std::uint64_t>(file.size(), end_bytes + max_comment_bytes);
  const std::size_t found = file.substr(file.size() - searched).rfind(end_magic);
  if (found == std::string_view::npos) return std::nullopt;
  Zip zip(file);
  const Bytes& bytes = zip.file_;
  const std::uint64_t end = file.size() - searched + found;
  if (!bytes.has(end, end_bytes)) return std::nullopt;
  std::uint64_t directory_bytes = bytes.u32(end + 12);
  std::uint64_t directory_at = bytes.u32(end + 16);
  std::uint64_t directory_end = end;
  // Archives of more than 65,535 members have a longer record, and a note in front of this one
  // where it is. A script in front of the archive would make that place wrong; it stands right
  // before the note in every archive that was seen.
  const std::uint64_t locator = end - std::min(end, end64_locator_bytes);
  if (bytes.part(locator, 4) == end64_locator_magic) {
    constexpr std::uint64_t end64_bytes = 56;
    const std::uint64_t end64 = locator - std::min(locator, end64_bytes);
    if (bytes.part(end64, 4) != end64_magic) return std::nullopt;
    directory_bytes = bytes.u64(end64 + 40);
    directory_at = bytes.u64(end64 + 48);
    directory_end = end64;
  }
  if (directory_bytes > directory_end || directory_at > directory_end - directory_bytes) {
    return std::nullopt;
  }
  zip.directory_end_ = directory_end;
  zip.at_ = directory_end - directory_bytes;
  zip.begin_ = zip.at_ - directory_at;
  return zip;
}

std::optional<ZipMember> Zip::next() {
  if (at_ == directory_end_ || is_damaged_) return std::nullopt;
  const std::uint64_t name_bytes = file_.u16(at_ + 28);
  const std::uint64_t bytes = entry_bytes + name_bytes + file_.u16(at_ + 30) + file_.u16(at_ + 32);
  if (file_.part(at_, 4) != entry_magic || bytes > directory_end_ - at_) {
    is_damaged_ = true;
    return std::nullopt;
  }
  const ZipMember member{.name = file_.part(at_ + entry_bytes, name_bytes),
                         .flags = file_.u16(at_ + 8),
                         .method = file_.u16(at_ + 10),
                         .packed_bytes = file_.u32(at_ + 20),
                         .plain_bytes = file_.u32(at_ + 24),
                         .at = begin_ + file_.u32(at_ + 42)};
  at_ += bytes;
  return member;
}

std::optional<std::string_view> Zip::content(const ZipMember& member, std::size_t max_bytes,
                                             std::string& unpacked) const {
  if ((member.flags & is_encrypted) != 0 || member.plain_bytes > max_bytes ||
      member.packed_bytes == stands_in_zip64 || file_.part(member.at, 4) != member_magic) {
    return std::nullopt;
  }
  const std::uint64_t at =
      member.at + member_head_bytes + file_.u16(member.at + 26) + file_.u16(member.at + 28);
  if (!file_.has(at, member.packed_bytes)) return std::nullopt;
  const std::string_view packed = file_.part(at, member.packed_bytes);
  if (member.method == stored) {
    return packed.size() <= max_bytes ? std::optional(packed) : std::nullopt;
  }
  if (member.method != deflated) return std::nullopt;
  std::optional<std::string> text = inflate(packed, DeflateFormat::raw, max_bytes);
  if (!text) return std::nullopt;
  unpacked = std::move(*text);
  return unpacked;
}

}  // namespace plimsoll::image
