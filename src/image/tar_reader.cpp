#include "image/tar_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/number.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

constexpr std::size_t block_bytes = 512;

struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field user_field{108, 8};
constexpr Field group_field{116, 8};
constexpr Field size_field{124, 12};
constexpr Field checksum_field{148, 8};
constexpr std::size_t type_at = 156;
constexpr Field link_field{157, 100};
constexpr Field magic_field{257, 8};
constexpr Field prefix_field{345, 155};
constexpr Field star_prefix_field{345, 131};
constexpr Field star_trailer_field{508, 4};
// GNU's old sparse format: whether a block of the map follows, and the size with its holes.
constexpr std::size_t sparse_continues_at = 482;
constexpr Field sparse_real_size_field{483, 12};
constexpr std::size_t sparse_block_continues_at = 504;

std::string_view raw(std::string_view block, Field field) {
  return block.substr(field.at, field.size);
}

std::string_view text(std::string_view block, Field field) {
  const std::string_view bytes = raw(block, field);
  return bytes.substr(0, bytes.find('\0'));
}

// Octal digits between blanks and NULs, or, with the first bit set, a number in base 256. Nothing
// for what is neither, or is negative or needs more than 64 bits.
std::optional<std::uint64_t> number(std::string_view bytes) {
  if (!bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80) != 0) {
    if ((static_cast<unsigned char>(bytes[0]) & 0x40) != 0) return std::nullopt;
    std::uint64_t value = static_cast<unsigned char>(bytes[0]) & 0x3f;
    for (const char c : bytes.substr(1)) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  const auto is_blank = [](char c) { return c == ' ' || c == '\0'; };
  while (!bytes.empty() && is_blank(bytes.front())) bytes.remove_prefix(1);
  while (!bytes.empty() && is_blank(bytes.back())) bytes.remove_suffix(1);
  bytes = bytes.substr(0, bytes.find('\0'));
  return bytes.empty() ? 0 : number_of<std::uint64_t>(bytes, 8);
}

// The sum of all bytes, those of its own field taken as blanks; old tars added signed bytes.
bool checksum_matches(std::string_view block) {
  const auto wanted = number(raw(block, checksum_field));
  if (!wanted) return false;
  std::int64_t with_sign = 0;
  std::int64_t without = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool is_own = i >= checksum_field.at && i < checksum_field.at + checksum_field.size;
    const char c = is_own ? ' ' : block[i];
    with_sign += static_cast<signed char>(c);
    without += static_cast<unsigned char>(c);
  }
  const auto sum = static_cast<std::int64_t>(*wanted);
  return sum == without || sum == with_sign;
}

bool has_content(char type) {
  // Links, devices, directories and fifos have none, whatever their size field says.
  return type < '1' || type > '6';
}

EntryKind kind_of(char type) {
  switch (type) {
    case '\0':
    case '0':
    case '7':  // contiguous
    case 'S': return EntryKind::file;
    case '1': return EntryKind::hard_link;
    case '2': return EntryKind::symlink;
    case '3':
    case '4': return EntryKind::device;
    case '5': return EntryKind::directory;
    case '6': return EntryKind::fifo;
    default: return EntryKind::other;
  }
}

std::string name_of(std::string_view block) {
  const std::string_view magic = raw(block, magic_field);
  std::string_view prefix;
  if (magic.starts_with(std::string_view("ustar\0", 6))) {
    const bool is_star = raw(block, star_trailer_field) == std::string_view("tar\0", 4);
    prefix = text(block, is_star ? star_prefix_field : prefix_field);
  }
  const std::string_view name = text(block, name_field);
  return prefix.empty() ? std::string(name) : concat(prefix, "/", name);
}

// The content of an 'L' or 'K' is a name that ends at the first NUL.
std::string until_nul(std::string text) {
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

Error damaged(std::string_view what) {
  return {.message = concat("the tar archive is damaged: ", what)};
}

}  // namespace

std::string path_in_root(std::string_view path, bool* leaves_root) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    } else if (leaves_root != nullptr) {
      *leaves_root = true;
    }
  }
  std::string out;
  out.reserve(path.size());
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

Result<void> TarReader::push(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::ended) {
    if (state_ == State::content) {
      const std::string_view piece = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
      bytes.remove_prefix(piece.size());
      left_ -= piece.size();
      if (Result<void> taken = take_content(piece); !taken) return taken;
      if (left_ == 0) {
        if (Result<void> taken = end_content(); !taken) return taken;
      }
      continue;
    }
    if (state_ == State::padding) {
      const std::size_t skipped = std::min<std::uint64_t>(padding_, bytes.size());
      bytes.remove_prefix(skipped);
      padding_ -= skipped;
      if (padding_ == 0) state_ = State::header;
      continue;
    }
    std::string_view block = bytes.substr(0, block_bytes);
    if (!block_.empty() || block.size() < block_bytes) {
      const std::size_t wanted = std::min(block_bytes - block_.size(), bytes.size());
      block_ += bytes.substr(0, wanted);
      bytes.remove_prefix(wanted);
      if (block_.size() < block_bytes) return {};
      block = block_;
    } else {
      bytes.remove_prefix(block_bytes);
    }
    Result<void> taken;
    if (state_ == State::header) {
      taken = take_header(block);
    } else if (block[sparse_block_continues_at] == '\0') {
      state_ = State::content;
      if (left_ == 0) taken = end_content();
    }
    block_.clear();
    if (!taken) return taken;
  }
  return {};
}

std::uint64_t TarReader::skip() {
  if (state_ == State::padding) {
    state_ = State::header;
    return std::exchange(padding_, 0);
  }
  if (state_ != State::content || reads_extension()) return 0;
  const std::uint64_t skipped = left_ + padding_;
  left_ = 0;
  padding_ = 0;
  state_ = State::header;
  return skipped;
}

