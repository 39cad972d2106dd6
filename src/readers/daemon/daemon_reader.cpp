// One table says of every setting that rules ask for how daemon.json and the command line write it.
// daemon.json is read as dockerd does: a directive that it does not know, one of the wrong type and
// one that is a flag, too, keep it from starting.
#include "readers/daemon/daemon_reader.h"

#include <algorithm>
#include <array>
#include <set>
#include <variant>

#include "base/json.h"
#include "base/parse_bool.h"
#include "base/text.h"

namespace plimsoll {
namespace {

using Member = std::variant<Located<bool> Daemon::*, Located<std::string> Daemon::*,
                            LocatedTexts Daemon::*, Daemon::Entries Daemon::*>;

struct SettingRow {
  std::string_view key;   // in daemon.json
  std::string_view flag;  // without dashes
  Member member;
  char letter = 0;
};

using D = Daemon;
constexpr auto rows = std::to_array<SettingRow>({
    {"authorization-plugins", "authorization-plugin", &D::authorization_plugins},
    {"bridge", "bridge", &D::bridge, 'b'},
    {"cgroup-parent", "cgroup-parent", &D::cgroup_parent},
    {"data-root", "data-root", &D::data_root, 'g'},
    {"debug", "debug", &D::debug, 'D'},
    {"default-cgroupns-mode", "default-cgroupns-mode", &D::default_cgroupns_mode},
    {"default-ulimits", "default-ulimit", &D::default_ulimits},
    {"exec-opts", "exec-opt", &D::exec_opts},
    {"experimental", "experimental", &D::experimental},
    {"graph", "graph", &D::data_root},
    {"group", "group", &D::group, 'G'},
    {"hosts", "host", &D::hosts, 'H'},
    {"icc", "icc", &D::icc},
    {"insecure-registries", "insecure-registry", &D::insecure_registries},
    {"ip", "ip", &D::ip},
    {"ip6tables", "ip6tables", &D::ip6tables},
    {"iptables", "iptables", &D::iptables},
    {"live-restore", "live-restore", &D::live_restore},
    {"log-driver", "log-driver", &D::log_driver},
    {"log-level", "log-level", &D::log_level, 'l'},
    {"log-opts", "log-opt", &D::log_opts},
    {"no-new-privileges", "no-new-privileges", &D::no_new_privileges},
    {"registry-mirrors", "registry-mirror", &D::registry_mirrors},
    {"rootless", "rootless", &D::rootless},
    {"seccomp-profile", "seccomp-profile", &D::seccomp_profile},
    {"selinux-enabled", "selinux-enabled", &D::selinux_enabled},
    {"storage-driver", "storage-driver", &D::storage_driver, 's'},
    {"storage-opts", "storage-opt", &D::storage_opts},
    {"tls", "tls", &D::tls},
    {"tlscacert", "tlscacert", &D::tlscacert},
    {"tlscert", "tlscert", &D::tlscert},
    {"tlskey", "tlskey", &D::tlskey},
    {"tlsverify", "tlsverify", &D::tlsverify},
    {"userland-proxy", "userland-proxy", &D::userland_proxy},
    {"userns-remap", "userns-remap", &D::userns_remap},
});

// Directives that dockerd knows, in this or an older version, and that no rule asks for.
constexpr auto other_keys = std::to_array<std::string_view>({
    "add-runtime",
    "allow-direct-routing",
    "allow-nondistributable-artifacts",
    "api-cors-header",
    "bip",
    "bip6",
    "bridge-accept-fwmark",
    "builder",
    "cdi-spec-dirs",
    "cluster-advertise",
    "cluster-store",
    "cluster-store-opts",
    "containerd",
    "containerd-namespace",
    "containerd-plugin-namespace",
    "containerd-plugins-namespace",
    "cpu-rt-period",
    "cpu-rt-runtime",
    "cri-containerd",
    "default-address-pool",
    "default-address-pools",
    "default-gateway",
    "default-gateway-v6",
    "default-init",
    "default-ipc-mode",
    "default-network-opts",
    "default-runtime",
    "default-shm-size",
    "default-stop-timeout",
    "deprecated-key-path",
    "disable-legacy-registry",
    "dns",
    "dns-opts",
    "dns-search",
    "exec-root",
    "features",
    "firewall-backend",
    "fixed-cidr",
    "fixed-cidr-v6",
    "host-gateway-ip",
    "host-gateway-ips",
    "http-proxy",
    "https-proxy",
    "init",
    "init-path",
    "ip-forward",
    "ip-forward-no-drop",
    "ip-masq",
    "ipv6",
    "labels",
    "log-format",
    "max-concurrent-downloads",
    "max-concurrent-uploads",
    "max-download-attempts",
    "metrics-addr",
    "min-api-version",
    "mtu",
    "network-control-plane-mtu",
    "network-diagnostic-port",
    "no-proxy",
    "node-generic-resources",
    "nri-opts",
    "oom-score-adjust",
    "pidfile",
    "proxies",
    "raw-logs",
    "resolv-conf",
    "runtimes",
    "shutdown-timeout",
    "swarm-default-advertise-addr",
    "swarm-raft-election-tick",
    "swarm-raft-heartbeat-tick",
    "userland-proxy-path",
    "validate",
});
static_assert(std::ranges::is_sorted(other_keys));

// Flags without a value of their own, beside those of the table that are switches.
constexpr auto other_switches = std::to_array<std::string_view>(
    {"allow-direct-routing", "cri-containerd", "help", "init", "ip-forward", "ip-forward-no-drop",
     "ip-masq", "ipv6", "raw-logs", "restart", "validate", "version"});

const SettingRow* row_of_key(std::string_view key) {
  const auto found = std::ranges::find(rows, key, &SettingRow::key);
  return found == rows.end() ? nullptr : &*found;
}
const SettingRow* row_of_flag(std::string_view flag) {
  const auto found = std::ranges::find(rows, flag, &SettingRow::flag);
  return found == rows.end() ? nullptr : &*found;
}

class Reader {
 public:
  explicit Reader(Reading<Daemon>& out) : out_(out) {}

