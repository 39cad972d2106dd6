#include "readers/compose/compose_reader.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"

namespace plimsoll {
namespace {

struct Project {
  Sources sources;
  MemoryFiles files;
  Reading<ComposeProject> reading;

  Project& file(std::string path, std::string text) {
    files.add(std::move(path), std::move(text));
    return *this;
  }
  Project& read(const std::vector<std::string>& paths = {"compose.yaml"},
                const ComposeOptions& options = {}) {
    reading = read_compose(paths, sources, files, options);
    return *this;
  }
  const ContainerSpec& service(std::string_view name) const {
    const ContainerSpec* const found = reading.value.service(name);
    if (found == nullptr) throw std::runtime_error(concat("no service ", name));
    return *found;
  }
  // "compose.yaml:3:5: message", one per line.
  std::string errors() const {
    std::string out;
    for (const Error& error : reading.errors)
      out += concat(place(error.at), ": ", error.message, "\n");
    return out;
  }
  static std::string place(const Location& at) {
    if (!at.known()) return "nowhere";
    const Position position = at.source->position(at.span.begin);
    return concat(at.source->path(), ":", std::to_string(position.line), ":",
                  std::to_string(position.column));
  }
};

std::string written_at(const Location& at) {
  return concat(Project::place(at), " ", at.text());
}

TEST(ComposeReader, PlacesEveryValueWhereItIsWritten) {
  Project project;
  project.file("compose.yaml",
               "x-common: &common\n"
               "  read_only: true\n"
               "services:\n"
               "  web:\n"
               "    <<: *common\n"
               "    image: \"nginx:1\"\n"
               "    privileged: true\n"
               "    cap_add: [NET_ADMIN, 'SYS_ADMIN']\n"
               "    volumes: [\"./a:/b:ro\"]\n"
               "    environment: [\"A=secret\", \"B=${C:-d}\"]\n"
               "    mem_limit: 1g\n");
  project.read();
  EXPECT_EQ(project.errors(), "");
  const ContainerSpec& web = project.service("web");
  EXPECT_EQ(written_at(web.at), "compose.yaml:4:3 web");
  EXPECT_EQ(written_at(web.image.at), "compose.yaml:6:12 \"nginx:1\"");
  EXPECT_EQ(written_at(web.privileged.at), "compose.yaml:7:17 true");
  EXPECT_EQ(written_at(web.read_only.at), "compose.yaml:2:14 true");
  EXPECT_EQ(written_at(web.cap_add[1].at), "compose.yaml:8:26 'SYS_ADMIN'");
  EXPECT_EQ(written_at(web.mounts[0].at), "compose.yaml:9:15 \"./a:/b:ro\"");
  EXPECT_EQ(written_at(web.mounts[0].source_at), "compose.yaml:9:16 ./a");
  EXPECT_EQ(written_at(web.environment[0].value_at), "compose.yaml:10:22 secret");
  EXPECT_EQ(written_at(web.environment[1].value_at), "compose.yaml:10:34 ${C:-d}");
  EXPECT_EQ(web.environment[1].value, "d");
  EXPECT_EQ(web.mem_limit.layer, Layer::compose);
  EXPECT_EQ(web.pids_limit.layer, Layer::engine);
  EXPECT_EQ(web.project, &project.reading.value);
}

TEST(ComposeReader, PlacesValuesOfBasesAndOverridesInTheirFiles) {
  Project project;
  project
      .file(
          "compose.yaml",
          "services:\n  web:\n    extends: {file: base/common.yaml, service: app}\n    image: a\n")
      .file("compose.override.yaml", "services:\n  web:\n    user: root\n    image: b\n")
      .file("base/common.yaml",
            "services:\n  app:\n    privileged: true\n    volumes: [\"./data:/data\"]\n"
            "    env_file: app.env\n")
      .file("base/app.env", "TOKEN=1\n");
  project.read({"compose.yaml", "compose.override.yaml"});
  EXPECT_EQ(project.errors(), "");
  const ContainerSpec& web = project.service("web");
  EXPECT_EQ(written_at(web.at), "compose.yaml:2:3 web");
  EXPECT_EQ(written_at(web.privileged.at), "base/common.yaml:3:17 true");
  EXPECT_EQ(written_at(web.user.at), "compose.override.yaml:3:11 root");
  EXPECT_EQ(written_at(web.image.at), "compose.override.yaml:4:12 b");
  EXPECT_EQ(web.mounts[0].source, "./base/data");
  EXPECT_EQ(written_at(web.environment[0].at), "base/app.env:1:1 TOKEN=1");
  EXPECT_TRUE(web.environment[0].from_file);
}

TEST(ComposeReader, KnowsWhatDependsOnVariablesThatAreNotSet) {
  Project project;
  project.file(".env", "TAG=2\n")
      .file("compose.yaml",
            "services:\n"
            "  web:\n"
            "    image: ${REGISTRY}/web:${TAG}\n"
            "    user: ${NOBODY:-1000}\n"
            "    privileged: ${PRIVILEGED}\n"
            "    ports: ['${PORT}:80', '8080:80']\n"
            "    volumes: ['${DATA}:/data:ro']\n"
            "    environment: {A: '${TAG}', B: '$B'}\n"
            "    mem_limit: ${MEMORY}\n"
            "    labels: {host: 'x:$CONTAINER-PORT'}\n");
  project.read();
  EXPECT_EQ(project.errors(), "");
  const ContainerSpec& web = project.service("web");
  EXPECT_TRUE(web.image.unresolved);
  EXPECT_EQ(web.image.value, "${REGISTRY}/web:${TAG}");
  EXPECT_FALSE(web.user.unresolved);
  EXPECT_EQ(web.user.value, "1000");
  EXPECT_TRUE(web.privileged.unresolved);
  EXPECT_FALSE(web.privileged.value);
  EXPECT_TRUE(web.ports[0].unresolved);
  EXPECT_FALSE(web.ports[1].unresolved);
  EXPECT_TRUE(web.mounts[0].unresolved);
  EXPECT_EQ(web.mounts[0].target, "/data");
  EXPECT_TRUE(web.mounts[0].read_only);
  EXPECT_EQ(web.environment[0].value, "2");
  EXPECT_TRUE(web.environment[1].unresolved);
  EXPECT_TRUE(web.mem_limit.unresolved);
  ASSERT_EQ(web.obsolete.size(), 1U);
  EXPECT_EQ(web.obsolete[0].kind, ObsoleteSpelling::Kind::hyphen_in_variable);
  EXPECT_EQ(written_at(web.obsolete[0].at), "compose.yaml:10:23 $CONTAINER-PORT");
}

TEST(ComposeReader, ReportsFaultsAndReadsTheRest) {
  Project project;
  project.file("compose.yaml",
               "version: '3'\n"
               "services:\n"
               "  a:\n"
               "    image: a:${TAG:?say which}\n"
               "    priviledged: true\n"
               "    user: 1000\n"
               "    extends: {file: none.yaml, service: x}\n"
               "    env_file: none.env\n"
               "    ports: ['80:a']\n"
               "  b:\n"
               "    image: b\n"
               "    extends: c\n"
               "  c:\n"
               "    image: c\n"
               "    extends: b\n"
               "    privileged: true\n"
               "include: [compose.yaml]\n");
  project.read();
  EXPECT_EQ(
      project.errors(),
      "compose.yaml:4:14: the variable TAG is required and not set: say which\n"
      "compose.yaml:17:11: the file \"compose.yaml\" includes itself\n"
      "compose.yaml:7:21: the file \"none.yaml\" cannot be read: no such file or directory\n"
      "compose.yaml:15:14: service \"c\" extends itself\n"
      "compose.yaml:5:5: service \"a\": priviledged is no key that compose knows\n"
      "compose.yaml:6:11: service \"a\": user must be a string, this is an integer\n"
      "compose.yaml:8:15: service \"a\": the env_file \"none.env\" cannot be read: no such file "
      "or directory\n"
      "compose.yaml:9:13: service \"a\": the port \"80:a\" is invalid: the container's port must "
      "be a number up to 65535 or a range\n");
  EXPECT_EQ(project.reading.errors[4].hint, "did you mean `privileged`?");
  EXPECT_EQ(project.service("a").user.value, "1000");
  EXPECT_TRUE(project.service("a").image.unresolved);
  EXPECT_TRUE(project.service("c").privileged.value);
  EXPECT_EQ(project.reading.value.version.value, "3");
}

TEST(ComposeReader, TakesSecurityOptionsApart) {
  Project project;
  project.file("profiles/open.json", "{\n\t\"defaultAction\": \"SCMP_ACT_ALLOW\"\n}")
      .file("empty.json", "{}")
      .file("compose.yaml",
            "services:\n"
            "  a: {security_opt: [no-new-privileges, 'apparmor:unconfined', 'label=disable']}\n"
            "  b: {security_opt: ['no-new-privileges:true', 'seccomp:profiles/open.json']}\n"
            "  c: {security_opt: ['no-new-privileges=false', 'seccomp=./empty.json']}\n"
            "  d: {security_opt: ['systempaths=unconfined', 'seccomp=unconfined']}\n");
  project.read();
  EXPECT_EQ(project.errors(), "");
  using Profile = ContainerSpec::SeccompProfile;
  EXPECT_TRUE(project.service("a").no_new_privileges.value);
  EXPECT_EQ(project.service("a").apparmor.value, "unconfined");
  EXPECT_EQ(project.service("a").selinux_label[0].value, "disable");
  EXPECT_EQ(project.service("a").obsolete[0].kind, ObsoleteSpelling::Kind::security_opt_colon);
  EXPECT_TRUE(project.service("b").no_new_privileges.value);
  EXPECT_EQ(project.service("b").seccomp_profile, Profile::default_allow);
  EXPECT_FALSE(project.service("c").no_new_privileges.value);
  EXPECT_TRUE(project.service("c").no_new_privileges.written());
  EXPECT_EQ(project.service("c").seccomp_profile, Profile::empty);
  EXPECT_TRUE(project.service("d").systempaths_unconfined.value);
  EXPECT_EQ(project.service("d").seccomp.value, "unconfined");
}

TEST(ComposeReader, PutsInWhatTheDockerfileDecides) {
  Project project;
  project
      .file("web/Dockerfile",
            "FROM alpine:3 AS base\nUSER app\nHEALTHCHECK CMD true\nVOLUME /state\n"
            "ENV A=1 B=2\nFROM base AS final\nCMD [\"run\"]\nFROM scratch AS bare\n")
      .file("compose.yaml",
            "services:\n"
            "  a: {build: {context: ./web, target: final}, environment: {B: own}}\n"
            "  b: {build: ./web, user: root}\n"
            "  c: {image: c}\n"
            "  d: {build: 'https://example.com/x.git'}\n"
            "  e: {build: {dockerfile_inline: \"FROM alpine\\nUSER inline\\n\"}}\n");
  project.read();
  EXPECT_EQ(project.errors(), "");
  const ContainerSpec& a = project.service("a");
  EXPECT_EQ(a.user.value, "app");
  EXPECT_EQ(a.user.layer, Layer::dockerfile);
  EXPECT_EQ(written_at(a.user.at), "web/Dockerfile:2:6 app");
  EXPECT_TRUE(a.healthcheck.value.defined);
  EXPECT_EQ(a.command.value, std::vector<std::string>{"run"});
  ASSERT_EQ(a.mounts.size(), 1U);
  EXPECT_TRUE(a.mounts[0].from_image);
  ASSERT_EQ(a.environment.size(), 2U);
  EXPECT_EQ(a.environment[0].value, "own");
  EXPECT_TRUE(a.builds_image);
  EXPECT_EQ(a.dockerfile_stage, 1U);
  EXPECT_EQ(project.service("b").user.value, "root");
  EXPECT_EQ(project.service("b").dockerfile, a.dockerfile);
  EXPECT_EQ(project.service("c").user.layer, Layer::image);
  EXPECT_TRUE(project.service("c").user.unresolved);
  EXPECT_TRUE(project.service("d").user.unresolved);
  EXPECT_EQ(project.service("e").user.value, "inline");
}

TEST(ComposeReader, NotesWhatAStackIgnores) {
  Project project;
  project.file(
      "compose.yaml",
      "services:\n  a: {image: a, privileged: true, cap_drop: [ALL], deploy: {mode: global}}\n");
  project.read();
  ASSERT_EQ(project.reading.value.stack_ignored.size(), 1U);
  EXPECT_EQ(project.reading.value.stack_ignored[0].key, "privileged");
  EXPECT_TRUE(project.reading.value.for_swarm);
}

TEST(ComposeReader, KeepsTheServicesOfActiveProfiles) {
  Project project;
  project.file("compose.yaml",
               "services:\n  a: {image: a}\n  b: {image: b, profiles: [x]}\n  c: {image: c, "
               "profiles: [y]}\n");
  EXPECT_EQ(project.read().reading.value.services.size(), 3U);
  ComposeOptions options;
  options.profiles = {"x"};
  project.read({"compose.yaml"}, options);
  EXPECT_EQ(project.reading.value.services.size(), 2U);
}

TEST(ComposeReader, RefusesWhatIsNoComposeFile) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", "compose.yaml:1:1: the compose file is empty\n"},
      {"- a\n", "compose.yaml:1:1: a compose file must be a mapping\n"},
      {"web: {image: a}\n",
       "compose.yaml:1:1: the first compose format is no longer read: the file has services at its "
       "top "
       "level\n"},
      {"services: [a]\n", "compose.yaml:1:11: services must be a mapping, this is a list\n"},
  };
  for (const auto& [text, expected] : table) {
    Project project;
    project.file("compose.yaml", std::string(text)).read();
    EXPECT_EQ(project.errors(), expected) << text;
  }
}

