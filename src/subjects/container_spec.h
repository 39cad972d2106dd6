// ContainerSpec: what a container will run with, whichever surface said so. A compose service, a
// `docker run` line, the output of `docker inspect` and an API create request all become one of
// these before any rule looks, so that one rule serves all four.
//
// Values are effective values (see located.h): a field that nobody wrote holds the engine's default
// and Layer::engine. Field names are the compose words; docs/glossary.md has the other spellings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/image_reference.h"
#include "subjects/located.h"

namespace plimsoll {

enum class Surface : std::uint8_t { compose, run_line, inspect, create_request };

struct ComposeProject;
struct Daemon;
struct Dockerfile;
struct RunningProcess;

// A mount of any spelling: `-v`, `--mount`, `--tmpfs`, `volumes:`, `tmpfs:`, Binds, Mounts, Tmpfs.
struct Mount {
  enum class Type : std::uint8_t { bind, volume, tmpfs, npipe, cluster, image };
  Type type = Type::volume;
  // bind: the host path as the engine gets it (relative compose paths are joined to the project
  // directory only by name: "./data" stays "./data"); volume: the volume's name, "" if anonymous.
  std::string source;
  std::string target;  // the path in the container
  bool read_only = false;
  std::string propagation;  // "", "private", "rprivate", "shared", "rshared", "slave", "rslave"
  std::string selinux;      // "", "z", "Z"
  // tmpfs: its mount options as written ("noexec", "size=64m", "mode=1777"), from any spelling.
  std::vector<std::string> options;
  // volume: the driver and driver options of the volume it names, where they are at hand (the
  // compose file's top-level `volumes:`, a `volume-opt`): {"type=none", "o=bind", "device=/"}.
  std::string driver;
  std::vector<std::string> driver_options;
  bool external = false;    // volume: created outside this project, its options are unknown
  bool from_image = false;  // an anonymous volume that the image's VOLUME asks for
  Location at;
  // Where the source and the mode are written, when that is narrower than `at`.
  Location source_at;
  Layer layer = Layer::engine;
  bool unresolved = false;  // the source or the target holds what cannot be known here
};

// One published port or range. `published` empty: a random host port.
struct Port {
  std::string host_ip;    // "" means all interfaces (the daemon's default address)
  std::string published;  // "8080", "8000-8010" or ""
  std::string target;     // "80" or "80-90"
  std::string protocol;   // "tcp", "udp", "sctp"
  Location at;
  Layer layer = Layer::engine;
  bool unresolved = false;
};

struct Device {
  std::string host_path;  // "/dev/snd"; a CDI name ("vendor.com/class=name") or "gpus" as written
  std::string container_path;
  std::string permissions = "rwm";
  Location at;
  Layer layer = Layer::engine;
  bool permissions_written = false;
  bool unresolved = false;
};

struct Ulimit {
  std::string name;        // "nofile", "nproc", …
  std::int64_t soft = -1;  // -1: unlimited
  std::int64_t hard = -1;
  Location at;
  Layer layer = Layer::engine;
};

struct EnvironmentVariable {
  std::string name;
  std::optional<std::string> value;  // nothing: passed through from the caller's environment
  Location at;                       // the whole entry
  Location value_at;                 // the value alone; it is never printed when it looks secret
  Layer layer = Layer::engine;
  bool from_file = false;  // from an env_file
  bool unresolved = false;
};

struct Label {
  std::string name;
  std::string value;
  Location at;
  Layer layer = Layer::engine;
};

struct Network {
  std::string name;  // the key in the project, the name on the run line
  bool internal = false;
  bool external = false;
  Location at;
};

struct SecretOrConfig {
  std::string source;
  std::string target;
  bool is_config = false;
  Location at;
};

struct Healthcheck {
  bool defined = false;           // somebody defined one
  bool disabled = false;          // `disable: true`, test NONE, --no-healthcheck
  std::vector<std::string> test;  // as the engine gets it: {"CMD", "curl", …} or {"CMD-SHELL", "…"}
};

// A spelling that old guidelines teach and that no longer works or never meant what they say. The
// readers note it where they understand the text all the same; rule `obsolete-advice` explains it.
struct ObsoleteSpelling {
  enum class Kind : std::uint8_t {
    security_opt_colon,    // --security-opt label:level:s0, apparmor:profile, seccomp:unconfined
    lxc_conf,              // -lxc-conf, --lxc-conf
    lxc_exec_driver,       // docker -d -e lxc, --exec-driver
    daemon_flag,           // docker -d, docker daemon
    device_mapper_size,    // --storage-opt dm.basesize on the daemon
    split_tmpfs_argument,  // --tmpfs /tmp:rw ,noexec,nosuid : the blank splits the argument
    hyphen_in_variable,    // $CONTAINER-PORT: interpolates $CONTAINER and appends -PORT
    single_dash_long,      // -privileged, -rm, -name
    content_trust,  // DOCKER_CONTENT_TRUST=1: Docker Hub's official images are no longer signed so
    links,          // --link, links:
    cpuset_alias,   // --cpuset (now --cpuset-cpus)
    net_alias,      // --net (now --network)
    compose_version_key,  // the top-level `version:` of compose files
  };
  Kind kind = Kind::security_opt_colon;
  std::string text;
  Location at;
};

// A program that runs in the container beside its main process, with a privilege of its own:
// compose lifecycle hooks (post_start, pre_stop) and develop.watch exec.
struct Hook {
  std::string name;  // "post_start", "pre_stop", "develop.watch"
  Located<bool> privileged;
  Located<std::string> user;
};

// A flag as a run line has it: for whoever changes the line.
struct WrittenFlag {
  Location at;        // the flag's name with its dashes; one letter of several behind one dash
  Location value_at;  // its value; the flag itself when it has none
};

struct ContainerSpec {
  Surface surface = Surface::run_line;
  std::string name;  // the service's or the container's name, "" when it has none
  // Where the container is declared: the service's key, the words `docker run`, the object's start.
  // A finding about something absent is placed here.
  Location at;

