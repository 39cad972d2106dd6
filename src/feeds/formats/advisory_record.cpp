#include "feeds/formats/advisory_record.h"

#include <algorithm>

#include "advisories/ecosystems.h"
#include "base/sort.h"
#include "base/text.h"
#include "feeds/formats/record_ids.h"
#include "feeds/summary.h"

namespace plimsoll::feeds {
namespace {

using advisories::AffectedPackage;
using advisories::Event;
using advisories::EventKind;

bool can_be_ids(const std::vector<std::string>& texts) {
  return std::ranges::all_of(texts, can_be_id);
}

std::string fault_of(const RecordedPackage& package) {
  if (!can_be_id(package.name)) return "a package has no name, or none that can be one";
  if (package.ecosystem.empty() || package.ecosystem.size() > advisories::max_version_bytes) {
    return concat("the ecosystem of ", package.name, " is not said");
  }
  if (!package.module.empty() && !can_be_id(package.module)) {
    return concat("the module of ", package.name, " is no name");
  }
  if (!can_be_ids(package.architectures)) {
    return concat("an architecture of ", package.name, " is no word");
  }
  if (package.events.size() > advisories::max_events) {
    return concat("too many events of ", package.name);
  }
  for (const RecordedEvent& event : package.events) {
    if (!can_be_id(event.version)) return concat("a version of ", package.name, " cannot be one");
  }
  return {};
}

std::string fault_of(const AdvisoryRecord& record) {
  if (!can_be_id(record.id)) return "it has no id, or none that can be one";
  if (record.key.empty() || record.key.size() > 4 * advisories::max_version_bytes) {
    return "it cannot be told from others";
  }
  if (record.aliases.size() > advisories::max_names ||
      record.flaws.size() > advisories::max_names || record.cvss.size() > advisories::max_names) {
    return "it has too many names";
  }
  if (!can_be_ids(record.aliases) || !can_be_ids(record.flaws)) return "a name of it cannot be one";
  if (std::ranges::any_of(record.cvss, [](const std::string& vector) {
        return vector.size() > advisories::max_version_bytes;
      })) {
    return "a score of it is too long";
  }
  if (record.affected.size() > advisories::max_affected) return "it is about too many packages";
  for (const RecordedPackage& package : record.affected) {
    if (std::string fault = fault_of(package); !fault.empty()) return fault;
  }
  return {};
}

std::string joined(std::vector<std::string> words) {
  sort_unique(words);
  return join(words, " ");
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

std::vector<RecordedEvent> AdvisoryRecord::range(std::string_view fixed,
                                                 std::string_view introduced) {
  std::vector<RecordedEvent> out{{EventKind::introduced, std::string(introduced)}};
  if (!fixed.empty()) out.push_back({EventKind::fixed, std::string(fixed)});
  return out;
}

void AdvisoryRecord::add(RecordedPackage package) {
  if (affected.size() > advisories::max_affected) return;
  std::string place = concat(package.ecosystem, "\n", package.name, "\n", package.module, "\n",
                             package.is_source ? "source" : "", "\n", name_of(package.state), "\n",
                             name_of(package.rating));
  for (const RecordedEvent& event : package.events) {
    place += concat("\n", std::to_string(static_cast<int>(event.kind)), event.version);
  }
  const auto [found, is_new] = places_.try_emplace(std::move(place), affected.size());
  if (is_new) {
    affected.push_back(std::move(package));
    return;
  }
  std::vector<std::string>& architectures = affected[found->second].architectures;
  // None is all, and stays all.
  if (architectures.empty() || package.architectures.empty()) {
    architectures.clear();
    return;
  }
  for (std::string& architecture : package.architectures) {
    if (std::ranges::find(architectures, architecture) == architectures.end()) {
      architectures.push_back(std::move(architecture));
    }
  }
}

void hand_on(const AdvisoryRecord& record, std::string_view place, FeedSink& sink) {
  if (const std::string fault = fault_of(record); !fault.empty()) {
    sink.refuse(can_be_id(record.id) ? record.id : std::string_view(), place, fault);
    return;
  }
  if (record.affected.empty() && !record.is_withdrawn) {
    sink.leave_out();
    return;
  }
  struct Texts {
    std::string name;
    std::string architectures;
    std::vector<Event> events;
    advisories::Events range;
  };
  std::vector<Texts> texts;
  texts.reserve(record.affected.size());
  std::vector<AffectedPackage> affected;
  affected.reserve(record.affected.size());
  for (const RecordedPackage& package : record.affected) {
    Texts& own = texts.emplace_back(advisories::normal_name(package.kind, package.name),
                                    joined(package.architectures), std::vector<Event>(),
                                    advisories::Events());
    for (const RecordedEvent& event : package.events) {
      own.events.push_back({event.kind, event.version});
    }
    own.range = own.events;
    AffectedPackage& out = affected.emplace_back();
    out.kind = package.kind;
    out.ecosystem = package.ecosystem;
    out.name = own.name;
    out.is_source = package.is_source;
    out.module = package.module;
    out.architectures = own.architectures;
    if (!own.events.empty()) out.versions.ranges = {&own.range, 1};
    out.state = package.state;
    out.rating = package.rating;
  }
  const std::vector<std::string_view> aliases = views_of(record.aliases);
  const std::vector<std::string_view> flaws = views_of(record.flaws);
  const std::vector<std::string_view> cvss = views_of(record.cvss);
  const std::string summary = summary_of(record.summary);
  advisories::Advisory out;
  out.key = record.key;
  out.id = record.id;
  out.aliases = aliases;
  out.flaws = flaws;
  out.summary = summary;
  out.url = record.url;
  out.published = record.published;
  out.modified = record.modified;
  out.is_withdrawn = record.is_withdrawn;
  out.rating = record.rating;
  out.cvss = cvss;
  out.affected = affected;
  sink.take(out);
}

}  // namespace plimsoll::feeds
