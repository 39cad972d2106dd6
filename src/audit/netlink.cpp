#include "audit/netlink.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace plimsoll::audit {
namespace {

constexpr std::size_t aligned(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

template <class T>
std::optional<T> object_at(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T object;
  std::memcpy(&object, bytes.data(), sizeof object);
  return object;
}

Netlink::Failure failure_of(int number) {
  return {number, std::strerror(number)};
}

}  // namespace

std::vector<Attribute> attributes_of(Bytes bytes) {
  std::vector<Attribute> attributes;
  while (const auto header = object_at<nlattr>(bytes)) {
    if (header->nla_len < sizeof(nlattr) || header->nla_len > bytes.size()) break;
    attributes.push_back({static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
                          bytes.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr))});
    bytes = bytes.subspan(std::min(aligned(header->nla_len), bytes.size()));
  }
  return attributes;
}

Bytes attribute(Bytes bytes, std::uint16_t type) {
  for (const Attribute& one : attributes_of(bytes)) {
    if (one.type == type) return one.value;
  }
  return {};
}

std::string text_of(Bytes bytes) {
  const auto end = std::ranges::find(bytes, std::uint8_t{0});
  return {bytes.begin(), end};
}

std::optional<std::uint32_t> number_of(Bytes bytes) {
  if (bytes.size() != 1 && bytes.size() != 2 && bytes.size() != 4) return std::nullopt;
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = (number << 8) | byte;
  return number;
}

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags, Bytes header) {
  nlmsghdr message{};
  message.nlmsg_type = type;
  message.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  bytes_.resize(sizeof message);
  std::memcpy(bytes_.data(), &message, sizeof message);
  add_raw(header);
}

void NetlinkRequest::add_raw(Bytes value) {
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  bytes_.resize(aligned(bytes_.size()));
}

void NetlinkRequest::add(std::uint16_t type, Bytes value) {
  const std::size_t begun = begin(type);
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  end(begun);
}

void NetlinkRequest::add_text(std::uint16_t type, std::string_view text) {
  const std::string terminated(text);
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(terminated.c_str());
  add(type, Bytes(begin, terminated.size() + 1));
}

void NetlinkRequest::add_number(std::uint16_t type, std::uint32_t number) {
  add(type, Bytes(reinterpret_cast<const std::uint8_t*>(&number), sizeof number));
}

std::size_t NetlinkRequest::begin(std::uint16_t type) {
  const std::size_t begun = bytes_.size();
  nlattr header{};
  header.nla_type = type;
  bytes_.resize(begun + sizeof header);
  std::memcpy(bytes_.data() + begun, &header, sizeof header);
  return begun;
}

void NetlinkRequest::end(std::size_t begun) {
  const auto length = static_cast<std::uint16_t>(bytes_.size() - begun);
  std::memcpy(bytes_.data() + begun + offsetof(nlattr, nla_len), &length, sizeof length);
  bytes_.resize(aligned(bytes_.size()));
}

std::expected<Netlink, Netlink::Failure> Netlink::open(int protocol, const NetlinkLimits& limits) {
  const int descriptor = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (descriptor < 0) return std::unexpected(failure_of(errno));
  Netlink netlink(descriptor, limits);
  timeval time{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  return netlink;
}

std::expected<Bytes, Netlink::Failure> Netlink::receive(std::chrono::steady_clock::time_point end,
                                                        std::span<std::uint8_t> buffer) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd waiting{.fd = socket_->get(), .events = POLLIN, .revents = 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return std::unexpected(failure_of(errno));
    if (ready == 0) return std::unexpected(failure_of(ETIMEDOUT));
    sockaddr_nl sender{};
    socklen_t sender_size = sizeof sender;
    const ssize_t size =
        ::recvfrom(socket_->get(), buffer.data(), buffer.size(), MSG_TRUNC | MSG_DONTWAIT,
                   reinterpret_cast<sockaddr*>(&sender), &sender_size);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return std::unexpected(failure_of(errno));
    // Other processes can write to the socket, too; the kernel has no number.
    if (sender.nl_pid != 0) continue;
    if (static_cast<std::size_t>(size) > buffer.size()) {
      return std::unexpected(failure_of(EMSGSIZE));
    }
    return Bytes(buffer.data(), static_cast<std::size_t>(size));
  }
}

std::optional<Netlink::Failure> Netlink::ask(NetlinkRequest request, const Handler& handler) {
  std::vector<std::uint8_t>& bytes = request.bytes_;
  nlmsghdr sent{};
  std::memcpy(&sent, bytes.data(), sizeof sent);
  sent.nlmsg_len = static_cast<std::uint32_t>(bytes.size());
  sent.nlmsg_seq = ++sequence_;
  std::memcpy(bytes.data(), &sent, sizeof sent);
  const bool is_dump = (sent.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  if (::send(socket_->get(), bytes.data(), bytes.size(), 0) < 0) return failure_of(errno);

  const auto end = std::chrono::steady_clock::now() + limits_.time;
  std::vector<std::uint8_t> buffer(256u << 10);
  std::size_t total = 0;
  while (true) {
    const std::expected<Bytes, Failure> datagram = receive(end, buffer);
    if (!datagram) return datagram.error();
    total += datagram->size();
    if (total > limits_.bytes) return failure_of(EFBIG);
    Bytes rest = *datagram;
    while (const auto header = object_at<nlmsghdr>(rest)) {
      if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest.size()) break;
      const Bytes payload = rest.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
      rest = rest.subspan(std::min(aligned(header->nlmsg_len), rest.size()));
      if (header->nlmsg_seq != sequence_) continue;
      if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) return failure_of(EINTR);
      if (header->nlmsg_type == NLMSG_DONE) return std::nullopt;
      if (header->nlmsg_type == NLMSG_ERROR) {
        const int number = -object_at<int>(payload).value_or(-EPROTO);
        return number == 0 ? std::nullopt : std::optional(failure_of(number));
      }
      handler(header->nlmsg_type, payload);
      if (!is_dump && (sent.nlmsg_flags & NLM_F_ACK) == 0) return std::nullopt;
    }
  }
}

}  // namespace plimsoll::audit
