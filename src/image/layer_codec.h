// A layer as bytes, to be kept by the cache (layer_cache.h) and read back.
//
// In the form of base/binary_codec.h: bytes are only ever read by the same analyser that wrote
// them, which the cache sees to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "image/layer.h"

namespace plimsoll::image {

std::string encode(const Layer& layer);

// Nothing when these are not the bytes of a layer, whole and with nothing behind them. They may be
// anybody's: no length is believed before that many bytes are there.
std::optional<Layer> decode(std::string_view bytes);

}  // namespace plimsoll::image