  Located<std::string> image;  // "" when only `build` says what runs
  // `image` taken apart, where it is known and valid. Readers set it by resolve_image
  // (effective.h).
  std::optional<ImageReference> image_reference;
  Located<std::string> platform;
  Located<std::string> pull_policy;
  // True when the image is built by this project (compose `build:`), so `image` is only its name.
  bool builds_image = false;
  // The service of the same project that builds the image which this one runs by its name.
  const ContainerSpec* image_builder = nullptr;

  // --- privileges -------------------------------------------------------------------------------
  Located<bool> privileged;
  Located<bool> build_privileged;  // compose build.privileged
  std::vector<Located<std::string>> build_entitlements;
  std::vector<Hook> hooks;
  // As written ("sys_admin", "CAP_SYS_ADMIN", "ALL"): rules/support/capabilities.h folds the
  // spellings.
  std::vector<Located<std::string>> cap_add;
  std::vector<Located<std::string>> cap_drop;
  // The security options, as written and taken apart.
  std::vector<Located<std::string>> security_opt;
  Located<bool> no_new_privileges;
  Located<std::string> seccomp;  // "" default profile, "unconfined", a path, or JSON
  // What a profile that was read allows: filled where the profile's text was at hand.
  enum class SeccompProfile : std::uint8_t { unread, default_deny, default_allow, empty };
  SeccompProfile seccomp_profile = SeccompProfile::unread;
  Located<std::string> apparmor;                    // "" default, "unconfined", a profile's name
  std::vector<Located<std::string>> selinux_label;  // the parts after `label=`: "disable", "type:…"
  // Masked and read-only kernel paths are switched off (systempaths=unconfined, MaskedPaths: []).
  Located<bool> systempaths_unconfined;
  Located<bool> use_api_socket;
  std::vector<Located<std::string>> credential_specs;

  // --- namespaces -------------------------------------------------------------------------------
  // "" is the default; "host", "private", "shareable", "none", "container:ID", "service:NAME", …
  Located<std::string> pid;
  Located<std::string> ipc;
  Located<std::string> uts;
  Located<std::string> userns_mode;
  Located<std::string> cgroup;  // cgroup namespace: "host", "private"
  Located<std::string> cgroup_parent;
  Located<std::string> network_mode;
  std::vector<Network> networks;  // without the implicit default network of a compose project

  // --- network ----------------------------------------------------------------------------------
  std::vector<Port> ports;
  // Of a running container, what its engine says it really publishes: with an address and a number
  // for each, and nothing at all on an engine without a bridge, whatever `ports` asks for.
  std::optional<std::vector<Port>> ports_in_force;
  Located<bool> publish_all;  // -P
  std::vector<Located<std::string>> expose;
  std::vector<Located<std::string>> links;
  std::vector<Located<std::string>> extra_hosts;
  std::vector<Located<std::string>> dns;

