#include "advisories/vex/vex.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

bool covers_any(std::span<const PackageUrl> general, std::span<const PackageUrl> package) {
  return std::ranges::any_of(general, [&](const PackageUrl& url) {
    return std::ranges::any_of(package, [&](const PackageUrl& name) { return covers(url, name); });
  });
}

std::string_view last_part(std::string_view repository) {
  return repository.substr(repository.rfind('/') + 1);
}

std::string_view tag_of(const ImageReference& reference) {
  return reference.tag.empty() && reference.digest.empty() ? std::string_view("latest")
                                                           : std::string_view(reference.tag);
}

bool is_same_repository(std::string_view name, const ImageReference& reference) {
  const std::optional<ImageReference> other = parse_image_reference(name);
  return other && other->registry == reference.registry &&
         other->repository == reference.repository;
}

bool has(std::span<const std::string> texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

}  // namespace

std::string_view name_of(VexStatus status) {
  static constexpr std::array<std::string_view, 4> names{"not_affected", "affected", "fixed",
                                                         "under_investigation"};
  return names[static_cast<std::size_t>(status)];
}

VexImage vex_image_of(const Image& image) {
  VexImage out;
  for (const std::string& digest : {image.digest, image.id}) {
    if (!digest.empty()) out.digests.push_back(digest);
  }
  out.reference = parse_image_reference(image.name);
  if (out.reference && !out.reference->digest.empty()) {
    out.digests.push_back(out.reference->digest);
  }
  if (image.config) out.architecture = image.config->architecture;
  return out;
}

std::vector<PackageUrl> vex_names_of(const Package& package, const OsRelease* os) {
  std::vector<PackageUrl> out{package_url_of(package, os)};
  if (!is_of_system(package.kind) || package.source_name.empty()) return out;
  Package source = package;
  source.name = package.source_name;
  source.version = package.source_version;
  // As purl-spec's types deb and rpm have it; an apk's origin has no architecture of its own.
  source.architecture = package.kind == PackageKind::deb   ? "source"
                        : package.kind == PackageKind::rpm ? "src"
                                                           : package.architecture;
  out.push_back(package_url_of(source, os));
  return out;
}

bool is_image(const PackageUrl& url, const VexImage& image) {
  if (url.type != "oci") return false;
  // Whatever else is said: a digest is of this image and of no other.
  if (!url.version.empty()) return has(image.digests, url.version);
  if (!image.reference || url.name != last_part(image.reference->repository)) return false;
  return std::ranges::all_of(url.qualifiers, [&](const auto& qualifier) {
    const auto& [key, value] = qualifier;
    if (key == "repository_url") return is_same_repository(value, *image.reference);
    if (key == "tag") return value == tag_of(*image.reference);
    return key == "arch" && value == image.architecture;
  });
}

bool is_image(std::string_view name, const VexImage& image) {
  if (has(image.digests, name)) return true;
  if (const std::optional<PackageUrl> url = parse_package_url(name)) return is_image(*url, image);
  const std::optional<ImageReference> reference = parse_image_reference(name);
  if (!reference) return false;
  if (!reference->digest.empty()) return has(image.digests, reference->digest);
  // Without a tag it is all of them, as a package URL without a version is.
  return image.reference && is_same_repository(name, *image.reference) &&
         (reference->tag.empty() || reference->tag == tag_of(*image.reference));
}

VexStatements::VexStatements(std::vector<VexStatement> statements)
    : statements_(std::move(statements)) {
  read_.reserve(statements_.size());
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    Read& read = read_.emplace_back();
    read.time = instant_of(statements_[i].timestamp);
    for (const VexProduct& written : statements_[i].products) {
      Product& product = read.products.emplace_back();
      for (const std::string& name : written.names) {
        if (std::optional<PackageUrl> url = parse_package_url(name)) {
          product.urls.push_back(std::move(*url));
        } else {
          product.names.push_back(name);
        }
      }
      product.has_subcomponents = !written.subcomponents.empty();
      for (const std::string& name : written.subcomponents) {
        if (std::optional<PackageUrl> url = parse_package_url(name)) {
          product.subcomponents.push_back(std::move(*url));
        }
      }
    }
    for (const std::string& name : statements_[i].vulnerabilities) {
      std::vector<std::size_t>& about = by_vulnerability_[lower(name)];
      if (about.empty() || about.back() != i) about.push_back(i);
    }
  }
}

bool VexStatements::is_about(const Product& product, std::span<const PackageUrl> package,
                             const VexImage& image) {
  if (covers_any(product.urls, package)) return true;
  const auto is_this = [&](const auto& name) { return is_image(name, image); };
  if (!std::ranges::any_of(product.urls, is_this) && !std::ranges::any_of(product.names, is_this)) {
    return false;
  }
  return !product.has_subcomponents || covers_any(product.subcomponents, package);
}

const VexStatement* VexStatements::statement_for(std::span<const std::string> names,
                                                 std::span<const PackageUrl> package,
                                                 const VexImage& image) const {
  std::optional<std::size_t> best;
  for (const std::string& name : names) {
    const auto found = by_vulnerability_.find(lower(name));
    if (found == by_vulnerability_.end()) continue;
    for (const std::size_t i : found->second) {
      // No time is before every time.
      const bool is_later =
          !best || std::pair(read_[*best].time, *best) < std::pair(read_[i].time, i);
      if (!is_later) continue;
      const bool is_said = std::ranges::any_of(read_[i].products, [&](const Product& product) {
        return is_about(product, package, image);
      });
      if (is_said) best = i;
    }
  }
  return best ? &statements_[*best] : nullptr;
}

const VexStatement* VexStatements::statement_for(const Vulnerability& vulnerability,
                                                 std::span<const PackageUrl> package,
                                                 const VexImage& image) const {
  std::vector<std::string> names = vulnerability.aliases;
  names.push_back(vulnerability.id);
  return statement_for(names, package, image);
}

}  // namespace plimsoll::advisories
