// What `check`, `fix` and `run` have in common: flags to options, a report to output and exit
// code.
#pragma once

#include "app/check.h"
#include "app/exit_code.h"
#include "app/flags.h"
#include "app/output.h"

namespace plimsoll::app {

// The options that the flags ask for; an unknown rule is an error.
Result<CheckOptions> check_options(const Arguments& arguments);

// The policies that hold for these inputs, for a text that is called `text_name` ("" for none) and
// for the current directory. With an error in one nothing is to be checked: it is printed, and
// nothing is given. `files` must outlive them.
std::unique_ptr<Policies> load_policies(const std::vector<Input>& inputs,
                                        std::string_view text_name, const Files& files,
                                        const Arguments& arguments);

// The first of the paths that does not exist, as a usage error that offers the nearest name.
std::optional<Error> missing_path(const std::vector<std::string>& paths, const Files& files);

// What a report comes to: incomplete, findings from the threshold (--fail-on; "" is medium) on, or
// clean.
ExitCode exit_code_of(const Totals& totals, std::string_view threshold);

// How a report is shown, as the flags ask.
ReportOptions report_options(const Arguments& arguments);

// Writes a report, in the format and to the place that the flags ask for. Text is written part by
// part; the other formats are one document, and are written at the end.
class ReportOutput final : public PartSink {
 public:
  explicit ReportOutput(const Arguments& arguments);
  std::string render(const Report& part) const override;
  void take(std::size_t input, Report part, std::string rendered) override;
  void add(Report part);
  // Text that closes a report for people, behind its summary.
  void close_with(std::string text) { closing_ = std::move(text); }
  // Ends the report and says how it all ended.
  ExitCode finish();

 private:
  bool is_one_document() const {
    return format_ == "json" || format_ == "sarif" || format_ == "prometheus";
  }

  std::string colour_;
  std::string format_;
  std::string threshold_;
  ReportOptions options_;
  Output output_;
  Report whole_;  // for the formats that are one document
  Totals totals_;
  std::string closing_;
};

}  // namespace plimsoll::app
