#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

struct Explanation {
  std::string_view why;
  std::string_view remedy;
  Severity severity = Severity::low;
};

Explanation explain(ObsoleteSpelling::Kind kind) {
  using Kind = ObsoleteSpelling::Kind;
  switch (kind) {
    case Kind::security_opt_colon:
      return {"the colon between a security option and its value is the old form",
              "write an equals sign: label=level:s0, apparmor=profile, seccomp=profile.json"};
    case Kind::lxc_conf:
      return {"the LXC driver left the engine in version 1.10, and its options with it",
              "use --userns, --security-opt seccomp=profile.json and the other options of today"};
    case Kind::lxc_exec_driver:
      return {"the LXC driver left the engine in version 1.10",
              "remove it: runc runs the containers"};
    case Kind::daemon_flag:
      return {"the daemon is a program of its own since version 1.12", "start dockerd"};
    case Kind::device_mapper_size:
      return {"the devicemapper driver left the engine in version 25, and dm.basesize with it",
              "limit a container's disk with --storage-opt size=5G where the driver has it"};
    case Kind::split_tmpfs_argument:
      return {
          "the blank ends the argument: what follows it is taken for the image, and noexec and "
          "nosuid are not in force",
          "write --tmpfs /tmp:rw,noexec,nosuid without a blank"};
    case Kind::hyphen_in_variable:
      return {"a variable's name ends at the hyphen: the rest is put behind its value as text",
              "use a name with an underscore, or braces: ${CONTAINER_PORT}"};
    case Kind::single_dash_long:
      return {"long options have two dashes; with one each letter is an option of its own",
              "write two dashes"};
    case Kind::content_trust:
      return {
          "Docker Hub's official images are no longer signed for content trust: the setting "
          "makes their pull fail, or is dropped, and verifies nothing",
          "verify signatures with cosign or notation"};
    case Kind::links:
      return {
          "links are a feature of the default bridge; on a network of one's own names are "
          "resolved without them",
          "put both containers on one network and remove the link", Severity::info};
    case Kind::cpuset_alias:
      return {"--cpuset is called --cpuset-cpus since version 1.6", "write --cpuset-cpus"};
    case Kind::net_alias:
      return {"--net is the old name of --network", "write --network", Severity::info};
    case Kind::compose_version_key:
      return {"the top-level version is ignored since Compose v2: it selects nothing", "remove it",
              Severity::info};
  }
  return {};
}

// The written text, short enough for a message.
std::string_view shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  text = text.substr(0, text.find('\n'));
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  // Never in the middle of a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return text.substr(0, end);
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const ObsoleteSpelling& obsolete : spec.obsolete) {
    const Explanation explanation = explain(obsolete.kind);
    findings
        .add(obsolete.at, concat("\"", shown(obsolete.text), "\": ", explanation.why),
             std::string(explanation.remedy))
        .severity = explanation.severity;
  }
}

}  // namespace

extern constinit const Rule obsolete_advice = {
    .name = "obsolete-advice",
    .title = "an old spelling that no longer means what it says",
    .severity = Severity::low,
    .topic = "governance",
    .subjects = {Subject::container},
    .rationale =
        "Guides outlive the engine they were written for. Some of their lines fail today, and some "
        "are worse: they are accepted and protect nothing.",
    .remediation =
        "Write what the finding says, and look at what the old line was meant to protect.",
    .limits =
        "Only the spellings that the five guidelines teach, and those of early engines, are known.",
    .references = {guideline("S0", "Decision"), guideline("S1", "SELinux or AppArmor"),
                   guideline("S1", "User Namespaces"), guideline("S1", "cgroups"),
                   guideline("S2", "Use a temporary file system for non-persistent data")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
