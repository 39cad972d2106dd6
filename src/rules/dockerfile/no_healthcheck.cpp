#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/health_commands.h"
#include "rules/support/image_accounts.h"
#include "rules/support/instructions.h"
#include "rules/support/services.h"
#include "rules/support/user_fixes.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view add_one = "add a HEALTHCHECK that asks the service itself";

// Ports on which services speak HTTP, and where a stranger may ask for `/`.
constexpr auto http_ports = std::to_array<std::string_view>(
    {"80", "3000", "4000", "4200", "5000", "5173", "8000", "8080", "8081", "8888"});

// The only TCP port that a stage and those it is built on expose, and where; nothing when it is not
// the only one, or a variable.
struct ExposedPort {
  const Instruction* instruction = nullptr;
  std::string_view number;
};
std::optional<ExposedPort> only_port(const Dockerfile& dockerfile, const Stage& stage) {
  std::optional<ExposedPort> found;
  for (const Stage* one = &stage; one != nullptr; one = base_stage(dockerfile, *one)) {
    for (const Instruction& instruction : one->instructions) {
      if (instruction.keyword != Keyword::expose) continue;
      for (const DockerfileWord& word : instruction.words) {
        std::string_view number = word.text;
        if (number.ends_with("/tcp")) number.remove_suffix(4);
        if (found || word.raw.contains('$') || !all_digits(number)) return std::nullopt;
        found = {&instruction, number};
      }
    }
  }
  return found;
}

// A command that asks for http://127.0.0.1:PORT/ with what the base image is sure to have.
std::string asking_command(const BaseImage& base, std::string_view port) {
  if (!base.reference || base.word.unresolved || base.word.raw.starts_with('$')) return {};
  const std::string name = base.reference->name;
  const std::string url = concat("http://127.0.0.1:", port, "/");
  if (name == "python") {
    const std::string script =
        concat("import urllib.request; urllib.request.urlopen('", url, "', timeout=3)");
    return concat("[\"python\", \"-c\", ", json_string(script), "]");
  }
  if (name == "node") {
    const std::string script = concat("require('http').get('", url,
                                      "', r => process.exit(r.statusCode < 400 ? 0 : 1))"
                                      ".on('error', () => process.exit(1))");
    return concat("[\"node\", \"-e\", ", json_string(script), "]");
  }
  const bool has_busybox = name == "alpine" || name == "busybox" ||
                           (base.reference->official() && !base.from_argument_default &&
                            base.reference->tag.contains("alpine"));
  return has_busybox ? concat("wget -q --spider ", url, " || exit 1") : std::string();
}

Fix asking_fix(const Dockerfile& dockerfile, const Stage& stage, const BaseImage& base) {
  const std::optional<ExposedPort> port = only_port(dockerfile, stage);
  if (!port || std::ranges::find(http_ports, port->number) == http_ports.end()) return {};
  // Nothing of this file listens: only an image with a server of its own does.
  if (stage.cmd == nullptr && stage.entrypoint == nullptr &&
      (!base.reference || is_environment(*base.reference) || base.reference->name == "node")) {
    return {};
  }
  const std::string command = asking_command(base, port->number);
  if (command.empty()) return {};
  const std::string lines = concat(
      "# / is a proposal: ask for the path that tells whether the service works\n",
      keyword_for(dockerfile, "HEALTHCHECK"), " ", keyword_for(dockerfile, "CMD"), " ", command);
  const bool in_stage = std::ranges::any_of(
      stage.instructions, [&](const Instruction& one) { return &one == port->instruction; });
  return unsafe_fix({in_stage ? change::insert_after(port->instruction->at, lines)
                              : insert_at_end(stage, lines)});
}

void judge_stage(const Dockerfile& dockerfile, std::size_t index, Findings& findings) {
  const Stage& stage = dockerfile.stages[index];
  if (stage.healthcheck != nullptr) {
    if (stage.healthcheck->healthcheck_none) {
      findings.add(stage.healthcheck->at, "the image switches its health check off",
                   std::string(add_one));
    }
    return;
  }
  const Stage* bottom = &stage;
  while (bottom->base.stage && *bottom->base.stage < bottom->index) {
    bottom = &dockerfile.stages[*bottom->base.stage];
  }
  const BaseImage& base = bottom->base;
  // Files to be copied out, or into another image: it runs nothing.
  if (base.scratch && stage.cmd == nullptr && stage.entrypoint == nullptr) return;
  const bool has_none = base.scratch || (base.reference && base.reference->official());
  if (has_none && !base.word.unresolved) {
    findings.add(stage.from.at, "the image has no health check", std::string(add_one)).fix =
        asking_fix(dockerfile, stage, base);
    return;
  }
  findings
      .add(stage.from.at,
           "the image defines no health check, and whether its base does is not known here",
           std::string(add_one))
      .severity = Severity::info;
}

