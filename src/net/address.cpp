#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"

namespace plimsoll::net {
namespace {

struct Network4 {
  std::uint32_t address;
  int bits;
  Zone zone;
};

// IANA's registry of special-purpose addresses, as far as a host can answer there.
constexpr std::array<Network4, 8> networks4{{
    {0x00000000, 8, Zone::machine},  // 0.0.0.0 is this host to connect()
    {0x7F000000, 8, Zone::machine},  // 127.0.0.0/8
    {0xA9FE0000, 16, Zone::link},    // 169.254.0.0/16
    {0x0A000000, 8, Zone::site},     // 10.0.0.0/8
    {0xAC100000, 12, Zone::site},    // 172.16.0.0/12
    {0xC0A80000, 16, Zone::site},    // 192.168.0.0/16
    {0x64400000, 10, Zone::site},    // 100.64.0.0/10
    {0xC0000000, 24, Zone::site},    // 192.0.0.0/24
}};

Zone zone_of_ipv4(std::uint32_t address) {
  for (const Network4& network : networks4) {
    if ((address ^ network.address) >> (32 - network.bits) == 0) return network.zone;
  }
  return Zone::internet;
}

using Bytes16 = std::array<std::uint8_t, 16>;

std::uint32_t ipv4_at(const Bytes16& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

Zone zone_of_ipv6(const Bytes16& bytes) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr std::array<std::uint8_t, 12> translated{0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
  constexpr std::array<std::uint8_t, 12> compatible{};  // ::1 and :: among them
  const auto begins_with = [&](const std::array<std::uint8_t, 12>& prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
  };
  if (begins_with(compatible)) {
    return ipv4_at(bytes, 12) <= 1 ? Zone::machine : zone_of_ipv4(ipv4_at(bytes, 12));
  }
  if (begins_with(mapped) || begins_with(translated)) return zone_of_ipv4(ipv4_at(bytes, 12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return zone_of_ipv4(ipv4_at(bytes, 2));  // 6to4
  if (bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80) return Zone::link;              // fe80::/10
  if (bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0xC0) return Zone::site;              // fec0::/10
  if ((bytes[0] & 0xFE) == 0xFC) return Zone::site;                                  // fc00::/7
  return Zone::internet;
}

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

Zone zone_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return zone_of_ipv4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    Bytes16 bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return zone_of_ipv6(bytes);
  }
  return Zone::machine;
}

std::optional<Zone> zone_of(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));  // without an IPv6 zone's name
  sockaddr_in in{};
  in.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1) {
    return zone_of(reinterpret_cast<const sockaddr*>(&in));
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) == 1) {
    return zone_of(reinterpret_cast<const sockaddr*>(&in6));
  }
  return std::nullopt;
}

std::string_view words_for(Zone zone) {
  switch (zone) {
    case Zone::internet: return "of the internet";
    case Zone::site: return "of a private network";
    case Zone::link: return "of the local link";
    case Zone::machine: return "of this machine";
  }
  return {};
}

bool may_lead(Zone from, Zone to) {
  return to == Zone::internet || to == from || (from == Zone::machine && to == Zone::site);
}

bool is_loopback_host(std::string_view host) {
  if (equal_ignoring_case(host, "localhost")) return true;
  // Not 0.0.0.0, which is no name of a host.
  const std::string_view address = without_brackets(host);
  return (address.starts_with("127.") || address == "::1") && zone_of(address) == Zone::machine;
}

}  // namespace plimsoll::net
