#include <algorithm>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/environment_secrets.h"
#include "rules/support/file_variables.h"
#include "rules/support/services.h"
#include "rules/support/written_text.h"
#include "subjects/image.h"
#include "subjects/secrets.h"

namespace plimsoll::rules::container {
namespace {

// Something else of the service reads the variable: its health check, its command.
bool is_used_elsewhere(const ContainerSpec& spec, std::string_view name) {
  const auto mentions = [&](const std::vector<std::string>& words) {
    return std::ranges::any_of(words, [&](const std::string& word) { return word.contains(name); });
  };
  return mentions(spec.healthcheck.value.test) || mentions(spec.command.value) ||
         mentions(spec.entrypoint.value);
}

// The entry belongs to several services (an anchor, extends), of which each would need the secret.
bool is_shared(const ContainerSpec& spec, const EnvironmentVariable& variable) {
  return std::ranges::any_of(spec.project->services, [&](const auto& service) {
    return service.get() != &spec &&
           std::ranges::any_of(service->environment, [&](const EnvironmentVariable& other) {
             return other.at == variable.at;
           });
  });
}

// POSTGRES_PASSWORD becomes postgres_password, or db_postgres_password when it is not alone.
std::string secret_name_for(const ContainerSpec& spec, std::string_view variable) {
  const auto is_free = [&](std::string_view name) {
    return std::ranges::find(spec.project->secrets, name, &ComposeResource::name) ==
           spec.project->secrets.end();
  };
  const bool alone = std::ranges::none_of(spec.project->services, [&](const auto& service) {
    return service.get() != &spec &&
           std::ranges::find(service->environment, variable, &EnvironmentVariable::name) !=
               service->environment.end();
  });
  std::string name = lower(variable);
  if (!alone || !is_free(name)) name = concat(spec.name, "_", name);
  // Names that compose takes for a secret.
  const bool is_valid =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
      std::string::npos;
  return is_valid && is_free(name) ? name : std::string();
}

Fix fix_for(const ContainerSpec& spec, const EnvironmentVariable& variable) {
  if (spec.surface != Surface::compose || spec.project == nullptr || variable.from_file ||
      spec.project->services.size() > max_neighbours) {
    return {};
  }
  const FileVariables* const readable = file_variables(spec, variable.name);
  const std::string_view text = variable.at.text();
  if (readable == nullptr) return {};
  // Not an alias or an anchor, nor a value over several lines.
  const bool is_whole =
      text.ends_with(variable.value_at.text()) || text.ends_with('"') || text.ends_with('\'');
  if (!is_whole || text.find_first_of("$\n") != std::string_view::npos || text.contains(": &")) {
    return {};
  }
  const std::string in_file = concat(variable.name, readable->suffix);
  const bool has_both = std::ranges::find(spec.environment, in_file, &EnvironmentVariable::name) !=
                        spec.environment.end();
  if (has_both || is_used_elsewhere(spec, variable.name) || is_shared(spec, variable)) return {};
  const std::string name = secret_name_for(spec, variable.name);
  if (name.empty()) return {};
  const bool is_list_entry = written_text(variable.at).starts_with(concat(variable.name, "="));
  return unsafe_fix({
      change::rewrite(variable.at,
                      concat(in_file, is_list_entry ? "=" : ": ", "/run/secrets/", name)),
      change::add("secrets", name),
      change::declare(concat("secrets.", name), concat("file: ./secrets/", name, ".txt")),
      change::create_secret_file(concat("secrets/", name, ".txt"), *variable.value),
      // What was taken out of the repository must not come back as a file.
      change::create_file("secrets/.gitignore", "*\n"),
  });
}

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
    if (!fallback) finding.fix = fix_for(spec, variable);
    if (fallback) finding.severity = Severity::medium;
  }
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (!image.config) return;
  for (const Located<std::string>& variable : image.config->environment) {
    const std::string_view text = variable.value;
    const std::string_view name = text.substr(0, text.find('='));
    if (name.size() == text.size()) continue;
    const auto secret = written_secret(name, text.substr(name.size() + 1));
    if (!secret) continue;
    // Not at the variable: its line would show the value.
    findings.add(image.at, concat("the image's environment holds ", secret->kind, ": ", name),
                 "give it to the container as a file, and change it: whoever has the image has it");
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
        "output does not show where a value came from, so every secret in it is reported. The fix "
        "moves a value into a file where the image is known to read it from one: not shown in the "
        "diff, and ignored by git (a `.dockerignore` may have to leave `secrets` out, too). The "
        "file can be read by every account, or the service could not open it as its own; a "
        "directory `secrets` that the fix makes lets nobody but its owner in, and one that is "
        "there already stays as it is. A default, a value that others use, and what other images "
        "read is left to a person.",
    .references = {guideline("S4", "Best practices for building/choosing/running containers"),
                   owasp("12"), dockle("CIS-DI-0010")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
