#include <algorithm>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::compose {
namespace {

struct Writer {
  std::string_view volume;
  std::size_t service;  // index in the project
  const Mount* mount;
};

bool is_declared_shared(const ComposeProject& project, std::string_view name) {
  const ComposeResource* const volume = project.volume(name);
  if (volume == nullptr) return false;
  return std::ranges::any_of(volume->labels, [](const Label& label) {
    return label.name == "plimsoll.shared" && label.value == "true";
  });
}

std::vector<Writer> writers_of(const ComposeProject& project) {
  std::vector<Writer> writers;
  for (std::size_t i = 0; i < project.services.size(); ++i) {
    for (const Mount& mount : project.services[i]->mounts) {
      if (mount.type != Mount::Type::volume || mount.source.empty()) continue;
      if (!mount.read_only && !mount.unresolved) writers.push_back({mount.source, i, &mount});
    }
  }
  std::ranges::stable_sort(writers, {}, &Writer::volume);
  return writers;
}

void check(const ComposeProject& project, const Policy&, Findings& findings) {
  const std::vector<Writer> writers = writers_of(project);
  for (auto group = writers.begin(); group != writers.end();) {
    const auto end = std::find_if(
        group, writers.end(), [&](const Writer& writer) { return writer.volume != group->volume; });
    const auto second = std::find_if(
        group, end, [&](const Writer& writer) { return writer.service != group->service; });
    if (second != end && !is_declared_shared(project, group->volume)) {
      findings
          .add(second->mount->at,
               concat(project.services[second->service]->label(), " writes the volume \"",
                      group->volume, "\", as ", project.services[group->service]->label(), " does"),
               "mount it read-only where it is only read, or label the volume plimsoll.shared=true")
          .related = {group->mount->at, "the first mount that writes it"};
    }
    group = end;
  }
}

}  // namespace

extern constinit const Rule shared_volume = {
    .name = "shared-volume",
    .title = "several services write one volume",
    .severity = Severity::info,
    .topic = "filesystem",
    .subjects = {Subject::compose},
    .rationale =
        "A volume that several services write is a way from one to the other: what the weakest of "
        "them writes, the others read, run or serve.",
    .remediation =
        "Mount it read-only (`:ro`) in all services but one. Where several must write, say so: "
        "give the volume the label `plimsoll.shared=true`.",
    .limits =
        "Named volumes of the project are looked at; directories of the host that several services "
        "mount are not. Who shares an external volume with other projects is not known here.",
    .references = {guideline("S2", "Using the file system to store persistent data")},
    .check = {check},
};

}  // namespace plimsoll::rules::compose
