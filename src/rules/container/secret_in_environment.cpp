#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/environment_secrets.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const EnvironmentVariable& variable : spec.environment) {
    const EnvironmentSecret secret = environment_secret(variable);
    const bool fallback = secret.source == SecretSource::fallback;
    if (!fallback && secret.source != SecretSource::literal) continue;
    Finding& finding =
        findings.add(variable.value_at.known() ? variable.value_at : variable.at,
                     concat(spec.label(), fallback ? " falls back to " : " has ", secret.kind,
                            fallback ? " that is written down, in its environment: "
                                     : " written into its environment: ",
                            variable.name),
                     "give it as a file: a secret, or a read-only mount");
    finding.decided_by = variable.layer;
    if (fallback) finding.severity = Severity::medium;
  }
}

}  // namespace

extern constinit const Rule secret_in_environment = {
    .name = "secret-in-environment",
    .title = "a secret is written into the environment",
    .severity = Severity::high,
    .topic = "secrets",
    .subjects = {Subject::container, Subject::image},
    .rationale =
        "A secret in a compose file or a run line is in the repository, in the shell's history, in "
        "every copy of both, and in the output of `docker inspect` for everybody who may ask the "
        "engine. Programs hand their environment on to their children and print it when they "
        "crash.",
    .remediation =
        "Give the secret as a file: `secrets:` in compose and the `_FILE` variable of the image, "
        "or a read-only mount. At the least take it from outside: `${DB_PASSWORD:?}` with the "
        "value in a file that is not checked in. Then change the secret: it has been published.",
    .limits =
        "A name says that a value is a secret (its words, not its letters), or a value has a "
        "well-known form (AWS, GitHub, GitLab and Slack tokens, private keys, JSON web tokens, "
        "URLs with a password). A secret under an innocent name and of no known form is missed, "
        "and so is one in a command. A value that comes from outside is left to "
        "`secret-not-external`; what a Dockerfile sets to `secret-in-dockerfile`. A default, "
        "`${X:-changeme}`, is reported as medium: it is in force where nobody sets X. Inspect "
        "output does not show where a value came from, so every secret in it is reported.",
    .references = {guideline("S4", "Best practices for building/choosing/running containers"),
                   owasp("12"), dockle("CIS-DI-0010")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
