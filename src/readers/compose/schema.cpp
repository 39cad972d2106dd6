#include "readers/compose/schema.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <unordered_set>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {
namespace {

// The types that a value may have, as a set of bits.
constexpr std::uint8_t bit(Type type) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type));
}
constexpr std::uint8_t null = bit(Type::null);
constexpr std::uint8_t boolean = bit(Type::boolean);
constexpr std::uint8_t integer = bit(Type::integer);
constexpr std::uint8_t number = bit(Type::integer) | bit(Type::floating);
constexpr std::uint8_t string = bit(Type::string);
constexpr std::uint8_t list = bit(Type::sequence);
constexpr std::uint8_t mapping = bit(Type::mapping);

// What a string in this place must read as.
enum class Reads : std::uint8_t {
  any,
  a_boolean,
  an_integer,
  a_number,
  a_size,
  a_duration,
  all_or_a_number,
};
// What a mapping's own keys may look like.
enum class Names : std::uint8_t { any, identifier };

struct Member;

struct Shape {
  std::uint8_t accepts = 0;
  Reads reads = Reads::any;
  const Shape* items = nullptr;       // of a list; null: anything
  std::span<const Member> members{};  // of a mapping, sorted by name
  const Shape* values = nullptr;      // of a mapping with free keys
  bool closed = false;                // no other keys than `members`
  bool extensions = true;             // keys that start with `x-` are allowed in a closed mapping
  bool unique = false;                // no item of the list twice
  Names names = Names::any;
  std::span<const std::string_view> required{};
  std::span<const std::string_view> words{};  // the strings that are allowed
};

struct Member {
  std::string_view name;
  const Shape* shape;
};

template <std::size_t size>
consteval bool sorted(const Member (&members)[size]) {
  for (std::size_t i = 1; i < size; ++i) {
    if (!(members[i - 1].name < members[i].name)) return false;
  }
  return true;
}

// --- scalars
// --------------------------------------------------------------------------------------
constexpr Shape anything{.accepts = 0xFF};
constexpr Shape text{.accepts = string};
constexpr Shape text_or_null{.accepts = string | null};
constexpr Shape flag{.accepts = boolean | string, .reads = Reads::a_boolean};
constexpr Shape strict_flag{.accepts = boolean};
constexpr Shape read_flag{.accepts = boolean, .reads = Reads::a_boolean};
constexpr Shape flag_or_text{.accepts = boolean | string};
constexpr Shape whole{.accepts = integer | string, .reads = Reads::an_integer};
constexpr Shape integer_or_text{.accepts = integer | string};
constexpr Shape whole_number{.accepts = number | string, .reads = Reads::an_integer};
constexpr Shape fraction{.accepts = number | string, .reads = Reads::a_number};
constexpr Shape size_of_memory{.accepts = number | string, .reads = Reads::a_size};
constexpr Shape whole_size{.accepts = integer | string, .reads = Reads::a_size};
constexpr Shape memory_text{.accepts = string, .reads = Reads::a_size};
constexpr Shape duration{.accepts = string, .reads = Reads::a_duration};
constexpr Shape number_only{.accepts = number};
constexpr Shape number_or_text{.accepts = number | string};
constexpr Shape text_or_number{.accepts = number | string};
constexpr Shape plain_integer{.accepts = integer};
constexpr Shape device_count{.accepts = integer | string, .reads = Reads::all_or_a_number};

// --- lists and free mappings
// ----------------------------------------------------------------------
constexpr Shape texts{.accepts = list, .items = &text};
constexpr Shape unique_texts{.accepts = list, .items = &text, .unique = true};
constexpr Shape text_or_texts{.accepts = string | list, .items = &text};
constexpr Shape texts_or_numbers{.accepts = list, .items = &text_or_number};
constexpr Shape unique_texts_or_numbers{.accepts = list, .items = &text_or_number, .unique = true};
constexpr Shape scalar{.accepts = string | number | boolean | null};
constexpr Shape list_or_mapping{.accepts = list | mapping, .items = &text, .values = &scalar};
constexpr Shape driver_options{.accepts = mapping, .values = &text_or_number};
constexpr Shape option_value{.accepts = string | number | null};
constexpr Shape log_options{.accepts = mapping, .values = &option_value};
constexpr Shape text_map{.accepts = mapping, .values = &text};
constexpr Shape free_mapping{.accepts = mapping, .values = &anything};
constexpr Shape command{.accepts = null | string | list, .items = &text};
constexpr Shape hosts{
    .accepts = list | mapping, .items = &text, .values = &text_or_texts, .unique = true};

