#include "advisories/vex/vex_reader.h"

#include "advisories/vex/vex_collector.h"
#include "base/json.h"
#include "base/text.h"

namespace plimsoll::advisories {

using json::Kind;
using json::Value;

Result<VexReading> read_vex(const Source& source) {
  const Result<json::Document> document = json::read(source);
  if (!document) return failure(document.error());
  const Value& root = document->root;
  VexCollector collector(source);
  if (!root.is(Kind::object)) {
    return collector.refusal(
        concat("a VEX document is an object, and this is ", json::name_of(root.kind)), root);
  }
  Result<void> read;
  const Value* const about = root.find("document");
  if (json::text_of(root, "@context").starts_with("https://openvex.dev/ns")) {
    read = read_openvex(root, collector);
  } else if (root.find("bomFormat") != nullptr) {
    read = read_cyclonedx_vex(root, collector);
  } else if (about != nullptr && about->find("csaf_version") != nullptr) {
    read = read_csaf_vex(root, collector);
  } else {
    return failure({.message = "the document is none that holds VEX statements",
                    .at = {&source, {root.at.begin, root.at.begin}},
                    .hint = "it is OpenVEX, CycloneDX or CSAF, in JSON"});
  }
  if (!read) return failure(read.error());
  return collector.finish(root);
}

}  // namespace plimsoll::advisories
