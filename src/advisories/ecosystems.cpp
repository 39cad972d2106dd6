#include "advisories/ecosystems.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

struct Distribution {
  std::string_view name;  // as OSV has it
  PackageKind kind;
  bool names_sources;
};

// Of those that name sources and packages alike, each record says it itself where its format can.
constexpr std::array<Distribution, 19> distributions{{
    {"AlmaLinux", PackageKind::rpm, false},
    {"Alpaquita", PackageKind::apk, true},
    {"Alpine", PackageKind::apk, true},
    {"Amazon Linux", PackageKind::rpm, false},
    {"Azure Linux", PackageKind::rpm, true},
    {"BellSoft Hardened Containers", PackageKind::apk, true},
    {"Chainguard", PackageKind::apk, true},
    {"Debian", PackageKind::deb, true},
    {"Fedora", PackageKind::rpm, false},
    {"Mageia", PackageKind::rpm, true},
    {"MinimOS", PackageKind::apk, true},
    {"Oracle Linux", PackageKind::rpm, false},
    {"Red Hat", PackageKind::rpm, false},
    {"Rocky Linux", PackageKind::rpm, true},
    {"SUSE", PackageKind::rpm, true},
    {"Ubuntu", PackageKind::deb, true},
    {"Wolfi", PackageKind::apk, true},
    {"openEuler", PackageKind::rpm, true},
    {"openSUSE", PackageKind::rpm, true},
}};

struct Language {
  std::string_view name;
  PackageKind kind;
};
constexpr std::array<Language, 8> languages{{
    {"npm", PackageKind::npm},
    {"PyPI", PackageKind::pypi},
    {"Go", PackageKind::golang},
    {"crates.io", PackageKind::cargo},
    {"Maven", PackageKind::maven},
    {"RubyGems", PackageKind::gem},
    {"Packagist", PackageKind::composer},
    {"NuGet", PackageKind::nuget},
}};

// "9.3" -> "9".
std::string_view major_of(std::string_view version) {
  return version.substr(0, version.find('.'));
}

// "3.18.9" -> "3.18".
std::string_view minor_of(std::string_view version) {
  const std::size_t first = version.find('.');
  if (first == std::string_view::npos) return version;
  return version.substr(0, version.find('.', first + 1));
}

Ecosystem of_distribution(const Distribution& distribution, std::string_view release) {
  return {
      distribution.kind,
      release.empty() ? std::string(distribution.name) : concat(distribution.name, ":", release),
      distribution.names_sources};
}

const Distribution* find_distribution(std::string_view name) {
  for (const Distribution& known : distributions) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

std::string sles_release(std::string_view version) {
  const std::string_view major = major_of(version);
  if (major.size() == version.size()) return concat("Linux Enterprise Server ", major);
  return concat("Linux Enterprise Server ", major, " SP", version.substr(major.size() + 1));
}

}  // namespace

std::optional<Ecosystem> ecosystem_of(std::string_view name) {
  const std::size_t colon = name.find(':');
  const std::string_view family = name.substr(0, colon);
  std::string_view release =
      colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
  // What stands behind the colon of a language is the registry that has the packages.
  for (const Language& language : languages) {
    if (language.name == family) return Ecosystem{language.kind, std::string(family), false};
  }
  const Distribution* const distribution = find_distribution(family);
  if (distribution == nullptr) return std::nullopt;
  if (family == "Ubuntu") {
    // Of repairs that only subscribers get a system does not say whether it gets them.
    if (release.starts_with("Pro:") || release.contains("FIPS")) return std::nullopt;
    if (release.ends_with(":LTS")) release.remove_suffix(4);
  } else if (family == "Red Hat") {
    // "enterprise_linux:9::appstream": the parts of a release share their packages' names.
    constexpr std::string_view product = "enterprise_linux:";
    if (!release.starts_with(product)) return std::nullopt;
    release.remove_prefix(product.size());
    release = release.substr(0, release.find(':'));
  }
  return of_distribution(*distribution, release);
}

std::optional<Ecosystem> ecosystem_of(const OsRelease& os) {
  const std::string_view version = os.version_id;
  const auto named = [](std::string_view name, std::string_view release) {
    return std::optional(of_distribution(*find_distribution(name), release));
  };
  if (os.id == "debian") return named("Debian", major_of(version));
  if (os.id == "ubuntu") return named("Ubuntu", version);
  if (os.id == "alpine") {
    // edge has the number of the release to come, with a date.
    return named("Alpine", version.contains("_alpha") ? "edge" : concat("v", minor_of(version)));
  }
  if (os.id == "almalinux") return named("AlmaLinux", major_of(version));
  if (os.id == "rocky") return named("Rocky Linux", major_of(version));
  if (os.id == "rhel") return named("Red Hat", major_of(version));
  if (os.id == "ol") return named("Oracle Linux", major_of(version));
  if (os.id == "amzn") return named("Amazon Linux", major_of(version));
  if (os.id == "fedora") return named("Fedora", version);
  if (os.id == "mageia") return named("Mageia", version);
  if (os.id == "mariner" || os.id == "azurelinux") return named("Azure Linux", major_of(version));
  if (os.id == "openEuler") return named("openEuler", version);
  if (os.id == "opensuse-leap") return named("openSUSE", concat("Leap ", version));
  if (os.id == "opensuse-tumbleweed") return named("openSUSE", "Tumbleweed");
  if (os.id == "sles") return named("SUSE", sles_release(version));
  if (os.id == "wolfi") return named("Wolfi", {});
  if (os.id == "chainguard") return named("Chainguard", {});
  if (os.id == "minimos") return named("MinimOS", {});
  return std::nullopt;
}

std::string_view ecosystem_of_language(PackageKind kind) {
  for (const Language& language : languages) {
    if (language.kind == kind) return language.name;
  }
  return {};
}

std::string normal_name(PackageKind kind, std::string_view name) {
  switch (kind) {
    case PackageKind::composer:
    case PackageKind::nuget: return lower(name);
    case PackageKind::pypi: {
      // PEP 503: runs of these three are one hyphen.
      std::string out;
      for (const char c : name) {
        const bool is_separator = c == '-' || c == '_' || c == '.';
        if (!is_separator) {
          out += to_lower(c);
        } else if (!out.ends_with('-')) {
          out += '-';
        }
      }
      return out;
    }
    default: return std::string(name);
  }
}

}  // namespace plimsoll::advisories
