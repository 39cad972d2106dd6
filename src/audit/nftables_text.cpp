#include "audit/nftables_text.h"

// libc's own definitions of addresses must come before the kernel's.
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "audit/xtables_text.h"
#include "base/text.h"

namespace plimsoll::audit {
namespace {

// The elements of one set that are read; rules on larger ones are not understood.
constexpr std::size_t max_elements = 1024;
// A vote of maps inside of one rule would multiply.
constexpr std::size_t max_texts = 1024;
constexpr std::size_t max_rules = 200'000;

using Data = std::vector<std::uint8_t>;

Data copy(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

std::uint32_t host_order(const Data& data) {
  std::uint32_t number = 0;
  if (data.size() >= sizeof number) std::memcpy(&number, data.data(), sizeof number);
  return number;
}

std::optional<std::uint16_t> port_of(const Data& data) {
  if (data.size() < 2) return std::nullopt;
  return static_cast<std::uint16_t>(data[0] << 8 | data[1]);
}

// What a register holds, as far as it can be said in iptables' words.
struct Loaded {
  enum class What : std::uint8_t {
    nothing,
    in_interface,
    out_interface,
    in_index,
    out_index,
    protocol,
    family,
    ether_type,
    source,
    destination,
    source_port,
    destination_port,
    tcp_flags,
    state,
    status,
    direction,
    original_source,
    original_destination,
    original_port,
    destination_type,
    source_type,
    reverse_path,
    fragment,
    constant,
    other,
  };
  What what = What::nothing;
  std::size_t size = 0;   // of the part that is loaded, in bytes
  std::string name = {};  // of `other`: the expression's
  Data constant = {};
  Data mask = {};
};

using What = Loaded::What;

struct Range {
  Data first;
  Data last;
};

// One rule, expression by expression.
class RuleText {
 public:
  RuleText(std::uint8_t family, const std::string& table, const NftSets& sets)
      : family_(family), table_(table), sets_(sets) {}

  std::vector<std::string> read(Bytes expressions) {
    for (const Attribute& item : attributes_of(expressions)) {
      if (item.type != NFTA_LIST_ELEM) continue;
      const std::string name = text_of(attribute(item.value, NFTA_EXPR_NAME));
      read_expression(name, attribute(item.value, NFTA_EXPR_DATA));
    }
    // What a map has decided is said already.
    if (texts_.empty() || !target_.empty()) add_texts(target_);
    return std::move(texts_);
  }

 private:
  // --- registers: sixteen of four bytes, the first four names being for four of them each ---

  static std::size_t slot_of(Bytes number) {
    const std::uint32_t reg = number_of(number).value_or(0);
    if (reg >= NFT_REG_1 && reg <= NFT_REG_4) return (reg - NFT_REG_1) * 4;
    if (reg >= NFT_REG32_00 && reg <= NFT_REG32_15) return reg - NFT_REG32_00;
    return slots - 1;
  }

  Loaded& at(Bytes number) { return registers_[slot_of(number)]; }

  void load(Bytes reg, What what, std::size_t size) { at(reg) = {.what = what, .size = size}; }
  void load_other(Bytes reg, std::string_view name) {
    at(reg) = {.what = What::other, .name = std::string(name)};
  }

  // --- what a rule says ---

  void say(std::string_view words) {
    for (std::string& one : conditions_) one += concat(" ", words);
  }
  void add_texts(std::string_view words) {
    for (const std::string& one : conditions_) texts_.push_back(concat(one, words));
  }
  void say_unknown(std::string_view name) { say(concat("-m unknown-", plain_name(name))); }
  void do_target(std::string_view words) {
    if (target_.empty()) target_ = concat(" ", words);
  }

  bool is_ipv6() const { return family_ == NFPROTO_IPV6; }
  AddressFamily addresses() const { return is_ipv6() ? AddressFamily::ipv6 : AddressFamily::ipv4; }

  void read_expression(std::string_view name, Bytes data) {
    if (name == "meta") return read_meta(data);
    if (name == "payload") return read_payload(data);
    if (name == "ct") return read_connection(data);
    if (name == "fib") return read_route(data);
    if (name == "bitwise") return read_bitwise(data);
    if (name == "cmp") return read_comparison(data);
    if (name == "range") return read_range(data);
    if (name == "lookup") return read_lookup(data);
    if (name == "immediate") return read_immediate(data);
    if (name == "nat") return read_translation(data);
    if (name == "match") {
      const std::string text = match_text(text_of(attribute(data, NFTA_MATCH_NAME)),
                                          number_of(attribute(data, NFTA_MATCH_REV)).value_or(0),
                                          attribute(data, NFTA_MATCH_INFO), addresses());
      if (!text.empty()) say(text);
      return;
    }
    if (name == "target") {
      return do_target(target_text(text_of(attribute(data, NFTA_TARGET_NAME)),
                                   number_of(attribute(data, NFTA_TARGET_REV)).value_or(0),
                                   attribute(data, NFTA_TARGET_INFO), addresses()));
    }
    if (name == "reject") return do_target("-j REJECT");
    if (name == "masq") return do_target("-j MASQUERADE");
    if (name == "redir") return do_target("-j REDIRECT");
    if (name == "queue") return do_target("-j NFQUEUE");
    if (name == "tproxy") return do_target("-j TPROXY");
    if (name == "synproxy") return do_target("-j SYNPROXY");
    constexpr std::array<std::string_view, 6> deciding_nothing{"counter", "log",          "notrack",
                                                               "last",    "flow_offload", "dup"};
    if (std::ranges::find(deciding_nothing, name) != deciding_nothing.end()) return;
    // Those that load something say so in the same attribute, whatever else they are.
    constexpr std::array<std::string_view, 8> loading{"exthdr", "hash", "numgen", "rt",
                                                      "socket", "osf",  "tunnel", "xfrm"};
    if (std::ranges::find(loading, name) != loading.end()) {
      for (Loaded& one : registers_) one = {.what = What::other, .name = std::string(name)};
      return;
    }
    say_unknown(name);
  }

  // --- loading ---

  void read_meta(Bytes data) {
    const Bytes reg = attribute(data, NFTA_META_DREG);
    if (reg.empty()) return;  // it sets something: the packet's mark, its priority
    switch (number_of(attribute(data, NFTA_META_KEY)).value_or(0)) {
      case NFT_META_IIFNAME: return load(reg, What::in_interface, IFNAMSIZ);
      case NFT_META_OIFNAME: return load(reg, What::out_interface, IFNAMSIZ);
      case NFT_META_IIF: return load(reg, What::in_index, 4);
      case NFT_META_OIF: return load(reg, What::out_index, 4);
      case NFT_META_L4PROTO: return load(reg, What::protocol, 1);
      case NFT_META_NFPROTO: return load(reg, What::family, 1);
      case NFT_META_PROTOCOL: return load(reg, What::ether_type, 2);
      default: return load_other(reg, "meta");
    }
  }

  void read_payload(Bytes data) {
    const Bytes reg = attribute(data, NFTA_PAYLOAD_DREG);
    if (reg.empty()) return;  // it writes into the packet
    const std::uint32_t base = number_of(attribute(data, NFTA_PAYLOAD_BASE)).value_or(~0u);
    const std::uint32_t offset = number_of(attribute(data, NFTA_PAYLOAD_OFFSET)).value_or(~0u);
    const std::uint32_t size = number_of(attribute(data, NFTA_PAYLOAD_LEN)).value_or(0);
    struct Field {
      std::uint32_t base;
      bool ipv6;
      std::uint32_t offset;
      std::uint32_t most;  // bytes; fewer of an address are its prefix
      What what;
    };
    // Offsets in the headers of IPv4, IPv6, TCP and UDP.
    constexpr std::array fields{
        Field{NFT_PAYLOAD_NETWORK_HEADER, false, 6, 2, What::fragment},
        Field{NFT_PAYLOAD_NETWORK_HEADER, false, 9, 1, What::protocol},
        Field{NFT_PAYLOAD_NETWORK_HEADER, false, 12, 4, What::source},
        Field{NFT_PAYLOAD_NETWORK_HEADER, false, 16, 4, What::destination},
        Field{NFT_PAYLOAD_NETWORK_HEADER, true, 6, 1, What::protocol},
        Field{NFT_PAYLOAD_NETWORK_HEADER, true, 8, 16, What::source},
        Field{NFT_PAYLOAD_NETWORK_HEADER, true, 24, 16, What::destination},
        Field{NFT_PAYLOAD_TRANSPORT_HEADER, false, 0, 2, What::source_port},
        Field{NFT_PAYLOAD_TRANSPORT_HEADER, false, 2, 2, What::destination_port},
        Field{NFT_PAYLOAD_TRANSPORT_HEADER, false, 13, 1, What::tcp_flags}};
    for (const Field& field : fields) {
      if (field.base != base || field.offset != offset || size == 0 || size > field.most) continue;
      const bool is_address = field.what == What::source || field.what == What::destination;
      if (!is_address && size != field.most) continue;
      // A table for both families asks for the family before it looks into the header.
      if (base == NFT_PAYLOAD_NETWORK_HEADER &&
          (family_ == NFPROTO_INET || field.ipv6 != is_ipv6())) {
        continue;
      }
      return load(reg, field.what, size);
    }
    load_other(reg, "payload");
  }

  void read_connection(Bytes data) {
    const Bytes reg = attribute(data, NFTA_CT_DREG);
    if (reg.empty()) return;  // it sets something
    const Bytes way = attribute(data, NFTA_CT_DIRECTION);
    const bool original = !way.empty() && way.front() == 0;
    switch (number_of(attribute(data, NFTA_CT_KEY)).value_or(~0u)) {
      case NFT_CT_STATE: return load(reg, What::state, 4);
      case NFT_CT_STATUS: return load(reg, What::status, 4);
      case NFT_CT_DIRECTION: return load(reg, What::direction, 1);
      case NFT_CT_SRC:
      case NFT_CT_SRC_IP:
      case NFT_CT_SRC_IP6:
        if (original) return load(reg, What::original_source, is_ipv6() ? 16 : 4);
        break;
      case NFT_CT_DST:
      case NFT_CT_DST_IP:
      case NFT_CT_DST_IP6:
        if (original) return load(reg, What::original_destination, is_ipv6() ? 16 : 4);
        break;
      case NFT_CT_PROTO_DST:
        if (original) return load(reg, What::original_port, 2);
        break;
      default: break;
    }
    load_other(reg, "ct");
  }

  void read_route(Bytes data) {
    const Bytes reg = attribute(data, NFTA_FIB_DREG);
    const std::uint32_t result = number_of(attribute(data, NFTA_FIB_RESULT)).value_or(0);
    const std::uint32_t flags = number_of(attribute(data, NFTA_FIB_FLAGS)).value_or(0);
    if (result == NFT_FIB_RESULT_ADDRTYPE && flags == NFTA_FIB_F_DADDR) {
      return load(reg, What::destination_type, 4);
    }
    if (result == NFT_FIB_RESULT_ADDRTYPE && flags == NFTA_FIB_F_SADDR) {
      return load(reg, What::source_type, 4);
    }
    constexpr std::uint32_t back = NFTA_FIB_F_SADDR | NFTA_FIB_F_IIF;
    if (result == NFT_FIB_RESULT_OIF && (flags & back) == back) {
      return load(reg, What::reverse_path, 4);
    }
    load_other(reg, "fib");
  }

  void read_bitwise(Bytes data) {
    Loaded value = at(attribute(data, NFTA_BITWISE_SREG));
    const Bytes to = attribute(data, NFTA_BITWISE_DREG);
    const Data mask = copy(attribute(attribute(data, NFTA_BITWISE_MASK), NFTA_DATA_VALUE));
    const Data flipped = copy(attribute(attribute(data, NFTA_BITWISE_XOR), NFTA_DATA_VALUE));
    const bool shifts = number_of(attribute(data, NFTA_BITWISE_OP)).value_or(0) != 0;
    const bool flips = std::ranges::any_of(flipped, [](std::uint8_t byte) { return byte != 0; });
    if (shifts || flips || mask.empty() || !value.mask.empty()) {
      return load_other(to, "bitwise");
    }
    value.mask = mask;
    at(to) = std::move(value);
  }

  // --- comparing ---

  void read_comparison(Bytes data) {
    const Loaded& value = at(attribute(data, NFTA_CMP_SREG));
    const std::uint32_t how = number_of(attribute(data, NFTA_CMP_OP)).value_or(~0u);
    const Data with = copy(attribute(attribute(data, NFTA_CMP_DATA), NFTA_DATA_VALUE));
    switch (how) {
      case NFT_CMP_EQ: return compare(value, {{with, with}}, false);
      case NFT_CMP_NEQ: return compare(value, {{with, with}}, true);
      case NFT_CMP_LTE: return compare(value, {{Data(with.size(), 0), with}}, false);
      case NFT_CMP_GTE: return compare(value, {{with, Data(with.size(), 0xff)}}, false);
      case NFT_CMP_LT: return compare(value, {{with, Data(with.size(), 0xff)}}, true);
      case NFT_CMP_GT: return compare(value, {{Data(with.size(), 0), with}}, true);
      default: return say_unknown("cmp");
    }
  }

  void read_range(Bytes data) {
    const Loaded& value = at(attribute(data, NFTA_RANGE_SREG));
    const bool negated = number_of(attribute(data, NFTA_RANGE_OP)).value_or(0) == NFT_RANGE_NEQ;
    compare(value,
            {{copy(attribute(attribute(data, NFTA_RANGE_FROM_DATA), NFTA_DATA_VALUE)),
              copy(attribute(attribute(data, NFTA_RANGE_TO_DATA), NFTA_DATA_VALUE))}},
            negated);
  }

  // The value is in one of the ranges, or, negated, in none.
  void compare(const Loaded& value, const std::vector<Range>& ranges, bool negated) {
    const std::optional<std::string> words = words_for(value, ranges, negated);
    if (words) {
      say(*words);
      // What the rest of the rule says of addresses and ports depends on it.
      if (value.what == What::protocol && !negated && ranges.size() == 1 && is_one(ranges[0])) {
        protocol_ = ranges[0].first.empty() ? 0 : ranges[0].first[0];
      }
      if (value.what == What::family && !negated && ranges.size() == 1 && is_one(ranges[0]) &&
          family_ == NFPROTO_INET && !ranges[0].first.empty()) {
        family_ = ranges[0].first[0];
      }
      return;
    }
    say_unknown(value.name.empty() ? "cmp" : value.name);
  }

  static bool is_one(const Range& range) { return range.first == range.last; }

  std::optional<std::string> words_for(const Loaded& value, const std::vector<Range>& ranges,
                                       bool negated) const {
    const std::string_view no = negated ? "! " : "";
    switch (value.what) {
      case What::state:
        return bits_words("-m conntrack", "--ctstate", value, ranges, negated, true);
      case What::status:
        return bits_words("-m conntrack", "--ctstatus", value, ranges, negated, false);
      case What::tcp_flags: return flags_words(value, ranges, negated);
      case What::fragment: return fragment_words(value, ranges, negated);
      case What::source: return address_words("-s", value, ranges, negated);
      case What::destination: return address_words("-d", value, ranges, negated);
      case What::original_source:
        return address_words("-m conntrack --ctorigsrc", value, ranges, negated);
      case What::original_destination:
        return address_words("-m conntrack --ctorigdst", value, ranges, negated);
      default: break;
    }
    if (!value.mask.empty()) return std::nullopt;
    switch (value.what) {
      case What::source_port: return port_words("--sport", "--sports", ranges, negated);
      case What::destination_port: return port_words("--dport", "--dports", ranges, negated);
      case What::original_port: {
        const std::optional<std::string> ports = ports_of(ranges);
        if (!ports) return std::nullopt;
        return concat("-m conntrack ", no, "--ctorigdstport ", *ports);
      }
      default: break;
    }
    // The others have no order: one value, and no more.
    if (ranges.size() != 1 || !is_one(ranges[0])) return std::nullopt;
    const Data& data = ranges[0].first;
    switch (value.what) {
      case What::in_interface: return concat(no, "-i ", interface_of(data));
      case What::out_interface: return concat(no, "-o ", interface_of(data));
      case What::in_index:
      case What::out_index: {
        std::array<char, IFNAMSIZ> name{};
        if (::if_indextoname(host_order(data), name.data()) == nullptr) return std::nullopt;
        return concat(no, value.what == What::in_index ? "-i " : "-o ", plain_name(name.data()));
      }
      case What::protocol:
        if (data.empty()) return std::nullopt;
        return concat(no, "-p ", protocol_text(data[0]));
      case What::family:
        if (data.empty() || (data[0] != NFPROTO_IPV4 && data[0] != NFPROTO_IPV6)) {
          return std::nullopt;
        }
        return concat(no, data[0] == NFPROTO_IPV4 ? "-4" : "-6");
      case What::ether_type: {
        constexpr std::uint16_t ipv4 = 0x0800;
        constexpr std::uint16_t ipv6 = 0x86dd;
        const auto type = port_of(data);
        if (type != ipv4 && type != ipv6) return std::nullopt;
        return concat(no, type == ipv4 ? "-4" : "-6");
      }
      case What::direction:
        if (data.empty()) return std::nullopt;
        return concat("-m conntrack --ctdir ", (data[0] == 0) != negated ? "ORIGINAL" : "REPLY");
      case What::destination_type:
      case What::source_type: {
        constexpr std::uint32_t unicast = 1;  // RTN_UNICAST, RTN_LOCAL
        constexpr std::uint32_t local = 2;
        const std::uint32_t type = host_order(data);
        if (type != unicast && type != local) return std::nullopt;
        return concat("-m addrtype ", no,
                      value.what == What::source_type ? "--src-type " : "--dst-type ",
                      type == local ? "LOCAL" : "UNICAST");
      }
      case What::reverse_path:
        // Index 0: there is no way back.
        if (host_order(data) != 0) return std::nullopt;
        return std::string(negated ? "-m rpfilter" : "-m rpfilter --invert");
      default: return std::nullopt;
    }
  }

  // A name without its end stands for all that begin so.
  static std::string interface_of(const Data& data) {
    const bool is_whole = std::ranges::find(data, 0) != data.end() || data.size() >= IFNAMSIZ;
    return concat(plain_name(text_of(data)), is_whole ? "" : "+");
  }

  static std::optional<std::string> ports_of(const std::vector<Range>& ranges) {
    std::string text;
    for (const Range& range : ranges) {
      const auto first = port_of(range.first);
      const auto last = port_of(range.last);
      if (!first || !last) return std::nullopt;
      text += concat(text.empty() ? "" : ",", ports_text(*first, *last));
    }
    if (text.empty()) return std::nullopt;
    return text;
  }

  std::optional<std::string> port_words(std::string_view one, std::string_view several,
                                        const std::vector<Range>& ranges, bool negated) const {
    const std::optional<std::string> ports = ports_of(ranges);
    if (!ports) return std::nullopt;
    const std::string_view no = negated ? "! " : "";
    const bool is_named = protocol_ == IPPROTO_TCP || protocol_ == IPPROTO_UDP;
    if (is_named && ranges.size() == 1) {
      return concat("-m ", protocol_text(protocol_), " ", no, one, " ", *ports);
    }
    return concat("-m multiport ", no, several, " ", *ports);
  }

  // An address with a mask, the first bytes of one, or a range that is a prefix.
  std::optional<std::string> address_words(std::string_view option, const Loaded& value,
                                           const std::vector<Range>& ranges, bool negated) const {
    const std::size_t size = is_ipv6() ? 16 : 4;
    std::string prefixes;
    for (const Range& range : ranges) {
      if (range.first.size() < value.size || range.last.size() < value.size) return std::nullopt;
      if (value.size > size) return std::nullopt;
      Data address(size, 0);
      Data mask(size, 0);
      for (std::size_t i = 0; i < value.size; ++i) {
        address[i] = range.first[i];
        // Where first and last differ by ones alone, a prefix is left.
        mask[i] = static_cast<std::uint8_t>(~(range.first[i] ^ range.last[i]));
        if ((range.first[i] & ~mask[i]) != 0) return std::nullopt;
        if (value.mask.empty()) continue;
        if (i >= value.mask.size() || mask[i] != 0xff) return std::nullopt;
        mask[i] = value.mask[i];
      }
      const std::string prefix = prefix_text(address, mask);
      if (prefix.empty()) return std::nullopt;
      prefixes += concat(prefixes.empty() ? "" : ",", prefix);
    }
    if (prefixes.empty()) return std::nullopt;
    const std::size_t blank = option.rfind(' ');
    if (blank == std::string_view::npos) return concat(negated ? "! " : "", option, " ", prefixes);
    return concat(option.substr(0, blank + 1), negated ? "! " : "", option.substr(blank + 1), " ",
                  prefixes);
  }

  // `(state & mask) != 0` asks for any of some states, and so do the elements of a set.
  static std::optional<std::string> bits_words(std::string_view match, std::string_view option,
                                               const Loaded& value,
                                               const std::vector<Range>& ranges, bool negated,
                                               bool are_states) {
    std::uint32_t bits = 0;
    if (!value.mask.empty()) {
      if (ranges.size() != 1 || !is_one(ranges[0]) || ranges[0].first.size() < 4) {
        return std::nullopt;
      }
      bits = host_order(value.mask);
      const std::uint32_t with = host_order(ranges[0].first);
      if (with == 0) {
        negated = !negated;
      } else if (with != bits || (bits & (bits - 1)) != 0) {
        return std::nullopt;  // all of several bits
      }
    } else {
      if (!are_states) return std::nullopt;
      for (const Range& range : ranges) {
        if (!is_one(range) || range.first.size() < 4) return std::nullopt;
        bits |= host_order(range.first);
      }
    }
    return concat(match, " ", negated ? "! " : "", option, " ",
                  are_states ? state_text(conntrack_bits(bits)) : status_text(bits));
  }

  static std::optional<std::string> flags_words(const Loaded& value,
                                                const std::vector<Range>& ranges, bool negated) {
    if (ranges.size() != 1 || !is_one(ranges[0]) || ranges[0].first.empty()) return std::nullopt;
    const unsigned mask = value.mask.empty() ? 0x3f : value.mask[0] & 0x3fu;
    return concat("-m tcp ", negated ? "! " : "", "--tcp-flags ", flags_text(mask), " ",
                  flags_text(ranges[0].first[0]));
  }

  // The offset, thirteen bits of it, of all but the first fragment is not 0.
  static std::optional<std::string> fragment_words(const Loaded& value,
                                                   const std::vector<Range>& ranges, bool negated) {
    if (value.mask != Data{0x1f, 0xff} || ranges.size() != 1 || !is_one(ranges[0]) ||
        ranges[0].first != Data{0, 0}) {
      return std::nullopt;
    }
    return negated ? "-f" : "! -f";
  }

  static std::string flags_text(unsigned flags) {
    constexpr std::array<std::string_view, 6> names{"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (((flags >> i) & 1) != 0) text += concat(text.empty() ? "" : ",", names[i]);
    }
    return text.empty() ? "NONE" : text;
  }

  // --- sets and maps ---

  void read_lookup(Bytes data) {
    const Loaded value = at(attribute(data, NFTA_LOOKUP_SREG));
    const std::string name = text_of(attribute(data, NFTA_LOOKUP_SET));
    const Bytes result = attribute(data, NFTA_LOOKUP_DREG);
    const bool negated =
        (number_of(attribute(data, NFTA_LOOKUP_FLAGS)).value_or(0) & NFT_LOOKUP_F_INV) != 0;
    const auto known = sets_.find({table_, name});
    const NftSet* set = known == sets_.end() ? nullptr : &known->second;
    // Keys of another size are put together of several values.
    if (set != nullptr &&
        (!set->is_complete || std::ranges::any_of(set->elements, [&](const auto& element) {
          return !element.is_catchall && element.key.size() != value.size;
        }))) {
      set = nullptr;
    }
    if (result.empty())
      return set == nullptr ? say_unknown("lookup") : say_set(value, *set, negated);
    if (number_of(result).value_or(0) != NFT_REG_VERDICT) return load_other(result, "map");
    if (set != nullptr) return read_verdict_map(value, *set);
    // It may do anything, and go on.
    add_texts(" -m unknown-map -j unknown-verdict");
  }

  void say_set(const Loaded& value, const NftSet& set, bool negated) {
    const auto ranges = ranges_of(set);
    if (!ranges) return say_unknown("lookup");
    if (!ranges->empty()) {
      if (const auto words = words_for(value, *ranges, negated)) return say(*words);
    }
    if (negated) {
      // None of them: each condition must hold.
      std::string all;
      for (const Range& range : *ranges) {
        const auto one = words_for(value, {range}, true);
        if (!one) return say_unknown("lookup");
        all += concat(all.empty() ? "" : " ", *one);
      }
      if (!all.empty()) say(all);
      return;
    }
    // One of them: a rule for each. Of an empty set there is none.
    std::vector<std::string> ways;
    if (ranges->size() * conditions_.size() > max_texts) return say_unknown("lookup");
    for (const Range& range : *ranges) {
      const auto one = words_for(value, {range}, false);
      if (!one) return say_unknown("lookup");
      for (const std::string& before : conditions_) ways.push_back(concat(before, " ", *one));
    }
    conditions_ = std::move(ways);
  }

  // Each element is a rule of its own.
  void read_verdict_map(const Loaded& value, const NftSet& map) {
    for (std::size_t i = 0; i < map.elements.size(); ++i) {
      const NftSet::Element& element = map.elements[i];
      if (element.ends_interval) continue;
      std::string words = "-m unknown-map";
      if (element.is_catchall) {
        words = "-m unknown-rest";
      } else if (const auto known = words_for(value, {range_of(map, i)}, false)) {
        words = *known;
      }
      add_texts(concat(" ", words, verdict_words(element.verdict)));
      if (texts_.size() > max_texts) return add_texts(" -m unknown-map -j unknown-verdict");
    }
  }

  // A key alone, or, in a set of intervals, all that come before the next one: that begins another
  // interval, or ends this one.
  static Range range_of(const NftSet& set, std::size_t index) {
    const NftSet::Element& element = set.elements[index];
    if (!element.key_end.empty()) return {element.key, element.key_end};
    if (!set.is_interval) return {element.key, element.key};
    Range range{element.key, Data(element.key.size(), 0xff)};
    if (index + 1 < set.elements.size() && !set.elements[index + 1].is_catchall) {
      range.last = set.elements[index + 1].key;
      for (std::size_t i = range.last.size(); i-- > 0 && range.last[i]-- == 0;) {
      }
    }
    return range;
  }

  static std::optional<std::vector<Range>> ranges_of(const NftSet& set) {
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < set.elements.size(); ++i) {
      if (set.elements[i].is_catchall) return std::nullopt;
      if (!set.elements[i].ends_interval) ranges.push_back(range_of(set, i));
    }
    return ranges;
  }

  // --- what is done ---

  static std::string verdict_words(Bytes verdict) {
    const auto code = static_cast<std::int32_t>(
        number_of(attribute(verdict, NFTA_VERDICT_CODE)).value_or(0x7fffffff));
    const std::string chain = plain_name(text_of(attribute(verdict, NFTA_VERDICT_CHAIN)));
    switch (code) {
      case NF_ACCEPT: return " -j ACCEPT";
      case NF_DROP: return " -j DROP";
      case NFT_RETURN: return " -j RETURN";
      case NFT_CONTINUE: return "";
      case NFT_JUMP: return concat(" -j ", chain);
      case NFT_GOTO: return concat(" -g ", chain);
      default: return " -j unknown-verdict";
    }
  }

  void read_immediate(Bytes data) {
    const Bytes reg = attribute(data, NFTA_IMMEDIATE_DREG);
    const Bytes value = attribute(data, NFTA_IMMEDIATE_DATA);
    if (number_of(reg).value_or(~0u) == NFT_REG_VERDICT) {
      if (target_.empty()) target_ = verdict_words(attribute(value, NFTA_DATA_VERDICT));
      return;
    }
    at(reg) = {.what = What::constant, .constant = copy(attribute(value, NFTA_DATA_VALUE))};
  }

  void read_translation(Bytes data) {
    const bool of_destination =
        number_of(attribute(data, NFTA_NAT_TYPE)).value_or(~0u) == NFT_NAT_DNAT;
    if (!of_destination) return do_target("-j SNAT");
    const Bytes address_from = attribute(data, NFTA_NAT_REG_ADDR_MIN);
    const Bytes address_to = attribute(data, NFTA_NAT_REG_ADDR_MAX);
    const Bytes port_from = attribute(data, NFTA_NAT_REG_PROTO_MIN);
    const Bytes port_to = attribute(data, NFTA_NAT_REG_PROTO_MAX);
    const auto same = [&](Bytes from, Bytes to) {
      return to.empty() || slot_of(from) == slot_of(to);
    };
    const Data& address = at(address_from).constant;
    const bool is_ipv6_address = address.size() == 16;
    std::string text = "-j DNAT";
    if (!address_from.empty() && same(address_from, address_to) &&
        (address.size() == 4 || is_ipv6_address)) {
      IpAddress ip{.family = is_ipv6_address ? AddressFamily::ipv6 : AddressFamily::ipv4};
      std::ranges::copy(address, ip.bytes.begin());
      std::string to = plimsoll::text_of(ip);
      const auto port = port_from.empty() ? std::nullopt : port_of(at(port_from).constant);
      if (port) {
        if (is_ipv6_address) to = concat("[", to, "]");
        to += concat(":", std::to_string(*port));
      }
      if (port_from.empty() || (port && same(port_from, port_to))) {
        text += concat(" --to-destination ", to);
      }
    }
    do_target(text);
  }

  static constexpr std::size_t slots = 21;  // the last is for numbers that are none
  std::uint8_t family_;
  const std::string& table_;
  const NftSets& sets_;
  std::array<Loaded, slots> registers_;
  unsigned protocol_ = 0;
  std::vector<std::string> conditions_{""};  // one for each way through a set
  std::string target_;
  std::vector<std::string> texts_;
};

}  // namespace

std::vector<std::string> rule_texts(Bytes expressions, std::uint8_t family,
                                    const std::string& table, const NftSets& sets) {
  return RuleText(family, table, sets).read(expressions);
}

// --- asking the kernel ---

namespace {

struct Chain {
  std::string name;
  std::optional<std::uint32_t> hook{};
  std::int32_t priority = 0;
  std::string policy = "-";
  bool translates = false;
  std::vector<std::string> rules{};
};

struct Table {
  std::uint8_t family = 0;
  std::string name;
  std::vector<Chain> chains{};
  NftSets sets{};
};

std::string_view family_name(std::uint8_t family) {
  switch (family) {
    case NFPROTO_IPV4: return "ip";
    case NFPROTO_IPV6: return "ip6";
    case NFPROTO_INET: return "inet";
    default: return "";
  }
}

class Nftables {
 public:
  explicit Nftables(Netlink netlink) : netlink_(std::move(netlink)) {}