  void read_json(const Source& source) {
    source_ = &source;
    layer_ = Layer::daemon_json;
    // dockerd takes an empty file for one that sets nothing.
    const Result<json::Document> document = json::read(source);
    const bool is_empty = trim(source.text()).empty();
    if (!is_empty && !document) return fail(document.error());
    out_.value.file_seen = true;
    if (is_empty) return;
    if (!document->root.is(json::Kind::object)) {
      return fail({.message = concat("daemon.json must hold an object, not ",
                                     json::name_of(document->root.kind)),
                   .at = place(document->root.at)});
    }
    for (const json::Member& member : document->root.members) read_member(member);
  }

  // `arguments`: one a line.
  void read_flags(const Source& arguments) {
    source_ = &arguments;
    layer_ = Layer::daemon_flags;
    std::uint32_t at = 0;
    std::vector<Span> words;
    const std::string_view text = arguments.text();
    while (at < text.size()) {
      const auto end = static_cast<std::uint32_t>(std::min(text.find('\n', at), text.size()));
      words.push_back({at, end});
      at = end + 1;
    }
    for (std::size_t i = 0; i < words.size(); ++i) i += read_flag(words, i);
  }

 private:
  Location place(Span span) const { return {source_, span}; }

  void fail(Error error) {
    if (out_.errors.size() < max_daemon_errors) out_.errors.push_back(std::move(error));
  }

  // --- daemon.json ---

  void read_member(const json::Member& member) {
    const SettingRow* const row = row_of_key(member.name);
    if (row == nullptr) {
      if (!std::ranges::binary_search(other_keys, member.name)) fail_unknown(member);
      return;
    }
    if (set_by_flag_.contains(row->flag)) {
      return fail({.message = concat("\"", member.name,
                                     "\" is set in daemon.json and as a flag of dockerd: "
                                     "with both it does not start"),
                   .at = place(member.name_at),
                   .hint = "keep one of the two"});
    }
    // Go leaves a field alone that is null.
    if (member.value.is(json::Kind::null)) return;
    std::visit([&](auto field) { read_value(member, out_.value.*field); }, row->member);
  }

  void fail_unknown(const json::Member& member) {
    std::vector<std::string_view> known(other_keys.begin(), other_keys.end());
    for (const SettingRow& row : rows) known.push_back(row.key);
    const std::optional<std::string_view> near = nearest(member.name, known);
    fail({.message =
              concat("dockerd knows no directive \"", member.name, "\" and does not start with it"),
          .at = place(member.name_at),
          .hint = near ? concat("did you mean \"", *near, "\"?") : std::string()});
  }

