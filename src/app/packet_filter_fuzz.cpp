// Takes any text as the rules of a packet filter: it is read, and connections are followed through
// it, within bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.h"
#include "fix/docker_user_rules.h"
#include "readers/host/packet_filter_reader.h"
#include "rules/support/packet_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  Sources sources;
  const Source& source =
      sources.add("rules", std::string(reinterpret_cast<const char*>(data), size));
  Reading<PacketFilter> reading = read_packet_filter(source);
  for (const Error& error : reading.errors) {
    if (error.message.empty() || !error.at.known()) std::abort();
  }
  Host host;
  host.packet_filter = std::move(reading.value);
  host.outside_interfaces = {"eth0"};
  ContainerSpec container;
  container.ports_in_force = {
      {.host_ip = "0.0.0.0", .published = "8081", .target = "8080", .protocol = "tcp", .at = {}},
      {.host_ip = "::", .published = "8081", .target = "8080", .protocol = "tcp", .at = {}},
      {.host_ip = "127.0.0.1", .published = "8082", .target = "80", .protocol = "udp", .at = {}},
      {.host_ip = "192.0.2.1", .published = "8083", .target = "80", .protocol = "tcp", .at = {}}};
  host.containers = {&container};
  const rules::PublishedPorts ports = rules::published_ports(host);
  if (ports.count != 4) std::abort();
  for (const std::string& bridge : rules::container_bridges(*host.packet_filter)) {
    rules::limits_egress(host, bridge, AddressFamily::ipv4);
    rules::limits_egress(host, bridge, AddressFamily::ipv6);
  }
  // What the script holds of the text is nothing but names that a shell takes as they are.
  if (first_invalid_utf8(fix::docker_user_script(host).text)) std::abort();
  return 0;
}
