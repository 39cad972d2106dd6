#include "audit/xtables_text.h"

// libc's own definitions of addresses must come before the kernel's.
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_rpfilter.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace plimsoll::audit {
namespace {

// The structure that a match holds; nothing when there are too few bytes for it.
template <class T>
std::optional<T> object_of(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T object;
  std::memcpy(&object, bytes.data(), sizeof object);
  return object;
}

template <class T>
Bytes bytes_of(const T& object) {
  return {reinterpret_cast<const std::uint8_t*>(&object), sizeof object};
}

std::uint16_t from_network(std::uint16_t number) {
  return std::endian::native == std::endian::little ? std::byteswap(number) : number;
}

std::string_view unless(bool negated) {
  return negated ? " !" : "";
}

bool is_any(const std::uint16_t (&ports)[2]) {
  return ports[0] == 0 && ports[1] == 65535;
}

std::string option(bool negated, std::string_view name, std::string_view value) {
  return concat(unless(negated), " ", name, " ", value);
}

std::string flags_text(unsigned flags) {
  constexpr std::array<std::string_view, 6> names{"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (((flags >> i) & 1) != 0) text += concat(text.empty() ? "" : ",", names[i]);
  }
  return text.empty() ? "NONE" : text;
}

std::string tcp_text(const xt_tcp& tcp) {
  std::string text = "-m tcp";
  if (!is_any(tcp.spts) || (tcp.invflags & XT_TCP_INV_SRCPT) != 0) {
    text += option((tcp.invflags & XT_TCP_INV_SRCPT) != 0, "--sport",
                   ports_text(tcp.spts[0], tcp.spts[1]));
  }
  if (!is_any(tcp.dpts) || (tcp.invflags & XT_TCP_INV_DSTPT) != 0) {
    text += option((tcp.invflags & XT_TCP_INV_DSTPT) != 0, "--dport",
                   ports_text(tcp.dpts[0], tcp.dpts[1]));
  }
  if (tcp.option != 0) {
    text +=
        option((tcp.invflags & XT_TCP_INV_OPTION) != 0, "--tcp-option", std::to_string(tcp.option));
  }
  if (tcp.flg_mask != 0 || (tcp.invflags & XT_TCP_INV_FLAGS) != 0) {
    text += option((tcp.invflags & XT_TCP_INV_FLAGS) != 0, "--tcp-flags",
                   concat(flags_text(tcp.flg_mask), " ", flags_text(tcp.flg_cmp)));
  }
  return text;
}

std::string udp_text(const xt_udp& udp) {
  std::string text = "-m udp";
  if (!is_any(udp.spts) || (udp.invflags & XT_UDP_INV_SRCPT) != 0) {
    text += option((udp.invflags & XT_UDP_INV_SRCPT) != 0, "--sport",
                   ports_text(udp.spts[0], udp.spts[1]));
  }
  if (!is_any(udp.dpts) || (udp.invflags & XT_UDP_INV_DSTPT) != 0) {
    text += option((udp.invflags & XT_UDP_INV_DSTPT) != 0, "--dport",
                   ports_text(udp.dpts[0], udp.dpts[1]));
  }
  return text;
}

std::string multiport_text(const xt_multiport_v1& multiport) {
  std::string ports;
  const std::size_t count = std::min<std::size_t>(multiport.count, XT_MULTI_PORTS);
  for (std::size_t i = 0; i < count; ++i) {
    if (!ports.empty()) ports += ',';
    // A flag says that the next one is the end of a range.
    if (multiport.pflags[i] != 0 && i + 1 < count) {
      ports += ports_text(multiport.ports[i], multiport.ports[i + 1]);
      ++i;
    } else {
      ports += std::to_string(multiport.ports[i]);
    }
  }
  const std::string_view which = multiport.flags == XT_MULTIPORT_SOURCE        ? "--sports"
                                 : multiport.flags == XT_MULTIPORT_DESTINATION ? "--dports"
                                                                               : "--ports";
  return concat("-m multiport", option(multiport.invert != 0, which, ports));
}

constexpr std::string_view not_understood = "-m unknown-conntrack";

// The part that all revisions have alike, but for the order of the ports' bytes.
template <class T>
std::string conntrack_text(const T& info, unsigned first_port, unsigned last_port,
                           AddressFamily family) {
  constexpr unsigned understood = XT_CONNTRACK_STATE | XT_CONNTRACK_PROTO | XT_CONNTRACK_ORIGSRC |
                                  XT_CONNTRACK_ORIGDST | XT_CONNTRACK_ORIGDST_PORT |
                                  XT_CONNTRACK_STATUS | XT_CONNTRACK_DIRECTION |
                                  XT_CONNTRACK_STATE_ALIAS;
  std::string text = "-m conntrack";
  const auto asks = [&](unsigned flag) { return (info.match_flags & flag) != 0; };
  const auto inverted = [&](unsigned flag) { return (info.invert_flags & flag) != 0; };
  const std::size_t size = family == AddressFamily::ipv4 ? 4 : 16;
  const auto prefix = [&](unsigned flag, std::string_view name, const nf_inet_addr& address,
                          const nf_inet_addr& mask) {
    if (!asks(flag)) return true;
    const std::string value =
        prefix_text(bytes_of(address).first(size), bytes_of(mask).first(size));
    text += option(inverted(flag), name, value);
    return !value.empty();
  };
  if (asks(XT_CONNTRACK_STATE)) {
    text += option(inverted(XT_CONNTRACK_STATE), "--ctstate", state_text(info.state_mask));
  }
  if (asks(XT_CONNTRACK_PROTO)) {
    text += option(inverted(XT_CONNTRACK_PROTO), "--ctproto", protocol_text(info.l4proto));
  }
  if (!prefix(XT_CONNTRACK_ORIGSRC, "--ctorigsrc", info.origsrc_addr, info.origsrc_mask) ||
      !prefix(XT_CONNTRACK_ORIGDST, "--ctorigdst", info.origdst_addr, info.origdst_mask)) {
    return std::string(not_understood);
  }
  if (asks(XT_CONNTRACK_ORIGDST_PORT)) {
    text += option(inverted(XT_CONNTRACK_ORIGDST_PORT), "--ctorigdstport",
                   ports_text(first_port, last_port));
  }
  if (asks(XT_CONNTRACK_STATUS)) {
    text += option(inverted(XT_CONNTRACK_STATUS), "--ctstatus", status_text(info.status_mask));
  }
  if (asks(XT_CONNTRACK_DIRECTION)) {
    text += concat(" --ctdir ", inverted(XT_CONNTRACK_DIRECTION) ? "REPLY" : "ORIGINAL");
  }
  if ((info.match_flags & ~understood) != 0) text += concat(" ", not_understood);
  return text;
}

std::string conntrack_text(unsigned revision, Bytes bytes, AddressFamily family) {
  if (revision == 3) {
    if (const auto info = object_of<xt_conntrack_mtinfo3>(bytes)) {
      return conntrack_text(*info, info->origdst_port, info->origdst_port_high, family);
    }
  } else if (revision == 2) {
    if (const auto info = object_of<xt_conntrack_mtinfo2>(bytes)) {
      const unsigned port = from_network(info->origdst_port);
      return conntrack_text(*info, port, port, family);
    }
  } else if (revision == 1) {
    if (const auto info = object_of<xt_conntrack_mtinfo1>(bytes)) {
      const unsigned port = from_network(info->origdst_port);
      return conntrack_text(*info, port, port, family);
    }
  }
  return std::string(not_understood);
}

std::string types_text(unsigned bits) {
  constexpr std::array<std::string_view, 12> names{
      "UNSPEC",    "UNICAST",     "LOCAL",    "BROADCAST", "ANYCAST", "MULTICAST",
      "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW",     "NAT",     "XRESOLVE"};
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (((bits >> i) & 1) != 0) text += concat(text.empty() ? "" : ",", names[i]);
  }
  return text;
}

std::string addrtype_text(unsigned source, bool not_source, unsigned destination,
                          bool not_destination, bool of_interface) {
  std::string text = "-m addrtype";
  if (source != 0) text += option(not_source, "--src-type", types_text(source));
  if (destination != 0) text += option(not_destination, "--dst-type", types_text(destination));
  if (of_interface) text += " --limit-iface-in";
  return text;
}

std::string names_of(unsigned bits, std::span<const std::pair<unsigned, std::string_view>> names) {
  std::string text;
  for (const auto& [bit, name] : names) {
    if ((bits & bit) != 0) text += concat(text.empty() ? "" : ",", name);
  }
  return text.empty() ? "NONE" : text;
}

// "172.17.0.2:80", "[fd00::2]:80", without the port when the ports are left as they are.
std::string endpoint_text(const nf_inet_addr& address, std::uint16_t first, std::uint16_t last,
                          AddressFamily family, unsigned flags) {
  IpAddress ip{.family = family};
  std::memcpy(ip.bytes.data(), &address, family == AddressFamily::ipv4 ? 4 : 16);
  std::string text = plimsoll::text_of(ip);
  if ((flags & NF_NAT_RANGE_PROTO_SPECIFIED) == 0) return text;
  if (family == AddressFamily::ipv6) text = concat("[", text, "]");
  text += concat(":", std::to_string(from_network(first)));
  if (first != last) text += concat("-", std::to_string(from_network(last)));
  return text;
}

std::string translation_text(unsigned revision, Bytes info, AddressFamily family) {
  if (revision == 0 && family == AddressFamily::ipv4) {
    // One range: nf_nat_ipv4_multi_range_compat.
    const auto old = object_of<nf_nat_ipv4_multi_range_compat>(info);
    if (!old || old->rangesize != 1 || old->range[0].min_ip != old->range[0].max_ip) return {};
    nf_inet_addr address{};
    address.ip = old->range[0].min_ip;
    return endpoint_text(address, old->range[0].min.all, old->range[0].max.all, family,
                         old->range[0].flags);
  }
  const auto range = object_of<nf_nat_range>(info);
  if (!range || (range->flags & NF_NAT_RANGE_MAP_IPS) == 0) return {};
  if (!std::ranges::equal(bytes_of(range->min_addr), bytes_of(range->max_addr))) return {};
  return endpoint_text(range->min_addr, range->min_proto.all, range->max_proto.all, family,
                       range->flags);
}

}  // namespace

