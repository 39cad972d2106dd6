#include "advisories/cvss.h"

#include "advisories/cvss/metrics.h"

namespace plimsoll::advisories {
namespace {

Rating rating_2(int tenths) {
  if (tenths == 0) return Rating::negligible;
  if (tenths < 40) return Rating::low;
  return tenths < 70 ? Rating::medium : Rating::high;
}

Rating rating_3(int tenths) {
  return tenths < 90 ? rating_2(tenths) : Rating::critical;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<CvssScore> score_of(std::string_view vector) {
  CvssScore out;
  std::optional<int> tenths;
  if (take(vector, "CVSS:4.0/")) {
    out.version = "CVSS 4.0";
    tenths = cvss::score_4(vector);
  } else if (take(vector, "CVSS:3.1/")) {
    out.version = "CVSS 3.1";
    tenths = cvss::score_3(vector, 1);
  } else if (take(vector, "CVSS:3.0/")) {
    out.version = "CVSS 3.0";
    tenths = cvss::score_3(vector, 0);
  } else {
    out.version = "CVSS 2.0";
    if (vector.starts_with('(') && vector.ends_with(')')) {
      vector = vector.substr(1, vector.size() - 2);
    }
    take(vector, "CVSS:2.0/");
    tenths = cvss::score_2(vector);
  }
  if (!tenths) return std::nullopt;
  out.tenths = *tenths;
  out.rating = out.version == "CVSS 2.0" ? rating_2(*tenths) : rating_3(*tenths);
  return out;
}

}  // namespace plimsoll::advisories
