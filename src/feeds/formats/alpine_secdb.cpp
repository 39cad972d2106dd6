// The security database of Alpine, which Wolfi and Chainguard write as well: what each version of a
// package has mended, one file a release and repository (secdb.alpinelinux.org).
//
//   {"distroversion": "v3.18", "reponame": "main", "packages": [{"pkg": {"name": "busybox",
//     "secfixes": {"1.36.1-r1": ["CVE-2022-48174"], "0": ["CVE-2021-42373"]}}}]}
//
// It is written by hand, in comments of build files, and says only what was mended: a flaw that no
// version mends is not in it. Version "0" says that the package never had the flaw. An entry can
// hold several names ("CVE-2016-10013 XSA-204"), remarks in parentheses and misspelt ones
// ("CVE_2019-2426", "CVE-2021-35940.patch"). Each CVE in it is a flaw of its own, and a GHSA beside
// one is its other name; other names beside a CVE (XSA, TALOS) are of notices about several flaws
// and no names of it. Without a CVE the first name counts.
//
// Where several versions of one package claim the same flaw, the first repair was incomplete or was
// lost again ("1.1.4-r0" and "1.1.4-r7" of runc for CVE-2023-27561): the highest counts, so that
// nothing before it passes for mended. apk itself knows nothing of flaws and decides nothing here.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisories/ecosystems.h"
#include "advisories/versions/versions.h"
#include "base/text.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/record_ids.h"

namespace plimsoll::feeds {
namespace {

using advisories::AffectedPackage;
using advisories::Event;
using advisories::EventKind;
using advisories::Events;

constexpr std::string_view never_affected = "0";

struct Names {
  std::string id;
  std::vector<std::string> aliases = {};
};

// "XSA-253", "wnpa-sec-2017-18": letters first, a hyphen and a digit somewhere.
bool is_name(std::string_view word) {
  bool has_hyphen = false;
  bool has_digit = false;
  for (const char c : word) {
    has_hyphen = has_hyphen || c == '-';
    has_digit = has_digit || is_digit(c);
    if (!is_alpha(c) && !is_digit(c) && c != '-' && c != '.' && c != ':') return false;
  }
  return has_hyphen && has_digit && is_alpha(word.front());
}

// The flaws that an entry names, each with its other names.
std::vector<Names> names_in(std::string_view entry) {
  std::string text;
  int depth = 0;
  for (const char c : entry) {
    if (c == '(') ++depth;
    if (depth == 0) text += c == ',' || c == ';' ? ' ' : c;
    if (c == ')' && depth > 0) --depth;
  }
  std::vector<Names> flaws;
  std::vector<std::string> others;
  for (const std::string_view written : split(text, ' ')) {
    std::string word(trim(written));
    if (word.starts_with("CVE_")) word[3] = '-';
    if (const std::string_view cve = cve_in(word); !cve.empty()) {
      flaws.push_back({std::string(cve)});
    } else if (is_name(word) && can_be_id(word)) {
      others.push_back(std::move(word));
    }
  }
  if (flaws.empty() && !others.empty()) flaws.push_back({others.front()});
  if (flaws.size() == 1) {
    for (std::string& other : others) {
      if (other.starts_with("GHSA-") && other != flaws.front().id) {
        flaws.front().aliases.push_back(std::move(other));
      }
    }
  }
  return flaws;
}

// One file while it is read.
class Release {
 public:
  Release(std::string_view place, FeedSink& sink) : place_(place), sink_(sink) {}

  void read(JsonObject object);
  void hand_on();

 private:
  // Of one flaw: its other names, and by the names of packages the versions that have mended it.
  struct Flaw {
    std::vector<std::string> aliases;
    std::map<std::string, std::string, std::less<>> packages;
  };

  void read_package(JsonObject object);
  void add(std::string_view package, std::string_view version, std::string_view entry);
  std::string ecosystem() const;  // "" where nothing tells

  std::string place_;
  FeedSink& sink_;
  SeenKeys seen_;
  std::string release_, repository_, url_;
  std::map<std::string, Flaw, std::less<>> flaws_;
};

std::string name_in(JsonValue value, std::string_view key) {
  const std::string_view name = text_of(value, key);
  if (!name.empty() && !can_be_id(name)) throw BadRecord{concat("\"", key, "\" can be no name")};
  return std::string(name);
}

void Release::read(JsonObject object) {
  enum class Key : std::uint8_t { distroversion, reponame, urlprefix, packages };
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "distroversion") {
      seen_.add(Key::distroversion, key);
      release_ = name_in(value, key);
    } else if (key == "reponame") {
      seen_.add(Key::reponame, key);
      repository_ = name_in(value, key);
    } else if (key == "urlprefix") {
      seen_.add(Key::urlprefix, key);
      url_ = text_of(value, key);
    } else if (key == "packages") {
      seen_.add(Key::packages, key);
      each_item(list_of(value, key), [&](JsonValue item) {
        each_member(object_of(item, key), [&](std::string_view name, JsonValue package) {
          if (name == "pkg") read_package(object_of(package, name));
        });
      });
    }
  });
}

