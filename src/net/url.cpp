#include "net/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "base/number.h"
#include "base/text.h"

namespace plimsoll::net {
namespace {

struct FreeHandle {
  void operator()(CURLU* handle) const { ::curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, FreeHandle>;

struct FreeText {
  void operator()(char* text) const { ::curl_free(text); }
};

std::string part_of(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (::curl_url_get(handle, part, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, FreeText> owner(text);
  return text;
}

bool is_plain_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::optional<Url> take_apart(CURLU* handle) {
  Url out;
  out.scheme = part_of(handle, CURLUPART_SCHEME);
  if (out.scheme != "http" && out.scheme != "https") return std::nullopt;
  out.host = lower(part_of(handle, CURLUPART_HOST));
  if (out.host.starts_with('[') && out.host.ends_with(']')) {
    out.host = out.host.substr(1, out.host.size() - 2);
  }
  const auto port = number_of<std::uint16_t>(part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (out.host.empty() || !port || *port == 0) return std::nullopt;
  out.port = *port;
  out.target = part_of(handle, CURLUPART_PATH);
  if (const std::string query = part_of(handle, CURLUPART_QUERY); !query.empty()) {
    out.target += concat("?", query);
  }
  return out;
}

std::optional<Url> parse(CURLU* handle, const std::string& text) {
  if (text.empty() || text.size() > max_url_bytes || !is_plain_text(text)) return std::nullopt;
  constexpr unsigned flags = CURLU_DISALLOW_USER;
  if (::curl_url_set(handle, CURLUPART_URL, text.c_str(), flags) != CURLUE_OK) return std::nullopt;
  return take_apart(handle);
}

std::string host_in_url(const std::string& host) {
  return host.contains(':') ? concat("[", host, "]") : host;
}

}  // namespace

std::string Url::origin() const {
  const bool is_usual = port == (scheme == "https" ? 443 : 80);
  return concat(scheme, "://", host_in_url(host), is_usual ? "" : ":",
                is_usual ? "" : std::to_string(port));
}

std::string Url::text() const {
  return concat(origin(), target);
}

std::string Url::shown() const {
  return concat(origin(), std::string_view(target).substr(0, target.find('?')));
}

std::optional<Url> parse_url(const std::string& text) {
  const Handle handle(::curl_url());
  return handle == nullptr ? std::nullopt : parse(handle.get(), text);
}

std::optional<Url> resolve_url(const Url& base, const std::string& location) {
  const Handle handle(::curl_url());
  if (handle == nullptr || !parse(handle.get(), base.text())) return std::nullopt;
  return parse(handle.get(), location);
}

}  // namespace plimsoll::net
