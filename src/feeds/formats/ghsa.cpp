// GitHub's advisories in the forms of its own interfaces. Its database in the form of OSV is
// another format; these two are what one has who asks the interfaces themselves:
//
//   REST (docs.github.com/en/rest/security-advisories/global-advisories), a record or a list:
//     {"ghsa_id": "GHSA-…", "cve_id": "CVE-…", "severity": "high", "withdrawn_at": null,
//      "vulnerabilities": [{"package": {"ecosystem": "pip", "name": "waitress"},
//        "vulnerable_version_range": ">= 1.2.0, < 1.4.2", "first_patched_version": "1.4.2"}]}
//   GraphQL (SecurityAdvisory): the same in camelCase, lists as {"nodes": […]} or
//     {"edges": [{"node": …}]}, ecosystems in capitals, the patched version as {"identifier": …};
//     perhaps within {"data": {"securityAdvisories": …}}.
//
// A range is one comparison, or one on each side with a comma between: ">= 2.0.0, < 2.3.1".
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "advisories/ecosystems.h"
#include "base/text.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/times.h"
#include "feeds/summary.h"

namespace plimsoll::feeds {
namespace {

using advisories::EventKind;

// What GitHub calls the ecosystems, and what OSV does. It also has actions, erlang, pub, swift and
// other, none of whose packages are seen in images.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> ecosystems{{
    {"composer", "Packagist"},
    {"go", "Go"},
    {"maven", "Maven"},
    {"npm", "npm"},
    {"nuget", "NuGet"},
    {"pip", "PyPI"},
    {"rubygems", "RubyGems"},
    {"rust", "crates.io"},
}};

std::string_view ecosystem_named(std::string_view word) {
  for (const auto& [known, ecosystem] : ecosystems) {
    if (equal_ignoring_case(known, word)) return ecosystem;
  }
  return {};
}

struct Comparison {
  std::string_view sign;
  std::string_view version;
};

std::optional<Comparison> comparison_in(std::string_view text) {
  text = trim(text);
  for (const std::string_view sign : {">=", "<=", ">", "<", "="}) {
    if (!text.starts_with(sign)) continue;
    const std::string_view version = trim(text.substr(sign.size()));
    if (version.empty() || version.find(' ') != std::string_view::npos) return std::nullopt;
    return Comparison{sign, version};
  }
  return std::nullopt;
}

// The events of a range; none where it is not understood. Behind a range that names no version
// without the flaw the first patched one is put: it changes nothing before it, and says where to
// go.
std::vector<RecordedEvent> events_of(std::string_view range, std::string_view patched) {
  std::vector<RecordedEvent> out;
  const std::vector<std::string_view> parts = split(range, ',');
  if (parts.size() > 2) return {};
  bool has_end = false;
  bool has_fix = false;
  for (const std::string_view part : parts) {
    const auto comparison = comparison_in(part);
    if (!comparison) return {};
    const std::string version(comparison->version);
    const bool is_start = comparison->sign.starts_with('>');
    const bool is_single = comparison->sign == "=";
    // A start before an end, one of each; a single version by itself.
    if (has_end || (is_start && !out.empty()) || (is_single && parts.size() > 1)) return {};
    if (is_start) {
      out.push_back(
          {comparison->sign == ">" ? EventKind::introduced_after : EventKind::introduced, version});
      continue;
    }
    if (out.empty()) out.push_back({EventKind::introduced, is_single ? version : "0"});
    has_end = true;
    has_fix = comparison->sign == "<";
    out.push_back({has_fix ? EventKind::fixed : EventKind::last_affected, version});
  }
  if (!has_fix && !patched.empty()) out.push_back({EventKind::fixed, std::string(patched)});
  return out;
}

struct Affected {
  std::string ecosystem;
  std::string name;
  std::string range;
  std::string patched;
};

void read_member(std::string_view key, JsonValue member, Affected& out) {
  if (key == "package") {
    each_member(member, [&](std::string_view part, JsonValue value) {
      if (part == "ecosystem") out.ecosystem = text_in(value);
      if (part == "name") out.name = text_in(value);
    });
  } else if (key == "vulnerable_version_range" || key == "vulnerableVersionRange") {
    out.range = text_in(member);
  } else if (key == "first_patched_version" || key == "firstPatchedVersion") {
    if (is_text(member)) out.patched = text_in(member);
    each_member(member, [&](std::string_view part, JsonValue value) {
      if (part == "identifier") out.patched = text_in(value);
    });
  }
}

void add(const Affected& affected, AdvisoryRecord& record, std::string_view place, FeedSink& sink) {
  const auto ecosystem = advisories::ecosystem_of(ecosystem_named(affected.ecosystem));
  if (!ecosystem) {
    sink.leave_out();
    return;
  }
  RecordedPackage package;
  package.kind = ecosystem->kind;
  package.ecosystem = ecosystem->name;
  package.name = affected.name;
  package.events = events_of(affected.range, affected.patched);
  if (package.events.empty()) {
    sink.refuse(record.id, place,
                concat("the range of ", affected.name, " is none that is known: \"",
                       summary_of(affected.range), "\""));
    return;
  }
  record.add(std::move(package));
}

