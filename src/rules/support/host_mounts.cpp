#include "rules/support/host_mounts.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

// How grave a mount of a path is, writable and read-only; nothing: no finding.
using Grade = std::optional<Severity>;
constexpr Grade none = std::nullopt;
constexpr Grade low = Severity::low;
constexpr Grade medium = Severity::medium;
constexpr Grade high = Severity::high;
constexpr Grade critical = Severity::critical;

struct Entry {
  std::string_view path;  // normal
  Grade writable;         // the path itself or a directory that contains it
  Grade read_only;
  Grade below_writable;  // what lies in it and has no entry of its own
  Grade below_read_only;
  std::string_view why;
  std::string_view why_below = {};  // where it differs

  constexpr Grade grade(bool only_read) const { return only_read ? read_only : writable; }
  constexpr Grade grade_below(bool only_read) const {
    return only_read ? below_read_only : below_writable;
  }
};

// The nearest entry that a path is or lies below decides. Why the read-only grades are what they
// are: reading is the whole point of mounting time zones, certificate stores, logs and kernel
// modules, and what they hold is public; keys, password hashes, other containers' files and
// everybody's homes are not.
constexpr auto entries = std::to_array<Entry>({
    {"/", critical, high, none, none, "every file of the host, the engine's socket with them"},
    {"/dev", critical, critical, none, none,
     "every device and terminal of the host; read-only does not apply to devices"},
    {"/dev/shm", medium, medium, low, low, "the shared memory of the host's processes"},
    {"/dev/pts", high, high, high, high, "the terminals of the host's users"},
    {"/dev/mqueue", medium, low, low, none, "the message queues of the host's processes"},
    {"/proc", critical, medium, medium, low, "the host's processes and kernel settings"},
    {"/sys", critical, low, high, low, "the host's kernel and devices"},
    {"/etc", critical, high, low, none, "the host's configuration, its accounts and keys",
     "a part of the host's configuration"},
    {"/etc/adjtime", low, none, low, none, "the host's clock settings"},
    {"/etc/alternatives", high, none, high, none, "which programs the host runs"},
    {"/etc/ca-certificates", medium, none, medium, none,
     "the certificate authorities that the host trusts"},
    {"/etc/containerd", critical, low, critical, low, "the configuration of the container engine"},
    {"/etc/containers", critical, low, critical, low, "the configuration of the container engine"},
    {"/etc/cron.d", critical, low, critical, low, "programs that the host starts as root"},
    {"/etc/cron.daily", critical, low, critical, low, "programs that the host starts as root"},
    {"/etc/crontab", critical, low, critical, low, "programs that the host starts as root"},
    {"/etc/docker", critical, medium, critical, medium,
     "the configuration and keys of the container engine"},
    {"/etc/group", critical, none, critical, none, "the host's accounts"},
    {"/etc/gshadow", critical, high, critical, high, "the host's password hashes"},
    {"/etc/hostname", low, none, low, none, "the host's name"},
    {"/etc/hosts", medium, none, medium, none, "how the host resolves names"},
    {"/etc/init.d", critical, none, critical, none, "programs that the host starts as root"},
    {"/etc/kubernetes", critical, high, critical, high, "the credentials of the cluster"},
    {"/etc/ld.so.preload", critical, low, critical, low,
     "libraries that every program of the host loads"},
    {"/etc/letsencrypt", none, none, none, none, ""},
    {"/etc/localtime", low, none, low, none, "the host's time zone"},
    {"/etc/machine-id", low, none, low, none, "the host's identity"},
    {"/etc/os-release", low, none, low, none, "the host's description"},
    {"/etc/pam.d", critical, low, critical, low, "how the host authenticates"},
    {"/etc/passwd", critical, none, critical, none, "the host's accounts"},
    {"/etc/pki", high, medium, high, none, "the certificates and keys of the host"},
    {"/etc/pki/ca-trust", medium, none, medium, none,
     "the certificate authorities that the host trusts"},
    {"/etc/pki/tls/certs", medium, none, medium, none,
     "the certificate authorities that the host trusts"},
    {"/etc/profile.d", critical, none, critical, none, "programs that the host's users start"},
    {"/etc/resolv.conf", medium, none, medium, none, "how the host resolves names"},
    {"/etc/shadow", critical, high, critical, high, "the host's password hashes"},
    {"/etc/ssh", critical, high, critical, high, "the host's SSH keys and settings"},
    {"/etc/ssl", high, medium, high, medium, "the certificates and keys of the host"},
    {"/etc/ssl/certs", medium, none, medium, none,
     "the certificate authorities that the host trusts"},
    {"/etc/sudoers", critical, high, critical, high, "who may become root on the host"},
    {"/etc/sudoers.d", critical, high, critical, high, "who may become root on the host"},
    {"/etc/systemd", critical, low, critical, low, "programs that the host starts as root"},
    {"/etc/timezone", low, none, low, none, "the host's time zone"},
    {"/boot", critical, medium, critical, medium, "the host's kernel and boot loader"},
    {"/usr", critical, low, high, none, "the host's programs and libraries"},
    {"/usr/bin", critical, low, high, none, "the host's programs"},
    {"/usr/sbin", critical, low, high, none, "the host's programs"},
    {"/usr/lib", critical, low, high, none, "the host's programs and libraries"},
    {"/usr/lib32", critical, low, high, none, "the host's libraries"},
    {"/usr/lib64", critical, low, high, none, "the host's libraries"},
    {"/usr/lib/modules", high, none, high, none, "modules that the host's kernel loads"},
    {"/usr/local", high, none, low, none, "programs of the host"},
    {"/usr/local/bin", critical, none, high, none, "programs of the host"},
    {"/usr/share", high, none, low, none, "data of the host's programs"},
    {"/usr/src", low, none, low, none, "the sources of the host's kernel"},
    {"/home", critical, high, none, none, "the files and keys of all users of the host"},
    {"/Users", critical, high, none, none, "the files and keys of all users of the host"},
    {"/var", critical, high, none, none, "the host's state, with the engine's data and socket"},
    {"/var/lib", critical, high, none, none,
     "the state of the host's services, with the engine's data"},
    {"/var/lib/docker", critical, high, high, medium, "the files of every image and container"},
    {"/var/lib/docker/containers", critical, medium, high, low,
     "the settings and logs of every container"},
    {"/var/lib/docker/volumes", critical, high, low, none, "the data of every volume",
     "the data of a volume, past the engine"},
    {"/var/lib/containerd", critical, high, high, medium, "the files of every image and container"},
    {"/var/lib/containers", critical, high, high, medium, "the files of every image and container"},
    {"/var/lib/kubelet", critical, high, high, medium, "the files and credentials of every pod"},
    {"/var/snap/docker", critical, high, high, medium, "the files of every image and container"},
    {"/var/log", medium, none, none, none,
     "the host's logs, which could be changed to hide an attack"},
    {"/var/log/journal", medium, none, medium, none,
     "the host's logs, which could be changed to hide an attack"},
    {"/var/spool/cron", critical, low, critical, low, "programs that the host starts as root"},
    {"/run/dbus", high, high, high, high,
     "the system bus, over which root controls the host's services"},
    {"/run/libvirt", high, high, high, high, "control of the host's virtual machines"},
    {"/run/log", medium, none, medium, none,
     "the host's logs, which could be changed to hide an attack"},
    {"/run/snapd.socket", high, high, high, high, "control of the host's packages"},
    {"/run/systemd", high, medium, low, none, "control of the host's services"},
    {"/run/systemd/private", high, high, high, high, "control of the host's services"},
    {"/run/udev", low, none, low, none, "the host's record of its devices"},
    {"c:", critical, high, none, none, "every file of the host's drive"},
    {"c:/windows", critical, high, critical, medium, "the host's system"},
    {"c:/users", critical, high, none, none, "the files and keys of all users of the host"},
    {"c:/program files", critical, low, high, none, "the host's programs"},
    {"c:/programdata", critical, high, none, none, "the state of the host's services"},
    {"c:/programdata/docker", critical, high, high, medium,
     "the files of every image and container"},
});

