#include "readers/compose/short_forms.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::compose {
namespace {

TEST(ShortForms, ReadSizes) {
  const std::pair<std::string_view, std::int64_t> table[] = {
      {"0", 0},
      {"1024", 1024},
      {"-1", -1},
      {"1b", 1},
      {"1k", 1024},
      {"1K", 1024},
      {"1kb", 1024},
      {"1KiB", 1024},
      {"512m", 512LL << 20},
      {"1.5g", 3LL << 29},
      {"2 gb", 2LL << 30},
      {"1t", 1LL << 40},
      {"9999999p", 9223372036854775807},
  };
  for (const auto& [text, bytes] : table) EXPECT_EQ(parse_bytes(text), bytes) << text;
  for (const std::string_view text : {"", "m", "1x", "1mib3", "-1m", "1kbb", "one", "1 m m"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(ShortForms, ReadDurations) {
  const std::pair<std::string_view, std::int64_t> table[] = {
      {"0", 0},
      {"10s", 10'000'000'000},
      {"1m30s", 90'000'000'000},
      {"1.5h", 5'400'000'000'000},
      {"100ms", 100'000'000},
      {"2us", 2'000},
      {"1d", 86'400'000'000'000},
      {"-1s", -1'000'000'000},
  };
  for (const auto& [text, nanoseconds] : table)
    EXPECT_EQ(parse_duration(text), nanoseconds) << text;
  for (const std::string_view text : {"", "10", "s", "1x", "1s1", "one"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

std::string port(std::string_view text) {
  PortText read;
  if (parse_port(text, false, read)) return "refused";
  return concat(read.host_ip, "|", read.published, "|", read.target, "|", read.protocol);
}

TEST(ShortForms, ReadPorts) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"80", "||80|tcp"},
      {"80/udp", "||80|udp"},
      {"80/UDP", "||80|udp"},
      {"8080:80", "|8080|80|tcp"},
      {"127.0.0.1:8080:80", "127.0.0.1|8080|80|tcp"},
      {"127.0.0.1::80", "127.0.0.1||80|tcp"},
      {"[::1]:8080:80", "::1|8080|80|tcp"},
      {"8000-8002:9000-9002", "|8000-8002|9000-9002|tcp"},
      {"8000-8005:80", "|8000-8005|80|tcp"},
      {"::1:8080:80", "refused"},
      {"host:8080:80", "refused"},
      {"8080:", "refused"},
      {"a:80", "refused"},
      {"80:65536", "refused"},
      {"82-80:82-80", "refused"},
      {"1-3:1-2", "refused"},
      {"80/icmp", "refused"},
      {"", "refused"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(port(text), expected) << text;
  PortText open;
  EXPECT_FALSE(parse_port("${IP:-${OTHER}}:${PORT}:80", true, open));
  EXPECT_EQ(open.host_ip, "${IP:-${OTHER}}");
  EXPECT_EQ(open.published, "${PORT}");
}

std::string volume(std::string_view text) {
  VolumeText read;
  if (parse_volume(text, read)) return "refused";
  return concat(read.is_path ? "path " : "", read.source.of(text), "|", read.target.of(text), "|",
                read.options.of(text));
}

TEST(ShortForms, ReadVolumes) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"/data", "|/data|"},
      {"a", "|a|"},
      {"named:/data", "named|/data|"},
      {"./a:/data:ro,z", "path ./a|/data|ro,z"},
      {"~/a:/data", "path ~/a|/data|"},
      {"C:\\a:/data", "path C:\\a|/data|"},
      {"C:/a:D:/b:ro", "path C:/a|D:/b|ro"},
      {"\\\\.\\pipe\\x:/x", "path \\\\.\\pipe\\x|/x|"},
      {"${A:-x:y}:/data", "${A:-x:y}|/data|"},
      {"vol:/b:ro:z", "refused"},
      {"vol::/b", "refused"},
      {":/b", "refused"},
      {"./a:", "refused"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(volume(text), expected) << text;
}

std::string words(std::string_view text) {
  const auto split = split_command(text);
  if (!split) return "refused";
  std::string out;
  for (const std::string& word : *split) out += concat("<", word, ">");
  return out;
}

TEST(ShortForms, SplitCommands) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", ""},
      {"a  b\tc", "<a><b><c>"},
      {"sh -c \"a && b\"", "<sh><-c><a && b>"},
      {"a 'b c' d\\ e", "<a><b c><d e>"},
      {"a ''", "<a><>"},
      {"a && b", "<a>"},
      {"a `b c`", "<a><`b c`>"},
      {"a $(b c)", "<a><$(b c)>"},
      {"a 'b", "refused"},
      {"a \\", "refused"},
      {"(a)", "refused"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(words(text), expected) << text;
}

}  // namespace
}  // namespace plimsoll::compose
