#include "image/tar_reader.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "base/text.h"
#include "support/program.h"
#include "support/tar_text.h"

namespace plimsoll::image {
namespace {

// Writes down what it is told: "file 4755 bin/su 12 root:…".
class Recorder final : public TarHandler {
 public:
  Result<void> begin(const TarEntry& entry) override {
    entries.push_back(entry);
    contents.emplace_back();
    return {};
  }
  Result<void> content(std::string_view piece) override {
    contents.back() += piece;
    return {};
  }
  Result<void> end() override {
    ++ended;
    return {};
  }

  std::size_t find(std::string_view path) const {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].path == path) return i;
    }
    ADD_FAILURE() << "no entry " << path;
    return 0;
  }

  std::vector<TarEntry> entries;
  std::vector<std::string> contents;
  std::size_t ended = 0;
};

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Result<void> read(std::string_view archive, Recorder& recorder, std::size_t step = 1u << 20) {
  TarReader reader(recorder);
  for (std::size_t at = 0; at < archive.size(); at += step) {
    if (Result<void> pushed = reader.push(archive.substr(at, step)); !pushed) return pushed;
  }
  return reader.finish();
}

std::string message_of(const Result<void>& result) {
  return result ? "no error" : result.error().message;
}

std::string header(const std::string& name, const std::string& size, char type,
                   const std::string& link = "") {
  return test::tar_header({.name = name, .type = type, .size = size, .link = link});
}

std::string blocks(const std::string& text) {
  return test::tar_blocks(text);
}

// A tree with all that formats differ in, packed by tar(1) itself.
class MadeByTar : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string deep = std::string(70, 'd') + "/" + std::string(70, 'e');
    const test::Ended run = test::run_shell(
        "cd " + directory_.path() + " && mkdir -p tree/" + deep + " tree/empty && cd tree && " +
        "printf hello > plain && printf deep > " + deep + "/" + std::string(60, 'f') + " && " +
        "ln plain other && ln -s ../outside link && head -c 100000 /dev/zero | tr '\\0' x > large "
        "&& " +
        "cp plain su && chmod 4755 su && touch none && " + "tar --format=" + GetParam() +
        " --sort=name -cf ../a.tar . 2>&1");
    ASSERT_EQ(run.exit_code, 0) << run.output;
    archive_ = file_text(directory_.path() + "/a.tar");
  }

  test::TemporaryDirectory directory_;
  std::string archive_;
};

