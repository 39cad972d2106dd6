// One mapping serves both documents, since `docker inspect` prints what the create request asked
// for: Config is the part that an image has, too, HostConfig the part that belongs to the host. The
// differences:
//
//   create request   Config's members stand at the top, beside HostConfig and NetworkingConfig.
//   What is
//                    absent or empty of user, command, entrypoint and health check is the image's:
//                    it is not known here.
//   inspect          Config has what the image gave and the request changed: all of it is in force,
//   an
//                    empty User is root. Mounts at the top are the mounts that there are, whichever
//                    of Binds, HostConfig.Mounts, -v or the image's VOLUME asked for them. State
//                    and the addresses of NetworkSettings say nothing about how the container is
//                    set up.
//
// podman's inspect output has the same members, but for CgroupMode (CgroupnsMode), an Entrypoint
// that is one string in older versions, and ulimits named RLIMIT_NOFILE.
//
// Facts: moby api/types/container (config.go, hostconfig.go), api/types/mount, daemon
// parseSecurityOpt.
#include "readers/json_documents/container_json_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/json.h"
#include "base/parse_bool.h"
#include "base/text.h"
#include "readers/json_documents/go_object.h"
#include "subjects/effective.h"

namespace plimsoll {
namespace {

using json::Kind;

constexpr std::int64_t default_cpu_period = 100'000;  // microseconds; the kernel's own

// "ro" of "rw,ro,z"
bool has_option(const std::vector<std::string>& options, std::string_view wanted) {
  return std::ranges::find(options, wanted) != options.end();
}

std::vector<std::string> split_options(std::string_view text) {
  std::vector<std::string> options;
  if (text.empty()) return options;
  for (const std::string_view part : split(text, ',')) options.emplace_back(part);
  return options;
}

bool is_propagation(std::string_view option) {
  static constexpr std::array<std::string_view, 6> modes{"private", "rprivate", "shared",
                                                         "rshared", "slave",    "rslave"};
  return std::ranges::find(modes, option) != modes.end();
}

// What a bind's or a volume's mode says: "ro,z,rshared".
void apply_mode(Mount& mount, std::string_view mode) {
  for (const std::string_view option : split(mode, ',')) {
    if (option == "ro" || option == "readonly") mount.read_only = true;
    if (option == "z" || option == "Z") mount.selinux = std::string(option);
    if (is_propagation(option)) mount.propagation = std::string(option);
  }
}

// The name that the engine gives a volume that nobody named: 64 hexadecimal digits.
bool is_anonymous(std::string_view name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What a seccomp profile that stands in the document allows.
ContainerSpec::SeccompProfile judge_profile(std::string_view text) {
  using enum ContainerSpec::SeccompProfile;
  const std::optional<json::Document> document = json::read_text(text);
  if (!document || !document->root.is(Kind::object)) return unread;
  std::string_view action;
  for (const json::Member& member : document->root.members) {
    const bool is_action = json::folds_to(member.name, "defaultAction");
    if (is_action && member.value.is(Kind::string)) action = member.value.text;
  }
  if (action.empty()) return empty;
  // The system call is run for both: LOG only writes it down.
  return action == "SCMP_ACT_ALLOW" || action == "SCMP_ACT_LOG" ? default_allow : default_deny;
}

class SpecReader {
 public:
  SpecReader(const Source& source, const json::Value& object, ContainerJson kind,
             std::vector<Error>& errors)
      : source_(source),
        inspect_(kind == ContainerJson::inspect),
        layer_(inspect_ ? Layer::inspect : Layer::create_request),
        top_(source, errors, {&object}, ""),
        config_(inspect_ ? top_.object("Config") : top_),
        host_(top_.object("HostConfig")) {
    spec_->surface = inspect_ ? Surface::inspect : Surface::create_request;
    // The object's first character: it would be the whole document otherwise.
    spec_->at = {&source, {object.at.begin, object.at.begin + 1}};
  }

  std::unique_ptr<ContainerSpec> read() {
    identity();
    resolve_image(*spec_);
    privileges();
    security_options();
    namespaces();
    networks();
    ports();
    mounts();
    devices();
    resources();
    process();
    health();
    logging();
    return std::move(spec_);
  }

 private:
  using Values = GoObject::Values;

  Location place(Span span) const { return {&source_, span}; }

  template <class T>
  Located<T> located(T value, Span at) const {
    return {.value = std::move(value), .at = place(at), .layer = layer_, .unresolved = false};
  }
  Located<std::string> located_text(std::string_view text, Span at) const {
    return located(std::string(text), at);
  }

  // --- members as fields
  // --------------------------------------------------------------------------

  void read_bool(const GoObject& object, std::string_view name, Located<bool>& field) const {
    if (const json::Value* value = object.boolean(name)) field = located(value->boolean, value->at);
  }

  void read_string(const GoObject& object, std::string_view name,
                   Located<std::string>& field) const {
    if (const json::Value* value = object.string(name))
      field = located_text(value->text, value->at);
  }

  std::optional<std::int64_t> integer(const GoObject& object, std::string_view name,
                                      const json::Value& value) const {
    const std::optional<std::int64_t> number = value.integer();
    if (!number) object.fail(name, value, "a whole number of 64 bits");
    return number;
  }

  void read_number(const GoObject& object, std::string_view name,
                   Located<std::int64_t>& field) const {
    const json::Value* value = object.number(name);
    if (value == nullptr) return;
    if (const auto number = integer(object, name, *value)) field = located(*number, value->at);
  }

  // A number that JSON's null takes back: a pointer in the engine. The null is where the default
  // stands.
  void read_optional_number(const GoObject& object, std::string_view name,
                            Located<std::int64_t>& field) const {
    const Values values = object.all(name);
    if (!values.empty() && values.back()->is(Kind::null)) {
      field = located(field.value, values.back()->at);
      return;
    }
    read_number(object, name, field);
  }

  void read_optional_bool(const GoObject& object, std::string_view name,
                          Located<bool>& field) const {
    const Values values = object.all(name);
    if (!values.empty() && values.back()->is(Kind::null)) return;
    read_bool(object, name, field);
  }

  void read_strings(const GoObject& object, std::string_view name,
                    std::vector<Located<std::string>>& field) const {
    for (const json::Value* value : object.strings(name)) {
      field.push_back(located_text(value->text, value->at));
    }
  }

  // A map as "name=value".
  void read_map(const GoObject& object, std::string_view name,
                std::vector<Located<std::string>>& field) const {
    for (const json::Member* member : object.entries(name)) {
      if (!member->value.is(Kind::string)) {
        if (!member->value.is(Kind::null)) object.fail(name, member->value, "strings");
        continue;
      }
      field.push_back(located_text(concat(member->name, "=", member->value.text),
                                   {member->name_at.begin, member->value.at.end}));
    }
  }

  // Several words, which may be one string (Go's strslice, older podman).
  void read_words(const GoObject& object, std::string_view name,
                  Located<std::vector<std::string>>& field) const {
    std::optional<Located<std::vector<std::string>>> words;
    for (const json::Value* value : object.all(name)) {
      if (value->is(Kind::null)) {
        words.reset();
      } else if (value->is(Kind::string)) {
        words = located(std::vector<std::string>{std::string(value->text)}, value->at);
      } else if (value->is(Kind::array)) {
        std::vector<std::string> texts;
        for (const json::Value& item : value->items) {
          if (item.is(Kind::string)) {
            texts.emplace_back(item.text);
          } else {
            object.fail(name, item, "strings");
          }
        }
        words = located(std::move(texts), value->at);
      } else {
        object.fail(name, *value, "an array of strings");
      }
    }
    if (words && (inspect_ || !words->value.empty())) {
      field = std::move(*words);
    } else {
      from_image(field);
    }
  }

  // Nobody wrote the value: in a request the image decides, in inspect output there is none.
  template <class T>
  void from_image(Located<T>& field) const {
    field.layer = inspect_ ? Layer::inspect : Layer::image;
    field.unresolved = !inspect_;
  }

  // --- the parts of a container
  // ------------------------------------------------------------------------

  void identity() {
    if (inspect_) {
      if (const json::Value* name = top_.string("Name")) {
        std::string_view text = name->text;
        while (text.starts_with('/')) text.remove_prefix(1);
        spec_->name = std::string(text);
      }
      const GoObject state = top_.object("State");
      if (const json::Value* id = state.number("Pid")) {
        spec_->process_id = integer(state, "Pid", *id).value_or(0);
      }
    }
    read_string(config_, "Image", spec_->image);
    // podman's name of the image; the digest is the last to fall back to.
    if (inspect_ && spec_->image.value.empty()) read_string(top_, "ImageName", spec_->image);
    if (inspect_ && spec_->image.value.empty()) read_string(top_, "Image", spec_->image);
    for (const json::Member* member : config_.entries("Labels")) {
      if (member->value.is(Kind::string)) {
        spec_->labels.push_back({.name = std::string(member->name),
                                 .value = std::string(member->value.text),
                                 .at = place({member->name_at.begin, member->value.at.end}),
                                 .layer = layer_});
      } else {
        config_.fail("Labels", member->value, "strings");
      }
    }
  }

  void privileges() {
    read_bool(host_, "Privileged", spec_->privileged);
    read_strings(host_, "CapAdd", spec_->cap_add);
    read_strings(host_, "CapDrop", spec_->cap_drop);
    // null leaves the engine's lists in force; an empty list switches them off.
    for (const std::string_view paths : {"MaskedPaths", "ReadonlyPaths"}) {
      const json::Value* list = host_.list(paths);
      if (list == nullptr || !list->items.empty()) continue;
      spec_->systempaths_unconfined = located(true, list->at);
    }
  }

  void security_options() {
    for (const json::Value* value : host_.strings("SecurityOpt")) {
      spec_->security_opt.push_back(located_text(value->text, value->at));
      security_option(value->text, value->at);
    }
  }

  // As the daemon takes it apart: `=` before `:`, which is the old form.
  void security_option(std::string_view text, Span at) {
    if (text == "no-new-privileges") {
      spec_->no_new_privileges = located(true, at);
      return;
    }
    if (text == "disable") {
      spec_->selinux_label.push_back(located_text(text, at));
      return;
    }
    std::size_t separator = text.find('=');
    if (separator == std::string_view::npos) {
      separator = text.find(':');
      if (separator == std::string_view::npos) return;
      // no-new-privileges:true was never anything else.
      const std::string_view key = text.substr(0, separator);
      if (key == "label" || key == "apparmor" || key == "seccomp") {
        spec_->obsolete.push_back({.kind = ObsoleteSpelling::Kind::security_opt_colon,
                                   .text = std::string(text),
                                   .at = place(at)});
      }
    }
    const std::string_view name = text.substr(0, separator);
    const std::string_view value = text.substr(separator + 1);
    if (name == "label") {
      spec_->selinux_label.push_back(located_text(value, at));
    } else if (name == "apparmor") {
      spec_->apparmor = located_text(value, at);
    } else if (name == "seccomp") {
      spec_->seccomp = located_text(value, at);
      spec_->seccomp_profile = trim(value).starts_with('{') ? judge_profile(value)
                                                            : ContainerSpec::SeccompProfile::unread;
    } else if (name == "no-new-privileges") {
      if (const auto flag = parse_bool(value)) spec_->no_new_privileges = located(*flag, at);
    } else if (name == "systempaths" && value == "unconfined") {
      spec_->systempaths_unconfined = located(true, at);
    }
  }

  void namespaces() {
    read_string(host_, "PidMode", spec_->pid);
    read_string(host_, "IpcMode", spec_->ipc);
    read_string(host_, "UTSMode", spec_->uts);
    read_string(host_, "UsernsMode", spec_->userns_mode);
    read_string(host_, "CgroupnsMode", spec_->cgroup);
    if (inspect_ && !spec_->cgroup.written()) read_string(host_, "CgroupMode", spec_->cgroup);
    read_string(host_, "CgroupParent", spec_->cgroup_parent);
    read_string(host_, "NetworkMode", spec_->network_mode);
    if (spec_->network_mode.value == "default") spec_->network_mode.value.clear();
  }

  void networks() {
    const GoObject settings = top_.object(inspect_ ? "NetworkSettings" : "NetworkingConfig");
    for (const json::Member* member : settings.entries(inspect_ ? "Networks" : "EndpointsConfig")) {
      const bool built_in = member->name == "bridge" || member->name == "default" ||
                            member->name == "host" || member->name == "none";
      if (built_in) continue;
      Network network;
      network.name = std::string(member->name);
      network.at = place(member->name_at);
      spec_->networks.push_back(std::move(network));
    }
    read_strings(host_, "Links", spec_->links);
    read_strings(host_, "ExtraHosts", spec_->extra_hosts);
    read_strings(host_, "Dns", spec_->dns);
  }

  void ports() {
    spec_->ports = bindings(host_, "PortBindings");
    // podman leaves NetworkSettings.Ports out where nothing is published.
    if (inspect_ && spec_->process_id > 0) {
      spec_->ports_in_force = bindings(top_.object("NetworkSettings"), "Ports");
    }
    read_bool(host_, "PublishAllPorts", spec_->publish_all);
    for (const json::Member* member : config_.entries("ExposedPorts")) {
      spec_->expose.push_back(located_text(member->name, member->name_at));
    }
  }

  // {"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "443/tcp": null}
  std::vector<Port> bindings(const GoObject& object, std::string_view name) const {
    std::vector<Port> ports;
    for (const json::Member* member : object.entries(name)) {
      const json::Value& of_port = member->value;
      if (of_port.is(Kind::null)) continue;
      if (!of_port.is(Kind::array)) {
        object.fail(name, of_port, "an array");
        continue;
      }
      const std::size_t slash = member->name.find('/');
      for (const json::Value& item : of_port.items) {
        if (!item.is(Kind::object)) {
          object.fail(name, item, "objects");
          continue;
        }
        const GoObject binding = object.below(item, name);
        Port port;
        port.target = std::string(member->name.substr(0, slash));
        port.protocol =
            slash == std::string_view::npos ? "tcp" : lower(member->name.substr(slash + 1));
        if (const json::Value* ip = binding.string("HostIp")) port.host_ip = std::string(ip->text);
        if (const json::Value* host = binding.string("HostPort")) {
          port.published = std::string(host->text);
        }
        // The engine takes both for "pick one".
        if (port.published == "0") port.published.clear();
        port.at = place(item.at);
        port.layer = layer_;
        ports.push_back(std::move(port));
      }
    }
    return ports;
  }

  // --- mounts
  // --------------------------------------------------------------------------------------------

  void mounts() {
    read_bool(host_, "ReadonlyRootfs", spec_->read_only);
    for (const json::Value* value : host_.strings("Binds")) bind(value->text, value->at);
    for (const GoObject& mount : host_.objects("Mounts")) requested_mount(mount);
    for (const json::Member* member : host_.entries("Tmpfs")) {
      Mount mount = mount_at({member->name_at.begin, member->value.at.end});
      mount.type = Mount::Type::tmpfs;
      mount.target = std::string(member->name);
      if (member->value.is(Kind::string)) mount.options = split_options(member->value.text);
      mount.read_only = has_option(mount.options, "ro");
      add_mount(std::move(mount));
    }
    if (inspect_) {
      // Of a mount that was asked for, the top's list says what became of it.
      for (const GoObject& mount : top_.objects("Mounts")) effective_mount(mount);
    }
    for (const json::Member* member : config_.entries("Volumes")) {
      if (by_target_.contains(normal_target(member->name))) continue;
      Mount mount = mount_at(member->name_at);
      mount.target = std::string(member->name);
      mount.from_image = inspect_;
      add_mount(std::move(mount));
    }
    read_strings(host_, "VolumesFrom", spec_->volumes_from);
  }

  Mount mount_at(Span at) const {
    Mount mount;
    mount.at = place(at);
    mount.layer = layer_;
    return mount;
  }

  // Targets that differ in their trailing slash alone are one.
  static std::string_view normal_target(std::string_view target) {
    while (target.size() > 1 && target.ends_with('/')) target.remove_suffix(1);
    return target;
  }

  void add_mount(Mount mount) {
    by_target_.try_emplace(std::string(normal_target(mount.target)), spec_->mounts.size());
    spec_->mounts.push_back(std::move(mount));
  }

  // "[source:]target[:mode]". A source that begins with a slash is a path, any other a volume's
  // name.
  void bind(std::string_view text, Span at) {
    Mount mount = mount_at(at);
    // A drive's colon ("C:\data") separates nothing.
    const bool drive = text.size() > 2 && is_alpha(text[0]) && text[1] == ':' &&
                       (text[2] == '\\' || text[2] == '/');
    const std::size_t first = text.find(':', drive ? 2 : 0);
    if (first == std::string_view::npos) {
      mount.target = std::string(text);
      add_mount(std::move(mount));
      return;
    }
    const std::string_view source = text.substr(0, first);
    const std::string_view rest = text.substr(first + 1);
    const std::size_t second = rest.find(':');
    mount.source = std::string(source);
    mount.target = std::string(rest.substr(0, second));
    if (second != std::string_view::npos) apply_mode(mount, rest.substr(second + 1));
    const bool path = drive || source.starts_with('/') || source.starts_with('.') ||
                      source.starts_with('~') || source.starts_with("\\\\");
    mount.type = path ? Mount::Type::bind : Mount::Type::volume;
    if (!path) {
      if (const json::Value* driver = host_.string("VolumeDriver")) {
        mount.driver = std::string(driver->text);
      }
    }
    add_mount(std::move(mount));
  }

  static Mount::Type type_of(std::string_view name) {
    if (name == "bind") return Mount::Type::bind;
    if (name == "tmpfs") return Mount::Type::tmpfs;
    if (name == "npipe") return Mount::Type::npipe;
    if (name == "cluster") return Mount::Type::cluster;
    if (name == "image") return Mount::Type::image;
    return Mount::Type::volume;
  }

  static std::string text_of(const GoObject& object, std::string_view name) {
    const json::Value* value = object.string(name);
    return value != nullptr ? std::string(value->text) : std::string();
  }

  void requested_mount(const GoObject& object) {
    Mount mount = mount_at(object.at().span);
    mount.type = type_of(text_of(object, "Type"));
    mount.target = text_of(object, "Target");
    if (const json::Value* value = object.string("Source")) {
      mount.source = std::string(value->text);
      mount.source_at = place(value->at);
    }
    if (const json::Value* value = object.boolean("ReadOnly")) mount.read_only = value->boolean;
    mount.propagation = text_of(object.object("BindOptions"), "Propagation");
    const GoObject driver = object.object("VolumeOptions").object("DriverConfig");
    mount.driver = text_of(driver, "Name");
    for (const json::Member* member : driver.entries("Options")) {
      if (!member->value.is(Kind::string)) continue;
      mount.driver_options.push_back(concat(member->name, "=", member->value.text));
    }
    tmpfs_options(object.object("TmpfsOptions"), mount);
    add_mount(std::move(mount));
  }

  void tmpfs_options(const GoObject& object, Mount& mount) const {
    if (const json::Value* size = object.number("SizeBytes");
        size != nullptr && size->text != "0") {
      mount.options.push_back(concat("size=", size->text));
    }
    if (const json::Value* mode = object.number("Mode")) {
      // In JSON the mode is decimal, in a mount's options octal.
      std::string octal;
      for (std::int64_t rest = mode->integer().value_or(0); rest > 0; rest /= 8) {
        octal.insert(octal.begin(), static_cast<char>('0' + rest % 8));
      }
      if (!octal.empty()) mount.options.push_back(concat("mode=", octal));
    }
    const json::Value* options = object.list("Options");
    if (options == nullptr) return;
    for (const json::Value& option : options->items) {
      // [["noexec"], ["uid", "1000"]]
      std::string text;
      for (const json::Value& part : option.items) {
        if (!text.empty()) text += '=';
        text += part.text;
      }
      if (!text.empty()) mount.options.push_back(std::move(text));
    }
  }

  // A mount that the container has. What the request said of the same target is completed by it.
  void effective_mount(const GoObject& object) {
    const std::string target = text_of(object, "Destination");
    const auto known = by_target_.find(normal_target(target));
    Mount mount =
        known != by_target_.end() ? spec_->mounts[known->second] : mount_at(object.at().span);
    mount.target = target;
    mount.type = type_of(text_of(object, "Type"));
    mount.at = object.at();
    const bool volume = mount.type == Mount::Type::volume;
    const std::string name = text_of(object, "Name");
    if (const json::Value* value = object.string(volume ? "Name" : "Source")) {
      mount.source_at = place(value->at);
      mount.source = std::string(value->text);
    }
    if (volume) {
      if (mount.driver.empty()) mount.driver = text_of(object, "Driver");
      // Only the image asks for a volume without a name and leaves no other trace.
      if (is_anonymous(name)) {
        mount.source.clear();
        const bool asked = known != by_target_.end();
        mount.from_image = !asked && volume_of_config(target);
      }
    }
    apply_mode(mount, text_of(object, "Mode"));
    if (const json::Value* writable = object.boolean("RW")) mount.read_only = !writable->boolean;
    if (std::string propagation = text_of(object, "Propagation"); !propagation.empty()) {
      mount.propagation = std::move(propagation);
    }
    if (known != by_target_.end()) {
      spec_->mounts[known->second] = std::move(mount);
    } else {
      add_mount(std::move(mount));
    }
  }

  bool volume_of_config(std::string_view target) {
    if (!volumes_) {
      volumes_.emplace();
      for (const json::Member* member : config_.entries("Volumes")) {
        volumes_->emplace(normal_target(member->name));
      }
    }
    return volumes_->contains(normal_target(target));
  }

  // --- devices and resources
  // -----------------------------------------------------------------------------

  void devices() {
    for (const GoObject& object : host_.objects("Devices")) {
      Device device;
      device.host_path = text_of(object, "PathOnHost");
      device.container_path = text_of(object, "PathInContainer");
      if (device.container_path.empty()) device.container_path = device.host_path;
      const std::string permissions = text_of(object, "CgroupPermissions");
      device.permissions_written = !permissions.empty();
      if (device.permissions_written) device.permissions = permissions;
      device.at = object.at();
      device.layer = layer_;
      spec_->devices.push_back(std::move(device));
    }
    read_strings(host_, "DeviceCgroupRules", spec_->device_cgroup_rules);
    for (const GoObject& object : host_.objects("DeviceRequests")) device_request(object);
  }

  void device_request(const GoObject& object) {
    const std::string driver = text_of(object, "Driver");
    const Values ids = object.strings("DeviceIDs");
    if (driver == "cdi") {
      for (const json::Value* id : ids) {
        Device device;
        device.host_path = std::string(id->text);
        device.at = place(id->at);
        device.layer = layer_;
        spec_->devices.push_back(std::move(device));
      }
      return;
    }
    std::string text;
    const auto add = [&text](std::string_view part) {
      if (!text.empty()) text += ',';
      text += part;
    };
    if (const json::Value* count = object.number("Count")) {
      if (count->text == "-1")
        add("all");
      else if (count->text != "0")
        add(concat("count=", count->text));
    }
    if (!driver.empty()) add(concat("driver=", driver));
    for (const json::Value* id : ids) add(concat("device=", id->text));
    spec_->device_requests.push_back(located(std::move(text), object.at().span));
  }

  void resources() {
    ContainerSpec& spec = *spec_;
    read_number(host_, "Memory", spec.mem_limit);
    read_number(host_, "MemoryReservation", spec.mem_reservation);
    read_number(host_, "MemorySwap", spec.memswap_limit);
    read_optional_number(host_, "MemorySwappiness", spec.mem_swappiness);
    cpus();
    read_number(host_, "CpuShares", spec.cpu_shares);
    read_string(host_, "CpusetCpus", spec.cpuset);
    read_optional_number(host_, "PidsLimit", spec.pids_limit);
    read_number(host_, "ShmSize", spec.shm_size);
    read_optional_bool(host_, "OomKillDisable", spec.oom_kill_disable);
    read_number(host_, "OomScoreAdj", spec.oom_score_adj);
    read_map(host_, "Sysctls", spec.sysctls);
    read_map(host_, "StorageOpt", spec.storage_opt);
    for (const GoObject& object : host_.objects("Ulimits")) {
      Ulimit ulimit;
      ulimit.name = lower(text_of(object, "Name"));
      if (ulimit.name.starts_with("rlimit_")) ulimit.name.erase(0, 7);
      Located<std::int64_t> soft;
      Located<std::int64_t> hard;
      read_number(object, "Soft", soft);
      read_number(object, "Hard", hard);
      ulimit.soft = soft.value;
      ulimit.hard = hard.value;
      ulimit.at = object.at();
      ulimit.layer = layer_;
      spec.ulimits.push_back(std::move(ulimit));
    }
    block_io();
  }

  void cpus() {
    read_number(host_, "NanoCpus", spec_->nano_cpus);
    if (spec_->nano_cpus.value != 0) return;
    Located<std::int64_t> quota;
    Located<std::int64_t> period;
    read_number(host_, "CpuQuota", quota);
    read_number(host_, "CpuPeriod", period);
    if (quota.value <= 0) return;
    const std::int64_t divisor = period.value > 0 ? period.value : default_cpu_period;
    // In doubles: the product of two large numbers is no crash, only no exact number.
    const double cpus = static_cast<double>(quota.value) / static_cast<double>(divisor);
    spec_->nano_cpus = quota;
    spec_->nano_cpus.value = static_cast<std::int64_t>(std::min(cpus, 1e9) * 1e9);
  }

  void block_io() {
    if (const json::Value* weight = host_.number("BlkioWeight"); weight && weight->text != "0") {
      spec_->blkio.push_back(located(concat("weight=", weight->text), weight->at));
    }
    struct Setting {
      std::string_view field;
      std::string_view name;
      std::string_view value;
    };
    static constexpr std::array<Setting, 5> settings{{
        {"BlkioWeightDevice", "weight_device", "Weight"},
        {"BlkioDeviceReadBps", "device_read_bps", "Rate"},
        {"BlkioDeviceWriteBps", "device_write_bps", "Rate"},
        {"BlkioDeviceReadIOps", "device_read_iops", "Rate"},
        {"BlkioDeviceWriteIOps", "device_write_iops", "Rate"},
    }};
    for (const Setting& setting : settings) {
      for (const GoObject& object : host_.objects(setting.field)) {
        const json::Value* value = object.number(setting.value);
        spec_->blkio.push_back(located(concat(setting.name, "=", text_of(object, "Path"), ":",
                                              value != nullptr ? value->text : "0"),
                                       object.at().span));
      }
    }
  }

  // --- the process
  // ---------------------------------------------------------------------------------------

  void process() {
    ContainerSpec& spec = *spec_;
    read_string(config_, "User", spec.user);
    if (spec.user.value.empty()) {
      if (!spec.user.written() || !inspect_) from_image(spec.user);
      if (!inspect_) spec.user.at = {};
    }
    read_strings(host_, "GroupAdd", spec.group_add);
    read_words(config_, "Entrypoint", spec.entrypoint);
    read_words(config_, "Cmd", spec.command);
    read_string(config_, "WorkingDir", spec.working_dir);
    stop_signal();
    read_optional_bool(host_, "Init", spec.init);
    read_string(host_, "Runtime", spec.runtime);
    read_bool(host_, "AutoRemove", spec.auto_remove);
    const GoObject policy = host_.object("RestartPolicy");
    read_string(policy, "Name", spec.restart);
    Located<std::int64_t> retries;
    read_number(policy, "MaximumRetryCount", retries);
    if (spec.restart.value == "on-failure" && retries.value > 0) {
      spec.restart.value += concat(":", std::to_string(retries.value));
    }
    for (const json::Value* value : config_.strings("Env")) environment(*value);
  }

  // A name or a number, as the version has it.
  void stop_signal() {
    const Values values = config_.all("StopSignal");
    if (inspect_ && !values.empty() && values.back()->is(Kind::number)) {
      spec_->stop_signal = located_text(values.back()->text, values.back()->at);
    } else {
      read_string(config_, "StopSignal", spec_->stop_signal);
    }
  }

  void environment(const json::Value& value) {
    const std::size_t equals = value.text.find('=');
    EnvironmentVariable variable;
    variable.name = std::string(value.text.substr(0, equals));
    variable.at = place(value.at);
    variable.value_at = variable.at;
    variable.layer = layer_;
    if (equals != std::string_view::npos) {
      variable.value = std::string(value.text.substr(equals + 1));
      // Without escapes the text stands in the file as it is, behind the opening quote.
      if (value.at.size() == value.text.size() + 2) {
        const auto begin = static_cast<std::uint32_t>(value.at.begin + 1 + equals + 1);
        variable.value_at = place({begin, value.at.end - 1});
      }
    }
    spec_->environment.push_back(std::move(variable));
  }

  void health() {
    const GoObject check = config_.object("Healthcheck");
    from_image(spec_->healthcheck);
    // Known to be unsaid, as on a run line; what the image says is asked of its name.
    spec_->healthcheck.unresolved = false;
    if (!check.present()) return;
    const Values test = check.strings("Test");
    // A check with an empty test inherits the image's: only its intervals are changed.
    if (test.empty()) {
      spec_->healthcheck.at = check.at();
      spec_->healthcheck.value.defined = inspect_;
      return;
    }
    Healthcheck healthcheck;
    healthcheck.disabled = test.front()->text == "NONE";
    healthcheck.defined = !healthcheck.disabled;
    for (const json::Value* word : test) healthcheck.test.emplace_back(word->text);
    spec_->healthcheck = located(std::move(healthcheck), check.at().span);
  }

  void logging() {
    const GoObject config = host_.object("LogConfig");
    read_string(config, "Type", spec_->log_driver);
    read_map(config, "Config", spec_->log_options);
  }

  const Source& source_;
  bool inspect_;
  Layer layer_;
  GoObject top_;
  GoObject config_;
  GoObject host_;
  std::unique_ptr<ContainerSpec> spec_ = std::make_unique<ContainerSpec>();
  std::map<std::string, std::size_t, std::less<>> by_target_;  // indices of spec_->mounts
  std::optional<std::set<std::string_view>> volumes_;          // the targets of Config.Volumes
};

bool has_member(const json::Value& object, std::string_view field, Kind kind) {
  return std::ranges::any_of(object.members, [&](const json::Member& member) {
    return member.value.is(kind) && json::folds_to(member.name, field);
  });
}

// A container as `docker inspect` prints it. The list of GET /containers/json has a HostConfig,
// too, but no Config: it says too little to be judged.
bool is_inspected_container(const json::Value& value) {
  return value.is(Kind::object) && has_member(value, "HostConfig", Kind::object) &&
         has_member(value, "Config", Kind::object);
}

bool is_create_request(const json::Value& value) {
  if (!value.is(Kind::object)) return false;
  const bool identified = value.find("Id") != nullptr || value.find("Names") != nullptr;
  if (identified) return false;
  const bool host = has_member(value, "HostConfig", Kind::object);
  const bool image = has_member(value, "Image", Kind::string);
  if (host) return image || !has_member(value, "Config", Kind::object);
  // Without a HostConfig only the engine's own spelling tells it from other JSON with an image.
  static constexpr std::array<std::string_view, 10> telling{
      "Cmd",         "Entrypoint", "Env",          "ExposedPorts", "Healthcheck",
      "AttachStdin", "OpenStdin",  "AttachStdout", "StopSignal",   "NetworkingConfig"};
  return value.find("Image") != nullptr && std::ranges::any_of(telling, [&](std::string_view name) {
           return value.find(name) != nullptr;
         });
}

}  // namespace

ContainerJson container_json_kind(std::string_view text) {
  // The list, the containers in it, and the kinds of their members.
  const json::Document outline = json::read_outline(text, 2);
  const json::Value& root = outline.root;
  if (root.is(Kind::array)) {
    const bool any = std::ranges::any_of(root.items, is_inspected_container);
    return any ? ContainerJson::inspect : ContainerJson::none;
  }
  if (is_inspected_container(root)) return ContainerJson::inspect;
  return is_create_request(root) ? ContainerJson::create_request : ContainerJson::none;
}

Reading<std::vector<std::unique_ptr<ContainerSpec>>> read_container_json(const Source& source,
                                                                         ContainerJson kind) {
  Reading<std::vector<std::unique_ptr<ContainerSpec>>> reading;
  if (kind == ContainerJson::none) return reading;
  // The engine reads one document of a request's body and leaves the rest alone.
  const json::Options options{.allow_trailing = kind == ContainerJson::create_request};
  const Result<json::Document> document = json::read(source, options);
  if (!document) {
    reading.errors.push_back(document.error());
    return reading;
  }
  const json::Value& root = document->root;
  const auto read = [&](const json::Value& object) {
    reading.value.push_back(SpecReader(source, object, kind, reading.errors).read());
  };
  if (root.is(Kind::object)) {
    read(root);
    return reading;
  }
  for (const json::Value& item : root.items) {
    if (!item.is(Kind::object)) {
      if (reading.errors.size() >= max_container_json_errors) continue;
      reading.errors.push_back(
          {.message = concat("expected a container, found ", json::name_of(item.kind)),
           .at = {&source, item.at},
           .hint = {},
           .file = {}});
      continue;
    }
    // `docker inspect` prints networks, volumes and images beside containers when it is asked to.
    if (is_inspected_container(item)) read(item);
  }
  return reading;
}

}  // namespace plimsoll
