// What is known of well-known images without pulling them: one row for each, with what rules want
// to know of it. A static check cannot read an image; this table holds the part of it that is
// public, stable, and matters to a rule. What is not in the table is unknown, and a rule must say
// so instead of guessing.
//
// Every row names its source. Of a source with a commit ("github.com/docker-library/redis@e920499")
// the Dockerfile was read there, or the file that is named, and gave user, ids and volumes; what a
// program writes besides, and how much it needs, is from its manual or from experience. A source
// without a commit was not read: it is the maker's manual, or a repository that was out of reach. A
// fact that changed between versions has the version from which it holds; a tag that is no version
// (latest, none) counts as a current one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/references.h"
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

// With which an image makes accounts. Variants on Alpine have BusyBox's, whatever the row says.
enum class AccountTools : std::uint8_t {
  unknown,
  shadow,   // groupadd and useradd, with /usr/sbin/nologin
  busybox,  // addgroup and adduser with short options, and /sbin/nologin
};

enum class Bash : std::uint8_t {
  unknown,
  // But for those on Alpine and Windows: a digest alone does not say which variant it is of.
  in_most_variants,
  in_every_variant,
};

// The account that an image is made for: its programs run as it, or can.
struct KnownAccount {
  std::string_view name = {};        // "postgres"; "": it has none
  std::string_view ids = {};         // "999:999"
  std::string_view alpine_ids = {};  // in the variants on Alpine, where they are others
  int since = 0;                     // the first major version that has it
};

// What a container writes while it runs, beside the VOLUMEs of its image: in those anything can be
// written.
struct KnownWrites {
  // What goes with the container.
  ShortList<std::string_view, 4> scratch = {};
  // What must last: a mount has to be there.
  ShortList<std::string_view, 2> state = {};
  int state_since = 0;  // the first major version that has no VOLUME there
  // With something mounted here, or one of these variables, it writes into its own files.
  std::string_view own_files_with_mount = {};
  ShortList<std::string_view, 2> own_files_with_variables = {};
  // It writes where no tmpfs helps: into its programs' directories, or programs that it then runs.
  bool needs_a_person = false;
};

inline constexpr std::int64_t mebibyte = 1 << 20;
inline constexpr std::int64_t gibibyte = 1 << 30;

// What lets the image run: for most, what lets most programs run.
struct ResourceProposal {
  std::int64_t memory = 512 * mebibyte;  // bytes
  int processes = 200;                   // with their threads: the kernel counts those
  int files = 65536;
};

// The program that an image brings along to ask its service whether it is well.
struct HealthCommand {
  std::string_view test = {};   // as compose has it; "": it has none
  std::string_view shell = {};  // the same for --health-cmd, in the shell's words
  int since = 0;                // the first major version of the image that has the program
};

struct KnownImage {
  // As people write it ("postgres", "grafana/grafana", "gcr.io/distroless/static"). One that ends
  // in `/` stands for every image below it that has no row of its own.
  std::string_view name;
  ShortList<std::string_view, 2> also = {};  // where the same image is published, too
  // The row is for tags that hold this text. It stands before the row of that name without.
  std::string_view tag = {};

  ImageUser user = ImageUser::unknown;
  std::string_view user_since = {};  // the oldest version for which `user` holds: "2.4"; "": all
  // A tag that holds one of these is of a variant that does not run as root, whatever `user` says.
  ShortList<std::string_view, 2> non_root_tags = {};
  KnownAccount account = {};

  // Capabilities of a start as root, in alphabetical order, separated by blanks; "": none.
  std::optional<std::string_view> capabilities = {};
  // What its program has as file capabilities (setcap): without those in the container's set it
  // does not start at all, whoever starts it.
  std::string_view of_its_program = {};
  // Started as its account from the first process on, the image works: that account owns these
  // directories, and new volumes there get its ownership. Empty: it does not start so.
  ShortList<std::string_view, 4> owned = {};

  // Where a database keeps what must last; empty: no database, or its place is the caller's choice.
  ShortList<std::string_view, 3> data_paths = {};
  std::optional<KnownWrites> writes = {};
  ResourceProposal resources = {};
  HealthCommand health = {};

  // To build upon, with no server of its own that would have to start as root: what its own CMD
  // starts is a shell or an interpreter.
  bool environment = false;
  AccountTools tools = AccountTools::unknown;
  bool tools_in_every_tag = false;  // also in one that a build argument chooses
  Bash bash = Bash::unknown;

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
