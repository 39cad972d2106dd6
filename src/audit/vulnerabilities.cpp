#include "audit/vulnerabilities.h"

#include <algorithm>
#include <array>

#include "advisories/engine_match.h"
#include "advisories/matching.h"
#include "advisories/vex/vex_reader.h"
#include "base/clock.h"
#include "base/text.h"
#include "readers/host/installed_packages.h"

namespace plimsoll::audit {
namespace {

constexpr std::string_view image_rule = "known-vulnerability";
constexpr std::string_view engine_rule = "docker-engine-outdated";

const Rule* rule_of(const app::CheckOptions& options, std::string_view name) {
  const auto found = std::ranges::find(options.rules, name, &Rule::name);
  return found == options.rules.end() ? nullptr : *found;
}

// The flags that each process gets again.
std::vector<std::string> words_of(const app::Arguments& arguments) {
  std::vector<std::string> words{"--quiet"};
  constexpr std::array<std::string_view, 4> with_value{"host", "context", "db", "color"};
  for (const std::string_view flag : with_value) {
    if (arguments.has(flag)) words.push_back(concat("--", flag, "=", arguments.value(flag)));
  }
  for (const std::string& path : arguments.list("vex")) words.push_back(concat("--vex=", path));
  if (arguments.has("only-fixed")) words.push_back("--only-fixed");
  return words;
}

// Each process reads the statements; that they cannot be read is said once, and before anything.
Result<void> can_be_read(const std::vector<std::string>& statements, const Files& files) {
  for (const std::string& path : statements) {
    Result<std::string> text = files.read(path);
    if (!text) return std::unexpected(text.error());
    const Source source(path, std::move(*text));
    if (const auto reading = advisories::read_vex(source); !reading) {
      Error error = reading.error();
      if (error.file.empty()) error.file = path;
      error.at = {};
      return failure(std::move(error));
    }
  }
  return {};
}

}  // namespace

Result<void> Vulnerabilities::prepare(const app::Arguments& arguments,
                                      const app::CheckOptions& options, const Files& files) {
  judges_images_ = rule_of(options, image_rule) != nullptr;
  judges_engine_ = rule_of(options, engine_rule) != nullptr;
  is_asked_for_ =
      std::ranges::any_of(std::array{"db", "only-fixed", "require-fresh-db", "vex", "select"},
                          [&](std::string_view flag) { return arguments.has(flag); });
  if (!judges_images_ && !judges_engine_) return {};
  Result<advisories::ChosenDatabase> chosen = advisories::choose_database(
      {.path = arguments.value("db"), .required_age = arguments.value("require-fresh-db")}, files,
      now());
  if (!chosen) return std::unexpected(chosen.error());
  if (Result<void> read = can_be_read(arguments.list("vex"), files); !read) return read;
  database_ = std::move(*chosen);
  not_searched_because_ = database_.missing_because;
  words_ = words_of(arguments);
  only_fixed_ = arguments.has("only-fixed");
  return {};
}

void Vulnerabilities::look_into(std::vector<RunningImage> images, bool engine_is_here) {
  if (!judges_images_ || !database_.database || images.empty()) return;
  if (!engine_is_here && !is_asked_for_) {
    not_searched_because_ =
        "the engine is on another machine, which would have to send its images: --db FILE asks "
        "for it";
    return;
  }
  search_ = std::make_unique<ImageSearch>(words_);
  search_->start(std::move(images));
}

void Vulnerabilities::finish(Gathered& gathered, const Files& files) {
  app::Live& live = gathered.live;
  if (search_ != nullptr) search_->finish(live);
  judge_engine(gathered, files);
  if (!judges_images_ || !gathered.lists_images) return;
  if (!not_searched_because_.empty()) {
    remark(live, not_searched_because_);
    closing_line_ =
        concat("known vulnerabilities were not looked for: ", not_searched_because_, "\n");
    return;
  }
  for (const std::string& why : database_.open) remark(live, why);
  for (const auto& image : live.images) left_out_ += image->vulnerabilities->without_fix_left_out;
  closing_line_ = concat(
      "known vulnerabilities: ", counted(live.images.size(), "image", "images"),
      " that run looked into, by the database of advisories of ",
      database_.database->contents().built.substr(0, 10),
      left_out_ == 0 ? "" : concat("; ", std::to_string(left_out_), " without a fix left out"),
      "\n");
}

void Vulnerabilities::judge_engine(Gathered& gathered, const Files& files) {
  Daemon* const daemon = gathered.live.daemon.get();
  if (!judges_engine_ || !database_.database || daemon == nullptr || !daemon->engine) return;
  if (daemon->is_podman() || gathered.live.judged != app::Live::OfDaemon::all) return;
  std::optional<InstalledPackages> installed;
  if (gathered.engine_root) {
    installed = host::read_installed_packages(files, *gathered.engine_root,
                                              advisories::names_of_engine_packages());
  }
  Result<EngineVulnerabilities> match = advisories::match_engine(
      *database_.database, *daemon->engine, installed ? &*installed : nullptr);
  if (!match) return gathered.live.errors.push_back(match.error());
  if (only_fixed_) {
    advisories::leave_out_without_fix(match->match);
    left_out_ += match->match.without_fix_left_out;
  }
  daemon->vulnerabilities = std::move(*match);
}

void Vulnerabilities::remark(app::Live& live, std::string why) const {
  live.remarks.push_back({.kind = is_asked_for_ ? Remark::Kind::open : Remark::Kind::skipped,
                          .rule = image_rule,
                          .reference = {},
                          .subject = name_of(Subject::image),
                          .why = std::move(why),
                          .at = {}});
}

}  // namespace plimsoll::audit
