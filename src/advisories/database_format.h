// The database of advisories: one file, made once and never changed, read by any number of
// processes at a time.
//
// It is a row of tables, each a sorted list of keys with values, cut into blocks of some KiB that
// are compressed one by one (LZ4, which unpacks such small ones several times faster than what
// packs them tighter). A look-up finds by the first keys of the blocks which one to unpack, so that
// a few packages cost a few blocks and many packages, asked for in order, each block once.
//
// Behind the blocks stand the contents: which blocks there are, where, with which first key and
// which SHA-256; what the database was made from; and the head in front has the SHA-256 of the
// contents. So a block is verified when it is read, and whatever has changed in the file is noticed
// before anybody relies on it. A signature is one of the head. The list of blocks is searched as it
// lies there: there are thousands, and a look-up wants a few.
//
//   head     magic, where the contents and the signature lie, SHA-256 of the contents; 128 bytes
//   blocks   of all tables
//   contents
//   signature  of the head, or nothing (signature.h)
//
// Tables:
//   packages  ecosystem, NUL, name, NUL, "s" for a source's name or "b"  ->  a PackageEntry each
//   records   number                                                     ->  RecordDetails
//   flaws     number                                                     ->  FlawDetails
//   names     id of a flaw or a record, alias                            ->  NameEntry
// Numbers are keys of four bytes, the highest first. Records are numbered by their first package,
// and flaws by their first record: what is known of one package lies together.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/stored_codec.h"

namespace plimsoll::advisories {

inline constexpr std::string_view database_magic = "plimsoll advisories 2\n";
inline constexpr std::size_t head_bytes = 128;

// What a block holds, unpacked: a new one begins behind this. Packages are asked for by the dozen
// and lie beside each other; of records and flaws one here and one there is wanted; names are asked
// for one by one, and their blocks need not be many.
inline constexpr std::array<std::size_t, 4> usual_block_bytes{8u << 10, 4u << 10, 4u << 10,
                                                              16u << 10};
// Bounds on what is read back.
inline constexpr std::size_t max_block_bytes = 64u << 20;
inline constexpr std::size_t max_contents_bytes = 256u << 20;

enum class TableName : std::uint8_t { packages, records, flaws, names };
inline constexpr std::size_t tables = 4;

struct BlockInfo {
  std::string_view first_key;
  std::uint64_t offset = 0;  // in the file
  std::uint32_t size = 0;    // as stored
  std::uint32_t plain_size = 0;
  std::string_view digest;  // SHA-256 of the stored bytes: 32 bytes
};

// The blocks of a table, as they are listed: rows of one size, and the first keys, one behind the
// other. Views into what it was read from or is written to.
struct BlockList {
  std::string_view rows;
  std::string_view keys;

  std::size_t size() const;
  bool is_whole() const;  // its last row, too
  // `number` is less than size(). Of a list that makes no sense these are a block without a digest
  // and no key.
  BlockInfo at(std::size_t number) const;
  std::string_view first_key(std::size_t number) const;
};
// The text that rows and keys of a BlockList view, in the making.
struct BlockListText {
  std::string rows;
  std::string keys;

