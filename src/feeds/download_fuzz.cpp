// What a server writes into headers, and what a user writes for an address.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/text.h"
#include "feeds/feed_address.h"
#include "feeds/sent_digest.h"
#include "net/content_range.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const std::string text(reinterpret_cast<const char*>(data), size);
  net::Response response;
  response.headers = {{"repr-digest", text}, {"digest", text}};
  if (const std::string digest = feeds::sent_digest(response);
      !digest.empty() && !is_digest(digest)) {
    std::abort();
  }
  static_cast<void>(net::parse_content_range(text));
  const Result<feeds::FeedAddress> address = feeds::parse_feed_address(text);
  if (address && !address->pinned.empty() && !is_digest(address->pinned)) std::abort();
  // What is shown holds no name and no password.
  const std::string shown = feeds::shown_address(concat("https://user:secret@host/", text));
  if (shown.starts_with("https://user")) std::abort();
  return 0;
}
