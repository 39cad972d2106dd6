// Reading the database of advisories; database_format.h explains the file.
//
// Nothing of the file is believed before its SHA-256 has been compared, and what has been compared
// is copied: a file that changes under the reader can make it fail, and nothing else.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/database_format.h"
#include "base/arena.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "base/sort.h"

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
  // What is known of the ecosystem; null for nothing.
  const EcosystemCount* find(std::string_view ecosystem) const;
  bool knows(std::string_view ecosystem) const { return find(ecosystem) != nullptr; }

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
  const BlockList& blocks() const {
    return database_.contents().blocks[static_cast<std::size_t>(table_)];
  }
  // To the first item of a block, to the next one, and to the first behind this one whose key is
  // not before `key`, which that of this one is or is before.
  Result<void> begin(std::size_t block);
  Result<void> next();
  Result<void> go_on_to(std::string_view key);

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
// The same into one that was read before, whose memory is used again.
template <class T>
Result<void> read_value(const Database& database, std::string_view bytes, T& value);

// Values of a table of numbers.
template <class T>
class NumberedValues {
 public:
  // The values of all of these numbers; that one has none, or several, is an error.
  static Result<NumberedValues> read(const Database& database, TableName table,
                                     std::vector<std::uint32_t> numbers) {
    NumberedValues out;
    TableReader reader(database, table);
    sort_unique(numbers);
    out.numbers_ = std::move(numbers);
    out.values_.reserve(out.numbers_.size());
    for (std::size_t i = 0; i < out.numbers_.size(); ++i) {
      const Result<void> found =
          reader.find(number_key(out.numbers_[i]), [&](std::string_view bytes) -> Result<void> {
            Result<T> value = read_value<T>(database, out.bytes_.copy(bytes));
            if (!value) return std::unexpected(value.error());
            out.values_.push_back(std::move(*value));
            return {};
          });
      if (!found) return std::unexpected(found.error());
      if (out.values_.size() != i + 1) {
        return failure(damaged_database(database, "a table has not all of its numbers"));
      }
    }
    return out;
  }

  // Of a number that was asked for.
  const T& at(std::uint32_t number) const {
    const auto found = std::ranges::lower_bound(numbers_, number);
    return values_.at(static_cast<std::size_t>(found - numbers_.begin()));
  }
  const std::vector<std::uint32_t>& numbers() const { return numbers_; }  // ascending
  const std::vector<T>& values() const { return values_; }                // in their order

 private:
  NumberedValues() = default;

  Arena bytes_;  // that the values view
  std::vector<std::uint32_t> numbers_;
  std::vector<T> values_;
};

// Those of the table of records; that one comes from no feed of the contents is an error.
Result<NumberedValues<RecordDetails>> read_records(const Database& database,
                                                   std::vector<std::uint32_t> numbers);

// What the two catalogues say of a flaw; nothing where it is in none.
std::optional<KnownExploited> exploited_of(const FlawDetails& flaw);
std::optional<ExploitPrediction> prediction_of(const Database& database, const FlawDetails& flaw);

}  // namespace plimsoll::advisories
