#include "db/build_report.h"

#include <utility>
#include <vector>

#include "base/byte_count.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::db {
namespace {

std::string_view name_of(feeds::Obtained obtained) {
  switch (obtained) {
    case feeds::Obtained::read: return "read";
    case feeds::Obtained::unchanged: return "unchanged";
    case feeds::Obtained::kept: return "kept";
    case feeds::Obtained::missing: break;
  }
  return "missing";
}

std::string line_of(const feeds::CompiledInput& input) {
  const std::string name = printable(input.source.name);
  if (input.obtained == feeds::Obtained::missing) return concat(name, ": could not be read\n");
  const advisories::FeedCounts& counts = input.feed.counts();
  std::vector<std::string> parts;
  if (counts.records > 0) parts.push_back(counted(counts.records, "record", "records"));
  if (const std::size_t count = input.feed.exploited().size(); count > 0) {
    parts.push_back(counted(count, "flaw that is exploited", "flaws that are exploited"));
  }
  if (const std::size_t count = input.feed.predictions().size(); count > 0) {
    parts.push_back(counted(count, "prediction", "predictions"));
  }
  if (counts.left_out > 0) parts.push_back(concat(std::to_string(counts.left_out), " left out"));
  if (counts.refused > 0) parts.push_back(concat(std::to_string(counts.refused), " refused"));
  std::string how(name_of(input.obtained));
  if (input.obtained == feeds::Obtained::kept) {
    how = concat("kept as it was read at ", printable(input.source.read));
  }
  return concat(name, ": ", join(parts, ", "), " (", how, ")\n");
}

void member(JsonWriter& json, std::string_view name, std::uint64_t number) {
  json.member_number(name, static_cast<std::int64_t>(number));
}

void write_refused(JsonWriter& json, const std::vector<advisories::RefusedRecord>& records) {
  json.key("refused_records");
  json.begin_array();
  for (const advisories::RefusedRecord& record : records) {
    json.begin_object();
    json.member("id", record.id);
    json.member("place", record.place);
    json.member("reason", record.why);
    json.end_object();
  }
  json.end_array();
}

void write_feed(JsonWriter& json, const feeds::CompiledInput& input) {
  const advisories::FeedCounts& counts = input.feed.counts();
  json.begin_object();
  json.member("name", input.source.name);
  json.member("obtained", name_of(input.obtained));
  if (!input.source.digest.empty()) json.member("digest", input.source.digest);
  if (!input.source.read.empty()) json.member("read", input.source.read);
  member(json, "records", counts.records);
  member(json, "exploited", input.feed.exploited().size());
  member(json, "predictions", input.feed.predictions().size());
  member(json, "left_out", counts.left_out);
  member(json, "refused", counts.refused);
  member(json, "json_bytes", counts.json_bytes);
  write_refused(json, input.feed.refused());
  if (input.trouble) {
    json.member("error", input.trouble->message);
    if (!input.trouble->hint.empty()) json.member("hint", input.trouble->hint);
  }
  json.end_object();
}

}  // namespace

std::string build_text(const BuildReport& report) {
  std::string out;
  for (const feeds::CompiledInput& input : report.inputs) out += line_of(input);
  const advisories::WrittenDatabase& written = report.written;
  out += concat(printable(report.path), ": ", byte_count(written.bytes), ", ",
                counted(written.records, "record", "records"), " of ",
                counted(written.flaws, "flaw", "flaws"), " in ",
                counted(written.packages, "package", "packages"),
                report.is_signed ? ", signed\n" : "\n");
  return out;
}

std::string build_json(const BuildReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member_number("version", 1);
  json.key("feeds");
  json.begin_array();
  for (const feeds::CompiledInput& input : report.inputs) write_feed(json, input);
  json.end_array();
  json.key("database");
  json.begin_object();
  json.member("path", report.path);
  member(json, "bytes", report.written.bytes);
  member(json, "records", report.written.records);
  member(json, "superseded", report.written.superseded);
  member(json, "withdrawn", report.written.withdrawn);
  member(json, "flaws", report.written.flaws);
  member(json, "packages", report.written.packages);
  json.member_boolean("signed", report.is_signed);
  json.end_object();
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace plimsoll::db
