#include "image/files/java.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "image/zip.h"

namespace plimsoll::image {
namespace {

// Applications with all their libraries have 50 to 100 MB.
constexpr std::uint64_t max_archive_bytes = 128u << 20;
constexpr std::size_t max_depth = 4;
constexpr std::size_t max_inner_bytes = 64u << 20;    // of one that has to be unpacked
constexpr std::size_t max_manifest_bytes = 8u << 20;  // with the digests of a signed archive
constexpr std::size_t max_properties_bytes = 64u << 10;
// Everything that is looked at, unpacked, together: archives inside are hardly packed further.
constexpr std::uint64_t max_ratio = 20;
constexpr std::uint64_t bytes_at_any_ratio = 16u << 20;

constexpr std::string_view manifest_path = "META-INF/MANIFEST.MF";

bool is_archive_name(std::string_view path) {
  static constexpr std::array<std::string_view, 4> endings{".jar", ".war", ".ear", ".par"};
  return std::ranges::any_of(endings, [&](std::string_view ending) {
    return path.size() > ending.size() &&
           equal_ignoring_case(path.substr(path.size() - ending.size()), ending);
  });
}

bool is_pom_properties(std::string_view path) {
  return path.starts_with("META-INF/maven/") && path.ends_with("/pom.properties");
}

using Fields = std::map<std::string, std::string, std::less<>>;

// Up to the first empty line; a line that begins with a blank goes on with the one before.
Fields read_manifest(std::string_view text) {
  Fields out;
  std::string* last = nullptr;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line.front() == ' ') {
      if (last != nullptr) *last += line.substr(1);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    last = &out[lower(line.substr(0, colon))];
    *last = trim(line.substr(colon + 1));
  }
  return out;
}

Fields read_properties(std::string_view text) {
  Fields out;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view rest = trim(line);
    if (rest.empty() || rest.front() == '#' || rest.front() == '!') continue;
    const std::size_t end = rest.find_first_of("=:");
    if (end == std::string_view::npos) continue;
    out[std::string(trim(rest.substr(0, end)))] = trim(rest.substr(end + 1));
  }
  return out;
}

std::string_view value_of(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  // What a build left unfilled: "${project.version}".
  if (found == fields.end() || found->second.contains("${")) return {};
  return found->second;
}

struct Artifact {
  std::string group, name, version;
};

// "commons-lang3-3.12.0.jar" -> commons-lang3 and 3.12.0; a version begins with a digit behind a
// dash.
Artifact of_file_name(std::string_view path) {
  std::string_view stem = file_name(path);
  stem.remove_suffix(4);
  for (std::size_t dash = stem.find('-'); dash != std::string_view::npos;
       dash = stem.find('-', dash + 1)) {
    if (dash > 0 && dash + 1 < stem.size() && is_digit(stem[dash + 1])) {
      return {.group = {},
              .name = std::string(stem.substr(0, dash)),
              .version = std::string(stem.substr(dash + 1))};
    }
  }
  return {.group = {}, .name = std::string(stem), .version = {}};
}

// Artifacts that are found everywhere, were often built by other tools than Maven, and are what
// advisories are about: a name, or what names begin with in front of a dash, and the group.
struct Family {
  std::string_view name, group;
};

