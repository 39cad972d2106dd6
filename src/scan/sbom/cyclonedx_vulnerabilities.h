// The part of a CycloneDX document that says which known vulnerabilities its components have.
#pragma once

#include <span>
#include <string>

#include "base/json_writer.h"
#include "subjects/image.h"

namespace plimsoll::scan {

// The member `vulnerabilities` of the object that is open; nothing where they were not looked for.
// `references` are those of the image's packages in the document, in their order.
// Source: CycloneDX specification, schema/bom-1.6.schema.json, "vulnerability".
void write_vulnerabilities(JsonWriter& json, const Image& image,
                           std::span<const std::string> references);

}  // namespace plimsoll::scan
