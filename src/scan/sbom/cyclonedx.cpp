#include <map>

#include "base/json_writer.h"
#include "base/text.h"
#include "scan/sbom/cyclonedx_vulnerabilities.h"
#include "scan/sbom/identity.h"
#include "scan/sbom/sbom.h"
#include "subjects/package_url.h"

namespace plimsoll::scan {
namespace {

class Document {
 public:
  Document(const Image& image, CycloneDxVersion version, const std::string& time)
      : image_(image), version_(version == CycloneDxVersion::v1_6 ? "1.6" : "1.5"), time_(time) {}

  std::string write() {
    std::string body;
    JsonWriter json(body);
    write(json, "");
    // The serial number is of what the document says, without the time.
    const std::string serial = concat("urn:uuid:", uuid_of(body));
    std::string out;
    JsonWriter whole(out);
    write(whole, serial);
    return out + "\n";
  }

 private:
  void write(JsonWriter& json, const std::string& serial) {
    json.begin_object();
    json.member("$schema", concat("http://cyclonedx.org/schema/bom-", version_, ".schema.json"));
    json.member("bomFormat", "CycloneDX");
    json.member("specVersion", version_);
    if (!serial.empty()) json.member("serialNumber", serial);
    json.member_number("version", 1);
    write_metadata(json, serial.empty() ? std::string() : time_);
    references_.clear();
    json.key("components");
    json.begin_array();
    std::vector<std::string> all;
    if (image_.os) all.push_back(write_system(json, *image_.os));
    const std::size_t systems = all.size();
    for (const Package& package : image_.packages) all.push_back(write_package(json, package));
    json.end_array();
    json.key("dependencies");
    json.begin_array();
    json.begin_object();
    json.member("ref", root_reference());
    json.key("dependsOn");
    json.begin_array();
    for (const std::string& reference : all) json.string(reference);
    json.end_array();
    json.end_object();
    json.end_array();
    write_vulnerabilities(json, image_, std::span(all).subspan(systems));
    json.end_object();
  }

  std::string root_reference() const {
    return image_.id.empty() ? concat("image:", title_of(image_)) : image_.id;
  }

  void write_metadata(JsonWriter& json, const std::string& time) {
    json.key("metadata");
    json.begin_object();
    if (!time.empty()) json.member("timestamp", time);
    json.key("tools");
    json.begin_object();
    json.key("components");
    json.begin_array();
    json.begin_object();
    json.member("type", "application");
    json.member("name", "plimsoll");
    json.member("version", PLIMSOLL_VERSION);
    json.end_object();
    json.end_array();
    json.end_object();
    json.key("component");
    json.begin_object();
    json.member("type", "container");
    json.member("bom-ref", root_reference());
    json.member("name", title_of(image_));
    if (!image_.digest.empty()) json.member("version", image_.digest);
    if (const std::string url = image_url(image_); !url.empty()) json.member("purl", url);
    json.key("properties");
    json.begin_array();
    if (!image_.id.empty()) property(json, "plimsoll:image:id", image_.id);
    for (const ImageLayer& layer : image_.layers) {
      if (!layer.diff_id.empty()) property(json, "plimsoll:image:diff-id", layer.diff_id);
    }
    json.end_array();
    json.end_object();
    json.end_object();
  }

  static void property(JsonWriter& json, std::string_view name, std::string_view value) {
    json.begin_object();
    json.member("name", name);
    json.member("value", value);
    json.end_object();
  }

  static std::string write_system(JsonWriter& json, const OsRelease& os) {
    std::string reference = concat("os:", os.id, "-", os.version_id);
    json.begin_object();
    json.member("type", "operating-system");
    json.member("bom-ref", reference);
    json.member("name", os.id);
    if (!os.version_id.empty()) json.member("version", os.version_id);
    if (!os.pretty_name.empty()) json.member("description", os.pretty_name);
    json.end_object();
    return reference;
  }

  // A package can be installed in several places.
  std::string unique(const std::string& url) {
    const std::size_t times = ++references_[url];
    return times == 1 ? url : concat(url, "#", std::to_string(times));
  }

  std::string write_package(JsonWriter& json, const Package& package) {
    const PackageUrl parts = package_url_of(package, image_.os ? &*image_.os : nullptr);
    const std::string url = to_string(parts);
    std::string reference = unique(url);
    json.begin_object();
    json.member("type", "library");
    json.member("bom-ref", reference);
    if (!is_of_system(package.kind) && !parts.name_space.empty()) {
      json.member("group", parts.name_space);
      json.member("name", parts.name);
    } else {
      json.member("name", package.name);
    }
    if (!package.version.empty()) json.member("version", package.version);
    if (!package.licence.empty()) {
      json.key("licenses");
      json.begin_array();
      json.begin_object();
      json.key("license");
      json.begin_object();
      json.member("name", package.licence);
      json.end_object();
      json.end_object();
      json.end_array();
    }
    json.member("purl", url);
    json.key("properties");
    json.begin_array();
    if (!package.path.empty()) property(json, "plimsoll:path", concat("/", package.path));
    if (package.layer < image_.layers.size() && !image_.layers[package.layer].diff_id.empty()) {
      property(json, "plimsoll:layer", image_.layers[package.layer].diff_id);
    }
    if (is_of_system(package.kind)) {
      property(json, "plimsoll:source:name", package.source_name);
      property(json, "plimsoll:source:version", package.source_version);
    }
    if (!package.module.empty()) property(json, "plimsoll:module", package.module);
    if (!package.owner.empty()) property(json, "plimsoll:owner", package.owner);
    json.end_array();
    json.end_object();
    return reference;
  }

  const Image& image_;
  std::string_view version_;
  const std::string& time_;
  std::map<std::string, std::size_t> references_;
};

}  // namespace

std::string cyclonedx(const Image& image, CycloneDxVersion version, const std::string& time) {
  return Document(image, version, time).write();
}

}  // namespace plimsoll::scan
