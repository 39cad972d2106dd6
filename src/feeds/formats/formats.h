// All formats of feeds, each in the file of its name.
#pragma once

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

extern const FeedFormat alpine_secdb;
extern const FeedFormat csaf;
extern const FeedFormat debian_tracker;
extern const FeedFormat epss_csv;
extern const FeedFormat epss_json;
extern const FeedFormat errata_json;
extern const FeedFormat ghsa;
extern const FeedFormat kev;
extern const FeedFormat osv;
extern const FeedFormat oval_xml;
extern const FeedFormat updateinfo_json;
extern const FeedFormat updateinfo_xml;

}  // namespace plimsoll::feeds
