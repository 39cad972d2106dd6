#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

// lastlog and faillog hold one record of some 300 bytes for each id up to the highest: from here on
// the file is larger than 30 MB.
constexpr long long high_id = 100'000;

void check_command(const Instruction& run, const shell::Command& command, Findings& findings) {
  if (effective_program(command) != "useradd") return;
  const std::span<const shell::Word> words = effective_words(command);
  std::optional<long long> id;
  Location id_at;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    if (text == "--no-log-init") return;
    std::string_view value;
    std::size_t at = i;
    if (text.starts_with("--uid")) {
      value = text.size() > 5 ? text.substr(6) : std::string_view();
      if (text.size() == 5 && i + 1 < words.size()) value = words[at = i + 1].text;
    } else if (text.size() > 1 && text[0] == '-' && text[1] != '-') {
      // Letters without a value may stand together: -mlu 123456.
      for (std::size_t k = 1; k < text.size(); ++k) {
        if (text[k] == 'l') return;
        if (text[k] == 'u') {
          value = text.substr(k + 1);
          if (value.empty() && i + 1 < words.size()) value = words[at = i + 1].text;
          break;
        }
        if (std::string_view("bcdefgGkKpPRsZ").contains(text[k])) break;
      }
    }
    if (const auto number = parse_number(value)) {
      id = number;
      id_at = words[at].at;
    }
  }
  if (!id || *id < high_id) return;
  findings
      .add(id_at,
           concat("useradd with the id ", std::to_string(*id),
                  " fills the login log up to that id: the layer holds a huge sparse file"),
           "add --no-log-init")
      .fix = safe_if(add_option(run, words.front(), "--no-log-init"));
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& run) {
      if (!run.script.programs.may_share({"useradd"})) return;
      for (const shell::Command& command : run.script.commands)
        check_command(run, command, findings);
    });
  }
}

}  // namespace

extern constinit const Rule useradd_fills_log = {
    .name = "useradd-fills-log",
    .title = "useradd with a high id fills the login log",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "useradd enters the new user in /var/log/lastlog and faillog, whose size follows the "
        "highest "
        "id. The files are sparse on disk, but a layer's archive stores and transfers the holes: "
        "an "
        "id of a large directory service makes gigabytes, or a build that never ends.",
    .remediation = "Add `--no-log-init` (`-l`) to useradd, or choose an id below 100000.",
    .limits = "An id that is known only when the image is built is not judged.",
    .references = {hadolint("DL3046"),
                   document("Docker: Building best practices, USER",
                            "https://docs.docker.com/build/building/best-practices/#user")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
