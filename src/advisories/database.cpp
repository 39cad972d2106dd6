#include "advisories/database.h"

#include <fcntl.h>
#include <lz4.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ranges>
#include <system_error>

#include "advisories/signature.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

constexpr std::string_view rebuild = "build it anew or fetch it again: plimsoll db --help";

bool starts_as_database(std::string_view bytes) {
  return bytes.starts_with(database_magic.substr(0, database_magic.rfind(' ')));
}

std::unexpected<Error> damaged(const std::string& path, std::string_view what) {
  return failure({.message = concat("the database is damaged: ", what),
                  .hint = std::string(rebuild),
                  .file = path});
}

// The bytes at a place of a file; fewer only at its end. False when they cannot be read.
bool read_at(int file, std::uint64_t offset, std::size_t size, std::string& out) {
  bool is_read = true;
  // The library of g++ 12 can hand on a larger size than was asked for.
  out.resize_and_overwrite(size, [&](char* into, std::size_t /*size*/) {
    std::size_t have = 0;
    while (have < size) {
      const ssize_t got =
          ::pread(file, into + have, size - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      is_read = got >= 0;
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    return have;
  });
  return is_read;
}

bool lies_in(std::uint64_t offset, std::uint64_t size, std::uint64_t bytes) {
  return offset <= bytes && size <= bytes - offset;
}

// Behind the contents stands the signature, if any, and then nothing.
bool leads_to_the_end(const Head& head, std::uint64_t bytes) {
  constexpr std::uint64_t max_signature_bytes = 1024;
  if (!lies_in(head.contents_offset, head.contents_size, bytes) ||
      head.contents_size > max_contents_bytes || head.signature_size > max_signature_bytes) {
    return false;
  }
  const std::uint64_t end = head.contents_offset + head.contents_size;
  return end + head.signature_size == bytes &&
         head.signature_offset == (head.signature_size == 0 ? 0 : end);
}

}  // namespace

bool is_database(const std::string& path) {
  const Result<std::string> start = RealFiles().read_prefix(path, database_magic.size());
  return start && starts_as_database(*start);
}

Result<Database> Database::open(const std::string& path, std::string_view trusted_keys) {
  Database out;
  out.path_ = path;
  out.file_ = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status{};
  if (!out.file_.valid() || ::fstat(out.file_.get(), &status) != 0) {
    return failure({.message = lower(std::generic_category().message(errno)), .file = path});
  }
  if (!S_ISREG(status.st_mode)) return failure({.message = "is no file", .file = path});
  out.bytes_ = static_cast<std::uint64_t>(status.st_size);
  std::string head_text;
  std::string contents;
  if (!read_at(out.file_.get(), 0, head_bytes, head_text)) {
    return failure({.message = lower(std::generic_category().message(errno)), .file = path});
  }
  if (!starts_as_database(head_text)) {
    return failure({.message = "is no database of advisories", .file = path});
  }
  if (!head_text.starts_with(database_magic)) {
    return failure({.message = "is a database of another version of Plimsoll",
                    .hint = std::string(rebuild),
                    .file = path});
  }
  const std::optional<Head> head = decode_head(head_text);
  if (!head || !leads_to_the_end(*head, out.bytes_)) {
    return damaged(path, "its head leads nowhere");
  }
  out.contents_bytes_ = std::make_unique<std::string>();
  if (!read_at(out.file_.get(), head->contents_offset, head->contents_size, *out.contents_bytes_) ||
      sha256_of(*out.contents_bytes_) != head->contents_digest) {
    return damaged(path, "its contents are not what they were");
  }
  out.has_signature_ = head->signature_size > 0;
  if (!trusted_keys.empty()) {
    std::string signature;
    if (!out.has_signature_) {
      return failure({.message = "the database is not signed, and a key is to be trusted",
                      .hint = "plimsoll db build --sign-key signs it",
                      .file = path});
    }
    if (!read_at(out.file_.get(), head->signature_offset, head->signature_size, signature)) {
      return damaged(path, "its signature cannot be read");
    }
    const Result<bool> is_signed = is_signed_by(signed_text(head_text), signature, trusted_keys);
    if (!is_signed) return std::unexpected(is_signed.error());
    if (!*is_signed) {
      return failure(
          {.message = "the database is signed by none of the trusted keys", .file = path});
    }
  }
  out.contents_ = std::make_unique<Contents>();
  constexpr std::uint64_t max_items = 10'000'000;
  Reader reader(*out.contents_bytes_, max_items);
  reader(*out.contents_);
  if (!reader.is_whole() || !std::ranges::all_of(out.contents_->blocks, &BlockList::is_whole)) {
    return damaged(path, "its contents make no sense");
  }
  return out;
}

const EcosystemCount* Database::find(std::string_view ecosystem) const {
  const auto found =
      std::ranges::lower_bound(contents_->ecosystems, ecosystem, {}, &EcosystemCount::name);
  return found != contents_->ecosystems.end() && found->name == ecosystem ? &*found : nullptr;
}

Result<void> Database::read_block(TableName table, std::size_t block, std::string& out) const {
  thread_local std::string stored;  // made anew for each block it would cost more than the block
  const BlockInfo info = contents_->blocks[static_cast<std::size_t>(table)].at(block);
  if (!lies_in(info.offset, info.size, bytes_) || info.size > max_block_bytes ||
      info.plain_size > max_block_bytes) {
    return damaged(path_, "a block lies nowhere");
  }
  if (!read_at(file_.get(), info.offset, info.size, stored) || sha256_of(stored) != info.digest) {
    return damaged(path_, "a block is not what it was");
  }
  int size = 0;
  out.resize_and_overwrite(info.plain_size, [&](char* into, std::size_t /*size*/) {
    size = LZ4_decompress_safe(stored.data(), into, static_cast<int>(stored.size()),
                               static_cast<int>(info.plain_size));
    return static_cast<std::size_t>(std::max(size, 0));
  });
  if (size < 0 || out.size() != info.plain_size) return damaged(path_, "a block does not unpack");
  return {};
}

Result<void> Database::verify() const {
  for (std::size_t i = 0; i < tables; ++i) {
    TableReader reader(*this, static_cast<TableName>(i));
    std::string before;
    const Result<void> read = reader.for_each([&](std::string_view key, std::string_view) {
      if (key < before) return Result<void>(damaged(path_, "a table is in no order"));
      before = key;
      return Result<void>();
    });
    if (!read) return read;
  }
  return {};
}

Result<void> TableReader::begin(std::size_t block) {
  if (loaded_ != block) {
    loaded_.reset();
    if (Result<void> read = database_.read_block(table_, block, block_); !read) return read;
    loaded_ = block;
  }
  left_ = block_;
  key_.clear();
  asked_.reset();
  if (Result<void> moved = next(); !moved) return moved;
  // No block is empty: what is looked for by first keys has to be there.
  if (!is_at_item_ || key_ != blocks().first_key(block)) {
    return damaged(database_.path(), "a block begins with another key");
  }
  return {};
}

Result<void> TableReader::next() {
  is_at_item_ = !left_.empty();
  if (!is_at_item_) return {};
  BlockItem item;
  if (!take_item(left_, item) || item.shared > key_.size()) {
    return damaged(database_.path(), "a block makes no sense");
  }
  key_.resize(item.shared);
  key_ += item.rest;
  value_ = item.value;
  return {};
}

// How far a key agrees with the one that is looked for decides nearly always where it stands, and
// no other key has to be put together.
Result<void> TableReader::go_on_to(std::string_view key) {
  const auto common = [](std::string_view a, std::string_view b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  };
  std::size_t agreeing = common(key_, key);
  std::size_t size = key_.size();  // of the key of the item that was passed
  while (!left_.empty()) {
    BlockItem item;
    if (!take_item(left_, item) || item.shared > size) {
      return damaged(database_.path(), "a block makes no sense");
    }
    size = item.shared + item.rest.size();
    // It begins as the one that was passed does, behind where that one leaves `key`.
    if (item.shared > agreeing) continue;
    const std::string_view wanted = key.substr(item.shared);
    if (item.shared == agreeing && item.rest < wanted) {
      agreeing += common(item.rest, wanted);
      continue;
    }
    key_.assign(key.substr(0, item.shared));
    key_ += item.rest;
    value_ = item.value;
    return {};
  }
  is_at_item_ = false;
  return {};
}

Result<void> TableReader::find(std::string_view key, const Visit& visit) {
  const BlockList& listed = blocks();
  const auto first_key = [&](std::size_t number) { return listed.first_key(number); };
  // Keys that come in order are often in one block.
  const bool is_behind_the_last = loaded_ && asked_ && *asked_ < key;
  std::size_t block = is_behind_the_last ? *loaded_ : 0;
  const bool is_in_the_same =
      is_behind_the_last && (block + 1 == listed.size() || first_key(block + 1) >= key);
  if (!is_in_the_same) {
    const auto numbers = std::views::iota(block, listed.size());
    block = block + static_cast<std::size_t>(std::ranges::lower_bound(numbers, key, {}, first_key) -
                                             numbers.begin());
    // The items of a key can begin in the block before the first that begins with it.
    if (block > 0) --block;
  }
  for (; block < listed.size() && first_key(block) <= key; ++block) {
    // Keys that come in order go on where the last one ended.
    if (loaded_ != block || !is_behind_the_last) {
      if (Result<void> begun = begin(block); !begun) return begun;
    }
    asked_ = key;
    while (is_at_item_) {
      const int order = std::string_view(key_).compare(key);
      if (order > 0) return {};
      if (order == 0) {
        if (Result<void> visited = visit(value_); !visited) return visited;
      }
      if (Result<void> moved = go_on_to(key); !moved) return moved;
    }
  }
  return {};
}

Result<void> TableReader::for_each(const VisitAll& visit) {
  for (std::size_t block = 0; block < blocks().size(); ++block) {
    if (Result<void> begun = begin(block); !begun) return begun;
    while (is_at_item_) {
      if (Result<void> visited = visit(key_, value_); !visited) return visited;
      if (Result<void> moved = next(); !moved) return moved;
    }
  }
  return {};
}

Error damaged_database(const Database& database, std::string_view what) {
  return damaged(database.path(), what).error();
}

template <class T>
Result<void> read_value(const Database& database, std::string_view bytes, T& value) {
  constexpr std::uint64_t max_items_of_value = 10'000'000;
  Reader reader(bytes, max_items_of_value);
  reader(value);
  if (!reader.is_whole()) return damaged(database.path(), "a value makes no sense");
  return {};
}

template <class T>
Result<T> read_value(const Database& database, std::string_view bytes) {
  T value;
  if (Result<void> read = read_value(database, bytes, value); !read) {
    return std::unexpected(read.error());
  }
  return value;
}

template Result<PackageEntry> read_value<PackageEntry>(const Database&, std::string_view);
template Result<void> read_value<PackageEntry>(const Database&, std::string_view, PackageEntry&);
template Result<RecordDetails> read_value<RecordDetails>(const Database&, std::string_view);
template Result<FlawDetails> read_value<FlawDetails>(const Database&, std::string_view);
template Result<NameEntry> read_value<NameEntry>(const Database&, std::string_view);

Result<NumberedValues<RecordDetails>> read_records(const Database& database,
                                                   std::vector<std::uint32_t> numbers) {
  Result<NumberedValues<RecordDetails>> out =
      NumberedValues<RecordDetails>::read(database, TableName::records, std::move(numbers));
  if (!out) return out;
  for (const RecordDetails& record : out->values()) {
    if (record.source < database.contents().sources.size()) continue;
    return failure(damaged_database(database, "a record comes from nowhere"));
  }
  return out;
}

std::optional<KnownExploited> exploited_of(const FlawDetails& flaw) {
  if (!flaw.is_exploited) return std::nullopt;
  return KnownExploited{std::string(flaw.exploited_since), std::string(flaw.exploited_due),
                        flaw.by_ransomware};
}

std::optional<ExploitPrediction> prediction_of(const Database& database, const FlawDetails& flaw) {
  if (flaw.probability == 0) return std::nullopt;
  return ExploitPrediction{flaw.probability, flaw.percentile, database.contents().predictions_date};
}

}  // namespace plimsoll::advisories