  void fail_type(const json::Member& member, std::string_view wanted) {
    fail({.message = concat("\"", member.name, "\" must be ", wanted, ", not ",
                            json::name_of(member.value.kind)),
          .at = place(member.value.at)});
  }

  Located<std::string> text_of(const json::Value& value) const {
    return {std::string(value.text), place(value.at), layer_};
  }

  void read_value(const json::Member& member, Located<bool>& field) {
    field.unresolved = !member.value.is(json::Kind::boolean);
    if (field.unresolved) return fail_type(member, "true or false");
    field = {member.value.boolean, place(member.value.at), layer_};
  }
  void read_value(const json::Member& member, Located<std::string>& field) {
    field.unresolved = !member.value.is(json::Kind::string);
    if (field.unresolved) return fail_type(member, "a string");
    field = text_of(member.value);
  }
  void read_value(const json::Member& member, LocatedTexts& field) {
    if (!member.value.is(json::Kind::array)) return fail_type(member, "a list of strings");
    field.clear();
    for (const json::Value& item : member.value.items) {
      if (!item.is(json::Kind::string)) return fail_type(member, "a list of strings");
      field.push_back(text_of(item));
    }
  }
  void read_value(const json::Member& member, Daemon::Entries& field) {
    if (!member.value.is(json::Kind::object)) return fail_type(member, "an object");
    for (const json::Member& entry : member.value.members) {
      std::erase_if(field, [&](const auto& known) { return known.first == entry.name; });
      Located<std::string> value{{}, place(entry.value.at), layer_};
      if (entry.value.is(json::Kind::string)) {
        value.value = entry.value.text;
      } else if (entry.value.is(json::Kind::object)) {
        // {"Name": "nofile", "Soft": 1024, "Hard": 2048}; an absent number is 0.
        const auto number = [&](std::string_view name) {
          const json::Value* const found = entry.value.find(name);
          return found == nullptr ? std::string_view("0") : found->text;
        };
        value.value = concat(number("Soft"), ":", number("Hard"));
      } else {
        fail_type(entry, "a string");
        continue;
      }
      field.emplace_back(entry.name, std::move(value));
    }
  }

  // --- the command line ---

  // Reads the flag at words[i]; how many words it takes beside its own.
  std::size_t read_flag(const std::vector<Span>& words, std::size_t i) {
    const std::string_view word = source_->text(words[i]);
    if (!word.starts_with('-') || word == "-" || word == "--") return 0;
    if (!word.starts_with("--")) return read_letters(words, i);
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
    const SettingRow* const row = row_of_flag(name);
    const bool is_switch = row != nullptr
                               ? std::holds_alternative<Located<bool> Daemon::*>(row->member)
                               : std::ranges::find(other_switches, name) != other_switches.end();
    if (equals != word.npos) {
      Span value = words[i];
      value.begin += static_cast<std::uint32_t>(equals + 1);
      if (row != nullptr) take(*row, value);
      return 0;
    }
    if (is_switch) {
      if (row != nullptr) take_switch(*row, words[i]);
      return 0;
    }
    if (i + 1 >= words.size()) return 0;
    if (row != nullptr) take(*row, words[i + 1]);
    return 1;
  }

  // -H fd://, -Hfd://, -H=fd://, -D
  std::size_t read_letters(const std::vector<Span>& words, std::size_t i) {
    const std::string_view word = source_->text(words[i]);
    const auto row = std::ranges::find(rows, word[1], &SettingRow::letter);
    const bool known = row != rows.end();
    if (known && std::holds_alternative<Located<bool> Daemon::*>(row->member)) {
      take_switch(*row, words[i]);
      return 0;
    }
    if (word.size() > 2) {
      Span value = words[i];
      value.begin += word[2] == '=' ? 3 : 2;
      if (known) take(*row, value);
      return 0;
    }
    // -p is the pid file's; -v and -r have no value.
    if (!known && word[1] != 'p') return 0;
    if (i + 1 >= words.size()) return 0;
    if (known) take(*row, words[i + 1]);
    return 1;
  }

  void take_switch(const SettingRow& row, Span word) {
    set_by_flag_.insert(row.flag);
    out_.value.*std::get<Located<bool> Daemon::*>(row.member) = {true, place(word), layer_};
  }

