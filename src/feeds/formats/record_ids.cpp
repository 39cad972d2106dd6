#include "feeds/formats/record_ids.h"

#include <algorithm>
#include <array>

#include "advisories/advisory.h"
#include "base/text.h"

namespace plimsoll::feeds {
namespace {

// Debian; Red Hat, AlmaLinux, Rocky, Oracle (security, bugs, enhancements); SUSE; Ubuntu; Amazon;
// Mageia; openEuler; Fedora.
constexpr std::array<std::string_view, 28> prefixes_of_repairs{
    "DSA-",  "DLA-",   "DTSA-", "RHSA-",     "RHBA-",         "RHEA-",   "ALSA-",
    "ALBA-", "ALEA-",  "RLSA-", "RLBA-",     "RLEA-",         "RXSA-",   "ELSA-",
    "ELBA-", "ELEA-",  "SUSE-", "openSUSE-", "USN-",          "LSN-",    "SSN-",
    "ALAS",  "MGASA-", "MGAA-", "OESA-",     "openEuler-SA-", "FEDORA-", "FEDORA-EPEL-"};

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

}  // namespace

std::string_view cve_in(std::string_view text) {
  constexpr std::string_view prefix = "CVE-";
  constexpr std::size_t year_digits = 4;
  constexpr std::size_t min_digits = 4;
  for (std::size_t at = text.find(prefix); at != std::string_view::npos;
       at = text.find(prefix, at + 1)) {
    const std::size_t year = at + prefix.size();
    const std::size_t number = year + year_digits + 1;
    if (digits_at(text, year) != year_digits || number > text.size() || text[number - 1] != '-') {
      continue;
    }
    const std::size_t digits = digits_at(text, number);
    if (digits >= min_digits) return text.substr(at, number + digits - at);
  }
  return {};
}

bool is_repair_id(std::string_view id) {
  return std::ranges::any_of(prefixes_of_repairs,
                             [&](std::string_view prefix) { return id.starts_with(prefix); });
}

bool mends_no_flaws(std::string_view id) {
  // The second two letters after those of the distribution: RH, AL, RL, EL.
  return is_repair_id(id) && (id.substr(2, 3) == "BA-" || id.substr(2, 3) == "EA-");
}

bool can_be_id(std::string_view text) {
  return !text.empty() && text.size() <= advisories::max_version_bytes &&
         std::ranges::none_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= ' ' || byte == 0x7f;
         });
}

}  // namespace plimsoll::feeds
