#include "subjects/packet_filter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace plimsoll {
namespace {

std::size_t bits_of(AddressFamily family) {
  return family == AddressFamily::ipv4 ? 32 : 128;
}

bool bit_of(const IpAddress& address, std::size_t index) {
  return ((address.bytes[index / 8] >> (7 - index % 8)) & 1) != 0;
}

// 255.255.0.0 -> 16; nothing for a mask with holes.
std::optional<std::uint8_t> length_of(const IpAddress& mask) {
  std::size_t length = 0;
  const std::size_t bits = bits_of(mask.family);
  while (length < bits && bit_of(mask, length)) ++length;
  for (std::size_t i = length; i < bits; ++i) {
    if (bit_of(mask, i)) return std::nullopt;
  }
  return static_cast<std::uint8_t>(length);
}

}  // namespace

bool IpPrefix::contains(const IpAddress& other) const {
  if (other.family != address.family) return false;
  for (std::size_t i = 0; i < length; ++i) {
    if (bit_of(address, i) != bit_of(other, i)) return false;
  }
  return true;
}

std::optional<IpAddress> ip_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  address.family = AddressFamily::ipv6;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<IpPrefix> ip_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> address = ip_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const std::size_t bits = bits_of(address->family);
  if (slash == std::string_view::npos) return IpPrefix{*address, static_cast<std::uint8_t>(bits)};
  const std::string_view mask = text.substr(slash + 1);
  std::uint8_t length = 0;
  const auto [end, error] = std::from_chars(mask.data(), mask.data() + mask.size(), length);
  if (error == std::errc() && end == mask.data() + mask.size()) {
    if (length > bits) return std::nullopt;
    return IpPrefix{*address, length};
  }
  const std::optional<IpAddress> written = ip_address(mask);
  if (!written || written->family != address->family) return std::nullopt;
  const std::optional<std::uint8_t> counted = length_of(*written);
  if (!counted) return std::nullopt;
  return IpPrefix{*address, *counted};
}

std::string text_of(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.family == AddressFamily::ipv4 ? AF_INET : AF_INET6;
  ::inet_ntop(family, address.bytes.data(), text.data(), text.size());
  return text.data();
}

bool is_container_bridge(std::string_view interface) {
  constexpr std::string_view hex = "0123456789abcdef";
  if (interface == "docker0" || interface == "docker_gwbridge") return true;
  return interface.starts_with("br-") && interface.size() == 15 &&
         interface.find_first_not_of(hex, 3) == std::string_view::npos;
}

bool FilterTable::sees(AddressFamily packets) const {
  return family == "inet" || family == (packets == AddressFamily::ipv4 ? "ip" : "ip6");
}

const FilterChain* FilterTable::chain(std::string_view chain_name) const {
  const auto found = std::ranges::find(chains, chain_name, &FilterChain::name);
  return found == chains.end() ? nullptr : &*found;
}

const FilterChain* PacketFilter::docker_user(AddressFamily family) const {
  for (const FilterTable& table : tables) {
    if (!table.sees(family) || table.name != "filter") continue;
    if (const FilterChain* const chain = table.chain("DOCKER-USER")) return chain;
  }
  return nullptr;
}

}  // namespace plimsoll
