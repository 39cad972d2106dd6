#include <vector>

#include "base/json_writer.h"
#include "base/text.h"
#include "scan/sbom/identity.h"
#include "scan/sbom/sbom.h"
#include "subjects/package_url.h"

namespace plimsoll::scan {
namespace {

constexpr std::string_view nothing_claimed = "NOASSERTION";
constexpr std::string_view image_id = "SPDXRef-Image";

class Document {
 public:
  Document(const Image& image, const std::string& time) : image_(image), time_(time) {}

  std::string write() {
    std::string body;
    JsonWriter json(body);
    write(json, "", "");
    const std::string name_space = concat("https://spdx.org/spdxdocs/plimsoll-", uuid_of(body));
    std::string out;
    JsonWriter whole(out);
    write(whole, name_space, time_);
    return out + "\n";
  }

 private:
  void write(JsonWriter& json, const std::string& name_space, const std::string& time) {
    json.begin_object();
    json.member("spdxVersion", "SPDX-2.3");
    json.member("dataLicense", "CC0-1.0");
    json.member("SPDXID", "SPDXRef-DOCUMENT");
    json.member("name", title_of(image_));
    json.member("documentNamespace", name_space);
    json.key("creationInfo");
    json.begin_object();
    json.member("created", time);
    json.key("creators");
    json.begin_array();
    json.string(concat("Tool: plimsoll-", PLIMSOLL_VERSION));
    json.end_array();
    json.end_object();
    json.key("packages");
    json.begin_array();
    write_image(json);
    if (image_.os) write_system(json, *image_.os);
    for (std::size_t i = 0; i < image_.packages.size(); ++i) {
      write_package(json, image_.packages[i], package_id(i));
    }
    json.end_array();
    json.key("relationships");
    json.begin_array();
    relate(json, "SPDXRef-DOCUMENT", "DESCRIBES", image_id);
    if (image_.os) relate(json, image_id, "CONTAINS", "SPDXRef-OperatingSystem");
    for (std::size_t i = 0; i < image_.packages.size(); ++i) {
      relate(json, image_id, "CONTAINS", package_id(i));
    }
    json.end_array();
    json.end_object();
  }

  static std::string package_id(std::size_t index) {
    return concat("SPDXRef-Package-", std::to_string(index + 1));
  }

  static void relate(JsonWriter& json, std::string_view from, std::string_view how,
                     std::string_view to) {
    json.begin_object();
    json.member("spdxElementId", from);
    json.member("relationshipType", how);
    json.member("relatedSpdxElement", to);
    json.end_object();
  }

  // What every package must say; most of it nobody knows.
  static void begin_package(JsonWriter& json, std::string_view id, std::string_view name,
                            std::string_view version, std::string_view purpose) {
    json.begin_object();
    json.member("SPDXID", id);
    json.member("name", name);
    if (!version.empty()) json.member("versionInfo", version);
    json.member("downloadLocation", nothing_claimed);
    json.member_boolean("filesAnalyzed", false);
    json.member("licenseConcluded", nothing_claimed);
    json.member("licenseDeclared", nothing_claimed);
    json.member("copyrightText", nothing_claimed);
    json.member("primaryPackagePurpose", purpose);
  }

  static void write_url(JsonWriter& json, const std::string& url) {
    if (url.empty()) return;
    json.key("externalRefs");
    json.begin_array();
    json.begin_object();
    json.member("referenceCategory", "PACKAGE-MANAGER");
    json.member("referenceType", "purl");
    json.member("referenceLocator", url);
    json.end_object();
    json.end_array();
  }

  void write_image(JsonWriter& json) const {
    begin_package(json, image_id, title_of(image_), image_.digest, "CONTAINER");
    write_url(json, image_url(image_));
    json.end_object();
  }

  static void write_system(JsonWriter& json, const OsRelease& os) {
    begin_package(json, "SPDXRef-OperatingSystem", os.id, os.version_id, "OPERATING_SYSTEM");
    json.end_object();
  }

  void write_package(JsonWriter& json, const Package& package, const std::string& id) const {
    begin_package(json, id, package.name, package.version, "LIBRARY");
    // A licence field holds an expression of SPDX and nothing else; packages write what they like.
    if (!package.licence.empty()) {
      json.member("licenseComments", concat("The package states: ", package.licence));
    }
    // image/sbom_reader.cpp reads these sentences back.
    std::vector<std::string> source;
    if (!package.path.empty()) source.push_back(concat("found in /", package.path));
    if (is_of_system(package.kind)) {
      source.push_back(concat("built from ", package.source_name, " ", package.source_version));
    }
    if (!source.empty()) json.member("sourceInfo", join(source, "; "));
    write_url(json, to_string(package_url_of(package, image_.os ? &*image_.os : nullptr)));
    json.end_object();
  }

  const Image& image_;
  const std::string& time_;
};

}  // namespace

std::string spdx(const Image& image, const std::string& time) {
  return Document(image, time).write();
}

}  // namespace plimsoll::scan
