#include "readers/compose/service_reader.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "base/text.h"
#include "readers/compose/service_keys.h"
#include "readers/compose/stack_keys.h"

namespace plimsoll::compose {
namespace {

using Spec = ContainerSpec;
using S = ServiceReader;

}  // namespace

const S::Key S::keys[] = {
    {"blkio_config", &S::blkio_config},
    {"build", &S::build},
    {"cap_add", &S::unique_texts<&Spec::cap_add>},
    {"cap_drop", &S::unique_texts<&Spec::cap_drop>},
    {"cgroup", &S::text<&Spec::cgroup>},
    {"cgroup_parent", &S::text<&Spec::cgroup_parent>},
    {"command", &S::command},
    {"configs", &S::configs},
    {"cpu_shares", &S::number<&Spec::cpu_shares>},
    {"cpus", &S::cpus},
    {"cpuset", &S::text<&Spec::cpuset>},
    {"credential_spec", &S::credential_spec},
    {"deploy", &S::deploy},
    {"develop", &S::develop},
    {"device_cgroup_rules", &S::texts<&Spec::device_cgroup_rules>},
    {"devices", &S::devices},
    {"dns", &S::unique_texts<&Spec::dns>},
    {"entrypoint", &S::entrypoint},
    {"env_file", &S::env_file},
    {"environment", &S::environment},
    {"expose", &S::unique_texts<&Spec::expose>},
    {"extra_hosts", &S::extra_hosts},
    {"gpus", &S::gpus},
    {"group_add", &S::texts<&Spec::group_add>},
    {"healthcheck", &S::healthcheck},
    {"image", &S::text<&Spec::image>},
    {"init", &S::flag<&Spec::init>},
    {"ipc", &S::text<&Spec::ipc>},
    {"label_file", &S::label_file},
    {"labels", &S::labels},
    {"links", &S::links},
    {"logging", &S::logging},
    {"mem_limit", &S::bytes<&Spec::mem_limit>},
    {"mem_reservation", &S::bytes<&Spec::mem_reservation>},
    {"mem_swappiness", &S::bytes<&Spec::mem_swappiness>},
    {"memswap_limit", &S::bytes<&Spec::memswap_limit>},
    {"network_mode", &S::text<&Spec::network_mode>},
    {"networks", &S::networks},
    {"oom_kill_disable", &S::flag<&Spec::oom_kill_disable>},
    {"oom_score_adj", &S::number<&Spec::oom_score_adj>},
    {"pid", &S::text<&Spec::pid>},
    {"pids_limit", &S::number<&Spec::pids_limit>},
    {"platform", &S::text<&Spec::platform>},
    {"ports", &S::ports},
    {"post_start", &S::post_start},
    {"pre_start", &S::pre_start},
    {"pre_stop", &S::pre_stop},
    {"privileged", &S::flag<&Spec::privileged>},
    {"profiles", &S::unique_texts<&Spec::profiles>},
    {"provider", &S::provider},
    {"pull_policy", &S::text<&Spec::pull_policy>},
    {"read_only", &S::flag<&Spec::read_only>},
    {"restart", &S::text<&Spec::restart>},
    {"runtime", &S::text<&Spec::runtime>},
    {"secrets", &S::secrets},
    {"security_opt", &S::security_opt},
    {"shm_size", &S::bytes<&Spec::shm_size>},
    {"stop_signal", &S::text<&Spec::stop_signal>},
    {"storage_opt", &S::storage_opt},
    {"sysctls", &S::assignments<&Spec::sysctls>},
    {"tmpfs", &S::tmpfs},
    {"ulimits", &S::ulimits},
    {"use_api_socket", &S::flag<&Spec::use_api_socket>},
    {"user", &S::text<&Spec::user>},
    {"userns_mode", &S::text<&Spec::userns_mode>},
    {"uts", &S::text<&Spec::uts>},
    {"volumes", &S::volumes},
    {"volumes_from", &S::texts<&Spec::volumes_from>},
    {"working_dir", &S::text<&Spec::working_dir>},
};

std::span<const S::Key> S::all_keys() {
  return keys;
}

void ServiceReader::read() {
  spec_.surface = Surface::compose;
  spec_.name = entry_.key;
  spec_.at = loader_.key_at(entry_);
  spec_.project = &context_.project;
  const Node& service = *entry_.value;
  if (!service.is_mapping()) {
    context_.project.services.push_back(std::move(owned_));
    return;
  }
  const Node* deployed = nullptr;
  for_each_pair(service, [&](const Pair& pair) {
    note_stack(pair);
    if (pair.key == "deploy") {
      deployed = pair.value;  // after the rest: its limits win
    } else if (pair.key == "cpu_quota") {
      cpu_quota_ = pair.value;
    } else if (pair.key == "cpu_period") {
      cpu_period_ = pair.value;
    } else {
      const auto key = std::ranges::lower_bound(all_keys(), pair.key, {}, &Key::name);
      if (key != all_keys().end() && key->name == pair.key) (this->*key->read)(*pair.value);
    }
  });
  if (deployed != nullptr) deploy(*deployed);
  finish();
  note_hyphens();
  context_.project.services.push_back(std::move(owned_));
}

void ServiceReader::finish() {
  if (!spec_.nano_cpus.written() && cpu_quota_ != nullptr) {
    const auto quota = integer_of(*cpu_quota_);
    const auto period = cpu_period_ == nullptr ? 100'000 : integer_of(*cpu_period_).value_or(0);
    if (cpu_quota_->unresolved || (quota && *quota > 0)) {
      const double share =
          period > 0 ? static_cast<double>(quota.value_or(0)) / static_cast<double>(period) : 0;
      spec_.nano_cpus =
          located(static_cast<std::int64_t>(std::llround(std::min(share, 1e9) * 1e9)), *cpu_quota_);
    }
  }
  // Compose makes the mounts of `volumes` first; a tmpfs on the same path is refused.
  std::ranges::move(tmpfs_, std::back_inserter(spec_.mounts));
}

void ServiceReader::note_stack(const Pair& pair) {
  if (pair.key.starts_with("x-") || stack_honours(pair.key)) return;
  context_.project.stack_ignored.push_back(
      {.service = spec_.name, .key = std::string(pair.key), .at = loader_.key_at(pair)});
}

void ServiceReader::note_hyphens() {
  for (const auto& [file, span] : loader_.hyphen_uses()) {
    // Each use lies in one service of its own file.
    const Node& service = *entry_.value;
    if (service.file != file || span.begin < service.span.begin || span.end > service.span.end) {
      continue;
    }
    const Location place{.source = &loader_.source_of(file), .span = span};
    spec_.obsolete.push_back({.kind = ObsoleteSpelling::Kind::hyphen_in_variable,
                              .text = std::string(place.text()),
                              .at = place});
  }
}

void read_service(const Pair& entry, ServiceContext& context) {
  ServiceReader(entry, context).read();
}

}  // namespace plimsoll::compose