  // Nothing on success.
  std::optional<Netlink::Failure> read() {
    if (auto failed = dump(NFT_MSG_GETTABLE, {}, [&](std::uint8_t family, Bytes data) {
          if (family_name(family).empty()) return;
          tables_.push_back({.family = family, .name = text_of(attribute(data, NFTA_TABLE_NAME))});
        })) {
      return failed;
    }
    if (tables_.empty()) return std::nullopt;
    if (auto failed = dump(NFT_MSG_GETCHAIN, {},
                           [&](std::uint8_t family, Bytes data) { add_chain(family, data); })) {
      return failed;
    }
    if (auto failed = read_sets()) return failed;
    return dump(NFT_MSG_GETRULE, {},
                [&](std::uint8_t family, Bytes data) { add_rule(family, data); });
  }

  std::string text() const {
    std::string out;
    for (const Table& table : tables_) {
      if (table.chains.empty()) continue;
      out += concat("# nf_tables, family ", family_name(table.family), "\n*",
                    plain_name(table.name), "\n");
      for (const Chain& chain : table.chains) out += declaration(chain);
      for (const Chain& chain : table.chains) {
        for (const std::string& rule : chain.rules) {
          out += concat("-A ", plain_name(chain.name), rule, "\n");
        }
      }
      out += "COMMIT\n";
    }
    return out;
  }

