// Open Source Vulnerability format, 1.x: one record is one JSON object (ossf.github.io/osv-schema).
//
//   {"id": "DSA-5514-1", "modified": "2023-10-03T00:00:00Z", "upstream": ["CVE-2023-4911"],
//    "affected": [{"package": {"ecosystem": "Debian:12", "name": "glibc"},
//      "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"},
//                                                  {"fixed": "2.36-9+deb12u3"}]}]}]}
//
// What other records `related`, `upstream` and `aliases` name depends on what the record is. In one
// about a repair they are the flaws that it mends. In one about a flaw, `aliases` are its names,
// and so is the CVE in `upstream`, for a distribution's record of somebody else's flaw; `related`
// is something else and no name.
//
// A record that says a key twice, or two events in one object, is refused: readers differ in what
// they take of it.
//
// AlmaLinux, Rocky and Red Hat say of a package of a module only that its version contains
// ".module"; which one stands in the summary ("Important: python27:2.7 security update"). Where two
// stand there ("virt:rhel and virt-devel:rhel") it is not said which package is of which, and each
// package is taken to be of either. Where none can be read the module is "?": any.
#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisories/ecosystems.h"
#include "base/text.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/times.h"
#include "feeds/summary.h"

namespace plimsoll::feeds {
namespace {

using advisories::AffectedPackage;
using advisories::Ecosystem;
using advisories::Event;
using advisories::EventKind;
using advisories::Events;

constexpr std::string_view mark_of_modules = ".module";

// A part of one of the record's long lists, which grow while it is read.
struct Slice {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
};
template <class T>
std::span<const T> part(const std::vector<T>& all, Slice slice) {
  return std::span(all).subspan(slice.begin, slice.end - slice.begin);
}

// "nodejs:18" in "Moderate: nodejs:18 security update".
std::vector<std::string_view> streams_in(std::string_view summary) {
  std::vector<std::string_view> streams;
  const auto is_part = [](std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
      return is_alpha(c) || is_digit(c) || c == '.' || c == '_' || c == '+' || c == '-';
    });
  };
  for (std::string_view word : split(summary, ' ')) {
    // "httpd:2.4/mod_http2" names a package of the module as well.
    word = word.substr(0, word.find_first_of(",/"));
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos || !is_part(word.substr(0, colon)) ||
        !is_part(word.substr(colon + 1))) {
      continue;
    }
    // Rocky has turned "go-toolset:rhel8" into "go-toolset:Rocky Linux8".
    if (word.ends_with(":Rocky")) continue;
    streams.push_back(word);
  }
  return streams;
}

// One record while it is read. All texts are views into the parser's buffer.
class Record {
 public:
  void read(JsonObject object, FeedSink& sink);
  void hand_on(FeedSink& sink);
  // Of what has been read until now.
  std::string_view id() const { return id_; }

 private:
  // One of `affected`, as it is written.
  struct Written {
    std::optional<std::string_view> ecosystem;
    std::string_view name;
    std::string_view purl;
    Slice ranges;  // of slices_
    Slice versions;
    FixState state = FixState::none_known;
    Rating rating = Rating::unknown;
    bool is_modular = false;
  };

  void read_member(std::string_view key, JsonValue value, FeedSink& sink);
  void read_affected(JsonObject object, FeedSink& sink);
  void read_package(JsonObject object, Written& written);
  void read_range(JsonObject object, Written& written);
  void read_event(JsonObject object, Written& written);
  void read_severities(JsonValue value, std::vector<std::string_view>& cvss, Rating& rating);
  void read_names(JsonValue value, std::string_view key, std::vector<std::string_view>& names);
  void keep(const Written& written, FeedSink& sink);
  const std::optional<Ecosystem>& ecosystem(std::string_view name);