  void append(const BlockInfo& block);
};

// A feed that the database was made from.
struct FeedSource {
  std::string name;    // as the user named it: a file, a directory, an address
  std::string digest;  // of its bytes: "sha256:…"; "" for a directory
  std::string read;    // RFC 3339: when it was read
  std::string newest;  // when the record that was changed last was; "" for none
  std::uint64_t records = 0;
  std::uint64_t refused = 0;
  std::uint64_t left_out = 0;
  std::uint64_t json_bytes = 0;
};

struct EcosystemCount {
  std::string name;
  std::uint64_t entries = 0;
};

struct Contents {
  std::string built;     // RFC 3339
  std::string built_by;  // the program's version
  std::string predictions_date;
  std::uint64_t records = 0;
  std::uint64_t flaws = 0;
  std::uint64_t exploited = 0;
  std::vector<FeedSource> sources;
  std::vector<EcosystemCount> ecosystems;  // sorted
  std::array<BlockList, tables> blocks;
};

struct PackageEntry {
  std::uint32_t record = 0;
  std::vector<std::uint32_t> flaws;  // that the record stands for
  StoredEntry entry;                 // without what the key says
};

struct RecordDetails {
  std::string_view id;
  std::vector<std::string_view> aliases;
  std::string_view summary;
  std::string_view url;
  std::string_view published;
  std::string_view modified;
  Rating rating = Rating::unknown;
  std::string_view cvss;     // of the newest version that it gives, or ""
  std::uint32_t source = 0;  // index into Contents::sources
};

struct FlawDetails {
  std::string_view id;
  std::uint32_t record = 0;  // the one that says the most about it
  std::string_view cvss;     // of the newest version that a record gives, or ""
  bool is_exploited = false;
  std::string_view exploited_since = {};  // as KnownExploited
  std::string_view exploited_due = {};
  bool by_ransomware = false;
  std::uint32_t probability = 0;  // of the prediction, in prediction_unit; 0 for none
  std::uint32_t percentile = 0;
};

// What a name stands for: the flaw of that id, and the records that have it as their id, as another
// name, or among what they mend.
struct NameEntry {
  std::vector<std::uint32_t> flaws;
  std::vector<std::uint32_t> records;
};

template <class Archive>
void members(Archive& archive, Is<BlockList> auto& blocks) {
  archive(blocks.rows, blocks.keys);
}

template <class Archive>
void members(Archive& archive, Is<FeedSource> auto& source) {
  archive(source.name, source.digest, source.read, source.newest, source.records, source.refused,
          source.left_out, source.json_bytes);
}

template <class Archive>
void members(Archive& archive, Is<EcosystemCount> auto& ecosystem) {
  archive(ecosystem.name, ecosystem.entries);
}

template <class Archive>
void members(Archive& archive, Is<Contents> auto& contents) {
  archive(contents.built, contents.built_by, contents.predictions_date, contents.records,
          contents.flaws, contents.exploited, contents.sources, contents.ecosystems);
  for (auto& blocks : contents.blocks) archive(blocks);
}

template <class Archive>
void members(Archive& archive, Is<PackageEntry> auto& entry) {
  archive(entry.record, entry.flaws);
  versions_of(archive, entry.entry);
}

template <class Archive>
void members(Archive& archive, Is<RecordDetails> auto& record) {
  archive(record.id, record.aliases, record.summary, record.url, record.published, record.modified);
  archive.choice(record.rating, ratings);
  archive(record.cvss, record.source);
}

template <class Archive>
void members(Archive& archive, Is<FlawDetails> auto& flaw) {
  archive(flaw.id, flaw.record, flaw.cvss, flaw.is_exploited, flaw.exploited_since,
          flaw.exploited_due, flaw.by_ransomware, flaw.probability, flaw.percentile);
}

template <class Archive>
void members(Archive& archive, Is<NameEntry> auto& name) {
  archive(name.flaws, name.records);
}

// What stands in front of the file.
struct Head {
  std::uint64_t contents_offset = 0;
  std::uint64_t contents_size = 0;
  std::uint64_t signature_offset = 0;
  std::uint64_t signature_size = 0;  // 0: nobody has signed it
  std::string contents_digest;       // SHA-256, 32 bytes
};
// head_bytes long.
std::string encode(const Head& head);
// Nothing when it is the head of no database.
std::optional<Head> decode_head(std::string_view bytes);
// The text that is signed.
std::string signed_text(std::string_view head);

// An item of a block, as it lies there.
struct BlockItem {
  std::size_t shared = 0;  // so much of its key is that of the one before it
  std::string_view rest;   // of the key
  std::string_view value;
};
void append_item(std::string& block, std::string_view previous_key, std::string_view key,
                 std::string_view value);
// Takes the next item off the front; false at the end, or when there is none.
bool take_item(std::string_view& block, BlockItem& item);

// The key of a package in the table of packages.
std::string package_key(std::string_view ecosystem, std::string_view name, bool is_source);
// The key of a number.
std::string number_key(std::uint32_t number);

}  // namespace plimsoll::advisories