 private:
  using Message = std::function<void(std::uint8_t family, Bytes attributes)>;

  std::optional<Netlink::Failure> dump(std::uint16_t what,
                                       const std::function<void(NetlinkRequest&)>& restrict,
                                       const Message& message) {
    return dump(what, NFPROTO_UNSPEC, restrict, message);
  }

  std::optional<Netlink::Failure> dump(std::uint16_t what, std::uint8_t family,
                                       const std::function<void(NetlinkRequest&)>& restrict,
                                       const Message& message) {
    const nfgenmsg header{.nfgen_family = family, .version = NFNETLINK_V0, .res_id = 0};
    NetlinkRequest request(static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | what), NLM_F_DUMP,
                           Bytes(reinterpret_cast<const std::uint8_t*>(&header), sizeof header));
    if (restrict) restrict(request);
    return netlink_.ask(std::move(request), [&](std::uint16_t, Bytes payload) {
      if (payload.size() < sizeof(nfgenmsg)) return;
      message(payload[0], payload.subspan(sizeof(nfgenmsg)));
    });
  }

  Table* table_of(std::uint8_t family, const std::string& name) {
    const auto found = std::ranges::find_if(
        tables_, [&](const Table& table) { return table.family == family && table.name == name; });
    return found == tables_.end() ? nullptr : &*found;
  }