std::string plain_name(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    constexpr std::string_view allowed = "-_.+@:/";
    if (!is_alpha(c) && !is_digit(c) && !allowed.contains(c)) c = '_';
  }
  return text.empty() ? "_" : text;
}

std::string protocol_text(unsigned protocol) {
  switch (protocol) {
    case 0: return "all";
    case 1: return "icmp";
    case 6: return "tcp";
    case 17: return "udp";
    case 58: return "ipv6-icmp";
    case 132: return "sctp";
    default: return std::to_string(protocol);
  }
}

unsigned conntrack_bits(unsigned bits) {
  constexpr unsigned untracked = 1u << 6;
  return (bits & ~untracked) | ((bits & untracked) != 0 ? 1u << 8 : 0);
}

std::string state_text(unsigned bits) {
  constexpr std::array<std::pair<unsigned, std::string_view>, 7> names{{{1u << 0, "INVALID"},
                                                                        {1u << 3, "NEW"},
                                                                        {1u << 2, "RELATED"},
                                                                        {1u << 1, "ESTABLISHED"},
                                                                        {1u << 8, "UNTRACKED"},
                                                                        {1u << 6, "SNAT"},
                                                                        {1u << 7, "DNAT"}}};
  return names_of(bits, names);
}

std::string status_text(unsigned bits) {
  constexpr std::array<std::pair<unsigned, std::string_view>, 6> names{
      {{IPS_EXPECTED, "EXPECTED"},
       {IPS_SEEN_REPLY, "SEEN_REPLY"},
       {IPS_ASSURED, "ASSURED"},
       {IPS_CONFIRMED, "CONFIRMED"},
       {IPS_SRC_NAT, "SNAT"},
       {IPS_DST_NAT, "DNAT"}}};
  return names_of(bits, names);
}

