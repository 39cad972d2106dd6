#include "audit/legacy_tables.h"

// libc's own definitions of addresses must come before the kernel's.
#include <arpa/inet.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>

#include "audit/xtables_text.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/text.h"

namespace plimsoll::audit {
namespace {

constexpr std::size_t max_table_bytes = 64u << 20;

// False when there are too few bytes. The kernel's structures end in members without a size, so
// they cannot be put into an optional.
template <class T>
bool copy_at(Bytes bytes, std::size_t offset, T& object) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  std::memcpy(&object, bytes.data() + offset, sizeof object);
  return true;
}

std::string text_of_array(const char* text, std::size_t size) {
  return {text, ::strnlen(text, size)};
}

// What an entry of either family says of itself.
struct Entry {
  std::uint32_t offset = 0;
  std::uint32_t next = 0;
  std::uint32_t target_at = 0;  // these two from the block's start
  std::uint32_t matches_at = 0;
  std::string conditions{};
  bool is_goto = false;
};

std::string interface_words(const char* name, const unsigned char* mask, bool negated,
                            std::string_view option) {
  const std::string text = text_of_array(name, IFNAMSIZ);
  if (text.empty() || (mask[0] == 0 && !negated)) return {};
  // The mask takes in the NUL behind a whole name, else what stands before its `+`.
  std::size_t compared = 0;
  while (compared < IFNAMSIZ && mask[compared] != 0) ++compared;
  const std::string whole = compared > text.size() || text.size() >= IFNAMSIZ
                                ? plain_name(text)
                                : concat(plain_name(text.substr(0, compared)), "+");
  return concat(negated ? " ! " : " ", option, " ", whole);
}

template <class Address>
std::string address_words(const Address& address, const Address& mask, bool negated,
                          std::string_view option) {
  const Bytes mask_bytes(reinterpret_cast<const std::uint8_t*>(&mask), sizeof mask);
  if (!negated && std::ranges::all_of(mask_bytes, [](std::uint8_t byte) { return byte == 0; })) {
    return {};
  }
  const std::string prefix = prefix_text(
      Bytes(reinterpret_cast<const std::uint8_t*>(&address), sizeof address), mask_bytes);
  if (prefix.empty()) return " -m unknown-address-mask";
  return concat(negated ? " ! " : " ", option, " ", prefix);
}

// ipt_ip and ip6t_ip6 have the same members, and the same flags for what is inverted.
template <class Header>
std::string header_words(const Header& ip) {
  static_assert(IPT_INV_VIA_IN == IP6T_INV_VIA_IN && IPT_INV_PROTO == IP6T_INV_PROTO &&
                IPT_INV_SRCIP == IP6T_INV_SRCIP && IPT_INV_DSTIP == IP6T_INV_DSTIP);
  const auto inverted = [&](unsigned flag) { return (ip.invflags & flag) != 0; };
  std::string words = address_words(ip.src, ip.smsk, inverted(IPT_INV_SRCIP), "-s");
  words += address_words(ip.dst, ip.dmsk, inverted(IPT_INV_DSTIP), "-d");
  words += interface_words(ip.iniface, ip.iniface_mask, inverted(IPT_INV_VIA_IN), "-i");
  words += interface_words(ip.outiface, ip.outiface_mask, inverted(IPT_INV_VIA_OUT), "-o");
  if (ip.proto != 0) {
    words += concat(inverted(IPT_INV_PROTO) ? " ! -p " : " -p ", protocol_text(ip.proto));
  }
  return words;
}

class TableText {
 public:
  explicit TableText(const LegacyTable& table) : table_(table), bytes_(table.entries) {}

  Result<std::string> read() {
    if (!find_entries() || !find_chains()) {
      return failure({.message = concat("the table \"", table_.name,
                                        "\" of x_tables is not laid out as it should be")});
    }
    std::string declarations;
    std::string rules;
    for (auto chain = chains_.begin(); chain != chains_.end(); ++chain) {
      const auto next = std::next(chain);
      const std::uint32_t end = next == chains_.end() ? end_ : next->second.head;
      declarations += concat(":", chain->second.name, " ", policy_of(chain->second), "\n");
      for (auto entry = entries_.lower_bound(chain->first);
           entry != entries_.end() && entry->first < end; ++entry) {
        // The last one of each is its policy, or the RETURN that ends a chain of the user's.
        if (entry->first == chain->second.policy_at ||
            (!chain->second.policy_at && entry->second.next == end)) {
          continue;
        }
        rules += concat("-A ", chain->second.name, rule_words(entry->second), "\n");
      }
    }
    const std::string_view family = table_.family == AddressFamily::ipv4 ? "ip" : "ip6";
    return concat("# x_tables, family ", family, "\n*", plain_name(table_.name), "\n", declarations,
                  rules, "COMMIT\n");
  }

