// A URL of HTTP, taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::net {

inline constexpr std::size_t max_url_bytes = 16u << 10;  // signed URLs of blobs take 2 KiB

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; IPv6 without its brackets
  std::uint16_t port = 0;
  std::string target;  // path and query: "/v2/?n=1"; a query can hold a secret

  std::string text() const;
  // Without the query: for messages.
  std::string shown() const;
  // "https://host:port", without a port that is the scheme's own.
  std::string origin() const;
  bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

// Nothing when it is none of http or https, or holds a name or a password. A fragment is left out.
std::optional<Url> parse_url(const std::string& text);
// Where a redirect of `base` leads, which can be a path alone.
std::optional<Url> resolve_url(const Url& base, const std::string& location);

}  // namespace plimsoll::net
