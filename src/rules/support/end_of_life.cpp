#include "rules/support/end_of_life.h"

#include <span>
#include <utility>

#include "base/text.h"
#include "rules/support/distribution_releases.h"
#include "rules/support/known_images.h"

namespace plimsoll::rules {
namespace {

// Where a maker sells longer support, the date is the end of what everybody gets. All of them were
// compared with github.com/endoflife-date/endoflife.date at a70eca3, products/*.md; where that
// differs by days, the maker's own announcement stands here. Distributions have a table of their
// own.

// devguide.python.org/versions.
constexpr Release python_releases[] = {
    {"2", "2020-01-01"},   {"3.3", "2017-09-29"}, {"3.4", "2019-03-18"},
    {"3.5", "2020-09-30"}, {"3.6", "2021-12-23"}, {"3.7", "2023-06-27"},
    {"3.8", "2024-10-07"}, {"3.9", "2025-10-31"}, {"3.10", "2026-10-31"},
};
// github.com/nodejs/release, schedule.json.
constexpr Release node_releases[] = {
    {"4", "2018-04-30"},
    {"5", "2016-06-30"},
    {"6", "2019-04-30", "boron"},
    {"7", "2017-06-30"},
    {"8", "2019-12-31", "carbon"},
    {"9", "2018-06-30"},
    {"10", "2021-04-30", "dubnium"},
    {"11", "2019-06-30"},
    {"12", "2022-04-30", "erbium"},
    {"13", "2020-06-01"},
    {"14", "2023-04-30", "fermium"},
    {"15", "2021-06-01"},
    {"16", "2023-09-11", "gallium"},
    {"17", "2022-06-01"},
    {"18", "2025-04-30", "hydrogen"},
    {"19", "2023-06-01"},
    {"20", "2026-04-30", "iron"},
    {"21", "2024-06-01"},
    {"23", "2025-06-01"},
    {"25", "2026-06-01"},
};
// php.net/eol.php.
constexpr Release php_releases[] = {
    {"5", "2018-12-31"},   {"7.0", "2019-01-10"}, {"7.1", "2019-12-01"},
    {"7.2", "2020-11-30"}, {"7.3", "2021-12-06"}, {"7", "2022-11-28"},
    {"8.0", "2023-11-26"}, {"8.1", "2025-12-31"}, {"8.2", "2026-12-31"},
};
// ruby-lang.org/en/downloads/branches.
constexpr Release ruby_releases[] = {
    {"2.5", "2021-04-05"}, {"2.6", "2022-04-12"}, {"2", "2023-03-31"},
    {"3.0", "2024-04-23"}, {"3.1", "2025-03-26"}, {"3.2", "2026-03-31"},
};
// go.dev/doc/devel/release: a release is supported until the second one after it.
constexpr Release golang_releases[] = {
    {"1.10", "2019-02-25"}, {"1.11", "2019-09-03"}, {"1.12", "2020-02-25"}, {"1.13", "2020-08-11"},
    {"1.14", "2021-02-16"}, {"1.15", "2021-08-16"}, {"1.16", "2022-03-15"}, {"1.17", "2022-08-02"},
    {"1.18", "2023-02-01"}, {"1.19", "2023-08-08"}, {"1.20", "2024-02-06"}, {"1.21", "2024-08-13"},
    {"1.22", "2025-02-11"}, {"1.23", "2025-08-12"}, {"1.24", "2026-02-10"}, {"1.25", "2026-08-19"},
};
// postgresql.org/support/versioning.
constexpr Release postgres_releases[] = {
    {"9", "2021-11-11"},  {"10", "2022-11-10"}, {"11", "2023-11-09"},
    {"12", "2024-11-21"}, {"13", "2025-11-13"}, {"14", "2026-11-12"},
};
// mysql.com/support: innovation releases until the next one.
constexpr Release mysql_releases[] = {
    {"5.6", "2021-02-28"}, {"5", "2023-10-31"},   {"8.0", "2026-04-30"}, {"8.1", "2023-10-25"},
    {"8.2", "2023-12-14"}, {"8.3", "2024-04-10"}, {"9.0", "2024-10-15"}, {"9.1", "2025-01-21"},
    {"9.2", "2025-04-15"}, {"9.3", "2025-07-22"}, {"9.4", "2025-10-21"}, {"9.5", "2026-01-20"},
    {"9.6", "2026-04-21"},
};
// mariadb.org/about/#maintenance-policy.
constexpr Release mariadb_releases[] = {
    {"5.5", "2020-04-11"},  {"10.0", "2019-03-31"}, {"10.1", "2020-10-17"}, {"10.2", "2022-05-23"},
    {"10.3", "2023-05-25"}, {"10.4", "2024-06-18"}, {"10.5", "2025-06-24"}, {"10.6", "2026-07-06"},
    {"10.7", "2023-02-09"}, {"10.8", "2023-05-20"}, {"10.9", "2023-08-22"}, {"10.10", "2023-11-17"},
    {"11.0", "2024-06-06"}, {"11.1", "2024-08-21"}, {"11.2", "2024-11-21"}, {"11.3", "2024-05-29"},
    {"11.5", "2024-11-21"}, {"11.6", "2025-02-13"}, {"11.7", "2025-05-12"}, {"12.0", "2025-11-18"},
    {"12.1", "2026-02-13"}, {"12.2", "2026-05-28"},
};
// mongodb.com/legal/support-policy.
constexpr Release mongo_releases[] = {
    {"2", "2016-10-31"},   {"3", "2021-04-30"},   {"4.0", "2022-04-30"}, {"4.2", "2023-04-30"},
    {"4", "2024-02-29"},   {"5", "2024-10-31"},   {"6", "2025-07-31"},   {"7.1", "2024-01-23"},
    {"7.2", "2024-03-27"}, {"7.3", "2024-10-02"}, {"8.1", "2025-09-30"}, {"8.2", "2026-07-31"},
};
// dotnet.microsoft.com/platform/support/policy.
constexpr Release dotnet_core_releases[] = {
    {"2", "2021-08-21"},
    {"3", "2022-12-13"},
};
constexpr Release dotnet_releases[] = {
    {"5", "2022-05-10"}, {"6", "2024-11-12"}, {"7", "2024-05-14"},
    {"8", "2026-11-10"}, {"9", "2026-11-10"},
};
// elastic.co/support/eol.
constexpr Release elasticsearch_releases[] = {
    {"6", "2022-02-10"},
    {"7", "2026-01-15"},
};

struct Product {
  std::string_view image;  // the official image's name
  std::string_view name;   // for the message
  std::span<const Release> releases;
};

// The name that stands for aspnet, runtime, runtime-deps and sdk, which share their versions.
constexpr std::string_view dotnet = "mcr.microsoft.com/dotnet/";

constexpr Product products[] = {
    {"python", "Python", python_releases},
    {"node", "Node.js", node_releases},
    {"php", "PHP", php_releases},
    {"ruby", "Ruby", ruby_releases},
    {"golang", "Go", golang_releases},
    {"postgres", "PostgreSQL", postgres_releases},
    {"mysql", "MySQL", mysql_releases},
    {"mariadb", "MariaDB", mariadb_releases},
    {"mongo", "MongoDB", mongo_releases},
    {dotnet, ".NET Core", dotnet_core_releases},
    {dotnet, ".NET", dotnet_releases},
    {"elasticsearch", "Elasticsearch", elasticsearch_releases},
};

// Code names of a distribution stand in the tags of what is built on it; node's are its own.
bool names_what_is_built_on_it(std::string_view image) {
  return image != "node";
}

struct Match {
  std::string name;  // "Debian 10 (buster)"
  const Release* release = nullptr;
};

// The release that a part of a tag names, of the one product.
const Release* find_release(std::string_view image, std::string_view product,
                            std::span<const Release> releases, std::string_view part,
                            bool is_first) {
  const bool own = product == image;
  if (!own && !names_what_is_built_on_it(product)) return nullptr;
  for (const Release& release : releases) {
    const bool by_version = is_first && own && is_of_release(part, release.version);
    const bool by_code_name = !release.code_name.empty() && part == release.code_name;
    // The first row that a version is of is the narrowest: 7.3 stands before 7.
    if (by_version || by_code_name) return &release;
  }
  return nullptr;
}

Match find_release(std::string_view image, std::string_view part, bool is_first) {
  for (const Distribution& one : distributions()) {
    if (one.image.empty()) continue;
    if (const Release* release = find_release(image, one.image, one.releases, part, is_first)) {
      return {name_of(one, *release), release};
    }
  }
  for (const Product& one : products) {
    if (const Release* release = find_release(image, one.image, one.releases, part, is_first)) {
      const bool has_name = !release->code_name.empty();
      return {concat(one.name, " ", release->version, has_name ? " (" : "",
                     has_name ? release->code_name : "", has_name ? ")" : ""),
              release};
    }
  }
  return {};
}

}  // namespace

std::optional<EndOfLife> end_of_life(const ImageReference& reference, std::string_view today) {
  if (today.empty() || reference.tag.empty()) return std::nullopt;
  // Only the images themselves, not what others call by the same name.
  const KnownImage* const image = known_image(reference);
  if (image == nullptr) return std::nullopt;
  const std::string_view name_of_image = image->name.starts_with(dotnet) ? dotnet : image->name;
  Match worst;
  std::string_view rest = reference.tag;
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t dash = rest.find('-');
    const std::string_view part = rest.substr(0, dash);
    rest = dash == std::string_view::npos ? std::string_view() : rest.substr(dash + 1);
    Match match = find_release(name_of_image, part, first);
    if (match.release == nullptr || match.release->date >= today) continue;
    if (worst.release == nullptr || match.release->date < worst.release->date) {
      worst = std::move(match);
    }
  }
  if (worst.release == nullptr) return std::nullopt;
  return EndOfLife{std::move(worst.name), worst.release->date};
}

}  // namespace plimsoll::rules