constexpr auto families = std::to_array<Family>({
    {"spring-aop", "org.springframework"},
    {"spring-aspects", "org.springframework"},
    {"spring-beans", "org.springframework"},
    {"spring-context", "org.springframework"},
    {"spring-core", "org.springframework"},
    {"spring-expression", "org.springframework"},
    {"spring-instrument", "org.springframework"},
    {"spring-jcl", "org.springframework"},
    {"spring-jdbc", "org.springframework"},
    {"spring-jms", "org.springframework"},
    {"spring-messaging", "org.springframework"},
    {"spring-orm", "org.springframework"},
    {"spring-oxm", "org.springframework"},
    {"spring-r2dbc", "org.springframework"},
    {"spring-test", "org.springframework"},
    {"spring-tx", "org.springframework"},
    {"spring-web", "org.springframework"},
    {"spring-webflux", "org.springframework"},
    {"spring-webmvc", "org.springframework"},
    {"spring-websocket", "org.springframework"},
    {"spring-boot", "org.springframework.boot"},
    {"spring-integration", "org.springframework.integration"},
    {"spring-kafka", "org.springframework.kafka"},
    {"spring-security", "org.springframework.security"},
    {"spring-session", "org.springframework.session"},
    {"tomcat-embed", "org.apache.tomcat.embed"},
    {"tomcat", "org.apache.tomcat"},
    {"lucene", "org.apache.lucene"},
    {"velocity", "org.apache.velocity"},
    {"kotlin", "org.jetbrains.kotlin"},
    {"micrometer", "io.micrometer"},
    {"asm", "asm"},
    {"classworlds", "classworlds"},
    {"commons-beanutils", "commons-beanutils"},
    {"commons-cli", "commons-cli"},
    {"commons-codec", "commons-codec"},
    {"commons-collections", "commons-collections"},
    {"commons-dbcp", "commons-dbcp"},
    {"commons-digester", "commons-digester"},
    {"commons-fileupload", "commons-fileupload"},
    {"commons-httpclient", "commons-httpclient"},
    {"commons-io", "commons-io"},
    {"commons-lang", "commons-lang"},
    {"commons-logging", "commons-logging"},
    {"commons-net", "commons-net"},
    {"commons-pool", "commons-pool"},
    {"commons-validator", "commons-validator"},
    {"dom4j", "dom4j"},
    {"junit", "junit"},
    {"log4j", "log4j"},
    {"oro", "oro"},
    {"xml-apis", "xml-apis"},
});

std::string_view group_of(std::string_view name) {
  for (const Family& family : families) {
    const bool is_member = name.starts_with(family.name) && name.size() > family.name.size() &&
                           name[family.name.size()] == '-';
    if (name == family.name || is_member) return family.group;
  }
  return {};
}

// What a file without a version in its name is: it was renamed, or is not Maven's.
std::string_view name_in(const Fields& manifest) {
  // "org.apache.tomcat-catalina" of catalina.jar. What bundles are called has no rule beyond that.
  std::string_view bundle = value_of(manifest, "bundle-symbolicname");
  bundle = trim(bundle.substr(0, bundle.find(';')));  // directives
  const std::string_view last = bundle.substr(bundle.rfind('.') + 1);
  if (!group_of(last).empty()) return last;
  const std::string_view title = value_of(manifest, "implementation-title");
  return title.contains(' ') ? std::string_view() : title;  // those are for people
}

// What an archive is by its manifest and the name of its file.
std::optional<Artifact> identify(std::string_view path, const Fields& manifest) {
  Artifact out = of_file_name(path);
  if (out.version.empty()) {
    if (const std::string_view name = name_in(manifest); !name.empty()) out.name = name;
    for (const std::string_view name : {"implementation-version", "bundle-version"}) {
      if (out.version.empty()) out.version = value_of(manifest, name);
    }
  }
  if (out.version.empty()) return std::nullopt;
  out.group = group_of(out.name);
  return out;
}

std::optional<Artifact> of_properties(const Fields& properties) {
  Artifact out{.group = std::string(value_of(properties, "groupId")),
               .name = std::string(value_of(properties, "artifactId")),
               .version = std::string(value_of(properties, "version"))};
  if (out.name.empty() || out.version.empty()) return std::nullopt;
  return out;
}

// Whether what was identified is what Maven says; a name like log4j-1.2-api is cut too early.
bool is_same(const Artifact& identified, const Artifact& built, std::string_view path) {
  return identified.name == built.name ||
         file_name(path).starts_with(concat(built.name, "-", built.version));
}

class ArchiveReader {
 public:
  ArchiveReader(std::string_view path, std::string_view content, Layer& layer)
      : path_(path), layer_(layer), left_(max_ratio * content.size() + bytes_at_any_ratio) {
    into_.path = path;
    enter(path, content, nullptr);
  }

  void read() {
    // The innermost archive that is open stands last.
    while (!open_.empty()) {
      Open& open = open_.back();
      if (open.inner.empty()) {
        open_.pop_back();
        continue;
      }
      const ZipMember member = open.inner.back();
      open.inner.pop_back();
      if (open_.size() == max_depth) {
        ++too_deep_;
        continue;
      }
      auto unpacked = std::make_unique<std::string>();
      if (const auto text = content_of(open.zip, member, max_inner_bytes, *unpacked)) {
        enter(member.name, *text, std::move(unpacked));
      } else {
        ++unread_;
      }
    }
    say_what_was_left_out();
    if (!into_.packages.empty()) layer_.package_files.push_back(std::move(into_));
  }

