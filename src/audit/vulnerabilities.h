// What an audit finds out of known vulnerabilities: of the images that run, and of the engine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "advisories/choose_database.h"
#include "app/check.h"
#include "app/flags.h"
#include "audit/gather.h"
#include "audit/image_search.h"
#include "base/files.h"
#include "base/result.h"

namespace plimsoll::audit {

class Vulnerabilities {
 public:
  // An error when what the user names cannot be used.
  Result<void> prepare(const app::Arguments& arguments, const app::CheckOptions& options,
                       const Files& files);

  // Begins to look into the images, unless nothing is to be said of them.
  void look_into(std::vector<RunningImage> images, bool engine_is_here);
  // Adds what was found to what was gathered.
  void finish(Gathered& gathered, const Files& files);

  std::optional<std::int64_t> database_age() const { return database_.age_seconds; }
  // For people, behind the summary; "" where there is nothing to say.
  std::string closing_line() const { return closing_line_; }

 private:
  void judge_engine(Gathered& gathered, const Files& files);
  void remark(app::Live& live, std::string why) const;

  std::vector<std::string> words_;  // for the processes that look into images
  advisories::ChosenDatabase database_;
  std::unique_ptr<ImageSearch> search_;
  bool judges_images_ = false;
  bool judges_engine_ = false;
  bool only_fixed_ = false;
  std::size_t left_out_ = 0;   // for that
  bool is_asked_for_ = false;  // then not looking is no answer
  std::string not_searched_because_;
  std::string closing_line_;
};

}  // namespace plimsoll::audit
