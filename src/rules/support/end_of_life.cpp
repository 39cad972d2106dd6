#include "rules/support/end_of_life.h"

#include "base/text.h"
#include "rules/support/known_images.h"

namespace plimsoll::rules {
namespace {

// One release of one image's product. Where a maker sells longer support, the date is the end of
// what everybody gets.
struct Release {
  std::string_view image;    // the official image's name
  std::string_view product;  // for the message
  // "10" means 10, 10.2 and 10-slim; "3.6" means 3.6 and 3.6.15. The alone-standing major of a
  // product whose minors are releases ("python:2") is a row of its own.
  std::string_view version;
  std::string_view code_name;
  std::string_view date;
};

// The name that stands for aspnet, runtime, runtime-deps and sdk, which share their versions.
constexpr std::string_view dotnet = "mcr.microsoft.com/dotnet/";

constexpr Release releases[] = {
    // debian.org/releases: the end of long-term support.
    {"debian", "Debian", "7", "wheezy", "2018-05-31"},
    {"debian", "Debian", "8", "jessie", "2020-06-30"},
    {"debian", "Debian", "9", "stretch", "2022-06-30"},
    {"debian", "Debian", "10", "buster", "2024-06-30"},
    {"debian", "Debian", "11", "bullseye", "2026-08-31"},
    // ubuntu.com/about/release-cycle: the end of standard support.
    {"ubuntu", "Ubuntu", "12.04", "precise", "2017-04-28"},
    {"ubuntu", "Ubuntu", "14.04", "trusty", "2019-04-30"},
    {"ubuntu", "Ubuntu", "16.04", "xenial", "2021-04-30"},
    {"ubuntu", "Ubuntu", "18.04", "bionic", "2023-05-31"},
    {"ubuntu", "Ubuntu", "19.10", "eoan", "2020-07-17"},
    {"ubuntu", "Ubuntu", "20.04", "focal", "2025-05-31"},
    {"ubuntu", "Ubuntu", "20.10", "groovy", "2021-07-22"},
    {"ubuntu", "Ubuntu", "21.04", "hirsute", "2022-01-20"},
    {"ubuntu", "Ubuntu", "21.10", "impish", "2022-07-14"},
    {"ubuntu", "Ubuntu", "22.10", "kinetic", "2023-07-20"},
    {"ubuntu", "Ubuntu", "23.04", "lunar", "2024-01-25"},
    {"ubuntu", "Ubuntu", "23.10", "mantic", "2024-07-11"},
    {"ubuntu", "Ubuntu", "24.10", "oracular", "2025-07-10"},
    // centos.org: CentOS Linux.
    {"centos", "CentOS", "5", "", "2017-03-31"},
    {"centos", "CentOS", "6", "", "2020-11-30"},
    {"centos", "CentOS", "7", "", "2024-06-30"},
    {"centos", "CentOS", "8", "", "2021-12-31"},
    // alpinelinux.org/releases. The tags of other images say "alpine3.10".
    {"alpine", "Alpine", "3.1", "alpine3.1", "2016-11-01"},
    {"alpine", "Alpine", "3.2", "alpine3.2", "2017-05-01"},
    {"alpine", "Alpine", "3.3", "alpine3.3", "2017-11-01"},
    {"alpine", "Alpine", "3.4", "alpine3.4", "2018-05-01"},
    {"alpine", "Alpine", "3.5", "alpine3.5", "2018-11-01"},
    {"alpine", "Alpine", "3.6", "alpine3.6", "2019-05-01"},
    {"alpine", "Alpine", "3.7", "alpine3.7", "2019-11-01"},
    {"alpine", "Alpine", "3.8", "alpine3.8", "2020-05-01"},
    {"alpine", "Alpine", "3.9", "alpine3.9", "2020-11-01"},
    {"alpine", "Alpine", "3.10", "alpine3.10", "2021-05-01"},
    {"alpine", "Alpine", "3.11", "alpine3.11", "2021-11-01"},
    {"alpine", "Alpine", "3.12", "alpine3.12", "2022-05-01"},
    {"alpine", "Alpine", "3.13", "alpine3.13", "2022-11-01"},
    {"alpine", "Alpine", "3.14", "alpine3.14", "2023-05-01"},
    {"alpine", "Alpine", "3.15", "alpine3.15", "2023-11-01"},
    {"alpine", "Alpine", "3.16", "alpine3.16", "2024-05-23"},
    {"alpine", "Alpine", "3.17", "alpine3.17", "2024-11-22"},
    {"alpine", "Alpine", "3.18", "alpine3.18", "2025-05-09"},
    {"alpine", "Alpine", "3.19", "alpine3.19", "2025-11-01"},
    {"alpine", "Alpine", "3.20", "alpine3.20", "2026-04-01"},
    {"alpine", "Alpine", "3.21", "alpine3.21", "2026-11-01"},
    // fedoraproject.org
    {"fedora", "Fedora", "34", "", "2022-06-07"},
    {"fedora", "Fedora", "35", "", "2022-12-13"},
    {"fedora", "Fedora", "36", "", "2023-05-16"},
    {"fedora", "Fedora", "37", "", "2023-12-05"},
    {"fedora", "Fedora", "38", "", "2024-05-21"},
    {"fedora", "Fedora", "39", "", "2024-11-26"},
    {"fedora", "Fedora", "40", "", "2025-05-13"},
    {"amazonlinux", "Amazon Linux", "1", "", "2023-12-31"},
    {"amazonlinux", "Amazon Linux", "2", "", "2026-06-30"},
    // devguide.python.org/versions
    {"python", "Python", "2", "", "2020-01-01"},
    {"python", "Python", "3.4", "", "2019-03-18"},
    {"python", "Python", "3.5", "", "2020-09-30"},
    {"python", "Python", "3.6", "", "2021-12-23"},
    {"python", "Python", "3.7", "", "2023-06-27"},
    {"python", "Python", "3.8", "", "2024-10-07"},
    {"python", "Python", "3.9", "", "2025-10-31"},
    {"python", "Python", "3.10", "", "2026-10-31"},
    // github.com/nodejs/release
    {"node", "Node.js", "4", "", "2018-04-30"},
    {"node", "Node.js", "6", "boron", "2019-04-30"},
    {"node", "Node.js", "8", "carbon", "2019-12-31"},
    {"node", "Node.js", "9", "", "2018-06-30"},
    {"node", "Node.js", "10", "dubnium", "2021-04-30"},
    {"node", "Node.js", "11", "", "2019-06-30"},
    {"node", "Node.js", "12", "erbium", "2022-04-30"},
    {"node", "Node.js", "13", "", "2020-06-01"},
    {"node", "Node.js", "14", "fermium", "2023-04-30"},
    {"node", "Node.js", "15", "", "2021-06-01"},
    {"node", "Node.js", "16", "gallium", "2023-09-11"},
    {"node", "Node.js", "17", "", "2022-06-01"},
    {"node", "Node.js", "18", "hydrogen", "2025-04-30"},
    {"node", "Node.js", "19", "", "2023-06-01"},
    {"node", "Node.js", "20", "iron", "2026-04-30"},
    {"node", "Node.js", "21", "", "2024-06-01"},
    {"node", "Node.js", "23", "", "2025-06-01"},
    // php.net/eol.php
    {"php", "PHP", "5", "", "2018-12-31"},
    {"php", "PHP", "7.0", "", "2019-01-10"},
    {"php", "PHP", "7.1", "", "2019-12-01"},
    {"php", "PHP", "7.2", "", "2020-11-30"},
    {"php", "PHP", "7.3", "", "2021-12-06"},
    {"php", "PHP", "7", "", "2022-11-28"},
    {"php", "PHP", "8.0", "", "2023-11-26"},
    {"php", "PHP", "8.1", "", "2025-12-31"},
    // ruby-lang.org/en/downloads/branches
    {"ruby", "Ruby", "2.5", "", "2021-04-05"},
    {"ruby", "Ruby", "2.6", "", "2022-04-12"},
    {"ruby", "Ruby", "2", "", "2023-03-31"},
    {"ruby", "Ruby", "3.0", "", "2024-04-23"},
    {"ruby", "Ruby", "3.1", "", "2025-03-26"},
    {"ruby", "Ruby", "3.2", "", "2026-03-31"},
    // go.dev/doc/devel/release: a release is supported until the second one after it.
    {"golang", "Go", "1.13", "", "2020-08-11"},
    {"golang", "Go", "1.14", "", "2021-02-16"},
    {"golang", "Go", "1.15", "", "2021-08-16"},
    {"golang", "Go", "1.16", "", "2022-03-15"},
    {"golang", "Go", "1.17", "", "2022-08-02"},
    {"golang", "Go", "1.18", "", "2023-02-01"},
    {"golang", "Go", "1.19", "", "2023-08-08"},
    {"golang", "Go", "1.20", "", "2024-02-06"},
    {"golang", "Go", "1.21", "", "2024-08-13"},
    {"golang", "Go", "1.22", "", "2025-02-11"},
    {"golang", "Go", "1.23", "", "2025-08-12"},
    // postgresql.org/support/versioning
    {"postgres", "PostgreSQL", "9", "", "2021-11-11"},
    {"postgres", "PostgreSQL", "10", "", "2022-11-10"},
    {"postgres", "PostgreSQL", "11", "", "2023-11-09"},
    {"postgres", "PostgreSQL", "12", "", "2024-11-21"},
    {"postgres", "PostgreSQL", "13", "", "2025-11-13"},
    {"postgres", "PostgreSQL", "14", "", "2026-11-12"},
    // mysql.com/support, mariadb.org/about/#maintenance-policy, mongodb.com/legal/support-policy
    {"mysql", "MySQL", "5.6", "", "2021-02-28"},
    {"mysql", "MySQL", "5", "", "2023-10-31"},
    {"mysql", "MySQL", "8.0", "", "2026-04-30"},
    {"mariadb", "MariaDB", "10.1", "", "2020-10-17"},
    {"mariadb", "MariaDB", "10.2", "", "2022-05-23"},
    {"mariadb", "MariaDB", "10.3", "", "2023-05-25"},
    {"mariadb", "MariaDB", "10.4", "", "2024-06-18"},
    {"mariadb", "MariaDB", "10.5", "", "2025-06-24"},
    {"mongo", "MongoDB", "3", "", "2021-04-30"},
    {"mongo", "MongoDB", "4.0", "", "2022-04-30"},
    {"mongo", "MongoDB", "4.2", "", "2023-04-30"},
    {"mongo", "MongoDB", "4", "", "2024-02-29"},
    {"mongo", "MongoDB", "5", "", "2024-10-31"},
    {"mongo", "MongoDB", "6", "", "2025-07-31"},
    // dotnet.microsoft.com/platform/support/policy.
    {dotnet, ".NET Core", "2", "", "2021-08-21"},
    {dotnet, ".NET Core", "3", "", "2022-12-13"},
    {dotnet, ".NET", "5", "", "2022-05-10"},
    {dotnet, ".NET", "6", "", "2024-11-12"},
    {dotnet, ".NET", "7", "", "2024-05-14"},
    {dotnet, ".NET", "8", "", "2026-11-10"},
    {dotnet, ".NET", "9", "", "2026-11-10"},
    // elastic.co/support/eol.
    {"elasticsearch", "Elasticsearch", "7", "", "2026-01-15"},
};

// Whether a version as a tag's first part has it ("3.6.15") is of a release ("3.6").
bool is_of(std::string_view version, std::string_view release) {
  if (!version.starts_with(release)) return false;
  return version.size() == release.size() || version[release.size()] == '.';
}

}  // namespace

std::optional<EndOfLife> end_of_life(const ImageReference& reference, std::string_view today) {
  if (today.empty() || reference.tag.empty()) return std::nullopt;
  // Only the images themselves, not what others call by the same name.
  const KnownImage* const image = known_image(reference);
  if (image == nullptr) return std::nullopt;
  const std::string_view name_of_image = image->name.starts_with(dotnet) ? dotnet : image->name;
  const Release* worst = nullptr;
  std::string_view rest = reference.tag;
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t dash = rest.find('-');
    const std::string_view part = rest.substr(0, dash);
    rest = dash == std::string_view::npos ? std::string_view() : rest.substr(dash + 1);
    for (const Release& release : releases) {
      const bool by_version =
          first && release.image == name_of_image && is_of(part, release.version);
      const bool by_code_name = !release.code_name.empty() && part == release.code_name &&
                                (release.image == name_of_image || release.image != "node");
      if (!by_version && !by_code_name) continue;
      // The first row that a version is of is the narrowest: 7.3 stands before 7.
      if (release.date < today && (worst == nullptr || release.date < worst->date))
        worst = &release;
      break;
    }
  }
  if (worst == nullptr) return std::nullopt;
  std::string name = concat(worst->product, " ", worst->version);
  if (!worst->code_name.empty() && worst->image != "alpine") {
    name += concat(" (", worst->code_name, ")");
  }
  return EndOfLife{std::move(name), worst->date};
}

}  // namespace plimsoll::rules
