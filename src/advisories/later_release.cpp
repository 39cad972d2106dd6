#include "advisories/later_release.h"

#include <algorithm>
#include <map>
#include <optional>

#include "advisories/ecosystems.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

// "v3.18" -> 3, 18; nothing for what is no number: "edge", "Leap 15.5".
std::optional<std::vector<long long>> numbers_of(std::string_view release) {
  if (release.starts_with('v')) release.remove_prefix(1);
  std::vector<long long> out;
  for (const std::string_view part : split(release, '.')) {
    const auto number = parse_number(part);
    if (!number) return std::nullopt;
    out.push_back(*number);
  }
  return out;
}

// The version in which an entry says that the flaw is mended; "" where it says of some version that
// it has it and of none that it has it no more.
std::string_view fixed_in(const StoredEntry& entry) {
  std::string_view fixed;
  for (const std::vector<Event>& range : entry.ranges) {
    std::string_view last;
    for (const Event& event : range) {
      last = event.kind == EventKind::fixed ? event.version : std::string_view();
    }
    if (last.empty() || last == "0") return {};
    fixed = last;
  }
  return fixed;
}

struct Answer {
  bool is_mended = true;
  std::string version;
};

// What a release says of flaws of one package.
Result<std::map<std::uint32_t, Answer>> answers_of(TableReader& table, const Database& database,
                                                   const std::string& key) {
  std::map<std::uint32_t, Answer> out;
  const Result<void> found = table.find(key, [&](std::string_view bytes) -> Result<void> {
    const Result<PackageEntry> entry = read_value<PackageEntry>(database, bytes);
    if (!entry) return std::unexpected(entry.error());
    const std::string_view fixed = fixed_in(entry->entry);
    for (const std::uint32_t flaw : entry->flaws) {
      Answer& answer = out[flaw];
      answer.is_mended = answer.is_mended && !fixed.empty();
      if (!fixed.empty()) answer.version = fixed;
    }
    return {};
  });
  if (!found) return std::unexpected(found.error());
  return out;
}

}  // namespace

std::vector<std::string> later_releases(std::span<const EcosystemCount> ecosystems,
                                        std::string_view ecosystem) {
  const std::size_t colon = ecosystem.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view family = ecosystem.substr(0, colon + 1);
  const auto own = numbers_of(ecosystem.substr(colon + 1));
  if (!own) return {};
  std::vector<std::pair<std::vector<long long>, std::string>> later;
  for (const EcosystemCount& known : ecosystems) {
    if (!known.name.starts_with(family)) continue;
    const auto numbers = numbers_of(std::string_view(known.name).substr(family.size()));
    if (numbers && *numbers > *own) later.emplace_back(*numbers, known.name);
  }
  std::ranges::sort(later);
  std::vector<std::string> out;
  for (auto& [numbers, name] : later) out.push_back(std::move(name));
  return out;
}

Result<void> look_in_later_releases(const Database& database, std::span<const Unmended> unmended) {
  TableReader table(database, TableName::packages);
  // By release and package, so that each is looked up once, in the order of the table.
  std::map<std::string, std::vector<const Unmended*>> by_ecosystem;
  for (const Unmended& item : unmended) {
    by_ecosystem[item.vulnerability->evidence.front().ecosystem].push_back(&item);
  }
  for (auto& [ecosystem, items] : by_ecosystem) {
    for (const std::string& later : later_releases(database.contents().ecosystems, ecosystem)) {
      std::map<std::string, std::vector<const Unmended*>> by_key;
      for (const Unmended* item : items) {
        by_key[package_key(later, item->vulnerability->package, true)].push_back(item);
      }
      for (const auto& [key, asked] : by_key) {
        const auto answers = answers_of(table, database, key);
        if (!answers) return std::unexpected(answers.error());
        for (const Unmended* item : asked) {
          const auto answer = answers->find(item->flaw);
          if (answer == answers->end() || !answer->second.is_mended) continue;
          item->vulnerability->later_release = later;
          item->vulnerability->later_version = answer->second.version;
        }
      }
      std::erase_if(
          items, [](const Unmended* item) { return !item->vulnerability->later_release.empty(); });
    }
  }
  return {};
}

}  // namespace plimsoll::advisories