constexpr auto socket_names = std::to_array<std::string_view>({
    "docker.sock",
    "docker.proxy.sock",
    "docker.raw.sock",
    "docker.sock.raw",
    "docker-cli.sock",
    "containerd.sock",
    "podman.sock",
    "crio.sock",
    "buildkitd.sock",
    "dockershim.sock",
    "cri-dockerd.sock",
    "docker-engine.sock",
});

// Directories whose one interesting content is an engine's socket.
constexpr auto socket_directories = std::to_array<std::string_view>({
    "/run",
    "/run/docker",
    "/run/containerd",
    "/run/podman",
    "/run/crio",
    "/run/buildkit",
    "/run/docker/containerd",
    "/run/k3s/containerd",
});

bool is_windows_path(std::string_view path) {
  return path.size() >= 2 && path[1] == ':';
}

bool names_engine_socket(std::string_view path) {
  const std::string_view name = last_part(path);
  if (name.find(".sock") == std::string_view::npos) return false;
  for (const std::string_view socket : socket_names) {
    if (name == socket) return true;
  }
  return false;
}

HostExposure judge_sockets(const HostMount& mount) {
  if (names_engine_socket(mount.path)) {
    return {HostArea::engine_socket, Severity::critical, "whoever reaches it is root on the host"};
  }
  // `${DOCKER_SOCK}:/var/run/docker.sock`: where the socket lies is not known, what it is, is.
  if (mount.unresolved && names_engine_socket(mount.mount->target)) {
    return {HostArea::engine_socket, Severity::critical, "whoever reaches it is root on the host"};
  }
  if (mount.unresolved) return {};
  for (const std::string_view directory : socket_directories) {
    if (mount.path != directory) continue;
    return {HostArea::engine_socket, Severity::critical,
            "the engine's socket lies in it, and whoever reaches that is root on the host"};
  }
  // /run/user, /run/user/1000: a rootless engine's socket may lie there.
  if (mount.path == "/run/user" || (mount.path.starts_with("/run/user/") &&
                                    all_digits(std::string_view(mount.path).substr(10)))) {
    return {HostArea::engine_socket, Severity::high,
            "the socket of a rootless engine may lie in it"};
  }
  return {};
}