  void take(const SettingRow& row, Span span) {
    set_by_flag_.insert(row.flag);
    const std::string value(source_->text(span));
    std::visit([&](auto field) { take_value(value, span, out_.value.*field); }, row.member);
  }
  void take_value(const std::string& value, Span span, Located<bool>& field) {
    if (const std::optional<bool> said = parse_bool(value)) field = {*said, place(span), layer_};
  }
  void take_value(const std::string& value, Span span, Located<std::string>& field) {
    field = {value, place(span), layer_};
  }
  void take_value(const std::string& value, Span span, LocatedTexts& field) {
    field.push_back({value, place(span), layer_});
  }
  void take_value(const std::string& value, Span span, Daemon::Entries& field) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) return;
    std::string said = value.substr(equals + 1);
    field.emplace_back(value.substr(0, equals),
                       Located<std::string>{std::move(said), place(span), layer_});
  }

  Reading<Daemon>& out_;
  const Source* source_ = nullptr;
  Layer layer_ = Layer::daemon_json;
  std::set<std::string_view> set_by_flag_;
};

// The engine's answers. Absent members and those of an unexpected type are left unwritten: engines
// differ by version.
class AnswerReader {
 public:
  AnswerReader(EngineInfo& info, std::vector<Error>& errors) : info_(info), errors_(errors) {}

  void read_info(const Source& source) {
    if (!begin(source)) return;
    info_.info_seen = true;
    text("ServerVersion", info_.version);
    text("KernelVersion", info_.kernel_version);
    text("Driver", info_.storage_driver);
    read_driver_status();
    text("LoggingDriver", info_.logging_driver);
    text("CgroupDriver", info_.cgroup_driver);
    text("CgroupVersion", info_.cgroup_version);
    text("DockerRootDir", info_.data_root);
    boolean("LiveRestoreEnabled", info_.live_restore);
    boolean("ExperimentalBuild", info_.experimental);
    number("Images", info_.images);
    number("Containers", info_.containers);
    number("ContainersStopped", info_.stopped_containers);
    texts(root_->find("SecurityOptions"), info_.security_options);
    texts(root_->find("Warnings"), info_.warnings);
    if (const json::Value* plugins = root_->find("Plugins")) {
      texts(plugins->find("Authorization"), info_.authorization_plugins);
    }
    if (const json::Value* registries = root_->find("RegistryConfig")) {
      texts(registries->find("Mirrors"), info_.registry_mirrors);
      read_insecure(*registries);
    }
    if (const json::Value* swarm = root_->find("Swarm")) read_swarm(*swarm);
  }

  void read_version(const Source& source) {
    if (!begin(source)) return;
    text("Version", info_.version);
    text("ApiVersion", info_.api_version);
    if (const json::Value* platform = root_->find("Platform")) {
      text_of(platform->find("Name"), info_.platform);
    }
    const json::Value* const components = root_->find("Components");
    if (components == nullptr) return;
    for (const json::Value& component : components->items) {
      const json::Value* const name = component.find("Name");
      if (name == nullptr) continue;
      if (name->text == "Podman Engine") info_.is_podman = true;
      if (name->text == "containerd") text_of(component.find("Version"), info_.containerd_version);
      if (name->text == "runc") text_of(component.find("Version"), info_.runc_version);
    }
  }

  void read_containers(const Source& source) {
    if (!begin(source) || !is_list("containers")) return;
    ContainerCounts& counts = info_.container_counts.emplace();
    for (const json::Value& container : root_->items) {
      if (const json::Value* image = container.find("ImageID")) used_images_.emplace(image->text);
      const json::Value* const labels = container.find("Labels");
      if (labels != nullptr && labels->find("com.docker.swarm.service.id") != nullptr) {
        ++counts.of_swarm;
      }
      const json::Value* const state = container.find("State");
      const json::Value* const settings = container.find("NetworkSettings");
      if (state == nullptr || state->text != "running" || settings == nullptr) continue;
      const json::Value* const networks = settings->find("Networks");
      if (networks != nullptr && networks->find("bridge") != nullptr) ++counts.on_default_bridge;
    }
  }