// The items of a list in any of the forms.
template <class Visit>
void each_node(JsonValue value, Visit&& visit) {
  if (is_list(value)) {
    each_item(value, visit);
    return;
  }
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "nodes") each_item(member, visit);
    if (key != "edges") return;
    each_item(member, [&](JsonValue edge) {
      each_member(edge, [&](std::string_view part, JsonValue node) {
        if (part == "node") visit(node);
      });
    });
  });
}

void add_vector(std::string vector, AdvisoryRecord& record) {
  if (!vector.empty() && std::ranges::find(record.cvss, vector) == record.cvss.end()) {
    record.cvss.push_back(std::move(vector));
  }
}

// The vectors within "cvss" and "cvss_severities".
void read_vectors(JsonValue value, AdvisoryRecord& record, int depth = 0) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "vector_string" || key == "vectorString") {
      add_vector(text_in(member), record);
    } else if (depth == 0) {
      read_vectors(member, record, 1);
    }
  });
}

void add_alias(std::string name, AdvisoryRecord& record) {
  if (!is_cve(name) || std::ranges::find(record.aliases, name) != record.aliases.end()) return;
  if (record.aliases.size() <= advisories::max_names) record.aliases.push_back(std::move(name));
}

void read_member(std::string_view key, JsonValue member, AdvisoryRecord& record) {
  if (key == "ghsa_id" || key == "ghsaId") record.id = text_in(member);
  if (key == "cve_id") add_alias(text_in(member), record);
  if (key == "summary") record.summary = text_in(member);
  if (key == "severity") record.rating = rating_of(text_in(member)).value_or(Rating::unknown);
  if (key == "html_url" || key == "permalink") record.url = text_in(member);
  if (key == "published_at" || key == "publishedAt") record.published = moment_of(text_in(member));
  if (key == "updated_at" || key == "updatedAt") record.modified = moment_of(text_in(member));
  if (key == "withdrawn_at" || key == "withdrawnAt") record.is_withdrawn = !text_in(member).empty();
  if (key == "cvss" || key == "cvss_severities" || key == "cvssSeverities") {
    read_vectors(member, record);
  }
  if (key == "identifiers") {
    each_item(member, [&](JsonValue identifier) {
      each_member(identifier, [&](std::string_view part, JsonValue value) {
        if (part == "value") add_alias(text_in(value), record);
      });
    });
  }
}

Affected affected_in(JsonValue value) {
  Affected out;
  each_member(value,
              [&](std::string_view key, JsonValue member) { read_member(key, member, out); });
  return out;
}

// An advisory and what it is about, while it is read.
struct Advisory {
  AdvisoryRecord record;
  std::vector<Affected> affected;

  void read(std::string_view key, JsonValue member) {
    if (key != "vulnerabilities") {
      read_member(key, member, record);
      return;
    }
    each_node(member, [&](JsonValue node) {
      if (affected.size() <= advisories::max_affected) affected.push_back(affected_in(node));
    });
  }

  void finish(std::string_view place, FeedSink& sink) {
    record.key = record.id;
    for (const Affected& one : affected) add(one, record, place, sink);
    hand_on(record, place, sink);
  }
};

void read_advisory(JsonValue value, std::string_view place, FeedSink& sink) {
  Advisory advisory;
  each_member(value, [&](std::string_view key, JsonValue member) { advisory.read(key, member); });
  advisory.finish(place, sink);
}

// A package of an advisory with the advisory within it: each is a record of its own.
void read_vulnerability(JsonValue value, std::string_view place, FeedSink& sink) {
  AdvisoryRecord record;
  Affected affected;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "advisory") {
      each_member(member,
                  [&](std::string_view part, JsonValue own) { read_member(part, own, record); });
    } else {
      read_member(key, member, affected);
    }
  });
  record.key = concat(record.id, " ", affected.ecosystem, " ", affected.name, " ", affected.range);
  add(affected, record, place, sink);
  if (!record.affected.empty()) hand_on(record, place, sink);
}

void read_answer(JsonValue data, std::string_view place, FeedSink& sink) {
  each_member(data, [&](std::string_view key, JsonValue list) {
    if (key == "securityAdvisories") {
      each_node(list, [&](JsonValue node) { read_advisory(node, place, sink); });
    } else if (key == "securityVulnerabilities") {
      each_node(list, [&](JsonValue node) { read_vulnerability(node, place, sink); });
    } else if (key == "securityAdvisory") {
      read_advisory(list, place, sink);
    }
  });
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  read_document(document, parser, sink, [&](JsonValue root) {
    if (is_list(root)) {
      each_item(root, [&](JsonValue item) { read_advisory(item, document.place, sink); });
      return;
    }
    // An answer or a record.
    Advisory advisory;
    bool is_answer = false;
    each_member(root, [&](std::string_view key, JsonValue member) {
      is_answer = is_answer || key == "data";
      if (key == "data") {
        read_answer(member, document.place, sink);
      } else {
        advisory.read(key, member);
      }
    });
    if (!is_answer) advisory.finish(document.place, sink);
  });
}

// errata.full.json has "data" as well, but as a list.
bool recognises(const Outline& outline) {
  if (outline.has("ghsa_id") || outline.has("ghsaId")) return true;
  return std::ranges::any_of(
      outline.keys, [](const Outline::Key& key) { return key.name == "data" && key.value == '{'; });
}

}  // namespace

const FeedFormat ghsa = {"ghsa", recognises, read};

}  // namespace plimsoll::feeds
