// Made versions: random, the same on every run, and shaped so that each rule of a scheme is met.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subjects/package.h"

namespace plimsoll::test {

// Versions are put together from these: what counts in the scheme, and a little of what does not.
inline std::vector<std::string_view> pieces_of_versions(PackageKind kind) {
  switch (kind) {
    case PackageKind::deb:
      return {"0", "1", "2", "9", "10", "00", ".", ".", "-",
              "-", "~", "~", "+", "a",  "rc", "Z", ":"};
    case PackageKind::rpm:
      return {"0", "1", "2", "9", "10", "00", ".", ".", "-",
              "-", "~", "^", "_", "a",  "rc", "Z", ":"};
    case PackageKind::apk:
      return {".0",    ".1",   ".2",  ".10",  ".05",  "a",    "b",   "_alpha",
              "_beta", "_pre", "_rc", "_cvs", "_svn", "_git", "_hg", "_p",
              "1",     "2",    "~ab", "~0",   "-r0",  "-r1",  "-r10"};
    case PackageKind::npm:
    case PackageKind::cargo:
      return {"-rc", "-a", "-0", "-1", "-rc", ".0", ".1", ".10",
              ".a",  ".B", "-",  "+b", "+1",  "a",  "0"};
    case PackageKind::golang:
      return {".0",
              ".1",
              ".2",
              ".10",
              ".0",
              ".1",
              "-rc",
              "-0",
              "-1",
              "-a",
              "+incompatible",
              ".a",
              ".20200101000000-ab",
              "0"};
    case PackageKind::nuget:
      return {".0", ".1", ".2", ".10", ".01", "-rc", "-RC", "-0", "-a", ".a", ".B", "+b", "a", "0"};
    case PackageKind::pypi:
      return {".0", ".1",    ".2", ".10",   "a",     "b1",    "rc",  "c2", ".dev", "dev1", ".post",
              "-1", "post2", "r1", "alpha", "_beta", "pre-1", "+ab", "+1", ".ab",  "!1",   "-0"};
    case PackageKind::maven:
      return {"0", "1", "2", "10", "00", ".",        ".",  ".",     "-",  "-",   "-", "alpha",
              "a", "b", "m", "rc", "cr", "SNAPSHOT", "ga", "Final", "sp", "foo", "X"};
    case PackageKind::gem:
      return {".0",   ".1", ".2", ".10", ".a", ".b", ".rc",
              ".rc1", ".A", "-1", "-a",  "a",  "0",  ".00"};
    case PackageKind::composer:
      return {".0", ".1",     ".2",   ".10",     "-dev", "-alpha", "b1", "RC", "-rc.2",  "-p1",
              "pl", "patch2", "@dev", "-stable", "+b",   "0",      "1",  ".x", "-beta-1"};
  }
  std::unreachable();
}

class MadeVersions {
 public:
  MadeVersions(PackageKind kind, std::uint32_t seed)
      : kind_(kind), pieces_(pieces_of_versions(kind)), random_(seed) {}

  std::string next() {
    // Half of them are a change of the last one, so that what differs stands late.
    if (chosen_.empty() || below(2) == 0) {
      chosen_.clear();
      for (std::size_t i = below(7); i > 0; --i) chosen_.push_back(piece());
      first_ = std::to_string(below(3));
    } else if (below(2) == 0) {
      chosen_[below(chosen_.size())] = piece();
    } else {
      chosen_.insert(chosen_.begin() + static_cast<std::ptrdiff_t>(below(chosen_.size() + 1)),
                     piece());
    }
    std::string out = first_;
    // These have three numbers or are none.
    if (kind_ == PackageKind::npm || kind_ == PackageKind::cargo)
      out += below(2) == 0 ? ".0.0" : ".0.1";
    for (const std::string_view each : chosen_) out += each;
    return out;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string_view piece() { return pieces_[below(pieces_.size())]; }

  PackageKind kind_;
  std::vector<std::string_view> pieces_;
  std::vector<std::string_view> chosen_;
  std::string first_;
  std::mt19937 random_;
};

}  // namespace plimsoll::test
