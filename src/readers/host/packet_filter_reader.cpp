#include "readers/host/packet_filter_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "base/text.h"

namespace plimsoll {
namespace {

using Kind = PacketCondition::Kind;
using Hook = FilterChain::Hook;

constexpr std::size_t max_errors = 16;

// Blanks separate words; double quotes hold a word together, and a backslash keeps the next
// character, as iptables-save writes comments.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < line.size();) {
    if (is_space(line[i])) {
      ++i;
      continue;
    }
    std::string word;
    bool quoted = false;
    for (; i < line.size() && (quoted || !is_space(line[i])); ++i) {
      if (line[i] == '"') {
        quoted = !quoted;
      } else if (line[i] == '\\' && quoted && i + 1 < line.size()) {
        word += line[++i];
      } else {
        word += line[i];
      }
    }
    words.push_back(std::move(word));
  }
  return words;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "22", "1024:65535", ":1023", "1024:".
std::optional<PortSpan> ports_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    const auto port = port_of(text);
    if (!port) return std::nullopt;
    return PortSpan{*port, *port};
  }
  const std::string_view from = text.substr(0, colon);
  const std::string_view to = text.substr(colon + 1);
  const auto first = from.empty() ? std::optional<std::uint16_t>(0) : port_of(from);
  const auto last = to.empty() ? std::optional<std::uint16_t>(65535) : port_of(to);
  if (!first || !last || *first > *last) return std::nullopt;
  return PortSpan{*first, *last};
}

