#include "advisories/database.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <random>
#include <sstream>

#include "advisories/signature.h"
#include "base/digest.h"
#include "support/made_database.h"

namespace plimsoll::advisories {
namespace {

using test::MadeDatabase;
using test::MadeRecord;

std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

MadeRecord openssl_record() {
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "openssl", "+0 -3.0.1").rating = Rating::low;
  record.package("Debian:13", "openssl", "+0");
  return record;
}

// Enough that each table has several blocks.
void fill(MadeDatabase& made) {
  for (int i = 0; i < 3000; ++i) {
    MadeRecord record{.id = concat("CVE-2025-", std::to_string(10000 + i))};
    record.package("Debian:12", concat("package-", std::to_string(i % 700)),
                   concat("+0 -1.", std::to_string(i)));
    made.add(record);
  }
}

std::size_t entries_of(const Database& database, std::string_view ecosystem,
                       std::string_view name) {
  std::size_t count = 0;
  TableReader reader(database, TableName::packages);
  const auto found = reader.find(package_key(ecosystem, name, true), [&](std::string_view) {
    ++count;
    return Result<void>();
  });
  EXPECT_TRUE(found) << found.error().message;
  return count;
}

TEST(Database, HasWhatWasWrittenAndNothingElse) {
  MadeDatabase made;
  made.add(openssl_record());
  const Database database = made.database();
  EXPECT_EQ(database.contents().built, "2026-02-01T00:00:00Z");
  EXPECT_EQ(database.contents().records, 1u);
  ASSERT_EQ(database.contents().sources.size(), 1u);
  EXPECT_EQ(database.contents().sources[0].name, "feed-0.json");
  EXPECT_EQ(database.contents().sources[0].newest, "2026-01-01T00:00:00Z");
  EXPECT_TRUE(database.knows("Debian:12"));
  EXPECT_FALSE(database.knows("Debian:1"));
  EXPECT_FALSE(database.knows("Debian:14"));
  EXPECT_EQ(entries_of(database, "Debian:12", "openssl"), 1u);
  EXPECT_EQ(entries_of(database, "Debian:12", "openss"), 0u);
  EXPECT_EQ(entries_of(database, "Debian:12", "openssl1"), 0u);
  EXPECT_EQ(entries_of(database, "Debian:11", "openssl"), 0u);
  EXPECT_TRUE(database.verify());
}

TEST(Database, FindsEveryKeyOfManyBlocks) {
  MadeDatabase made;
  fill(made);
  const Database database = made.database();
  ASSERT_GT(database.contents().blocks[0].size(), 3u);
  for (int i = 0; i < 700; ++i) {
    const std::size_t expected = i < 3000 % 700 ? 5 : 4;
    EXPECT_EQ(entries_of(database, "Debian:12", concat("package-", std::to_string(i))), expected);
  }
  EXPECT_TRUE(database.verify());
}

TEST(Database, FindsKeysInAnyOrder) {
  MadeDatabase made;
  fill(made);
  const Database database = made.database();
  TableReader reader(database, TableName::packages);
  std::mt19937 random(1);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < 1400; ++i) order.push_back(i);
  // In order, backwards and mixed; every second name has no package.
  for (int round = 0; round < 3; ++round) {
    if (round == 1) std::ranges::reverse(order);
    if (round == 2) std::ranges::shuffle(order, random);
    for (const std::size_t i : order) {
      std::size_t found = 0;
      const std::string name = concat("package-", std::to_string(i / 2), i % 2 == 0 ? "" : "-none");
      ASSERT_TRUE(reader.find(package_key("Debian:12", name, true), [&](std::string_view) {
        ++found;
        return Result<void>();
      }));
      EXPECT_EQ(found, i % 2 == 1 ? 0u : i / 2 < 3000 % 700 ? 5u : 4u) << name;
    }
  }
}

TEST(Database, IsTheSameBytesForTheSameFeeds) {
  MadeDatabase a;
  MadeDatabase b;
  fill(a);
  fill(b);
  ASSERT_TRUE(a.write());
  ASSERT_TRUE(b.write());
  EXPECT_EQ(bytes_of(a.path()), bytes_of(b.path()));
}

