// How far away an address is, and from whose word it may be asked.
//
// A server can answer with a place to go to: a redirect, the address of a token server. One on the
// internet must not be able to send this program to what only this machine or this site reaches:
// its loopback interface, a cloud's metadata service, an internal web server.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::net {

enum class Zone : std::uint8_t {
  internet,
  site,     // private networks: RFC 1918, RFC 6598, RFC 4193
  link,     // link-local: cloud metadata services lie there
  machine,  // loopback
};

// The zone of a socket's address. An IPv4 address inside of an IPv6 one counts as what it is. An
// address of another family is nobody's: it counts as `machine`.
Zone zone_of(const sockaddr* address);
// Of an address as text, without brackets; nothing when it is none.
std::optional<Zone> zone_of(std::string_view address);
// "of this machine", for messages.
std::string_view words_for(Zone zone);

// Whether what lies in `from` may name an address in `to`.
bool may_lead(Zone from, Zone to);

// "localhost", or an address of the loopback interface; IPv6 with or without brackets.
bool is_loopback_host(std::string_view host);

}  // namespace plimsoll::net