// Its name can stand behind what it has mended, so that all of it is kept until the end.
void Release::read_package(JsonObject object) {
  enum class Key : std::uint8_t { name, secfixes };
  SeenKeys seen;
  std::string name;
  std::vector<std::pair<std::string_view, std::string_view>> entries;
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "name") {
      seen.add(Key::name, key);
      name = name_in(value, key);
    } else if (key == "secfixes") {
      seen.add(Key::secfixes, key);
      each_member(object_of(value, key), [&](std::string_view version, JsonValue list) {
        each_item(list_of(list, key),
                  [&](JsonValue item) { entries.emplace_back(version, text_of(item, key)); });
      });
    }
  });
  if (name.empty()) {
    sink_.refuse({}, place_, "a package has no name");
    return;
  }
  for (const auto& [version, entry] : entries) add(name, version, entry);
}

void Release::add(std::string_view package, std::string_view version, std::string_view entry) {
  if (!can_be_id(version)) {
    sink_.refuse(package, place_, concat("\"", entry.substr(0, 40), "\" has no version"));
    return;
  }
  const std::vector<Names> names = names_in(entry);
  if (names.empty()) {
    sink_.refuse(package, place_, concat("\"", entry.substr(0, 40), "\" names no flaw"));
  }
  for (const Names& flaw : names) {
    Flaw& known = flaws_[flaw.id];
    for (const std::string& alias : flaw.aliases) {
      if (std::ranges::find(known.aliases, alias) == known.aliases.end()) {
        known.aliases.push_back(alias);
      }
    }
    const auto [fixed, is_new] = known.packages.try_emplace(std::string(package), version);
    if (is_new || version == never_affected) continue;
    const advisories::Order order = advisories::compare_apk_versions(fixed->second, version);
    // Of two that cannot be compared the later one in the file.
    if (fixed->second == never_affected || !order || *order < 0) fixed->second = version;
  }
}

std::string Release::ecosystem() const {
  if (release_ == "edge" || (release_.starts_with('v') && release_.contains('.'))) {
    return concat("Alpine:", release_);
  }
  if (url_.contains("wolfi.dev")) return "Wolfi";
  if (url_.contains("cgr.dev")) return "Chainguard";
  return {};
}

void Release::hand_on() {
  const std::string of = this->ecosystem();
  if (of.empty()) {
    sink_.refuse({}, place_,
                 "it says no release of Alpine (\"distroversion\") and no server of Wolfi or "
                 "Chainguard (\"urlprefix\")");
    return;
  }
  const std::optional<advisories::Ecosystem> ecosystem = advisories::ecosystem_of(of);
  if (!ecosystem) return;
  for (const auto& [id, flaw] : flaws_) {
    if (flaw.packages.size() > advisories::max_affected ||
        flaw.aliases.size() > advisories::max_names) {
      sink_.refuse(id, place_, "it has too many packages or names");
      continue;
    }
    const std::string key = concat(ecosystem->name, "/", repository_, " ", id);
    std::vector<std::array<Event, 2>> events;
    std::vector<Events> ranges;
    std::vector<AffectedPackage> affected;
    events.reserve(flaw.packages.size());
    ranges.reserve(flaw.packages.size());
    for (const auto& [name, version] : flaw.packages) {
      AffectedPackage& package = affected.emplace_back();
      package.kind = ecosystem->kind;
      package.ecosystem = ecosystem->name;
      package.name = name;
      package.is_source = ecosystem->names_sources;
      if (version == never_affected) {
        package.state = FixState::not_affected;
        continue;
      }
      events.push_back({Event{EventKind::introduced, "0"}, Event{EventKind::fixed, version}});
      ranges.emplace_back(events.back());
      package.versions.ranges = {&ranges.back(), 1};
    }
    const std::vector<std::string_view> aliases(flaw.aliases.begin(), flaw.aliases.end());
    advisories::Advisory advisory;
    advisory.key = key;
    advisory.id = id;
    advisory.aliases = aliases;
    advisory.affected = affected;
    sink_.take(advisory);
  }
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  Release release(document.place, sink);
  const bool is_whole = read_document(
      document, parser, sink, [&](JsonValue root) { release.read(object_of(root, "document")); });
  if (is_whole) release.hand_on();
}

bool recognises(const Outline& outline) {
  return outline.has("packages") && outline.has("reponame");
}

}  // namespace

const FeedFormat alpine_secdb = {"alpine-secdb", recognises, read};

}  // namespace plimsoll::feeds