  void add_chain(std::uint8_t family, Bytes data) {
    Table* const table = table_of(family, text_of(attribute(data, NFTA_CHAIN_TABLE)));
    if (table == nullptr) return;
    Chain chain{.name = text_of(attribute(data, NFTA_CHAIN_NAME))};
    const Bytes hook = attribute(data, NFTA_CHAIN_HOOK);
    if (!hook.empty()) {
      chain.hook = number_of(attribute(hook, NFTA_HOOK_HOOKNUM));
      chain.priority =
          static_cast<std::int32_t>(number_of(attribute(hook, NFTA_HOOK_PRIORITY)).value_or(0));
      chain.translates = text_of(attribute(data, NFTA_CHAIN_TYPE)) == "nat";
      const auto policy = number_of(attribute(data, NFTA_CHAIN_POLICY));
      chain.policy = policy == std::uint32_t{NF_DROP} ? "DROP" : "ACCEPT";
    }
    table->chains.push_back(std::move(chain));
  }

  void add_rule(std::uint8_t family, Bytes data) {
    if (++rules_ > max_rules) return;
    Table* const table = table_of(family, text_of(attribute(data, NFTA_RULE_TABLE)));
    if (table == nullptr) return;
    const auto chain =
        std::ranges::find(table->chains, text_of(attribute(data, NFTA_RULE_CHAIN)), &Chain::name);
    if (chain == table->chains.end()) return;
    std::ranges::move(
        rule_texts(attribute(data, NFTA_RULE_EXPRESSIONS), family, table->name, table->sets),
        std::back_inserter(chain->rules));
  }

