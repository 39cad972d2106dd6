#include "scan/explain_command.h"

#include <algorithm>
#include <map>

#include "advisories/choose_database.h"
#include "advisories/cvss.h"
#include "advisories/explanation.h"
#include "advisories/matching.h"
#include "app/diagnostics.h"
#include "app/output.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "rules/support/upgrades.h"
#include "rules/support/vulnerability_text.h"
#include "scan/summary.h"
#include "scan/target_operand.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

namespace {

// "0.94312" of hundred-thousandths, in percent: "94.3 %".
std::string percent(std::uint32_t parts) {
  constexpr std::uint32_t tenth_of_percent = prediction_unit / 1000;
  const std::uint32_t tenths = (parts + tenth_of_percent / 2) / tenth_of_percent;
  return concat(rules::in_tenths(static_cast<int>(tenths)), " %");
}

std::string text_of(const advisories::KnownFlaw& flaw) {
  std::string out =
      concat(flaw.id, flaw.summary.empty() ? "" : ": ", printable(flaw.summary), "\n");
  if (const auto score = advisories::score_of(flaw.cvss)) {
    out += concat("  ", score->version, ": ", rules::in_tenths(score->tenths), ", ",
                  name_of(score->rating), " (", printable(flaw.cvss), ")\n");
  }
  if (flaw.exploited) {
    out += concat("  exploited: in CISA's catalogue since ", printable(flaw.exploited->added),
                  flaw.exploited->by_ransomware ? ", by ransomware, too" : "", "\n");
  }
  if (flaw.prediction) {
    out +=
        concat("  EPSS: ", percent(flaw.prediction->probability),
               flaw.prediction->percentile == 0
                   ? std::string()
                   : concat(", more than ", percent(flaw.prediction->percentile), " of all flaws"),
               ", estimated on ", printable(flaw.prediction->date), "\n");
  }
  return out;
}

std::string text_of(const advisories::KnownRecord& record) {
  std::string out = concat("  ", printable(record.id), ", of ", printable(record.feed));
  if (!record.modified.empty()) out += concat(", changed ", printable(record.modified));
  if (!record.url.empty()) out += concat("\n    ", printable(record.url));
  if (!record.aliases.empty()) {
    out += concat("\n    also called ", printable(join(record.aliases, ", ")));
  }
  return out + "\n";
}

// A feed can have a record of the same flaw for each release of a distribution: what looks alike is
// said once.
std::string text_of(const std::vector<advisories::KnownRecord>& records) {
  std::vector<std::string> said;
  for (const advisories::KnownRecord& record : records) {
    std::string text = text_of(record);
    if (std::ranges::find(said, text) == said.end()) said.push_back(std::move(text));
  }
  return join(said, "");
}

std::string state_text(FixState state) {
  return state == FixState::none_known ? std::string() : concat(" (", name_of(state), ")");
}

std::string text_of(const std::vector<advisories::KnownAffected>& affected) {
  constexpr std::size_t most_shown = 100;
  std::string out;
  for (std::size_t i = 0; i < affected.size(); ++i) {
    if (i == most_shown) {
      out += concat("  and ", std::to_string(affected.size() - i), " more\n");
      break;
    }
    const advisories::KnownAffected& item = affected[i];
    out += concat("  ", printable(item.ecosystem), " ", printable(item.package), ": ",
                  item.range.empty() ? "no version" : printable(item.range), state_text(item.state),
                  ", by ", printable(item.record), "\n");
  }
  return out;
}

std::string_view answer_text(const advisories::Judgement& judgement) {
  if (!judgement.why.empty()) return "does not count";
  switch (judgement.answer) {
    case advisories::Affected::no: return "not affected";
    case advisories::Affected::yes: return "affected";
    case advisories::Affected::undecided: return "cannot be decided";
  }
  return {};
}

std::string text_of(const Image& image, const advisories::Judgement& judgement) {
  const Package& package = image.packages[judgement.package];
  std::string out = concat("    ", printable(judgement.record), ": ", answer_text(judgement), "\n");
  const auto line = [&](std::string_view text) { out += concat("      ", printable(text), "\n"); };
  line(concat(judgement.ecosystem, " ", judgement.name,
              judgement.name == package.name ? "" : concat(", the source of ", package.name),
              judgement.range.empty() ? "" : concat(": affected is ", judgement.range),
              state_text(judgement.state)));
  if (!judgement.why.empty()) {
    line(judgement.why);
  } else if (!judgement.comparison.empty()) {
    line(judgement.comparison);
  }
  line(concat("record of ", judgement.feed,
              judgement.modified.empty() ? "" : concat(", changed ", judgement.modified)));
  return out;
}

// What the report would say of it, package by package.
std::string text_of(const Image& image, const advisories::Explanation& explanation,
                    const VulnerabilityMatch& match) {
  std::map<std::size_t, std::vector<const advisories::Judgement*>> by_package;
  for (const advisories::Judgement& judgement : explanation.judgements) {
    by_package[judgement.package].push_back(&judgement);
  }
  std::string out;
  for (const auto& [index, judgements] : by_package) {
    const Package& package = image.packages[index];
    const auto found = std::ranges::find_if(match.vulnerabilities, [&](const Vulnerability& v) {
      return std::ranges::any_of(explanation.flaws,
                                 [&](const auto& flaw) { return flaw.id == v.id; }) &&
             std::ranges::find(v.packages, index) != v.packages.end();
    });
    const bool is_affected = found != match.vulnerabilities.end();
    out += concat("\n  ", printable(package.name), " ", printable(package.version), ": ",
                  is_affected ? "affected" : "not affected", "\n");
    if (!package.path.empty()) out += concat("    proved by /", printable(package.path), "\n");
    if (package.layer < image.layers.size() && !image.layers[package.layer].diff_id.empty()) {
      out += concat("    brought by layer ", std::to_string(package.layer + 1), " (",
                    printable(image.layers[package.layer].diff_id), ")\n");
    }
    for (const advisories::Judgement* judgement : judgements) out += text_of(image, *judgement);
    if (is_affected) out += concat("    ", printable(rules::upgrade_of(image, *found)), "\n");
  }
  if (by_package.empty()) out += "  no package that a record about it names\n";
  return out;
}

}  // namespace