// --- parts of services
// ----------------------------------------------------------------------------
constexpr Member blkio_limit_members[] = {{"path", &text}, {"rate", &whole_size}};
constexpr Shape blkio_limit{
    .accepts = mapping, .members = blkio_limit_members, .closed = true, .extensions = false};
constexpr Shape blkio_limits{.accepts = list, .items = &blkio_limit};
constexpr Member blkio_weight_members[] = {{"path", &text}, {"weight", &whole}};
constexpr Shape blkio_weight{
    .accepts = mapping, .members = blkio_weight_members, .closed = true, .extensions = false};
constexpr Shape blkio_weights{.accepts = list, .items = &blkio_weight};
constexpr Member blkio_members[] = {
    {"device_read_bps", &blkio_limits},
    {"device_read_iops", &blkio_limits},
    {"device_write_bps", &blkio_limits},
    {"device_write_iops", &blkio_limits},
    {"weight", &whole},
    {"weight_device", &blkio_weights},
};
constexpr Shape blkio{
    .accepts = mapping, .members = blkio_members, .closed = true, .extensions = false};

constexpr std::string_view soft_and_hard[] = {"soft", "hard"};
constexpr Member ulimit_members[] = {{"hard", &whole}, {"soft", &whole}};
constexpr Shape ulimit{.accepts = integer | string | mapping,
                       .reads = Reads::an_integer,
                       .members = ulimit_members,
                       .closed = true,
                       .required = soft_and_hard};
constexpr Shape ulimits{.accepts = mapping, .values = &ulimit};

constexpr Member file_mount_members[] = {
    {"gid", &text}, {"mode", &number_or_text}, {"source", &text}, {"target", &text}, {"uid", &text},
};
constexpr Shape file_mount{
    .accepts = string | mapping, .members = file_mount_members, .closed = true};
constexpr Shape file_mounts{.accepts = list, .items = &file_mount};

constexpr Member build_members[] = {
    {"additional_contexts", &list_or_mapping},
    {"args", &list_or_mapping},
    {"cache_from", &texts},
    {"cache_to", &texts},
    {"context", &text},
    {"dockerfile", &text},
    {"dockerfile_inline", &text},
    {"entitlements", &texts},
    {"extra_hosts", &hosts},
    {"isolation", &text},
    {"labels", &list_or_mapping},
    {"network", &text},
    {"no_cache", &flag},
    {"no_cache_filter", &text_or_texts},
    {"platforms", &texts},
    {"privileged", &flag},
    {"provenance", &flag_or_text},
    {"pull", &flag},
    {"sbom", &flag_or_text},
    {"secrets", &file_mounts},
    {"shm_size", &whole_size},
    {"ssh", &list_or_mapping},
    {"tags", &texts},
    {"target", &text},
    {"ulimits", &ulimits},
};
static_assert(sorted(build_members));
constexpr Shape build{.accepts = string | mapping, .members = build_members, .closed = true};

constexpr std::string_view cgroup_words[] = {"host", "private"};
constexpr Shape cgroup{.accepts = string, .words = cgroup_words};

constexpr Member credential_members[] = {{"config", &text}, {"file", &text}, {"registry", &text}};
constexpr Shape credential_spec{.accepts = mapping, .members = credential_members, .closed = true};

constexpr std::string_view conditions[] = {"service_started", "service_healthy",
                                           "service_completed_successfully"};
constexpr Shape condition{.accepts = string, .words = conditions};
constexpr Member dependency_members[] = {
    {"condition", &condition}, {"required", &read_flag}, {"restart", &flag}};
constexpr std::string_view condition_name[] = {"condition"};
constexpr Shape dependency{
    .accepts = mapping, .members = dependency_members, .closed = true, .required = condition_name};
constexpr Shape depends_on{.accepts = list | mapping,
                           .items = &text,
                           .values = &dependency,
                           .unique = true,
                           .names = Names::identifier};

