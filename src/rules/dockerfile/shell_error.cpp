#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::dockerfile {
namespace {

// ShellCheck writes sentences, our messages begin small and end without a full stop.
std::string as_message(std::string_view sentence) {
  std::string out(trim(sentence));
  while (out.ends_with('.') || out.ends_with(' ')) out.pop_back();
  for (char& c : out) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  // "POSIX" and "$x" stay as they are.
  const bool word = out.size() > 1 && is_alpha(out[0]) && (out[1] == to_lower(out[1]));
  if (word) out[0] = to_lower(out[0]);
  return out;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const ShellDiagnostic& diagnostic : dockerfile.shell_diagnostics) {
    Finding& finding = findings.add(diagnostic.at, concat("SC", std::to_string(diagnostic.code),
                                                          ": ", as_message(diagnostic.message)));
    const bool mild = diagnostic.level == ShellDiagnostic::Level::style ||
                      diagnostic.level == ShellDiagnostic::Level::info;
    if (mild) finding.severity = Severity::info;
  }
}

}  // namespace

extern constinit const Rule shell_error = {
    .name = "shell-error",
    .title = "shell script of a RUN has a fault",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A RUN is a shell script that nobody runs twice: a word that splits, a `cd` that fails or "
        "a "
        "construct that the image's shell does not know makes an image that is built without an "
        "error and is wrong.",
    .remediation =
        "Do what ShellCheck says; the page https://www.shellcheck.net/wiki/SC2086, with the "
        "finding's number, explains each. To keep a line as it is, suppress the number: `# "
        "plimsoll: "
        "allow SC2086 -- reason`.",
    .limits =
        "Only with `--shellcheck`, and where the program `shellcheck` is installed. RUN in shell "
        "form "
        "and with a heredoc is looked at, for sh, bash, dash and ksh; not exec form, CMD and "
        "ENTRYPOINT, and not a Dockerfile that stands inside a compose file. Files that a script "
        "sources are not followed.",
    .references = {document("ShellCheck", "https://www.shellcheck.net/")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
