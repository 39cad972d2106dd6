#include "scan/sbom/cyclonedx_vulnerabilities.h"

#include "base/text.h"

namespace plimsoll::scan {
namespace {

std::string_view severity_word(Rating rating) {
  return rating == Rating::negligible ? std::string_view("info") : name_of(rating);
}

std::string_view method_of(std::string_view vector) {
  if (vector.starts_with("CVSS:4")) return "CVSSv4";
  if (vector.starts_with("CVSS:3.1")) return "CVSSv31";
  if (vector.starts_with("CVSS:3")) return "CVSSv3";
  return "CVSSv2";
}

void write_ratings(JsonWriter& json, const Vulnerability& vulnerability) {
  json.key("ratings");
  json.begin_array();
  const bool is_computed = vulnerability.rated_by.starts_with("CVSS");
  if (!vulnerability.cvss.empty()) {
    json.begin_object();
    json.key("score");
    json.decimal(static_cast<std::uint64_t>(vulnerability.score_tenths), 1);
    if (is_computed) json.member("severity", severity_word(vulnerability.rating));
    json.member("method", method_of(vulnerability.cvss));
    json.member("vector", vulnerability.cvss);
    json.end_object();
  }
  if (!is_computed) {
    json.begin_object();
    if (!vulnerability.rated_by.empty()) {
      json.key("source");
      json.begin_object();
      json.member("name", vulnerability.rated_by);
      json.end_object();
    }
    json.member("severity", severity_word(vulnerability.rating));
    json.member("method", "other");
    json.end_object();
  }
  json.end_array();
}

void write_property(JsonWriter& json, std::string_view name, std::string_view value) {
  json.begin_object();
  json.member("name", name);
  json.member("value", value);
  json.end_object();
}

void write_properties(JsonWriter& json, const Vulnerability& vulnerability) {
  json.key("properties");
  json.begin_array();
  write_property(json, "plimsoll:fix-state", name_of(vulnerability.fix_state));
  if (!vulnerability.fixed_version.empty()) {
    write_property(json, "plimsoll:fixed-version", vulnerability.fixed_version);
  }
  if (vulnerability.exploited) {
    write_property(json, "plimsoll:exploited-since", vulnerability.exploited->added);
  }
  for (const VulnerabilityEvidence& evidence : vulnerability.evidence) {
    write_property(json, "plimsoll:evidence",
                   concat(evidence.record, " of ", evidence.source, ": ", evidence.package, " ",
                          evidence.version, " is ", evidence.range));
  }
  json.end_array();
}

}  // namespace

void write_vulnerabilities(JsonWriter& json, const Image& image,
                           std::span<const std::string> references) {
  if (!image.vulnerabilities) return;
  json.key("vulnerabilities");
  json.begin_array();
  for (const Vulnerability& vulnerability : image.vulnerabilities->vulnerabilities) {
    json.begin_object();
    json.member("id", vulnerability.id);
    if (!vulnerability.url.empty()) {
      json.key("source");
      json.begin_object();
      json.member("url", vulnerability.url);
      json.end_object();
    }
    write_ratings(json, vulnerability);
    if (!vulnerability.summary.empty()) json.member("description", vulnerability.summary);
    if (!vulnerability.fixed_version.empty()) {
      json.member("recommendation",
                  concat("upgrade ", vulnerability.package, " to ", vulnerability.fixed_version));
    }
    if (vulnerability.silence && !vulnerability.silence->reason.empty()) {
      json.key("analysis");
      json.begin_object();
      json.member("detail", vulnerability.silence->reason);
      json.end_object();
    }
    json.key("affects");
    json.begin_array();
    for (const std::size_t index : vulnerability.packages) {
      json.begin_object();
      json.member("ref", references[index]);
      json.key("versions");
      json.begin_array();
      json.begin_object();
      json.member("version", image.packages[index].version);
      json.member("status", "affected");
      json.end_object();
      json.end_array();
      json.end_object();
    }
    json.end_array();
    write_properties(json, vulnerability);
    json.end_object();
  }
  json.end_array();
}

}  // namespace plimsoll::scan
