// The bzip2 stream, in which Red Hat publishes OVAL. It has one or more members, one after the
// other, which are one text; bytes that are none behind the last are ignored, as bzip2(1) does.
#pragma once

#include <memory>
#include <string_view>

#include "image/decompress.h"

namespace plimsoll::feeds {

bool is_bzip2(std::string_view first_bytes);

std::unique_ptr<image::Decompressor> make_bzip2_decompressor(image::Decompressor::Sink sink);

}  // namespace plimsoll::feeds
