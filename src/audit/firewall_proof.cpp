#include "audit/firewall_proof.h"

// libc's own definitions of addresses must come before the kernel's.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "audit/netlink.h"
#include "base/descriptor.h"
#include "base/files.h"
#include "base/text.h"

namespace plimsoll::audit {
namespace {

using Verdict = TriedPort::Verdict;
using Clock = std::chrono::steady_clock;

constexpr auto time_limit = std::chrono::seconds(3);

// Four addresses of 198.18.0.0/15, which is for tests between networks (RFC 2544). Others each
// time: the kernel takes a packet from the same address and port for one of the same connection,
// and that rules for new ones let through.
struct Addresses {
  Addresses() {
    std::uint16_t which = 0;
    (void)!::getrandom(&which, sizeof which, 0);
    const std::uint32_t network = 0xc6120000 + (which & 0x7fffu) * 4;
    host = network + 1;
    client = network + 2;
  }
  std::uint32_t host = 0;
  std::uint32_t client = 0;
};
constexpr std::uint8_t prefix_length = 30;
// The client's port is the first of these for the first connection, and so on: a packet keeps it,
// wherever it is sent on to.
constexpr std::uint16_t first_client_port = 40000;

template <class T>
Bytes bytes_of(const T& object) {
  return {reinterpret_cast<const std::uint8_t*>(&object), sizeof object};
}

std::string said(int number) {
  return std::strerror(number);
}

// Requests to rtnetlink; each gives what went wrong, or nothing.
class Links {
 public:
  static std::optional<Links> open() {
    std::expected<Netlink, Netlink::Failure> netlink = Netlink::open(NETLINK_ROUTE);
    if (!netlink) return std::nullopt;
    return Links(std::move(*netlink));
  }

  // A cable from here to another namespace.
  std::optional<std::string> add_cable(const std::string& name, const std::string& far_name,
                                       int far_namespace) {
    NetlinkRequest request(RTM_NEWLINK, make, bytes_of(ifinfomsg{}));
    request.add_text(IFLA_IFNAME, name);
    const std::size_t info = request.begin(IFLA_LINKINFO);
    request.add_text(IFLA_INFO_KIND, "veth");
    const std::size_t data = request.begin(IFLA_INFO_DATA);
    const std::size_t peer = request.begin(VETH_INFO_PEER);
    request.add_raw(bytes_of(ifinfomsg{}));
    request.add_text(IFLA_IFNAME, far_name);
    request.add_number(IFLA_NET_NS_FD, static_cast<std::uint32_t>(far_namespace));
    request.end(peer);
    request.end(data);
    request.end(info);
    return ask(std::move(request), "a veth pair cannot be made");
  }

  // Both ends of a cable.
  void remove(int interface) {
    ifinfomsg link{};
    link.ifi_index = interface;
    (void)ask(NetlinkRequest(RTM_DELLINK, NLM_F_ACK, bytes_of(link)), "");
  }

  std::optional<std::string> bring_up(int interface) {
    ifinfomsg link{};
    link.ifi_index = interface;
    link.ifi_flags = link.ifi_change = IFF_UP;
    return ask(NetlinkRequest(RTM_NEWLINK, NLM_F_ACK, bytes_of(link)),
               "an interface cannot be brought up");
  }

  std::optional<std::string> add_address(int interface, std::uint32_t address) {
    ifaddrmsg message{};
    message.ifa_family = AF_INET;
    message.ifa_prefixlen = prefix_length;
    message.ifa_index = static_cast<std::uint32_t>(interface);
    NetlinkRequest request(RTM_NEWADDR, make, bytes_of(message));
    request.add(IFA_LOCAL, bytes_of(htonl(address)));
    request.add(IFA_ADDRESS, bytes_of(htonl(address)));
    return ask(std::move(request), "an address cannot be added");
  }