  std::optional<Netlink::Failure> read_sets() {
    if (auto failed = dump(NFT_MSG_GETSET, {}, [&](std::uint8_t family, Bytes data) {
          Table* const table = table_of(family, text_of(attribute(data, NFTA_SET_TABLE)));
          if (table == nullptr) return;
          const std::uint32_t flags = number_of(attribute(data, NFTA_SET_FLAGS)).value_or(0);
          table->sets[{table->name, text_of(attribute(data, NFTA_SET_NAME))}].is_interval =
              (flags & NFT_SET_INTERVAL) != 0;
        })) {
      return failed;
    }
    for (Table& table : tables_) {
      for (auto& [name, set] : table.sets) {
        if (auto failed = read_elements(table, name.second, set)) return failed;
      }
    }
    return std::nullopt;
  }

  std::optional<Netlink::Failure> read_elements(const Table& table, const std::string& name,
                                                NftSet& set) {
    set.is_complete = true;
    const auto restrict = [&](NetlinkRequest& request) {
      request.add_text(NFTA_SET_ELEM_LIST_TABLE, table.name);
      request.add_text(NFTA_SET_ELEM_LIST_SET, name);
    };
    auto failed = dump(NFT_MSG_GETSETELEM, table.family, restrict, [&](std::uint8_t, Bytes data) {
      for (const Attribute& item : attributes_of(attribute(data, NFTA_SET_ELEM_LIST_ELEMENTS))) {
        if (set.elements.size() >= max_elements) {
          set.is_complete = false;
          return;
        }
        add_element(item.value, set);
      }
    });
    sort_elements(set);
    return failed;
  }

