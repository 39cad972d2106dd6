#include "feeds/feed_address.h"

#include "base/digest.h"
#include "base/text.h"
#include "base/utf8.h"
#include "net/address.h"

namespace plimsoll::feeds {
namespace {

constexpr std::string_view pin = "#sha256=";

std::string name_of(const FeedAddress& address) {
  const bool has_query = address.url.target.contains('?');
  const std::string fragment =
      address.pinned.empty()
          ? std::string()
          : concat(pin, std::string_view(address.pinned).substr(address.pinned.find(':') + 1));
  return concat(address.url.shown(), has_query ? "?…" : "", fragment);
}

}  // namespace

bool is_address(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0) return false;
  return text.substr(0, end).find_first_of("/.") == std::string_view::npos;
}

std::string shown_address(std::string_view text) {
  text = text.substr(0, text.find_first_of("?#"));
  const std::size_t scheme = text.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t at = text.substr(0, text.find('/', host)).rfind('@');
  if (at == std::string_view::npos) return printable(text);
  return printable(concat(text.substr(0, host), text.substr(at + 1)));
}

Result<FeedAddress> parse_feed_address(const std::string& text) {
  const auto refuse = [&](std::string_view why, std::string hint = {}) {
    return failure(
        {.message = std::string(why), .hint = std::move(hint), .file = shown_address(text)});
  };
  FeedAddress out;
  const std::size_t fragment = text.find('#');
  if (fragment != std::string::npos) {
    const std::string_view behind = std::string_view(text).substr(fragment);
    if (behind.starts_with(pin)) {
      out.pinned = lower(concat("sha256:", behind.substr(pin.size())));
    }
    if (!is_digest(out.pinned)) {
      return refuse("has something else than #sha256= and 64 hexadecimal digits behind it");
    }
  }
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    return refuse("is an address of a kind that feeds are not fetched from",
                  "https://, or a file or directory of this machine");
  }
  const std::optional<net::Url> url = net::parse_url(text.substr(0, fragment));
  if (!url) {
    return refuse("is no address of HTTP, or has a name or a password in it",
                  "who must log in to a mirror fetches the file and names that");
  }
  out.url = *url;
  if (url->scheme == "http" && !net::is_loopback_host(url->host)) {
    return refuse("is asked without TLS: anybody on the way could change the feed",
                  "write https://; plain http is for servers of this machine");
  }
  out.name = name_of(out);
  return out;
}

}  // namespace plimsoll::feeds