Result<void> TarReader::finish() {
  if (state_ == State::ended || (state_ == State::header && block_.empty())) return {};
  // The last padding is missing in archives of some writers.
  if (state_ == State::padding) return {};
  return failure(damaged("it ends in the middle of an entry"));
}

Result<void> TarReader::take_header(std::string_view block) {
  if (std::ranges::all_of(block, [](char c) { return c == '\0'; })) {
    if (zero_block_seen_) state_ = State::ended;
    zero_block_seen_ = true;
    return {};
  }
  if (zero_block_seen_) return failure(damaged("an entry follows a block of zeros"));
  if (!checksum_matches(block)) return failure(damaged("the checksum of a header does not match"));
  const std::optional<std::uint64_t> size = number(raw(block, size_field));
  if (!size) return failure(damaged("the size of an entry is no number"));
  type_ = block[type_at];
  left_ = has_content(type_) ? *size : 0;
  if (reads_extension()) {
    if (left_ > max_tar_extension_bytes) {
      return failure(damaged("the name or the attributes of an entry are longer than 1 MiB"));
    }
    extension_.clear();
  } else {
    if (Result<void> begun = begin_entry(block, type_); !begun) return begun;
  }
  padding_ = (block_bytes - left_ % block_bytes) % block_bytes;
  state_ = State::content;
  if (type_ == 'S' && block[sparse_continues_at] != '\0') {
    state_ = State::sparse_map;
    return {};
  }
  return left_ == 0 ? end_content() : Result<void>{};
}

Result<void> TarReader::begin_entry(std::string_view block, char type) {
  if (overrides_.size && has_content(type)) left_ = *overrides_.size;
  // Sizes are added up; one that is near the end of the numbers is a lie.
  if (left_ > std::numeric_limits<std::int64_t>::max() / 2) {
    return failure(damaged("an entry has an absurd size"));
  }
  TarEntry entry;
  entry.kind = kind_of(type);
  const std::string written = overrides_.path ? *overrides_.path : name_of(block);
  if (written.size() > max_tar_path_bytes) {
    return failure(damaged("a path is longer than Linux allows (4096 bytes)"));
  }
  // Of a directory in the oldest format the slash is the only sign.
  if (entry.kind == EntryKind::file && type != 'S' && written.ends_with('/')) {
    entry.kind = EntryKind::directory;
  }
  entry.path = path_in_root(written, &entry.leaves_root);
  entry.link = overrides_.link ? *overrides_.link : std::string(text(block, link_field));
  if (entry.kind == EntryKind::hard_link) entry.link = path_in_root(entry.link, &entry.leaves_root);
  const auto field = [&](Field where) { return number(raw(block, where)).value_or(0); };
  entry.mode = static_cast<std::uint32_t>(field(mode_field)) & 07777;
  entry.user = overrides_.user.value_or(field(user_field));
  entry.group = overrides_.group.value_or(field(group_field));
  entry.size = left_;
  if (type == 'S') {
    entry.size = number(raw(block, sparse_real_size_field)).value_or(left_);
    entry.is_sparse = true;
  } else if (overrides_.real_size) {
    entry.size = *overrides_.real_size;
    entry.is_sparse = true;
  }
  entry.capabilities = std::move(overrides_.capabilities);
  overrides_ = {};
  return handler_.begin(entry);
}

Result<void> TarReader::take_content(std::string_view piece) {
  if (!reads_extension()) return handler_.content(piece);
  extension_ += piece;
  return {};
}

Result<void> TarReader::end_content() {
  state_ = padding_ == 0 ? State::header : State::padding;
  switch (type_) {
    case 'L': overrides_.path = until_nul(std::move(extension_)); return {};
    case 'K': overrides_.link = until_nul(std::move(extension_)); return {};
    case 'x': return apply_pax(extension_);
    // Records for the whole archive: git writes a comment there, nobody a path.
    case 'g': return {};
    default: return handler_.end();
  }
}

Result<void> TarReader::apply_pax(std::string_view records) {
  while (!records.empty()) {
    const std::size_t blank = records.find(' ');
    const auto length = number_of<std::uint64_t>(records.substr(0, blank));
    if (blank == std::string_view::npos || !length || *length > records.size() ||
        *length < blank + 2 || records[*length - 1] != '\n') {
      return failure(damaged("an attribute of an entry does not have the length that it says"));
    }
    const std::string_view record = records.substr(blank + 1, *length - blank - 2);
    records.remove_prefix(*length);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) return failure(damaged("an attribute has no value"));
    const std::string_view key = record.substr(0, equals);
    const std::string_view value = record.substr(equals + 1);
    const auto set_number = [&](std::optional<std::uint64_t>& into) -> Result<void> {
      into = number_of<std::uint64_t>(value);
      if (!into) return failure(damaged(concat("the attribute ", key, " is no number")));
      return {};
    };
    Result<void> taken;
    if (key == "path" || key == "GNU.sparse.name") {
      overrides_.path = value;
    } else if (key == "linkpath") {
      overrides_.link = value;
    } else if (key == "size") {
      taken = set_number(overrides_.size);
    } else if (key == "uid") {
      taken = set_number(overrides_.user);
    } else if (key == "gid") {
      taken = set_number(overrides_.group);
    } else if (key == "GNU.sparse.realsize" || key == "GNU.sparse.size") {
      taken = set_number(overrides_.real_size);
    } else if (key == "SCHILY.xattr.security.capability") {
      overrides_.capabilities = value;
    }
    if (!taken) return taken;
  }
  return {};
}

}  // namespace plimsoll::image
