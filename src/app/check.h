// The check itself: reads inputs, runs the rules over what they hold, applies the inline
// suppressions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/discovery.h"
#include "app/policies.h"
#include "policy/policy.h"
#include "reports/report.h"
#include "rules/runner.h"
#include "subjects/daemon.h"
#include "subjects/host.h"
#include "subjects/image.h"
#include "subjects/running_process.h"

namespace plimsoll::app {

struct CheckOptions {
  std::vector<const Rule*> rules;            // the ones to run
  Severity least_severity = Severity::info;  // findings below it are left out
  Policy policy;
  // What holds in the directories of the inputs, which must be loaded; null: `policy` everywhere.
  const Policies* policies = nullptr;
  // Where only some inputs are checked again: all of them, which may tell something of these.
  std::span<const Input> all_inputs = {};
  std::string today;  // ISO date, for expired suppressions and end-of-life dates
  bool shellcheck = false;
  // Up to which certainty it is also said how a finding is fixed (Fix::edits, Fix::refusal).
  Certainty edits = Certainty::none;
  unsigned threads = 0;  // 0: as many as the machine has
};

// What becomes of the parts of a large report.
class PartSink {
 public:
  virtual ~PartSink() = default;
  // What is shown of a part. The thread that checked the part asks for it, so several may at a
  // time; and once more if another part has said some of it before.
  virtual std::string render(const Report& part) const = 0;
  // Takes the parts one at a time, in the order of the inputs, with what was rendered of each.
  // `input` counts the inputs from 0.
  virtual void take(std::size_t input, Report part, std::string rendered) = 0;
};

// Every input is checked whatever becomes of the others; what could not be read is in the report's
// errors. Large trees: the parts of the report go to `sink`, each in report order and owning its
// sources.
void check(const std::vector<Input>& inputs, const Files& files, const CheckOptions& options,
           PartSink& sink);
// The same, put together and in report order.
Report check(const std::vector<Input>& inputs, const Files& files, const CheckOptions& options);

// Adds a part to a report, behind what it has.
void append(Report& report, Report part);

// A text that is no file: stdin. `path` is what the findings call it.
Report check_text(const std::string& path, std::string text, InputKind kind, const Files& files,
                  const CheckOptions& options);

// What was gathered of a machine: its engine, its containers, itself; each may be left out.
struct Live {
  std::unique_ptr<Sources> sources = std::make_unique<Sources>();  // the texts of all of it
  std::unique_ptr<Daemon> daemon;
  // What of the engine is judged: all, what it says of images, or nothing, where it is known for
  // the containers' sake alone.
  enum class OfDaemon : std::uint8_t { nothing, images, all };
  OfDaemon judged = OfDaemon::all;
  std::vector<const Source*> unit_files;  // in which dockerd's flags may be written
  bool lists_containers = false;          // the list of containers was had, however short
  std::vector<std::unique_ptr<RunningProcess>> processes;  // of the containers
  std::vector<std::unique_ptr<ContainerSpec>> containers;
  // Those that containers run, as far as their known vulnerabilities are concerned.
  std::vector<std::unique_ptr<Image>> images;
  // What is to be said of the vulnerabilities of all images at once: that nobody looked for them.
  std::vector<Remark> remarks;
  std::unique_ptr<Host> host;
  std::vector<Error> errors;  // what could not be gathered
};

Report check_live(Live live, const CheckOptions& options);

// An image that was read, and what could not be read of it. Takes over its sources.
Report check_image(std::unique_ptr<Sources> sources, const Image& image, std::vector<Error> errors,
                   const CheckOptions& options);

// Containers that are at hand already: one run line. Takes over their sources.
Report check_containers(std::unique_ptr<Sources> sources,
                        const std::vector<std::unique_ptr<ContainerSpec>>& containers,
                        const CheckOptions& options);

}  // namespace plimsoll::app
