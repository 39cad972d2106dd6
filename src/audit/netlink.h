// Talking to the kernel over netlink: requests, the messages that answer them, and the attributes
// that both are made of. Answers are read as if anybody could have written them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

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

class Netlink {
 public:
  // NETLINK_NETFILTER, NETLINK_ROUTE: in the network namespace of the calling thread.
  static Result<Netlink> open(int protocol);

  // Sends a request and hands each message of the answer on: its type without the subsystem, and
  // all behind the netlink header. An error when the kernel says one (its `number` is errno's), and
  // when the answer takes longer than five seconds or more than 64 MiB.
  using Handler = std::function<void(std::uint16_t type, Bytes payload)>;
  struct Failure {
    int number = 0;
    std::string message;
  };
  std::optional<Failure> ask(NetlinkRequest request, const Handler& handler);

 private:
  explicit Netlink(int descriptor) : socket_(std::make_unique<Descriptor>(descriptor)) {}

  std::unique_ptr<Descriptor> socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace plimsoll::audit
