#include "advisories/database_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/digest.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

// Numbers of a fixed width have their lowest byte first.
template <class Word>
void append_word(std::string& out, Word word) {
  for (std::size_t i = 0; i < sizeof(Word); ++i) out += static_cast<char>(word >> (8 * i));
}

template <class Word>
Word take_word(std::string_view& bytes) {
  Word word = 0;
  std::memcpy(&word, bytes.data(), sizeof(Word));
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  bytes.remove_prefix(sizeof(Word));
  return word;
}

// Where the key ends among the keys, offset, size, plain size, digest.
constexpr std::size_t row_bytes = 4 + 8 + 4 + 4 + sha256_bytes;

std::size_t end_of_key(std::string_view row) {
  return take_word<std::uint32_t>(row);
}

}  // namespace

std::size_t BlockList::size() const {
  return rows.size() / row_bytes;
}

bool BlockList::is_whole() const {
  return rows.size() % row_bytes == 0;
}

std::string_view BlockList::first_key(std::size_t number) const {
  const std::size_t begin = number == 0 ? 0 : end_of_key(rows.substr((number - 1) * row_bytes));
  const std::size_t end = end_of_key(rows.substr(number * row_bytes));
  return begin <= end && end <= keys.size() ? keys.substr(begin, end - begin) : std::string_view();
}

BlockInfo BlockList::at(std::size_t number) const {
  std::string_view row = rows.substr(number * row_bytes, row_bytes);
  if (take_word<std::uint32_t>(row) > keys.size()) return {};
  BlockInfo out;
  out.first_key = first_key(number);
  out.offset = take_word<std::uint64_t>(row);
  out.size = take_word<std::uint32_t>(row);
  out.plain_size = take_word<std::uint32_t>(row);
  out.digest = row;
  return out;
}

void BlockListText::append(const BlockInfo& block) {
  keys += block.first_key;
  append_word(rows, static_cast<std::uint32_t>(keys.size()));
  append_word(rows, block.offset);
  append_word(rows, block.size);
  append_word(rows, block.plain_size);
  rows += block.digest;
}

std::string encode(const Head& head) {
  std::string out(database_magic);
  append_word(out, head.contents_offset);
  append_word(out, head.contents_size);
  append_word(out, head.signature_offset);
  append_word(out, head.signature_size);
  out += head.contents_digest;
  out.resize(head_bytes, '\0');
  return out;
}

std::optional<Head> decode_head(std::string_view bytes) {
  if (bytes.size() != head_bytes || !bytes.starts_with(database_magic)) return std::nullopt;
  const std::string_view whole = bytes;
  bytes.remove_prefix(database_magic.size());
  Head head;
  head.contents_offset = take_word<std::uint64_t>(bytes);
  head.contents_size = take_word<std::uint64_t>(bytes);
  head.signature_offset = take_word<std::uint64_t>(bytes);
  head.signature_size = take_word<std::uint64_t>(bytes);
  head.contents_digest = bytes.substr(0, sha256_bytes);
  // Every byte of it means something.
  if (encode(head) != whole) return std::nullopt;
  return head;
}

std::string signed_text(std::string_view head) {
  // Where the signature lies is not known before it is made.
  std::string out(head);
  constexpr std::size_t word_bytes = sizeof(std::uint64_t);
  std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(database_magic.size() + 2 * word_bytes),
              2 * word_bytes, '\0');
  return out;
}

void append_item(std::string& block, std::string_view previous_key, std::string_view key,
                 std::string_view value) {
  const std::size_t shared =
      static_cast<std::size_t>(std::ranges::mismatch(previous_key, key).in1 - previous_key.begin());
  append_number(block, shared);
  append_number(block, key.size() - shared);
  block += key.substr(shared);
  append_number(block, value.size());
  block += value;
}

bool take_item(std::string_view& block, BlockItem& item) {
  std::uint64_t shared = 0;
  std::uint64_t rest = 0;
  std::uint64_t size = 0;
  if (!take_number(block, shared) || !take_number(block, rest) || rest > block.size()) return false;
  item.shared = shared;
  item.rest = block.substr(0, rest);
  block.remove_prefix(rest);
  if (!take_number(block, size) || size > block.size()) return false;
  item.value = block.substr(0, size);
  block.remove_prefix(size);
  return true;
}

std::string package_key(std::string_view ecosystem, std::string_view name, bool is_source) {
  constexpr std::string_view nul("\0", 1);
  return concat(ecosystem, nul, name, nul, is_source ? "s" : "b");
}

std::string number_key(std::uint32_t number) {
  std::string out(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<char>(number >> (24 - 8 * i));
  return out;
}

}  // namespace plimsoll::advisories