  // After the containers, without which nothing can be said of the images' use.
  void read_images(const Source& source) {
    if (!begin(source) || !is_list("images") || !info_.container_counts) return;
    ImageCounts& counts = info_.image_counts.emplace();
    counts.at = {&source, {}};
    for (const json::Value& image : root_->items) {
      ++counts.all;
      const json::Value* const id = image.find("Id");
      if (id != nullptr && !used_images_.contains(id->text)) ++counts.unused;
      const bool has_name =
          names_something(image, "RepoTags") || names_something(image, "RepoDigests");
      if (!has_name) ++counts.dangling;
    }
  }

  void read_networks(const Source& source) {
    if (!begin(source) || !is_list("networks")) return;
    EngineNetworks& networks = info_.networks.emplace();
    for (const json::Value& network : root_->items) {
      const json::Value* const options = network.find("Options");
      const json::Value* const driver = network.find("Driver");
      if (driver == nullptr) continue;
      if (driver->text == "overlay") read_overlay(network, options, networks);
      if (driver->text == "bridge" && options != nullptr) read_bridge(*options, networks);
    }
  }

  void read_swarm_node(const Source& source) {
    if (!begin(source)) return;
    const auto read = [&](std::string_view name, Located<std::string>& field) {
      text(name, field);
      field.layer = Layer::host;
    };
    read("ListenAddr", info_.swarm.listen_address);
    read("DataPathAddr", info_.swarm.data_path_address);
  }

 private:
  bool is_list(std::string_view of) {
    if (root_->is(json::Kind::array)) return true;
    errors_.push_back({.message = concat("the engine's list of ", of, " is no list"),
                       .at = {source_, root_->at}});
    return false;
  }

  void read_overlay(const json::Value& network, const json::Value* options,
                    EngineNetworks& networks) const {
    OverlayNetwork& overlay = networks.overlays.emplace_back();
    text_of(network.find("Name"), overlay.name);
    const json::Value* const ingress = network.find("Ingress");
    overlay.ingress = ingress != nullptr && ingress->boolean;
    // As the driver has it: the option stands for itself, whatever its value is.
    overlay.encrypted = options != nullptr && options->find("encrypted") != nullptr;
  }

  void read_bridge(const json::Value& options, EngineNetworks& networks) const {
    constexpr std::string_view prefix = "com.docker.network.bridge.";
    const json::Value* const is_default = options.find(concat(prefix, "default_bridge"));
    if (is_default == nullptr || is_default->text != "true") return;
    networks.has_default_bridge = true;
    Located<std::string> icc;
    text_of(options.find(concat(prefix, "enable_icc")), icc);
    if (const std::optional<bool> said = parse_bool(icc.value)) {
      networks.icc = {*said, icc.at, icc.layer};
    }
    text_of(options.find(concat(prefix, "host_binding_ipv4")), networks.ip);
  }

  // Reads an answer; false, and an error, when it is no JSON.
  bool begin(const Source& source) {
    source_ = &source;
    Result<json::Document> document = json::read(source);
    if (!document) {
      errors_.push_back(std::move(document.error()));
      return false;
    }
    document_ = std::move(*document);
    root_ = &document_.root;
    return true;
  }

  // The networks of the loopback are always there, and harmless.
  void read_insecure(const json::Value& registries) {
    LocatedTexts networks;
    texts(registries.find("InsecureRegistryCIDRs"), networks);
    for (Located<std::string>& network : networks) {
      if (network.value.starts_with("127.") || network.value == "::1/128") continue;
      info_.insecure_registries.push_back(std::move(network));
    }
    const json::Value* const indexes = registries.find("IndexConfigs");
    if (indexes == nullptr) return;
    for (const json::Member& index : indexes->members) {
      const json::Value* const secure = index.value.find("Secure");
      if (secure == nullptr || !secure->is(json::Kind::boolean) || secure->boolean) continue;
      info_.insecure_registries.push_back(
          {std::string(index.name), {source_, index.name_at}, Layer::engine_answer});
    }
  }

  // [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]]
  void read_driver_status() {
    const json::Value* const status = root_->find("DriverStatus");
    if (status == nullptr) return;
    for (const json::Value& pair : status->items) {
      const bool is_it = pair.items.size() == 2 && pair.items[0].text == "Backing Filesystem";
      if (is_it) text_of(&pair.items[1], info_.backing_filesystem);
    }
  }

