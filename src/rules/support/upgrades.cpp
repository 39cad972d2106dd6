#include "rules/support/upgrades.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

constexpr std::size_t max_names_shown = 6;

// The packages that the distribution has built from one source, each once.
std::string names_of(const Image& image, const Vulnerability& vulnerability) {
  std::set<std::string> names;
  for (const std::size_t index : vulnerability.packages) names.insert(image.packages[index].name);
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == max_names_shown) {
      shown.push_back("…");
      break;
    }
    shown.push_back(name);
  }
  return join(shown, " ");
}

std::string rpm_command(const Image& image) {
  if (!image.os) return "dnf upgrade ";
  if (image.os->id == "amzn" && image.os->version_id == "2") return "yum update ";
  if (image.os->id.contains("suse") || image.os->id == "sles") return "zypper update ";
  return image.os->id == "mariner" || image.os->id == "azurelinux" ? "tdnf update "
                                                                   : "dnf upgrade ";
}

std::string command_for(const Image& image, const Vulnerability& vulnerability) {
  const Package& package = image.packages[vulnerability.packages.front()];
  const std::string& to = vulnerability.fixed_version;
  switch (package.kind) {
    case PackageKind::deb:
      return concat("apt-get update && apt-get install --only-upgrade ",
                    names_of(image, vulnerability), " (", to, ")");
    case PackageKind::apk:
      return concat("apk add --upgrade ", names_of(image, vulnerability), " (", to, ")");
    case PackageKind::rpm:
      return concat(rpm_command(image), names_of(image, vulnerability), " (", to, ")");
    case PackageKind::npm: return concat("npm install ", package.name, "@", to);
    case PackageKind::pypi: return concat("pip install '", package.name, ">=", to, "'");
    case PackageKind::golang:
      if (package.name == "stdlib") return concat("build it with Go ", to, " or later");
      return concat("go get ", package.name, "@", to.starts_with('v') ? "" : "v", to,
                    ", and build it anew");
    case PackageKind::cargo:
      return concat("cargo update -p ", package.name, " --precise ", to, ", and build it anew");
    case PackageKind::maven: return concat("depend on ", package.name, ":", to, " or later");
    case PackageKind::gem: return concat("bundle update ", package.name, " (to ", to, " or later)");
    case PackageKind::composer: return concat("composer require '", package.name, ":>=", to, "'");
    case PackageKind::nuget: return concat("dotnet add package ", package.name, " --version ", to);
  }
  return {};
}

std::string without_fix(const Vulnerability& vulnerability, std::string_view who) {
  switch (vulnerability.fix_state) {
    case FixState::will_not_fix: return concat(who, " will not fix it");
    case FixState::deferred: return concat(who, " will fix it later, with something else");
    case FixState::end_of_life: return concat(who, " does not mend this package any more");
    case FixState::under_investigation:
      return concat(who, " has not said yet whether it is affected");
    default: return "no version without it is known";
  }
}

// "Debian:13" -> "Debian 13".
std::string name_of_release(std::string_view ecosystem) {
  std::string out(ecosystem);
  std::ranges::replace(out, ':', ' ');
  return out;
}

// The official image of a release: "Alpine:v3.21" -> "alpine:3.21".
std::string tag_of_release(std::string_view ecosystem) {
  const std::size_t colon = ecosystem.find(':');
  std::string_view release = ecosystem.substr(colon + 1);
  if (release.starts_with('v')) release.remove_prefix(1);
  return concat(lower(ecosystem.substr(0, colon)), ":", release);
}

// The base image brought every package that has it.
bool is_of_base(const Image& image, const Vulnerability& vulnerability) {
  return image.base && image.base->layers > 0 &&
         std::ranges::all_of(vulnerability.packages, [&](std::size_t index) {
           return image.packages[index].layer < image.base->layers;
         });
}

}  // namespace

std::string upgrade_of(const Image& image, const Vulnerability& vulnerability) {
  const Package& package = image.packages[vulnerability.packages.front()];
  if (vulnerability.fixed_version.empty()) {
    const std::string& ecosystem = vulnerability.evidence.front().ecosystem;
    const bool is_distribution = is_of_system(package.kind);
    if (!vulnerability.later_release.empty()) {
      return concat(name_of_release(vulnerability.later_release), " has it mended, in ",
                    vulnerability.later_version, ": build on ",
                    tag_of_release(vulnerability.later_release));
    }
    return concat(
        without_fix(vulnerability,
                    is_distribution ? ecosystem.substr(0, ecosystem.find(':')) : "its author"),
        ": remove it, or see whether it can be reached here");
  }
  const std::string command = command_for(image, vulnerability);
  if (!is_of_base(image, vulnerability)) return command;
  return concat(image.base->name.empty() ? "take a newer build of the base image"
                                         : concat("take a newer build of ", image.base->name),
                "; or ", command);
}

}  // namespace plimsoll::rules