constexpr Member device_members[] = {{"permissions", &text}, {"source", &text}, {"target", &text}};
constexpr std::string_view source_name[] = {"source"};
constexpr Shape device{.accepts = string | mapping,
                       .members = device_members,
                       .closed = true,
                       .required = source_name};
constexpr Shape devices{.accepts = list, .items = &device};

constexpr Member request_members[] = {
    {"capabilities", &unique_texts}, {"count", &device_count},
    {"device_ids", &unique_texts},   {"driver", &text},
    {"options", &list_or_mapping},
};
constexpr std::string_view capabilities_name[] = {"capabilities"};
constexpr Shape device_request{
    .accepts = mapping, .members = request_members, .closed = true, .required = capabilities_name};
constexpr Shape device_requests{.accepts = list, .items = &device_request};
constexpr Shape gpu{.accepts = mapping, .members = request_members};
constexpr std::string_view all_name[] = {"all"};
constexpr Shape gpus{.accepts = string | list, .items = &gpu, .words = all_name};

constexpr Member env_file_members[] = {{"format", &text}, {"path", &text}, {"required", &flag}};
constexpr std::string_view path_name[] = {"path"};
constexpr Shape env_file_item{.accepts = string | mapping,
                              .members = env_file_members,
                              .closed = true,
                              .extensions = false,
                              .required = path_name};
constexpr Shape env_file{.accepts = string | list, .items = &env_file_item};

constexpr Member healthcheck_members[] = {
    {"disable", &flag},          {"interval", &duration},
    {"retries", &whole_number},  {"start_interval", &duration},
    {"start_period", &duration}, {"test", &text_or_texts},
    {"timeout", &duration},
};
static_assert(sorted(healthcheck_members));
constexpr Shape healthcheck{.accepts = mapping, .members = healthcheck_members, .closed = true};

constexpr Member logging_members[] = {{"driver", &text}, {"options", &log_options}};
constexpr Shape logging{.accepts = mapping, .members = logging_members, .closed = true};

constexpr Member model_use_members[] = {{"endpoint_var", &text}, {"model_var", &text}};
constexpr Shape model_use{.accepts = mapping | null, .members = model_use_members, .closed = true};
constexpr Shape model_uses{
    .accepts = list | mapping, .items = &text, .values = &model_use, .unique = true};

constexpr Member network_use_members[] = {
    {"aliases", &unique_texts},        {"driver_opts", &driver_options},
    {"gw_priority", &number_only},     {"interface_name", &text},
    {"ipv4_address", &text},           {"ipv6_address", &text},
    {"link_local_ips", &unique_texts}, {"mac_address", &text},
    {"priority", &number_only},
};
static_assert(sorted(network_use_members));
constexpr Shape network_use{
    .accepts = mapping | null, .members = network_use_members, .closed = true};
constexpr Shape network_uses{.accepts = list | mapping,
                             .items = &text,
                             .values = &network_use,
                             .unique = true,
                             .names = Names::identifier};

constexpr Shape score{.accepts = integer | string, .reads = Reads::an_integer};

constexpr Member port_members[] = {
    {"app_protocol", &text}, {"host_ip", &text},  {"mode", &text},
    {"name", &text},         {"protocol", &text}, {"published", &integer_or_text},
    {"target", &whole},
};
static_assert(sorted(port_members));
constexpr Shape port{.accepts = number | string | mapping, .members = port_members, .closed = true};
constexpr Shape ports{.accepts = list, .items = &port};

constexpr Shape provider_option{.accepts = string | number | boolean | list, .items = &scalar};
constexpr Shape provider_options{.accepts = mapping, .values = &provider_option};
constexpr Member provider_members[] = {{"options", &provider_options}, {"type", &text}};
constexpr std::string_view type_name[] = {"type"};
constexpr Shape provider{
    .accepts = mapping, .members = provider_members, .closed = true, .required = type_name};

constexpr Member hook_members[] = {
    {"command", &command},  {"environment", &list_or_mapping},
    {"privileged", &flag},  {"user", &text},
    {"working_dir", &text},
};
constexpr std::string_view command_name[] = {"command"};
constexpr Shape hook{
    .accepts = mapping, .members = hook_members, .closed = true, .required = command_name};