  void read_swarm(const json::Value& said) {
    SwarmInfo& swarm = info_.swarm;
    text_of(said.find("LocalNodeState"), swarm.state);
    boolean_of(said.find("ControlAvailable"), swarm.is_manager);
    number_of(said.find("Nodes"), swarm.nodes);
    number_of(said.find("Managers"), swarm.managers);
    const json::Value* const cluster = said.find("Cluster");
    const json::Value* const spec = cluster == nullptr ? nullptr : cluster->find("Spec");
    if (spec == nullptr) return;
    if (const json::Value* encryption = spec->find("EncryptionConfig")) {
      boolean_of(encryption->find("AutoLockManagers"), swarm.locks_managers);
    }
    if (const json::Value* authority = spec->find("CAConfig")) {
      number_of(authority->find("NodeCertExpiry"), swarm.certificate_lifetime);
    }
  }

  static bool names_something(const json::Value& image, std::string_view list) {
    const json::Value* const names = image.find(list);
    return names != nullptr && std::ranges::any_of(names->items, [](const json::Value& name) {
             return name.is(json::Kind::string) && !name.text.starts_with("<none>");
           });
  }

  void text(std::string_view name, Located<std::string>& field) {
    text_of(root_->find(name), field);
  }
  void text_of(const json::Value* value, Located<std::string>& field) const {
    if (value == nullptr || !value->is(json::Kind::string)) return;
    field = {std::string(value->text), {source_, value->at}, Layer::engine_answer};
  }
  void boolean(std::string_view name, Located<bool>& field) const {
    boolean_of(root_->find(name), field);
  }
  void boolean_of(const json::Value* value, Located<bool>& field) const {
    if (value == nullptr || !value->is(json::Kind::boolean)) return;
    field = {value->boolean, {source_, value->at}, Layer::engine_answer};
  }
  void number(std::string_view name, Located<std::int64_t>& field) const {
    number_of(root_->find(name), field);
  }
  void number_of(const json::Value* value, Located<std::int64_t>& field) const {
    if (value == nullptr) return;
    const std::optional<std::int64_t> said = value->integer();
    if (said) field = {*said, {source_, value->at}, Layer::engine_answer};
  }
  void texts(const json::Value* list, LocatedTexts& field) const {
    if (list == nullptr) return;
    for (const json::Value& item : list->items) {
      Located<std::string> text;
      text_of(&item, text);
      if (text.written()) field.push_back(std::move(text));
    }
  }

  EngineInfo& info_;
  std::vector<Error>& errors_;
  const Source* source_ = nullptr;
  json::Document document_;  // the answer that is read just now
  const json::Value* root_ = nullptr;
  std::set<std::string, std::less<>> used_images_;  // their ids
};

}  // namespace

bool looks_like_daemon_json(std::string_view text) {
  const json::Document document = json::read_outline(text, 1);
  if (!document.root.is(json::Kind::object)) return false;
  std::size_t known = 0;
  for (const json::Member& member : document.root.members) {
    if (row_of_key(member.name) != nullptr || std::ranges::binary_search(other_keys, member.name)) {
      ++known;
    }
  }
  return 2 * known > document.root.members.size();
}

Reading<Daemon> read_daemon(const DaemonTexts& texts) {
  Reading<Daemon> out;
  Reader reader(out);
  Daemon& daemon = out.value;
  // The flags first: what they set must not stand in the file.
  if (texts.command_line != nullptr) {
    daemon.flags_seen = true;
    daemon.at = {texts.command_line, {}};
    reader.read_flags(*texts.command_line);
  }
  if (texts.daemon_json != nullptr) {
    daemon.at = {texts.daemon_json, {}};
    daemon.daemon_json_path = texts.daemon_json->path();
    reader.read_json(*texts.daemon_json);
  }
  if (texts.info == nullptr && texts.version == nullptr) return out;
  EngineInfo& info = daemon.engine.emplace();
  info.at = {texts.info != nullptr ? texts.info : texts.version, {}};
  AnswerReader answers(info, out.errors);
  if (texts.info != nullptr) answers.read_info(*texts.info);
  if (texts.version != nullptr) answers.read_version(*texts.version);
  if (texts.containers != nullptr) answers.read_containers(*texts.containers);
  if (texts.images != nullptr) answers.read_images(*texts.images);
  if (texts.networks != nullptr) answers.read_networks(*texts.networks);
  if (texts.swarm_node != nullptr) answers.read_swarm_node(*texts.swarm_node);
  if (!daemon.at.known()) daemon.at = info.at;
  return out;
}

}  // namespace plimsoll
