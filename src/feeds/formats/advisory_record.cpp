#include "feeds/formats/advisory_record.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "advisories/ecosystems.h"
#include "base/number.h"
#include "base/text.h"

namespace plimsoll::feeds {
namespace {

using advisories::AffectedPackage;
using advisories::Event;
using advisories::EventKind;

// Names, versions and ids are one word of printable characters.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= advisories::max_version_bytes &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

bool are_words(const std::vector<std::string>& texts) {
  return std::ranges::all_of(texts, is_word);
}

std::string fault_of(const RecordedPackage& package) {
  if (!is_word(package.name)) return "a package has no name, or none that can be one";
  if (package.ecosystem.empty() || package.ecosystem.size() > advisories::max_version_bytes) {
    return concat("the ecosystem of ", package.name, " is not said");
  }
  if (!package.module.empty() && !is_word(package.module)) {
    return concat("the module of ", package.name, " is no name");
  }
  if (!are_words(package.architectures)) {
    return concat("an architecture of ", package.name, " is no word");
  }
  if (package.events.size() > advisories::max_events) {
    return concat("too many events of ", package.name);
  }
  for (const RecordedEvent& event : package.events) {
    if (!is_word(event.version)) return concat("a version of ", package.name, " cannot be one");
  }
  return {};
}

std::string fault_of(const AdvisoryRecord& record) {
  if (!is_word(record.id)) return "it has no id, or none that can be one";
  if (record.key.empty() || record.key.size() > 4 * advisories::max_version_bytes) {
    return "it cannot be told from others";
  }
  if (record.aliases.size() > advisories::max_names ||
      record.flaws.size() > advisories::max_names || record.cvss.size() > advisories::max_names) {
    return "it has too many names";
  }
  if (!are_words(record.aliases) || !are_words(record.flaws)) return "a name of it cannot be one";
  if (record.affected.size() > advisories::max_affected) return "it is about too many packages";
  for (const RecordedPackage& package : record.affected) {
    if (std::string fault = fault_of(package); !fault.empty()) return fault;
  }
  return {};
}

std::string joined(std::vector<std::string> words) {
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  return join(words, " ");
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// "2018-04-26" and the like: digits where the form has a 9, and itself elsewhere.
bool has_form(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (form[i] == '9' ? !is_digit(text[i]) : text[i] != form[i]) return false;
  }
  return true;
}

std::string moment_since_1970(long long seconds) {
  // Until the year 9999: later ones are mistakes.
  constexpr long long last = 253'402'300'799;
  if (seconds < 0 || seconds > last) return {};
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02lld:%02lld:%02lldZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()),
                static_cast<long long>(time.hours().count()),
                static_cast<long long>(time.minutes().count()),
                static_cast<long long>(time.seconds().count()));
  return out;
}

constexpr std::string_view cve_prefix = "CVE-";

// How long the name of a CVE is that a text begins with: "CVE-2023-4911" has a year and four digits
// or more. 0 where it begins with none.
std::size_t length_of_cve(std::string_view text) {
  if (!text.starts_with(cve_prefix)) return 0;
  std::size_t end = cve_prefix.size();
  const auto skip_digits = [&] {
    const std::size_t from = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - from;
  };
  if (skip_digits() != 4 || end == text.size() || text[end] != '-') return 0;
  ++end;
  const std::size_t digits = skip_digits();
  return digits >= 4 && digits <= 19 ? end : 0;
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
    sink.refuse(is_word(record.id) ? record.id : std::string_view(), place, fault);
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

std::string summary_of(std::string_view text) {
  text = trim(text);
  text = trim(text.substr(0, text.find('\n')));
  if (text.size() <= advisories::max_summary_bytes) return std::string(text);
  std::size_t end = advisories::max_summary_bytes;
  // Not within a character of UTF-8.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::string moment_of(std::string_view text) {
  text = trim(text);
  if (all_digits(text)) {
    const auto number = number_of<long long>(text);
    if (!number) return {};
    // What would be behind the year 5000 in seconds is in milliseconds.
    return moment_since_1970(*number > 100'000'000'000 ? *number / 1000 : *number);
  }
  if (has_form(text, "9999-99-99")) return concat(text, "T00:00:00Z");
  if (has_form(text, "9999-99-99 99:99")) {
    return concat(text.substr(0, 10), "T", text.substr(11), ":00Z");
  }
  if (has_form(text, "9999-99-99 99:99:99")) {
    return concat(text.substr(0, 10), "T", text.substr(11), "Z");
  }
  if (text.size() < 20 || text.size() > 40 ||
      !has_form(text.substr(0, 19), "9999-99-99T99:99:99")) {
    return {};
  }
  return std::string(text);
}

void add_cves(std::string_view text, std::vector<std::string>& cves) {
  for (std::size_t at = text.find(cve_prefix); at != std::string_view::npos;
       at = text.find(cve_prefix, at + 1)) {
    const std::string_view cve = text.substr(at, length_of_cve(text.substr(at)));
    if (cve.empty() || cves.size() > advisories::max_names) continue;
    if (std::ranges::find(cves, cve) == cves.end()) cves.emplace_back(cve);
  }
}

bool is_cve(std::string_view text) {
  const std::size_t length = length_of_cve(text);
  return length != 0 && length == text.size();
}

}  // namespace plimsoll::feeds