constexpr Shape hooks{.accepts = list, .items = &hook};
constexpr Member pre_start_members[] = {
    {"command", &command},  {"environment", &list_or_mapping},
    {"image", &text},       {"per_replica", &flag},
    {"privileged", &flag},  {"user", &text},
    {"working_dir", &text},
};
static_assert(sorted(pre_start_members));
constexpr Shape pre_start_hook{.accepts = mapping, .members = pre_start_members, .closed = true};
constexpr Shape pre_start_hooks{.accepts = list, .items = &pre_start_hook};

constexpr std::string_view actions[] = {"rebuild", "sync", "restart", "sync+restart", "sync+exec"};
constexpr Shape action{.accepts = string, .words = actions};
constexpr Member watch_members[] = {
    {"action", &action},
    {"exec", &hook},
    {"ignore", &text_or_texts},
    {"include", &text_or_texts},
    {"initial_sync", &strict_flag},
    {"path", &text},
    {"target", &text},
};
static_assert(sorted(watch_members));
constexpr std::string_view path_and_action[] = {"path", "action"};
constexpr Shape watch{
    .accepts = mapping, .members = watch_members, .closed = true, .required = path_and_action};
constexpr Shape watches{.accepts = list, .items = &watch};
constexpr Member develop_members[] = {{"watch", &watches}};
constexpr Shape develop{.accepts = mapping | null, .members = develop_members, .closed = true};

constexpr std::string_view propagations[] = {"enabled", "disabled", "writable", "readonly"};
constexpr Shape recursive{.accepts = string, .words = propagations};
constexpr std::string_view selinux_words[] = {"z", "Z"};
constexpr Shape selinux{.accepts = string, .words = selinux_words};
constexpr Member bind_members[] = {{"create_host_path", &flag},
                                   {"propagation", &text},
                                   {"recursive", &recursive},
                                   {"selinux", &selinux}};
constexpr Shape bind{.accepts = mapping, .members = bind_members, .closed = true};
constexpr Member volume_options_members[] = {
    {"labels", &list_or_mapping}, {"nocopy", &flag}, {"subpath", &text}};
constexpr Shape volume_options{
    .accepts = mapping, .members = volume_options_members, .closed = true};
constexpr Member tmpfs_members[] = {{"mode", &number_or_text}, {"size", &whole_size}};
constexpr Shape tmpfs_options{.accepts = mapping, .members = tmpfs_members, .closed = true};
constexpr Member image_options_members[] = {{"subpath", &text}};
constexpr Shape image_options{.accepts = mapping, .members = image_options_members, .closed = true};
constexpr std::string_view volume_types[] = {"bind",    "volume", "tmpfs",
                                             "cluster", "npipe",  "image"};
constexpr Shape volume_type{.accepts = string, .words = volume_types};
constexpr Member volume_members[] = {
    {"bind", &bind},           {"consistency", &text}, {"image", &image_options},
    {"read_only", &flag},      {"source", &text},      {"target", &text},
    {"tmpfs", &tmpfs_options}, {"type", &volume_type}, {"volume", &volume_options},
};
static_assert(sorted(volume_members));
constexpr Shape volume_use{
    .accepts = string | mapping, .members = volume_members, .closed = true, .required = type_name};
constexpr Shape volume_uses{.accepts = list, .items = &volume_use};

// --- deploy
// ---------------------------------------------------------------------------------------
constexpr std::string_view orders[] = {"start-first", "stop-first"};
constexpr Shape order{.accepts = string, .words = orders};
constexpr Member update_members[] = {
    {"delay", &duration},   {"failure_action", &text}, {"max_failure_ratio", &fraction},
    {"monitor", &duration}, {"order", &order},         {"parallelism", &whole},
};
static_assert(sorted(update_members));
constexpr Shape update{.accepts = mapping, .members = update_members, .closed = true};
constexpr Member limits_members[] = {
    {"cpus", &fraction}, {"memory", &memory_text}, {"pids", &whole}};
