// Which flaws a record stands for, when every database has its own name for each.
//
// CVE-2021-44228 is GHSA-jfh8-c2jp-5v3q to GitHub, and some records know only the second name. The
// first name of a flaw is its CVE: a name that a record with exactly one CVE has as an alias stands
// for that CVE everywhere. A record with several CVEs is about several flaws, and joins none of
// them. Names that lead to no CVE are joined with each other; the first of them in order is the
// flaw's, GitHub's before others.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "advisories/stored.h"

namespace plimsoll::advisories {

bool is_cve(std::string_view name);

// Views are the records', which outlive it.
class FlawNames {
 public:
  // First all records are added, then asked for.
  void add(const StoredHead& record);
  // Sorted, each once, at least one.
  std::vector<std::string_view> flaws_of(const StoredHead& record) const;

 private:
  std::string_view root_of(std::string_view name) const;
  void append_flaws(std::string_view name, std::vector<std::string_view>& out) const;

  std::unordered_map<std::string_view, std::vector<std::string_view>> cves_;  // of other names
  // Of names that stand together in records without a CVE: each leads to another, the first of all
  // to itself.
  std::unordered_map<std::string_view, std::string_view> joined_;
};

}  // namespace plimsoll::advisories
