// Programs in Go and Rust, laid out by hand, and files that only look like some.
#include "image/files/program.h"

#include <gtest/gtest.h>

#include "image/files/go_program.h"
#include "support/binary_text.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::errors_of;
using test::layer_of;
using test::number;
using test::packages_of;
using test::TarText;
using Texts = std::vector<std::string>;

struct Shape {
  bool is_64 = true;
  std::endian order = std::endian::little;
  bool has_sections = true;
};

constexpr std::uint64_t content_at = 256;
constexpr std::uint64_t base_address = 0x400000;

// A file with one section and one segment that can be written to, both with this content.
std::string elf(const std::string& section, const std::string& content, const Shape& shape = {}) {
  const unsigned word = shape.is_64 ? 8 : 4;
  const auto n = [&](std::uint64_t value, unsigned size) {
    return number(value, size, shape.order);
  };
  const std::string names = '\0' + section + '\0';
  const std::uint64_t names_at = content_at + content.size();
  const std::uint64_t sections_at = names_at + names.size();
  std::string out =
      "\x7f"
      "ELF";
  out += static_cast<char>(shape.is_64 ? 2 : 1);
  out += static_cast<char>(shape.order == std::endian::little ? 1 : 2);
  out.resize(16);
  const std::uint64_t head = shape.is_64 ? 64 : 52;
  out += n(2, 2) + n(62, 2) + n(1, 4) + n(0, word) + n(head, word) +
         n(shape.has_sections ? sections_at : 0, word) + n(0, 4) + n(head, 2) +
         n(shape.is_64 ? 56 : 32, 2) + n(1, 2) + n(shape.is_64 ? 64 : 40, 2) +
         n(shape.has_sections ? 3 : 0, 2) + n(shape.has_sections ? 2 : 0, 2);
  EXPECT_EQ(out.size(), head);
  const std::string flags = n(6, 4);  // read and write
  out += n(1, 4) + (shape.is_64 ? flags : "") + n(content_at, word) + n(base_address, word) +
         n(base_address, word) + n(content.size(), word) + n(content.size(), word) +
         (shape.is_64 ? "" : flags) + n(4096, word);
  out.resize(content_at);
  out += content + names;
  const auto section_header = [&](std::uint64_t name, std::uint64_t at, std::uint64_t size) {
    return n(name, 4) + n(1, 4) + n(0, word) + n(0, word) + n(at, word) + n(size, word) + n(0, 4) +
           n(0, 4) + n(1, word) + n(0, word);
  };
  out += section_header(0, 0, 0) + section_header(1, content_at, content.size()) +
         section_header(0, names_at, names.size());
  return out;
}

const std::string mark(16, '#');

// Since Go 1.18.
std::string build_info(const std::string& version, const std::string& modules) {
  const auto text = [](const std::string& of) {
    std::string size;
    std::size_t left = of.size();
    for (; left >= 0x80; left >>= 7) size += static_cast<char>(0x80 | (left & 0x7f));
    return size + static_cast<char>(left) + of;
  };
  return "\xff Go buildinf:\x08\x02" + std::string(16, '\0') + text(version) +
         text(mark + modules + mark);
}

// Before Go 1.18: pointers to strings, which stand behind.
std::string old_build_info(const std::string& version, const std::string& modules,
                           const Shape& shape) {
  const unsigned word = shape.is_64 ? 8 : 4;
  const auto n = [&](std::uint64_t value) { return number(value, word, shape.order); };
  const std::string marked = mark + modules + mark;
  const std::uint64_t strings = base_address + 32;
  const std::uint64_t texts = strings + 4 * word;
  std::string out = "\xff Go buildinf:";
  out += static_cast<char>(word);
  out += static_cast<char>(shape.order == std::endian::big ? 1 : 0);
  out += n(strings) + n(strings + 2 * word);
  out.resize(32);
  return out + n(texts) + n(version.size()) + n(texts + version.size()) + n(marked.size()) +
         version + marked;
}

const std::string modules =
    "path\texample.com/program\nmod\texample.com/program\t(devel)\t\n"
    "dep\tgolang.org/x/text\tv0.3.7\th1:a=\n"
    "dep\tgithub.com/pkg/errors\tv0.9.1\n=>\tgithub.com/fork/errors\tv0.9.2\th1:b=\n"
    "dep\texample.com/local\tv1.0.0\n=>\t./local\t\nbuild\tCGO_ENABLED=1\n";
const Texts go_packages{"bin/p: golang stdlib 1.21.5", "bin/p: golang example.com/program (devel)",
                        "bin/p: golang golang.org/x/text v0.3.7",
                        "bin/p: golang github.com/fork/errors v0.9.2",
                        "bin/p: golang example.com/local v1.0.0"};

Layer read(const std::string& content, std::uint32_t mode = 0755) {
  return layer_of(TarText().file("bin/p", content, mode));
}

