#include "advisories/vex/timestamp.h"

#include <chrono>

#include "base/number.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

// Takes the parts of a text off its front; each is false where something else stands.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, unsigned most, unsigned& out) {
    if (rest_.size() < digits || !all_digits(rest_.substr(0, digits))) return false;
    out = number_of(rest_.substr(0, digits)).value_or(0);
    rest_.remove_prefix(digits);
    return out <= most;
  }
  bool one_of(std::string_view characters) {
    if (rest_.empty() || !characters.contains(rest_.front())) return false;
    taken_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  // Digits behind a point.
  bool fraction(std::int64_t& nanoseconds) {
    std::int64_t unit = 100'000'000;
    bool is_first = true;
    for (; one_of("0123456789"); is_first = false, unit /= 10) nanoseconds += (taken_ - '0') * unit;
    return !is_first;
  }
  char taken() const { return taken_; }
  bool is_done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char taken_ = 0;
};

}  // namespace

std::optional<Instant> instant_of(std::string_view text) {
  Scanner scan(text);
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool has_date = scan.number(4, 9999, year) && scan.one_of("-") &&
                        scan.number(2, 12, month) && scan.one_of("-") && scan.number(2, 31, day);
  if (!has_date || !scan.one_of("Tt ")) return std::nullopt;
  // A second may be a leap second.
  const bool has_time = scan.number(2, 23, hour) && scan.one_of(":") &&
                        scan.number(2, 59, minute) && scan.one_of(":") &&
                        scan.number(2, 60, second);
  Instant out;
  if (!has_time || (scan.one_of(".") && !scan.fraction(out.nanoseconds))) return std::nullopt;
  unsigned zone_hours = 0, zone_minutes = 0;
  int sign = 0;
  if (scan.one_of("+-")) {
    sign = scan.taken() == '+' ? 1 : -1;
    const bool has_zone =
        scan.number(2, 23, zone_hours) && scan.one_of(":") && scan.number(2, 59, zone_minutes);
    if (!has_zone) return std::nullopt;
  } else if (!scan.one_of("Zz")) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!scan.is_done() || !date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t zone = sign * (std::int64_t{zone_hours} * 60 + zone_minutes) * 60;
  out.seconds = days * 86'400 + std::int64_t{hour} * 3'600 + minute * 60 + second - zone;
  return out;
}

}  // namespace plimsoll::advisories
