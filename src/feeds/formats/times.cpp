#include "feeds/formats/times.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/number.h"
#include "base/text.h"

namespace plimsoll::feeds {
namespace {

// "2018-04-26" and the like: digits where the form has a 9, and itself elsewhere.
bool has_form(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (form[i] == '9' ? !is_digit(text[i]) : text[i] != form[i]) return false;
  }
  return true;
}

std::string moment_since_1970(long long seconds) {
  // Until the year 9999: later ones are mistakes.
  constexpr long long last = 253'402'300'799;
  if (seconds < 0 || seconds > last) return {};
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02lld:%02lld:%02lldZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()),
                static_cast<long long>(time.hours().count()),
                static_cast<long long>(time.minutes().count()),
                static_cast<long long>(time.seconds().count()));
  return out;
}

}  // namespace

bool is_moment(std::string_view text) {
  constexpr std::string_view form = "9999-99-99T99:99:99";
  constexpr std::size_t max_bytes = 40;
  return text.size() > form.size() && text.size() <= max_bytes &&
         has_form(text.substr(0, form.size()), form) &&
         std::ranges::all_of(text.substr(form.size()), [](char c) {
           return is_digit(c) || c == '.' || c == 'Z' || c == '+' || c == '-' || c == ':';
         });
}

std::string moment_of(std::string_view text) {
  text = trim(text);
  if (all_digits(text)) {
    const auto number = number_of<long long>(text);
    if (!number) return {};
    // What would be behind the year 5000 in seconds is in milliseconds.
    return moment_since_1970(*number > 100'000'000'000 ? *number / 1000 : *number);
  }
  if (has_form(text, "9999-99-99")) return concat(text, "T00:00:00Z");
  if (has_form(text, "9999-99-99 99:99")) {
    return concat(text.substr(0, 10), "T", text.substr(11), ":00Z");
  }
  if (has_form(text, "9999-99-99 99:99:99")) {
    return concat(text.substr(0, 10), "T", text.substr(11), "Z");
  }
  return is_moment(text) ? std::string(text) : std::string();
}

}  // namespace plimsoll::feeds
