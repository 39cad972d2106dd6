#include "readers/host/routes.h"

#include <algorithm>

#include "base/text.h"
#include "readers/host/lines.h"
#include "readers/host/texts.h"
#include "subjects/packet_filter.h"

namespace plimsoll::host {
namespace {

class Interfaces {
 public:
  // Iface Destination Gateway Flags RefCnt Use Metric Mask …
  void read_ipv4(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
      const std::vector<std::string_view> words = words_of(line);
      if (words.size() < 8 || words[0] == "Iface") continue;
      add(words[0], words[1] == "00000000" && words[7] == "00000000");
    }
  }

  // destination length source length next-hop metric references uses flags interface
  void read_ipv6(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
      const std::vector<std::string_view> words = words_of(line);
      if (words.size() < 10) continue;
      const bool is_default =
          words[1] == "00" && words[0].find_first_not_of('0') == std::string::npos;
      // Every interface has routes for its link-local and multicast addresses.
      if (!is_default && (words[0].starts_with("fe80") || words[0].starts_with("ff"))) continue;
      add(words[9], is_default);
    }
  }

  std::vector<std::string> take() {
    return std::move(of_default_routes_.empty() ? of_all_routes_ : of_default_routes_);
  }

 private:
  void add(std::string_view interface, bool is_default) {
    if (interface == "lo" || is_container_bridge(interface)) return;
    add_once(of_all_routes_, interface);
    if (is_default) add_once(of_default_routes_, interface);
  }

  static void add_once(std::vector<std::string>& names, std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  }

  std::vector<std::string> of_default_routes_;
  std::vector<std::string> of_all_routes_;
};

}  // namespace

std::optional<std::vector<std::string>> read_outside_interfaces(const Files& files) {
  const Result<std::string> ipv4 = files.read("/proc/net/route");
  const Result<std::string> ipv6 = files.read("/proc/net/ipv6_route");
  if (!ipv4 && !ipv6) return std::nullopt;
  Interfaces interfaces;
  if (ipv4) interfaces.read_ipv4(*ipv4);
  if (ipv6) interfaces.read_ipv6(*ipv6);
  return interfaces.take();
}

// address index length scope flags name
std::optional<std::vector<std::string>> read_ipv6_interfaces(const Files& files) {
  constexpr const char* path = "/proc/net/if_inet6";
  std::vector<std::string> names;
  const Result<std::string> text = files.read(path);
  if (!text) return is_missing(path, files) ? std::optional(names) : std::nullopt;
  for (const std::string_view line : split(*text, '\n')) {
    const std::vector<std::string_view> words = words_of(line);
    constexpr std::string_view of_segment = "20";
    if (words.size() < 6 || words[3] == of_segment || words[5] == "lo") continue;
    if (std::ranges::find(names, words[5]) == names.end()) names.emplace_back(words[5]);
  }
  return names;
}

}  // namespace plimsoll::host
