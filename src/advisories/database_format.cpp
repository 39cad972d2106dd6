#include "advisories/database_format.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

constexpr std::size_t word_bytes = 8;

void append_word(std::string& out, std::uint64_t word) {
  for (std::size_t i = 0; i < word_bytes; ++i) out += static_cast<char>(word >> (8 * i));
}

std::uint64_t take_word(std::string_view& bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < word_bytes; ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  bytes.remove_prefix(word_bytes);
  return word;
}

}  // namespace

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
  head.contents_offset = take_word(bytes);
  head.contents_size = take_word(bytes);
  head.signature_offset = take_word(bytes);
  head.signature_size = take_word(bytes);
  head.contents_digest = bytes.substr(0, sha256_bytes);
  // Every byte of it means something.
  if (encode(head) != whole) return std::nullopt;
  return head;
}

std::string signed_text(std::string_view head) {
  // Where the signature lies is not known before it is made.
  std::string out(head);
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

bool take_item(std::string_view& block, std::string& key, std::string_view& value) {
  std::uint64_t shared = 0;
  std::uint64_t rest = 0;
  std::uint64_t size = 0;
  if (!take_number(block, shared) || shared > key.size() || !take_number(block, rest) ||
      rest > block.size()) {
    return false;
  }
  key.resize(shared);
  key += block.substr(0, rest);
  block.remove_prefix(rest);
  if (!take_number(block, size) || size > block.size()) return false;
  value = block.substr(0, size);
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
