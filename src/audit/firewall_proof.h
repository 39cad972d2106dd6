// Whether published ports can be reached from outside, by trying.
//
// A client is put into a network namespace of its own, on a cable of its own to this host, and what
// it sends is handed to the outside interface as if it had come in there: rules that name the
// interface hold for it, too. Each connection has a control: its first packet must be seen coming
// in. Whether the packet was let through is seen where it leaves for a container, so that it does
// not matter what the program there answers.
//
// This host's rules are not touched. The cable, its addresses and the redirection go with the
// namespace, and that goes with the thread that it belongs to, however this ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::audit {

struct TriedPort {
  enum class Verdict : std::uint8_t { could_not_test, blocked, reachable };

  std::string address{};  // this host's, IPv4; "" for that of the interface
  std::uint16_t number = 0;
  Verdict verdict = Verdict::could_not_test;
  std::string why{};  // it could not be tested
};

// The most ports that are tried at once, within three seconds; what is beyond could not be tested.
inline constexpr std::size_t max_tried_ports = 200;

// Tries TCP ports as a client that comes in through an interface of this host. Needs root: without
// it, or when the kernel lacks what it takes, no port could be tested.
void try_ports(const std::string& interface, std::vector<TriedPort>& ports);

}  // namespace plimsoll::audit
