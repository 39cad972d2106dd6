#include "readers/json_documents/container_json_reader.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/text.h"

namespace plimsoll {
namespace {

using Specs = std::vector<std::unique_ptr<ContainerSpec>>;

// --- what a document is
// ------------------------------------------------------------------------------

TEST(ContainerJsonKind, KnowsTheEnginesDocuments) {
  const auto kind = [](std::string_view text) { return container_json_kind(text); };
  EXPECT_EQ(kind(R"([{"Id":"a","Config":{},"HostConfig":{}}])"), ContainerJson::inspect);
  EXPECT_EQ(kind(R"({"Id":"a","Config":{},"HostConfig":{}})"), ContainerJson::inspect);
  EXPECT_EQ(kind(R"([{"Name":"net"},{"Config":{},"HostConfig":{}}])"), ContainerJson::inspect);
  EXPECT_EQ(kind(R"([{"Config":{},"HostConfig":{}}, )"), ContainerJson::inspect);  // broken off
  EXPECT_EQ(kind(R"({"Image":"nginx","HostConfig":{"Privileged":true}})"),
            ContainerJson::create_request);
  EXPECT_EQ(kind(R"({"image":"nginx","HOSTCONFIG":{}})"), ContainerJson::create_request);
  EXPECT_EQ(kind("{\"Ho\xC5\xBFtConfig\":{}} trailing"), ContainerJson::create_request);
  EXPECT_EQ(kind(R"({"\u0048ostConfig":{}})"), ContainerJson::create_request);
  EXPECT_EQ(kind(R"({"Image":"nginx","Cmd":["a"]})"), ContainerJson::create_request);
}

TEST(ContainerJsonKind, LeavesOtherJsonAlone) {
  for (const std::string_view text :
       {"", "[]", "{}", "null", "no JSON", R"({"name":"package","version":"1"})",
        R"({"image":"mcr.example/devcontainer","runArgs":[]})",
        R"([{"Id":"a","Names":["/a"],"HostConfig":{"NetworkMode":"bridge"}}])",
        R"([{"Id":"sha256:a","RepoTags":[],"Config":{"Cmd":null},"RootFS":{}}])",
        R"([{"Name":"bridge","Driver":"bridge"}])", R"({"HostConfig":"x"})"}) {
    EXPECT_EQ(container_json_kind(text), ContainerJson::none) << text;
  }
}

// --- what a container says
// ---------------------------------------------------------------------------

struct Read {
  std::unique_ptr<Source> source;
  Reading<Specs> reading;
  const ContainerSpec& spec() const { return *reading.value.front(); }
};

Read read(std::string text, ContainerJson kind) {
  Read read;
  read.source = std::make_unique<Source>("f.json", std::move(text));
  read.reading = read_container_json(*read.source, kind);
  return read;
}

Read request(std::string_view members) {
  return read(concat("{\"Image\": \"nginx\", ", members, "}"), ContainerJson::create_request);
}
Read host(std::string_view members) {
  return request(concat("\"HostConfig\": {", members, "}"));
}
Read inspect(std::string_view config, std::string_view host, std::string_view top = {}) {
  return read(concat("[{", top, top.empty() ? "" : ", ", "\"Config\": {", config,
                     "}, \"HostConfig\": {", host, "}}]"),
              ContainerJson::inspect);
}

std::string show(const Located<std::string>& value) {
  return concat(value.value, value.unresolved ? "?" : "", value.written() ? "@" : "",
                value.at.text());
}
std::string show(const std::vector<Located<std::string>>& values) {
  std::string out;
  for (const Located<std::string>& value : values) {
    out += concat(out.empty() ? "" : " ", value.value, "@", value.at.text());
  }
  return out;
}
std::string show(const Located<std::vector<std::string>>& value) {
  return concat(join(value.value, "|"), value.unresolved ? "?" : "");
}
template <class Number>
std::string show(const Located<Number>& value) {
  return concat(std::to_string(value.value), value.written() ? "@" : "", value.at.text());
}
std::string show(const Mount& mount) {
  static constexpr std::string_view types[] = {"bind",  "volume",  "tmpfs",
                                               "npipe", "cluster", "image"};
  std::string out = concat(types[static_cast<std::size_t>(mount.type)], " ", mount.source, ":",
                           mount.target, mount.read_only ? ":ro" : "");
  if (!mount.propagation.empty()) out += concat(" ", mount.propagation);
  if (!mount.selinux.empty()) out += concat(" ", mount.selinux);
  if (!mount.options.empty()) out += concat(" ", join(mount.options, ","));
  if (!mount.driver.empty()) out += concat(" ", mount.driver);
  if (!mount.driver_options.empty()) out += concat(" ", join(mount.driver_options, ","));
  if (mount.from_image) out += " from-image";
  return out;
}
std::string mounts(const ContainerSpec& spec) {
  std::string out;
  for (const Mount& mount : spec.mounts) out += concat(out.empty() ? "" : "; ", show(mount));
  return out;
}

struct FieldCase {
  std::string_view members;
  std::function<std::string(const ContainerSpec&)> field;
  std::string_view expected;
};

template <class Field>
std::function<std::string(const ContainerSpec&)> field(Field ContainerSpec::* member) {
  return [member](const ContainerSpec& spec) { return show(spec.*member); };
}

TEST(CreateRequest, ReadsEveryFieldOfHostConfig) {
  const FieldCase cases[] = {
      {R"("Privileged": true)", field(&ContainerSpec::privileged), "1@true"},
      {R"("Privileged": false)", field(&ContainerSpec::privileged), "0@false"},
      {R"("CapAdd": ["sys_admin", "ALL"])", field(&ContainerSpec::cap_add),
       R"(sys_admin@"sys_admin" ALL@"ALL")"},
      {R"("CapDrop": ["ALL"])", field(&ContainerSpec::cap_drop), R"(ALL@"ALL")"},
      {R"("CapDrop": null)", field(&ContainerSpec::cap_drop), ""},
      {R"("PidMode": "host")", field(&ContainerSpec::pid), R"(host@"host")"},
      {R"("IpcMode": "shareable")", field(&ContainerSpec::ipc), R"(shareable@"shareable")"},
      {R"("UTSMode": "host")", field(&ContainerSpec::uts), R"(host@"host")"},
      {R"("UsernsMode": "host")", field(&ContainerSpec::userns_mode), R"(host@"host")"},
      {R"("CgroupnsMode": "host")", field(&ContainerSpec::cgroup), R"(host@"host")"},
      {R"("CgroupParent": "/x")", field(&ContainerSpec::cgroup_parent), R"(/x@"/x")"},
      {R"("NetworkMode": "container:a")", field(&ContainerSpec::network_mode),
       R"(container:a@"container:a")"},
      {R"("NetworkMode": "default")", field(&ContainerSpec::network_mode), R"(@"default")"},
      {R"("ReadonlyRootfs": true)", field(&ContainerSpec::read_only), "1@true"},
      {R"("PublishAllPorts": true)", field(&ContainerSpec::publish_all), "1@true"},
      {R"("VolumesFrom": ["a:ro"])", field(&ContainerSpec::volumes_from), R"(a:ro@"a:ro")"},
      {R"("DeviceCgroupRules": ["a *:* rwm"])", field(&ContainerSpec::device_cgroup_rules),
       R"(a *:* rwm@"a *:* rwm")"},
      {R"("StorageOpt": {"size": "10G"})", field(&ContainerSpec::storage_opt),
       R"(size=10G@"size": "10G")"},
      {R"("Sysctls": {"net.core.somaxconn": "1"})", field(&ContainerSpec::sysctls),
       R"(net.core.somaxconn=1@"net.core.somaxconn": "1")"},
      {R"("Memory": 536870912)", field(&ContainerSpec::mem_limit), "536870912@536870912"},
      {R"("MemoryReservation": 1)", field(&ContainerSpec::mem_reservation), "1@1"},
      {R"("MemorySwap": -1)", field(&ContainerSpec::memswap_limit), "-1@-1"},
      {R"("MemorySwappiness": 60)", field(&ContainerSpec::mem_swappiness), "60@60"},
      {R"("NanoCpus": 1500000000)", field(&ContainerSpec::nano_cpus), "1500000000@1500000000"},
      {R"("CpuQuota": 50000, "CpuPeriod": 25000)", field(&ContainerSpec::nano_cpus),
       "2000000000@50000"},
      {R"("CpuQuota": 50000)", field(&ContainerSpec::nano_cpus), "500000000@50000"},
      {R"("CpuQuota": 9223372036854775807, "CpuPeriod": 1)", field(&ContainerSpec::nano_cpus),
       "1000000000000000000@9223372036854775807"},
      {R"("CpuQuota": -1)", field(&ContainerSpec::nano_cpus), "0"},
      {R"("CpuShares": 512)", field(&ContainerSpec::cpu_shares), "512@512"},
      {R"("CpusetCpus": "0-1")", field(&ContainerSpec::cpuset), R"(0-1@"0-1")"},
      {R"("PidsLimit": 100)", field(&ContainerSpec::pids_limit), "100@100"},
      {R"("PidsLimit": null)", field(&ContainerSpec::pids_limit), "0@null"},
      {R"("PidsLimit": -1)", field(&ContainerSpec::pids_limit), "-1@-1"},
      {R"("ShmSize": 67108864)", field(&ContainerSpec::shm_size), "67108864@67108864"},
      {R"("OomKillDisable": true)", field(&ContainerSpec::oom_kill_disable), "1@true"},
      {R"("OomKillDisable": null)", field(&ContainerSpec::oom_kill_disable), "0"},
      {R"("OomScoreAdj": -500)", field(&ContainerSpec::oom_score_adj), "-500@-500"},
      {R"("BlkioWeight": 300, "BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": 1}])",
       field(&ContainerSpec::blkio),
       R"(weight=300@300 device_read_bps=/dev/sda:1@{"Path": "/dev/sda", "Rate": 1})"},
      {R"("BlkioWeight": 0)", field(&ContainerSpec::blkio), ""},
      {R"("GroupAdd": ["docker"])", field(&ContainerSpec::group_add), R"(docker@"docker")"},
      {R"("ExtraHosts": ["a:1.2.3.4"])", field(&ContainerSpec::extra_hosts),
       R"(a:1.2.3.4@"a:1.2.3.4")"},
      {R"("Dns": ["8.8.8.8"])", field(&ContainerSpec::dns), R"(8.8.8.8@"8.8.8.8")"},
      {R"("Links": ["a:b"])", field(&ContainerSpec::links), R"(a:b@"a:b")"},
      {R"("Init": true)", field(&ContainerSpec::init), "1@true"},
      {R"("Init": null)", field(&ContainerSpec::init), "0"},
      {R"("Runtime": "runsc")", field(&ContainerSpec::runtime), R"(runsc@"runsc")"},
      {R"("AutoRemove": true)", field(&ContainerSpec::auto_remove), "1@true"},
      {R"("RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5})",
       field(&ContainerSpec::restart), R"(on-failure:5@"on-failure")"},
      {R"("RestartPolicy": {"Name": "always", "MaximumRetryCount": 0})",
       field(&ContainerSpec::restart), R"(always@"always")"},
      {R"("LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}})",
       field(&ContainerSpec::log_driver), R"(json-file@"json-file")"},
      {R"("LogConfig": {"Type": "", "Config": {"max-size": "1m"}})",
       field(&ContainerSpec::log_options), R"(max-size=1m@"max-size": "1m")"},
      {R"("DeviceRequests": [{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}])",
       field(&ContainerSpec::device_requests),
       R"(all@{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]})"},
      {R"("DeviceRequests": [{"Driver": "nvidia", "DeviceIDs": ["0"]}])",
       field(&ContainerSpec::device_requests),
       R"(driver=nvidia,device=0@{"Driver": "nvidia", "DeviceIDs": ["0"]})"},
      {R"("SecurityOpt": ["no-new-privileges"])", field(&ContainerSpec::no_new_privileges),
       R"(1@"no-new-privileges")"},
      {R"("SecurityOpt": ["no-new-privileges=false"])", field(&ContainerSpec::no_new_privileges),
       R"(0@"no-new-privileges=false")"},
      {R"("SecurityOpt": ["no-new-privileges:true"])", field(&ContainerSpec::no_new_privileges),
       R"(1@"no-new-privileges:true")"},
      {R"("SecurityOpt": ["seccomp:unconfined"])", field(&ContainerSpec::seccomp),
       R"(unconfined@"seccomp:unconfined")"},
      {R"("SecurityOpt": ["apparmor=docker-x"])", field(&ContainerSpec::apparmor),
       R"(docker-x@"apparmor=docker-x")"},
      {R"("SecurityOpt": ["label=disable", "label:type:x_t", "disable"])",
       field(&ContainerSpec::selinux_label),
       R"(disable@"label=disable" type:x_t@"label:type:x_t" disable@"disable")"},
      {R"("MaskedPaths": [])", field(&ContainerSpec::systempaths_unconfined), "1@[]"},
      {R"("ReadonlyPaths": [])", field(&ContainerSpec::systempaths_unconfined), "1@[]"},
      {R"("MaskedPaths": null, "ReadonlyPaths": ["/proc/sys"])",
       field(&ContainerSpec::systempaths_unconfined), "0"},
  };
  for (const FieldCase& each : cases) {
    const Read read = host(each.members);
    EXPECT_TRUE(read.reading.errors.empty()) << each.members;
    EXPECT_EQ(each.field(read.spec()), each.expected) << each.members;
  }
}