void check_dockerfile(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  if (!dockerfile.stages.empty()) judge_stage(dockerfile, dockerfile.stages.size() - 1, findings);
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || runs_once(spec) || spec.healthcheck.unresolved) return;
  const Healthcheck& check = spec.healthcheck.value;
  const bool from_dockerfile = spec.healthcheck.layer == Layer::dockerfile;
  if (check.disabled && !from_dockerfile) {
    findings.add(spec.healthcheck, concat(spec.label(), " switches its health check off"),
                 "remove it, or give a test that asks the service itself");
    return;
  }
  if (check.defined && !check.disabled) return;
  if (spec.dockerfile != nullptr && spec.dockerfile_stage < spec.dockerfile->stages.size()) {
    judge_stage(*spec.dockerfile, spec.dockerfile_stage, findings);
    return;
  }
  if (const ContainerSpec* const builder = builder_of(spec)) {
    judge_stage(*builder->dockerfile, builder->dockerfile_stage, findings);
    return;
  }
  const ImageReference* const image = pulled_image(spec);
  // Inspect output holds what was put together from the image.
  const bool has_none = spec.surface == Surface::inspect || (image && image->official());
  Finding& finding =
      findings.add(spec.healthcheck,
                   has_none ? concat(spec.label(), " has no health check")
                            : concat(spec.label(),
                                     " defines no health check, and whether its image does is not "
                                     "known here"),
                   "add a healthcheck that asks the service itself");
  if (!has_none) finding.severity = Severity::info;
  const HealthCommand* const command = image ? health_command(*image) : nullptr;
  if (command == nullptr) return;
  if (spec.surface == Surface::run_line) {
    finding.remedy = concat("add --health-cmd '", command->shell, "'");
  } else if (!spec.healthcheck.written()) {
    finding.fix = unsafe_fix({change::set("healthcheck.test", std::string(command->test))});
  }
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (!image.config) return findings.not_applicable("a root file system has no health check");
  const ImageConfig& config = *image.config;
  // Nothing to be healthy: an image to build upon, or of files alone.
  if (config.entrypoint.empty() && config.command.empty()) return;
  if (config.healthcheck && config.healthcheck->test.front() != "NONE") return;
  findings.add(image.at,
               config.healthcheck ? "the health check is switched off: HEALTHCHECK NONE"
                                  : "the image has no health check",
               std::string(add_one));
}

}  // namespace

extern constinit const Rule no_healthcheck = {
    .name = "no-healthcheck",
    .title = "no health check",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image, Subject::container},
    .rationale =
        "Without a health check the engine knows only that a process exists. A service that hangs, "
        "or was stopped by an attack, stays in rotation, and nothing restarts or reports it.",
    .remediation =
        "Add `HEALTHCHECK CMD …` to the Dockerfile or `healthcheck:` to the service, with a "
        "command that asks the service itself.",
    .limits =
        "Official images of Docker Hub define none on principle; whether another image does is not "
        "known here, and is reported as info. Containers that end on their own (`--rm`, `restart: "
        "\"no\"`) and images that run nothing are not judged. Kubernetes ignores the health checks "
        "of images and has probes of its own: suppress the rule where images run only there. The "
        "fix knows the commands of some well-known databases and brokers, and adds one to a "
        "Dockerfile that exposes a single port on which HTTP is usual, where the base has wget, "
        "python or node: that `/` answers it cannot know.",
    .references = {guideline("S3", "Use the HEALTHCHECK command"), cis("4.6"), cis("5.27"),
                   hadolint("DL3057"), trivy("DS-0026"), checkov("CKV_DOCKER_2"),
                   dockle("CIS-DI-0006")},
    .check = {check_dockerfile, check_container, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
