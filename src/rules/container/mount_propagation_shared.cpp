#include <optional>
#include <string>

#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

// The parts of a list without one of them; nothing when it is not among them.
std::optional<std::string> without(std::string_view list, std::string_view part) {
  std::string rest;
  bool found = false;
  for (const std::string_view one : split(list, ',')) {
    if (one == part) {
      found = true;
    } else {
      rest += concat(rest.empty() ? "" : ",", one);
    }
  }
  return found ? std::optional(rest) : std::nullopt;
}

// The mount as written, without its propagation; nothing where it is written in another way.
std::optional<Change> without_propagation(const Mount& mount) {
  std::string_view text = mount.at.text();
  const std::string_view mode = mount.propagation;
  // A mapping of its own: the key goes.
  constexpr std::string_view key = "propagation:";
  if (const std::size_t at = text.find(key); at != std::string_view::npos) {
    const std::size_t value = text.find(mode, at + key.size());
    if (value == std::string_view::npos) return std::nullopt;
    const auto begin = mount.at.span.begin + static_cast<std::uint32_t>(value);
    const auto end = begin + static_cast<std::uint32_t>(mode.size());
    return change::remove({mount.at.source, {begin, end}});
  }
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'')) {
    text = text.substr(1, text.size() - 2);
  }
  if (const auto rest = without(text, concat("bind-propagation=", mode))) {
    return change::rewrite(mount.at, *rest);
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<std::string> rest = without(text.substr(colon + 1), mode);
  if (!rest) return std::nullopt;
  return change::rewrite(mount.at, concat(text.substr(0, colon), rest->empty() ? "" : ":", *rest));
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const Mount& mount : spec.mounts) {
    const std::string_view mode = mount.propagation;
    const bool shared = mode == "shared" || mode == "rshared";
    const bool slave = mode == "slave" || mode == "rslave";
    if (!shared && !slave) continue;
    Finding& finding = findings.add(
        mount.at,
        concat(spec.label(),
               shared ? " shares mounts with the host: " : " receives the host's later mounts: ",
               mount.target, " is mounted ", mode),
        concat("remove ", mode));
    if (slave) {
      // Whoever writes it wants to see later mounts. Without it a mount of the host's tree also
      // keeps what the host unmounts.
      finding.severity = Severity::low;
      continue;
    }
    if (const std::optional<Change> change = without_propagation(mount)) {
      finding.fix = unsafe_fix({*change});
    }
  }
}

}  // namespace

extern constinit const Rule mount_propagation_shared = {
    .name = "mount-propagation-shared",
    .title = "mounts propagate between container and host",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "With shared propagation, what the container mounts appears on the host and in other "
        "containers; with slave propagation, what the host mounts later, a disk or another "
        "container's secrets, appears in this one.",
    .remediation = "Leave the propagation out: the default is private in both directions.",
    .limits =
        "Storage and backup agents need it: for them the finding stands to be allowed with a "
        "reason. `slave` goes one way, from the host into the container: it is reported as low, "
        "and "
        "left to a person, since a program that watches the host's mounts (node-exporter) needs "
        "it.",
    .references = {cis("5.20")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
