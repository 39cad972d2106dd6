// `plimsoll db status`: what is known, from whom, and how old it is.
#include <vector>

#include "app/diagnostics.h"
#include "app/output.h"
#include "base/byte_count.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"
#include "db/database_file.h"
#include "db/verbs.h"
#include "rules/support/days.h"

namespace plimsoll::db {
namespace {

// Nothing where it cannot be told. Less than nothing for what lies in the future.
std::optional<std::int64_t> age_in_days(std::string_view time) {
  const auto then = rules::day_of(time.substr(0, 10));
  const auto now = rules::day_of(today());
  if (!then || !now) return std::nullopt;
  return (*now - *then).count();
}

std::string age_of(std::string_view time) {
  const std::optional<std::int64_t> days = age_in_days(time);
  if (!days) return {};
  if (*days < 0) return " (in the future: is the clock right?)";
  if (*days == 0) return " (today)";
  return concat(" (", counted(static_cast<std::size_t>(*days), "day", "days"), " ago)");
}

std::string_view signature_of(const advisories::Database& database) {
  return database.has_signature() ? "signed" : "not signed";
}

std::string text_of(const advisories::Database& database) {
  const advisories::Contents& contents = database.contents();
  std::string out = concat(printable(database.path()), ": ", byte_count(database.bytes()), ", ",
                           signature_of(database), "\nbuilt ", printable(contents.built),
                           age_of(contents.built), " by plimsoll ", printable(contents.built_by),
                           "\n", counted(contents.records, "record", "records"), " of ",
                           counted(contents.flaws, "flaw", "flaws"), ", ",
                           std::to_string(contents.exploited), " exploited");
  if (!contents.predictions_date.empty()) {
    out += concat(", predictions of ", printable(contents.predictions_date),
                  age_of(contents.predictions_date));
  }
  out += concat("\n\n", counted(contents.sources.size(), "source", "sources"), ":\n");
  for (const advisories::FeedSource& source : contents.sources) {
    out += concat("  ", printable(source.name), ": read ", printable(source.read),
                  age_of(source.read));
    if (!source.newest.empty()) out += concat(", newest record ", printable(source.newest));
    // A catalogue of exploited flaws has none.
    if (source.records > 0) out += concat(", ", counted(source.records, "record", "records"));
    if (source.left_out > 0) out += concat(", ", std::to_string(source.left_out), " left out");
    if (source.refused > 0) out += concat(", ", std::to_string(source.refused), " refused");
    out += '\n';
  }
  out += concat("\n", counted(contents.ecosystems.size(), "ecosystem", "ecosystems"), ":\n");
  for (const advisories::EcosystemCount& ecosystem : contents.ecosystems) {
    out += concat("  ", printable(ecosystem.name), ": ",
                  counted(ecosystem.entries, "entry", "entries"), "\n");
  }
  return out;
}

void member(JsonWriter& json, std::string_view name, std::uint64_t number) {
  json.member_number(name, static_cast<std::int64_t>(number));
}

void write_age(JsonWriter& json, std::string_view time) {
  if (const auto days = age_in_days(time)) json.member_number("age_days", *days);
}

void write_source(JsonWriter& json, const advisories::FeedSource& source) {
  json.begin_object();
  json.member("name", source.name);
  if (!source.digest.empty()) json.member("digest", source.digest);
  json.member("read", source.read);
  write_age(json, source.read);
  if (!source.newest.empty()) json.member("newest", source.newest);
  member(json, "records", source.records);
  member(json, "left_out", source.left_out);
  member(json, "refused", source.refused);
  member(json, "json_bytes", source.json_bytes);
  json.end_object();
}

std::string json_of(const advisories::Database& database) {
  const advisories::Contents& contents = database.contents();
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member_number("version", 1);
  json.member("path", database.path());
  member(json, "bytes", database.bytes());
  json.member_boolean("signed", database.has_signature());
  json.member("built", contents.built);
  json.member("built_by", contents.built_by);
  write_age(json, contents.built);
  member(json, "records", contents.records);
  member(json, "flaws", contents.flaws);
  member(json, "exploited", contents.exploited);
  if (!contents.predictions_date.empty()) {
    json.member("predictions_date", contents.predictions_date);
  }
  json.key("sources");
  json.begin_array();
  for (const advisories::FeedSource& source : contents.sources) write_source(json, source);
  json.end_array();
  json.key("ecosystems");
  json.begin_array();
  for (const advisories::EcosystemCount& ecosystem : contents.ecosystems) {
    json.begin_object();
    json.member("name", ecosystem.name);
    member(json, "entries", ecosystem.entries);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace

app::ExitCode status(const app::Arguments& arguments, Operands /*none*/) {
  const std::string_view colour = arguments.value("color");
  const Result<advisories::Database> database = open_database_in_use(arguments);
  if (!database) return app::fail_with(database.error(), colour);
  app::Output output;
  output.stream() << (arguments.value("format") == "json" ? json_of(*database)
                                                          : text_of(*database));
  if (const std::optional<Error> error = output.finish()) return app::fail_with(*error, colour);
  return app::ExitCode::clean;
}

}  // namespace plimsoll::db
