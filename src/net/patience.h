// Whether something is asked again, and when. Connections break, servers are restarted and want to
// be left alone for a while: what a user would do is tried again some times.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "net/http.h"

namespace plimsoll::net {

// How often something is asked in vain before that is an error; what brings a MiB is not in vain.
inline constexpr int max_tries = 5;
// A server that wants to be left alone for longer is.
inline constexpr std::chrono::seconds max_wait{60};

// Whether the same question may get another answer.
bool is_worth_another_try(const Failure& failure);
bool is_worth_another_try(const Response& response);

// Of one question.
class Patience {
 public:
  // How long to wait before the question is asked again; nothing when the answer stands.
  // `progress`: bytes that need not be asked for again.
  std::optional<std::chrono::milliseconds> after(const Answer<Response>& answer,
                                                 std::uint64_t progress = 0);

 private:
  std::uint64_t before_ = 0;
  int tries_ = 0;
};

}  // namespace plimsoll::net