// What in a home directory is a secret or is run when the user logs in.
HostExposure judge_home(std::string_view rest, bool read_only) {
  if (rest.empty()) {
    return {HostArea::sensitive, read_only ? Severity::high : Severity::critical,
            "a user's files, keys and login scripts"};
  }
  for (const std::string_view secret :
       {".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".config/gcloud", ".netrc",
        ".git-credentials", ".pgpass", ".password-store", ".vault-token"}) {
    if (!same_or_below(rest, secret)) continue;
    if (rest.ends_with(".pub") || rest.ends_with("/known_hosts")) return {};
    return {HostArea::sensitive, Severity::high, "a user's keys and credentials"};
  }
  for (const std::string_view script :
       {".bashrc", ".bash_profile", ".profile", ".zshrc", ".config/systemd", ".config/autostart"}) {
    if (!same_or_below(rest, script) || read_only) continue;
    return {HostArea::sensitive, Severity::high, "programs that start when the user logs in"};
  }
  if (rest == ".config" && !read_only) {
    return {HostArea::sensitive, Severity::medium, "a user's settings and credentials"};
  }
  return {};
}

// Kernel switches that S1 lists: they stay masked or read-only.
bool is_kernel_switch(std::string_view path) {
  for (const std::string_view directory :
       {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/acpi", "/proc/scsi"}) {
    if (same_or_below(path, directory)) return true;
  }
  return path.starts_with("/sys/");
}

// Whether the table has anything at or below the path's first directory; the root is there itself.
bool may_be_sensitive(std::string_view path) {
  if (!path.starts_with('/')) return is_windows_path(path);
  const std::string_view top = path.substr(1, path.find('/', 1) - 1);
  for (const std::string_view known :
       {"", "etc", "var", "run", "usr", "dev", "proc", "sys", "home", "boot", "Users"}) {
    if (top == known) return true;
  }
  return false;
}

// The entry of the path itself; else the gravest of those that lie in it (/var/spool holds
// /var/spool/cron); else the nearest that it lies in.
const Entry* deciding_entry(std::string_view path, bool read_only) {
  const Entry* nearest = nullptr;
  const Entry* gravest_inside = nullptr;
  for (const Entry& entry : entries) {
    if (entry.path == path) return &entry;
    if (same_or_below(path, entry.path)) {
      if (nearest == nullptr || entry.path.size() > nearest->path.size()) nearest = &entry;
    } else if (same_or_below(entry.path, path)) {
      if (gravest_inside == nullptr || entry.grade(read_only) > gravest_inside->grade(read_only)) {
        gravest_inside = &entry;
      }
    }
  }
  return gravest_inside != nullptr ? gravest_inside : nearest;
}

struct DeviceEntry {
  std::string_view prefix;  // below /dev/
  Grade grade;
  std::string_view why;
};

// The first prefix that fits decides.
constexpr auto devices = std::to_array<DeviceEntry>({
    {"null", none, ""},
    {"zero", none, ""},
    {"full", none, ""},
    {"random", none, ""},
    {"urandom", none, ""},
    {"stdin", none, ""},
    {"stdout", none, ""},
    {"stderr", none, ""},
    {"fd", none, ""},
    {"tty0", high, "the host's console"},
    {"ttyUSB", low, "a device of the host"},
    {"ttyACM", low, "a device of the host"},
    {"ttyAMA", low, "a device of the host"},
    {"ttyS", low, "a device of the host"},
    {"mem", high, "the machine's memory"},
    {"kmem", high, "the kernel's memory"},
    {"port", high, "the machine's I/O ports"},
    {"cpu/", high, "the processors' registers"},
    {"sd", high, "a whole disk of the host"},
    {"hd", high, "a whole disk of the host"},
    {"vd", high, "a whole disk of the host"},
    {"xvd", high, "a whole disk of the host"},
    {"nvme", high, "a whole disk of the host"},
    {"mmcblk", high, "a whole disk of the host"},
    {"md", high, "a whole disk of the host"},
    {"dm-", high, "a whole disk of the host"},
    {"mapper", high, "a whole disk of the host"},
    {"disk", high, "a whole disk of the host"},
    {"loop", high, "disk images, which the host's kernel parses"},
    {"rbd", high, "a whole disk of the host"},
    {"nbd", high, "a whole disk of the host"},
    {"sg", high, "raw access to a disk of the host"},
    {"bsg", high, "raw access to a disk of the host"},
    {"zfs", high, "control of the host's storage pools"},
    {"btrfs-control", high, "control of the host's storage"},
    {"input", medium, "the host's keyboards and mice"},
    {"uinput", medium, "a keyboard that types on the host"},
    {"console", high, "the host's console"},
    {"kmsg", medium, "the kernel's log"},
    {"kvm", low, "the host's hypervisor"},
    {"vfio", medium, "devices with direct access to memory"},
    {"mei", high, "the machine's management engine"},
    {"ipmi", high, "control of the machine's power and firmware"},
    {"watchdog", medium, "a restart of the machine"},
    {"bus/usb", medium, "every USB device of the host"},
});

// Mounts below /dev that are no devices: sockets and file systems.
bool is_no_device(std::string_view path) {
  for (const std::string_view other :
       {"/dev/log", "/dev/shm", "/dev/pts", "/dev/mqueue", "/dev/hugepages"}) {
    if (same_or_below(path, other)) return true;
  }
  return false;
}

// The host directories behind a local volume; the first that is worth a judgement speaks for it.
std::string_view volume_device(const Mount& mount) {
  if (!mount.driver.empty() && mount.driver != "local") return {};
  const std::string_view type = option_value(mount.driver_options, "type");
  const std::string_view options = option_value(mount.driver_options, "o");
  const std::string_view device = option_value(mount.driver_options, "device");
  if (has_mount_option(options, "bind") || has_mount_option(options, "rbind")) {
    return device;
  }
  if (type != "overlay") return {};
  for (const std::string_view option : split(options, ',')) {
    for (const std::string_view layer : {"lowerdir=", "upperdir="}) {
      if (!option.starts_with(layer)) continue;
      const std::string_view paths = option.substr(layer.size());
      return paths.substr(0, paths.find(':'));
    }
  }
  return {};
}

}  // namespace