 private:
  struct Open {
    std::unique_ptr<std::string> unpacked;  // where its bytes are, when they had to be unpacked
    Zip zip;
    std::vector<ZipMember> inner;  // the archives in it that are still to be read
  };

  // Counts what a member costs, also when it is broken.
  std::optional<std::string_view> content_of(const Zip& zip, const ZipMember& member,
                                             std::size_t max_bytes, std::string& unpacked) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(max_bytes, left_));
    const std::optional<std::string_view> text = zip.content(member, most, unpacked);
    left_ -= text ? text->size() : std::min<std::uint64_t>(member.packed_bytes, left_);
    return text;
  }

  void enter(std::string_view name, std::string_view content,
             std::unique_ptr<std::string> unpacked) {
    std::optional<Zip> zip = Zip::open(content);
    if (!zip) {
      ++unread_;
      return;
    }
    Fields manifest;
    std::vector<Artifact> built;  // by Maven: the archive itself, and what was put into it
    std::string text;
    std::vector<ZipMember> inner;
    while (const std::optional<ZipMember> member = zip->next()) {
      if (is_archive_name(member->name)) {
        inner.push_back(*member);
      } else if (is_pom_properties(member->name)) {
        const auto properties = content_of(*zip, *member, max_properties_bytes, text);
        if (!properties) {
          ++unread_;
        } else if (auto artifact = of_properties(read_properties(*properties))) {
          add(*artifact);
          built.push_back(std::move(*artifact));
        }
      } else if (member->name == manifest_path) {
        const auto fields = content_of(*zip, *member, max_manifest_bytes, text);
        if (fields) manifest = read_manifest(*fields);
        if (!fields) ++unread_;
      }
    }
    if (zip->is_damaged()) ++unread_;
    const std::optional<Artifact> itself = identify(name, manifest);
    const bool is_built = std::ranges::any_of(built, [&](const Artifact& artifact) {
      return itself && is_same(*itself, artifact, name);
    });
    if (itself && !is_built) add(*itself);
    std::ranges::reverse(inner);
    open_.push_back({std::move(unpacked), *zip, std::move(inner)});
  }

  void add(const Artifact& artifact) {
    const std::string name =
        artifact.group.empty() ? artifact.name : concat(artifact.group, ":", artifact.name);
    // The same library lies in an application several times.
    if (into_.packages.size() == max_packages || !seen_.insert({name, artifact.version}).second) {
      return;
    }
    into_.packages.push_back(
        language_package(PackageKind::maven, name, artifact.version, into_.path));
  }

  void say_what_was_left_out() {
    if (left_ == 0) {
      layer_.errors.push_back(file_error(
          path_, concat("holds more than ", std::to_string(max_ratio), " times its size")));
    } else if (unread_ > 0) {
      layer_.errors.push_back(file_error(
          path_, concat(counted(unread_, "part of the archive is", "parts of the archive are"),
                        " damaged or too large and not read")));
    }
    if (too_deep_ > 0) {
      layer_.errors.push_back(
          file_error(path_, concat(counted(too_deep_, "archive in it lies", "archives in it lie"),
                                   " deeper than are read (", std::to_string(max_depth), ")")));
    }
  }

  std::string_view path_;
  Layer& layer_;
  std::uint64_t left_;  // bytes that may still be looked at
  PackageFile into_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::vector<Open> open_;
  std::size_t unread_ = 0;
  std::size_t too_deep_ = 0;
};

}  // namespace

constinit const FileReader java_archive = {
    .wants = [](const TarEntry& entry) { return is_archive_name(entry.path); },
    .max_bytes = max_archive_bytes,
    .read = [](std::string_view path, std::string_view content,
               Layer& layer) { ArchiveReader(path, content, layer).read(); },
    .looks_right =
        [](std::string_view first_bytes, std::uint64_t) {
          // A script in front starts the archive that follows.
          return first_bytes.starts_with("PK") || first_bytes.starts_with("#!");
        },
};

}  // namespace plimsoll::image
