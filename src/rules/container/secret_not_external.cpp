#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/environment_secrets.h"
#include "rules/support/file_variables.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const EnvironmentVariable& variable : spec.environment) {
    if (environment_secret(variable).source != SecretSource::outside) continue;
    const FileVariables* const in_file = file_variables(spec, variable.name);
    if (in_file == nullptr) continue;
    findings
        .add(variable.at,
             concat(spec.label(), " gets a secret through its environment: ", variable.name,
                    "; the image reads it from a file as well"),
             concat("set ", variable.name, in_file->suffix,
                    " to a file from secrets:, and put the value into that file"))
        .decided_by = variable.layer;
  }
}

}  // namespace

extern constinit const Rule secret_not_external = {
    .name = "secret-not-external",
    .title = "a secret comes through the environment",
    .severity = Severity::low,
    .topic = "secrets",
    .subjects = {Subject::container},
    .rationale =
        "Even when it is written nowhere, a secret in the environment shows in `docker inspect`, "
        "in crash reports and in every child process. A file that only its reader may open does "
        "not.",
    .remediation =
        "Use the variable of the image that names a file (`POSTGRES_PASSWORD_FILE: "
        "/run/secrets/db`) and give the file with `secrets:`.",
    .limits =
        "Reported only for well-known images that read the secret from a file as well; what other "
        "images can do is not known here. A secret that is written down is reported by "
        "`secret-in-environment` alone. There is no fix: the value is outside of the project, and "
        "whoever keeps it has to make the file (a secret from `environment:` needs none, but "
        "Compose cannot give it to a read-only container).",
    .references = {guideline("S4", "Best practices for building/choosing/running containers"),
                   owasp("12"), cis("7.4")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