bool first_to_mount(const ContainerSpec& spec, const Mount& mount) {
  if (spec.project == nullptr) return true;
  std::size_t budget = max_mounts_compared;
  for (const auto& service : spec.project->services) {
    for (const Mount& other : service->mounts) {
      if (&other == &mount) return true;
      if (budget-- == 0) return true;
      if (other.type == Mount::Type::volume && !other.read_only && other.source == mount.source) {
        return false;
      }
    }
  }
  return true;
}

std::string_view option_value(const std::vector<std::string>& options, std::string_view name) {
  std::string_view value;
  for (const std::string& option : options) {
    const std::string_view text = option;
    if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=') {
      value = text.substr(name.size() + 1);
    }
  }
  return value;
}

bool has_mount_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const std::size_t comma = options.find(',');
    if (trim(options.substr(0, comma)) == wanted) return true;
    if (comma == std::string_view::npos) return false;
    options.remove_prefix(comma + 1);
  }
  return false;
}

HostMount host_mount(const Mount& mount) {
  HostMount result;
  result.mount = &mount;
  result.at = mount.source_at.known() ? mount.source_at : mount.at;
  result.read_only = mount.read_only;
  result.unresolved = mount.unresolved;
  const bool of_host = mount.type == Mount::Type::bind || mount.type == Mount::Type::npipe;
  // What starts with an unknown variable may be a path as well as a volume's name.
  if (of_host || (mount.unresolved && mount.source.starts_with('$'))) {
    result.written = mount.source;
  } else if (mount.type == Mount::Type::volume && !mount.external &&
             !mount.driver_options.empty()) {
    result.written = volume_device(mount);
    if (has_mount_option(option_value(mount.driver_options, "o"), "ro")) result.read_only = true;
  }
  if (result.written.empty()) return result;
  result.path = normal_host_path(result.written);
  return result;
}

