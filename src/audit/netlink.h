// Talking to the kernel over netlink: requests, the messages that answer them, and the attributes
// that both are made of. Answers are read as if anybody could have written them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"

namespace plimsoll::audit {

using Bytes = std::span<const std::uint8_t>;

// The attributes in a piece of a message; what is malformed ends them.
struct Attribute {
  std::uint16_t type = 0;  // without the flags for nesting and byte order
  Bytes value;
};
std::vector<Attribute> attributes_of(Bytes bytes);
// The first of a type; empty when there is none.
Bytes attribute(Bytes bytes, std::uint16_t type);
// Text up to its first NUL.
std::string text_of(Bytes bytes);
// A number of one, two or four bytes in network order; nothing for any other size.
std::optional<std::uint32_t> number_of(Bytes bytes);

// One request, built from front to back. Numbers are added in the host's order, as netlink itself
// has them.
class NetlinkRequest {
 public:
  NetlinkRequest(std::uint16_t type, std::uint16_t flags, Bytes header);
  void add(std::uint16_t type, Bytes value);
  void add_text(std::uint16_t type, std::string_view text);  // with its NUL
  void add_number(std::uint16_t type, std::uint32_t number);
  // What is added until the end is nested in an attribute of this type.
  std::size_t begin(std::uint16_t type);
  void end(std::size_t begun);
  // Puts bytes as they are: the header of a nested message.
  void add_raw(Bytes value);

 private:
  friend class Netlink;
  std::vector<std::uint8_t> bytes_;
};

// Of one answer.
struct NetlinkLimits {
  std::chrono::seconds time{5};
  std::size_t bytes = 64u << 20;
};

class Netlink {
 public:
  struct Failure {
    int number = 0;  // errno's
    std::string message;
  };
  // NETLINK_AUDIT, NETLINK_NETFILTER, NETLINK_ROUTE: in the network namespace of the calling
  // thread.
  static std::expected<Netlink, Failure> open(int protocol, const NetlinkLimits& limits = {});

  // Sends a request and hands each message of the answer on: its type, and all behind the netlink
  // header. With NLM_F_DUMP the answer lasts until the kernel says that it is done. A failure when
  // the kernel says one, with ETIMEDOUT when the answer takes too long, with EFBIG when it is too
  // large.
  using Handler = std::function<void(std::uint16_t type, Bytes payload)>;
  std::optional<Failure> ask(NetlinkRequest request, const Handler& handler);

 private:
  Netlink(int descriptor, const NetlinkLimits& limits)
      : socket_(std::make_unique<Descriptor>(descriptor)), limits_(limits) {}

  // The next datagram of the kernel; a failure when there is none until `end`.
  std::expected<Bytes, Failure> receive(std::chrono::steady_clock::time_point end,
                                        std::span<std::uint8_t> buffer);

  std::unique_ptr<Descriptor> socket_;
  NetlinkLimits limits_;
  std::uint32_t sequence_ = 0;
};

}  // namespace plimsoll::audit