TEST_P(MadeByTar, IsReadWhateverThePiecesAre) {
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{511}, std::size_t{513}, archive_.size()}) {
    SCOPED_TRACE(step);
    Recorder recorder;
    const Result<void> done = read(archive_, recorder, step);
    ASSERT_TRUE(done) << message_of(done);
    EXPECT_EQ(recorder.ended, recorder.entries.size());
    const std::string deep =
        std::string(70, 'd') + "/" + std::string(70, 'e') + "/" + std::string(60, 'f');
    EXPECT_EQ(recorder.contents[recorder.find(deep)], "deep");
    EXPECT_EQ(recorder.contents[recorder.find("large")], std::string(100'000, 'x'));
    EXPECT_EQ(recorder.contents[recorder.find("none")], "");
    const TarEntry& su = recorder.entries[recorder.find("su")];
    EXPECT_EQ(su.mode, 04755u);
    EXPECT_EQ(su.size, 5u);
    EXPECT_EQ(recorder.entries[recorder.find("empty")].kind, EntryKind::directory);
    const TarEntry& link = recorder.entries[recorder.find("link")];
    EXPECT_EQ(link.kind, EntryKind::symlink);
    EXPECT_EQ(link.link, "../outside");
    // Of two names of one file the second in the archive is the link.
    const TarEntry& hard = recorder.entries[recorder.find("plain")];
    EXPECT_EQ(hard.kind, EntryKind::hard_link);
    EXPECT_EQ(hard.link, "other");
  }
}

INSTANTIATE_TEST_SUITE_P(TarReader, MadeByTar, testing::Values("gnu", "pax", "posix", "ustar"),
                         [](const auto& made) { return made.param; });

TEST(TarReader, ReadsSparseFilesOfAllFormats) {
  const test::TemporaryDirectory directory;
  for (const char* format :
       {"--format=gnu", "--format=pax --sparse-version=0.0", "--format=pax --sparse-version=0.1",
        "--format=pax --sparse-version=1.0"}) {
    SCOPED_TRACE(format);
    const test::Ended run = test::run_shell(
        "cd " + directory.path() + " && truncate -s 5G disk && for i in 1 2 3 4 5 6 7 8; do " +
        "printf token$i | dd of=disk bs=1 seek=$((i * 400000000)) conv=notrunc status=none; done "
        "&& " +
        "printf after > z && tar -S " + format + " -cf a.tar disk z 2>&1");
    ASSERT_EQ(run.exit_code, 0) << run.output;
    Recorder recorder;
    const Result<void> done = read(file_text(directory.path() + "/a.tar"), recorder, 700);
    ASSERT_TRUE(done) << message_of(done);
    const std::size_t disk = recorder.find("disk");
    EXPECT_TRUE(recorder.entries[disk].is_sparse);
    EXPECT_EQ(recorder.entries[disk].size, 5368709120u);
    EXPECT_TRUE(recorder.contents[disk].contains("token8"));
    EXPECT_LT(recorder.contents[disk].size(), 1u << 20);
    EXPECT_EQ(recorder.contents[recorder.find("z")], "after");
  }
}

TEST(TarReader, ReadsNumbersInBase256) {
  Recorder recorder;
  const std::string size("\x80\0\0\0\0\0\0\0\0\0\0\x05", 12);
  EXPECT_TRUE(read(header("big", size, '0') + blocks("12345"), recorder));
  EXPECT_EQ(recorder.contents.at(0), "12345");
}

TEST(TarReader, TakesPathsForWhatTheyAreInTheRoot) {
  bool leaves = false;
  EXPECT_EQ(path_in_root("./usr//bin/./x/", &leaves), "usr/bin/x");
  EXPECT_EQ(path_in_root("/etc/../etc/passwd", &leaves), "etc/passwd");
  EXPECT_EQ(path_in_root("./", &leaves), "");
  EXPECT_FALSE(leaves);
  EXPECT_EQ(path_in_root("../../etc/passwd", &leaves), "etc/passwd");
  EXPECT_TRUE(leaves);
}

TEST(TarReader, MarksWhatLeavesTheRoot) {
  Recorder recorder;
  EXPECT_TRUE(read(header("../../root/.ssh/authorized_keys", "0000000000", '0') +
                       header("fine", "0000000000", '1', "../../etc/shadow"),
                   recorder));
  EXPECT_TRUE(recorder.entries.at(0).leaves_root);
  EXPECT_TRUE(recorder.entries.at(1).leaves_root);
}

TEST(TarReader, GivesLinksAndDirectoriesNoContentWhateverTheySay) {
  Recorder recorder;
  EXPECT_TRUE(read(
      header("d/", "00000001000", '5') + header("f", "00000000002", '0') + blocks("ok"), recorder));
  EXPECT_EQ(recorder.contents.at(1), "ok");
}

TEST(TarReader, SkipsWhatIsNotNeeded) {
  Recorder recorder;
  TarReader reader(recorder);
  EXPECT_TRUE(reader.push(header("a", "00000001000", '0')));
  EXPECT_EQ(reader.skip(), 512u);
  EXPECT_TRUE(reader.push(header("b", "00000000001", '0')));
  EXPECT_EQ(reader.skip(), 512u);
  EXPECT_EQ(reader.skip(), 0u);
  EXPECT_TRUE(reader.push(std::string(1024, '\0')));
  EXPECT_TRUE(reader.has_ended());
  EXPECT_EQ(recorder.entries.size(), 2u);
}

TEST(TarReader, SaysWhatIsDamaged) {
  const std::string good = header("a", "00000000005", '0') + blocks("12345");
  const auto said = [](const std::string& archive) {
    Recorder recorder;
    return message_of(read(archive, recorder));
  };
  EXPECT_EQ(said(good), "no error");
  EXPECT_EQ(said(good.substr(0, 514)),
            "the tar archive is damaged: it ends in the middle of an entry");
  EXPECT_EQ(said(good.substr(0, 100)),
            "the tar archive is damaged: it ends in the middle of an entry");
  std::string flipped = good;
  flipped[0] = 'b';
  EXPECT_EQ(said(flipped), "the tar archive is damaged: the checksum of a header does not match");
  EXPECT_EQ(said(header("a", "99999999999", '0')),
            "the tar archive is damaged: the size of an entry is no number");
  EXPECT_EQ(said(std::string(512, '\0') + good),
            "the tar archive is damaged: an entry follows a block of zeros");
  EXPECT_EQ(
      said(header("x", "00004000001", 'x')),
      "the tar archive is damaged: the name or the attributes of an entry are longer than 1 MiB");
  EXPECT_EQ(
      said(header("x", "00000000012", 'x') + blocks("99 path=a\n")),
      "the tar archive is damaged: an attribute of an entry does not have the length that it says");
  EXPECT_EQ(said(header("x", "00000000012", 'x') + blocks("10 size=a\n")),
            "the tar archive is damaged: the attribute size is no number");
  EXPECT_EQ(said(header("L", "00000012000", 'L') + blocks(std::string(5120, 'p')) + good),
            "the tar archive is damaged: a path is longer than Linux allows (4096 bytes)");
}

TEST(TarReader, LetsAttributesOverruleTheHeader) {
  Recorder recorder;
  const std::string records = "20 path=other/name.\n15 uid=3000000\n9 size=2\n";
  char size[13];
  std::snprintf(size, sizeof size, "%011zo", records.size());
  const Result<void> done = read(
      header("x", size, 'x') + blocks(records) + header("a", "00000000000", '0') + blocks("ok"),
      recorder);
  ASSERT_TRUE(done) << message_of(done);
  EXPECT_EQ(recorder.entries.at(0).path, "other/name.");
  EXPECT_EQ(recorder.entries.at(0).user, 3'000'000u);
  EXPECT_EQ(recorder.contents.at(0), "ok");
}

}  // namespace
}  // namespace plimsoll::image
