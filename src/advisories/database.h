// Reading the database of advisories; database_format.h explains the file.
//
// Nothing of the file is believed before its SHA-256 has been compared, and what has been compared
// is copied: a file that changes under the reader can make it fail, and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "advisories/database_format.h"
#include "base/descriptor.h"
#include "base/result.h"

namespace plimsoll::advisories {

// Whether the file begins as a database does, of this version of Plimsoll or of another one.
bool is_database(const std::string& path);

class Database {
 public:
  // `trusted_keys`: PEM texts of public keys, one of which must have signed it; "" for no such
  // demand.
  static Result<Database> open(const std::string& path, std::string_view trusted_keys = {});

  const Contents& contents() const { return *contents_; }
  const std::string& path() const { return path_; }
  std::uint64_t bytes() const { return bytes_; }
  bool has_signature() const { return has_signature_; }
  // Whether anything is known of the ecosystem.
  bool knows(std::string_view ecosystem) const;

  // Puts the bytes of a block, unpacked, into `out`, whose memory is used again.
  Result<void> read_block(TableName table, std::size_t block, std::string& out) const;
  // Reads all of it, and that it is in order. What a single look-up verifies it verifies as a
  // whole.
  Result<void> verify() const;

 private:
  std::string path_;
  Descriptor file_{-1};
  std::uint64_t bytes_ = 0;
  bool has_signature_ = false;
  std::unique_ptr<std::string> contents_bytes_;  // that the contents view
  std::unique_ptr<Contents> contents_;
};

// Looks keys up in one table. Asked in the order of the keys it reads each block once. For one
// thread; the database outlives it.
class TableReader {
 public:
  TableReader(const Database& database, TableName table) : database_(database), table_(table) {}

  // Hands on each value of the key, in their order; a view for the call alone.
  using Visit = std::function<Result<void>(std::string_view value)>;
  Result<void> find(std::string_view key, const Visit& visit);
  // Every key and value, in order.
  using VisitAll = std::function<Result<void>(std::string_view key, std::string_view value)>;
  Result<void> for_each(const VisitAll& visit);

 private:
  // At the first item of a block.
  Result<void> begin(std::size_t block);
  Result<void> next();

  const Database& database_;
  TableName table_;
  std::optional<std::size_t> loaded_;
  std::string block_;
  // The key that was asked for last in this block: what stands before it has been passed.
  std::optional<std::string> asked_;
  // The item that was reached, and what is behind it in the block.
  bool is_at_item_ = false;
  std::string key_;
  std::string_view value_;
  std::string_view left_;
};

// The error of a database whose parts do not fit together, whoever made it so.
Error damaged_database(const Database& database, std::string_view what);

// A value of a table, read; views into the bytes. An error when they are none.
template <class T>
Result<T> read_value(const Database& database, std::string_view bytes);

// Values of a table of numbers, and the bytes that they view.
template <class T>
struct NumberedValues {
  std::map<std::uint32_t, std::string> bytes;
  std::map<std::uint32_t, T> values;

  const T& at(std::uint32_t number) const { return values.at(number); }
};

// The values of all of these numbers; that one has none is an error.
template <class T>
Result<NumberedValues<T>> read_numbered(const Database& database, TableName table,
                                        const std::set<std::uint32_t>& numbers) {
  NumberedValues<T> out;
  TableReader reader(database, table);
  for (const std::uint32_t number : numbers) {
    const Result<void> found =
        reader.find(number_key(number), [&](std::string_view bytes) -> Result<void> {
          std::string& kept = out.bytes[number];
          kept = bytes;
          Result<T> value = read_value<T>(database, kept);
          if (!value) return std::unexpected(value.error());
          out.values.insert_or_assign(number, std::move(*value));
          return {};
        });
    if (!found) return std::unexpected(found.error());
    if (!out.values.contains(number)) {
      return failure(damaged_database(database, "a table has not all of its numbers"));
    }
  }
  return out;
}

// Those of the table of records; that one comes from no feed of the contents is an error.
Result<NumberedValues<RecordDetails>> read_records(const Database& database,
                                                   const std::set<std::uint32_t>& numbers);

// What the two catalogues say of a flaw; nothing where it is in none.
std::optional<KnownExploited> exploited_of(const FlawDetails& flaw);
std::optional<ExploitPrediction> prediction_of(const Database& database, const FlawDetails& flaw);

}  // namespace plimsoll::advisories