  // --- files and devices ------------------------------------------------------------------------
  Located<bool> read_only;
  std::vector<Mount> mounts;
  std::vector<Located<std::string>> volumes_from;
  std::vector<Device> devices;
  std::vector<Located<std::string>> device_cgroup_rules;
  std::vector<Located<std::string>>
      device_requests;                            // gpus, deploy…devices: "all", "driver=nvidia"
  std::vector<Located<std::string>> storage_opt;  // "size=10G"

  // --- resources; bytes, whole CPUs times 1e9, counts; 0 means no limit --------------------------
  Located<std::int64_t> mem_limit;
  Located<std::int64_t> mem_reservation;
  Located<std::int64_t> memswap_limit;  // memory plus swap; -1 unlimited, 0 unset (twice mem_limit)
  Located<std::int64_t> mem_swappiness;
  Located<std::int64_t> nano_cpus;  // --cpus, deploy…limits.cpus, cpu_quota over cpu_period
  Located<std::int64_t> cpu_reservation;
  Located<std::int64_t> cpu_shares;
  Located<std::string> cpuset;
  Located<std::int64_t> pids_limit;  // -1 and 0: unlimited
  std::vector<Ulimit> ulimits;
  Located<std::int64_t> shm_size;
  std::vector<Located<std::string>> blkio;  // every weight, bps and iops setting, as written
  Located<bool> oom_kill_disable;
  Located<std::int64_t> oom_score_adj;
  std::vector<Located<std::string>> sysctls;  // "net.core.somaxconn=1024"

  // --- process ----------------------------------------------------------------------------------
  // "" with Layer::image and unresolved: the image decides and it is not known here what.
  Located<std::string> user;
  std::vector<Located<std::string>> group_add;
  // As the engine gets it; a shell-form string is one element.
  Located<std::vector<std::string>> entrypoint;
  Located<std::vector<std::string>> command;
  Located<std::string> working_dir;
  Located<std::string> stop_signal;
  Located<bool> init;
  Located<std::string> runtime;
  Located<std::string> restart;  // "", "no", "always", "on-failure[:N]", "unless-stopped"
  Located<bool> auto_remove;     // --rm
  Located<Healthcheck> healthcheck;
  Located<std::string> log_driver;
  std::vector<Located<std::string>> log_options;  // "max-size=10m"

  std::vector<EnvironmentVariable> environment;
  std::vector<SecretOrConfig> secrets;
  std::vector<Label> labels;
  Located<std::string> provider;  // compose `provider.type`: a host program that runs
  std::vector<Located<std::string>> profiles;

  std::vector<ObsoleteSpelling> obsolete;
  std::vector<WrittenFlag> flags;  // run lines only, in the order of the line

  // Part of the settings cannot be known here, as in `docker run $OPTIONS nginx`: anything that is
  // not written may be set all the same. What is written is still judged; what is absent is not.
  // Every field that holds a default is then `unresolved`, and a rule that looks for a missing
  // entry of a list (cap_drop, ulimits, tmpfs mounts) must ask for this flag first. Set for the
  // command line of a daemon, too, where only `obsolete` says something.
  bool options_unresolved = false;

  // The compose project that the service belongs to; null elsewhere. It outlives the spec.
  const ComposeProject* project = nullptr;
  // The Dockerfile that builds the image, where it was found, and which of its stages; it outlives
  // the spec.
  const Dockerfile* dockerfile = nullptr;
  std::size_t dockerfile_stage = 0;

  // Of a container that an audit looks at: the engine that it belongs to, and, while it runs, what
  // the kernel says of it (running_process.h; apply() has laid that over the settings above). Null
  // elsewhere. Both outlive the spec.
  const Daemon* daemon = nullptr;
  const RunningProcess* process = nullptr;
  std::int64_t process_id = 0;  // its main process, as the host counts; 0: it does not run

  // `service "web"`, `container "web"` or `the container`: how messages call it.
  std::string label() const;
  // The value of a label, or nothing.
  std::optional<std::string_view> label_value(std::string_view name) const;
};

}  // namespace plimsoll