TEST(ComposeReader, TellsComposeFilesFromOthers) {
  for (const std::string_view text :
       {"services:\n  web:\n    image: a\n", "name: x\nservices: {web: {image: a}}\n",
        "version: '3'\n\n# c\nservices:\n  # c\n  web: &a\n    image: a\n", "include: [a.yaml]\n",
        "{\"services\": {\"web\": {\"image\": \"a\"}}}",
        "\"services\":\r\n  web:\r\n    image: a\r\n"}) {
    EXPECT_TRUE(looks_like_compose(text)) << text;
  }
  for (const std::string_view text :
       {"", "web:\n  image: a\n", "apiVersion: v1\nkind: Service\nservices:\n  a: b\n",
        "on: push\njobs:\n  services:\n    a: b\n", "services:\n  - postgres\n",
        "services:\n  _defaults:\n    autowire: true\n", "include: [a.yml]\nstages: [a]\n",
        "parameters: {}\nservices:\n  a: {}\n", "services: docker\n", "{\"a\": 1}"}) {
    EXPECT_FALSE(looks_like_compose(text)) << text;
  }
}

std::string repeated(std::size_t times, const auto& line) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += line(std::to_string(i));
  return text;
}

// Each must be read in time that grows with its length; the bound is far above what it takes.
// What grows with the square of these would take hours: the bound tells that from a slow machine.
TEST(ComposeReader, EndsOnHostileProjects) {
  const std::pair<std::string_view, std::string> table[] = {
      {"many services",
       concat("services:\n", repeated(20'000,
                                      [](const std::string& i) {
                                        return concat("  s", i,
                                                      ": {image: a, ports: ['1-65535:1-65535']}\n");
                                      }))},
      {"a chain of bases",
       concat("services:\n", repeated(3'000,
                                      [](const std::string& i) {
                                        return concat("  s", i, ": {image: a, extends: s",
                                                      std::to_string(std::stoi(i) + 1), "}\n");
                                      }))},
      {"many ports",
       concat("services: {a: {image: a, ports: [",
              repeated(60'000, [](const std::string& i) { return concat("'", i, ":80', "); }),
              "]}}")},
      {"many keys",
       concat("services: {a: {",
              repeated(100'000, [](const std::string& i) { return concat("k", i, ": v, "); }),
              "}}")},
      {"many hyphens", concat("services:\n", repeated(5'000,
                                                      [](const std::string& i) {
                                                        return concat("  s", i,
                                                                      ": {image: '$A-B'}\n");
                                                      }))},
      {"a large base",
       concat("services:\n  base:\n    image: a\n    environment:\n",
              repeated(10'000, [](const std::string& i) { return concat("      K", i, ": v\n"); }),
              repeated(1'000,
                       [](const std::string& i) {
                         return concat("  s", i, ": {extends: base, environment: [A=1]}\n");
                       }))},
  };
  for (const auto& [name, text] : table) {
    Project project;
    const auto start = std::chrono::steady_clock::now();
    project.file("compose.yaml", text).read();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    EXPECT_LT(taken.count(), 300.0) << name;
  }
}

TEST(ComposeReader, BoundsTheFilesOfAProject) {
  Project project;
  for (int i = 0; i < 300; ++i) {
    project.file(concat("f", std::to_string(i), ".yaml"),
                 concat("include: [f", std::to_string(i + 1), ".yaml, f", std::to_string(i + 2),
                        ".yaml]\nservices: {s: {image: a}}\n"));
  }
  project.read({"f0.yaml"});
  EXPECT_NE(project.errors().find("too many files"), std::string::npos);
}

}  // namespace
}  // namespace plimsoll
