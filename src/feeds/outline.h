// What a document is recognised by, gathered from its beginning.
#pragma once

#include <functional>
#include <string_view>

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

// `is_enough` is asked after each key of JSON whether the rest need be looked at. Of a list the
// first item is what counts. Nothing of it is checked: it is enough to tell formats apart.
Outline outline_of(std::string_view text, const std::function<bool(const Outline&)>& is_enough);

}  // namespace plimsoll::feeds