 private:
  struct Chain {
    std::string name;
    std::uint32_t head = 0;  // where the entry with its name begins, or its own first one
    std::optional<std::uint32_t> policy_at;
  };

  template <class Raw>
  std::optional<Entry> entry_at(std::uint32_t offset) const {
    Raw raw;
    if (!copy_at(bytes_, offset, raw) || raw.target_offset < sizeof(Raw) ||
        raw.next_offset < raw.target_offset || raw.next_offset > bytes_.size() - offset) {
      return std::nullopt;
    }
    Entry entry{.offset = offset,
                .next = offset + raw.next_offset,
                .target_at = offset + raw.target_offset,
                .matches_at = static_cast<std::uint32_t>(offset + sizeof(Raw))};
    if constexpr (std::is_same_v<Raw, ipt_entry>) {
      entry.conditions = header_words(raw.ip);
      if ((raw.ip.flags & IPT_F_FRAG) != 0) {
        entry.conditions += (raw.ip.invflags & IPT_INV_FRAG) != 0 ? " ! -f" : " -f";
      }
      entry.is_goto = (raw.ip.flags & IPT_F_GOTO) != 0;
    } else {
      entry.conditions = header_words(raw.ipv6);
      entry.is_goto = (raw.ipv6.flags & IP6T_F_GOTO) != 0;
    }
    return entry;
  }

  bool find_entries() {
    for (std::uint32_t offset = 0; offset < bytes_.size();) {
      std::optional<Entry> entry = table_.family == AddressFamily::ipv4
                                       ? entry_at<ipt_entry>(offset)
                                       : entry_at<ip6t_entry>(offset);
      if (!entry) return false;
      offset = entry->next;
      entries_.emplace(entry->offset, std::move(*entry));
    }
    return !entries_.empty();
  }

  std::string target_name(const Entry& entry) const {
    xt_entry_target target;
    if (!copy_at(bytes_, entry.target_at, target)) return "?";
    return text_of_array(target.u.user.name, sizeof target.u.user.name);
  }

  Bytes target_info(const Entry& entry) const {
    const std::size_t begin = entry.target_at + sizeof(xt_entry_target);
    if (begin > entry.next) return {};
    return bytes_.subspan(begin, entry.next - begin);
  }

  bool find_chains() {
    constexpr std::array<std::string_view, 5> names{"PREROUTING", "INPUT", "FORWARD", "OUTPUT",
                                                    "POSTROUTING"};
    for (std::size_t hook = 0; hook < names.size(); ++hook) {
      if (((table_.hooks >> hook) & 1) == 0) continue;
      if (!entries_.contains(table_.begins[hook]) || !entries_.contains(table_.policies_at[hook])) {
        return false;
      }
      chains_[table_.begins[hook]] = {.name = std::string(names[hook]),
                                      .head = table_.begins[hook],
                                      .policy_at = table_.policies_at[hook]};
    }
    // The last entry, which holds the name "ERROR", ends the table.
    end_ = entries_.rbegin()->first;
    for (const auto& [offset, entry] : entries_) {
      if (offset == end_ || target_name(entry) != XT_ERROR_TARGET) continue;
      const Bytes info = target_info(entry);
      chains_[entry.next] = {.name = plain_name(text_of(info)), .head = offset, .policy_at = {}};
    }
    return true;
  }

  std::string policy_of(const Chain& chain) const {
    if (!chain.policy_at) return "-";
    const auto entry = entries_.find(*chain.policy_at);
    int verdict = 0;
    return copy_at(target_info(entry->second), 0, verdict) && verdict == -NF_DROP - 1 ? "DROP"
                                                                                      : "ACCEPT";
  }

  std::string rule_words(const Entry& entry) const {
    std::string words = entry.conditions;
    for (std::size_t at = entry.matches_at; at < entry.target_at;) {
      xt_entry_match match;
      if (!copy_at(bytes_.first(entry.target_at), at, match) || match.u.match_size < sizeof match ||
          match.u.match_size > entry.target_at - at) {
        return concat(words, " -m unknown-match -j unknown-target");
      }
      const std::string name = text_of_array(match.u.user.name, sizeof match.u.user.name);
      const std::string text = match_text(
          name, match.u.user.revision,
          bytes_.subspan(at + sizeof match, match.u.match_size - sizeof match), table_.family);
      if (!text.empty()) words += concat(" ", text);
      at += match.u.match_size;
    }
    const std::string name = target_name(entry);
    // The standard target, a verdict or a jump, has no name.
    if (!name.empty()) {
      xt_entry_target target;
      if (!copy_at(bytes_, entry.target_at, target)) return concat(words, " -j unknown-target");
      return concat(words, " ",
                    target_text(name, target.u.user.revision, target_info(entry), table_.family));
    }
    return words + verdict_words(entry);
  }

