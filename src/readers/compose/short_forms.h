// The small languages inside compose values: sizes, durations, ports, volumes, devices, command
// lines. Each reads what the library that compose uses for it reads (docker/go-units,
// docker/go-connections nat, compose-go format, xhit/go-str2duration, mattn/go-shellwords).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::compose {

// true, false, and YAML 1.1's y, yes, on, n, no, off, in any case.
std::optional<bool> parse_boolean(std::string_view text);
// Decimal, with a sign.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_decimal(std::string_view text);
// "512m", "1.5GiB", "64 kb", "1048576", "-1": bytes, in powers of 1024.
std::optional<std::int64_t> parse_bytes(std::string_view text);
// "1m30s", "1.5h", "2d": nanoseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

// A part of a text, by its place in it.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool empty() const { return begin == end; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

// [ip:][published:]target[/protocol]. With `lenient` a part may be anything (it holds a variable
// whose value is not known).
struct PortText {
  std::string host_ip;    // without brackets
  std::string published;  // "" when none is written
  std::string target;
  std::string protocol;  // lower case; tcp when none is written
};
// Why it is refused, or nothing.
std::optional<std::string> parse_port(std::string_view text, bool lenient, PortText& port);
bool is_ip_address(std::string_view text);

// [source:]target[:options]
struct VolumeText {
  Part source;
  Part target;
  Part options;
  bool has_source = false;
  bool is_path = false;  // the source is a path, not a volume's name
};
std::optional<std::string> parse_volume(std::string_view text, VolumeText& volume);
bool is_volume_path(std::string_view source);

// source[:target[:permissions]]
struct DeviceText {
  std::string source;
  std::string target;
  std::string permissions;
  bool permissions_written = false;
};
std::optional<std::string> parse_device(std::string_view text, DeviceText& device);

// The words of a command that is written as one string; nothing when its quotes do not match.
std::optional<std::vector<std::string>> split_command(std::string_view text);

// "a//b/../c" -> "a/c"; "" stays.
std::string clean_path(std::string_view path);

}  // namespace plimsoll::compose
