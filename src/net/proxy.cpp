#include "net/proxy.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>

#include "base/number.h"
#include "base/text.h"
#include "net/address.h"

namespace plimsoll::net {
namespace {

constexpr std::array<const char*, 7> variables{
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};

std::string_view first_of(const Environment& environment,
                          std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view value = trim(value_of(environment, name)); !value.empty()) {
      return value;
    }
  }
  return {};
}

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;  // 4 or 16; 0 for none
};

Address parse_address(std::string_view text) {
  const std::string word(text);
  Address out;
  if (::inet_pton(AF_INET, word.c_str(), out.bytes.data()) == 1) {
    out.size = 4;
  } else if (::inet_pton(AF_INET6, word.c_str(), out.bytes.data()) == 1) {
    out.size = 16;
  }
  return out;
}

bool is_in_network(std::string_view host, std::string_view network) {
  const std::size_t slash = network.find('/');
  if (slash == std::string_view::npos) return false;
  const Address base = parse_address(network.substr(0, slash));
  const Address address = parse_address(host);
  const auto bits = number_of<std::size_t>(network.substr(slash + 1));
  if (base.size == 0 || base.size != address.size || !bits || *bits > base.size * 8) return false;
  for (std::size_t bit = 0; bit < *bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
    if (((base.bytes[bit / 8] ^ address.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

// `entry` is one of NO_PROXY: "corp.example", ".corp.example", "*.corp.example", "10.0.0.1:5000".
bool is_meant(std::string_view entry, const Url& url) {
  if (entry == "*") return true;
  if (is_in_network(url.host, entry)) return true;
  const std::size_t colon = entry.rfind(':');
  if (colon != std::string_view::npos && entry.find(':') == colon) {
    if (number_of<std::uint16_t>(entry.substr(colon + 1)) != url.port) return false;
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with('*')) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (entry.empty()) return false;
  const std::string name = lower(entry);
  return url.host == name || url.host.ends_with(concat(".", name));
}

}  // namespace

Environment proxy_environment() {
  return environment_of(variables);
}

std::string choose_proxy(const Url& url, const Environment& environment) {
  if (is_loopback_host(url.host)) return {};
  std::string_view proxy = url.scheme == "https"
                               ? first_of(environment, {"https_proxy", "HTTPS_PROXY"})
                               : first_of(environment, {"http_proxy"});
  if (proxy.empty()) proxy = first_of(environment, {"all_proxy", "ALL_PROXY"});
  if (proxy.empty()) return {};
  std::string list(first_of(environment, {"no_proxy", "NO_PROXY"}));
  for (char& c : list) {
    if (is_space(c)) c = ',';
  }
  for (const std::string_view entry : split(list, ',')) {
    if (!entry.empty() && is_meant(entry, url)) return {};
  }
  return std::string(proxy);
}

}  // namespace plimsoll::net