  enum class Key : std::uint8_t {
    id,
    modified,
    published,
    withdrawn,
    aliases,
    related,
    upstream,
    summary,
    details,
    severity,
    affected,
    database_specific,
  };
  SeenKeys seen_;
  std::string_view id_, modified_, published_, summary_, details_;
  bool is_withdrawn_ = false;
  Rating rating_ = Rating::unknown;
  std::vector<std::string_view> aliases_, related_, upstream_, cvss_, cvss_of_packages_;

  std::vector<Event> events_;
  std::vector<Slice> slices_;  // of events_, a range each
  std::vector<std::string_view> versions_;
  struct Kept {
    AffectedPackage package;  // without its versions and its module
    Slice ranges;
    Slice versions;
    bool is_modular = false;
  };
  std::vector<Kept> kept_;
  std::size_t affected_ = 0;
  std::deque<std::string> names_;  // that are not written as the database has them
  std::deque<std::pair<std::string, std::optional<Ecosystem>>> ecosystems_;
};

std::string_view bounded_text(JsonValue value, std::string_view key) {
  const std::string_view text = text_of(value, key);
  if (text.size() > advisories::max_version_bytes) {
    throw BadRecord{concat("\"", key, "\" is longer than ",
                           std::to_string(advisories::max_version_bytes), " bytes")};
  }
  return text;
}

std::string_view moment_text(JsonValue value, std::string_view key) {
  const std::string_view text = text_of(value, key);
  if (!is_moment(text)) throw BadRecord{concat("\"", key, "\" is no time")};
  return text;
}

void Record::read(JsonObject object, FeedSink& sink) {
  each_member(object,
              [&](std::string_view key, JsonValue value) { read_member(key, value, sink); });
  if (id_.empty()) throw BadRecord{"it has no \"id\""};
  if (modified_.empty()) throw BadRecord{"it has no \"modified\""};
}

void Record::read_member(std::string_view key, JsonValue value, FeedSink& sink) {
  if (key == "id") {
    seen_.add(Key::id, key);
    const std::string_view id = text_of(value, key);
    if (!can_be_id(id)) throw BadRecord{"its \"id\" can be none"};
    id_ = id;
  } else if (key == "modified") {
    seen_.add(Key::modified, key);
    modified_ = moment_text(value, key);
  } else if (key == "published") {
    seen_.add(Key::published, key);
    published_ = moment_text(value, key);
  } else if (key == "withdrawn") {
    seen_.add(Key::withdrawn, key);
    is_withdrawn_ = !text_of(value, key).empty();
  } else if (key == "aliases") {
    seen_.add(Key::aliases, key);
    read_names(value, key, aliases_);
  } else if (key == "related") {
    seen_.add(Key::related, key);
    read_names(value, key, related_);
  } else if (key == "upstream") {
    seen_.add(Key::upstream, key);
    read_names(value, key, upstream_);
  } else if (key == "summary") {
    seen_.add(Key::summary, key);
    summary_ = text_of(value, key);
  } else if (key == "details") {
    seen_.add(Key::details, key);
    details_ = text_of(value, key);
  } else if (key == "severity") {
    seen_.add(Key::severity, key);
    read_severities(value, cvss_, rating_);
  } else if (key == "affected") {
    seen_.add(Key::affected, key);
    each_item(list_of(value, key), [&](JsonValue item) {
      if (++affected_ > advisories::max_affected) {
        throw BadRecord{
            concat("it affects more than ", std::to_string(advisories::max_affected), " packages")};
      }
      read_affected(object_of(item, key), sink);
    });
  } else if (key == "database_specific") {
    seen_.add(Key::database_specific, key);
    // The database's own: what is not as GitHub has it is not ours.
    if (!is_object(value)) return;
    each_member(object_of(value, key), [&](std::string_view name, JsonValue own) {
      if (name != "severity" || !is_text(own)) return;
      if (const auto rating = rating_of(text_of(own, name))) rating_ = *rating;
    });
  }
}

