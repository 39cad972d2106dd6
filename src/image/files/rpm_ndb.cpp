#include <string>

#include "image/bytes.h"
#include "image/files/rpm_records.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view database_magic = "RpmP";
constexpr std::string_view slot_magic = "Slot";
constexpr std::string_view blob_magic = "BlbS";
constexpr std::uint64_t slot_pages_at = 12;
constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t slot_bytes = 16;
constexpr std::uint64_t first_slot_at = 32;
constexpr std::uint64_t block_bytes = 16;
constexpr std::uint64_t blob_head_bytes = 16;
constexpr std::uint64_t blob_tail_bytes = 12;

}  // namespace

Result<void> read_ndb_records(std::string_view database, const RpmRecordSink& sink) {
  const Bytes file(database, std::endian::little);
  if (file.part(0, 4) != database_magic) return failure({.message = "is no NDB database"});
  const std::uint64_t slots_end = std::uint64_t{file.u32(slot_pages_at)} * page_bytes;
  if (slots_end > file.size()) return failure({.message = "the database is cut short"});
  std::uint64_t left = file.size() - slots_end;
  for (std::uint64_t at = first_slot_at; at < slots_end; at += slot_bytes) {
    if (file.part(at, 4) != slot_magic) return failure({.message = "a slot is damaged"});
    const std::uint32_t number = file.u32(at + 4);
    if (number == 0) continue;  // free
    const std::uint64_t blob_at = std::uint64_t{file.u32(at + 8)} * block_bytes;
    const std::uint64_t stored_bytes = std::uint64_t{file.u32(at + 12)} * block_bytes;
    const std::uint64_t size = file.u32(blob_at + 12);
    const std::string_view header = file.part(blob_at + blob_head_bytes, size);
    if (blob_at < slots_end || file.part(blob_at, 4) != blob_magic ||
        file.u32(blob_at + 4) != number || header.empty() ||
        blob_head_bytes + size + blob_tail_bytes > stored_bytes) {
      return failure({.message = "a record of the database is damaged"});
    }
    if (stored_bytes > left) return failure({.message = "records of the database overlap"});
    left -= stored_bytes;
    if (!sink(header)) return {};
  }
  return {};
}

}  // namespace plimsoll::image
