#include "advisories/record_url.h"

#include <array>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

struct Page {
  std::string_view prefix;
  std::string_view address;  // before the id
};

// Of CVEs, by distribution.
constexpr std::array<Page, 7> of_distributions{{
    {"Alpine", "https://security.alpinelinux.org/vuln/"},
    {"AlmaLinux", "https://access.redhat.com/security/cve/"},
    {"Amazon Linux", "https://explore.alas.aws.amazon.com/"},
    {"Debian", "https://security-tracker.debian.org/tracker/"},
    {"Red Hat", "https://access.redhat.com/security/cve/"},
    {"Rocky Linux", "https://access.redhat.com/security/cve/"},
    {"Ubuntu", "https://ubuntu.com/security/"},
}};

// By the id.
constexpr std::array<Page, 6> of_databases{{
    {"CVE-", "https://www.cve.org/CVERecord?id="},
    {"GHSA-", "https://github.com/advisories/"},
    {"GO-", "https://pkg.go.dev/vuln/"},
    {"MAL-", "https://osv.dev/vulnerability/"},
    {"PYSEC-", "https://osv.dev/vulnerability/"},
    {"RUSTSEC-", "https://rustsec.org/advisories/"},
}};

}  // namespace

std::string record_url(std::string_view id, std::string_view ecosystem) {
  if (id.starts_with("CVE-")) {
    const std::string_view family = ecosystem.substr(0, ecosystem.find(':'));
    for (const Page& page : of_distributions) {
      if (page.prefix == family) return concat(page.address, id);
    }
  }
  for (const Page& page : of_databases) {
    if (id.starts_with(page.prefix)) return concat(page.address, id);
  }
  return {};
}

}  // namespace plimsoll::advisories
