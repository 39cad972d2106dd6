// An image reference, taken apart as the engine does: [registry/]repository[:tag][@digest].
//
// The first part of the path is a registry only if it holds a `.` or a `:` or is `localhost`;
// without one the image comes from Docker Hub, and a Hub repository without a `/` is an official
// image under `library/` (distribution/reference, "familiar names").
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll {

struct ImageReference {
  std::string name;        // as people write it: "nginx", "bitnami/redis", "ghcr.io/a/b"
  std::string registry;    // "docker.io" when none is written
  std::string repository;  // with "library/" for official images: "library/nginx"
  std::string tag;         // "" when none is written (the engine then takes `latest`)
  std::string digest;      // "sha256:…" or ""
  bool registry_written = false;

  bool official() const { return registry == "docker.io" && repository.starts_with("library/"); }
};

// Nothing when the text is no valid reference (upper case in the repository, an empty tag, …).
std::optional<ImageReference> parse_image_reference(std::string_view text);

}  // namespace plimsoll
