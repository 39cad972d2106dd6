// What is known of well-known images without pulling them: which user they are configured to run
// as, and where databases keep their data. A static check cannot read an image's configuration;
// this table holds the part of it that is public, stable, and matters to a rule.
//
// Every row names the public Dockerfile or manual that it was taken from. A fact that changed
// between versions has the version from which it holds; a tag that is no version (latest, none)
// counts as a current one. What is not in the table is unknown, and a rule must say so instead of
// guessing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "subjects/image_reference.h"

namespace plimsoll::rules {

// The user in the image's own configuration.
enum class ImageUser : std::uint8_t {
  unknown,
  root,
  // Configured as root; its entrypoint does some work and starts the program as another user.
  // Whoever replaces the entrypoint, or breaks in before the change, is root.
  root_then_drops,
  non_root,
};

struct KnownImage {
  // As people write it ("postgres", "grafana/grafana", "gcr.io/distroless/static"). With
  // `and_below` it ends in `/` and stands for every image that begins with it.
  std::string_view name;
  bool and_below = false;
  ImageUser user = ImageUser::unknown;
  // Where a database keeps what must last; empty: no database, or its place is the caller's choice.
  std::array<std::string_view, 3> data_paths{};
  // The oldest version for which `user` holds: "2.4"; "": all.
  std::string_view user_since = {};
  // A tag that holds one of these is of a variant that does not run as root, whatever `user` says.
  std::array<std::string_view, 2> non_root_tags{};
  std::string_view source = {};
};

// The row of an image, or null. Copies of the official images at other registries
// (public.ecr.aws/docker/library, mirror.gcr.io/library, quay.io/docker/library) are the same
// images.
const KnownImage* known_image(const ImageReference& reference);

// The user that an image is configured to run as, its tag considered.
ImageUser user_of(const ImageReference& reference);

// A version at the start of a tag, "v3.11-alpine" gives 3 and 11; major -1 when the tag starts with
// none, minor -1 when it holds none.
struct TagVersion {
  int major = -1;
  int minor = -1;
};
TagVersion version_of_tag(std::string_view tag);

}  // namespace plimsoll::rules
