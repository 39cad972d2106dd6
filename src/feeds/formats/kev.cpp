// CISA's catalogue of flaws that are known to be exploited
// (cisa.gov/known-exploited-vulnerabilities-catalog), as JSON:
//
//   {"catalogVersion": "2025.08.25", "vulnerabilities": [{"cveID": "CVE-2025-48384",
//     "dateAdded": "2025-08-25", "dueDate": "2025-09-15", "knownRansomwareCampaignUse":
//     "Unknown"}]}
#include "base/date.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/record_ids.h"

namespace plimsoll::feeds {
namespace {

void read_entry(JsonObject object, std::string_view place, FeedSink& sink) {
  enum class Key : std::uint8_t { id, added, due, ransomware };
  SeenKeys seen;
  advisories::ExploitedEntry entry;
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "cveID") {
      seen.add(Key::id, key);
      entry.cve = text_of(value, key);
    } else if (key == "dateAdded") {
      seen.add(Key::added, key);
      entry.added = text_of(value, key);
    } else if (key == "dueDate") {
      seen.add(Key::due, key);
      entry.due = text_of(value, key);
    } else if (key == "knownRansomwareCampaignUse") {
      seen.add(Key::ransomware, key);
      entry.by_ransomware = text_of(value, key) == "Known";
    }
  });
  if (!is_cve(entry.cve)) {
    sink.refuse({}, place, "an entry names no CVE");
  } else if (!is_date(entry.added) || !(entry.due.empty() || is_date(entry.due))) {
    sink.refuse(entry.cve, place, "a date is none");
  } else {
    sink.take(entry);
  }
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  read_document(document, parser, sink, [&](JsonValue root) {
    each_member(object_of(root, "document"), [&](std::string_view key, JsonValue value) {
      if (key != "vulnerabilities") return;
      each_item(list_of(value, key),
                [&](JsonValue item) { read_entry(object_of(item, key), document.place, sink); });
    });
  });
}

bool recognises(const Outline& outline) {
  return outline.has("catalogVersion") && outline.has("vulnerabilities");
}

}  // namespace

const FeedFormat kev = {"kev", recognises, read};

}  // namespace plimsoll::feeds
