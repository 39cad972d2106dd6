// Small tar archives, made in memory, with whatever in their headers.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace plimsoll::test {

struct TarHeader {
  std::string name;
  char type = '0';
  std::string size = "00000000000";  // as it stands in the header
  std::uint32_t mode = 0644;
  unsigned user = 0;
  unsigned group = 0;
  std::string link;
};

// The block of a ustar header, with the right checksum.
inline std::string tar_header(const TarHeader& header) {
  std::string block(512, '\0');
  const auto put = [&](std::size_t at, std::string_view text) {
    block.replace(at, text.size(), text);
  };
  const auto octal = [](std::uint64_t number, int digits) {
    char text[16];
    std::snprintf(text, sizeof text, "%0*llo", digits, static_cast<unsigned long long>(number));
    return std::string(text);
  };
  put(0, header.name);
  put(100, octal(header.mode, 7));
  put(108, octal(header.user, 7));
  put(116, octal(header.group, 7));
  put(124, header.size);
  put(148, "        ");
  block[156] = header.type;
  put(157, header.link);
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + '\0');
  return block;
}

// The text filled up to whole blocks.
inline std::string tar_blocks(std::string text) {
  text.resize((text.size() + 511) / 512 * 512);
  return text;
}

class TarText {
 public:
  TarText& file(const std::string& path, const std::string& content, std::uint32_t mode = 0644,
                unsigned user = 0, unsigned group = 0) {
    char size[16];
    std::snprintf(size, sizeof size, "%011zo", content.size());
    text_ += tar_header({.name = path,
                         .type = '0',
                         .size = size,
                         .mode = mode,
                         .user = user,
                         .group = group,
                         .link = {}});
    text_ += tar_blocks(content);
    return *this;
  }
  TarText& directory(const std::string& path, std::uint32_t mode = 0755) {
    return entry(
        {.name = path + "/", .type = '5', .size = "00000000000", .mode = mode, .link = {}});
  }
  TarText& symlink(const std::string& path, const std::string& target) {
    return entry({.name = path, .type = '2', .size = "00000000000", .mode = 0777, .link = target});
  }
  TarText& entry(const TarHeader& header) {
    text_ += tar_header(header);
    return *this;
  }
  std::string text() const { return text_ + std::string(1024, '\0'); }

 private:
  std::string text_;
};

}  // namespace plimsoll::test