TEST(Database, TakesTheNewestCopyOfARecord) {
  MadeDatabase made;
  made.add(openssl_record());
  MadeRecord newer = openssl_record();
  newer.modified = "2026-01-02T00:00:00Z";
  newer.affected.pop_back();
  made.next_feed();
  made.add(newer);
  made.next_feed();
  made.add(openssl_record());
  const Result<WrittenDatabase> written = made.write();
  ASSERT_TRUE(written);
  EXPECT_EQ(written->superseded, 2u);
  EXPECT_EQ(written->records, 1u);
  EXPECT_EQ(entries_of(*made.open(), "Debian:13", "openssl"), 0u);
}

TEST(Database, ForgetsWhatWasWithdrawn) {
  MadeDatabase made;
  made.add(openssl_record());
  MadeRecord withdrawn = openssl_record();
  withdrawn.modified = "2026-01-02T00:00:00Z";
  withdrawn.is_withdrawn = true;
  made.add(withdrawn);
  const Result<WrittenDatabase> written = made.write();
  ASSERT_TRUE(written);
  EXPECT_EQ(written->withdrawn, 1u);
  EXPECT_EQ(written->records, 0u);
  EXPECT_EQ(entries_of(*made.open(), "Debian:12", "openssl"), 0u);
}

TEST(Database, KeepsOfListedVersionsThoseThatNoRangeCovers) {
  CompiledFeed feed;
  MadeRecord record{.id = "GHSA-1"};
  record.package("PyPI", "requests", "+1.0 -2.0 .0.9 .1.0 .1.5 .2.0 .no-version");
  test::add(feed, record);
  EXPECT_EQ(feed.counts().listed, 5u);
  std::vector<std::string_view> kept;
  ASSERT_TRUE(feed.for_each_record(
      [&](std::string_view bytes) { kept = read_record(bytes)->entries.at(0).versions; }));
  EXPECT_EQ(kept, (std::vector<std::string_view>{"0.9", "2.0", "no-version"}));
}

TEST(Database, NoticesEveryChangedByte) {
  MadeDatabase made;
  made.add(openssl_record());
  ASSERT_TRUE(made.write());
  const std::string whole = bytes_of(made.path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    write_bytes(made.path(), changed);
    const Result<Database> database = made.open();
    EXPECT_FALSE(database && database->verify()) << "byte " << i;
  }
}

TEST(Database, NoticesEveryCut) {
  MadeDatabase made;
  made.add(openssl_record());
  ASSERT_TRUE(made.write());
  const std::string whole = bytes_of(made.path());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_bytes(made.path(), whole.substr(0, size));
    EXPECT_FALSE(made.open()) << size << " bytes";
  }
}

std::string block_with_a() {
  std::string block;
  append_item(block, "", "a", std::string(2, '\0'));
  return block;
}

// A database of one block of names, with this said of the block: why it is not believed, or "".
std::string verified_with(const std::function<void(BlockInfo&)>& change,
                          const std::function<void(BlockListText&)>& change_list = {},
                          const std::string& block = block_with_a()) {
  // LZ4's shortest form: one run of literals.
  const std::string stored = concat(std::string(1, static_cast<char>(block.size() << 4)), block);
  const std::string digest = sha256_of(stored);
  BlockInfo info{.first_key = "a",
                 .offset = head_bytes,
                 .size = static_cast<std::uint32_t>(stored.size()),
                 .plain_size = static_cast<std::uint32_t>(block.size()),
                 .digest = digest};
  change(info);
  BlockListText list;
  list.append(info);
  if (change_list) change_list(list);
  Contents contents;
  contents.blocks[static_cast<std::size_t>(TableName::names)] = {list.rows, list.keys};
  Writer writer;
  writer(contents);
  const std::string text = writer.take();
  const Head head{.contents_offset = head_bytes + stored.size(),
                  .contents_size = text.size(),
                  .contents_digest = sha256_of(text)};
  const MadeDatabase place;
  write_bytes(place.path(), concat(encode(head), stored, text));
  const Result<Database> database = place.open();
  if (!database) return database.error().message;
  const Result<void> verified = database->verify();
  return verified ? "" : verified.error().message;
}

