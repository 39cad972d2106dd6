// Releases of distributions, and until when each gets repairs.
//
// Support ends in steps. Debian's own team looks after a release for three years, and a smaller one
// for two more; what Freexian, Canonical, Red Hat and SUSE sell goes on for years after that, to
// whoever pays.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "subjects/image.h"

namespace plimsoll::rules {

// Of a distribution, or of another product with releases. Days are ISO dates.
struct Release {
  // "10" means 10, 10.2 and 10-slim; "3.6" means 3.6 and 3.6.15. The alone-standing major of a
  // product whose minors are releases ("python:2") is a row of its own, behind theirs.
  std::string_view version;
  std::string_view date;  // the last day of the repairs that everybody gets
  std::string_view code_name = {};
  std::string_view full_until = {};  // of full support, where a smaller team goes on until `date`
  std::string_view extended_until = {};  // of repairs that are sold; "" for none
};

struct Distribution {
  std::string_view id;     // of os-release(5)
  std::string_view image;  // the official image's name; "" where there is none
  std::string_view name;   // for people
  std::span<const Release> releases;
};

std::span<const Distribution> distributions();

// A release with its distribution, as people call it: "Debian 10 (buster)".
std::string name_of(const Distribution& distribution, const Release& release);

// Whether a version ("3.6.15") is of a release ("3.6").
bool is_of_release(std::string_view version, std::string_view release);

struct KnownRelease {
  const Distribution* distribution = nullptr;
  const Release* release = nullptr;
};

// The release that an image says it is; nothing for one that is not in the table: newer ones, and
// those without releases.
std::optional<KnownRelease> release_of(const OsRelease& os);

}  // namespace plimsoll::rules
