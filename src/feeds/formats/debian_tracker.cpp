// What Debian's security team says of each flaw in each source package and release: one document
// for all (security-tracker.debian.org/tracker/data/json), by package, then by flaw:
//
//   {"openssl": {"CVE-2023-0464": {"description": "…", "releases": {
//      "bookworm": {"status": "resolved", "fixed_version": "3.0.9-1", "urgency": "not yet
//      assigned",
//                   "repositories": {"bookworm": "3.0.15-1~deb12u1"}}}}}}
//
// Unlike advisories it also has what nobody mends and why. A resolved flaw whose fixed version is
// "0" was never in the release. An open one may carry a decision not to issue an advisory (nodsa):
// "ignored" is for good, "postponed" and any other leave it to a later update. Flaws that have no
// CVE yet are called TEMP-….
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"

namespace plimsoll::feeds {
namespace {

// debian.org/releases. sid has no number: what is in no release is in no image that has one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> releases{{
    {"wheezy", "7"},
    {"jessie", "8"},
    {"stretch", "9"},
    {"buster", "10"},
    {"bullseye", "11"},
    {"bookworm", "12"},
    {"trixie", "13"},
    {"forky", "14"},
    {"duke", "15"},
}};

std::string_view number_of(std::string_view code_name) {
  for (const auto& [known, number] : releases) {
    if (known == code_name) return number;
  }
  return {};
}

struct Statement {
  std::string status;
  std::string fixed_version;
  std::string urgency;
  bool has_nodsa = false;
  std::string nodsa_reason;
};

Statement statement_in(JsonValue value) {
  Statement out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "status") out.status = text_in(member);
    if (key == "fixed_version") out.fixed_version = text_in(member);
    if (key == "urgency") out.urgency = text_in(member);
    if (key == "nodsa") out.has_nodsa = true;
    if (key == "nodsa_reason") out.nodsa_reason = text_in(member);
  });
  return out;
}

FixState state_of_open(const Statement& statement) {
  if (statement.urgency == "end-of-life") return FixState::end_of_life;
  if (statement.nodsa_reason == "ignored") return FixState::will_not_fix;
  if (statement.has_nodsa || statement.nodsa_reason == "postponed") return FixState::deferred;
  return FixState::none_known;
}

// What is wrong with it, or "".
std::string_view read_statement(const Statement& statement, RecordedPackage& package) {
  package.rating = rating_of(statement.urgency).value_or(Rating::unknown);
  if (statement.status == "resolved") {
    if (statement.fixed_version.empty()) return "it is resolved in no version";
    if (statement.fixed_version == "0") {
      package.state = FixState::not_affected;
    } else {
      package.events = AdvisoryRecord::range(statement.fixed_version);
    }
    return {};
  }
  package.events = AdvisoryRecord::range({});
  if (statement.status == "open") {
    package.state = state_of_open(statement);
  } else if (statement.status == "undetermined") {
    package.state = FixState::under_investigation;
  } else {
    return "its status is none that is known";
  }
  return {};
}

void read_flaw(std::string_view source, std::string_view id, JsonValue value,
               std::string_view place, FeedSink& sink) {
  AdvisoryRecord record;
  record.id = id;
  record.key = concat("debian-tracker ", id, " ", source);
  std::string_view fault;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "description") record.summary = summary_of(text_in(member));
    if (key != "releases") return;
    each_member(member, [&](std::string_view code_name, JsonValue release) {
      const std::string_view number = number_of(code_name);
      if (number.empty()) return;
      RecordedPackage package;
      package.ecosystem = concat("Debian:", number);
      package.name = source;
      package.is_source = true;
      const std::string_view own = read_statement(statement_in(release), package);
      if (!own.empty()) fault = own;
      record.add(std::move(package));
    });
  });
  if (fault.empty()) {
    hand_on(record, place, sink);
  } else {
    sink.refuse(id, place, concat(fault, " (", source, ")"));
  }
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  read_document(document, parser, sink, [&](JsonValue root) {
    each_member(root, [&](std::string_view source, JsonValue flaws) {
      each_member(flaws, [&](std::string_view id, JsonValue flaw) {
        read_flaw(source, id, flaw, document.place, sink);
      });
    });
  });
}

bool is_source_name(std::string_view name) {
  return name.size() > 1 && std::ranges::all_of(name, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || c == '+' || c == '-' || c == '.';
         });
}

// Nothing in it says what it is: all members are objects that packages could be named after.
// "data" is what answers to GraphQL have at their top.
bool recognises(const Outline& outline) {
  return !outline.keys.empty() && outline.keys.front().name != "data" &&
         std::ranges::all_of(outline.keys, [](const Outline::Key& key) {
           return key.value == '{' && is_source_name(key.name);
         });
}

}  // namespace

const FeedFormat debian_tracker = {"debian-tracker", recognises, read};

}  // namespace plimsoll::feeds