TEST(CreateRequest, ReadsConfig) {
  const FieldCase cases[] = {
      {R"("User": "1000:1000")", field(&ContainerSpec::user), R"(1000:1000@"1000:1000")"},
      {R"("User": "")", field(&ContainerSpec::user), "?"},
      {R"("Tty": true)", field(&ContainerSpec::user), "?"},
      {R"("Cmd": ["a", "b"])", field(&ContainerSpec::command), "a|b"},
      {R"("Cmd": "a b")", field(&ContainerSpec::command), "a b"},
      {R"("Cmd": null)", field(&ContainerSpec::command), "?"},
      {R"("Entrypoint": [])", field(&ContainerSpec::entrypoint), "?"},
      {R"("Entrypoint": [""])", field(&ContainerSpec::entrypoint), ""},
      {R"("WorkingDir": "/w")", field(&ContainerSpec::working_dir), R"(/w@"/w")"},
      {R"("StopSignal": "SIGINT")", field(&ContainerSpec::stop_signal), R"(SIGINT@"SIGINT")"},
      {R"("ExposedPorts": {"80/tcp": {}})", field(&ContainerSpec::expose), R"(80/tcp@"80/tcp")"},
      {R"("Tty": true)", field(&ContainerSpec::image), R"(nginx@"nginx")"},
  };
  for (const FieldCase& each : cases) {
    const Read read = request(each.members);
    EXPECT_TRUE(read.reading.errors.empty()) << each.members;
    EXPECT_EQ(each.field(read.spec()), each.expected) << each.members;
  }
}

