#include "advisories/choose_database.h"

#include <algorithm>
#include <chrono>

#include "advisories/database_path.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

constexpr std::string_view how_to_build =
    "`plimsoll db build` makes it from feeds, `plimsoll db import` takes one that is made";
constexpr std::int64_t seconds_of_a_day = 86'400;

// "7d" -> 7.
std::optional<std::int64_t> days_of(std::string_view text) {
  if (!text.ends_with('d')) return std::nullopt;
  text.remove_suffix(1);
  if (!all_digits(text)) return std::nullopt;
  return parse_number(text);
}

// Since 1970, of "2026-02-01T00:00:00Z".
std::optional<std::int64_t> seconds_of(std::string_view time) {
  if (time.size() != 20 || !time.ends_with('Z')) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    const std::string_view part = time.substr(at, digits);
    return all_digits(part) ? parse_number(part) : std::nullopt;
  };
  const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * seconds_of_a_day + *hour * 3600 + *minute * 60 + *second;
}

void judge_age(std::int64_t required_days, ChosenDatabase& chosen) {
  // Days of the calendar would call one of yesterday evening a day old.
  const std::optional<std::int64_t> age = chosen.age_seconds;
  if (age && *age <= required_days * seconds_of_a_day) return;
  const auto days = [](std::int64_t count) {
    return counted(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), "day", "days");
  };
  chosen.open.push_back(
      concat("the database of advisories was made ",
             age ? concat(days((*age + seconds_of_a_day - 1) / seconds_of_a_day), " ago")
                 : concat("at no known time (", chosen.database->contents().built, ")"),
             ", and must not be older than ", days(required_days), ": plimsoll db update"));
}

}  // namespace

Result<ChosenDatabase> choose_database(const DatabaseWish& wish, const Files& files,
                                       std::string_view now) {
  const std::optional<std::int64_t> required = days_of(wish.required_age);
  if (!wish.required_age.empty() && !required) {
    return failure({.message = concat("\"", wish.required_age, "\" is no number of days"),
                    .hint = "--require-fresh-db 7d"});
  }
  ChosenDatabase chosen;
  const std::string path = usual_database(wish.path, database_environment(), files);
  if (path.empty() || (wish.path.empty() && files.kind(path) == FileKind::missing)) {
    chosen.missing_because = concat("there is no database of advisories: ", how_to_build);
    return chosen;
  }
  Result<Database> database = Database::open(path);
  if (!database) return std::unexpected(database.error());
  chosen.database = std::move(*database);
  const std::optional<std::int64_t> built = seconds_of(chosen.database->contents().built);
  const std::optional<std::int64_t> today = seconds_of(now);
  if (built && today) chosen.age_seconds = *today - *built;
  if (required) judge_age(*required, chosen);
  return chosen;
}

}  // namespace plimsoll::advisories