std::string prefix_text(Bytes address, Bytes mask) {
  IpAddress ip{.family = address.size() == 4 ? AddressFamily::ipv4 : AddressFamily::ipv6};
  if ((address.size() != 4 && address.size() != 16) || mask.size() != address.size()) return {};
  std::ranges::copy(address, ip.bytes.begin());
  unsigned length = 0;
  bool ended = false;
  for (const std::uint8_t byte : mask) {
    const auto ones = static_cast<unsigned>(std::countl_one(byte));
    if ((ended && byte != 0) || static_cast<std::uint8_t>(byte << ones) != 0) return {};
    length += ones;
    ended = ended || ones < 8;
  }
  return concat(plimsoll::text_of(ip), "/", std::to_string(length));
}

std::string ports_text(unsigned first, unsigned last) {
  if (first == last) return std::to_string(first);
  return concat(std::to_string(first), ":", std::to_string(last));
}

std::string match_text(std::string_view name, unsigned revision, Bytes info, AddressFamily family) {
  if (name == "comment") return {};
  if (name == "tcp") {
    if (const auto tcp = object_of<xt_tcp>(info)) return tcp_text(*tcp);
  } else if (name == "udp") {
    if (const auto udp = object_of<xt_udp>(info)) return udp_text(*udp);
  } else if (name == "multiport" && revision == 1) {
    if (const auto multiport = object_of<xt_multiport_v1>(info)) return multiport_text(*multiport);
  } else if (name == "conntrack") {
    return conntrack_text(revision, info, family);
  } else if (name == "state") {
    if (const auto state = object_of<xt_state_info>(info)) {
      return concat("-m state --state ", state_text(conntrack_bits(state->statemask)));
    }
  } else if (name == "addrtype" && revision == 1) {
    if (const auto type = object_of<xt_addrtype_info_v1>(info)) {
      return addrtype_text(
          type->source, (type->flags & XT_ADDRTYPE_INVERT_SOURCE) != 0, type->dest,
          (type->flags & XT_ADDRTYPE_INVERT_DEST) != 0,
          (type->flags & (XT_ADDRTYPE_LIMIT_IFACE_IN | XT_ADDRTYPE_LIMIT_IFACE_OUT)) != 0);
    }
  } else if (name == "addrtype" && revision == 0) {
    if (const auto type = object_of<xt_addrtype_info>(info)) {
      return addrtype_text(type->source, type->invert_source != 0, type->dest,
                           type->invert_dest != 0, false);
    }
  } else if (name == "rpfilter") {
    if (const auto filter = object_of<xt_rpfilter_info>(info)) {
      return concat("-m rpfilter", (filter->flags & XT_RPFILTER_INVERT) != 0 ? " --invert" : "");
    }
  }
  return concat("-m unknown-", plain_name(name));
}

std::string target_text(std::string_view name, unsigned revision, Bytes info,
                        AddressFamily family) {
  std::string text = concat("-j ", plain_name(name));
  if (name == "DNAT") {
    const std::string to = translation_text(revision, info, family);
    if (!to.empty()) text += concat(" --to-destination ", to);
  }
  return text;
}

}  // namespace plimsoll::audit
