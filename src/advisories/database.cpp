#include "advisories/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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
  out.resize(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got =
        ::pread(file, out.data() + have, size - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return true;
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

struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// What the readers of a table rely on.
bool are_in_order(const std::vector<BlockInfo>& blocks, std::uint64_t bytes) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const BlockInfo& block = blocks[i];
    if (!lies_in(block.offset, block.size, bytes) || block.plain_size > max_block_bytes ||
        block.size > max_block_bytes || block.digest.size() != sha256_bytes ||
        (i > 0 && block.first_key < blocks[i - 1].first_key)) {
      return false;
    }
  }
  return true;
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
  if (!reader.is_whole() ||
      !std::ranges::all_of(out.contents_->blocks, [&](const std::vector<BlockInfo>& blocks) {
        return are_in_order(blocks, out.bytes_);
      })) {
    return damaged(path, "its contents make no sense");
  }
  return out;
}

bool Database::knows(std::string_view ecosystem) const {
  return std::ranges::binary_search(contents_->ecosystems, ecosystem, {}, &EcosystemCount::name);
}

Result<void> Database::read_block(TableName table, std::size_t block, std::string& out) const {
  // Made anew for each block they would cost more than the block.
  thread_local std::string stored;
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> decompressor(ZSTD_createDCtx());
  const BlockInfo& info = contents_->blocks[static_cast<std::size_t>(table)].at(block);
  if (!read_at(file_.get(), info.offset, info.size, stored) || sha256_of(stored) != info.digest) {
    return damaged(path_, "a block is not what it was");
  }
  out.resize(info.plain_size);
  const std::size_t size =
      ZSTD_decompressDCtx(decompressor.get(), out.data(), out.size(), stored.data(), stored.size());
  if (size != out.size()) return damaged(path_, "a block does not unpack");
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
  return next();
}

Result<void> TableReader::next() {
  is_at_item_ = !left_.empty();
  if (is_at_item_ && !take_item(left_, key_, value_)) {
    return damaged(database_.path(), "a block makes no sense");
  }
  return {};
}

Result<void> TableReader::find(std::string_view key, const Visit& visit) {
  const std::vector<BlockInfo>& blocks =
      database_.contents().blocks[static_cast<std::size_t>(table_)];
  // The items of a key can begin in the block before the first that begins with it.
  auto block = std::ranges::lower_bound(blocks, key, {}, &BlockInfo::first_key);
  if (block != blocks.begin()) --block;
  for (; block != blocks.end() && block->first_key <= key; ++block) {
    const auto number = static_cast<std::size_t>(block - blocks.begin());
    // Keys that come in order go on where the last one ended.
    if (loaded_ != number || !asked_ || *asked_ >= key) {
      if (Result<void> begun = begin(number); !begun) return begun;
    }
    asked_ = key;
    while (is_at_item_ && key_ <= key) {
      if (key_ == key) {
        if (Result<void> visited = visit(value_); !visited) return visited;
      }
      if (Result<void> moved = next(); !moved) return moved;
    }
    if (is_at_item_) return {};
  }
  return {};
}

Result<void> TableReader::for_each(const VisitAll& visit) {
  const std::size_t blocks = database_.contents().blocks[static_cast<std::size_t>(table_)].size();
  for (std::size_t block = 0; block < blocks; ++block) {
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
Result<T> read_value(const Database& database, std::string_view bytes) {
  constexpr std::uint64_t max_items_of_value = 10'000'000;
  Reader reader(bytes, max_items_of_value);
  T value;
  reader(value);
  if (!reader.is_whole()) return damaged(database.path(), "a value makes no sense");
  return value;
}

template Result<PackageEntry> read_value<PackageEntry>(const Database&, std::string_view);
template Result<RecordDetails> read_value<RecordDetails>(const Database&, std::string_view);
template Result<FlawDetails> read_value<FlawDetails>(const Database&, std::string_view);
template Result<NameEntry> read_value<NameEntry>(const Database&, std::string_view);

Result<NumberedValues<RecordDetails>> read_records(const Database& database,
                                                   const std::set<std::uint32_t>& numbers) {
  Result<NumberedValues<RecordDetails>> out =
      read_numbered<RecordDetails>(database, TableName::records, numbers);
  if (!out) return out;
  for (const auto& [number, record] : out->values) {
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
