// FIRST's estimates of how probable it is that a flaw is exploited within 30 days (first.org/epss).
// What is published each day is CSV; its interface answers in JSON, and some keep a day of it in a
// JSON of their own, with another name for the CVE and without percentiles:
//
//   #model_version:v2025.03.14,score_date:2025-08-25T12:55:00Z
//   cve,epss,percentile
//   CVE-1999-0001,0.01025,0.76413
//
//   {"score_date": "2021-08-31T00:00:00+0000", "data": [{"id": "CVE-2019-19609", "epss": 0.05885}]}
//   {"status": "OK", "data": [{"cve": "CVE-2022-27225", "epss": "0.00083", "percentile": "0.1",
//     "date": "2025-08-25"}]}
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/text.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/record_ids.h"

namespace plimsoll::feeds {
namespace {

// A number from 0 to 1; nothing for anything else, also for "nan".
std::optional<double> share_of(std::string_view text) {
  double share = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

// The day of "2025-08-25T12:55:00Z"; "" for what is none.
std::string_view day_of(std::string_view moment) {
  const std::string_view day = moment.substr(0, 10);
  return is_date(day) ? day : std::string_view();
}

void hand_on(std::string_view cve, std::string_view probability, std::string_view percentile,
             std::string_view place, FeedSink& sink) {
  if (!is_cve(cve)) {
    sink.refuse({}, place, "an estimate names no CVE");
    return;
  }
  const std::optional<double> share = share_of(probability);
  const std::optional<double> rank = percentile.empty() ? std::optional(0.0) : share_of(percentile);
  if (!share || !rank) {
    sink.refuse(cve, place, "its probability or percentile is no number from 0 to 1");
    return;
  }
  sink.take(advisories::PredictionEntry{.cve = cve, .probability = *share, .percentile = *rank});
}

// Whichever line names the columns, and where they are.
struct Columns {
  std::optional<std::size_t> cve, probability, percentile;

  explicit Columns(std::string_view header) {
    const std::vector<std::string_view> names = split(header, ',');
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == "cve") cve = i;
      if (names[i] == "epss") probability = i;
      if (names[i] == "percentile") percentile = i;
    }
  }
};

void read_csv(const Document& document, simdjson::ondemand::parser&, FeedSink& sink) {
  std::optional<Columns> columns;
  std::size_t number = 0;
  std::string_view rest = document.text;
  while (!rest.empty()) {
    ++number;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    const std::string place = concat(document.place, ":", std::to_string(number));
    if (line.starts_with('#')) {
      constexpr std::string_view mark = "score_date:";
      const std::size_t at = line.find(mark);
      if (at == std::string_view::npos) continue;
      const std::string_view day = day_of(line.substr(at + mark.size()));
      if (!day.empty()) sink.date_predictions(day);
      continue;
    }
    if (!columns) {
      columns.emplace(line);
      if (columns->cve && columns->probability) continue;
      sink.refuse({}, place, "this line names no columns \"cve\" and \"epss\"");
      return;
    }
    const std::vector<std::string_view> cells = split(line, ',');
    const auto cell = [&](std::optional<std::size_t> column) {
      return column && *column < cells.size() ? cells[*column] : std::string_view();
    };
    hand_on(cell(columns->cve), cell(columns->probability), cell(columns->percentile), place, sink);
  }
}

// A number, or a string that holds one; as it is spelt.
std::string_view share_in(JsonValue value, std::string_view key) {
  return is_text(value) ? text_of(value, key) : number_in(value);
}

void read_estimate(JsonObject object, std::string_view& date, std::string_view place,
                   FeedSink& sink) {
  std::string_view cve, probability, percentile, day;
  each_member(object, [&](std::string_view key, JsonValue value) {
    if (key == "cve" || key == "id") cve = text_of(value, key);
    if (key == "epss") probability = share_in(value, key);
    if (key == "percentile") percentile = share_in(value, key);
    if (key == "date") day = day_of(text_of(value, key));
  });
  if (date.empty() && !day.empty()) {
    date = day;
    sink.date_predictions(date);
  }
  hand_on(cve, probability, percentile, place, sink);
}

void read_json(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  std::string_view date;
  read_document(document, parser, sink, [&](JsonValue root) {
    each_member(object_of(root, "document"), [&](std::string_view key, JsonValue value) {
      if (key == "score_date") {
        date = day_of(text_of(value, key));
        if (!date.empty()) sink.date_predictions(date);
      } else if (key == "data") {
        each_item(list_of(value, key), [&](JsonValue item) {
          read_estimate(object_of(item, key), date, document.place, sink);
        });
      }
    });
  });
}

bool recognises_csv(const Outline& outline) {
  return outline.first_line.starts_with("#model_version:") ||
         outline.first_line.starts_with("cve,epss");
}

bool recognises_json(const Outline& outline) {
  const bool is_list = std::ranges::any_of(
      outline.keys, [](const Outline::Key& key) { return key.name == "data" && key.value == '['; });
  return is_list && (outline.has("score_date") || outline.has("status-code"));
}

}  // namespace

const FeedFormat epss_csv = {"epss-csv", recognises_csv, read_csv};
const FeedFormat epss_json = {"epss-json", recognises_json, read_json};

}  // namespace plimsoll::feeds
