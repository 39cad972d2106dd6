#include "image/layer_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "base/text.h"
#include "image/image_reader.h"
#include "image/layer_codec.h"
#include "support/test_image.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::TarText;

TarText some_layer() {
  TarText tar;
  tar.file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
      .file("var/lib/dpkg/status",
            "Package: tar\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.34\n\n")
      .file("var/lib/dpkg/info/tar.list", "/bin/tar\n")
      .file("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
      .file("etc/shadow", "root::1:0:99999:7:::\n")
      .file("app/.wh.gone", "")
      .file("app/.wh..wh..opq", "")
      .file("../out", "x");
  return tar;
}

TEST(LayerCodec, GivesBackWhatItWasGiven) {
  Layer layer = test::layer_of(some_layer());
  layer.privileged_files.push_back({.path = "bin/su",
                                    .link = "l",
                                    .mode = 04755,
                                    .user = 1,
                                    .group = 2,
                                    .size = 3,
                                    .layer = 0,
                                    .capabilities = 1ull << 40,
                                    .owner = {}});
  layer.package_files.at(0).packages.at(0).module = "m:1";
  layer.inventories = layer.package_files;
  layer.licence_files.push_back({.path = "p", .package = "tar", .licence = "GPL-3.0-or-later"});
  const std::string bytes = encode(layer);
  const std::optional<Layer> read = decode(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->inventories.at(0).packages.at(0).module, "m:1");
  EXPECT_EQ(read->licence_files.at(0).path, "p");
  EXPECT_EQ(read->licence_files.at(0).package, "tar");
  EXPECT_EQ(read->licence_files.at(0).licence, "GPL-3.0-or-later");
  EXPECT_EQ(encode(*read), bytes);
  EXPECT_EQ(read->computed_diff_id, layer.computed_diff_id);
  ASSERT_EQ(read->files.files().size(), 5u);
  EXPECT_EQ(read->files.path(read->files.files()[1]), "var/lib/dpkg/status");
  EXPECT_EQ(test::packages_of(*read), test::packages_of(layer));
  ASSERT_EQ(test::packages_of(*read).size(), 1u);
  EXPECT_EQ(read->owned_files.at(0).files, layer.owned_files.at(0).files);
  EXPECT_EQ(read->os_releases.at(0).os.version_id, "12");
  EXPECT_EQ(read->whiteouts, std::vector<std::string>{"app/gone"});
  EXPECT_EQ(read->opaque_directories, std::vector<std::string>{"app"});
  EXPECT_EQ(read->privileged_files.at(0).capabilities, 1ull << 40);
  EXPECT_EQ(test::errors_of(*read), test::errors_of(layer));
  ASSERT_EQ(test::errors_of(*read).size(), 1u);
}

TEST(LayerCodec, RefusesWhatIsNotWhole) {
  const std::string bytes = encode(test::layer_of(some_layer()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode(bytes + '\0'));
  // A number of two forms, and a length that nothing stands behind.
  EXPECT_FALSE(decode(std::string("\x80\x00", 2) + bytes.substr(1)));
  EXPECT_FALSE(decode("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));
}

class Cache : public testing::Test {
 protected:
  std::string path() const { return concat(directory_.path(), "/cache/layers"); }
  std::vector<std::filesystem::path> entries() const {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(path())) out.push_back(entry);
    return out;
  }

  test::TemporaryDirectory directory_;
  const Layer layer_ = test::layer_of(some_layer());
};

TEST_F(Cache, FindsWhatWasKept) {
  LayerCache cache(path());
  EXPECT_FALSE(cache.find(layer_.computed_diff_id));
  cache.keep(layer_);
  const std::optional<Layer> found = LayerCache(path()).find(layer_.computed_diff_id);
  ASSERT_TRUE(found);
  EXPECT_EQ(encode(*found), encode(layer_));
  EXPECT_FALSE(LayerCache(path(), "other options").find(layer_.computed_diff_id));
  EXPECT_FALSE(cache.digest_of("a file"));
  cache.remember_digest("a file", layer_.computed_digest);
  EXPECT_EQ(cache.digest_of("a file"), layer_.computed_digest);
  EXPECT_FALSE(cache.digest_of(""));
}

TEST_F(Cache, TakesNothingThatIsDamaged) {
  LayerCache(path()).keep(layer_);
  const std::filesystem::path entry = entries().at(0);
  const std::string bytes = RealFiles().read(entry.string()).value();
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::ofstream(entry, std::ios::binary) << damaged;
    const std::optional<Layer> found = LayerCache(path()).find(layer_.computed_diff_id);
    // A bit of the header can mean nothing; then the content is still the same.
    if (found) {
      EXPECT_EQ(encode(*found), encode(layer_)) << at;
    }
    std::ofstream(entry, std::ios::binary) << bytes.substr(0, at);
    EXPECT_FALSE(LayerCache(path()).find(layer_.computed_diff_id)) << at;
  }
  // Another layer's entry under its name.
  const Layer other = test::layer_of(TarText().file("a", "b"));
  LayerCache(path()).keep(other);
  for (const auto& file : entries()) {
    if (file != entry) std::filesystem::rename(file, entry);
  }
  EXPECT_FALSE(LayerCache(path()).find(layer_.computed_diff_id));
  std::filesystem::remove(entry);
  std::filesystem::create_symlink("/dev/zero", entry);
  EXPECT_FALSE(LayerCache(path()).find(layer_.computed_diff_id));
}

TEST_F(Cache, ForgetsWhatWasNotUsedForLongest) {
  constexpr std::uint64_t room_for_ten = 10 * 4096;
  const auto day = [](int number) { return "day " + std::to_string(number); };
  for (int i = 0; i < 20; ++i) {
    LayerCache(path(), {}, room_for_ten).remember_digest(day(i), layer_.computed_digest);
    LayerCache(path()).digest_of(day(0));
    EXPECT_LE(entries().size(), 10u);
  }
  const LayerCache cache(path());
  EXPECT_TRUE(cache.digest_of(day(0)));
  EXPECT_TRUE(cache.digest_of(day(19)));
  EXPECT_FALSE(cache.digest_of(day(1)));
}

TEST_F(Cache, IsAnEmptyOneWhereItCannotBe) {
  const std::string file = directory_.write("file", "x");
  LayerCache cache(file);
  cache.keep(layer_);
  EXPECT_FALSE(cache.find(layer_.computed_diff_id));
  EXPECT_EQ(RealFiles().read(file), "x");
}

// Bytes that this process has read so far.
std::uint64_t bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string word;
  std::uint64_t number = 0;
  while (io >> word >> number) {
    if (word == "rchar:") return number;
  }
  ADD_FAILURE() << "the kernel does not count what is read";
  return 0;
}

class CachedImage : public Cache {
 protected:
  static constexpr std::size_t large = 8u << 20;

  ImageReading read(const std::string& target) {
    LayerCache cache(path());
    return std::move(read_image(target, open_target(parse_target(target).value()).value(),
                                {.platform = {}, .threads = 1, .cache = &cache})
                         .value());
  }

  const std::vector<test::TestLayer> layers_{
      {TarText().file("etc/os-release", "ID=debian\n").file("big", std::string(large, 'x')).text(),
       ""}};
  const std::string config_ = test::config_over(layers_);
};

TEST_F(CachedImage, IsNotReadAgain) {
  const std::string archive =
      directory_.write("app.tar", test::docker_archive(layers_, config_, "app:1"));
  const std::uint64_t start = bytes_read();
  const ImageReading first = read(archive);
  const std::uint64_t after_first = bytes_read();
  const ImageReading second = read(archive);
  EXPECT_GT(after_first - start, large);
  EXPECT_LT(bytes_read() - after_first, large / 10);
  ASSERT_TRUE(second.image->os);
  EXPECT_EQ(second.image->layers[0].computed_diff_id, first.image->layers[0].computed_diff_id);
  EXPECT_EQ(second.image->paths.size(), first.image->paths.size());
}

TEST_F(CachedImage, IsReadWhereItsFileHasChanged) {
  const std::string archive = test::docker_archive(layers_, config_, "app:1");
  const std::string path = directory_.write("app.tar", archive);
  struct stat before{};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  read(path);
  // One byte of the layer, and the file's times as they were.
  std::string changed = archive;
  changed[archive.find("xxxx")] = 'y';
  directory_.write("app.tar", changed);
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  const ImageReading second = read(path);
  EXPECT_NE(second.image->layers[0].computed_diff_id, second.image->layers[0].diff_id);
}

TEST_F(CachedImage, IsHashedWhereTheLayerLiesElsewhere) {
  read(directory_.write("app.tar", test::docker_archive(layers_, config_, "app:1")));
  const ImageReading other =
      read(directory_.write("copy.tar", test::docker_archive(layers_, config_, "copy:1")));
  EXPECT_EQ(other.image->layers[0].computed_diff_id, other.image->layers[0].diff_id);
  EXPECT_TRUE(other.image->os);
}

TEST_F(CachedImage, KeepsNothingThatIsNotWhatItIsCalled) {
  std::vector<test::TestLayer> false_layers = layers_;
  false_layers[0].stored = TarText().file("other", "x").text();
  read(directory_.write("app.tar", test::docker_archive(false_layers, config_, "app:1")));
  EXPECT_FALSE(LayerCache(path()).find(test::digest_of(layers_[0].tar)));
  EXPECT_FALSE(LayerCache(path()).find(test::digest_of(false_layers[0].stored)));
}

TEST(LayerCodec, RefusesASizeOfWhatHasNone) {
  // Two digests, two sizes, one file (path, kind, size) and thirteen lists.
  const auto layer_of = [](EntryKind kind, char size) {
    return concat(std::string(4, '\0'), std::string({'\1', '\0', static_cast<char>(kind), size}),
                  std::string(13, '\0'));
  };
  EXPECT_TRUE(decode(layer_of(EntryKind::file, 5)));
  EXPECT_TRUE(decode(layer_of(EntryKind::directory, 0)));
  EXPECT_FALSE(decode(layer_of(EntryKind::directory, 5)));
}

}  // namespace
}  // namespace plimsoll::image
