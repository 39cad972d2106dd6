// The little languages of run-line values: sizes, CPUs, mounts, ports, lists of key=value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace plimsoll::run_command {

// "128m", "1.5GiB", "64 kB": bytes, by powers of 1024 whatever the suffix (docker/go-units,
// RAMInBytes). "-1" only where `negative` allows it.
std::optional<std::int64_t> parse_bytes(std::string_view text, bool negative = false);

// "0.5" whole CPUs: times 1e9.
std::optional<std::int64_t> parse_nano_cpus(std::string_view text);

// A signed decimal number.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A part of a value, with its offset there.
struct Part {
  std::string_view text;
  std::size_t offset = 0;
};

// The parts between separators; one inside `${…}`, `$(…)`, backticks or square brackets separates
// nothing, and neither does the colon of a Windows drive when the separator is a colon.
std::vector<Part> split_parts(std::string_view text, char separator);

// The fields of one line of comma-separated values; a quoted field holds its commas (encoding/csv).
std::vector<Part> split_csv(std::string_view text);

// Whether a part of an unresolved value holds what is not known: an expansion, a placeholder.
bool holds_unknown(std::string_view text);

// An absolute or relative path of the host, not a volume's name.
bool is_host_path(std::string_view source);

}  // namespace plimsoll::run_command