ExitCode explain_vulnerability(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  if (arguments.operands.size() != 1) {
    return fail_with({.message = "one vulnerability at a time",
                      .hint = "plimsoll explain CVE-2023-4911 --image debian:12"},
                     colour);
  }
  const std::string& name = arguments.operands.front();
  const RealFiles files;
  const Result<advisories::ChosenDatabase> chosen =
      advisories::choose_database({.path = arguments.value("db")}, files, now());
  if (!chosen) return fail_with(chosen.error(), colour);
  const std::optional<advisories::Database>& database = chosen->database;
  if (!database) return fail_with({.message = chosen->missing_because}, colour);
  Output output{std::string(arguments.value("output"))};
  Result<image::ImageReading> reading;
  const bool has_image = arguments.has("image");
  if (has_image) {
    std::vector<Result<image::ImageReading>> readings =
        read_images({std::string(arguments.value("image"))}, arguments);
    if (!readings.front()) return fail_with(readings.front().error(), colour);
    reading = std::move(readings.front());
  }
  const Image* const image = has_image ? reading->image.get() : nullptr;
  const Result<advisories::Explanation> explanation = advisories::explain(*database, name, image);
  if (!explanation) return fail_with(explanation.error(), colour);
  if (explanation->flaws.empty() && explanation->records.empty()) {
    return fail_with({.message = concat("the database knows no ", name),
                      .hint = "`plimsoll db status` says what it was made from"},
                     colour);
  }
  std::ostream& out = output.stream();
  for (const advisories::KnownFlaw& flaw : explanation->flaws) out << text_of(flaw);
  out << "\nRecords\n";
  out << text_of(explanation->records);
  if (image == nullptr) {
    out << "\nAffected\n" << text_of(explanation->affected);
  } else {
    const Result<VulnerabilityMatch> match = advisories::match(*database, *image);
    if (!match) return fail_with(match.error(), colour);
    out << "\n" << heading_of(*image) << "\n" << text_of(*image, *explanation, *match);
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  std::vector<Error> errors = has_image ? std::move(reading->errors) : std::vector<Error>();
  for (const std::string& open : explanation->open) errors.push_back({.message = open});
  return end_with(errors, colour);
}

}  // namespace plimsoll::scan