  std::optional<std::string> add_default_route(std::uint32_t gateway) {
    rtmsg message{};
    message.rtm_family = AF_INET;
    message.rtm_table = RT_TABLE_MAIN;
    message.rtm_protocol = RTPROT_STATIC;
    message.rtm_scope = RT_SCOPE_UNIVERSE;
    message.rtm_type = RTN_UNICAST;
    NetlinkRequest request(RTM_NEWROUTE, make, bytes_of(message));
    request.add(RTA_GATEWAY, bytes_of(htonl(gateway)));
    return ask(std::move(request), "a route cannot be added");
  }

  // All IPv4 packets that come in through one interface come in through the other instead.
  std::optional<std::string> redirect(int from, int to) {
    tcmsg queue{};
    queue.tcm_ifindex = from;
    queue.tcm_handle = TC_H_MAKE(TC_H_INGRESS, 0);
    queue.tcm_parent = TC_H_INGRESS;
    NetlinkRequest ingress(RTM_NEWQDISC, make, bytes_of(queue));
    ingress.add_text(TCA_KIND, "ingress");
    if (auto failed = ask(std::move(ingress), "what comes in cannot be redirected")) return failed;

    tcmsg filter{};
    filter.tcm_ifindex = from;
    filter.tcm_parent = TC_H_MAKE(TC_H_INGRESS, 0);
    filter.tcm_info = TC_H_MAKE(1u << 16, htons(ETH_P_IP));
    NetlinkRequest request(RTM_NEWTFILTER, make, bytes_of(filter));
    request.add_text(TCA_KIND, "u32");
    const std::size_t options = request.begin(TCA_OPTIONS);
    // One key that every packet has: no bit of its first word counts.
    std::array<std::uint8_t, sizeof(tc_u32_sel) + sizeof(tc_u32_key)> selector{};
    selector[offsetof(tc_u32_sel, flags)] = TC_U32_TERMINAL;
    selector[offsetof(tc_u32_sel, nkeys)] = 1;
    request.add(TCA_U32_SEL, selector);
    const std::size_t actions = request.begin(TCA_U32_ACT);
    const std::size_t action = request.begin(1);
    request.add_text(TCA_ACT_KIND, "mirred");
    const std::size_t parameters = request.begin(TCA_ACT_OPTIONS);
    tc_mirred mirred{};
    mirred.action = TC_ACT_STOLEN;
    mirred.eaction = TCA_INGRESS_REDIR;
    mirred.ifindex = static_cast<std::uint32_t>(to);
    request.add(TCA_MIRRED_PARMS, bytes_of(mirred));
    request.end(parameters);
    request.end(action);
    request.end(actions);
    request.end(options);
    return ask(std::move(request), "what comes in cannot be redirected");
  }

 private:
  static constexpr std::uint16_t make = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;

  explicit Links(Netlink netlink) : netlink_(std::move(netlink)) {}

  std::optional<std::string> ask(NetlinkRequest request, std::string_view what) {
    const auto failed = netlink_.ask(std::move(request), [](std::uint16_t, Bytes) {});
    if (!failed) return std::nullopt;
    return concat(what, ": ", failed->message);
  }

