#include "readers/host/host_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "readers/host/accounts.h"
#include "readers/host/packet_filter_reader.h"
#include "readers/host/routes.h"

namespace plimsoll {
namespace {

class Reader {
 public:
  Reader(const Files& files, Sources& sources, HostTexts texts)
      : files_(files), sources_(sources), texts_(std::move(texts)) {}

  Reading<Host> read() {
    Host& host = out_.value;
    if (const Source* passwd = source("/etc/passwd")) {
      host.users = host::read_users(*passwd, out_.errors);
    }
    if (const Source* group = source("/etc/group")) {
      host.groups = host::read_groups(*group, out_.errors);
    }
    read_packet_filter();
    host.outside_interfaces = host::read_outside_interfaces(files_);
    host.at = {&sources_.add("host", ""), {}};
    return std::move(out_);
  }

 private:
  // The text of a file, or null where it cannot be read.
  const Source* source(const std::string& path) {
    Result<std::string> text = files_.read(path);
    return text ? &sources_.add(path, std::move(*text)) : nullptr;
  }

  // Of rules that are not all understood as lines nothing can be concluded.
  void read_packet_filter() {
    Host& host = out_.value;
    if (!texts_.packet_filter) {
      host.packet_filter_unread = std::move(texts_.packet_filter_unread);
      return;
    }
    const Source& text = sources_.add("iptables rules in force", std::move(*texts_.packet_filter));
    Reading<PacketFilter> filter = plimsoll::read_packet_filter(text);
    if (filter.errors.empty()) {
      host.packet_filter = std::move(filter.value);
    } else {
      host.packet_filter_unread = "the packet filter's rules are not understood";
    }
    std::ranges::move(filter.errors, std::back_inserter(out_.errors));
  }

  const Files& files_;
  Sources& sources_;
  HostTexts texts_;
  Reading<Host> out_;
};

}  // namespace

Reading<Host> read_host(const Files& files, Sources& sources, HostTexts texts) {
  return Reader(files, sources, std::move(texts)).read();
}

}  // namespace plimsoll