  std::string verdict_words(const Entry& entry) const {
    int verdict = 0;
    if (!copy_at(target_info(entry), 0, verdict)) return " -j unknown-target";
    if (verdict == XT_RETURN) return " -j RETURN";
    if (verdict < 0) {
      switch (-(verdict + 1)) {
        case NF_ACCEPT: return " -j ACCEPT";
        case NF_DROP: return " -j DROP";
        default: return " -j NFQUEUE";
      }
    }
    const auto to = static_cast<std::uint32_t>(verdict);
    if (to == entry.next && !chains_.contains(to)) return {};  // it only counts
    const auto chain = chains_.find(to);
    if (chain == chains_.end()) return " -j unknown-chain";
    return concat(entry.is_goto ? " -g " : " -j ", chain->second.name);
  }

  const LegacyTable& table_;
  Bytes bytes_;
  std::map<std::uint32_t, Entry> entries_;
  std::map<std::uint32_t, Chain> chains_;  // by their first entry
  std::uint32_t end_ = 0;
};

// --- asking the kernel ---

template <class Info, class Entries>
Result<LegacyTable> ask(int socket, int level, int get_info, int get_entries,
                        const std::string& name) {
  const auto failed = [&] {
    const bool is_forbidden = errno == EPERM;
    return failure({.message = concat("the table \"", name,
                                      "\" of x_tables cannot be read: ", std::strerror(errno)),
                    .hint = is_forbidden ? "run the audit as root" : ""});
  };
  constexpr int attempts = 3;
  for (int i = 0;; ++i) {
    Info info{};
    if (name.size() >= sizeof info.name) return failure({.message = "a table's name is too long"});
    std::memcpy(info.name, name.c_str(), name.size() + 1);
    socklen_t size = sizeof info;
    if (::getsockopt(socket, level, get_info, &info, &size) != 0) return failed();
    if (info.size > max_table_bytes) {
      errno = EFBIG;
      return failed();
    }
    std::vector<std::uint8_t> buffer(sizeof(Entries) + info.size);
    std::memcpy(buffer.data() + offsetof(Entries, name), name.c_str(), name.size() + 1);
    std::memcpy(buffer.data() + offsetof(Entries, size), &info.size, sizeof info.size);
    size = static_cast<socklen_t>(buffer.size());
    if (::getsockopt(socket, level, get_entries, buffer.data(), &size) != 0) {
      // It was changed meanwhile, and has another size.
      if (errno == EAGAIN && i + 1 < attempts) continue;
      return failed();
    }
    LegacyTable table{.name = name, .hooks = info.valid_hooks};
    std::ranges::copy(info.hook_entry, table.begins.begin());
    std::ranges::copy(info.underflow, table.policies_at.begin());
    table.entries.assign(buffer.begin() + sizeof(Entries), buffer.end());
    return table;
  }
}

Result<std::string> read_family(AddressFamily family, std::string_view names) {
  const bool is_ipv4 = family == AddressFamily::ipv4;
  std::string text;
  const Descriptor socket(
      ::socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
  for (const std::string_view line : split(names, '\n')) {
    if (trim(line).empty()) continue;
    if (!socket.valid()) {
      return failure(
          {.message = concat("the tables of x_tables cannot be read: ", std::strerror(errno)),
           .hint = "run the audit as root"});
    }
    const std::string name(trim(line));
    Result<LegacyTable> table =
        is_ipv4 ? ask<ipt_getinfo, ipt_get_entries>(socket.get(), SOL_IP, IPT_SO_GET_INFO,
                                                    IPT_SO_GET_ENTRIES, name)
                : ask<ip6t_getinfo, ip6t_get_entries>(socket.get(), SOL_IPV6, IP6T_SO_GET_INFO,
                                                      IP6T_SO_GET_ENTRIES, name);
    if (!table) return failure(std::move(table.error()));
    table->family = family;
    Result<std::string> rules = table_text(*table);
    if (!rules) return rules;
    text += *rules;
  }
  return text;
}

}  // namespace

Result<std::string> table_text(const LegacyTable& table) {
  return TableText(table).read();
}

Result<std::string> read_legacy_tables() {
  // Asking for a table makes it: only those are asked for that are there.
  const RealFiles files;
  std::string text;
  for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    const std::string path = family == AddressFamily::ipv4
                                 ? "/proc/thread-self/net/ip_tables_names"
                                 : "/proc/thread-self/net/ip6_tables_names";
    if (files.kind(path) == FileKind::missing) continue;  // a kernel without x_tables
    const Result<std::string> names = files.read(path);
    if (!names) return failure(names.error());
    Result<std::string> tables = read_family(family, *names);
    if (!tables) return tables;
    text += *tables;
  }
  return text;
}

}  // namespace plimsoll::audit