void Record::read_names(JsonValue value, std::string_view key,
                        std::vector<std::string_view>& names) {
  each_item(list_of(value, key), [&](JsonValue item) {
    const std::string_view name = text_of(item, key);
    // Of `related` only CVEs are taken, and what else stands there has any form.
    if (&names == &related_ && cve_in(name).empty()) return;
    if (!can_be_id(name)) throw BadRecord{concat("\"", key, "\" has what can be no id")};
    if (names.size() == advisories::max_names) {
      throw BadRecord{
          concat("\"", key, "\" has more than ", std::to_string(advisories::max_names), " names")};
    }
    names.push_back(name);
  });
}

void Record::read_severities(JsonValue value, std::vector<std::string_view>& cvss, Rating& rating) {
  each_item(list_of(value, "severity"), [&](JsonValue item) {
    std::string_view type;
    std::string_view score;
    each_member(object_of(item, "severity"), [&](std::string_view key, JsonValue own) {
      if (key == "type") type = bounded_text(own, key);
      if (key == "score") score = bounded_text(own, key);
    });
    if (type.starts_with("CVSS_V")) {
      if (cvss.size() == advisories::max_names) throw BadRecord{"\"severity\" has too many scores"};
      cvss.push_back(score);
    } else if (type == "Ubuntu") {
      rating = rating_of(score).value_or(rating);
    }
  });
}

void Record::read_affected(JsonObject object, FeedSink& sink) {
  enum class Part : std::uint8_t {
    package,
    ranges,
    versions,
    ecosystem_specific,
    database_specific,
    severity,
  };
  SeenKeys seen;
  Written written;
  const std::size_t first_event = events_.size();
  written.ranges = {slices_.size(), slices_.size()};
  written.versions = {versions_.size(), versions_.size()};
  bool is_ours = true;
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "package") {
      seen.add(Part::package, key);
      read_package(object_of(value, key), written);
      is_ours = written.ecosystem && ecosystem(*written.ecosystem);
    } else if (!is_ours) {
      return;  // what is not kept need not be read
    } else if (key == "ranges") {
      seen.add(Part::ranges, key);
      each_item(list_of(value, key),
                [&](JsonValue item) { read_range(object_of(item, key), written); });
      written.ranges.end = slices_.size();
      if (events_.size() - first_event > advisories::max_events) {
        throw BadRecord{
            concat("a package has more than ", std::to_string(advisories::max_events), " events")};
      }
    } else if (key == "versions") {
      seen.add(Part::versions, key);
      each_item(list_of(value, key), [&](JsonValue item) {
        const std::string_view version = bounded_text(item, key);
        if (version.empty()) throw BadRecord{"\"versions\" has an empty one"};
        versions_.push_back(version);
        if (versions_.size() - written.versions.begin > advisories::max_versions) {
          throw BadRecord{concat("a package has more than ",
                                 std::to_string(advisories::max_versions), " versions")};
        }
      });
      written.versions.end = versions_.size();
    } else if (key == "ecosystem_specific") {
      seen.add(Part::ecosystem_specific, key);
      if (!is_object(value)) return;
      each_member(object_of(value, key), [&](std::string_view name, JsonValue own) {
        if (name != "urgency" || !is_text(own)) return;
        const std::string_view urgency = text_of(own, name);
        if (urgency == "end-of-life") written.state = FixState::end_of_life;
        written.rating = rating_of(urgency).value_or(Rating::unknown);
      });
    } else if (key == "severity") {
      seen.add(Part::severity, key);
      read_severities(value, cvss_of_packages_, written.rating);
    }
  });
  keep(written, sink);
}

void Record::read_package(JsonObject object, Written& written) {
  enum class Part : std::uint8_t { ecosystem, name, purl };
  SeenKeys seen;
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "ecosystem") {
      seen.add(Part::ecosystem, key);
      written.ecosystem = bounded_text(value, key);
    } else if (key == "name") {
      seen.add(Part::name, key);
      written.name = bounded_text(value, key);
    } else if (key == "purl") {
      seen.add(Part::purl, key);
      written.purl = text_of(value, key);
    }
  });
}

