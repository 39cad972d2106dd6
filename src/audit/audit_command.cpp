#include "audit/audit_command.h"

#include <array>

#include "app/diagnostics.h"
#include "app/reporting.h"
#include "audit/gather.h"
#include "base/text.h"

namespace plimsoll::audit {
namespace {

using namespace plimsoll::app;

Result<Parts> parts_of(const std::vector<std::string>& names) {
  if (names.empty()) return Parts{};
  Parts parts{.engine = false, .containers = false, .images = false, .host = false};
  const std::array<std::pair<std::string_view, bool*>, 4> known{{{"engine", &parts.engine},
                                                                 {"containers", &parts.containers},
                                                                 {"images", &parts.images},
                                                                 {"host", &parts.host}}};
  for (const std::string& name : names) {
    const auto part = std::ranges::find(known, name, &std::pair<std::string_view, bool*>::first);
    if (part != known.end()) {
      *part->second = true;
      continue;
    }
    const std::array<std::string_view, 4> all{"engine", "containers", "images", "host"};
    const auto near = nearest(name, all);
    return failure({.message = concat("unknown value for --only: \"", name, "\""),
                    .hint = near ? concat("did you mean \"", *near, "\"?")
                                 : "it takes engine, containers, images, host"});
  }
  return parts;
}

}  // namespace

ExitCode audit_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  const Result<Parts> parts = parts_of(arguments.list("only"));
  if (!parts) return fail_with(parts.error(), colour);

  const RealFiles files;
  const std::unique_ptr<Policies> policies = load_policies({}, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options->policies = policies.get();
  Wanted wanted{.parts = *parts, .containers = arguments.operands};
  if (!wanted.containers.empty()) {
    // Who names containers wants to hear of them alone.
    if (arguments.list("only").empty()) {
      wanted.parts = {.engine = false, .containers = true, .images = false, .host = false};
    }
    wanted.parts.containers = true;
  }
  const Result<engine::Endpoint> endpoint =
      engine::choose_endpoint({.host = std::string(arguments.value("host")),
                               .context = std::string(arguments.value("context"))},
                              engine::process_environment(), files);
  ReportOutput output(arguments);
  output.add(check_live(gather(endpoint, wanted, files), *options));
  return output.finish();
}

}  // namespace plimsoll::audit
