#include "rules/support/image_privileges.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/words.h"
#include "rules/support/capabilities.h"
#include "rules/support/host_paths.h"
#include "rules/support/image_accounts.h"
#include "rules/support/known_images.h"
#include "rules/support/ports.h"
#include "rules/support/services.h"
#include "rules/support/users.h"

namespace plimsoll::rules {
namespace {

// Images whose whole work needs a powerful capability or a device.
struct Purpose {
  std::string_view name;
  std::string_view capability;
  std::string_view source;
};

constexpr Purpose purposes[] = {
    {"tailscale/tailscale", "NET_ADMIN", "tailscale.com, Docker: kernel networking"},
    {"qmcgaw/gluetun", "NET_ADMIN", "github.com/qdm12/gluetun, README"},
    {"linuxserver/wireguard", "NET_ADMIN", "docs.linuxserver.io, docker-wireguard"},
    {"wg-easy/wg-easy", "NET_ADMIN", "github.com/wg-easy/wg-easy, docker-compose.yml"},
    {"kylemanna/openvpn", "NET_ADMIN", "github.com/kylemanna/docker-openvpn, README"},
    {"pihole/pihole", "NET_ADMIN", "github.com/pi-hole/docker-pi-hole, README: DHCP"},
    {"netdata/netdata", "SYS_PTRACE", "learn.netdata.cloud, Docker"},
    {"netdata/netdata", "SYS_ADMIN", "learn.netdata.cloud, Docker"},
    {"gcr.io/cadvisor/cadvisor", "/dev/kmsg", "github.com/google/cadvisor, README: OOM events"},
};

struct Engine {
  std::string_view name;
  std::string_view tag_holds = {};
  std::string_view tag_lacks = {};
  std::string_view source;
};

constexpr Engine engines[] = {
    {.name = "docker",
     .tag_holds = "dind",
     .source = "github.com/docker-library/docs, docker/content.md: --privileged, rootless too"},
    {.name = "rancher/k3s", .source = "docs.k3s.io, K3s in Docker"},
    {.name = "kindest/node", .source = "kind.sigs.k8s.io, design"},
    {.name = "moby/buildkit",
     .tag_lacks = "rootless",
     .source = "github.com/moby/buildkit, README: containerizing BuildKit"},
};

// The name without the registry of a copy: official images elsewhere, and GitHub's and
// LinuxServer's registries, where these projects publish under the same name.
std::string name_of(const ImageReference& reference) {
  std::string name = reference.name;
  for (const std::string_view copy : {"public.ecr.aws/docker/library/", "mirror.gcr.io/library/",
                                      "quay.io/docker/library/", "lscr.io/", "ghcr.io/"}) {
    if (name.starts_with(copy)) return name.substr(copy.size());
  }
  return name;
}

// The image's own entrypoint runs: what the table says of it holds.
bool keeps_entrypoint(const ContainerSpec& spec) {
  return !spec.entrypoint.written();
}

bool is_other_user(const Located<std::string>& user) {
  return !user.unresolved && !user.value.empty() && !is_root(user.value);
}

bool publishes_low(const ContainerSpec& spec) {
  return std::ranges::any_of(spec.ports, [](const Port& port) { return is_low_port(port.target); });
}

bool listens_low(const ContainerSpec& spec) {
  return publishes_low(spec) ||
         std::ranges::any_of(spec.expose, [](const auto& port) { return is_low_port(port.value); });
}

// An SSH server that an image exposes is to go (ssh-server), and a port is not all that it would
// need.
bool binds_low(const ContainerSpec& spec) {
  return publishes_low(spec) || std::ranges::any_of(spec.expose, [](const auto& port) {
           return is_low_port(port.value) && !is_one_of(port.value, {"22", "22/tcp"});
         });
}

// Whether the account may write what is mounted there, as far as it shall be written.
bool fits_account(const Mount& mount, const KnownImage& image) {
  switch (mount.type) {
    case Mount::Type::tmpfs:
    case Mount::Type::image: return true;
    case Mount::Type::bind:
      // Its files have owners of the host. A socket asks for rights even where it is read-only.
      return mount.read_only && !mount.source.contains(".sock");
    case Mount::Type::volume:
      return mount.read_only || std::ranges::any_of(image.owned, [&](std::string_view owned) {
               return same_or_below(mount.target, owned);
             });
    case Mount::Type::npipe:
    case Mount::Type::cluster: return false;
  }
  return false;
}

// A bare distribution that is given writable files is there to work on them, whoever owns them:
// cp -a, tar, chown. Without these three it fails half-way.
constexpr std::string_view works_on_files = "CHOWN DAC_OVERRIDE FOWNER";
constexpr std::string_view distributions[] = {"alpine", "almalinux", "amazonlinux", "busybox",
                                              "debian", "fedora",    "rockylinux",  "ubuntu"};

bool is_tool_on_files(const ContainerSpec& spec) {
  const ImageReference* const image = pulled_image(spec);
  if (!image || std::ranges::find(distributions, name_of(*image)) == std::end(distributions)) {
    return false;
  }
  return std::ranges::any_of(spec.mounts, [](const Mount& mount) {
    const bool has_files = mount.type == Mount::Type::bind || mount.type == Mount::Type::volume;
    return has_files && !mount.read_only;
  });
}

// The capabilities that the container starts with; nothing when it is not known what the image
// does.
std::optional<std::string_view> capabilities_of_start(const ContainerSpec& spec) {
  const ImageReference* const image = image_or_base(spec);
  const KnownImage* const row = image ? known_image(*image) : nullptr;
  const std::string_view of_its_program = row == nullptr ? std::string_view() : row->of_its_program;
  if (is_other_user(spec.user)) return of_its_program;
  const bool image_decides = spec.user.value.empty();
  if (!image || (spec.user.unresolved && !image_decides)) return std::nullopt;
  if (image_decides && user_of(*image) == ImageUser::non_root) return of_its_program;
  if (row == nullptr || !row->capabilities) {
    return is_tool_on_files(spec) ? std::optional(works_on_files) : std::nullopt;
  }
  if (!row->capabilities->empty() && !keeps_entrypoint(spec)) return std::nullopt;
  return row->capabilities;
}

bool adds(const ContainerSpec& spec, std::string_view capability) {
  return std::ranges::any_of(spec.cap_add, [&](const Located<std::string>& entry) {
    return capability_name(entry.value) == capability;
  });
}

// What is dropped becomes ALL.
std::vector<Change> drop_all(const ContainerSpec& spec, std::string_view comment) {
  const bool in_one_file =
      std::ranges::all_of(spec.cap_drop, [&](const Located<std::string>& entry) {
        return entry.at.known() && entry.at.source == spec.at.source;
      });
  if (spec.cap_drop.empty() || !in_one_file) {
    return {change::add("cap_drop", "ALL", std::string(comment))};
  }
  std::vector<Change> changes{change::rewrite(spec.cap_drop.front().at, "ALL")};
  for (std::size_t i = 1; i < spec.cap_drop.size(); ++i) {
    changes.push_back(change::remove(spec.cap_drop[i].at));
  }
  return changes;
}

}  // namespace

std::string_view startable_ids(const ContainerSpec& spec) {
  const ImageReference* const image = pulled_image(spec);
  if (!image || spec.options_unresolved || !keeps_entrypoint(spec)) return {};
  const KnownImage* const row = known_image(*image);
  if (row == nullptr || row->owned.empty()) return {};
  const std::optional<ImageAccount> account = account_of(*image);
  if (!account) return {};
  const Located<std::string>& user = spec.user;
  if (is_other_user(user) || (user.unresolved && !user.value.empty())) return {};
  const bool asks_for_root = !spec.volumes_from.empty() || !spec.devices.empty() ||
                             !spec.secrets.empty() || listens_low(spec);
  if (asks_for_root) return {};
  const bool fits = std::ranges::all_of(
      spec.mounts, [&](const Mount& mount) { return fits_account(mount, *row); });
  return fits ? account->ids : std::string_view();
}

std::vector<Change> least_capabilities(const ContainerSpec& spec) {
  const std::string_view ids = startable_ids(spec);
  if (!ids.empty()) {
    std::vector<Change> changes = drop_all(spec, {});
    changes.push_back(change::set("user", spec.user, std::string(ids)));
    return changes;
  }
  const std::optional<std::string_view> needed = capabilities_of_start(spec);
  std::vector<Change> changes =
      drop_all(spec, needed ? "" : "then add with cap_add what the program is seen to need");
  const auto give = [&](std::string_view name) {
    if (!adds(spec, name)) changes.push_back(change::add("cap_add", std::string(name)));
  };
  bool binds = false;
  for (const std::string_view name : split(needed.value_or(""), ' ')) {
    if (name.empty()) continue;
    give(name);
    binds = binds || name == "NET_BIND_SERVICE";
  }
  if (!binds && binds_low(spec)) give("NET_BIND_SERVICE");
  return changes;
}

bool runs_engine(const ContainerSpec& spec) {
  const ImageReference* const image = pulled_image(spec);
  if (!image) return false;
  const std::string name = name_of(*image);
  return std::ranges::any_of(engines, [&](const Engine& row) {
    return row.name == name && image->tag.contains(row.tag_holds) &&
           (row.tag_lacks.empty() || !image->tag.contains(row.tag_lacks));
  });
}

bool is_made_for(const ContainerSpec& spec, std::string_view capability) {
  const ImageReference* const image = pulled_image(spec);
  if (!image) return false;
  const std::string name = name_of(*image);
  return std::ranges::any_of(purposes, [&](const Purpose& row) {
    return row.name == name && row.capability == capability;
  });
}

}  // namespace plimsoll::rules
