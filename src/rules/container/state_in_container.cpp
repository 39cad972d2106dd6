#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_paths.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"
#include "subjects/image.h"

namespace plimsoll::rules::container {
namespace {

bool is_below_or_equal(std::string_view path, std::string_view parent) {
  if (!path.starts_with(parent)) return false;
  return path.size() == parent.size() || parent == "/" || path[parent.size()] == '/';
}

std::string_view without_slash(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// Whether something is mounted at the directory or in it, or, where that counts, at one that it
// lies in.
bool mounts(const ContainerSpec& spec, std::string_view directory, bool above_counts = true) {
  return std::ranges::any_of(spec.mounts, [&](const Mount& mount) {
    if (mount.from_image) return false;
    if (mount.unresolved) return true;
    const std::string_view target = without_slash(mount.target);
    return is_below_or_equal(target, directory) ||
           (above_counts && is_below_or_equal(directory, target));
  });
}

constexpr std::string_view postgres_data = "/var/lib/postgresql/data";
constexpr std::string_view postgres_volume = "/var/lib/postgresql";

// Up to version 17 the image declares a volume of its own at postgres_data: it lies over whatever
// is mounted above it, and a new container gets a new one (the image's documentation on Docker
// Hub).
bool hides_mounts_above(const KnownImage& known, const ImageReference& image) {
  constexpr int last_such_version = 17;
  const int major = version_of_tag(image.tag).major;
  return *known.data_paths.begin() == postgres_data && major > 0 && major <= last_such_version;
}

// From version 18 on the data lies in a directory per version below the volume /var/lib/postgresql
// (PGDATA and VOLUME of the image's Dockerfile), and a mount at postgres_data holds nothing.
bool keeps_data_by_version(const KnownImage& known, const ImageReference& image) {
  // The tags of other images made from it start with a version of their own.
  if (known.name != "postgres" && known.name != "postgis/postgis") return false;
  return version_of_tag(image.tag).major > 17;
}

// Where this container's configuration moves the data to, or "".
std::string_view moved_data(const ContainerSpec& spec) {
  for (const EnvironmentVariable& variable : spec.environment) {
    if (variable.name == "PGDATA" && variable.value) return *variable.value;
  }
  return {};
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.options_unresolved || spec.auto_remove.value || !spec.volumes_from.empty()) return;
  const ImageReference* const image = pulled_image(spec);
  if (!image) return;
  const KnownImage* const known = known_image(*image);
  if (known == nullptr || known->data_paths.empty()) return;
  const std::string_view moved = moved_data(spec);
  if (!moved.empty() && mounts(spec, without_slash(moved))) return;
  if (moved.empty() && hides_mounts_above(*known, *image)) {
    if (mounts(spec, postgres_data, false)) return;
    if (mounts(spec, postgres_data)) {
      findings.add(spec.at,
                   concat(spec.label(), " keeps its data in an anonymous volume at ", postgres_data,
                          ": what is mounted above it stays empty"),
                   concat("mount the volume at ", postgres_data));
      return;
    }
  } else if (moved.empty() && keeps_data_by_version(*known, *image)) {
    const bool useless = mounts(spec, postgres_data, false);
    const bool kept = std::ranges::any_of(spec.mounts, [&](const Mount& mount) {
      if (mount.from_image) return false;
      const std::string_view target = without_slash(mount.target);
      return mount.unresolved || is_below_or_equal(postgres_volume, target) ||
             (is_below_or_equal(target, postgres_volume) &&
              !is_below_or_equal(target, postgres_data));
    });
    if (kept) return;
    findings.add(
        spec.at,
        useless ? concat(spec.label(), " keeps its data in an anonymous volume at ",
                         postgres_volume, ": since version 18 none of it lies in ", postgres_data)
                : concat(spec.label(), " keeps its data in the container: nothing is mounted at ",
                         postgres_volume),
        concat("mount a named volume at ", postgres_volume));
    return;
  } else {
    for (const std::string_view path : known->data_paths) {
      if (mounts(spec, path)) return;
    }
  }
  // `postgres` and `postgres:alpine` name no version, and today's is past 17.
  const bool newest = known->name == "postgres" && version_of_tag(image->tag).major <= 0;
  const std::string_view usual = newest ? postgres_volume : *known->data_paths.begin();
  const std::string_view path = moved.empty() ? usual : moved;
  findings.add(
      spec.at,
      concat(spec.label(), " keeps its data in the container: nothing is mounted at ", path),
      concat("mount a named volume at ", path));
}

// --- an image ---

struct Database {
  std::string_view program;    // that it starts
  std::string_view directory;  // where it keeps its data, if nobody says otherwise
};

constexpr std::array<Database, 8> databases{{
    {"mysqld", "/var/lib/mysql"},
    {"mariadbd", "/var/lib/mysql"},
    {"postgres", "/var/lib/postgresql"},
    {"mongod", "/data/db"},
    {"cassandra", "/var/lib/cassandra"},
    {"influxd", "/var/lib/influxdb"},
    {"couchdb", "/opt/couchdb/data"},
    {"neo4j", "/data"},
}};

// The database that the image is there to run: by the program that it starts, which an entrypoint
// in front takes as the first word of the command, or by the image's name.
std::optional<Database> database_of(const Image& image) {
  for (const auto* words : {&image.config->entrypoint, &image.config->command}) {
    if (words->empty()) continue;
    const auto found = std::ranges::find(databases, file_name(words->front()), &Database::program);
    if (found != databases.end()) return *found;
  }
  const std::optional<ImageReference> reference = parse_image_reference(image.name);
  const KnownImage* const known = reference ? known_image(*reference) : nullptr;
  if (known == nullptr || known->data_paths.empty()) return std::nullopt;
  return Database{known->name, *known->data_paths.begin()};
}

// Files that a database makes when its data directory is set up: whoever has them in the image
// starts every container from the same data, accounts and keys.
const ImagePath* data_in_image(const Image& image) {
  struct Sign {
    std::string_view below;
    std::string_view name;
  };
  static constexpr std::array<Sign, 5> signs{{{"var/lib/mysql/", "ibdata1"},
                                              {"var/lib/postgresql/", "PG_VERSION"},
                                              {"var/lib/mongodb/", "WiredTiger"},
                                              {"data/db/", "WiredTiger"},
                                              {"var/lib/redis/", "dump.rdb"}}};
  const auto found = std::ranges::find_if(image.paths, [](const ImagePath& path) {
    return !path.is_hidden && path.kind == FileKind::file &&
           std::ranges::any_of(signs, [&](const Sign& sign) {
             return path.path.starts_with(sign.below) && file_name(path.path) == sign.name;
           });
  });
  return found == image.paths.end() ? nullptr : &*found;
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (!image.config) return findings.not_applicable("a root file system declares no volumes");
  const ImagePath* const data = data_in_image(image);
  if (data != nullptr) {
    findings.add(place_of_layer(image, data->layer),
                 concat("a database that was set up is in the image: /", data->path,
                        "; every container starts from its data, accounts and keys"),
                 "delete the data in the RUN that installs the server, and set it up when the "
                 "container first starts");
  }
  const std::optional<Database> database = database_of(image);
  if (!database) {
    if (data == nullptr) findings.not_applicable("the image runs no database that is known here");
    return;
  }
  // A volume elsewhere may be where the data was moved to.
  if (!image.config->volumes.empty()) return;
  findings
      .add(image.at,
           concat("the image runs ", database->program, " and declares no volume for ",
                  database->directory, ": without a mount there its data goes with the container"),
           concat("VOLUME ", database->directory))
      .severity = Severity::info;
}

}  // namespace

extern constinit const Rule state_in_container = {
    .name = "state-in-container",
    .title = "data that must last is kept in the container",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::container, Subject::image},
    .rationale =
        "A container is replaced at every update. A database whose data directory is on no volume "
        "loses its data then, or leaves it in an anonymous volume that nobody finds and nobody "
        "backs up.",
    .remediation = "Mount a named volume or a directory of the host at the data directory.",
    .limits =
        "Only images of well-known databases are judged, whose data directory is documented. A "
        "tmpfs there is taken as a wish to forget. A data directory that is moved by configuration "
        "inside the image is not seen; `PGDATA` is understood. Containers that remove themselves "
        "(`--rm`) are meant to forget. An image is judged by the program that it starts, or by its "
        "name; one that declares any volume is taken as cared for, and none is info alone, since "
        "what is mounted is decided when a container starts. What a running container wrote is "
        "not looked at.",
    .references = {guideline("S0", "Decision"),
                   guideline("S2", "Using the file system to store persistent data"),
                   guideline("S4", "Best practices for building/choosing/running containers")},
    .check = {check, check_image},
};

}  // namespace plimsoll::rules::container
