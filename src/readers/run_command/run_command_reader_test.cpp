#include "readers/run_command/run_command_reader.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "readers/run_command/flags.h"
#include "readers/run_command/values.h"

namespace plimsoll {
namespace {

// One line for a container: what is written on its run line, in a fixed order; `?` behind what is
// not known, `+?` when flags are not known.
class Dump {
 public:
  std::string text;

  void add(std::string_view name, std::string_view value, bool open = false) {
    text += concat(text.empty() ? "" : " ", name, value.empty() ? "" : "=", value, open ? "?" : "");
  }
  void field(std::string_view name, const Located<bool>& field) {
    if (field.written()) add(name, field.value ? "" : "false", field.unresolved);
  }
  void field(std::string_view name, const Located<std::string>& field) {
    if (field.written()) add(name, field.value, field.unresolved);
  }
  void field(std::string_view name, const Located<std::int64_t>& field) {
    if (field.written()) add(name, std::to_string(field.value), field.unresolved);
  }
  void list(std::string_view name, const std::vector<Located<std::string>>& list) {
    for (const Located<std::string>& one : list) add(name, one.value, one.unresolved);
  }
};

std::string join_comma(const std::vector<std::string>& parts) {
  return join(parts, ",");
}

std::string dump(const ContainerSpec& spec) {
  Dump d;
  if (!spec.name.empty()) d.add("name", spec.name);
  d.field("image", spec.image);
  d.field("platform", spec.platform);
  d.field("pull", spec.pull_policy);
  d.field("privileged", spec.privileged);
  d.list("cap_add", spec.cap_add);
  d.list("cap_drop", spec.cap_drop);
  d.field("nnp", spec.no_new_privileges);
  d.field("seccomp", spec.seccomp);
  d.field("apparmor", spec.apparmor);
  d.list("label=", spec.selinux_label);
  d.field("systempaths", spec.systempaths_unconfined);
  d.field("api_socket", spec.use_api_socket);
  d.field("pid", spec.pid);
  d.field("ipc", spec.ipc);
  d.field("uts", spec.uts);
  d.field("userns", spec.userns_mode);
  d.field("cgroup", spec.cgroup);
  d.field("cgroup_parent", spec.cgroup_parent);
  d.field("network_mode", spec.network_mode);
  for (const Network& network : spec.networks) d.add("network", network.name);
  for (const Port& port : spec.ports) {
    d.add("port", concat(port.host_ip, "|", port.published, "|", port.target, "/", port.protocol),
          port.unresolved);
  }
  d.field("publish_all", spec.publish_all);
  d.list("expose", spec.expose);
  d.list("link", spec.links);
  d.list("add_host", spec.extra_hosts);
  d.list("dns", spec.dns);
  d.field("read_only", spec.read_only);
  for (const Mount& mount : spec.mounts) {
    static constexpr std::string_view types[] = {"bind",  "volume",  "tmpfs",
                                                 "npipe", "cluster", "image"};
    std::string text =
        concat(types[static_cast<int>(mount.type)], "|", mount.source, "|", mount.target);
    if (mount.read_only) text += "|ro";
    if (!mount.propagation.empty()) text += concat("|", mount.propagation);
    if (!mount.selinux.empty()) text += concat("|", mount.selinux);
    if (!mount.options.empty()) text += concat("|", join_comma(mount.options));
    if (!mount.driver.empty()) text += concat("|driver ", mount.driver);
    if (!mount.driver_options.empty()) text += concat("|", join_comma(mount.driver_options));
    d.add("mount", text, mount.unresolved);
  }
  d.list("volumes_from", spec.volumes_from);
  for (const Device& device : spec.devices) {
    d.add("device", concat(device.host_path, "|", device.container_path, "|", device.permissions),
          device.unresolved);
  }
  d.list("device_rule", spec.device_cgroup_rules);
  d.list("gpus", spec.device_requests);
  d.list("storage_opt", spec.storage_opt);
  d.field("memory", spec.mem_limit);
  d.field("reservation", spec.mem_reservation);
  d.field("memswap", spec.memswap_limit);
  d.field("swappiness", spec.mem_swappiness);
  d.field("nano_cpus", spec.nano_cpus);
  d.field("cpu_shares", spec.cpu_shares);
  d.field("cpuset", spec.cpuset);
  d.field("pids", spec.pids_limit);
  for (const Ulimit& limit : spec.ulimits) {
    d.add("ulimit",
          concat(limit.name, "=", std::to_string(limit.soft), ":", std::to_string(limit.hard)));
  }
  d.field("shm_size", spec.shm_size);
  d.list("blkio", spec.blkio);
  d.field("oom_kill_disable", spec.oom_kill_disable);
  d.field("oom_score_adj", spec.oom_score_adj);
  d.list("sysctl", spec.sysctls);
  d.field("user", spec.user);
  d.list("group_add", spec.group_add);
  if (spec.entrypoint.written()) d.add("entrypoint", join_comma(spec.entrypoint.value));
  d.field("workdir", spec.working_dir);
  d.field("stop_signal", spec.stop_signal);
  d.field("init", spec.init);
  d.field("runtime", spec.runtime);
  d.field("restart", spec.restart);
  d.field("rm", spec.auto_remove);
  if (spec.healthcheck.written()) {
    d.add("health",
          spec.healthcheck.value.disabled ? "off" : join_comma(spec.healthcheck.value.test));
  }
  d.field("log_driver", spec.log_driver);
  d.list("log_opt", spec.log_options);
  for (const EnvironmentVariable& one : spec.environment) {
    d.add("env", concat(one.name, one.value ? concat("=", *one.value) : ""), one.unresolved);
  }
  for (const SecretOrConfig& secret : spec.secrets) d.add("secret", secret.source);
  for (const Label& label : spec.labels) d.add("label", concat(label.name, "=", label.value));
  if (spec.command.written())
    d.add("command", join_comma(spec.command.value), spec.command.unresolved);
  static constexpr std::string_view kinds[] = {"security_opt_colon", "lxc_conf",
                                               "lxc_exec_driver",    "daemon_flag",
                                               "device_mapper_size", "split_tmpfs_argument",
                                               "hyphen_in_variable", "single_dash_long",
                                               "content_trust",      "links",
                                               "cpuset_alias",       "net_alias",
                                               "compose_version_key"};
  for (const ObsoleteSpelling& one : spec.obsolete) {
    d.add("old", concat(kinds[static_cast<int>(one.kind)], "(", one.at.text(), ")"));
  }
  if (spec.options_unresolved) d.add("+?", "");
  return d.text;
}

std::string read(std::string_view text, RunText kind = RunText::shell) {
  const Source source("x", std::string(text));
  const auto reading = read_run_lines(source, kind);
  std::string out;
  for (const auto& spec : reading.value) {
    out += concat(out.empty() ? "" : "\n", dump(*spec));
  }
  for (const Error& error : reading.errors) {
    out += concat(out.empty() ? "" : "\n", "error at \"", error.at.text(), "\": ", error.message);
    if (!error.hint.empty()) out += concat(" (", error.hint, ")");
  }
  return out;
}

struct Case {
  std::string_view text;
  std::string_view dump;
};

class RunLine : public testing::TestWithParam<Case> {};
TEST_P(RunLine, IsRead) {
  EXPECT_EQ(read(GetParam().text), GetParam().dump) << GetParam().text;
}

const Case lines[] = {
    {"docker run nginx", "image=nginx"},
    {"docker run -it --rm alpine:3 sh -c 'x y'", "image=alpine:3 rm command=sh,-c,x y"},
    {"docker container create --name web nginx", "name=web image=nginx"},
    {"sudo -E docker -H tcp://x --tls --context c run -d nginx", "image=nginx"},
    {"A=1 exec /usr/bin/podman --root /x run nginx", "image=nginx"},
    {"time nerdctl -n k8s.io run nginx", "image=nginx"},
    {"ID=$(docker run -d nginx); docker stop $ID", "image=nginx"},
    {"docker run --help; docker run-x y; docker compose run web; docker volume create x", ""},
    {"docker run -- nginx -x", "image=nginx command=-x"},
    {"$SUDO docker run nginx", "image=nginx"},
    {"${DOCKER} run nginx; $CONTAINER_ENGINE run nginx", "image=nginx\nimage=nginx"},
    {"bash -c \"docker run --privileged nginx\"", "image=nginx privileged"},
    {"if x; then docker run a; else docker run b; fi", "image=a\nimage=b"},
    {"echo docker run a; cat <<EOF\ndocker run b\nEOF\n# docker run c", ""},
    // Every form of one mount, port and boolean.
    {"docker run -v /a:/b x", "image=x mount=bind|/a|/b"},
    {"docker run -P -p80:80 -p [::1]:81:82/udp -p 127.0.0.1::5 -p 8000-8010:90-100 -p 7 x",
     "image=x port=|80|80/tcp port=::1|81|82/udp port=127.0.0.1||5/tcp port=|8000-8010|90-100/tcp "
     "port=||7/tcp publish_all"},
    {"docker run -p published=8080,target=80,protocol=udp x", "image=x port=|8080|80/udp"},
    {"docker run --privileged=false --read-only --init=true -itP x",
     "image=x privileged=false publish_all read_only init"},
    {"docker run -v data:/d:ro -v /e -v ./f:/g:z,rshared -v ~/h:/i:nocopy x",
     "image=x mount=volume|data|/d|ro mount=volume||/e mount=bind|./f|/g|rshared|z "
     "mount=bind|~/h|/i|nocopy"},
    {"docker run --mount type=bind,src=/a,dst=/b,ro,bind-propagation=rslave --mount "
     "'type=volume,\"source=a\",target=/c,volume-driver=local,\"volume-opt=o=size=1,x\"' --mount "
     "type=tmpfs,destination=/d,tmpfs-size=1m,tmpfs-mode=1770 x",
     "image=x mount=bind|/a|/b|ro|rslave mount=volume|a|/c|driver local|o=size=1,x "
     "mount=tmpfs||/d|size=1m,mode=1770"},
    {"docker run --tmpfs /t:rw,noexec,size=1m --volumes-from a:ro --volume-driver nfs -v nn:/m x",
     "image=x mount=tmpfs||/t|rw,noexec,size=1m mount=volume|nn|/m|driver nfs volumes_from=a:ro"},
    {"docker run --cap-add SYS_ADMIN --cap-drop=ALL --device /dev/a --device=/dev/b:r --device "
     "/dev/c:/dev/d:rw --device vendor.com/gpu=all --device-cgroup-rule 'c 1:2 rwm' --gpus all x",
     "image=x cap_add=SYS_ADMIN cap_drop=ALL device=/dev/a|/dev/a|rwm device=/dev/b|/dev/b|r "
     "device=/dev/c|/dev/d|rw device=vendor.com/gpu=all||rwm device_rule=c 1:2 rwm gpus=all"},
    {"podman run --cap-drop=a,b --userns=keep-id --pod p --secret s,target=/x --tz local x",
     "image=x cap_drop=a cap_drop=b userns=keep-id secret=s"},
    {"docker run --security-opt no-new-privileges x", "image=x nnp"},
    {"docker run --security-opt no-new-privileges:true x", "image=x nnp"},
    {"docker run --security-opt=no-new-privileges=false --security-opt seccomp=unconfined "
     "--security-opt apparmor=unconfined --security-opt label=disable --security-opt "
     "systempaths=unconfined x",
     "image=x nnp=false seccomp=unconfined apparmor=unconfined label==disable systempaths"},
    {"docker run --pid host --ipc=host --uts host --userns host --cgroupns host --network host x",
     "image=x pid=host ipc=host uts=host userns=host cgroup=host network_mode=host"},
    {"docker run --network a --network name=b,alias=c --network container:d x",
     "image=x network_mode=container:d network=a network=b"},
    {"docker run -m 512m --memory-reservation 1g --memory-swap -1 --memory-swappiness 0 --cpus .5 "
     "-c 512 --cpuset-cpus 0-1 --pids-limit -1 --shm-size 64kb --ulimit nofile=1:2 --ulimit "
     "nproc=3 x",
     "image=x memory=536870912 reservation=1073741824 memswap=-1 swappiness=0 nano_cpus=500000000 "
     "cpu_shares=512 cpuset=0-1 pids=-1 ulimit=nofile=1:2 ulimit=nproc=3:3 shm_size=65536"},
    {"docker run --cpu-quota 50000 --blkio-weight 300 --device-read-bps /dev/sda:1mb "
     "--oom-kill-disable --oom-score-adj -500 --sysctl a.b=1 --storage-opt size=1G x",
     "image=x storage_opt=size=1G nano_cpus=500000000 blkio=300 blkio=/dev/sda:1mb "
     "oom_kill_disable oom_score_adj=-500 sysctl=a.b=1"},
    {"docker run -u 1000:1000 --group-add docker --entrypoint /bin/sh -w /w --stop-signal SIGINT "
     "--runtime runsc --restart on-failure:3 --health-cmd 'a b' --health-retries 3 --log-driver "
     "none "
     "--log-opt a=b --platform linux/arm64 --pull always --use-api-socket x",
     "image=x platform=linux/arm64 pull=always api_socket user=1000:1000 group_add=docker "
     "entrypoint=/bin/sh workdir=/w stop_signal=SIGINT runtime=runsc restart=on-failure:3 "
     "health=CMD-SHELL,a b log_driver=none log_opt=a=b"},
    {"docker run --no-healthcheck -e A=1 --env=B -e 'C=x y' --env-file f -l a=b --label c x",
     "image=x health=off env=A=1 env=B env=C=x y label=a=b label=c="},
    {"docker run --expose 1 --add-host a:b --dns 1.1.1.1 --hostname h --mac-address m x",
     "image=x expose=1 add_host=a:b dns=1.1.1.1"},
    {"docker run \\\n  -d \\\n  --name=a \\\n  nginx \\\n  -g x\n",
     "name=a image=nginx command=-g,x"},
};
INSTANTIATE_TEST_SUITE_P(Lines, RunLine, testing::ValuesIn(lines));

const Case expansions[] = {
    {"T=1.27; docker run nginx:$T", "image=nginx:1.27"},
    {"docker run nginx:$T", "image=nginx:$T?"},
    {"docker run --rm \"$IMAGE\" sh", "image=$IMAGE? rm command=sh"},
    {"docker run $REG/app:$TAG sh", "image=$REG/app:$TAG? command=sh"},
    {"docker run $IMAGE", "image=$IMAGE?"},
    {"docker run $X", "image=$X?"},
    {"docker run ${IMAGE_NAME} bash", "image=${IMAGE_NAME}? command=bash"},
    {"docker run $OPTS --privileged nginx", "image=nginx privileged +?"},
    {"docker run $X -d nginx", "image=nginx +?"},
    {"docker run $X a/b:1 c", "image=a/b:1 command=c +?"},
    {"docker run \"$@\"", "+?"},
    {"docker run --rm \"${ARGS[@]}\" nginx", "image=nginx rm +?"},
    {"docker run ${DEBUG:+--privileged} nginx", "image=nginx +?"},
    {"O='--privileged -v /:/host'; docker run $O nginx",
     "image=nginx privileged mount=bind|/|/host"},
    {"A=(--rm); A+=(-e \"X=$X\"); docker run \"${A[@]}\" nginx \"$@\"",
     "image=nginx rm env=X=$X? command=$@?"},
    {"A=(--rm)\nfor p in 1 2; do A+=(-p $p); done\ndocker run \"${A[@]}\" nginx",
     "image=nginx rm +?"},
    {"docker run -v $PWD:/app -v \"$(pwd)/x\":/y:ro -v $DATA:/d -v ${A:-b:c}:/e x",
     "image=x mount=bind|$PWD|/app? mount=bind|$(pwd)/x|/y|ro? mount=volume|$DATA|/d? "
     "mount=volume|${A:-b:c}|/e?"},
    {"docker run -p $P:80 -p 0.0.0.0:$P:81 -m $M --user $(id -u):$(id -g) --privileged=$B x",
     "image=x privileged=false? port=|$P|80/tcp? port=0.0.0.0|$P|81/tcp memory=0? user=$(id "
     "-u):$(id -g)?"},
    {"docker run --net=$N --name=$N x", "name=$N image=x network_mode=$N? old=net_alias(--net)"},
};
INSTANTIATE_TEST_SUITE_P(Expansions, RunLine, testing::ValuesIn(expansions));

const Case old_spellings[] = {
    {"docker run --security-opt=label:level:s0:c100,c200 -i -t centos bash",
     "image=centos label==level:s0:c100,c200 command=bash "
     "old=security_opt_colon(label:level:s0:c100,c200)"},
    {"docker run --security-opt=\"apparmor:PROFILE\" x",
     "image=x apparmor=PROFILE old=security_opt_colon(\"apparmor:PROFILE\")"},
    {"docker run -it --rm --cpuset=0,1 -c 2 x",
     "image=x cpu_shares=2 cpuset=0,1 rm old=cpuset_alias(--cpuset)"},
    {"docker -d --storage-opt dm.basesize=5G",
     "old=daemon_flag(docker -d) old=device_mapper_size(dm.basesize=5G) +?"},
    {"docker -d -e lxc", "old=daemon_flag(docker -d) old=lxc_exec_driver(-e lxc) +?"},
    {"dockerd --exec-driver=lxc", "old=lxc_exec_driver(--exec-driver=lxc) +?"},
    {"dockerd -H x; docker daemon", "old=daemon_flag(docker daemon) +?"},
    {"docker run -lxc-conf=\"lxc.id_map = u 0 100000 65536\" --lxc-conf=\"lxc.seccomp=$f\" x",
     "image=x old=lxc_conf(-lxc-conf) old=lxc_conf(--lxc-conf)"},
    {"docker run -privileged -rm -name a -link b:c x",
     "name=a image=x privileged link=b:c rm old=single_dash_long(-privileged) "
     "old=single_dash_long(-rm) old=single_dash_long(-name) old=single_dash_long(-link) "
     "old=links(-link)"},
    {"docker run --read-only --tmpfs /tmp:rw ,noexec,nosuid x",
     "image=x read_only mount=tmpfs||/tmp|rw old=split_tmpfs_argument(/tmp:rw ,noexec,nosuid)"},
    {"docker run --net host --link a x",
     "image=x network_mode=host link=a old=net_alias(--net) old=links(--link)"},
    {"DOCKER_CONTENT_TRUST=1 docker run x", "image=x old=content_trust(1)"},
    {"export DOCKER_CONTENT_TRUST=1\ndocker run x\ndocker run y",
     "image=x old=content_trust(DOCKER_CONTENT_TRUST=1)\nimage=y"},
};
INSTANTIATE_TEST_SUITE_P(OldSpellings, RunLine, testing::ValuesIn(old_spellings));

const Case errors[] = {
    {"docker run --privilegd x\ndocker run y",
     "image=x? +?\nimage=y\nerror at \"--privilegd\": unknown flag --privilegd "
     "(did you mean --privileged?)"},
    {"docker run -Z x", "image=x? +?\nerror at \"-Z\": unknown flag -Z (see `docker run --help`)"},
    {"docker run -d --name",
     "error at \"--name\": flag --name has no value (write --name=VALUE)\n"
     "error at \"docker run\": `docker run` names no image (the image stands "
     "behind the flags)"},
    {"docker run\ndocker run x", "image=x\nerror at \"docker run\": `docker run` names no image"},
    {"docker run -e 'A=1 x\ndocker run y",
     "image=y\nerror at \"'\": the quote is never closed (close it with another ')"},
    {"echo 'it\ndocker run y", "image=y"},
    {"docker run -m lots x",
     "image=x memory=0?\nerror at \"lots\": --memory: the size \"lots\" cannot "
     "be read (write a number with a unit: 512m, 2g)"},
    {"docker run --mount type=bind,sorce=/a,target=/b x",
     "image=x mount=bind||/b\nerror at \"sorce=/a\": --mount has no option \"sorce\" "
     "(did you mean source?)"},
    {"docker run <image>", "image=<image>?"},
    {"\xEF\xBB\xBF"
     "docker run a\ndocker run <image>",
     "image=a\nimage=<image>?"},
    {"docker run -v <volume-name>:/path/in/container:ro <image>",
     "image=<image>? mount=volume|<volume-name>|/path/in/container|ro?"},
    {"docker run -i x <in >out", "image=x"},
    {"docker run [OPTIONS] IMAGE [COMMAND] [ARG...]", ""},
    {"docker run --rm IMAGE", "image=IMAGE? rm"},
    {"docker run -it --rm -m 128m ...", "image=...? memory=134217728 rm +?"},
    {"docker run ... --privileged nginx", "image=nginx privileged +?"},
    {"docker run <OPTIONS> -d nginx", "image=nginx +?"},
    {"docker run --lxc-conf=\"lxc.seccomp=$file\" <rest of arguments>",
     "image=<rest of arguments>? old=lxc_conf(--lxc-conf)"},
};
INSTANTIATE_TEST_SUITE_P(Errors, RunLine, testing::ValuesIn(errors));

class RunMarkdown : public testing::TestWithParam<Case> {};
TEST_P(RunMarkdown, IsRead) {
  EXPECT_EQ(read(GetParam().text, RunText::markdown), GetParam().dump) << GetParam().text;
}

const Case markdown[] = {
    {"Use `docker run nginx` or docker run x.\n\n| docker run | a |\n", ""},
    {"```sh\ndocker run a\n# docker run b\n```\ndocker run c\n", "image=a"},
    {"```console\n$ docker run a\nHello\n# docker run b\n# a comment\ndocker run c\n```\n",
     "image=a\nimage=b"},
    {"```\n$ docker run \\\n>   -d \\\n>   a\noutput `'\n```\n", "image=a"},
    {"```\ndocker run a\n```\n\n```\nsome output\ndocker run b\n```\n", "image=a"},
    {"```yaml\ndocker run a\n```\n~~~bash\ndocker run b\n~~~\n", "image=b"},
    {"1. Do:\n   ```bash\n   docker run \\\n     --name a \\\n     b\n   ```\n2. Then\n",
     "name=a image=b"},
    {"> ```sh\n> docker run \\\n>   a\n> ```\n", "image=a"},
    {"Text\n\n    docker run -d a\n\nmore\n", "image=a"},
    {"Text\n\n    $ docker run \\\n      -d a\n\nmore\n", "image=a"},
    {"- x\n\n    docker run is what most people use to start a container.\n", ""},
    {"```sh\nroot@host:/# docker run a\nuser@host:~$ sudo docker run b\n```\n", "image=a\nimage=b"},
    {"```bash\ndocker run [OPTIONS] IMAGE\ndocker run -d <image> <command>\ndocker run --rm\n```\n",
     "image=<image>? command=<command>?\nrm"},
    {"```sh\necho it's\ndocker run a\n```\n", "image=a"},
    {"````md\n```sh\ndocker run a\n```\n````\n", ""},
    {"```{.sh}\ndocker run a", "image=a"},
    {"```\r\ndocker run \\\r\n  -d a\r\n```\r\n", "image=a"},
    {"\xEF\xBB\xBF```\ndocker run a\n```\n", "image=a"},
};
INSTANTIATE_TEST_SUITE_P(Markdown, RunMarkdown, testing::ValuesIn(markdown));

class RunMakefile : public testing::TestWithParam<Case> {};
TEST_P(RunMakefile, IsRead) {
  EXPECT_EQ(read(GetParam().text, RunText::makefile), GetParam().dump) << GetParam().text;
}

const Case makefiles[] = {
    {"run:\n\tdocker run a\n\t@docker run b\n\t-@ docker run c\ndocker run d\n",
     "image=a\nimage=b\nimage=c"},
    {"TAG := 1.2\nIMG ?= x\nrun:\n\tdocker run -e A=$$HOME nginx:$(TAG)\n\tdocker run $(IMG)\n",
     "image=nginx:1.2 env=A=$HOME?\nimage=${IMG}?"},
    {"DOCKER = docker\nFLAGS = --rm -d\nrun:\n\t$(DOCKER) run \\\n\t  $(FLAGS) \\\n\t  ${IMAGE}:$@ "
     "sh\n",
     "image=${IMAGE}:${MAKE_VALUE}? rm command=sh"},
    {"A = x\nA = y\nrun:\n\tdocker run $(A)\n\tdocker run $(shell pwd)/x\n",
     "image=${A}?\nimage=${shell_pwd}/x?"},
    {"run:\n\tdocker run 'a\n\tdocker run b\n",
     "image=b\nerror at \"'\": the quote is never closed (close it with another ')"},
};
INSTANTIATE_TEST_SUITE_P(Makefile, RunMakefile, testing::ValuesIn(makefiles));

TEST(RunLinePlaces, AreExact) {
  const Source source(
      "x.sh",
      "sudo docker run -v '/a:/b:ro' --volume=/c:/d -p80:81 -itP -e \"A=secret\" \\\n"
      "  --mount type=bind,src=/e,dst=/f --net=host nginx:1 x y\n");
  const auto reading = read_run_lines(source, RunText::shell);
  ASSERT_EQ(reading.value.size(), 1u);
  const ContainerSpec& spec = *reading.value[0];
  EXPECT_EQ(spec.at.text(), "docker run");
  EXPECT_EQ(spec.mounts[0].at.text(), "'/a:/b:ro'");
  EXPECT_EQ(spec.mounts[0].source_at.text(), "/a");
  EXPECT_EQ(spec.mounts[1].at.text(), "/c:/d");
  EXPECT_EQ(spec.mounts[1].source_at.text(), "/c");
  EXPECT_EQ(spec.mounts[2].source_at.text(), "/e");
  EXPECT_EQ(spec.ports[0].at.text(), "80:81");
  EXPECT_EQ(spec.publish_all.at.text(), "P");
  EXPECT_EQ(spec.environment[0].value_at.text(), "secret");
  EXPECT_EQ(spec.network_mode.at.text(), "host");
  EXPECT_EQ(spec.image.at.text(), "nginx:1");
  EXPECT_EQ(spec.command.at.text(), "x y");
}

TEST(RunLinePlaces, OfArraysAreWhereTheyAreWritten) {
  const Source source("x.sh", "A=(--cap-add ALL\n  '--privileged')\ndocker run \"${A[@]}\" x\n");
  const auto reading = read_run_lines(source, RunText::shell);
  ASSERT_EQ(reading.value.size(), 1u);
  EXPECT_EQ(reading.value[0]->cap_add[0].at.span.begin, source.text().find("ALL"));
  EXPECT_EQ(reading.value[0]->privileged.at.text(), "--privileged");
}

TEST(RunLineUnknown, LeavesDefaultsOpen) {
  const Source source("x.sh", "docker run $OPTS -m 1g nginx\n");
  const auto reading = read_run_lines(source, RunText::shell);
  ASSERT_EQ(reading.value.size(), 1u);
  const ContainerSpec& spec = *reading.value[0];
  EXPECT_TRUE(spec.options_unresolved);
  EXPECT_TRUE(spec.read_only.unresolved);
  EXPECT_TRUE(spec.pids_limit.unresolved);
  EXPECT_FALSE(spec.mem_limit.unresolved);
  EXPECT_FALSE(spec.image.unresolved);
}

TEST(RunArguments, AreReadAsWords) {
  const Source source("<run line>", "docker run -e 'A=x y' nginx 'a b'");
  const auto spec = read_run_arguments(source, {"docker", "run", "-e", "A=x y", "nginx", "a b"});
  ASSERT_TRUE(spec.has_value());
  EXPECT_EQ(dump(**spec), "image=nginx env=A=x y command=a b");
  EXPECT_EQ((*spec)->image.at.text(), "nginx");
  const Source bad("<run line>", "docker ps");
  EXPECT_EQ(read_run_arguments(bad, {"docker", "ps"}).error().message,
            "this is no `docker run` line");
  const Source flag("<run line>", "docker run --nam x");
  EXPECT_EQ(read_run_arguments(flag, {"docker", "run", "--nam", "x"}).error().hint,
            "did you mean --name?");
}

// Whatever way a flag is written, it means the same.
TEST(FlagSpellings, Agree) {
  for (const run_command::Flag& flag : run_command::all_flags()) {
    if (flag.setting == run_command::Setting::help) continue;
    if (!flag.takes_value) {
      const std::string plain = read(concat("docker run --", flag.name, " x"));
      EXPECT_EQ(plain, read(concat("docker run --", flag.name, "=true x"))) << flag.name;
      EXPECT_EQ(plain, read(concat("docker run \"--", flag.name, "\" x"))) << flag.name;
      if (flag.letter != '\0') {
        const std::string letter(1, flag.letter);
        EXPECT_EQ(plain, read(concat("docker run -", letter, " x"))) << flag.name;
        EXPECT_EQ(plain, read(concat("docker run -", letter, "=true x"))) << flag.name;
      }
      continue;
    }
    const std::string plain = read(concat("docker run --", flag.name, " 1 x"));
    EXPECT_EQ(plain, read(concat("docker run --", flag.name, "=1 x"))) << flag.name;
    if (flag.setting == run_command::Setting::tmpfs) continue;
    if (flag.letter != '\0') {
      const std::string letter(1, flag.letter);
      for (const char* form : {" 1", "1", "=1"}) {
        EXPECT_EQ(plain, read(concat("docker run -", letter, form, " x"))) << flag.name;
        EXPECT_EQ(plain, read(concat("docker run -it", letter, form, " x"))) << flag.name;
      }
    }
  }
}

// What the client that is installed knows, this reader knows, with the same arity.
TEST(FlagTable, AgreesWithTheInstalledClient) {
  std::FILE* const pipe =
      popen("docker run --help 2>/dev/null; docker create --help 2>/dev/null", "r");
  ASSERT_NE(pipe, nullptr);
  std::string help;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe))
    help.append(buffer, size);
  pclose(pipe);
  std::size_t known = 0;
  for (const std::string_view line : split(help, '\n')) {
    const std::string_view option = trim(line);
    if (line.size() < 8 || !is_blank(line[0]) || line.substr(0, 8).find('-') == line.npos) continue;
    const std::size_t dashes = line.find("--");
    if (dashes != 6) continue;
    std::size_t end = dashes + 2;
    while (end < line.size() && line[end] != ' ') ++end;
    const std::string_view name = line.substr(dashes + 2, end - dashes - 2);
    const bool takes_value = end + 1 < line.size() && line[end + 1] != ' ';
    const run_command::Flag* const flag = run_command::find_flag(name);
    ASSERT_NE(flag, nullptr) << option;
    EXPECT_EQ(flag->takes_value, takes_value) << option;
    EXPECT_NE(flag->clients & run_command::docker, 0) << option;
    const char letter = line[2] == '-' && line[3] != '-' ? line[3] : '\0';
    EXPECT_EQ(flag->letter, letter) << option;
    ++known;
  }
  if (known == 0) GTEST_SKIP() << "no docker client is installed";
  EXPECT_GT(known, 90u);
}

TEST(Bytes, AreReadAsDockerDoes) {
  using run_command::parse_bytes;
  EXPECT_EQ(parse_bytes("32"), 32);
  EXPECT_EQ(parse_bytes("32b"), 32);
  EXPECT_EQ(parse_bytes("32kB"), 32 * 1024);
  EXPECT_EQ(parse_bytes("32 MiB"), 32 * 1024 * 1024);
  EXPECT_EQ(parse_bytes("1.5g"), 1610612736);
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("-1"), std::nullopt);
  EXPECT_EQ(parse_bytes("-1", true), -1);
  EXPECT_EQ(parse_bytes(""), std::nullopt);
  EXPECT_EQ(parse_bytes("12x"), std::nullopt);
  EXPECT_EQ(parse_bytes("1ii"), std::nullopt);
  EXPECT_EQ(parse_bytes("99999999999999p"), std::nullopt);
}

}  // namespace
}  // namespace plimsoll