void Record::read_range(JsonObject object, Written& written) {
  enum class Part : std::uint8_t { type, events };
  SeenKeys seen;
  std::string_view type;
  Slice events{events_.size(), events_.size()};
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "type") {
      seen.add(Part::type, key);
      type = text_of(value, key);
    } else if (key == "events" && type != "GIT") {
      seen.add(Part::events, key);
      each_item(list_of(value, key),
                [&](JsonValue item) { read_event(object_of(item, key), written); });
      events.end = events_.size();
    }
  });
  if (type == "GIT") {
    events_.resize(events.begin);
    return;
  }
  if (type != "SEMVER" && type != "ECOSYSTEM") throw BadRecord{"a range is of no known type"};
  if (std::ranges::none_of(part(events_, events), [](const Event& event) {
        return event.kind == EventKind::introduced;
      })) {
    throw BadRecord{"a range has no \"introduced\""};
  }
  slices_.push_back(events);
}

void Record::read_event(JsonObject object, Written& written) {
  std::size_t count = 0;
  each_member(object, [&](std::string_view key, JsonValue value) {
    Event event;
    if (key == "introduced") {
      event.kind = EventKind::introduced;
    } else if (key == "fixed") {
      event.kind = EventKind::fixed;
    } else if (key == "last_affected") {
      event.kind = EventKind::last_affected;
    } else if (key == "limit") {
      event.kind = EventKind::limit;
    } else {
      throw BadRecord{"an event is of no known kind"};
    }
    event.version = bounded_text(value, key);
    if (event.version.empty()) throw BadRecord{"an event has an empty version"};
    written.is_modular = written.is_modular || (event.kind == EventKind::fixed &&
                                                event.version.contains(mark_of_modules));
    events_.push_back(event);
    ++count;
  });
  if (count != 1) throw BadRecord{"an event is not of one kind"};
}

// The names of the ecosystems of a record are few, however many packages it has.
const std::optional<Ecosystem>& Record::ecosystem(std::string_view name) {
  for (const auto& [known, found] : ecosystems_) {
    if (known == name) return found;
  }
  return ecosystems_.emplace_back(name, advisories::ecosystem_of(name)).second;
}

void Record::keep(const Written& written, FeedSink& sink) {
  if (!written.ecosystem) {
    sink.leave_out();  // commits of a repository alone
    return;
  }
  const std::optional<Ecosystem>& found = ecosystem(*written.ecosystem);
  const bool says_nothing =
      written.ranges.empty() && written.versions.empty() && written.state == FixState::none_known;
  if (!found || says_nothing) {
    sink.leave_out();
    return;
  }
  if (written.name.empty()) throw BadRecord{"a package has no name"};
  Kept kept;
  kept.package.kind = found->kind;
  kept.package.ecosystem = found->name;
  std::string name = advisories::normal_name(found->kind, written.name);
  kept.package.name =
      name == written.name ? written.name : std::string_view(names_.emplace_back(std::move(name)));
  kept.package.is_source = found->names_sources || written.purl.contains("arch=source") ||
                           written.purl.contains("arch=src");
  kept.package.state = written.state;
  kept.package.rating = written.rating;
  kept.ranges = written.ranges;
  kept.versions = written.versions;
  kept.is_modular = found->kind == PackageKind::rpm && written.is_modular;
  kept_.push_back(kept);
}

