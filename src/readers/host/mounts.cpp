#include "readers/host/mounts.h"

#include <algorithm>

#include "base/text.h"
#include "readers/host/lines.h"

namespace plimsoll::host {
namespace {

// The kernel writes blanks, tabs, line endings and backslashes in names as octal: "\040".
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) {
      return at < text.size() && text[at] >= '0' && text[at] <= '7';
    };
    if (text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
      out += static_cast<char>(value);
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> options_of(std::string_view text) {
  std::vector<std::string> options;
  for (const std::string_view option : split(text, ',')) options.emplace_back(option);
  return options;
}

}  // namespace

std::vector<MountPoint> read_mounts(const Source& mountinfo) {
  constexpr std::size_t fields_before_tags = 6;
  std::vector<MountPoint> mounts;
  for (const Line& line : lines_of(mountinfo)) {
    const std::vector<Location> fields = fields_of(line.at, ' ');
    const auto dash = std::ranges::find(fields, std::string_view("-"), &Location::text);
    const auto before = dash - fields.begin();
    if (before < static_cast<std::ptrdiff_t>(fields_before_tags) || fields.end() - dash < 4) {
      continue;
    }
    MountPoint& mount = mounts.emplace_back();
    mount.root = unescaped(fields[3].text());
    mount.target = unescaped(fields[4].text());
    mount.options = options_of(fields[5].text());
    mount.shared = std::any_of(fields.begin() + fields_before_tags, dash, [](const Location& tag) {
      return tag.text().starts_with("shared:");
    });
    mount.file_system = dash[1].text();
    mount.source = unescaped(dash[2].text());
    mount.file_system_options = options_of(dash[3].text());
    mount.at = line.at;
  }
  return mounts;
}

}  // namespace plimsoll::host
