#include "net/patience.h"

namespace plimsoll::net {
namespace {

using namespace std::chrono_literals;

constexpr auto first_pause = 250ms;
constexpr std::uint64_t worthwhile_bytes = 1u << 20;

}  // namespace

bool is_worth_another_try(const Failure& failure) {
  return failure.trouble == Trouble::broken || failure.trouble == Trouble::stalled;
}

bool is_worth_another_try(const Response& response) {
  return response.status == 408 || response.status == 429 ||
         (response.status >= 500 && response.status != 501);
}

std::optional<std::chrono::milliseconds> Patience::after(const Answer<Response>& answer,
                                                         std::uint64_t progress) {
  const bool again = answer ? is_worth_another_try(*answer) : is_worth_another_try(answer.error());
  if (progress >= before_ + worthwhile_bytes) {
    before_ = progress;
    tries_ = 0;
  }
  std::chrono::milliseconds wait = first_pause * (1 << tries_);
  if (answer && answer->retry_after.count() > 0) wait = answer->retry_after;
  if (!again || ++tries_ == max_tries || wait > max_wait) return std::nullopt;
  return wait;
}

}  // namespace plimsoll::net
