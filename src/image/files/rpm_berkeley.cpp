#include <bit>
#include <string>
#include <vector>

#include "image/bytes.h"
#include "image/files/rpm_records.h"

namespace plimsoll::image {
namespace {

constexpr std::uint32_t hash_magic = 0x061561;
constexpr std::uint64_t magic_at = 12;
constexpr std::uint64_t page_size_at = 20;
constexpr std::uint64_t encryption_at = 24;
constexpr std::uint64_t last_page_at = 32;
constexpr std::uint64_t page_head_bytes = 26;
constexpr std::uint32_t min_page_bytes = 512;
constexpr std::uint32_t max_page_bytes = 64u << 10;

enum PageType : std::uint8_t { page_hash_unsorted = 2, page_overflow = 7, page_hash = 13 };
enum ItemType : std::uint8_t { item_here = 1, item_off_page = 3 };

std::unexpected<Error> damaged(std::string_view what) {
  return failure({.message = std::string(what)});
}

class BerkeleyReader {
 public:
  BerkeleyReader(std::string_view database, std::endian order, const RpmRecordSink& sink)
      : file_(database, order), order_(order), sink_(sink) {}

  Result<void> read() {
    page_bytes_ = file_.u32(page_size_at);
    if (!std::has_single_bit(page_bytes_) || page_bytes_ < min_page_bytes ||
        page_bytes_ > max_page_bytes) {
      return damaged("the size of the database's pages is none");
    }
    if (file_.u8(encryption_at) != 0) return damaged("the database is encrypted");
    const std::uint64_t pages = file_.size() / page_bytes_;
    if (std::uint64_t{file_.u32(last_page_at)} + 1 > pages) {
      return damaged("the database is cut short");
    }
    used_.resize(pages);
    for (std::uint64_t number = 1; number < pages && !is_enough_; ++number) {
      const Bytes page = page_at(number);
      if (type_of(page) != page_hash && type_of(page) != page_hash_unsorted) continue;
      if (Result<void> taken = take_page(page); !taken) return taken;
    }
    return {};
  }

 private:
  Bytes page_at(std::uint64_t number) const {
    return {file_.part(number * page_bytes_, page_bytes_), order_};
  }
  static std::uint8_t type_of(const Bytes& page) { return page.u8(25); }

  Result<void> take_page(const Bytes& page) {
    const std::uint64_t items = page.u16(20);
    const std::uint64_t items_begin = page_head_bytes + items * 2;
    std::uint64_t end = page_bytes_;  // items are put in from the page's end
    bool is_counter = false;
    for (std::uint64_t i = 0; i < items && !is_enough_; ++i) {
      const std::uint64_t begin = page.u16(page_head_bytes + i * 2);
      if (begin < items_begin || begin >= end) return damaged("a page of the database is damaged");
      const Bytes item(page.part(begin, end - begin), order_);
      end = begin;
      const bool is_key = i % 2 == 0;
      if (is_key) {
        is_counter = item.u8(0) == item_here && item.u32(1) == 0;
      } else if (!is_counter) {
        if (Result<void> taken = take_value(item); !taken) return taken;
      }
    }
    return {};
  }

  Result<void> take_value(const Bytes& item) {
    if (item.u8(0) == item_here) {
      is_enough_ = !sink_(item.from(1));
      return {};
    }
    if (item.u8(0) != item_off_page) return damaged("a value of the database is of no known kind");
    const std::uint64_t size = item.u32(8);
    if (size > file_.size()) return damaged("a value of the database is larger than it");
    value_.clear();
    for (std::uint64_t number = item.u32(4); value_.size() < size;) {
      const Bytes page = page_at(number);
      if (number >= used_.size() || type_of(page) != page_overflow) {
        return damaged("a value of the database ends before its end");
      }
      // A page belongs to one value.
      if (used_[number]) return damaged("values of the database overlap");
      used_[number] = true;
      const std::string_view part = page.part(page_head_bytes, page.u16(22));
      if (part.empty()) return damaged("a value of the database ends before its end");
      value_ += part.substr(0, size - value_.size());
      number = page.u32(16);
    }
    is_enough_ = !sink_(value_);
    return {};
  }

  Bytes file_;
  std::endian order_;
  const RpmRecordSink& sink_;
  std::uint32_t page_bytes_ = 0;
  std::vector<bool> used_;  // overflow pages that were read
  std::string value_;
  bool is_enough_ = false;
};

}  // namespace

Result<void> read_berkeley_records(std::string_view database, const RpmRecordSink& sink) {
  for (const std::endian order : {std::endian::little, std::endian::big}) {
    if (Bytes(database, order).u32(magic_at) != hash_magic) continue;
    return BerkeleyReader(database, order, sink).read();
  }
  return damaged("is no Berkeley DB hash database");
}

}  // namespace plimsoll::image
