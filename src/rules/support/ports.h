// Ports and addresses as rules ask about them.
#pragma once

#include <optional>
#include <string_view>

namespace plimsoll::rules {

struct PortRange {
  int first = 0;
  int last = 0;
};

// "80", "8000-8010"; nothing for anything else. Ports are 0 to 65535.
std::optional<PortRange> port_range(std::string_view text);
// "80", "443/tcp", "80-90": a port that was root's for long, or a range that begins with one.
bool is_low_port(std::string_view text);

// An address that only the host itself can reach: 127.0.0.0/8, ::1, also in brackets.
bool is_loopback(std::string_view address);
// No address, 0.0.0.0, ::, in every spelling the engine takes for all interfaces.
bool is_any_address(std::string_view address);

// "PostgreSQL" for 5432: programs that are talked to by other programs of the same system, and that
// have no business with the outside. "" for every other port.
std::string_view internal_service(int port);

}  // namespace plimsoll::rules
