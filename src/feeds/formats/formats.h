// All formats of feeds, each in the file of its name.
#pragma once

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

extern const FeedFormat alpine_secdb;
extern const FeedFormat epss_csv;
extern const FeedFormat epss_json;
extern const FeedFormat kev;
extern const FeedFormat osv;

}  // namespace plimsoll::feeds
