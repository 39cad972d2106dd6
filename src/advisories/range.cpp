#include "advisories/range.h"

#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

constexpr std::string_view before_all = "0";

Order compare(PackageKind kind, std::string_view a, std::string_view b) {
  if (a == before_all || b == before_all) return (a != before_all) <=> (b != before_all);
  return compare_versions(kind, a, b);
}

Affected is_within_limits(PackageKind kind, Events range, std::string_view version) {
  bool limited = false;
  bool unknown = false;
  for (const Event& event : range) {
    if (event.kind != EventKind::limit) continue;
    if (event.version == "*") return Affected::yes;
    const Order order = compare(kind, version, event.version);
    if (order && *order < 0) return Affected::yes;
    limited = true;
    unknown = unknown || !order;
  }
  if (!limited) return Affected::yes;
  return unknown ? Affected::undecided : Affected::no;
}

bool is_introduction(EventKind kind) {
  return kind == EventKind::introduced || kind == EventKind::introduced_after;
}

Affected is_between_events(PackageKind kind, Events range, std::string_view version) {
  const Event* last = nullptr;  // of those that the version has passed
  bool unknown_introduction = false;
  bool unknown_end = false;
  for (const Event& event : range) {
    if (event.kind == EventKind::limit) continue;
    const bool introduction = is_introduction(event.kind);
    const Order order = compare(kind, version, event.version);
    if (!order) {
      (introduction ? unknown_introduction : unknown_end) = true;
      continue;
    }
    const bool by_later_only =
        event.kind == EventKind::last_affected || event.kind == EventKind::introduced_after;
    const bool passed = by_later_only ? *order > 0 : *order >= 0;
    if (!passed) continue;
    if (!last || compare(kind, event.version, last->version) != std::strong_ordering::less) {
      last = &event;
    }
  }
  const bool affected = last && is_introduction(last->kind);
  if (affected ? unknown_end : unknown_introduction) return Affected::undecided;
  return affected ? Affected::yes : Affected::no;
}

}  // namespace

Affected is_affected(PackageKind kind, Events range, std::string_view version) {
  const Affected between = is_between_events(kind, range, version);
  if (between == Affected::no) return between;
  const Affected within = is_within_limits(kind, range, version);
  return within == Affected::yes ? between : within;
}

Affected is_affected(PackageKind kind, const AffectedVersions& affected, std::string_view version) {
  for (const std::string_view listed : affected.versions) {
    if (listed == version ||
        compare_versions(kind, listed, version) == std::strong_ordering::equal) {
      return Affected::yes;
    }
  }
  Affected out = Affected::no;
  for (const Events range : affected.ranges) {
    const Affected by_range = is_affected(kind, range, version);
    if (by_range == Affected::yes) return by_range;
    if (by_range == Affected::undecided) out = by_range;
  }
  return out;
}

}  // namespace plimsoll::advisories