TEST(CreateRequest, ReadsEnvironmentAndLabels) {
  const Read read = request(R"("Env": ["A=b=c", "N", "Q=\"x\""], "Labels": {"k": "v"})");
  const auto& environment = read.spec().environment;
  ASSERT_EQ(environment.size(), 3u);
  EXPECT_EQ(environment[0].name, "A");
  EXPECT_EQ(environment[0].value, "b=c");
  EXPECT_EQ(environment[0].at.text(), "\"A=b=c\"");
  EXPECT_EQ(environment[0].value_at.text(), "b=c");
  EXPECT_EQ(environment[1].value, std::nullopt);
  EXPECT_EQ(environment[2].value, "\"x\"");
  EXPECT_EQ(environment[2].value_at.text(), R"("Q=\"x\"")");
  EXPECT_EQ(read.spec().label_value("k"), "v");
}

TEST(CreateRequest, ReadsPortsAndNetworks) {
  const Read read = request(R"("HostConfig": {"PortBindings": {
      "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}, {"HostPort": "0"}],
      "53/udp": null, "443": [{}]}},
      "NetworkingConfig": {"EndpointsConfig": {"front": {}, "bridge": {}}})");
  const auto& ports = read.spec().ports;
  ASSERT_EQ(ports.size(), 3u);
  EXPECT_EQ(ports[0].host_ip, "127.0.0.1");
  EXPECT_EQ(ports[0].published, "8080");
  EXPECT_EQ(ports[0].target, "80");
  EXPECT_EQ(ports[0].protocol, "tcp");
  EXPECT_EQ(ports[0].at.text(), R"({"HostIp": "127.0.0.1", "HostPort": "8080"})");
  EXPECT_EQ(ports[1].published, "");
  EXPECT_EQ(ports[2].target, "443");
  EXPECT_EQ(ports[2].protocol, "tcp");
  ASSERT_EQ(read.spec().networks.size(), 1u);
  EXPECT_EQ(read.spec().networks[0].name, "front");
}