TEST(Database, BelievesNoListThatDoesNotFitItsBlocks) {
  EXPECT_EQ(verified_with([](BlockInfo&) {}), "");
  const auto damaged = [](std::string_view what) {
    return concat("the database is damaged: ", what);
  };
  EXPECT_EQ(verified_with([](BlockInfo& info) { info.first_key = "b"; }),
            damaged("a block begins with another key"));
  EXPECT_EQ(verified_with([](BlockInfo& info) { ++info.offset; }),
            damaged("a block is not what it was"));
  EXPECT_EQ(verified_with([](BlockInfo& info) { info.offset = 1u << 30; }),
            damaged("a block lies nowhere"));
  EXPECT_EQ(verified_with([](BlockInfo& info) { info.size = 1u << 30; }),
            damaged("a block lies nowhere"));
  EXPECT_EQ(verified_with([](BlockInfo& info) { info.plain_size = UINT32_MAX; }),
            damaged("a block lies nowhere"));
  EXPECT_EQ(verified_with([](BlockInfo& info) { ++info.plain_size; }),
            damaged("a block does not unpack"));
  EXPECT_EQ(verified_with([](BlockInfo& info) { --info.plain_size; }),
            damaged("a block does not unpack"));
  const auto as_it_is = [](BlockInfo&) {};
  EXPECT_EQ(verified_with(as_it_is, [](BlockListText& list) { list.rows.pop_back(); }),
            damaged("its contents make no sense"));
  EXPECT_EQ(verified_with(as_it_is, [](BlockListText& list) { list.keys.clear(); }),
            damaged("a block is not what it was"));
  EXPECT_EQ(verified_with(as_it_is, {}, ""), damaged("a block begins with another key"));
}

TEST(Database, SaysWhatIsNone) {
  MadeDatabase made;
  write_bytes(made.path(), "{\"id\":\"CVE-2026-1\"}");
  EXPECT_EQ(made.open().error().message, "is no database of advisories");
  write_bytes(made.path(), std::string("plimsoll advisories 9\n") + std::string(200, '\0'));
  EXPECT_EQ(made.open().error().message, "is a database of another version of Plimsoll");
}

// Made for this test alone: openssl genpkey -algorithm ed25519.
constexpr std::string_view key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view public_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view other_public_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

TEST(Database, IsTrustedByTheKeyThatSignedIt) {
  MadeDatabase made;
  made.add(openssl_record());
  ASSERT_TRUE(made.write(key));
  EXPECT_TRUE(made.open());
  EXPECT_TRUE(made.open(public_key)) << made.open(public_key).error().message;
  EXPECT_TRUE(made.open(concat(other_public_key, public_key)));
  EXPECT_EQ(made.open(other_public_key).error().message,
            "the database is signed by none of the trusted keys");
  EXPECT_FALSE(made.open("no key"));
  ASSERT_TRUE(made.write());
  EXPECT_EQ(made.open(public_key).error().message,
            "the database is not signed, and a key is to be trusted");
}

TEST(Database, ASignatureIsOfThisDatabase) {
  MadeDatabase made;
  made.add(openssl_record());
  ASSERT_TRUE(made.write(key));
  const std::string whole = bytes_of(made.path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    write_bytes(made.path(), changed);
    const Result<Database> database = made.open(public_key);
    EXPECT_FALSE(database && database->verify()) << "byte " << i;
  }
}

TEST(Database, AFailedWriteLeavesTheOldOne) {
  MadeDatabase made;
  made.add(openssl_record());
  ASSERT_TRUE(made.write());
  const std::string before = bytes_of(made.path());
  EXPECT_FALSE(made.write("no key"));
  EXPECT_EQ(bytes_of(made.path()), before);
}

TEST(CompiledFeed, IsReadBackAsItWas) {
  CompiledFeed feed;
  test::add(feed, openssl_record());
  feed.add(ExploitedEntry{"CVE-2026-1", "2026-01-05", "2026-01-26", true});
  feed.date_predictions("2026-01-06");
  feed.add(PredictionEntry{"CVE-2026-1", 0.5, 0.75});
  feed.refuse("CVE-2026-2", "x.json:2", "has no package");
  feed.leave_out();
  const std::string bytes = feed.encode();
  const std::optional<CompiledFeed> read = CompiledFeed::decode(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->encode(), bytes);
  EXPECT_EQ(read->counts().records, 1u);
  EXPECT_EQ(read->refused().at(0).why, "has no package");
  EXPECT_EQ(read->predictions().at(0).probability, 50'000u);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(CompiledFeed::decode(std::string_view(bytes).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace plimsoll::advisories
