#include "advisories/lookups.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "advisories/ecosystems.h"
#include "base/sort.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

class Gathering {
 public:
  Gathering(const Database& database, const Image& image) : database_(database), image_(image) {}

  Lookups run() {
    gather();
    return std::move(out_);
  }

 private:
  void gather() {
    std::optional<Ecosystem> system;
    if (image_.os) system = ecosystem_of(*image_.os);
    const EcosystemCount* const known = system ? database_.find(system->name) : nullptr;
    std::map<std::string, std::size_t> not_known;
    for (std::size_t i = 0; i < image_.packages.size(); ++i) {
      const Package& package = image_.packages[i];
      if (!is_of_system(package.kind)) {
        if (known != nullptr && !package.owner.empty()) continue;
        const std::string_view ecosystem = ecosystem_of_language(package.kind);
        if (database_.knows(ecosystem)) {
          add(ecosystem, false, i);
        } else {
          ++not_known[std::string(ecosystem)];
        }
        continue;
      }
      if (is_beside_kernel(package)) continue;
      if (known == nullptr || system->kind != package.kind) {
        ++not_known[name_of_system(system, package.kind)];
        continue;
      }
      // Records of the same distribution can name both: some say themselves which they mean.
      add(known->name, true, i);
      if (package.kind == PackageKind::rpm || package.kind == PackageKind::apk) {
        add(known->name, false, i);
      }
    }
    for (const auto& [name, packages] : not_known) {
      out_.open.push_back(concat("the database knows nothing of ", name, ": ",
                                 counted(packages, "package is", "packages are"), " not judged"));
    }
    sort_large(out_.lookups, [](const Lookup& a, const Lookup& b) { return a.key < b.key; });
  }

  std::string name_of_system(const std::optional<Ecosystem>& system, PackageKind kind) const {
    if (system && system->kind == kind) return system->name;
    if (!image_.os) return concat(name_of(kind), " packages without a distribution (os-release)");
    if (system) return concat(name_of(kind), " packages on ", system->name);
    return image_.os->pretty_name.empty() ? concat(image_.os->id, " ", image_.os->version_id)
                                          : image_.os->pretty_name;
  }

  void add(std::string_view ecosystem, bool is_source, std::size_t index) {
    const Package& package = image_.packages[index];
    const std::string_view name = is_source ? package.source_name : package.name;
    Lookup lookup;
    lookup.key = package_key(ecosystem, normal_name(package.kind, name), is_source);
    lookup.ecosystem = ecosystem;
    lookup.name = name;
    lookup.version = is_source ? package.source_version : package.version;
    lookup.package = index;
    out_.lookups.push_back(std::move(lookup));
  }

  const Database& database_;
  const Image& image_;
  Lookups out_;
};

}  // namespace

Lookups lookups_of(const Database& database, const Image& image) {
  return Gathering(database, image).run();
}

bool is_of_module(const Package& package, std::string_view module) {
  // Builds of modules say so in their release, also where an inventory knows no label.
  const bool is_modular = !package.module.empty() || package.version.contains(".module");
  if (module.empty()) return !is_modular;
  if (!is_modular) return false;
  if (module == any_module || package.module.empty()) return true;
  const std::string_view label = package.module;
  return label.starts_with(module) &&
         (label.size() == module.size() || label[module.size()] == ':');
}

bool is_of_architecture(const Package& package, std::string_view architectures) {
  if (architectures.empty() || package.architecture.empty()) return true;
  for (const std::string_view architecture : split(architectures, ' ')) {
    if (architecture == package.architecture || architecture == "noarch") return true;
  }
  return false;
}

bool is_beside_kernel(const Package& package) {
  const std::string_view name = package.name;
  const std::string_view source = package.source_name;
  switch (package.kind) {
    case PackageKind::deb: {
      const bool is_of_kernel =
          source == "linux" || source.starts_with("linux-signed") ||
          (source.starts_with("linux-") && source.size() > 6 && is_digit(source[6]));
      return is_of_kernel && !name.starts_with("linux-image") && !name.starts_with("linux-modules");
    }
    case PackageKind::apk: return name == "linux-headers";
    case PackageKind::rpm: {
      if (source != "kernel" && !source.starts_with("kernel-")) return name == "linux-glibc-devel";
      constexpr std::array<std::string_view, 6> beside{"headers", "devel", "tools",
                                                       "doc",     "abi",   "macros"};
      return !name.starts_with("kernel") || std::ranges::any_of(beside, [&](std::string_view part) {
        return name.contains(part);
      });
    }
    default: return false;
  }
}

}  // namespace plimsoll::advisories
