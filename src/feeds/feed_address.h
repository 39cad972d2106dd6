// The address of a feed on a server: `https://host/path`, with `#sha256=DIGEST` behind it if it is
// to be this very file. Plain HTTP is for this machine alone, as for registries: who can change
// what is sent could hide a flaw.
#pragma once

#include <string>

#include "base/result.h"
#include "net/url.h"

namespace plimsoll::feeds {

struct FeedAddress {
  net::Url url;
  std::string pinned;  // "sha256:…", or ""
  // For people and for the database: a query, which can hold a secret, is left out ("?…").
  std::string name;
};

// Whether it is an address at all, and no path.
bool is_address(std::string_view text);
// An address as it can be shown, whatever is wrong with it: without a name, a password, a query.
std::string shown_address(std::string_view text);
Result<FeedAddress> parse_feed_address(const std::string& text);

}  // namespace plimsoll::feeds
