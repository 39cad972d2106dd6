#include "feeds/feed_files.h"

#include <bzlib.h>
#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "feeds/packed_reader.h"
#include "feeds/recording_sink.h"
#include "support/repository.h"
#include "support/tar_text.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string record(int number) {
  return concat(R"({"id":"A-)", std::to_string(number),
                R"(","modified":"2024-01-02T03:04:05Z","affected":[]})");
}
const Lines two_records{"A-1", "A-2"};
const std::string two_lines = record(1) + "\n" + record(2) + "\n";

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}
std::string gzip(const std::string& text) {
  isal_zstream stream;
  isal_deflate_init(&stream);
  std::string out(text.size() + 1000, '\0');
  std::string in = text;
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(in.data());
  stream.avail_in = static_cast<std::uint32_t>(in.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  isal_deflate(&stream);
  out.resize(stream.total_out);
  return out;
}
std::string bzip2(std::string text) {
  std::string out(text.size() * 2 + 600, '\0');
  auto size = static_cast<unsigned>(out.size());
  BZ2_bzBuffToBuffCompress(out.data(), &size, text.data(), static_cast<unsigned>(text.size()), 1, 0,
                           0);
  out.resize(size);
  return out;
}

std::string tar(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  for (const auto& [name, text] : files) {
    char size[16];
    std::snprintf(size, sizeof size, "%011zo", text.size());
    test::TarHeader header;
    header.name = name;
    header.size = size;
    out += test::tar_header(header) + text;
    out.append((512 - text.size() % 512) % 512, '\0');
  }
  return out + std::string(1024, '\0');
}

void put(std::string& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(i < 8 ? number >> (8 * i) : 0);
}
// Members that are stored as they are.
std::string zip(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  std::string directory;
  for (const auto& [name, text] : files) {
    const std::size_t at = out.size();
    std::string head;
    for (const int bytes : {2, 2, 2, 2, 2, 4}) put(head, 0, bytes);
    put(head, text.size(), 4);
    put(head, text.size(), 4);
    put(head, name.size(), 2);
    put(head, 0, 2);
    out += "PK\3\4" + head + name + text;
    directory += "PK\1\2" + std::string(2, '\0') + head;
    put(directory, 0, 10);
    put(directory, at, 4);
    directory += name;
  }
  const std::size_t at = out.size();
  out += directory + "PK\5\6";
  put(out, 0, 4);
  put(out, files.size(), 2);
  put(out, files.size(), 2);
  put(out, directory.size(), 4);
  put(out, at, 4);
  put(out, 0, 2);
  return out;
}

TEST(FeedFiles, TellsHowAFileIsPacked) {
  for (const std::string& bytes :
       {two_lines, zstd(two_lines), gzip(two_lines), bzip2(two_lines), tar({{"a.json", two_lines}}),
        zstd(tar({{"1.json", record(1)}, {"2.json", record(2)}})), gzip(tar({{"a", two_lines}})),
        bzip2(tar({{"a", two_lines}})), tar({{"a.gz", gzip(two_lines)}}),
        zip({{"1.json", record(1)}, {"2.json", record(2)}}), zip({{"a.gz", gzip(two_lines)}}),
        bzip2(record(1) + "\n") + bzip2(record(2))}) {
    const RecordingSink read = read_records(bytes);
    EXPECT_EQ(read.records, two_records);
    EXPECT_EQ(read.refused, Lines{});
  }
}

TEST(FeedFiles, NamesThePlaceInAnArchive) {
  EXPECT_EQ(read_records(zip({{"a.json", "{\"id\":1}\n{}"}})).refused.at(0).substr(0, 13),
            " x(a.json):1:");
  EXPECT_EQ(read_records(gzip(tar({{"d/a.json", "{}"}}))).refused.at(0).substr(0, 14),
            " x(d/a.json): ");
}

TEST(FeedFiles, KeepsWhatCameBeforeTheCut) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += record(i) + "\n";
  for (const std::string& whole : {gzip(lines), zstd(lines), bzip2(lines)}) {
    const RecordingSink read = read_records(whole.substr(0, whole.size() / 2));
    EXPECT_GT(read.records.size(), 1000u);
    EXPECT_LT(read.records.size(), 20'000u);
    ASSERT_EQ(read.refused.size(), 1u);
    EXPECT_TRUE(read.refused.at(0).ends_with("stream ends before its end"));
  }
  const std::string archive = tar({{"1", record(1)}, {"2", record(2)}});
  const RecordingSink read = read_records(archive.substr(0, 512 * 3 + 40));
  EXPECT_EQ(read.records, Lines{"A-1"});
  EXPECT_EQ(read.refused.size(), 1u);
  const std::string members = zip({{"1", record(1)}});
  EXPECT_EQ(read_records(members.substr(0, members.size() - 30)).refused,
            Lines{" x: the zip archive has no directory: it is cut short or damaged"});
}

TEST(FeedFiles, RefusesWhatIsPackedTooOften) {
  std::string bytes = two_lines;
  for (int i = 0; i < max_packings; ++i) bytes = gzip(bytes);
  EXPECT_EQ(read_records(bytes).records, two_records);
  EXPECT_EQ(read_records(gzip(bytes)).refused, Lines{" x: it is packed more than 4 times over"});
  EXPECT_EQ(read_records(gzip(zip({{"a", two_lines}}))).refused,
            Lines{" x: a zip archive in another archive is not read"});
}

TEST(FeedFiles, SaysWhatFormatsThereAre) {
  for (const std::string_view text : {"{\"a\":1}", "<a/>", "a,b\n1,2\n", "[]"}) {
    const RecordingSink read = read_records(text);
    ASSERT_EQ(read.refused.size(), 1u) << text;
    EXPECT_TRUE(read.refused.at(0).contains("no format of feeds is like this; known are"));
    EXPECT_TRUE(read.refused.at(0).contains("osv"));
  }
  EXPECT_EQ(read_records(" \n").refused, Lines{" x: the file is empty"});
}

TEST(FeedFiles, CountsOtherFilesOfAnArchive) {
  RecordingSink records;
  const FeedStatistics statistics =
      read_feed_bytes(tar({{"README", "Hello"}, {"a.json", two_lines}}), "x", records);
  EXPECT_EQ(records.refused, Lines{});
  EXPECT_EQ(statistics.other_files, 1u);
  EXPECT_EQ(statistics.documents.at("osv"), 2u);
  EXPECT_EQ(statistics.plain_bytes, two_lines.size() + 5);
}

// Pushes a text in pieces of each size.
RecordingSink read_in_pieces(std::string_view text, std::size_t bytes) {
  RecordingSink records;
  FeedReading reading(records);
  PackedReader reader(reading, "x", true, max_packings);
  for (std::size_t at = 0; at < text.size(); at += bytes) reader.push(text.substr(at, bytes));
  reader.finish();
  return records;
}

TEST(JsonLines, ReadsTheRestAfterABrokenLine) {
  const std::string text =
      concat("\n", record(1), "\n\n{\"id\":\"A-\n", record(2), "\r\n{\"x\":1}\n", record(3));
  for (const std::size_t bytes : {1u, 7u, 100u, 100'000u}) {
    const RecordingSink read = read_in_pieces(text, bytes);
    EXPECT_EQ(read.records, (Lines{"A-1", "A-2", "A-3"}));
    ASSERT_EQ(read.refused.size(), 2u);
    EXPECT_TRUE(read.refused.at(0).starts_with(" x:4: "));
    EXPECT_TRUE(read.refused.at(1).starts_with(" x:6: "));
  }
}

TEST(JsonLines, TellsLinesFromADocument) {
  EXPECT_EQ(read_records("\xEF\xBB\xBF" + two_lines).records, two_records);
  // Broken in the first line already.
  EXPECT_EQ(read_records(concat("{\"id\":\"A\n", two_lines)).records, two_records);
  EXPECT_EQ(read_records(record(1)).records, Lines{"A-1"});
  EXPECT_EQ(read_records(concat(record(1), "\n\n  ")).records, Lines{"A-1"});
  EXPECT_EQ(read_records("{\n\"id\":\"A-1\",\n\"modified\":\"2024-01-02T03:04:05Z\"\n}").records,
            Lines{"A-1"});
  EXPECT_EQ(read_records("{\"id\":\"A-1\",\"modified\":\"2024-01-02T03:04:05Z\",\"affected\":[\n"
                         "{\n}]}")
                .records,
            Lines{"A-1"});
}

TEST(JsonLines, RefusesALineThatIsTooLong) {
  const std::string fill(advisories::max_record_bytes, ' ');
  const std::string text = concat(record(1), "\n{", fill, "}\n", record(2), "\n{", fill);
  for (const std::size_t bytes : {std::size_t{1} << 20, text.size()}) {
    const RecordingSink read = read_in_pieces(text, bytes);
    EXPECT_EQ(read.records, two_records);
    EXPECT_EQ(read.refused, (Lines{" x:2: the record is larger than 16 MiB",
                                   " x:4: the record is larger than 16 MiB"}));
  }
}

TEST(Documents, RefusesOneThatIsTooLarge) {
  const std::string piece(1u << 20, ' ');
  RecordingSink records;
  FeedReading reading(records);
  PackedReader reader(reading, "x", true, max_packings);
  reader.push("{\"a\":[");
  for (std::size_t i = 0; i <= max_document_bytes / piece.size(); ++i) reader.push(piece);
  reader.finish();
  EXPECT_EQ(records.refused, Lines{" x: the document is larger than 256 MiB"});
}

class FeedDirectory : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "feedsXXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  std::filesystem::path root_;
};

TEST_F(FeedDirectory, IsWalkedByName) {
  write("b/2.json", record(2));
  write("a.json.zst", zstd(record(1)));
  write("c.zip", zip({{"x", record(3)}}));
  write(".git/3.json", record(4));
  write("LICENSE", "text");
  std::filesystem::create_symlink("/etc", root_ / "out");
  std::filesystem::create_symlink("a.json.zst", root_ / "again");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  RecordingSink records;
  const Result<FeedStatistics> read = read_feed(root_.string(), records);
  ASSERT_TRUE(read);
  EXPECT_EQ(records.records, (Lines{"A-1", "A-2", "A-3"}));
  EXPECT_EQ(records.refused, Lines{});
  EXPECT_EQ(read->other_files, 1u);
}

TEST_F(FeedDirectory, IsRefusedWhenItIsTooDeep) {
  std::string path;
  for (int i = 0; i < max_directories; ++i) path += "d/";
  write(path + "a.json", record(1));
  RecordingSink records;
  ASSERT_TRUE(read_feed(root_.string(), records));
  EXPECT_EQ(records.records, Lines{});
  EXPECT_EQ(records.refused.size(), 1u);
}

TEST_F(FeedDirectory, NamedFilesMayBeSymlinks) {
  write("a.json", record(1));
  std::filesystem::create_symlink("a.json", root_ / "link");
  RecordingSink records;
  ASSERT_TRUE(read_feed((root_ / "link").string(), records));
  EXPECT_EQ(records.records, Lines{"A-1"});
}

TEST_F(FeedDirectory, ErrorsNameTheFile) {
  RecordingSink records;
  const Result<FeedStatistics> missing = read_feed((root_ / "none").string(), records);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().file, (root_ / "none").string());
  EXPECT_FALSE(read_feed("/dev/null", records));
}

