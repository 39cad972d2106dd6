// All formats of feeds, each in the file of its name.
#pragma once

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

extern const FeedFormat debian_tracker;
extern const FeedFormat ghsa;
extern const FeedFormat updateinfo_json;

}  // namespace plimsoll::feeds