constexpr Shape limits{.accepts = mapping, .members = limits_members, .closed = true};
constexpr Member discrete_members[] = {{"kind", &text}, {"value", &number_or_text}};
constexpr Shape discrete{.accepts = mapping, .members = discrete_members, .closed = true};
constexpr Member generic_members[] = {{"discrete_resource_spec", &discrete}};
constexpr Shape generic{.accepts = mapping, .members = generic_members, .closed = true};
constexpr Shape generics{.accepts = list, .items = &generic};
constexpr Member reservations_members[] = {{"cpus", &fraction},
                                           {"devices", &device_requests},
                                           {"generic_resources", &generics},
                                           {"memory", &memory_text}};
constexpr Shape reservations{.accepts = mapping, .members = reservations_members, .closed = true};
constexpr Member resources_members[] = {{"limits", &limits}, {"reservations", &reservations}};
constexpr Shape resources{.accepts = mapping, .members = resources_members, .closed = true};
constexpr Member restart_members[] = {
    {"condition", &text}, {"delay", &duration}, {"max_attempts", &whole}, {"window", &duration}};
constexpr Shape restart_policy{.accepts = mapping, .members = restart_members, .closed = true};
constexpr Member preference_members[] = {{"spread", &text}};
constexpr Shape preference{.accepts = mapping, .members = preference_members, .closed = true};
constexpr Shape preferences{.accepts = list, .items = &preference};
constexpr Member placement_members[] = {
    {"constraints", &texts}, {"max_replicas_per_node", &whole}, {"preferences", &preferences}};
constexpr Shape placement{.accepts = mapping, .members = placement_members, .closed = true};
constexpr Member deploy_members[] = {
    {"endpoint_mode", &text},
    {"labels", &list_or_mapping},
    {"mode", &text},
    {"placement", &placement},
    {"replicas", &whole},
    {"resources", &resources},
    {"restart_policy", &restart_policy},
    {"rollback_config", &update},
    {"update_config", &update},
};
static_assert(sorted(deploy_members));
constexpr Shape deploy{.accepts = mapping | null, .members = deploy_members, .closed = true};

// --- services
// -------------------------------------------------------------------------------------
constexpr Member service_members[] = {
    {"annotations", &list_or_mapping},
    {"attach", &flag},
    {"blkio_config", &blkio},
    {"build", &build},
    {"cap_add", &texts},
    {"cap_drop", &texts},
    {"cgroup", &cgroup},
    {"cgroup_parent", &text},
    {"command", &command},
    {"configs", &file_mounts},
    {"container_name", &text},
    {"cpu_count", &whole},
    {"cpu_percent", &fraction},
    {"cpu_period", &whole_number},
    {"cpu_quota", &whole_number},
    {"cpu_rt_period", &whole_number},
    {"cpu_rt_runtime", &whole_number},
    {"cpu_shares", &whole_number},
    {"cpus", &fraction},
    {"cpuset", &text},
    {"credential_spec", &credential_spec},
    {"depends_on", &depends_on},
    {"deploy", &deploy},
    {"develop", &develop},
    {"device_cgroup_rules", &unique_texts},
    {"devices", &devices},
    {"dns", &text_or_texts},
    {"dns_opt", &texts},
    {"dns_search", &text_or_texts},
    {"domainname", &text},
    {"entrypoint", &command},
    {"env_file", &env_file},
    {"environment", &list_or_mapping},
    {"expose", &texts_or_numbers},
    {"extends", &anything},
    {"external_links", &unique_texts},
    {"extra_hosts", &hosts},
    {"gpus", &gpus},
    {"group_add", &unique_texts_or_numbers},
    {"healthcheck", &healthcheck},
    {"hostname", &text},
    {"image", &text},
    {"init", &flag},
    {"ipc", &text},
    {"isolation", &text},
    {"label_file", &text_or_texts},
    {"labels", &list_or_mapping},
    {"links", &texts},
    {"logging", &logging},
    {"mac_address", &text},
    {"mem_limit", &size_of_memory},
    {"mem_reservation", &whole_size},
    {"mem_swappiness", &whole_size},
    {"memswap_limit", &size_of_memory},
    {"models", &model_uses},
    {"network_mode", &text},
    {"networks", &network_uses},
    {"oom_kill_disable", &flag},
    {"oom_score_adj", &score},
    {"pid", &text_or_null},
    {"pids_limit", &whole_number},
    {"platform", &text},
    {"ports", &ports},
    {"post_start", &hooks},
    {"pre_start", &pre_start_hooks},
    {"pre_stop", &hooks},
    {"privileged", &flag},
    {"profiles", &texts},
    {"provider", &provider},
    {"pull_policy", &text},
    {"pull_refresh_after", &text},
    {"read_only", &flag},
    {"restart", &text},
    {"runtime", &text},
    {"scale", &whole},
    {"secrets", &file_mounts},
    {"security_opt", &unique_texts},
    {"shm_size", &size_of_memory},
    {"stdin_open", &flag},
    {"stop_grace_period", &duration},
    {"stop_signal", &text},
    {"storage_opt", &free_mapping},
    {"sysctls", &list_or_mapping},
    {"tmpfs", &text_or_texts},
    {"tty", &flag},
    {"ulimits", &ulimits},
    {"use_api_socket", &strict_flag},
    {"user", &text},
    {"userns_mode", &text},
    {"uts", &text},
    {"volumes", &volume_uses},
    {"volumes_from", &unique_texts},
    {"working_dir", &text},
};
static_assert(sorted(service_members));
constexpr Shape service{.accepts = mapping, .members = service_members, .closed = true};

