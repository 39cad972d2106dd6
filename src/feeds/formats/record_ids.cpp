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

constexpr std::string_view cve_prefix = "CVE-";

// How long the name of a CVE is that a text begins with: "CVE-2023-4911" has a year and 4 to 19
// digits. 0 where it begins with none.
std::size_t length_of_cve(std::string_view text) {
  if (!text.starts_with(cve_prefix)) return 0;
  std::size_t end = cve_prefix.size();
  const auto skip_digits = [&] {
    const std::size_t from = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - from;
  };
  if (skip_digits() != 4 || end == text.size() || text[end] != '-') return 0;
  ++end;
  const std::size_t digits = skip_digits();
  return digits >= 4 && digits <= 19 ? end : 0;
}

}  // namespace

std::string_view cve_in(std::string_view text) {
  for (std::size_t at = text.find(cve_prefix); at != std::string_view::npos;
       at = text.find(cve_prefix, at + 1)) {
    const std::size_t length = length_of_cve(text.substr(at));
    if (length != 0) return text.substr(at, length);
  }
  return {};
}

bool is_cve(std::string_view text) {
  const std::size_t length = length_of_cve(text);
  return length != 0 && length == text.size();
}

void add_cves(std::string_view text, std::vector<std::string>& cves) {
  for (std::string_view cve = cve_in(text); !cve.empty(); cve = cve_in(text)) {
    text.remove_prefix(static_cast<std::size_t>(cve.data() - text.data()) + cve.size());
    if (cves.size() > advisories::max_names) return;
    if (std::ranges::find(cves, cve) == cves.end()) cves.emplace_back(cve);
  }
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
