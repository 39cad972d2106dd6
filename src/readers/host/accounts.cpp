#include "readers/host/accounts.h"

#include "base/number.h"
#include "base/text.h"
#include "readers/host/lines.h"

namespace plimsoll::host {
namespace {

// Names that NIS adds ("+", "-user") have no numbers of their own and say nothing here.
bool is_compatibility_entry(std::string_view line) {
  return line.starts_with('+') || line.starts_with('-');
}

}  // namespace

std::vector<UserAccount> read_users(const Source& passwd, std::vector<Error>& errors) {
  std::vector<UserAccount> users;
  for (const Line& line : lines_of(passwd)) {
    if (is_compatibility_entry(line.text())) continue;
    const std::vector<Location> fields = fields_of(line.at, ':');
    const auto id = fields.size() == 7 ? number_of(fields[2].text()) : std::nullopt;
    const auto group = fields.size() == 7 ? number_of(fields[3].text()) : std::nullopt;
    if (!id || !group) {
      errors.push_back({.message = "this is no account: seven fields, the third and fourth numbers",
                        .at = line.at});
      continue;
    }
    users.push_back({.name = std::string(fields[0].text()),
                     .id = *id,
                     .group = *group,
                     .shell = std::string(fields[6].text()),
                     .at = line.at});
  }
  return users;
}

std::vector<UserGroup> read_groups(const Source& group, std::vector<Error>& errors) {
  std::vector<UserGroup> groups;
  for (const Line& line : lines_of(group)) {
    if (is_compatibility_entry(line.text())) continue;
    const std::vector<Location> fields = fields_of(line.at, ':');
    const auto id = fields.size() == 4 ? number_of(fields[2].text()) : std::nullopt;
    if (!id) {
      errors.push_back(
          {.message = "this is no group: four fields, the third a number", .at = line.at});
      continue;
    }
    UserGroup& added = groups.emplace_back();
    added.name = fields[0].text();
    added.id = *id;
    added.at = line.at;
    for (const Location& member : fields_of(fields[3], ',')) {
      if (trim(member.text()).empty()) continue;
      added.members.push_back(
          {.value = std::string(member.text()), .at = member, .layer = Layer::host});
    }
  }
  return groups;
}

std::vector<SubordinateRange> read_subordinate_ranges(const Source& ranges,
                                                      std::vector<Error>& errors) {
  std::vector<SubordinateRange> out;
  for (const Line& line : lines_of(ranges)) {
    const std::vector<Location> fields = fields_of(line.at, ':');
    const bool whole = fields.size() == 3 && !fields[0].text().empty();
    const auto first = whole ? number_of(fields[1].text()) : std::nullopt;
    const auto count = whole ? number_of(trim(fields[2].text())) : std::nullopt;
    if (!first || !count) {
      errors.push_back({.message = "this is no range of ids: three fields, the last two numbers",
                        .at = line.at});
      continue;
    }
    out.push_back({std::string(fields[0].text()), *first, *count, line.at});
  }
  return out;
}

}  // namespace plimsoll::host