  Netlink netlink_;
};

// Sees the client's packets wherever this host takes them in or sends them out.
class Tap {
 public:
  explicit Tap(std::uint32_t client)
      : socket_(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (!socket_.valid()) return;
    // IPv4 packets from the client's address alone.
    const auto net = static_cast<std::uint32_t>(SKF_NET_OFF);
    const auto protocol = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);
    std::array<sock_filter, 6> program{{{BPF_LD | BPF_H | BPF_ABS, 0, 0, protocol},
                                        {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, ETH_P_IP},
                                        {BPF_LD | BPF_W | BPF_ABS, 0, 0, net + 12},
                                        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, client},
                                        {BPF_RET | BPF_K, 0, 0, 128},
                                        {BPF_RET | BPF_K, 0, 0, 0}}};
    const sock_fprog filter{.len = program.size(), .filter = program.data()};
    sockaddr_ll everywhere{};
    everywhere.sll_family = AF_PACKET;
    everywhere.sll_protocol = htons(ETH_P_ALL);
    open_ =
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0 &&
        ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&everywhere), sizeof everywhere) ==
            0;
  }

  bool is_open() const { return open_; }
  int descriptor() const { return socket_.get(); }

  // Which of the connections, by the client's ports, were seen by now.
  struct Seen {
    std::set<std::uint16_t> came_in;  // through the outside interface
    std::set<std::uint16_t> went_on;  // out through any interface
  };
  void read(int outside, Seen& seen) const {
    std::array<std::uint8_t, 128> packet{};
    sockaddr_ll where{};
    for (;;) {
      socklen_t size = sizeof where;
      const ssize_t length = ::recvfrom(socket_.get(), packet.data(), packet.size(), 0,
                                        reinterpret_cast<sockaddr*>(&where), &size);
      if (length < 0) return;
      const std::size_t header = (packet[0] & 0x0fu) * 4;
      if (header < 20 || static_cast<std::size_t>(length) < header + 2 ||
          packet[9] != IPPROTO_TCP) {
        continue;
      }
      const auto port = static_cast<std::uint16_t>(packet[header] << 8 | packet[header + 1]);
      if (where.sll_pkttype == PACKET_OUTGOING) {
        seen.went_on.insert(port);
      } else if (where.sll_ifindex == outside) {
        seen.came_in.insert(port);
      }
    }
  }

 private:
  Descriptor socket_;
  bool open_ = false;
};

// What is asked of this host's interfaces stays asked of them, whatever namespace a thread is in.
class HostInterfaces {
 public:
  HostInterfaces() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

  int index(const std::string& name) const {
    ifreq request = named(name);
    return ::ioctl(socket_.get(), SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : 0;
  }
  std::string address(const std::string& name) const {
    ifreq request = named(name);
    if (::ioctl(socket_.get(), SIOCGIFADDR, &request) != 0) return {};
    sockaddr_in address{};
    std::memcpy(&address, &request.ifr_addr, sizeof address);
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
    return text.data();
  }

 private:
  static ifreq named(const std::string& name) {
    ifreq request{};
    std::memcpy(request.ifr_name, name.data(), std::min(name.size(), sizeof request.ifr_name - 1));
    return request;
  }

  Descriptor socket_;
};

// The kernel drops what comes in where the answer would not go out (1), and forwards nothing unless
// it is told to. Why that is in the way, or nothing.
std::optional<std::string> obstacle(const std::string& interface) {
  const RealFiles files;
  const auto setting = [&](const std::string& name) {
    const Result<std::string> text = files.read(concat("/proc/sys/net/ipv4/", name));
    return text ? std::string(trim(*text)) : std::string();
  };
  if (setting("ip_forward") != "1") return "this host forwards nothing (ip_forward)";
  const std::string all = setting("conf/all/rp_filter");
  const std::string own = setting(concat("conf/", interface, "/rp_filter"));
  if (std::max(all, own) == "1") {
    return concat("this host drops packets whose answers go out elsewhere (rp_filter of ",
                  interface, " is 1): set it to 2 for the test");
  }
  const Result<std::string> routes = files.read("/proc/thread-self/net/route");
  if (!routes) return "this host's routes cannot be read";
  // In the order of a little-endian machine's bytes: 198.18 or 198.19.
  for (const std::string_view line : split(*routes, '\n')) {
    if (line.contains("12C6\t") || line.contains("13C6\t")) {
      return "this host has a route into 198.18.0.0/15, which the client's address is from";
    }
  }
  return std::nullopt;
}

// Runs in a thread of its own, whose network namespace becomes the client's.
class Trial {
 public:
  Trial(std::string interface, std::vector<TriedPort>& ports)
      : interface_(std::move(interface)), ports_(ports) {}

  // Why nothing could be tested, or nothing.
  std::optional<std::string> run() {
    outside_ = host_.index(interface_);
    if (outside_ == 0) return concat("there is no interface \"", interface_, "\"");
    if (auto why = obstacle(interface_)) return why;
    std::optional<Links> links = Links::open();
    const Descriptor host(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!tap_.is_open() || !links || !host.valid()) return "that takes root";
    if (::unshare(CLONE_NEWNET) != 0) {
      return concat("no network namespace can be made: ", said(errno));
    }
    const std::optional<std::string> why = connect_cable(*links, host.get());
    if (!why) {
      connect();
      judge();
    }
    sockets_.clear();
    // It would go with the namespace, but some time later.
    if (far_end_ != 0) links->remove(far_end_);
    return why;
  }

