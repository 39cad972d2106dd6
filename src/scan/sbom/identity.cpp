#include "scan/sbom/identity.h"

#include "base/digest.h"
#include "base/text.h"
#include "subjects/image_reference.h"
#include "subjects/package_url.h"

namespace plimsoll::scan {

std::string uuid_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  std::string digits = hash.finish().substr(std::string_view("sha256:").size(), 32);
  constexpr std::size_t version_at = 12;
  constexpr std::size_t variant_at = 16;
  digits[version_at] = '8';
  digits[variant_at] = "89ab"[static_cast<std::size_t>(digits[variant_at]) % 4];
  for (const std::size_t dash : {20u, 16u, 12u, 8u}) digits.insert(dash, 1, '-');
  return digits;
}

std::string title_of(const Image& image) {
  return image.name.empty() ? image.target : image.name;
}

std::string image_url(const Image& image) {
  const auto reference = parse_image_reference(image.name);
  if (!reference || image.digest.empty()) return {};
  const std::string& repository = reference->repository;
  PackageUrl url;
  url.type = "oci";
  url.name = repository.substr(repository.rfind('/') + 1);
  url.version = image.digest;
  url.qualifiers = {{"repository_url", concat(reference->registry, "/", repository)},
                    {"tag", reference->tag}};
  if (image.config) url.qualifiers.emplace_back("arch", image.config->architecture);
  return to_string(url);
}

}  // namespace plimsoll::scan
