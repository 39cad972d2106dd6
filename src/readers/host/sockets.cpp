// A line of /proc/net/tcp:
//   sl local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
//   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000 999 0 20915 …
// Addresses are words of 32 bits as the processor has them, ports are numbers, all hexadecimal.
#include "readers/host/sockets.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "base/number.h"
#include "base/text.h"
#include "readers/host/lines.h"
#include "readers/host/texts.h"

namespace plimsoll::host {
namespace {

constexpr std::string_view state_listening = "0A";
constexpr std::string_view state_unconnected = "07";

std::optional<std::string> address_of(std::string_view words) {
  constexpr std::size_t digits = 8;
  std::array<std::uint32_t, 4> bytes{};
  const std::size_t count = words.size() / digits;
  if (words.size() % digits != 0 || (count != 1 && count != 4)) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = number_of<std::uint32_t>(words.substr(i * digits, digits), 16);
    if (!word) return std::nullopt;
    bytes[i] = *word;
  }
  std::array<char, INET6_ADDRSTRLEN> out{};
  const int family = count == 1 ? AF_INET : AF_INET6;
  if (::inet_ntop(family, bytes.data(), out.data(), out.size()) == nullptr) return std::nullopt;
  return std::string(out.data());
}

class SocketReader {
 public:
  SocketReader(Host& host, const Files& files, Sources& sources)
      : host_(host), files_(files), sources_(sources) {}

  void read() {
    // Of the first process the network is the host's, also when this one has its own.
    bool any = false;
    for (const std::string_view name : {"tcp", "tcp6", "udp", "udp6"}) {
      Text text = read_text(concat("/proc/1/net/", name), files_, sources_);
      if (text.source == nullptr) text = read_text(concat("/proc/net/", name), files_, sources_);
      if (text.source == nullptr) continue;
      any = true;
      read_table(*text.source, name.starts_with("udp"));
    }
    if (!any) return;
    find_processes();
    host_.listeners = std::move(listeners_);
  }

 private:
  void read_table(const Source& table, bool udp) {
    for (const Line& line : lines_of(table)) {
      std::vector<Location> fields = fields_of(line.at, ' ');
      std::erase_if(fields, [](const Location& field) { return trim(field.text()).empty(); });
      if (fields.size() < 10) continue;
      if (fields[3].text() != (udp ? state_unconnected : state_listening)) continue;
      const std::string_view local = fields[1].text();
      const std::size_t colon = local.find(':');
      if (colon == std::string_view::npos) continue;
      const auto address = address_of(local.substr(0, colon));
      const auto port = number_of<std::uint16_t>(local.substr(colon + 1), 16);
      const auto inode = parse_number(fields[9].text());
      if (!address || !port || !inode) continue;
      inodes_.emplace(static_cast<std::uint64_t>(*inode), listeners_.size());
      listeners_.push_back(
          {.udp = udp, .address = *address, .port = *port, .process = {}, .at = fields[1]});
    }
  }

  // Each process's descriptors are root's to see; who may not see those of the first may see none
  // but its own.
  void find_processes() {
    if (!files_.list("/proc/1/fd")) return;
    const Result<std::vector<DirectoryEntry>> processes = files_.list("/proc");
    if (!processes) return;
    host_.listeners_have_processes = true;
    std::size_t budget = max_descriptors;
    for (const DirectoryEntry& process : *processes) {
      if (inodes_.empty()) return;
      if (all_digits(process.name)) look_at(process.name, budget);
    }
    // Those that are left may belong to whom was not looked at.
    if (budget == 0) host_.listeners_have_processes = false;
  }

  void look_at(const std::string& process, std::size_t& budget) {
    const std::string directory = concat("/proc/", process, "/fd/");
    const Result<std::vector<DirectoryEntry>> descriptors = files_.list(directory);
    if (!descriptors) return;  // it ended
    std::string name;
    for (const DirectoryEntry& descriptor : *descriptors) {
      if (inodes_.empty() || budget == 0) return;
      --budget;
      const Result<FileStatus> status = files_.status(directory + descriptor.name);
      if (!status || status->kind != FileKind::other) continue;
      const auto [first, last] = inodes_.equal_range(status->inode);
      if (first == last) continue;
      if (name.empty()) name = name_of(process);
      std::for_each(first, last,
                    [&](const auto& socket) { listeners_[socket.second].process = name; });
      inodes_.erase(first, last);
    }
  }

  std::string name_of(const std::string& process) const {
    const Result<std::string> name = files_.read(concat("/proc/", process, "/comm"));
    return name ? std::string(trim(*name)) : std::string();
  }

  Host& host_;
  const Files& files_;
  Sources& sources_;
  std::vector<Listener> listeners_;
  std::multimap<std::uint64_t, std::size_t> inodes_;  // of those without a process until now
};

}  // namespace

void read_listeners(Host& host, const Files& files, Sources& sources) {
  SocketReader(host, files, sources).read();
}

}  // namespace plimsoll::host