 private:
  std::optional<std::string> connect_cable(Links& of_host, int host) {
    std::optional<Links> own = Links::open();
    if (!own) return "the kernel cannot be asked";
    const std::string far_name = concat("plimsoll", std::to_string(::getpid() % 1'000'000));
    if (auto why = own->add_cable("eth0", far_name, host)) return why;
    const int near_end = static_cast<int>(::if_nametoindex("eth0"));
    far_end_ = host_.index(far_name);
    for (const auto& why :
         {of_host.add_address(far_end_, addresses_.host), of_host.bring_up(far_end_),
          own->add_address(near_end, addresses_.client), own->bring_up(near_end),
          own->add_default_route(addresses_.host), of_host.redirect(far_end_, outside_)}) {
      if (why) return why;
    }
    return std::nullopt;
  }

  void connect() {
    for (std::size_t i = 0; i < ports_.size() && i < max_tried_ports; ++i) {
      sockets_.push_back(
          std::make_unique<Descriptor>(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)));
      const int socket = sockets_.back()->get();
      sockaddr_in own{};
      own.sin_family = AF_INET;
      own.sin_port = htons(static_cast<std::uint16_t>(first_client_port + i));
      sockaddr_in there{};
      there.sin_family = AF_INET;
      there.sin_port = htons(ports_[i].number);
      const std::string address =
          ports_[i].address.empty() ? host_.address(interface_) : ports_[i].address;
      if (::inet_pton(AF_INET, address.c_str(), &there.sin_addr) != 1) {
        ports_[i].why = concat(interface_, " has no IPv4 address");
      } else if (::bind(socket, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 ||
                 (::connect(socket, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0 &&
                  errno != EINPROGRESS)) {
        ports_[i].why = said(errno);
      }
    }
    const Clock::time_point end = Clock::now() + time_limit;
    while (Clock::now() < end && !is_decided()) {
      pollfd packets{.fd = tap_.descriptor(), .events = POLLIN, .revents = 0};
      ::poll(&packets, 1, 100);
      tap_.read(outside_, seen_);
    }
  }

  static std::uint16_t client_port(std::size_t index) {
    return static_cast<std::uint16_t>(first_client_port + index);
  }

  bool is_decided() const {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      if (!is_reached(i)) return false;
    }
    return true;
  }

  // The first packet went on to a container, or a program of this host has answered.
  bool is_reached(std::size_t index) const {
    if (seen_.went_on.contains(client_port(index))) return true;
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    return ::getpeername(sockets_[index]->get(), reinterpret_cast<sockaddr*>(&peer), &size) == 0;
  }

  void judge() {
    for (std::size_t i = 0; i < ports_.size(); ++i) {
      TriedPort& port = ports_[i];
      if (i >= sockets_.size()) {
        port.why = concat("only ", std::to_string(max_tried_ports), " ports are tried");
      } else if (is_reached(i)) {
        port.verdict = Verdict::reachable;
      } else if (seen_.came_in.contains(client_port(i))) {
        port.verdict = Verdict::blocked;
      } else if (port.why.empty()) {
        port.why = concat("what the client sent did not come in through ", interface_);
      }
    }
  }

  std::string interface_;
  std::vector<TriedPort>& ports_;
  HostInterfaces host_;
  Addresses addresses_;
  Tap tap_{addresses_.client};
  int outside_ = 0;
  int far_end_ = 0;  // of the cable, in this host
  std::vector<std::unique_ptr<Descriptor>> sockets_;
  Tap::Seen seen_;
};

}  // namespace

void try_ports(const std::string& interface, std::vector<TriedPort>& ports) {
  std::optional<std::string> why;
  std::thread([&] { why = Trial(interface, ports).run(); }).join();
  if (!why) return;
  for (TriedPort& port : ports) port.why = *why;
}

}  // namespace plimsoll::audit
