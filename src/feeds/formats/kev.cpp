// CISA's catalogue of flaws that are known to be exploited
// (cisa.gov/known-exploited-vulnerabilities-catalog), as JSON:
//
//   {"catalogVersion": "2025.08.25", "vulnerabilities": [{"cveID": "CVE-2025-48384",
//     "dateAdded": "2025-08-25", "dueDate": "2025-09-15", "knownRansomwareCampaignUse":
//     "Unknown"}]}
#include <string>

#include "feeds/formats/formats.h"
#include "feeds/formats/iso_date.h"
#include "feeds/formats/json_records.h"
#include "feeds/formats/record_ids.h"

namespace plimsoll::feeds {
namespace {

void read_entry(simdjson::ondemand::object object, std::string_view place, FeedSink& sink) {
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
  if (entry.cve.empty() || cve_in(entry.cve) != entry.cve || !can_be_id(entry.cve)) {
    sink.refuse({}, place, "an entry names no CVE");
  } else if (!is_iso_date(entry.added) || !(entry.due.empty() || is_iso_date(entry.due))) {
    sink.refuse(entry.cve, place, "a date is none");
  } else {
    sink.take(entry);
  }
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  std::string why;
  try {
    simdjson::ondemand::document root = parser.iterate(document.text);
    each_member(checked<simdjson::ondemand::object>(root.get_object(), "document", "an object"),
                [&](std::string_view key, JsonValue value) {
                  if (key != "vulnerabilities") return;
                  for (auto item : list_of(value, key)) {
                    read_entry(object_of(item.value(), key), document.place, sink);
                  }
                });
    if (is_at_end(root)) return;
    why = "something stands behind it";
  } catch (const BadRecord& bad) {
    why = bad.why;
  } catch (const simdjson::simdjson_error& error) {
    why = why_no_json(error.error());
  }
  sink.refuse({}, document.place, why);
}

bool recognises(const Outline& outline) {
  return outline.has("catalogVersion") && outline.has("vulnerabilities");
}

}  // namespace

const FeedFormat kev = {"kev", recognises, read};

}  // namespace plimsoll::feeds
