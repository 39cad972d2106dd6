// The one line that is kept of what a feed writes about a flaw.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::feeds {

// The first paragraph, its lines joined, at most max_summary_bytes long: cut behind a sentence
// where one ends in its second half, else behind a word, which then is followed by "…".
std::string summary_of(std::string_view text);

}  // namespace plimsoll::feeds