  static void add_element(Bytes data, NftSet& set) {
    const std::uint32_t flags = number_of(attribute(data, NFTA_SET_ELEM_FLAGS)).value_or(0);
    set.elements.push_back(
        {.key = copy(attribute(attribute(data, NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE)),
         .key_end = copy(attribute(attribute(data, NFTA_SET_ELEM_KEY_END), NFTA_DATA_VALUE)),
         .verdict = copy(attribute(attribute(data, NFTA_SET_ELEM_DATA), NFTA_DATA_VERDICT)),
         .ends_interval = (flags & NFT_SET_ELEM_INTERVAL_END) != 0,
         .is_catchall = (flags & NFT_SET_ELEM_CATCHALL) != 0});
  }

  // The kernel gives them in no order. Where one interval ends and the next begins at once, the end
  // comes first.
  static void sort_elements(NftSet& set) {
    std::ranges::stable_sort(set.elements, [](const auto& a, const auto& b) {
      if (a.is_catchall != b.is_catchall) return b.is_catchall;
      if (a.key != b.key) return a.key < b.key;
      return a.ends_interval && !b.ends_interval;
    });
  }

  static std::string declaration(const Chain& chain) {
    constexpr std::array<std::string_view, 5> hooks{"prerouting", "input", "forward", "output",
                                                    "postrouting"};
    std::string out;
    if (chain.hook && *chain.hook < hooks.size()) {
      out = concat("# hook ", hooks[*chain.hook], ", priority ", std::to_string(chain.priority),
                   chain.translates ? ", translation" : "", "\n");
    }
    return concat(out, ":", plain_name(chain.name), " ", chain.policy, "\n");
  }

  Netlink netlink_;
  std::vector<Table> tables_;
  std::size_t rules_ = 0;

 public:
  bool is_too_long() const { return rules_ > max_rules; }
};

}  // namespace

Result<std::string> read_nftables() {
  constexpr int attempts = 3;
  Netlink::Failure failed;
  for (int i = 0; i < attempts; ++i) {
    std::expected<Netlink, Netlink::Failure> netlink = Netlink::open(NETLINK_NETFILTER);
    if (!netlink) {
      return failure({.message = concat("the kernel cannot be asked: ", netlink.error().message)});
    }
    Nftables tables(std::move(*netlink));
    const std::optional<Netlink::Failure> said = tables.read();
    if (!said && tables.is_too_long()) {
      return failure({.message = concat("the packet filter has more than ",
                                        std::to_string(max_rules), " rules")});
    }
    if (!said) return tables.text();
    failed = *said;
    // A kernel without nf_tables; and EINTR: somebody changed the rules meanwhile.
    if (failed.number == EOPNOTSUPP || failed.number == EINVAL ||
        failed.number == EPROTONOSUPPORT) {
      return std::string();
    }
    if (failed.number != EINTR) break;
  }
  const bool is_forbidden = failed.number == EPERM || failed.number == EACCES;
  return failure({.message = concat("the rules of nf_tables cannot be read: ", failed.message),
                  .hint = is_forbidden ? "run the audit as root" : ""});
}

}  // namespace plimsoll::audit
