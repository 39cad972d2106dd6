#include "advisories/choose_database.h"

#include <algorithm>

#include "advisories/database_path.h"
#include "advisories/vex/timestamp.h"
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
  const std::string path = usual_database(wish.path, cache_environment(), files);
  if (path.empty() || (wish.path.empty() && files.kind(path) == FileKind::missing)) {
    chosen.missing_because = concat("there is no database of advisories: ", how_to_build);
    return chosen;
  }
  Result<Database> database = Database::open(path);
  if (!database) return std::unexpected(database.error());
  chosen.database = std::move(*database);
  const std::optional<Instant> built = instant_of(chosen.database->contents().built);
  const std::optional<Instant> today = instant_of(now);
  if (built && today) chosen.age_seconds = today->seconds - built->seconds;
  if (required) judge_age(*required, chosen);
  return chosen;
}

}  // namespace plimsoll::advisories