TEST(CreateRequest, ReadsMounts) {
  EXPECT_EQ(
      mounts(host(R"("Binds": ["/etc:/h:ro,rshared,Z", "data:/d", "/anon", "C:\\x:/y"])").spec()),
      "bind /etc:/h:ro rshared Z; volume data:/d; volume :/anon; bind C:\\x:/y");
  EXPECT_EQ(mounts(host(R"("Binds": ["data:/d"], "VolumeDriver": "nfs")").spec()),
            "volume data:/d nfs");
  EXPECT_EQ(mounts(host(R"("Tmpfs": {"/run": "rw,noexec,size=64m", "/t": "ro"})").spec()),
            "tmpfs :/run rw,noexec,size=64m; tmpfs :/t:ro ro");
  EXPECT_EQ(mounts(host(R"("Mounts": [
      {"Type": "bind", "Source": "/a", "Target": "/b", "ReadOnly": true,
       "BindOptions": {"Propagation": "rslave"}},
      {"Type": "volume", "Source": "v", "Target": "/v", "VolumeOptions": {"DriverConfig":
       {"Name": "local", "Options": {"type": "none", "o": "bind", "device": "/"}}}},
      {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1024, "Mode": 1023,
       "Options": [["noexec"], ["uid", "5"]]}}])")
                       .spec()),
            "bind /a:/b:ro rslave; volume v:/v local type=none,o=bind,device=/; "
            "tmpfs :/t size=1024,mode=1777,noexec,uid=5");
  EXPECT_EQ(mounts(request(R"("Volumes": {"/data": {}})").spec()), "volume :/data");
}

