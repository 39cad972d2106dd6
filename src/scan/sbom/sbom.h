// Software bills of materials: what an image holds, in the formats that other tools take.
//
// The same image gives the same bytes, but for the time, which SOURCE_DATE_EPOCH sets: the serial
// number is made of the content.
#pragma once

#include <string>

#include "subjects/image.h"

namespace plimsoll::scan {

enum class CycloneDxVersion : std::uint8_t { v1_5, v1_6 };

// `time` is RFC 3339 in UTC.
// Source: CycloneDX specification, schema/bom-1.5.schema.json and bom-1.6.schema.json.
std::string cyclonedx(const Image& image, CycloneDxVersion version, const std::string& time);
// Source: SPDX specification 2.3.
std::string spdx(const Image& image, const std::string& time);

}  // namespace plimsoll::scan