HostExposure judge_device(std::string_view path) {
  if (path == "/dev") return {HostArea::device, Severity::high, "every device of the host"};
  if (!path.starts_with("/dev/") || is_no_device(path)) return {};
  const std::string_view name = path.substr(5);
  if (name == "tty") return {};
  for (const DeviceEntry& entry : devices) {
    if (!name.starts_with(entry.prefix)) continue;
    if (!entry.grade) return {};
    return {HostArea::device, *entry.grade, entry.why};
  }
  return {HostArea::device, Severity::low, "a device of the host"};
}

HostExposure judge(const HostMount& mount) {
  if (mount.mount->type == Mount::Type::npipe) {
    const std::string name = lower(mount.written);
    for (const std::string_view engine :
         {"docker_engine", "containerd", "podman", "dockerdesktop"}) {
      if (name.find(engine) != std::string::npos) {
        return {HostArea::engine_socket, Severity::critical,
                "whoever reaches it controls the host"};
      }
    }
    return {};
  }
  if (const HostExposure socket = judge_sockets(mount); socket.area != HostArea::ordinary) {
    return socket;
  }
  const std::string_view path = mount.path;
  if (path.find('$') != std::string_view::npos) return {};
  if (mount.unresolved && !path.starts_with('~')) return {};
  if (const HomePath home = home_path(path); home.found)
    return judge_home(home.rest, mount.read_only);
  if (path.starts_with("/dev/") && !is_no_device(path)) return judge_device(path);

  if (!may_be_sensitive(path)) return {};
  if (!mount.read_only && is_kernel_switch(path)) {
    return {HostArea::kernel, Severity::high, "settings of the host's kernel"};
  }
  const Entry* entry = deciding_entry(path, mount.read_only);
  if (entry == nullptr) return {};
  const bool whole = same_or_below(entry->path, path);
  const Grade grade = whole ? entry->grade(mount.read_only) : entry->grade_below(mount.read_only);
  if (!grade) return {};
  const bool own_words = !whole && !entry->why_below.empty();
  return {HostArea::sensitive, *grade, own_words ? entry->why_below : entry->why};
}

std::string describe(const ContainerSpec& spec, const HostMount& mount) {
  const std::string_view mode = mount.read_only ? " read-only" : "";
  if (mount.from != nullptr) {
    return concat(spec.label(), " gets ", mount.written, " of the host", mode, " by volumes_from ",
                  mount.from->label());
  }
  if (mount.mount->type == Mount::Type::volume && !mount.unresolved) {
    const std::string& volume = mount.mount->source;
    return concat(spec.label(), " mounts ", mount.written, " of the host", mode, " as ",
                  volume.empty() ? "a volume" : concat("volume \"", volume, "\""));
  }
  return concat(spec.label(), " mounts ", mount.written, " of the host", mode);
}

const ContainerSpec* referred_service(const ContainerSpec& spec, std::string_view reference) {
  if (spec.project == nullptr) return nullptr;
  if (reference.starts_with("service:")) {
    reference.remove_prefix(8);
  } else if (reference.starts_with("container:")) {
    reference.remove_prefix(10);
  }
  if (reference.ends_with(":ro") || reference.ends_with(":rw")) reference.remove_suffix(3);
  const auto& services = spec.project->services;
  const std::size_t searched = std::min(services.size(), max_services_searched);
  for (std::size_t i = 0; i < searched; ++i) {
    if (services[i]->name == reference) return services[i].get();
  }
  return nullptr;
}

}  // namespace plimsoll::rules