TEST(CreateRequest, ReadsDevicesAndUlimits) {
  const Read read = host(R"("Devices": [{"PathOnHost": "/dev", "PathInContainer": "",
      "CgroupPermissions": "rw"}, {"PathOnHost": "/dev/snd"}],
      "DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["vendor.com/gpu=0"]}],
      "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}])");
  const auto& devices = read.spec().devices;
  ASSERT_EQ(devices.size(), 3u);
  EXPECT_EQ(devices[0].container_path, "/dev");
  EXPECT_EQ(devices[0].permissions, "rw");
  EXPECT_TRUE(devices[0].permissions_written);
  EXPECT_EQ(devices[1].permissions, "rwm");
  EXPECT_EQ(devices[2].host_path, "vendor.com/gpu=0");
  ASSERT_EQ(read.spec().ulimits.size(), 1u);
  EXPECT_EQ(read.spec().ulimits[0].soft, 1024);
  EXPECT_EQ(read.spec().ulimits[0].hard, 2048);
}

TEST(CreateRequest, ReadsHealthchecks) {
  const auto health = [](std::string_view members) {
    const Read created = request(members);
    const Located<Healthcheck>& check = created.spec().healthcheck;
    return concat(check.value.defined ? "defined " : "", check.value.disabled ? "disabled " : "",
                  check.layer == Layer::image ? "image's " : "", join(check.value.test, "|"));
  };
  EXPECT_EQ(health(R"("Tty": true)"), "image's ");
  EXPECT_EQ(health(R"("Healthcheck": {"Test": []})"), "image's ");
  EXPECT_EQ(health(R"("Healthcheck": {"Interval": 5})"), "image's ");
  EXPECT_EQ(health(R"("Healthcheck": {"Test": ["NONE"]})"), "disabled NONE");
  EXPECT_EQ(health(R"("Healthcheck": {"Test": ["CMD", "a"]})"), "defined CMD|a");
  EXPECT_EQ(health(R"("Healthcheck": {"Test": ["CMD", "a"]}, "healthcheck": null)"), "image's ");
}

TEST(CreateRequest, JudgesSeccompProfiles) {
  using enum ContainerSpec::SeccompProfile;
  const auto profile = [](std::string_view json) {
    std::string escaped;
    for (const char c : json) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
    return host(concat("\"SecurityOpt\": [\"seccomp=", escaped, "\"]")).spec().seccomp_profile;
  };
  EXPECT_EQ(profile("{}"), empty);
  EXPECT_EQ(profile(R"({"defaultAction":"SCMP_ACT_ALLOW"})"), default_allow);
  EXPECT_EQ(profile(R"({"DEFAULTACTION":"SCMP_ACT_LOG"})"), default_allow);
  EXPECT_EQ(profile(R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]})"), default_deny);
  EXPECT_EQ(profile("{broken"), unread);
  EXPECT_EQ(profile("unconfined"), unread);
}