TEST(GoProgram, ReadsWhatItWasBuiltFrom) {
  const std::string info = build_info("go1.21.5 X:boringcrypto", modules);
  for (const Shape& shape :
       {Shape{}, Shape{.is_64 = false}, Shape{.is_64 = false, .order = std::endian::big},
        Shape{.has_sections = false}}) {
    const Layer layer = read(elf(".go.buildinfo", info, shape));
    EXPECT_EQ(packages_of(layer), go_packages);
    EXPECT_EQ(errors_of(layer), Texts{});
  }
  // In a segment there is more in front of it, and something that is not aligned is not it.
  EXPECT_EQ(packages_of(read(elf("", std::string(8, 'x') + info + std::string(16, 'x') + info,
                                 {.has_sections = false}))),
            (info.size() + 24) % 16 == 0 ? go_packages : Texts{});
}

TEST(GoProgram, FollowsThePointersOfOldOnes) {
  for (const Shape& shape : {Shape{}, Shape{.is_64 = false, .order = std::endian::big},
                             Shape{.order = std::endian::big}}) {
    EXPECT_EQ(
        packages_of(read(elf(".go.buildinfo", old_build_info("go1.21.5", modules, shape), shape))),
        go_packages);
  }
}

TEST(GoProgram, KnowsOneWithoutModules) {
  EXPECT_EQ(
      packages_of(read(elf(".go.buildinfo", "\xff Go buildinf:\x08\x02" + std::string(16, '\0') +
                                                "\x1e"
                                                "devel go1.22-0f0aa5d8a6 Mon XX" +
                                                std::string(1, '\0')))),
      (Texts{"bin/p: golang stdlib devel go1.22-0f0aa5d8a6 Mon XX"}));
}

TEST(GoProgram, IsNoneWithoutAVersion) {
  EXPECT_EQ(packages_of(read(elf(".go.buildinfo", build_info("go", modules)))), Texts{});
  EXPECT_EQ(packages_of(read(elf(".go.buildinfo", build_info("", modules)))), Texts{});
}

TEST(GoProgram, BearsDamage) {
  for (const std::string& whole :
       {elf(".go.buildinfo", build_info("go1.2", modules)),
        elf(".go.buildinfo", old_build_info("go1.2", modules, {.is_64 = false}),
            {.is_64 = false})}) {
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string broken = whole;
      broken[i] = static_cast<char>(~broken[i]);
      EXPECT_LE(packages_of(read(broken)).size(), go_packages.size());
      EXPECT_LE(packages_of(read(whole.substr(0, i))).size(), go_packages.size());
    }
  }
}

std::string zlib(const std::string& text) {
  return test::deflate(text, IGZIP_ZLIB);
}

TEST(RustProgram, ReadsWhatCargoAuditableLeft) {
  const Layer layer = read(elf(
      ".dep-v0",
      zlib(
          "{\"packages\":[{\"name\":\"app\",\"version\":\"0.1.0\",\"source\":\"local\",\"root\":"
          "true},{\"name\":\"cc\",\"version\":\"1.0.1\",\"source\":\"crates.io\",\"kind\":"
          "\"build\"},{\"name\":\"serde\",\"version\":\"1.0.190\",\"source\":\"crates.io\"},7]}")));
  EXPECT_EQ(packages_of(layer), (Texts{"bin/p: cargo app 0.1.0", "bin/p: cargo serde 1.0.190"}));
  EXPECT_EQ(errors_of(layer), Texts{});
}

TEST(RustProgram, SaysWhatIsDamagedOrTooLarge) {
  const std::string damaged = "bin/p: the list of its crates is damaged";
  EXPECT_EQ(errors_of(read(elf(".dep-v0", "rubbish"))), Texts{damaged});
  const std::string packed = zlib("{\"packages\":[]}");
  EXPECT_EQ(errors_of(read(elf(".dep-v0", packed))), Texts{});
  EXPECT_EQ(errors_of(read(elf(".dep-v0", packed.substr(0, packed.size() / 2)))), Texts{damaged});
  EXPECT_EQ(errors_of(read(elf(".dep-v0", zlib(std::string(5u << 20, ' '))))), Texts{damaged});
}

TEST(Program, IsWhatCanBeExecuted) {
  const std::string go = elf(".go.buildinfo", build_info("go1.21.5", modules));
  EXPECT_EQ(packages_of(read(go, 0644)), Texts{});
  EXPECT_EQ(packages_of(read(go, 0001)), go_packages);
  EXPECT_EQ(packages_of(read("#!/bin/sh\n" + go)), Texts{});
  EXPECT_EQ(packages_of(read("")), Texts{});
  // Another name of the same is neither read nor an error.
  EXPECT_EQ(
      errors_of(layer_of(TarText().entry(
          {.name = "bin/q", .type = '1', .size = "00000000000", .mode = 0755, .link = "bin/p"}))),
      Texts{});
}

TEST(Program, IsAnErrorWhenItIsTooLargeAndInGo) {
  const std::string note = std::string("\x04\0\0\0\x53\0\0\0\x04\0\0\0Go\0\0", 16);
  EXPECT_TRUE(looks_like_go("x" + note));
  constexpr std::size_t too_large = (96u << 20) + 1;
  std::string other = elf("x", "");
  other.resize(too_large);
  EXPECT_EQ(errors_of(read(other)), Texts{});
  std::string go = elf("x", note);
  go.resize(too_large);
  EXPECT_EQ(errors_of(read(go)),
            (Texts{"bin/p: is larger than the 98304 KiB that are read of such a file"}));
}

}  // namespace
}  // namespace plimsoll::image
