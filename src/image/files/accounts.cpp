#include "image/files/accounts.h"

#include "base/number.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

constexpr std::uint64_t max_accounts_bytes = 4u << 20;

// root:x:0:0:root:/root:/bin/bash
void read_user(const std::vector<std::string_view>& fields, AccountsFile& file) {
  if (fields.size() < 7) return;
  const auto id = number_of<std::uint64_t>(fields[2]);
  if (!id) return;
  file.accounts.push_back({.name = std::string(fields[0]),
                           .id = *id,
                           .shell = std::string(trim(fields[6])),
                           .has_empty_password = fields[1].empty()});
}

// adm:x:4:syslog
void read_group(const std::vector<std::string_view>& fields, AccountsFile& file) {
  if (fields.size() < 3) return;
  if (const auto id = number_of<std::uint64_t>(fields[2]))
    file.groups.push_back({std::string(fields[0]), *id});
}

void read(std::string_view path, std::string_view content, Layer& layer) {
  AccountsFile file;
  file.path = path;
  for (const std::string_view line : split(content, '\n')) {
    if (trim(line).empty() || line.front() == '#') continue;
    const std::vector<std::string_view> fields = split(line, ':');
    if (path == "etc/passwd") {
      read_user(fields, file);
    } else if (path == "etc/group") {
      read_group(fields, file);
    } else if (fields.size() >= 2 && fields[1].empty()) {
      file.without_password.emplace_back(fields[0]);
    }
  }
  layer.account_files.push_back(std::move(file));
}

}  // namespace

constinit const FileReader accounts = {
    .wants =
        [](const TarEntry& entry) {
          return entry.path == "etc/passwd" || entry.path == "etc/group" ||
                 entry.path == "etc/shadow";
        },
    .max_bytes = max_accounts_bytes,
    .read = read,
};

}  // namespace plimsoll::image
