#include "readers/compose/service_reader.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/dotenv.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

// The number of an integer scalar, in any of YAML's notations.
std::optional<std::int64_t> integer_of(const Node& node) {
  if (node.type != Type::integer) {
    if (node.unresolved) return std::nullopt;
    return parse_integer(node.text);
  }
  std::string digits;
  for (const char c : node.text) {
    if (c != '_') digits += c;
  }
  std::string_view rest = digits;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  int base = 10;
  if (rest.size() > 1 && rest[0] == '0') {
    base = rest[1] == 'x' ? 16 : rest[1] == 'b' ? 2 : 8;
    rest.remove_prefix(rest[1] == 'x' || rest[1] == 'b' || rest[1] == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  for (const char c : rest) {
    const int digit = is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10;
    if (digit < 0 || digit >= base || value > (1ULL << 58)) return std::nullopt;
    value = value * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
  }
  const auto number = static_cast<std::int64_t>(value);
  return negative ? -number : number;
}

// What the engine gets for a scalar of any type.
std::string value_of(const Node& node) {
  if (node.type == Type::boolean) return lower(node.text);
  if (node.type == Type::integer) {
    if (const auto number = integer_of(node)) return std::to_string(*number);
  }
  return std::string(node.text);
}

// A list in which a later entry takes the place of an earlier one with the same key.
template <class T, class Key>
class UniqueList {
 public:
  UniqueList(std::vector<T>& entries, Key key) : entries_(entries), key_(key) {}

  void put(T entry) {
    if (entries_.size() <= small) {
      for (T& known : entries_) {
        if (key_(known) == key_(entry)) {
          known = std::move(entry);
          return;
        }
      }
      entries_.push_back(std::move(entry));
      return;
    }
    if (index_.empty()) {
      for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(key_(entries_[i]), i);
    }
    const auto [at, fresh] = index_.try_emplace(std::string(key_(entry)), entries_.size());
    if (fresh) {
      entries_.push_back(std::move(entry));
    } else {
      entries_[at->second] = std::move(entry);
    }
  }

 private:
  static constexpr std::size_t small = 24;
  std::vector<T>& entries_;
  Key key_;
  std::unordered_map<std::string, std::size_t> index_;
};

bool is_windows_absolute(std::string_view path) {
  return path.starts_with("\\\\") || (path.size() > 2 && is_alpha(path[0]) && path[1] == ':');
}

// A path of a file as seen from the project directory: "./data" of an included file in "sub" is
// "./sub/data".
std::string rebased(std::string_view path, const std::string& prefix) {
  if (prefix.empty() || path.empty() || path[0] == '/' || path[0] == '~' ||
      is_windows_absolute(path)) {
    return std::string(path);
  }
  std::string joined = normal_path(join_path(prefix, path));
  if (joined[0] != '/' && !joined.starts_with("..")) joined.insert(0, "./");
  return joined;
}

// The service keys that the schema of docker stack deploy (docker/cli, config_schema_v3.13.json)
// has and its loader does not list as unsupported, deprecated or forbidden.
constexpr std::string_view stack_keys[] = {
    "cap_add",
    "cap_drop",
    "command",
    "configs",
    "credential_spec",
    "depends_on",
    "deploy",
    "dns",
    "dns_search",
    "entrypoint",
    "env_file",
    "environment",
    "extra_hosts",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "isolation",
    "labels",
    "logging",
    "networks",
    "oom_score_adj",
    "ports",
    "read_only",
    "secrets",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "volumes",
    "working_dir",
};
static_assert(std::ranges::is_sorted(stack_keys));

class ServiceReader {
 public:
  ServiceReader(const Pair& entry, ServiceContext& context)
      : context_(context),
        loader_(context.loader),
        entry_(entry),
        owned_(std::make_unique<ContainerSpec>()),
        spec_(*owned_) {}

  void read();

 private:
  using Reader = void (ServiceReader::*)(const Node&);
  struct Key {
    std::string_view name;
    Reader read;
  };

  // --- values
  // -------------------------------------------------------------------------------------
  Location at(const Node& node) const { return loader_.at(node); }

  template <class T>
  Located<T> located(T value, const Node& node) const {
    return {.value = std::move(value),
            .at = at(node),
            .layer = Layer::compose,
            .unresolved = node.unresolved};
  }
  Located<std::string> text_of(const Node& node) const { return located(value_of(node), node); }
  Located<bool> flag_of(const Node& node) const {
    return located(parse_boolean(node.text).value_or(false), node);
  }

  template <Located<std::string> ContainerSpec::* field>
  void text(const Node& node) {
    if (node.is_scalar() && !node.is_null()) spec_.*field = text_of(node);
  }
  template <Located<bool> ContainerSpec::* field>
  void flag(const Node& node) {
    if (node.is_scalar() && !node.is_null()) spec_.*field = flag_of(node);
  }
  template <Located<std::int64_t> ContainerSpec::* field>
  void bytes(const Node& node) {
    if (!node.is_scalar() || node.is_null()) return;
    const auto number = node.type == Type::integer ? integer_of(node) : parse_bytes(node.text);
    if (number || node.unresolved) spec_.*field = located(number.value_or(0), node);
  }
  template <Located<std::int64_t> ContainerSpec::* field>
  void number(const Node& node) {
    if (!node.is_scalar() || node.is_null()) return;
    const auto value = integer_of(node);
    if (value || node.unresolved) spec_.*field = located(value.value_or(0), node);
  }
  template <std::vector<Located<std::string>> ContainerSpec::* field>
  void texts(const Node& node) {
    for_each_text(node, [&](const Node& item) { (spec_.*field).push_back(text_of(item)); });
  }
  // Texts of which only the last with the same name (before a `=`) counts.
  template <std::vector<Located<std::string>> ContainerSpec::* field>
  void unique_texts(const Node& node) {
    UniqueList list(spec_.*field, [](const Located<std::string>& entry) {
      return std::string_view(entry.value).substr(0, entry.value.find('='));
    });
    for_each_text(node, [&](const Node& item) { list.put(text_of(item)); });
  }
  // A mapping or a list of NAME=value, as "NAME=value".
  template <std::vector<Located<std::string>> ContainerSpec::* field>
  void assignments(const Node& node) {
    collect_assignments(node, spec_.*field);
  }

  template <class Visit>
  void for_each_text(const Node& node, Visit&& visit) const {
    if (node.is_sequence()) {
      for (const Node* item : node.items) {
        if (item->is_scalar() && !item->is_null() && item->tag != Tag::reset) visit(*item);
      }
    } else if (node.is_scalar() && !node.is_null()) {
      visit(node);
    }
  }

  struct Assignment {
    std::string_view name;
    std::optional<std::string> value;
    Location at;
    Location value_at;
    bool unresolved = false;
  };

  // Where the text from an offset on is written.
  Location tail_of(const Node& node, std::size_t offset) const {
    Location place = at(node);
    const std::string_view raw = place.text();
    const std::string_view head = node.text.substr(0, offset);
    const bool quoted = raw.size() > 1 && (raw[0] == '"' || raw[0] == '\'');
    if (!raw.substr(quoted ? 1 : 0).starts_with(head)) return place;
    place.span.begin += static_cast<std::uint32_t>(offset + (quoted ? 1 : 0));
    if (quoted) --place.span.end;
    if (place.span.begin > place.span.end) return at(node);
    return place;
  }

  template <class Visit>
  void for_each_assignment(const Node& node, Visit&& visit) const {
    if (node.is_mapping()) {
      for_each_pair(node, [&](const Pair& pair) {
        const Node& value = *pair.value;
        if (!value.is_scalar()) return;
        Assignment assignment{.name = pair.key,
                              .value = std::nullopt,
                              .at = loader_.key_at(pair),
                              .value_at = at(value),
                              .unresolved = value.unresolved};
        if (!value.is_null()) assignment.value = value_of(value);
        if (pair.file == value.file && value.span.end > pair.key_span.begin) {
          assignment.at.span.end = value.span.end;
        }
        visit(std::move(assignment));
      });
      return;
    }
    for_each_text(node, [&](const Node& item) {
      const std::size_t equals = item.text.find('=');
      Assignment assignment{.name = item.text.substr(0, equals),
                            .value = std::nullopt,
                            .at = at(item),
                            .value_at = at(item),
                            .unresolved = item.unresolved};
      if (equals != std::string_view::npos) {
        assignment.value = item.text.substr(equals + 1);
        assignment.value_at = tail_of(item, equals + 1);
      }
      visit(std::move(assignment));
    });
  }

  void collect_assignments(const Node& node, std::vector<Located<std::string>>& out) const {
    UniqueList list(out, [](const Located<std::string>& entry) {
      return std::string_view(entry.value).substr(0, entry.value.find('='));
    });
    for_each_assignment(node, [&](Assignment assignment) {
      list.put({.value = assignment.value ? concat(assignment.name, "=", *assignment.value)
                                          : std::string(assignment.name),
                .at = assignment.at,
                .layer = Layer::compose,
                .unresolved = assignment.unresolved});
    });
  }

  void report(std::string message, const Node& node, std::string hint = {}) {
    context_.errors.push_back(
        {.message = concat("service \"", printable(entry_.key), "\": ", message),
         .at = at(node),
         .hint = std::move(hint)});
  }

  std::string rebased(std::string_view path, const Node& node) const {
    return compose::rebased(path, loader_.prefix_of(node.file));
  }
  // A path of a value's file, to be read.
  std::string readable(std::string_view path, const Node& node) const {
    return normal_path(join_path(loader_.directory_of(node.file), path));
  }

  // --- keys
  // ---------------------------------------------------------------------------------------
  static const Key keys[];
  static std::span<const Key> all_keys();

  void ignored(const Node&) {}
  void blkio_config(const Node& node);
  void build(const Node& node);
  void command(const Node& node) { command_line(node, spec_.command); }
  void entrypoint(const Node& node) { command_line(node, spec_.entrypoint); }
  void command_line(const Node& node, Located<std::vector<std::string>>& field);
  void configs(const Node& node) { file_mounts(node, true); }
  void secrets(const Node& node) { file_mounts(node, false); }
  void file_mounts(const Node& node, bool is_config);
  void cpus(const Node& node);
  void credential_spec(const Node& node);
  void deploy(const Node& node);
  void deploy_resources(const Node& node);
  void develop(const Node& node);
  void devices(const Node& node);
  void env_file(const Node& node);
  void environment(const Node& node);
  void extra_hosts(const Node& node);
  void gpus(const Node& node);
  void device_request(const Node& node);
  void healthcheck(const Node& node);
  void label_file(const Node& node);
  void labels(const Node& node);
  void links(const Node& node);
  void logging(const Node& node);
  void networks(const Node& node);
  void ports(const Node& node);
  void port(const Node& node, auto& list);
  void post_start(const Node& node) { hooks(node, "post_start"); }
  void pre_start(const Node& node) { hooks(node, "pre_start"); }
  void pre_stop(const Node& node) { hooks(node, "pre_stop"); }
  void hooks(const Node& node, std::string_view name);
  void hook(const Node& node, std::string_view name);
  void provider(const Node& node);
  void restart_policy(const Node& node);
  void security_opt(const Node& node);
  void security_option(const Node& node);
  void read_seccomp_profile(std::string_view path);
  void storage_opt(const Node& node);
  void tmpfs(const Node& node);
  void ulimits(const Node& node);
  void volumes(const Node& node);
  void volume_text(const Node& node, Mount& mount);
  void volume_mapping(const Node& node, Mount& mount);
  void join_volume(Mount& mount) const;

  void note_stack(const Pair& pair);
  void note_hyphens();
  void finish();

  ServiceContext& context_;
  const ProjectLoader& loader_;
  const Pair& entry_;
  std::unique_ptr<ContainerSpec> owned_;
  ContainerSpec& spec_;
  const Node* cpu_quota_ = nullptr;
  const Node* cpu_period_ = nullptr;
  std::vector<Mount> tmpfs_;
};

using Spec = ContainerSpec;
using S = ServiceReader;

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
  if (pair.key.starts_with("x-") || std::ranges::binary_search(stack_keys, pair.key)) return;
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

// --- process
// ----------------------------------------------------------------------------------------

void ServiceReader::command_line(const Node& node, Located<std::vector<std::string>>& field) {
  if (node.is_null()) return;
  std::vector<std::string> words;
  bool unresolved = node.unresolved;
  if (node.is_sequence()) {
    for_each_text(node, [&](const Node& item) {
      words.push_back(value_of(item));
      unresolved = unresolved || item.unresolved;
    });
  } else if (node.is_scalar()) {
    auto split = split_command(node.text);
    if (!split && !node.unresolved) report("the command's quotes do not match", node);
    words = split ? std::move(*split) : std::vector<std::string>{std::string(node.text)};
  } else {
    return;
  }
  field = located(std::move(words), node);
  field.unresolved = unresolved;
}

void ServiceReader::healthcheck(const Node& node) {
  if (!node.is_mapping()) return;
  const Node* const disable = node.find("disable");
  if (disable != nullptr && disable->is_scalar() &&
      (disable->unresolved || parse_boolean(disable->text).value_or(false))) {
    spec_.healthcheck =
        located(Healthcheck{.defined = true, .disabled = true, .test = {}}, *disable);
    return;
  }
  const Node* const test = node.find("test");
  if (test == nullptr || test->is_null()) return;  // its times alone change the image's own
  Healthcheck check{.defined = true, .disabled = false, .test = {}};
  bool unresolved = test->unresolved;
  if (test->is_sequence()) {
    for_each_text(*test, [&](const Node& item) {
      check.test.push_back(value_of(item));
      unresolved = unresolved || item.unresolved;
    });
    if (check.test.empty()) return;
    check.disabled = check.test[0] == "NONE";
  } else if (test->is_scalar()) {
    check.test = {"CMD-SHELL", std::string(test->text)};
  } else {
    return;
  }
  spec_.healthcheck = located(std::move(check), *test);
  spec_.healthcheck.unresolved = unresolved;
}

void ServiceReader::logging(const Node& node) {
  if (!node.is_mapping()) return;
  if (const Node* driver = node.find("driver"); driver != nullptr && driver->is_scalar()) {
    spec_.log_driver = text_of(*driver);
  }
  if (const Node* options = node.find("options"); options != nullptr) {
    collect_assignments(*options, spec_.log_options);
  }
}

void ServiceReader::hooks(const Node& node, std::string_view name) {
  if (!node.is_sequence()) return;
  for (const Node* item : node.items) hook(*item, name);
}

void ServiceReader::hook(const Node& node, std::string_view name) {
  if (!node.is_mapping()) return;
  Hook hook{.name = std::string(name), .privileged = {}, .user = {}};
  if (const Node* value = node.find("privileged"); value != nullptr && value->is_scalar()) {
    hook.privileged = flag_of(*value);
  }
  if (const Node* value = node.find("user"); value != nullptr && value->is_scalar()) {
    hook.user = text_of(*value);
  }
  spec_.hooks.push_back(std::move(hook));
}

void ServiceReader::develop(const Node& node) {
  const Node* const watch = node.find("watch");
  if (watch == nullptr || !watch->is_sequence()) return;
  for (const Node* item : watch->items) {
    if (const Node* exec = item->find("exec")) hook(*exec, "develop.watch");
  }
}

void ServiceReader::provider(const Node& node) {
  if (const Node* type = node.find("type"); type != nullptr && type->is_scalar()) {
    spec_.provider = text_of(*type);
  }
}

void ServiceReader::environment(const Node& node) {
  UniqueList list(spec_.environment,
                  [](const EnvironmentVariable& entry) { return std::string_view(entry.name); });
  const Environment& known = loader_.environment_of(node.file);
  for_each_assignment(node, [&](Assignment assignment) {
    EnvironmentVariable variable{.name = std::string(assignment.name),
                                 .value = std::move(assignment.value),
                                 .at = assignment.at,
                                 .value_at = assignment.value_at,
                                 .layer = Layer::compose,
                                 .unresolved = assignment.unresolved};
    if (!variable.value) {
      if (const std::string* value = known.find(variable.name)) variable.value = *value;
    }
    list.put(std::move(variable));
  });
}

void ServiceReader::env_file(const Node& node) {
  // What environment says wins over every file, wherever it stands in the service.
  std::vector<EnvironmentVariable> own = std::move(spec_.environment);
  spec_.environment.clear();
  std::vector<EnvironmentVariable> from_files;
  UniqueList list(from_files,
                  [](const EnvironmentVariable& entry) { return std::string_view(entry.name); });
  const auto read_one = [&](const Node& path, bool required, bool raw) {
    if (path.unresolved) {
      if (required) {
        report("the env_file is not known: its path holds a variable that is not set", path,
               "set the variable in the project's .env file");
      }
      return;
    }
    const std::string name = readable(path.text, path);
    if (context_.files.kind(name) == FileKind::missing && !required) return;
    Result<std::string> text = context_.files.read(name);
    if (!text) {
      report(concat("the env_file \"", printable(name), "\" ", text.error().message), path,
             "create it, or write `required: false`");
      return;
    }
    const Source& source = context_.sources.add(name, std::move(*text));
    Reading<std::vector<DotenvEntry>> entries;
    if (raw) {
      entries.value = read_raw_env(source);
    } else {
      Environment known = loader_.environment_of(path.file);
      for (const EnvironmentVariable& variable : from_files) {
        if (variable.value && !variable.unresolved) known.add(variable.name, *variable.value);
      }
      entries = read_dotenv(source, known);
    }
    std::ranges::move(entries.errors, std::back_inserter(context_.errors));
    for (DotenvEntry& entry : entries.value) {
      EnvironmentVariable variable{.name = std::move(entry.name),
                                   .value = std::move(entry.value),
                                   .at = entry.at,
                                   .value_at = entry.value_at,
                                   .layer = Layer::compose,
                                   .from_file = true,
                                   .unresolved = entry.unresolved};
      if (entry.inherited) {
        const std::string* value = loader_.environment_of(path.file).find(variable.name);
        variable.value = value == nullptr ? std::optional<std::string>() : *value;
      }
      list.put(std::move(variable));
    }
  };
  const auto entry = [&](const Node& item) {
    if (item.is_scalar() && !item.is_null()) return read_one(item, true, false);
    const Node* const path = item.find("path");
    if (path == nullptr || !path->is_scalar()) return;
    const Node* const required = item.find("required");
    const Node* const format = item.find("format");
    const bool is_required =
        required == nullptr || parse_boolean(required->text).value_or(!required->unresolved);
    const bool raw = format != nullptr && format->text == "raw";
    if (format != nullptr && !raw && !format->text.empty() && !format->unresolved) {
      report(concat("the env_file format \"", printable(format->text), "\" is not known"), *format,
             "compose knows `raw`");
      return;
    }
    read_one(*path, is_required, raw);
  };
  if (node.is_sequence()) {
    for (const Node* item : node.items) {
      if (item->tag != Tag::reset) entry(*item);
    }
  } else {
    entry(node);
  }
  UniqueList joined(from_files,
                    [](const EnvironmentVariable& item) { return std::string_view(item.name); });
  for (EnvironmentVariable& variable : own) joined.put(std::move(variable));
  spec_.environment = std::move(from_files);
}

void ServiceReader::labels(const Node& node) {
  UniqueList list(spec_.labels, [](const Label& entry) { return std::string_view(entry.name); });
  for_each_assignment(node, [&](Assignment assignment) {
    list.put({.name = std::string(assignment.name),
              .value = assignment.value.value_or(""),
              .at = assignment.at,
              .layer = Layer::compose});
  });
}

void ServiceReader::label_file(const Node& node) {
  std::vector<Label> own = std::move(spec_.labels);
  spec_.labels.clear();
  UniqueList list(spec_.labels, [](const Label& entry) { return std::string_view(entry.name); });
  for_each_text(node, [&](const Node& path) {
    if (path.unresolved) return;
    const std::string name = readable(path.text, path);
    Result<std::string> text = context_.files.read(name);
    if (!text) {
      report(concat("the label_file \"", printable(name), "\" ", text.error().message), path);
      return;
    }
    const Source& source = context_.sources.add(name, std::move(*text));
    Reading<std::vector<DotenvEntry>> entries = read_dotenv(source, {});
    std::ranges::move(entries.errors, std::back_inserter(context_.errors));
    for (DotenvEntry& entry : entries.value) {
      list.put({.name = std::move(entry.name),
                .value = std::move(entry.value),
                .at = entry.at,
                .layer = Layer::compose});
    }
  });
  for (Label& label : own) list.put(std::move(label));
}

// --- privileges
// -------------------------------------------------------------------------------------

void ServiceReader::security_opt(const Node& node) {
  for_each_text(node, [&](const Node& item) { security_option(item); });
}

void ServiceReader::security_option(const Node& node) {
  const std::string_view option = node.text;
  spec_.security_opt.push_back(text_of(node));
  if (option == "no-new-privileges") {
    spec_.no_new_privileges = located(true, node);
    return;
  }
  if (option == "disable") {
    spec_.selinux_label.push_back(text_of(node));
    return;
  }
  const std::size_t equals = option.find('=');
  const std::size_t cut = equals == std::string_view::npos ? option.find(':') : equals;
  if (cut == std::string_view::npos) return;
  const std::string_view name = option.substr(0, cut);
  const std::string_view value = option.substr(cut + 1);
  const bool colon = equals == std::string_view::npos;
  if (colon && is_one_of(name, {"label", "apparmor", "seccomp"})) {
    spec_.obsolete.push_back({.kind = ObsoleteSpelling::Kind::security_opt_colon,
                              .text = std::string(option),
                              .at = at(node)});
  }
  if (name == "no-new-privileges") {
    // Go's ParseBool.
    const bool on = is_one_of(value, {"1", "t", "T", "true", "TRUE", "True"});
    spec_.no_new_privileges = located(on, node);
  } else if (name == "seccomp") {
    spec_.seccomp = located(std::string(value), node);
    spec_.seccomp_profile = ContainerSpec::SeccompProfile::unread;
    if (!node.unresolved) read_seccomp_profile(value);
  } else if (name == "apparmor") {
    spec_.apparmor = located(std::string(value), node);
  } else if (name == "label") {
    spec_.selinux_label.push_back(located(std::string(value), node));
  } else if (name == "systempaths") {
    spec_.systempaths_unconfined = located(value == "unconfined", node);
  }
}

// Only what stands beside the project is read: what lies elsewhere on this host says nothing about
// the host that the project will run on.
void ServiceReader::read_seccomp_profile(std::string_view path) {
  if (path == "unconfined" || path == "builtin" || path.empty() || path.starts_with('/')) return;
  const std::string name = normal_path(join_path(loader_.project_directory(), path));
  Result<std::string> text = context_.files.read(name);
  if (!text) return;
  const Source source(name, std::move(*text));
  Arena arena;
  // JSON is YAML.
  const Result<YamlReading> reading = read_yaml(source, 0, arena, nullptr);
  if (!reading || reading->documents.empty() || !reading->documents[0]->is_mapping()) return;
  const Node* const action = reading->documents[0]->find("defaultAction");
  using Profile = ContainerSpec::SeccompProfile;
  if (action == nullptr) {
    spec_.seccomp_profile = Profile::empty;
  } else if (is_one_of(action->text, {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"})) {
    spec_.seccomp_profile = Profile::default_allow;
  } else {
    spec_.seccomp_profile = Profile::default_deny;
  }
}

void ServiceReader::credential_spec(const Node& node) {
  for_each_pair(node, [&](const Pair& pair) {
    if (!is_one_of(pair.key, {"config", "file", "registry"}) || !pair.value->is_scalar()) return;
    Located<std::string> value = text_of(*pair.value);
    value.value = concat(pair.key, "://", value.value);
    spec_.credential_specs.push_back(std::move(value));
  });
}

// --- files and devices
// ------------------------------------------------------------------------------

void ServiceReader::volumes(const Node& node) {
  if (!node.is_sequence()) return;
  UniqueList list(spec_.mounts, [](const Mount& mount) { return std::string_view(mount.target); });
  for (const Node* item : node.items) {
    if (item->tag == Tag::reset || item->is_null() || item->is_sequence()) continue;
    Mount mount;
    mount.at = mount.source_at = at(*item);
    mount.layer = Layer::compose;
    if (item->is_mapping()) {
      volume_mapping(*item, mount);
    } else {
      mount.unresolved = item->unresolved;
      volume_text(*item, mount);
      if (mount.target.empty()) continue;
    }
    if (mount.type == Mount::Type::volume) join_volume(mount);
    if (mount.type == Mount::Type::bind && mount.source.empty()) {
      report("a bind mount lacks its `source`", *item);
    }
    list.put(std::move(mount));
  }
}

void ServiceReader::volume_text(const Node& node, Mount& mount) {
  VolumeText volume;
  if (const auto refused = parse_volume(node.text, volume)) {
    if (!node.unresolved) {
      report(
          concat("the volume \"", printable(node.text.substr(0, 128)), "\" is invalid: ", *refused),
          node);
    }
    return;
  }
  mount.target = clean_path(volume.target.of(node.text));
  if (!volume.has_source) return;
  const std::string_view source = volume.source.of(node.text);
  mount.type = volume.is_path ? Mount::Type::bind : Mount::Type::volume;
  mount.source = volume.is_path ? rebased(source, node) : std::string(source);
  mount.source_at =
      part_of(node, loader_.source_of(node.file), volume.source.begin, volume.source.end);
  if (volume.options.empty()) return;
  for (const std::string_view option : split(volume.options.of(node.text), ',')) {
    if (option == "ro") {
      mount.read_only = true;
    } else if (option == "rw") {
      mount.read_only = false;
    } else if (option == "z" || option == "Z") {
      mount.selinux = option;
    } else if (is_one_of(option, {"private", "rprivate", "shared", "rshared", "slave", "rslave"})) {
      mount.propagation = option;
    }
  }
}

void ServiceReader::volume_mapping(const Node& node, Mount& mount) {
  using MountType = Mount::Type;
  const auto scalar = [&](const Node& in, std::string_view key) -> const Node* {
    const Node* const value = in.find(key);
    if (value == nullptr || !value->is_scalar() || value->is_null()) return nullptr;
    mount.unresolved = mount.unresolved || value->unresolved;
    return value;
  };
  if (const Node* type = scalar(node, "type")) {
    constexpr std::pair<std::string_view, MountType> types[] = {
        {"bind", MountType::bind},   {"volume", MountType::volume},   {"tmpfs", MountType::tmpfs},
        {"npipe", MountType::npipe}, {"cluster", MountType::cluster}, {"image", MountType::image},
    };
    for (const auto& [name, value] : types) {
      if (type->text == name) mount.type = value;
    }
  }
  if (const Node* source = scalar(node, "source")) {
    mount.source = source->text;
    if (mount.type == MountType::bind) {
      // The long form needs no leading `./`.
      mount.source = rebased(source->text, *source);
      if (!source->unresolved && !is_volume_path(mount.source)) mount.source.insert(0, "./");
    }
    mount.source_at = at(*source);
  }
  if (const Node* target = scalar(node, "target")) mount.target = clean_path(target->text);
  if (const Node* read_only = scalar(node, "read_only")) {
    mount.read_only = parse_boolean(read_only->text).value_or(false);
  }
  if (const Node* bind = node.find("bind")) {
    if (const Node* value = scalar(*bind, "propagation")) mount.propagation = value->text;
    if (const Node* value = scalar(*bind, "selinux")) mount.selinux = value->text;
  }
  if (const Node* tmpfs = node.find("tmpfs")) {
    if (const Node* size = scalar(*tmpfs, "size")) {
      mount.options.push_back(concat("size=", size->text));
      if (size->type == Type::integer && size->text.starts_with('-')) {
        report("a tmpfs cannot have a negative size", *size);
      }
    }
    if (const Node* mode = scalar(*tmpfs, "mode")) {
      mount.options.push_back(concat("mode=", mode->text));
    }
  }
}

void ServiceReader::join_volume(Mount& mount) const {
  if (mount.source.empty()) return;
  const ComposeResource* const volume = context_.project.volume(mount.source);
  if (volume == nullptr) return;
  mount.driver = volume->driver;
  mount.driver_options = volume->driver_options;
  mount.external = volume->external;
}

void ServiceReader::tmpfs(const Node& node) {
  UniqueList list(tmpfs_, [](const Mount& mount) { return std::string_view(mount.target); });
  for_each_text(node, [&](const Node& item) {
    const std::size_t colon = item.text.find(':');
    Mount mount;
    mount.type = Mount::Type::tmpfs;
    mount.target = clean_path(item.text.substr(0, colon));
    mount.at = mount.source_at = at(item);
    mount.layer = Layer::compose;
    mount.unresolved = item.unresolved;
    if (colon != std::string_view::npos) {
      for (const std::string_view option : split(item.text.substr(colon + 1), ',')) {
        if (option.empty()) continue;
        if (option == "ro") mount.read_only = true;
        mount.options.emplace_back(option);
      }
    }
    list.put(std::move(mount));
  });
}

void ServiceReader::devices(const Node& node) {
  if (!node.is_sequence()) return;
  UniqueList list(spec_.devices,
                  [](const Device& device) { return std::string_view(device.container_path); });
  for (const Node* item : node.items) {
    if (item->tag == Tag::reset || item->is_null() || item->is_sequence()) continue;
    Device device;
    device.at = at(*item);
    device.layer = Layer::compose;
    device.unresolved = item->unresolved;
    if (item->is_scalar()) {
      DeviceText written;
      if (const auto refused = parse_device(item->text, written); refused && !item->unresolved) {
        report(concat("the device is invalid: ", *refused), *item);
        continue;
      }
      device.host_path = std::move(written.source);
      device.container_path = std::move(written.target);
      device.permissions = std::move(written.permissions);
      device.permissions_written = written.permissions_written;
    } else {
      const auto take = [&](std::string_view key, std::string& field) {
        const Node* const value = item->find(key);
        if (value == nullptr || !value->is_scalar() || value->is_null()) return false;
        field = value->text;
        device.unresolved = device.unresolved || value->unresolved;
        return true;
      };
      take("source", device.host_path);
      if (!take("target", device.container_path)) device.container_path = device.host_path;
      device.permissions_written = take("permissions", device.permissions);
    }
    list.put(std::move(device));
  }
}

void ServiceReader::device_request(const Node& node) {
  if (!node.is_mapping()) return;
  std::string text;
  bool unresolved = false;
  const auto append = [&](std::string_view name, std::string_view value) {
    if (!text.empty()) text += ',';
    text += concat(name, "=", value);
  };
  for_each_pair(node, [&](const Pair& pair) {
    if (pair.key.starts_with("x-")) return;
    if (pair.value->is_mapping()) {
      for_each_assignment(
          *pair.value, [&](Assignment option) { append(option.name, option.value.value_or("")); });
      return;
    }
    for_each_text(*pair.value, [&](const Node& item) {
      append(pair.key, item.text);
      unresolved = unresolved || item.unresolved;
    });
  });
  spec_.device_requests.push_back(located(std::move(text), node));
  spec_.device_requests.back().unresolved = unresolved;
}

void ServiceReader::gpus(const Node& node) {
  if (node.is_scalar() && !node.is_null()) {
    spec_.device_requests.push_back(text_of(node));
  } else if (node.is_sequence()) {
    for (const Node* item : node.items) device_request(*item);
  }
}

void ServiceReader::file_mounts(const Node& node, bool is_config) {
  if (!node.is_sequence()) return;
  std::vector<SecretOrConfig> mounts;
  const auto target_of = [is_config](const SecretOrConfig& mount) {
    return mount.target.empty() ? concat(is_config ? "/" : "/run/secrets/", mount.source)
                                : mount.target;
  };
  UniqueList list(mounts, target_of);
  for (const Node* item : node.items) {
    if (item->tag == Tag::reset || item->is_null() || item->is_sequence()) continue;
    SecretOrConfig mount;
    mount.is_config = is_config;
    mount.at = at(*item);
    if (item->is_scalar()) {
      mount.source = item->text;
    } else {
      if (const Node* source = item->find("source")) mount.source = source->text;
      if (const Node* target = item->find("target")) mount.target = target->text;
    }
    list.put(std::move(mount));
  }
  std::ranges::move(mounts, std::back_inserter(spec_.secrets));
}

// --- network
// ----------------------------------------------------------------------------------------

void ServiceReader::ports(const Node& node) {
  if (!node.is_sequence()) return;
  UniqueList list(spec_.ports, [](const Port& port) {
    return concat(port.host_ip.empty() ? "0.0.0.0" : port.host_ip, ":", port.published, ":",
                  port.target, "/", port.protocol);
  });
  for (const Node* item : node.items) {
    if (item->tag != Tag::reset) port(*item, list);
  }
}

void ServiceReader::port(const Node& node, auto& list) {
  if (node.is_null() || node.is_sequence()) return;
  Port port;
  port.protocol = "tcp";
  port.at = at(node);
  port.layer = Layer::compose;
  port.unresolved = node.unresolved;
  if (node.is_scalar()) {
    PortText written;
    const std::string text = value_of(node);
    if (const auto refused = parse_port(text, node.unresolved, written)) {
      return report(
          concat("the port \"", printable(text.substr(0, 128)), "\" is invalid: ", *refused), node);
    }
    port.host_ip = std::move(written.host_ip);
    port.published = std::move(written.published);
    port.target = std::move(written.target);
    port.protocol = std::move(written.protocol);
  } else {
    const auto take = [&](std::string_view key, std::string& field) {
      const Node* const value = node.find(key);
      if (value == nullptr || !value->is_scalar() || value->is_null()) return;
      field = value_of(*value);
      port.unresolved = port.unresolved || value->unresolved;
    };
    take("host_ip", port.host_ip);
    take("published", port.published);
    take("target", port.target);
    take("protocol", port.protocol);
    if (port.target.empty()) return report("a port lacks its `target`", node);
    if (!port.unresolved && !port.host_ip.empty() && !is_ip_address(port.host_ip)) {
      report("host_ip is no IP address", *node.find("host_ip"));
    }
    if (port.published == "0") port.published.clear();
  }
  list.put(std::move(port));
}

void ServiceReader::networks(const Node& node) {
  const auto add = [&](std::string_view name, Location place) {
    Network network{.name = std::string(name), .at = place};
    if (const ComposeResource* resource = context_.project.network(name)) {
      network.internal = resource->internal;
      network.external = resource->external;
    }
    spec_.networks.push_back(std::move(network));
  };
  if (node.is_mapping()) {
    for_each_pair(node, [&](const Pair& pair) { add(pair.key, loader_.key_at(pair)); });
  } else if (node.is_sequence()) {
    for_each_text(node, [&](const Node& item) { add(item.text, at(item)); });
  }
}

void ServiceReader::links(const Node& node) {
  unique_texts<&ContainerSpec::links>(node);
  for (const Located<std::string>& link : spec_.links) {
    spec_.obsolete.push_back(
        {.kind = ObsoleteSpelling::Kind::links, .text = link.value, .at = link.at});
  }
}

void ServiceReader::extra_hosts(const Node& node) {
  if (node.is_mapping()) {
    for_each_pair(node, [&](const Pair& pair) {
      for_each_text(*pair.value, [&](const Node& address) {
        spec_.extra_hosts.push_back(located(concat(pair.key, ":", address.text), address));
      });
    });
    return;
  }
  texts<&ContainerSpec::extra_hosts>(node);
}

// --- resources
// --------------------------------------------------------------------------------------

void ServiceReader::cpus(const Node& node) {
  if (!node.is_scalar() || node.is_null()) return;
  const auto number = parse_decimal(node.text);
  if (!number && !node.unresolved) return;
  const double bounded = std::clamp(number.value_or(0), -1e9, 1e9);
  spec_.nano_cpus = located(static_cast<std::int64_t>(std::llround(bounded * 1e9)), node);
}

void ServiceReader::ulimits(const Node& node) {
  for_each_pair(node, [&](const Pair& pair) {
    Ulimit limit{.name = std::string(pair.key), .at = at(*pair.value), .layer = Layer::compose};
    if (pair.value->is_scalar()) {
      const auto value = integer_of(*pair.value);
      if (!value) return;
      limit.soft = limit.hard = *value;
    } else if (pair.value->is_mapping()) {
      const Node* const soft = pair.value->find("soft");
      const Node* const hard = pair.value->find("hard");
      if (soft != nullptr) limit.soft = integer_of(*soft).value_or(-1);
      if (hard != nullptr) limit.hard = integer_of(*hard).value_or(-1);
    } else {
      return;
    }
    spec_.ulimits.push_back(std::move(limit));
  });
}

void ServiceReader::blkio_config(const Node& node) {
  for_each_pair(node, [&](const Pair& pair) {
    if (pair.value->is_scalar()) {
      if (pair.value->is_null()) return;
      spec_.blkio.push_back(located(concat(pair.key, "=", pair.value->text), *pair.value));
      return;
    }
    for (const Node* item : pair.value->items) {
      const Node* const path = item->find("path");
      const Node* value = item->find("rate");
      if (value == nullptr) value = item->find("weight");
      if (path == nullptr || value == nullptr) continue;
      spec_.blkio.push_back(located(concat(pair.key, "=", path->text, ":", value->text), *item));
    }
  });
}

void ServiceReader::storage_opt(const Node& node) {
  collect_assignments(node, spec_.storage_opt);
}

void ServiceReader::deploy(const Node& node) {
  if (!node.is_mapping()) return;
  for_each_pair(node, [&](const Pair& pair) {
    if (pair.key == "resources") deploy_resources(*pair.value);
    if (pair.key == "restart_policy") restart_policy(*pair.value);
    // What compose itself does nothing with.
    const bool swarm = is_one_of(
        pair.key, {"mode", "endpoint_mode", "placement", "update_config", "rollback_config"});
    if (swarm && !context_.project.for_swarm) {
      context_.project.for_swarm = true;
      context_.project.for_swarm_at = loader_.key_at(pair);
    }
  });
}

void ServiceReader::deploy_resources(const Node& node) {
  if (const Node* limits = node.find("limits")) {
    if (const Node* value = limits->find("memory")) bytes<&ContainerSpec::mem_limit>(*value);
    if (const Node* value = limits->find("cpus")) cpus(*value);
    if (const Node* value = limits->find("pids")) number<&ContainerSpec::pids_limit>(*value);
  }
  const Node* const reservations = node.find("reservations");
  if (reservations == nullptr) return;
  if (const Node* value = reservations->find("memory")) {
    bytes<&ContainerSpec::mem_reservation>(*value);
  }
  if (const Node* value = reservations->find("cpus"); value != nullptr && value->is_scalar()) {
    const double number = std::clamp(parse_decimal(value->text).value_or(0), -1e9, 1e9);
    spec_.cpu_reservation = located(static_cast<std::int64_t>(std::llround(number * 1e9)), *value);
  }
  if (const Node* devices = reservations->find("devices")) {
    for (const Node* item : devices->items) device_request(*item);
  }
}

void ServiceReader::restart_policy(const Node& node) {
  if (!node.is_mapping()) return;
  const Node* const condition = node.find("condition");
  const Node* const attempts = node.find("max_attempts");
  if (condition == nullptr && attempts == nullptr) return;
  const std::string_view name = condition == nullptr ? "any" : condition->text;
  std::string policy(name);
  if (name == "none") policy = "no";
  if (name == "any") policy = "always";
  if (name == "on-failure" && attempts != nullptr && attempts->is_scalar()) {
    policy += concat(":", value_of(*attempts));
  }
  spec_.restart = located(std::move(policy), condition == nullptr ? *attempts : *condition);
}

// --- build
// ------------------------------------------------------------------------------------------

void ServiceReader::build(const Node& node) {
  if (node.is_null() || node.is_sequence()) return;
  spec_.builds_image = true;
  ComposeBuild build;
  build.service = spec_.name;
  build.at = at(node);
  build.context = ".";
  const Node* context_node = &node;
  if (node.is_mapping()) {
    context_node = node.find("context");
    const auto scalar = [&](std::string_view key) -> const Node* {
      const Node* const value = node.find(key);
      return value != nullptr && value->is_scalar() && !value->is_null() ? value : nullptr;
    };
    if (const Node* value = scalar("dockerfile")) build.dockerfile = value->text;
    if (const Node* value = scalar("dockerfile_inline")) build.dockerfile_inline = text_of(*value);
    if (const Node* value = scalar("target")) build.target = text_of(*value);
    if (const Node* value = scalar("no_cache")) build.no_cache = flag_of(*value);
    if (const Node* value = scalar("pull")) build.pull = flag_of(*value);
    if (const Node* value = scalar("privileged")) spec_.build_privileged = flag_of(*value);
    if (const Node* args = node.find("args")) collect_assignments(*args, build.args);
    if (const Node* from = node.find("cache_from")) {
      for_each_text(*from, [&](const Node& item) { build.cache_from.push_back(text_of(item)); });
    }
    if (const Node* list = node.find("entitlements")) {
      for_each_text(*list,
                    [&](const Node& item) { spec_.build_entitlements.push_back(text_of(item)); });
    }
    const Node* const dockerfile = scalar("dockerfile");
    if (dockerfile != nullptr && build.dockerfile_inline.written()) {
      report("`dockerfile` and `dockerfile_inline` exclude each other", *dockerfile);
    }
  }
  if (context_node != nullptr && context_node->is_scalar() && !context_node->text.empty()) {
    build.context = is_remote(context_node->text) ? std::string(context_node->text)
                                                  : rebased(context_node->text, *context_node);
  } else if (node.is_mapping()) {
    build.context = rebased(".", node);
  }
  // One service may be built once: a later `build` would be a duplicate key.
  context_.project.builds.push_back(std::move(build));
}

}  // namespace

namespace {

void read_driver_options(const Node& node, const ProjectLoader& loader,
                         std::vector<std::string>& options) {
  const Node* const kind = node.find("o");
  const bool binds = kind != nullptr && kind->text == "bind";
  for_each_pair(node, [&](const Pair& option) {
    if (!option.value->is_scalar()) return;
    const std::string value = value_of(*option.value);
    const bool path = binds && option.key == "device";
    options.push_back(concat(option.key, "=",
                             path ? rebased(value, loader.prefix_of(option.value->file)) : value));
  });
}

}  // namespace

void read_service(const Pair& entry, ServiceContext& context) {
  ServiceReader(entry, context).read();
}

std::vector<ComposeResource> read_resources(const Node* section, const ProjectLoader& loader) {
  std::vector<ComposeResource> resources;
  if (section == nullptr || !section->is_mapping()) return resources;
  resources.reserve(section->pairs.size());
  for_each_pair(*section, [&](const Pair& entry) {
    ComposeResource resource;
    resource.name = entry.key;
    resource.at = loader.key_at(entry);
    if (entry.value->is_mapping()) {
      for_each_pair(*entry.value, [&](const Pair& pair) {
        const Node& value = *pair.value;
        const bool scalar = value.is_scalar() && !value.is_null();
        if (pair.key == "external") {
          resource.external = value.is_mapping() || parse_boolean(value.text).value_or(false);
        } else if (pair.key == "internal" && scalar) {
          resource.internal = parse_boolean(value.text).value_or(false);
        } else if (pair.key == "driver" && scalar) {
          resource.driver = value.text;
        } else if (pair.key == "file" && scalar) {
          resource.file = value.text;
        } else if (pair.key == "environment" && scalar) {
          resource.from_environment = true;
        } else if (pair.key == "content" && scalar) {
          resource.has_content = true;
        } else if (pair.key == "driver_opts") {
          read_driver_options(value, loader, resource.driver_options);
        } else if (pair.key == "labels") {
          for_each_pair(value, [&](const Pair& label) {
            resource.labels.push_back({.name = std::string(label.key),
                                       .value = value_of(*label.value),
                                       .at = loader.key_at(label),
                                       .layer = Layer::compose});
          });
          for (const Node* item : value.items) {
            const std::size_t equals = item->text.find('=');
            resource.labels.push_back({.name = std::string(item->text.substr(0, equals)),
                                       .value = equals == std::string_view::npos
                                                    ? std::string()
                                                    : std::string(item->text.substr(equals + 1)),
                                       .at = loader.at(*item),
                                       .layer = Layer::compose});
          }
        }
      });
    }
    resources.push_back(std::move(resource));
  });
  return resources;
}

}  // namespace plimsoll::compose
