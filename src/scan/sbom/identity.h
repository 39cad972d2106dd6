// How an inventory names itself and the image.
#pragma once

#include <string>
#include <string_view>

#include "subjects/image.h"

namespace plimsoll::scan {

// A UUID that is made of a text: the same text has the same one (RFC 9562, version 8).
std::string uuid_of(std::string_view text);

// What the image is called: its name, else the target.
std::string title_of(const Image& image);

// "pkg:oci/nginx@sha256:…?repository_url=…", or "" without a digest or a name.
std::string image_url(const Image& image);

}  // namespace plimsoll::scan
