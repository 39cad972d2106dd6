#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Where a tool is first used or installed.
struct Seen {
  Location curl;
  Location wget;

  void note(std::string_view name, Location at) {
    if (name == "curl" && !curl.known()) curl = at;
    if (name == "wget" && !wget.known()) wget = at;
  }
};

void look(const Instruction& run, Seen& seen) {
  bool fallback = false;  // what comes after `||`
  for (const shell::Command& command : run.script.commands) {
    const bool instead = fallback;
    fallback = command.next == shell::Operator::or_else;
    const auto call = package_call(command);
    if (!call) {
      const std::string_view program = effective_program(command);
      // `curl … || wget …` takes the one that is there.
      if (!instead && (program == "curl" || program == "wget")) {
        seen.note(program, effective_words(command).front().at);
      }
      continue;
    }
    if (call->action != Action::install || !is_distribution(call->manager)) continue;
    for_each_operand(*call, [&](const Argument& argument) {
      seen.note(read_package(call->manager, argument).name, argument.at);
      return true;
    });
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  Seen seen;
  for (const Stage* stage : shipped_stages(dockerfile)) {
    for_each_run(*stage, [&](const Instruction& run) { look(run, seen); });
  }
  if (!seen.curl.known() || !seen.wget.known()) return;
  const bool curl_first = seen.curl.span.begin < seen.wget.span.begin;
  Finding& finding =
      findings.add(curl_first ? seen.wget : seen.curl,
                   concat("the image uses both ", curl_first ? "curl and wget" : "wget and curl",
                          ": one of them is enough"),
                   concat("use ", curl_first ? "curl" : "wget", " for this download too"));
  finding.related = {curl_first ? seen.curl : seen.wget, "the first download"};
}

}  // namespace

extern constinit const Rule two_download_tools = {
    .name = "two-download-tools",
    .title = "both wget and curl are used",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "wget and curl do the same work. A second one is one more network client to install, to "
        "keep "
        "patched and to be found by an intruder.",
    .remediation = "Use one of the two throughout.",
    .limits = "Only stages whose layers end in the image are judged, and one finding is given.",
    .references = {hadolint("DL4001"), trivy("DS-0014")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