TEST(CreateRequest, NotesTheOldColon) {
  const Read read = host(R"("SecurityOpt": ["label:disable", "label=disable"])");
  ASSERT_EQ(read.spec().obsolete.size(), 1u);
  EXPECT_EQ(read.spec().obsolete[0].text, "label:disable");
}

// The ways around a reader that takes JSON at its face.
TEST(CreateRequest, ReadsKeysAsTheEngineDoes) {
  EXPECT_TRUE(request(R"("hostconfig": {"privileged": true})").spec().privileged.value);
  EXPECT_TRUE(request("\"Ho\xC5\xBFtConfig\": {\"PRIVILEGED\": true}").spec().privileged.value);
  EXPECT_EQ(
      request("\"HostConfig\": {\"Networ\xE2\x84\xAAMode\": \"host\"}").spec().network_mode.value,
      "host");
  // Later scalars win, in any casing.
  EXPECT_TRUE(host(R"("Privileged": false, "privileged": true)").spec().privileged.value);
  EXPECT_FALSE(host(R"("Privileged": true, "privileged": false)").spec().privileged.value);
  EXPECT_TRUE(host(R"("Privileged": true, "privileged": null)").spec().privileged.value);
  // Objects merge, and null takes them back.
  const Read merged =
      request(R"("HostConfig": {"Privileged": true}, "hostConfig": {"NetworkMode": "host"})");
  EXPECT_TRUE(merged.spec().privileged.value);
  EXPECT_EQ(merged.spec().network_mode.value, "host");
  EXPECT_FALSE(
      request(R"("HostConfig": {"Privileged": true}, "HostConfig": null)").spec().privileged.value);
  // Lists are replaced, maps are added to.
  EXPECT_EQ(show(host(R"("CapAdd": ["A", "B"], "capadd": ["C"])").spec().cap_add), R"(C@"C")");
  EXPECT_EQ(show(host(R"("CapAdd": ["A"], "capadd": null)").spec().cap_add), "");
  EXPECT_EQ(show(host(R"("Sysctls": {"a": "1", "b": "1"}, "sysctls": {"a": "2"})").spec().sysctls),
            R"(b=1@"b": "1" a=2@"a": "2")");
  EXPECT_EQ(
      read("{\"HostConfig\": {\"Privileged\": true}} {\"x\": 1}", ContainerJson::create_request)
          .reading.errors.size(),
      0u);
}

TEST(CreateRequest, FlagsWrongTypesAndReadsTheRest) {
  const Read read = host(R"("Privileged": "true", "CapAdd": "ALL", "Binds": [1, "/:/h"],
      "Memory": 1.5, "Devices": [2], "LogConfig": [], "PidMode": "host")");
  std::string messages;
  for (const Error& error : read.reading.errors) {
    messages += concat(error.message, " @", error.at.text(), "\n");
  }
  EXPECT_EQ(messages,
            "expected true or false as HostConfig.Privileged, found a string @\"true\"\n"
            "expected an array as HostConfig.CapAdd, found a string @\"ALL\"\n"
            "expected strings as HostConfig.Binds, found a number @1\n"
            "expected objects as HostConfig.Devices, found a number @2\n"
            "expected a whole number of 64 bits as HostConfig.Memory, found a number @1.5\n"
            "expected an object as HostConfig.LogConfig, found an array @[]\n");
  EXPECT_EQ(mounts(read.spec()), "bind /:/h");
  EXPECT_EQ(read.spec().pid.value, "host");
}

TEST(CreateRequest, BoundsItsErrors) {
  std::string many = "\"Binds\": [0";
  for (int i = 0; i < 1000; ++i) many += ",0";
  EXPECT_EQ(host(many + "]").reading.errors.size(), max_container_json_errors);
}