// --- the rest of the file
// -------------------------------------------------------------------------
constexpr Member external_members[] = {{"name", &text}};
constexpr Shape external{.accepts = boolean | string | mapping,
                         .reads = Reads::a_boolean,
                         .members = external_members,
                         .closed = true};
constexpr Member ipam_config_members[] = {
    {"aux_addresses", &text_map}, {"gateway", &text}, {"ip_range", &text}, {"subnet", &text}};
constexpr Shape ipam_config{.accepts = mapping, .members = ipam_config_members, .closed = true};
constexpr Shape ipam_configs{.accepts = list, .items = &ipam_config};
constexpr Member ipam_members[] = {
    {"config", &ipam_configs}, {"driver", &text}, {"options", &text_map}};
constexpr Shape ipam{.accepts = mapping, .members = ipam_members, .closed = true};
constexpr Member network_members[] = {
    {"attachable", &flag},  {"driver", &text},      {"driver_opts", &driver_options},
    {"enable_ipv4", &flag}, {"enable_ipv6", &flag}, {"external", &external},
    {"internal", &flag},    {"ipam", &ipam},        {"labels", &list_or_mapping},
    {"name", &text},
};
static_assert(sorted(network_members));
constexpr Shape network{.accepts = mapping | null, .members = network_members, .closed = true};
constexpr Member volume_resource_members[] = {{"driver", &text},
                                              {"driver_opts", &driver_options},
                                              {"external", &external},
                                              {"labels", &list_or_mapping},
                                              {"name", &text}};
constexpr Shape volume{
    .accepts = mapping | null, .members = volume_resource_members, .closed = true};
constexpr Member secret_members[] = {
    {"driver", &text},      {"driver_opts", &driver_options},
    {"environment", &text}, {"external", &external},
    {"file", &text},        {"labels", &list_or_mapping},
    {"name", &text},        {"template_driver", &text},
};
static_assert(sorted(secret_members));
constexpr Shape secret{.accepts = mapping, .members = secret_members, .closed = true};
constexpr Member config_members[] = {{"content", &text},           {"environment", &text},
                                     {"external", &external},      {"file", &text},
                                     {"labels", &list_or_mapping}, {"name", &text},
                                     {"template_driver", &text}};
constexpr Shape config{.accepts = mapping, .members = config_members, .closed = true};
constexpr Member model_members[] = {
    {"context_size", &plain_integer}, {"model", &text}, {"name", &text}, {"runtime_flags", &texts}};
constexpr std::string_view model_name[] = {"model"};
constexpr Shape model{
    .accepts = mapping, .members = model_members, .closed = true, .required = model_name};

constexpr Shape networks{.accepts = mapping, .values = &network};
constexpr Shape volumes{.accepts = mapping, .values = &volume, .names = Names::identifier};
constexpr Shape secrets{.accepts = mapping, .values = &secret, .names = Names::identifier};
constexpr Shape configs{.accepts = mapping, .values = &config, .names = Names::identifier};
constexpr Shape models{.accepts = mapping, .values = &model};
// Each service is checked by itself.
constexpr Shape services{.accepts = mapping, .values = &anything, .names = Names::identifier};

