#include "image/sbom_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "image/layer.h"
#include "subjects/package_url.h"

namespace plimsoll::image {
namespace {

using json::Kind;
using json::text_of;
using json::Value;

constexpr std::array<std::string_view, 6> cyclonedx_versions{"1.2", "1.3", "1.4",
                                                             "1.5", "1.6", "1.7"};
constexpr std::array<std::string_view, 2> spdx_versions{"SPDX-2.2", "SPDX-2.3"};
constexpr std::string_view trivy_prefix = "aquasecurity:trivy:";

std::string_view first_of(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

std::string without_slash(std::string_view path) {
  return std::string(path.substr(std::min(path.find_first_not_of('/'), path.size())));
}

// Of several licences each holds.
std::string all_of(const std::vector<std::string>& licences) {
  if (licences.size() == 1) return licences.front();
  std::string out;
  for (const std::string& licence : licences) {
    if (!out.empty()) out += " AND ";
    out += licence.contains(" OR ") ? concat("(", licence, ")") : licence;
  }
  return out;
}

// "sha256:…" of a version, a name or a URL's version.
bool is_digest(std::string_view text) {
  return text.starts_with("sha256:") && text.size() > 7;
}

class SbomReader {
 public:
  explicit SbomReader(const Source& source) : source_(source) {}

  Result<Sbom> read() {
    Result<json::Document> document = json::read(source_);
    if (!document) return failure(document.error());
    const Value& root = document->root;
    if (!root.is(Kind::object)) {
      return failure(
          {.message = concat("an inventory is an object, and this is ", json::name_of(root.kind)),
           .at = place(root)});
    }
    Result<void> read;
    if (root.find("bomFormat") != nullptr) {
      read = read_cyclonedx(root);
    } else if (root.find("spdxVersion") != nullptr) {
      read = read_spdx(root);
    } else if (root.find("@context") != nullptr && root.find("@graph") != nullptr) {
      return failure(
          {.message = "SPDX 3 is not read", .at = place(root), .hint = std::string(hint)});
    } else {
      return failure({.message = "the document says neither \"bomFormat\" nor \"spdxVersion\"",
                      .at = {&source_, {root.at.begin, root.at.begin}},
                      .hint = std::string(hint)});
    }
    if (!read) return failure(read.error());
    if (!out_.os && !vendor_.empty()) {
      out_.os = {.id = vendor_, .version_id = {}, .pretty_name = {}};
    }
    if (left_out_errors_ > 0) {
      out_.errors.push_back(
          {.message = concat(counted(left_out_errors_, "more component is", "more components are"),
                             " at fault"),
           .at = place(root)});
    }
    sort_packages(out_.packages);
    return std::move(out_);
  }

 private:
  static constexpr std::string_view hint = "it is CycloneDX 1.2 to 1.7 or SPDX 2.2 or 2.3, in JSON";

  Location place(const Value& value) const { return {&source_, value.at}; }

  void note(std::string message, const Value& at) {
    if (out_.errors.size() == max_sbom_errors) {
      ++left_out_errors_;
    } else {
      out_.errors.push_back({.message = std::move(message), .at = place(at)});
    }
  }

  // The member, which is an array or is not there.
  Result<const std::vector<Value>*> list(const Value& object, std::string_view name) const {
    static const std::vector<Value> none;
    const Value* const value = object.find(name);
    if (value == nullptr || value->is(Kind::null)) return &none;
    if (!value->is(Kind::array)) {
      return failure({.message = concat("\"", name, "\" is an array, and this is ",
                                        json::name_of(value->kind)),
                      .at = place(*value)});
    }
    return &value->items;
  }

  template <std::size_t size>
  Result<void> is_known_version(const Value& root, std::string_view name,
                                const std::array<std::string_view, size>& known) const {
    const Value* const version = root.find(name);
    const std::string_view text = text_of(root, name);
    if (std::ranges::find(known, text) != known.end()) return {};
    return failure(
        {.message = concat("\"", name, "\" is none that is read: \"", printable(text), "\""),
         .at = place(version == nullptr ? root : *version),
         .hint = std::string(hint)});
  }

  // CycloneDX

  Result<void> read_cyclonedx(const Value& root) {
    if (text_of(root, "bomFormat") != "CycloneDX") {
      return failure({.message = "\"bomFormat\" is \"CycloneDX\" and nothing else",
                      .at = place(*root.find("bomFormat"))});
    }
    if (Result<void> known = is_known_version(root, "specVersion", cyclonedx_versions); !known) {
      return known;
    }
    if (const Value* const metadata = root.find("metadata")) {
      if (const Value* const about = metadata->find("component")) read_subject(*about);
    }
    if (const Value* const components = root.find("components")) {
      out_.packages.reserve(std::min(components->items.size(), max_packages));
    }
    return read_components(root);
  }

  void read_subject(const Value& component) {
    const std::map<std::string_view, std::string_view> properties = properties_of(component);
    const std::string_view version = text_of(component, "version");
    out_.name = text_of(component, "name");
    if (is_digest(version)) out_.digest = version;
    for (const std::string_view name : {"plimsoll:image:id", "aquasecurity:trivy:ImageID"}) {
      if (out_.id.empty() && properties.contains(name)) out_.id = properties.at(name);
    }
    take_digest_of(text_of(component, "purl"));
  }

  void take_digest_of(std::string_view text) {
    const std::optional<PackageUrl> url = parse_package_url(text);
    if (url && url->type == "oci" && is_digest(url->version)) out_.digest = url->version;
  }

  // Components can hold components; the reader of JSON bounds how deep.
  Result<void> read_components(const Value& around) {
    const Result<const std::vector<Value>*> components = list(around, "components");
    if (!components) return failure(components.error());
    for (const Value& component : **components) {
      if (!component.is(Kind::object)) {
        note("a component is an object", component);
        continue;
      }
      read_component(component);
      if (Result<void> inner = read_components(component); !inner) return inner;
    }
    return {};
  }

  static std::map<std::string_view, std::string_view> properties_of(const Value& component) {
    std::map<std::string_view, std::string_view> out;
    if (const Value* const properties = component.find("properties")) {
      for (const Value& property : properties->items) {
        out.emplace(text_of(property, "name"), text_of(property, "value"));
      }
    }
    return out;
  }

  static std::string licences_of(const Value& component) {
    std::vector<std::string> out;
    const Value* const licences = component.find("licenses");
    if (licences == nullptr) return {};
    for (const Value& item : licences->items) {
      std::string_view text = text_of(item, "expression");
      if (const Value* const licence = item.find("license")) {
        text = first_of({text_of(*licence, "id"), text_of(*licence, "name")});
      }
      if (!text.empty()) out.emplace_back(text);
    }
    return all_of(out);
  }

  static std::string_view occurrence_of(const Value& component) {
    const Value* const evidence = component.find("evidence");
    const Value* const places = evidence == nullptr ? nullptr : evidence->find("occurrences");
    if (places == nullptr || places->items.empty()) return {};
    return text_of(places->items.front(), "location");
  }

  void read_component(const Value& component) {
    const std::string_view type = text_of(component, "type");
    if (type == "operating-system") {
      take_system(text_of(component, "name"), text_of(component, "version"),
                  text_of(component, "description"));
      return;
    }
    if (type == "file") return;
    Package* const package =
        add(text_of(component, "purl"), text_of(component, "version"), text_of(component, "group"),
            text_of(component, "name"), component);
    if (package == nullptr) return;
    const std::map<std::string_view, std::string_view> properties = properties_of(component);
    const auto property = [&](std::string_view key) {
      const auto found = properties.find(key);
      return found == properties.end() ? std::string_view() : found->second;
    };
    const auto trivy = [&](std::string_view key) {
      return properties.empty() ? std::string_view() : property(concat(trivy_prefix, key));
    };
    package->licence = licences_of(component);
    package->path =
        without_slash(first_of({property("plimsoll:path"), trivy("FilePath"),
                                property("syft:location:0:path"), occurrence_of(component)}));
    package->module = first_of({property("plimsoll:module"), trivy("Modularitylabel")});
    package->owner = property("plimsoll:owner");
    if (!property("plimsoll:source:name").empty()) {
      package->source_name = property("plimsoll:source:name");
      package->source_version = property("plimsoll:source:version");
    } else if (!trivy("SrcName").empty()) {
      const std::string_view epoch = trivy("SrcEpoch");
      const std::string_view release = trivy("SrcRelease");
      package->source_name = trivy("SrcName");
      package->source_version = concat(epoch, epoch.empty() ? "" : ":", trivy("SrcVersion"),
                                       release.empty() ? "" : "-", release);
    }
  }

  // SPDX

  Result<void> read_spdx(const Value& root) {
    if (Result<void> known = is_known_version(root, "spdxVersion", spdx_versions); !known) {
      return known;
    }
    bool is_ours = false;
    if (const Value* const creation = root.find("creationInfo")) {
      if (const Value* const creators = creation->find("creators")) {
        is_ours = std::ranges::any_of(creators->items, [](const Value& creator) {
          return creator.is(Kind::string) && creator.text.starts_with("Tool: plimsoll-");
        });
      }
    }
    const Result<const std::vector<Value>*> packages = list(root, "packages");
    if (!packages) return failure(packages.error());
    out_.packages.reserve(std::min((*packages)->size(), max_packages));
    for (const Value& package : **packages) {
      if (package.is(Kind::object)) {
        read_spdx_package(package, is_ours);
      } else {
        note("a package is an object", package);
      }
    }
    return {};
  }

  static std::string_view url_of(const Value& package) {
    const Value* const references = package.find("externalRefs");
    if (references == nullptr) return {};
    for (const Value& reference : references->items) {
      if (text_of(reference, "referenceType") == "purl") {
        return text_of(reference, "referenceLocator");
      }
    }
    return {};
  }

  static std::string_view claimed(std::string_view licence) {
    return licence == "NOASSERTION" || licence == "NONE" ? std::string_view() : licence;
  }

  void read_spdx_package(const Value& value, bool is_ours) {
    const std::string_view purpose = text_of(value, "primaryPackagePurpose");
    const std::string_view name = text_of(value, "name");
    const std::string_view version = text_of(value, "versionInfo");
    const std::string_view url = url_of(value);
    if (purpose == "OPERATING_SYSTEM" || purpose == "OPERATING-SYSTEM") {
      const std::string_view comment = text_of(value, "comment");
      return take_system(name, version, is_ours ? comment : std::string_view());
    }
    if (purpose == "FILE") return;
    if (purpose == "CONTAINER" || url.starts_with("pkg:oci/")) {
      if (out_.name.empty()) out_.name = name;
      if (out_.digest.empty() && is_digest(version)) out_.digest = version;
      if (out_.digest.empty()) take_digest_of(url);
      return;
    }
    Package* const package = add(url, version, {}, name, value);
    if (package == nullptr) return;
    package->licence = first_of(
        {claimed(text_of(value, "licenseDeclared")), claimed(text_of(value, "licenseConcluded"))});
    if (is_ours) take_own_words(value, *package);
    constexpr std::string_view trivy_source = "built package from: ";
    const std::string_view source = text_of(value, "sourceInfo");
    if (source.starts_with(trivy_source)) {
      take_source(source.substr(trivy_source.size()), *package);
    }
  }

  // "gcc-12 12.2.0-14"
  static void take_source(std::string_view origin, Package& package) {
    const std::size_t blank = origin.find(' ');
    if (blank == std::string_view::npos) return;
    package.source_name = origin.substr(0, blank);
    package.source_version = origin.substr(blank + 1);
  }

  // The format has no fields for what Plimsoll knows: scan/sbom/spdx.cpp writes it in sentences.
  static void take_own_words(const Value& value, Package& package) {
    constexpr std::string_view states = "The package states: ";
    constexpr std::string_view found = "found in /";
    constexpr std::string_view built = "built from ";
    const std::string_view comments = text_of(value, "licenseComments");
    if (comments.starts_with(states)) package.licence = comments.substr(states.size());
    std::string_view source = text_of(value, "sourceInfo");
    const std::size_t at = source.starts_with(built) ? 0 : source.rfind(concat("; ", built));
    if (at != std::string_view::npos) {
      take_source(source.substr(source.find(built, at) + built.size()), package);
      source = source.substr(0, at);
    }
    if (source.starts_with(found)) package.path = source.substr(found.size());
  }

  // Of both

  void take_system(std::string_view id, std::string_view version, std::string_view pretty) {
    if (id.empty()) return;
    out_.os = {.id = std::string(id),
               .version_id = std::string(version),
               .pretty_name = std::string(pretty)};
  }

  // Adds what the URL names; null when that is nothing to add. `group` and `name` are how the
  // component writes the name: a URL lowers the letters of some kinds.
  Package* add(std::string_view text, std::string_view version, std::string_view group,
               std::string_view name, const Value& at) {
    if (text.empty()) {
      ++out_.unknown_components;
      return nullptr;
    }
    const std::optional<PackageUrl> url = parse_package_url(text);
    if (!url) {
      note(concat("this is no package URL: \"", printable(text), "\""), at);
      return nullptr;
    }
    std::optional<Package> package = package_of(*url);
    if (!package) {
      ++out_.unknown_components;
      return nullptr;
    }
    if (package->version.empty()) {
      package->version = version;
      if (package->source_version.empty()) package->source_version = version;
    }
    if (package->version.empty()) {
      note(concat("the package \"", printable(package->name), "\" has no version"), at);
      return nullptr;
    }
    if (out_.packages.size() == max_packages) return nullptr;
    respell(name, *url, *package);
    if (!group.empty()) {
      respell(concat(group, "/", name), *url, *package);
      respell(concat(group, ":", name), *url, *package);
    }
    if (is_of_system(package->kind) && !out_.os) out_.os = distribution_of(*url);
    if (is_of_system(package->kind) && vendor_.empty()) note_vendor(*url, *package);
    return &out_.packages.emplace_back(std::move(*package));
  }

  void note_vendor(const PackageUrl& url, const Package& package) {
    if (url.name_space != package_url_of(package, nullptr).name_space) vendor_ = url.name_space;
  }

  static void respell(std::string_view spelling, const PackageUrl& url, Package& package) {
    // A URL changes letters and makes none.
    if (spelling == package.name || spelling.size() != package.name.size()) return;
    Package other;
    other.kind = package.kind;
    other.name = spelling;
    const PackageUrl theirs = package_url_of(other, nullptr);
    const std::optional<PackageUrl> read = parse_package_url(to_string(theirs));
    const bool has_own_space = is_of_system(package.kind);
    if (!read || read->name != url.name || (!has_own_space && read->name_space != url.name_space)) {
      return;
    }
    if (package.source_name == package.name) package.source_name = spelling;
    package.name = spelling;
  }

  const Source& source_;
  Sbom out_;
  std::string vendor_;  // of packages of a distribution, where their kind does not say it
  std::size_t left_out_errors_ = 0;
};

}  // namespace

bool looks_like_json(std::string_view first_bytes) {
  if (first_bytes.starts_with(byte_order_mark)) first_bytes.remove_prefix(byte_order_mark.size());
  first_bytes = trim(first_bytes);
  if (!first_bytes.starts_with('{')) return false;
  first_bytes = trim(first_bytes.substr(1));
  return first_bytes.starts_with('"') || first_bytes.starts_with('}');
}

bool looks_like_sbom(std::string_view text) {
  const json::Document outline = json::read_outline(text, 1);
  return outline.root.find("bomFormat") != nullptr || outline.root.find("spdxVersion") != nullptr;
}

Result<Sbom> read_sbom(const Source& source) {
  return SbomReader(source).read();
}

}  // namespace plimsoll::image