TEST(Inspect, TakesEverythingAsEffective) {
  const Read read =
      inspect(R"("User": "", "Image": "nginx:1.27", "Cmd": ["nginx"], "Entrypoint": null)",
              R"("Memory": 0, "PidsLimit": null)",
              R"("Id": "ab", "Name": "/web", "State": {"Status": "running"})");
  const ContainerSpec& spec = read.spec();
  EXPECT_EQ(spec.surface, Surface::inspect);
  EXPECT_EQ(spec.name, "web");
  EXPECT_EQ(spec.at.text(), "{");
  EXPECT_EQ(show(spec.user), "@\"\"");
  EXPECT_EQ(spec.user.layer, Layer::inspect);
  EXPECT_FALSE(spec.entrypoint.unresolved);
  EXPECT_FALSE(spec.healthcheck.unresolved);
  EXPECT_FALSE(spec.healthcheck.value.defined);
  EXPECT_EQ(show(spec.mem_limit), "0@0");
  EXPECT_EQ(inspect(R"("Healthcheck": {"Test": ["CMD-SHELL", "x"]})", "")
                .spec()
                .healthcheck.value.defined,
            true);
}

TEST(Inspect, JoinsTheMountsWithWhatWasAskedFor) {
  const std::string anonymous(64, 'a');
  const Read read = inspect(
      R"("Volumes": {"/var/lib/x": {}})",
      R"("Binds": ["/etc:/h:ro", "data:/d"], "Tmpfs": {"/run": "noexec"},
         "Mounts": [{"Type": "volume", "Source": "v", "Target": "/v", "VolumeOptions":
           {"DriverConfig": {"Name": "local", "Options": {"device": "/"}}}},
           {"Type": "tmpfs", "Target": "/t"}])",
      concat(R"("Mounts": [
         {"Type": "bind", "Source": "/etc", "Destination": "/h", "Mode": "ro", "RW": false,
          "Propagation": "rprivate"},
         {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data",
          "Destination": "/d", "Driver": "local", "Mode": "z", "RW": true, "Propagation": ""},
         {"Type": "volume", "Name": "v", "Destination": "/v", "Driver": "local", "RW": true},
         {"Type": "volume", "Name": ")",
             anonymous, R"(", "Destination": "/var/lib/x", "Driver": "local", "RW": true}])"));
  EXPECT_EQ(mounts(read.spec()),
            "bind /etc:/h:ro rprivate; volume data:/d z local; volume v:/v local device=/; "
            "tmpfs :/t; tmpfs :/run noexec; volume :/var/lib/x local from-image");
  EXPECT_TRUE(read.spec().mounts[0].at.text().starts_with("{\"Type\": \"bind\""));
  EXPECT_EQ(read.spec().mounts[0].source_at.text(), "\"/etc\"");
}

TEST(Inspect, ReadsPodmansShape) {
  const Read read = inspect(
      R"("Entrypoint": "/entry.sh", "StopSignal": 15)",
      R"("CgroupMode": "host", "Ulimits": [{"Name": "RLIMIT_NOFILE", "Soft": 1, "Hard": 2}])",
      R"("ImageName": "docker.io/library/nginx", "Image": "sha", "EffectiveCaps": [])");
  EXPECT_TRUE(read.reading.errors.empty());
  EXPECT_EQ(read.spec().image.value, "docker.io/library/nginx");
  EXPECT_EQ(show(read.spec().entrypoint), "/entry.sh");
  EXPECT_EQ(read.spec().stop_signal.value, "15");
  EXPECT_EQ(read.spec().cgroup.value, "host");
  EXPECT_EQ(read.spec().ulimits[0].name, "nofile");
}

TEST(Inspect, ReadsEveryContainerOfAList) {
  const Read list =
      read(R"([{"Config": {}, "HostConfig": {}, "Name": "/a"}, 7, {"Driver": "bridge"},
      {"Config": {}, "HostConfig": {"Privileged": 1}, "Name": "/b"}])",
           ContainerJson::inspect);
  ASSERT_EQ(list.reading.value.size(), 2u);
  EXPECT_EQ(list.reading.value[1]->name, "b");
  ASSERT_EQ(list.reading.errors.size(), 2u);
  EXPECT_EQ(list.reading.errors[0].message, "expected a container, found a number");
}

TEST(Inspect, SaysWhereAJsonIsBroken) {
  const Read broken = read("[{\"Config\": {}, \"HostConfig\": {},}]", ContainerJson::inspect);
  EXPECT_TRUE(broken.reading.value.empty());
  ASSERT_EQ(broken.reading.errors.size(), 1u);
  EXPECT_EQ(broken.reading.errors[0].message, "expected a member's name in quotes, found `}`");
}

}  // namespace
}  // namespace plimsoll