// The records of real feeds, as many as there are.
class RealFeeds : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(directory_)) GTEST_SKIP() << "no feeds in " << directory_;
  }
  const std::filesystem::path directory_ = test::source_path("../shared/data/feeds");
};

struct CountingSink final : FeedSink {
  void take(const advisories::Advisory&) override { ++taken; }
  void take(const advisories::ExploitedEntry&) override { ++taken; }
  void take(const advisories::PredictionEntry&) override { ++taken; }
  void date_predictions(std::string_view) override {}
  void refuse(std::string_view id, std::string_view place, std::string_view why) override {
    ADD_FAILURE() << id << " " << place << ": " << why;
  }
  void leave_out() override { ++left_out; }

  std::size_t taken = 0;
  std::size_t left_out = 0;
};

TEST_F(RealFeeds, AreReadToTheLastRecord) {
  struct Feed {
    std::string_view file;
    std::size_t records;
    std::size_t left_out;  // records or packages
  };
  for (const Feed& feed : std::initializer_list<Feed>{
           {"debian-osv.jsonl.zst", 32'818, 10'229},
           {"almalinux-osv.jsonl.zst", 4483, 1197},  // those left out mend bugs alone
           {"rocky-osv.jsonl.zst", 1491, 0},
           {"npm-osv.jsonl.zst", 3793, 5},
           {"pypi-osv.jsonl.zst", 6663, 6},
           {"go-vulndb-osv.jsonl.zst", 4291, 0},
           {"crates-osv.jsonl.zst", 1612, 3},
           {"maven-osv.jsonl.zst", 5309, 3},
           {"rubygems-osv.jsonl.zst", 892, 2},
           {"composer-ghsa.jsonl.zst", 4348, 0},
           {"nuget-ghsa.jsonl.zst", 685, 0},
           {"known_exploited_vulnerabilities.json", 1404, 0},
           {"epss-2021-08-31.json.zst", 72'272, 0},
           {"alpine-secdb.tar.zst", 74'268, 0},
       }) {
    SCOPED_TRACE(feed.file);
    CountingSink sink;
    const auto read = read_feed((directory_ / feed.file).string(), sink);
    ASSERT_TRUE(read);
    EXPECT_EQ(sink.taken, feed.records);
    EXPECT_EQ(sink.left_out, feed.left_out);
  }
}

}  // namespace
}  // namespace plimsoll::feeds