constexpr Member top_members[] = {
    {"configs", &configs},   {"include", &anything},  {"models", &models},
    {"name", &text},         {"networks", &networks}, {"secrets", &secrets},
    {"services", &services}, {"version", &text},      {"volumes", &volumes},
};
static_assert(sorted(top_members));
constexpr Shape top{.accepts = mapping, .members = top_members, .closed = true};

// --- checking
// -------------------------------------------------------------------------------------

const Member* find_member(std::span<const Member> members, std::string_view name) {
  const auto found = std::ranges::lower_bound(members, name, {}, &Member::name);
  return found == members.end() || found->name != name ? nullptr : &*found;
}

bool is_identifier(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

std::string_view article_name(std::uint8_t type) {
  if (type == boolean) return "a boolean";
  if (type == integer) return "an integer";
  if (type == number) return "a number";
  if (type == string) return "a string";
  if (type == list) return "a list";
  if (type == mapping) return "a mapping";
  return "empty";
}

std::string expected_types(std::uint8_t accepts) {
  std::string out;
  const auto append = [&](std::uint8_t type) {
    if (!out.empty()) out += " or ";
    out += article_name(type);
  };
  for (const std::uint8_t type : {string, boolean, list, mapping, null}) {
    if ((accepts & type) != 0) append(type);
  }
  if ((accepts & number) == number) {
    append(number);
  } else if ((accepts & integer) != 0) {
    append(integer);
  }
  return out;
}

bool reads_as(std::string_view value, Reads reads) {
  switch (reads) {
    case Reads::any: return true;
    case Reads::a_boolean: return parse_boolean(value).has_value();
    case Reads::an_integer: return parse_integer(value).has_value();
    case Reads::a_number: return parse_decimal(value).has_value();
    case Reads::a_size: return parse_bytes(value).has_value();
    case Reads::a_duration: return parse_duration(value).has_value();
    case Reads::all_or_a_number: return value == "all" || parse_integer(value).has_value();
  }
  return true;
}

std::string_view name_of(Reads reads) {
  switch (reads) {
    case Reads::any: break;
    case Reads::a_boolean: return "a boolean";
    case Reads::an_integer: return "an integer";
    case Reads::a_number: return "a number";
    case Reads::a_size: return "a size like 512m";
    case Reads::a_duration: return "a duration like 1m30s";
    case Reads::all_or_a_number: return "`all` or an integer";
  }
  return "a string";
}

class Checker {
 public:
  Checker(std::string_view subject, const FileSources& files, std::vector<Error>& errors)
      : subject_(subject), files_(files), errors_(errors) {}

  struct Path {
    const Path* above = nullptr;
    std::string_view key;
    std::size_t index = 0;
  };

  void check(const Node& node, const Shape& shape, const Path& path) {
    if ((shape.accepts & bit(node.type)) == 0) return wrong_type(node, shape, path);
    switch (node.type) {
      case Type::mapping: return check_mapping(node, shape, path);
      case Type::sequence: return check_list(node, shape, path);
      case Type::string: return check_string(node, shape, path);
      default: return;
    }
  }

 private:
  std::string called(const Path& path) const {
    std::vector<const Path*> parts;
    for (const Path* part = &path; part != nullptr; part = part->above) parts.push_back(part);
    std::string out;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
      if ((*part)->key.empty()) {
        if ((*part)->above != nullptr) out += concat("[", std::to_string((*part)->index), "]");
        continue;
      }
      if (!out.empty()) out += '.';
      out += printable((*part)->key);
    }
    if (out.empty()) return std::string(subject_.empty() ? "the file" : subject_);
    return subject_.empty() ? out : concat(subject_, ": ", out);
  }

  void report(std::string message, Location at, std::string hint = {}) {
    errors_.push_back({.message = std::move(message), .at = at, .hint = std::move(hint)});
  }

  void wrong_type(const Node& node, const Shape& shape, const Path& path) {
    // What a variable holds where the project is started may well be right.
    if (node.unresolved) return;
    if (node.type == Type::string && shape.reads != Reads::any &&
        reads_as(node.text, shape.reads)) {
      return;
    }
    std::string hint;
    if (node.is_scalar() && !node.is_null() && (shape.accepts & string) != 0) {
      hint = concat("quote it: \"", printable(node.text.substr(0, 64)), "\"");
    }
    report(concat(called(path), " must be ", expected_types(shape.accepts), ", this is ",
                  compose::name_of(node.type)),
           files_.at(node), std::move(hint));
  }

  void check_string(const Node& node, const Shape& shape, const Path& path) {
    if (node.unresolved) return;
    if (!shape.words.empty()) {
      if (std::ranges::find(shape.words, node.text) != shape.words.end()) return;
      std::string hint = "one of: ";
      for (const std::string_view word : shape.words) {
        if (word != shape.words.front()) hint += ", ";
        hint += word;
      }
      return report(concat(called(path), " cannot be \"", printable(node.text.substr(0, 64)), "\""),
                    files_.at(node), std::move(hint));
    }
    if (!reads_as(node.text, shape.reads)) {
      report(concat(called(path), " must be ", name_of(shape.reads), ", this is \"",
                    printable(node.text.substr(0, 64)), "\""),
             files_.at(node));
    }
  }

  void check_list(const Node& node, const Shape& shape, const Path& path) {
    if (shape.unique) check_unique(node, path);
    if (shape.items == nullptr || shape.items == &anything) return;
    Path item{.above = &path, .key = {}, .index = 0};
    for (const Node* child : node.items) {
      if (child->tag != Tag::reset) check(*child, *shape.items, item);
      ++item.index;
    }
  }

  void check_unique(const Node& node, const Path& path) {
    if (node.items.size() < 2) return;
    std::unordered_set<std::string_view> seen;
    for (const Node* item : node.items) {
      if (!item->is_scalar() || item->unresolved) continue;
      if (!seen.insert(item->text).second) {
        report(concat(called(path), " holds the same value twice"), files_.at(*item),
               "remove one of the two");
      }
    }
  }

  void check_mapping(const Node& node, const Shape& shape, const Path& path) {
    for (const Pair& pair : node.pairs) {
      if (pair.value->tag == Tag::reset) continue;
      const Path child{.above = &path, .key = pair.key, .index = 0};
      if (const Member* member = find_member(shape.members, pair.key)) {
        check(*pair.value, *member->shape, child);
      } else if (shape.values != nullptr) {
        if (shape.names == Names::identifier && !is_identifier(pair.key)) {
          report(concat(called(child), " is no valid name"), files_.key_at(pair),
                 "letters, digits, `.`, `_` and `-` are allowed");
        }
        if (shape.values != &anything) check(*pair.value, *shape.values, child);
      } else if (shape.closed && !(shape.extensions && pair.key.starts_with("x-"))) {
        unknown_key(pair, shape, child);
      }
    }
    for (const std::string_view name : shape.required) {
      if (node.find(name) == nullptr) {
        report(concat(called(path), " lacks `", name, "`"), files_.at(node));
      }
    }
  }

  void unknown_key(const Pair& pair, const Shape& shape, const Path& path) {
    // Long before a thousand of them the file is something else.
    if (++unknown_keys_ > 1000) return;
    std::vector<std::string_view> names;
    for (const Member& member : shape.members) names.push_back(member.name);
    std::string hint;
    if (pair.key.size() < 64) {
      if (const auto near = nearest(pair.key, names)) hint = concat("did you mean `", *near, "`?");
    }
    report(concat(called(path), " is no key that compose knows"), files_.key_at(pair),
           std::move(hint));
  }

  std::string_view subject_;
  const FileSources& files_;
  std::vector<Error>& errors_;
  std::size_t unknown_keys_ = 0;
};

}  // namespace

void check_service(std::string_view name, const Node& node, const FileSources& files,
                   std::vector<Error>& errors) {
  const std::string subject = concat("service \"", printable(name), "\"");
  Checker(subject, files, errors).check(node, service, {});
}

void check_top_level(const Node& root, const FileSources& files, std::vector<Error>& errors) {
  Checker({}, files, errors).check(root, top, {});
}

}  // namespace plimsoll::compose