// "FIN,SYN", "ALL", "NONE".
std::optional<std::uint8_t> flags_of(std::string_view text) {
  constexpr std::array<std::string_view, 6> names{"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  std::uint8_t flags = 0;
  for (const std::string_view name : split(text, ',')) {
    const auto known = std::ranges::find(names, name);
    if (known != names.end()) {
      flags |= static_cast<std::uint8_t>(1 << (known - names.begin()));
    } else if (name == "ALL") {
      flags |= 0x3f;
    } else if (name != "NONE") {
      return std::nullopt;
    }
  }
  return flags;
}

// What an option means, by the match that it belongs to ("" for what every rule has).
struct Option {
  std::string_view match;
  std::string_view name;
  Kind kind;
};

constexpr std::array options{
    Option{"", "-i", Kind::in_interface},
    Option{"", "-o", Kind::out_interface},
    Option{"", "-p", Kind::protocol},
    Option{"", "-s", Kind::source},
    Option{"", "-d", Kind::destination},
    Option{"", "-f", Kind::fragment},
    Option{"tcp", "--sport", Kind::source_ports},
    Option{"tcp", "--dport", Kind::destination_ports},
    Option{"tcp", "--tcp-flags", Kind::tcp_flags},
    Option{"udp", "--sport", Kind::source_ports},
    Option{"udp", "--dport", Kind::destination_ports},
    Option{"multiport", "--sports", Kind::source_ports},
    Option{"multiport", "--dports", Kind::destination_ports},
    Option{"multiport", "--ports", Kind::either_ports},
    Option{"conntrack", "--ctstate", Kind::state},
    Option{"conntrack", "--ctstatus", Kind::status},
    Option{"conntrack", "--ctdir", Kind::direction},
    Option{"conntrack", "--ctproto", Kind::protocol},
    Option{"conntrack", "--ctorigsrc", Kind::original_source},
    Option{"conntrack", "--ctorigdst", Kind::original_destination},
    Option{"conntrack", "--ctorigdstport", Kind::original_destination_ports},
    Option{"state", "--state", Kind::state},
    Option{"addrtype", "--src-type", Kind::source_type},
    Option{"addrtype", "--dst-type", Kind::destination_type},
};

// Matches whose options are all in the table, but for those that then stand as unknown.
bool is_understood(std::string_view match) {
  return std::ranges::find(options, match, &Option::match) != options.end();
}

// Takes the words of one rule, from behind its chain's name, apart.
class RuleReader {
 public:
  RuleReader(std::span<const std::string> words, Location at) : words_(words) { rule_.at = at; }

  FilterRule read() {
    while (at_ < words_.size() && rule_.target.empty()) read_word();
    flush_unknown();
    read_target_options();
    return std::move(rule_);
  }

 private:
  std::string_view word() const { return words_[at_]; }

  void read_word() {
    const std::string_view option = words_[at_++];
    if (option == "!") {
      negated_ = true;
      return;
    }
    const bool negated = std::exchange(negated_, false);
    if (option == "-m") return begin_match(take());
    if (option == "-j" || option == "-g") {
      rule_.target = take();
      rule_.is_goto = option == "-g";
      if (rule_.target.empty()) rule_.target = "?";
      return;
    }
    if (option == "-4" || option == "-6") {
      return add({.kind = Kind::family, .negated = negated, .text = std::string(option.substr(1))});
    }
    if (option == "-c") {  // iptables-save -c: packets and bytes
      take();
      take();
      return;
    }
    read_option(option, negated);
  }

  // The next word; "" behind the last.
  std::string take() {
    if (at_ >= words_.size()) return {};
    return words_[at_++];
  }

  void begin_match(std::string name) {
    flush_unknown();
    match_ = std::move(name);
    if (match_ == "rpfilter") {
      pending_ = {.kind = Kind::reverse_path};
    } else if (match_ != "comment" && !is_understood(match_)) {
      pending_ = {.kind = Kind::unknown, .text = match_};
    } else {
      return;
    }
    has_pending_ = true;
  }

  // A match that may have no options at all stands as one condition, whatever its options say.
  void flush_unknown() {
    if (has_pending_) add(std::move(pending_));
    has_pending_ = false;
    pending_ = {};
  }

  void read_option(std::string_view option, bool negated) {
    const auto known = std::ranges::find_if(options, [&](const Option& candidate) {
      return candidate.name == option && (candidate.match.empty() || candidate.match == match_);
    });
    if (known == options.end()) return skip(option);
    PacketCondition condition{.kind = known->kind, .negated = negated};
    if (!read_value(condition)) {
      condition = {.kind = Kind::unknown, .text = concat(match_, " ", option)};
    }
    if (condition.kind == Kind::protocol) lower_protocol(condition);
    add(std::move(condition));
  }

  static void lower_protocol(PacketCondition& condition) {
    condition.text = lower(condition.text);
    if (condition.text == "6") condition.text = "tcp";
    if (condition.text == "17") condition.text = "udp";
    if (condition.text == "0") condition.text = "all";
  }

  void skip(std::string_view option) {
    // A comment can look like anything.
    if (option == "--comment" && match_ == "comment") {
      take();
      return;
    }
    while (at_ < words_.size() && !word().starts_with('-') && word() != "!") ++at_;
    if (match_ == "rpfilter") {
      if (option == "--invert") pending_.negated = true;
      return;
    }
    if (!has_pending_) add({.kind = Kind::unknown, .text = concat(match_, " ", option)});
  }

  bool read_value(PacketCondition& condition) {
    if (condition.kind == Kind::fragment) return true;
    if (at_ >= words_.size()) return false;
    const std::string value = take();
    switch (condition.kind) {
      case Kind::source:
      case Kind::destination:
      case Kind::original_source:
      case Kind::original_destination:
        for (const std::string_view part : split(value, ',')) {
          const std::optional<IpPrefix> prefix = ip_prefix(part);
          if (!prefix) return false;
          condition.prefixes.push_back(*prefix);
        }
        return true;
      case Kind::source_ports:
      case Kind::destination_ports:
      case Kind::either_ports:
      case Kind::original_destination_ports:
        for (const std::string_view part : split(value, ',')) {
          const std::optional<PortSpan> ports = ports_of(part);
          if (!ports) return false;
          condition.ports.push_back(*ports);
        }
        return true;
      case Kind::tcp_flags: {
        const std::optional<std::uint8_t> mask = flags_of(value);
        const std::optional<std::uint8_t> flags = flags_of(take());
        if (!mask || !flags) return false;
        condition.mask = *mask;
        condition.flags = *flags;
        return true;
      }
      case Kind::state:
      case Kind::status:
      case Kind::source_type:
      case Kind::destination_type:
        for (const std::string_view part : split(value, ',')) condition.words.emplace_back(part);
        return true;
      default: condition.text = value; return true;
    }
  }

  void add(PacketCondition condition) { rule_.conditions.push_back(std::move(condition)); }

  void read_target_options() {
    for (; at_ + 1 < words_.size(); ++at_) {
      if (word() == "--to-destination") rule_.translated_to = words_[at_ + 1];
    }
  }

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  FilterRule rule_;
  std::string match_;
  PacketCondition pending_;
  bool has_pending_ = false;
  bool negated_ = false;
};

struct BuiltIn {
  std::string_view name;
  Hook hook;
};
constexpr std::array built_in{BuiltIn{"PREROUTING", Hook::prerouting},
                              BuiltIn{"INPUT", Hook::input}, BuiltIn{"FORWARD", Hook::forward},
                              BuiltIn{"OUTPUT", Hook::output},
                              BuiltIn{"POSTROUTING", Hook::postrouting}};

// linux/netfilter_ipv4.h, enum nf_ip_hook_priorities.
std::int32_t priority_of(std::string_view table, Hook hook) {
  if (table == "raw") return -300;
  if (table == "mangle") return -150;
  if (table == "security") return 50;
  if (table == "nat") return hook == Hook::prerouting || hook == Hook::output ? -100 : 100;
  return 0;
}

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) { out_.value.at = {&source, {}}; }

  Reading<PacketFilter> read() {
    const std::string_view text = source_.text();
    for (std::size_t begin = 0; begin < text.size() && !given_up_;) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      line_ = {&source_, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}};
      read_line(trim(text.substr(begin, end - begin)));
      begin = end + 1;
    }
    return std::move(out_);
  }

 private:
  void read_line(std::string_view line) {
    if (line.empty()) return;
    if (line.starts_with('#')) return read_remark(trim(line.substr(1)));
    if (line.starts_with('*')) return begin_table(line.substr(1));
    if (line == "COMMIT") {
      table_ = nullptr;
      return;
    }
    if (table_ == nullptr) return fail("this stands outside of any table: *NAME was expected");
    if (line.starts_with(':')) return add_chain(line.substr(1));
    if (line.starts_with('[')) {  // iptables-save -c: [packets:bytes] -A …
      line = trim(line.substr(std::min(line.find(']'), line.size() - 1) + 1));
    }
    if (line.starts_with("-A ")) return add_rule(line);
    fail("this is no line of iptables-save");
  }

  void read_remark(std::string_view remark) {
    if (remark.starts_with("Generated by ip6tables")) {
      family_ = "ip6";
    } else if (remark.starts_with("Generated by iptables")) {
      family_ = "ip";
    } else if (constexpr std::string_view tables = "nf_tables, family ";
               remark.starts_with(tables)) {
      legacy_ = false;
      family_ = remark.substr(tables.size());
    } else if (constexpr std::string_view legacy = "x_tables, family ";
               remark.starts_with(legacy)) {
      legacy_ = true;
      family_ = remark.substr(legacy.size());
    } else if (constexpr std::string_view hook = "hook "; remark.starts_with(hook)) {
      read_hook(remark.substr(hook.size()));
    }
  }

  // "input, priority -10, translation"
  void read_hook(std::string_view remark) {
    const std::vector<std::string_view> parts = split(remark, ',');
    const auto known = std::ranges::find_if(built_in, [&](const BuiltIn& chain) {
      return equal_ignoring_case(chain.name, trim(parts.front()));
    });
    if (known == built_in.end()) return;
    said_ = FilterChain{.hook = known->hook};
    for (std::string_view part : parts) {
      part = trim(part);
      if (part == "translation") said_->translates = true;
      constexpr std::string_view priority = "priority ";
      if (!part.starts_with(priority)) continue;
      part.remove_prefix(priority.size());
      std::from_chars(part.data(), part.data() + part.size(), said_->priority);
    }
  }

  void begin_table(std::string_view name) {
    table_ = &out_.value.tables.emplace_back();
    table_->name = trim(name);
    table_->family = family_;
    table_->legacy = legacy_;
    said_.reset();
  }

  // "INPUT DROP [0:0]"
  void add_chain(std::string_view line) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2) return fail("this is no chain: its name and its policy were expected");
    if (++rules_ > max_filter_rules) return give_up();
    FilterChain& chain = table_->chains.emplace_back();
    if (said_) {
      chain.hook = said_->hook;
      chain.priority = said_->priority;
      chain.translates = said_->translates;
      said_.reset();
    } else if (const auto known = std::ranges::find(built_in, words[0], &BuiltIn::name);
               known != built_in.end() && words[1] != "-") {
      chain.hook = known->hook;
      chain.priority = priority_of(table_->name, known->hook);
      chain.translates = table_->name == "nat";
    }
    chain.name = words[0];
    if (words[1] != "-") chain.policy = words[1];
    chain.at = line_;
    last_ = table_->chains.size() - 1;
  }

  void add_rule(std::string_view line) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2) return fail("this is no rule: a chain's name was expected");
    FilterChain* const chain = chain_named(words[1]);
    if (chain == nullptr) return fail(concat("there is no chain \"", words[1], "\" in this table"));
    if (++rules_ > max_filter_rules) return give_up();
    chain->rules.push_back(RuleReader(std::span(words).subspan(2), line_).read());
  }

  // The rules of a chain follow each other.
  FilterChain* chain_named(std::string_view name) {
    std::vector<FilterChain>& chains = table_->chains;
    if (last_ < chains.size() && chains[last_].name == name) return &chains[last_];
    const auto found = std::ranges::find(chains, name, &FilterChain::name);
    if (found == chains.end()) return nullptr;
    last_ = static_cast<std::size_t>(found - chains.begin());
    return &*found;
  }

  void fail(std::string message) {
    out_.errors.push_back({.message = std::move(message), .at = line_});
    given_up_ = given_up_ || out_.errors.size() >= max_errors;
  }

  void give_up() {
    fail(concat("the packet filter has more than ", std::to_string(max_filter_rules),
                " chains and rules"));
    given_up_ = true;
  }

  const Source& source_;
  Location line_;
  Reading<PacketFilter> out_;
  FilterTable* table_ = nullptr;
  std::string family_ = "ip";
  bool legacy_ = false;
  std::optional<FilterChain> said_;  // of the chain that follows
  std::size_t last_ = 0;
  std::size_t rules_ = 0;
  bool given_up_ = false;
};

}  // namespace

Reading<PacketFilter> read_packet_filter(const Source& source) {
  return Reader(source).read();
}

}  // namespace plimsoll