void add_once(std::vector<std::string_view>& names, std::string_view name) {
  if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

void Record::hand_on(FeedSink& sink) {
  advisories::Advisory advisory;
  advisory.key = id_;
  advisory.id = id_;
  std::vector<std::string_view> aliases;
  std::vector<std::string_view> flaws;
  const bool is_repair = is_repair_id(id_);
  if (is_repair) {
    for (const auto* names : {&aliases_, &related_, &upstream_}) {
      for (const std::string_view name : *names) add_once(flaws, cve_in(name));
    }
    if (flaws.empty() && mends_no_flaws(id_)) {
      sink.leave_out();
      return;
    }
  } else {
    for (const std::string_view name : aliases_) {
      if (name != id_ && !is_repair_id(name)) add_once(aliases, name);
    }
    for (const std::string_view name : upstream_) add_once(aliases, cve_in(name));
    if (const std::string_view cve = cve_in(id_); cve != id_) add_once(aliases, cve);
    std::erase(aliases, id_);
  }
  if (std::max(aliases.size(), flaws.size()) > advisories::max_names) {
    throw BadRecord{concat("it has more than ", std::to_string(advisories::max_names), " names")};
  }
  advisory.aliases = aliases;
  advisory.flaws = flaws;
  std::string summary = summary_of(summary_);
  if (summary.empty()) summary = summary_of(details_);
  advisory.summary = summary;
  advisory.published = published_;
  advisory.modified = modified_;
  advisory.is_withdrawn = is_withdrawn_;
  advisory.rating = rating_;
  if (is_repair && advisory.rating == Rating::unknown) {
    // "Important: firefox security update".
    const std::string_view word = advisory.summary.substr(0, advisory.summary.find(':'));
    if (word.size() < advisory.summary.size()) {
      advisory.rating = rating_of(word).value_or(Rating::unknown);
    }
  }
  advisory.cvss = cvss_.empty() ? cvss_of_packages_ : cvss_;

  std::vector<Events> ranges;
  ranges.reserve(slices_.size());
  for (const Slice slice : slices_) ranges.push_back(part(events_, slice));
  std::vector<std::string_view> modules = streams_in(advisory.summary);
  if (modules.empty()) modules.push_back(advisories::any_module);
  std::vector<AffectedPackage> affected;
  affected.reserve(kept_.size());
  for (Kept& kept : kept_) {
    kept.package.versions = {part(ranges, kept.ranges), part(versions_, kept.versions)};
    if (!kept.is_modular) {
      affected.push_back(kept.package);
      continue;
    }
    for (const std::string_view module : modules) {
      kept.package.module = module;
      affected.push_back(kept.package);
      if (affected.size() > advisories::max_affected) throw BadRecord{"it affects too much"};
    }
  }
  advisory.affected = affected;
  sink.take(advisory);
}

// The id of a record that could not be read to where it stands.
std::string id_in(const Document& document, simdjson::ondemand::parser& parser) {
  simdjson::ondemand::document root;
  if (parser.iterate(document.text).get(root) != simdjson::SUCCESS) return {};
  std::string_view id;
  if (root["id"].get_string().get(id) != simdjson::SUCCESS || !can_be_id(id)) return {};
  return std::string(id);
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  Record record;
  std::string why;
  try {
    simdjson::ondemand::document root = parser.iterate(document.text);
    record.read(checked<JsonObject>(root.get_object(), "record", "an object"), sink);
    if (!is_at_end(root)) throw BadRecord{"something stands behind it"};
    record.hand_on(sink);
    return;
  } catch (const BadRecord& bad) {
    why = bad.why;
  } catch (const simdjson::simdjson_error& error) {
    why = why_no_json(error.error());
  }
  std::string id(record.id());
  if (id.empty()) id = id_in(document, parser);
  sink.refuse(id, document.place, why);
}

// Any two of what every record has; in a broken one the other can be missing.
bool recognises(const Outline& outline) {
  constexpr std::string_view keys[] = {"id", "modified", "affected", "schema_version"};
  return std::ranges::count_if(keys, [&](std::string_view key) { return outline.has(key); }) >= 2;
}

}  // namespace

const FeedFormat osv = {"osv", recognises, read};

}  // namespace plimsoll::feeds
