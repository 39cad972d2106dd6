// `plimsoll check` as a user runs it: the real program on real files, good and bad.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

constexpr const char* privileged_service =
    "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(CheckCommand, ReportsFindingsAndExitsWithOne) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", privileged_service);
  const Ended run = run_plimsoll({"check", "compose.yaml"}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(contains(run.output,
                       "compose.yaml:4:17: critical: service \"web\" runs privileged [privileged]"))
      << run.output;
  EXPECT_EQ(run.errors, "");
}

TEST(CheckCommand, WithoutPathsWalksTheCurrentDirectory) {
  const TemporaryDirectory tree;
  tree.write("deploy/compose.yaml", privileged_service);
  tree.write("app/Dockerfile.prod", "FROM debian:12\nUSER root\n");
  tree.write("app/Containerfile", "FROM debian:12\nUSER root\n");
  tree.write("stack.yml", privileged_service);                      // by content
  tree.write("values.yml", "replicas: 3\n");                        // not ours
  tree.write("run", "#!/bin/sh\ndocker run --privileged nginx\n");  // by content
  tree.write("README.md", "# x\n\n```sh\ndocker run --privileged nginx\n```\n");
  tree.write("Makefile", "up:\n\tdocker run --privileged nginx\n");
  tree.write("node_modules/x/Dockerfile", "FROM debian\nUSER root\n");
  tree.write(".gitignore", "ignored/\n*.gen\n");
  tree.write("ignored/Dockerfile", "FROM debian\nUSER root\n");
  tree.write("Dockerfile.gen", "FROM debian\nUSER root\n");
  tree.write("Dockerfile-alpine.template", "FROM alpine:%%VERSION%%\nUSER root\n");
  tree.write("Dockerfile.j2", "{% if a %}\nFROM debian\nUSER root\n{% endif %}\n");
  tree.write("dockerfile.py", "import sys\n");                   // a program
  tree.write("Dockerfile.go", "FROM golang:1.25\nUSER root\n");  // not one
  const Ended run = run_plimsoll({"check", "-f", "json", "--select", "privileged,root-user"},
                                 {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 1) << run.errors;
  for (const char* expected :
       {"\"deploy/compose.yaml\"", "\"app/Dockerfile.prod\"", "\"app/Containerfile\"",
        "\"Dockerfile.go\"", "\"stack.yml\"", "\"run\"", "\"README.md\"", "\"Makefile\""}) {
    EXPECT_TRUE(contains(run.output, expected)) << expected << "\n" << run.output;
  }
  for (const char* unexpected : {"node_modules", "ignored", "Dockerfile.gen", "values.yml",
                                 "template", "Dockerfile.j2", "dockerfile.py"}) {
    EXPECT_FALSE(contains(run.output, unexpected)) << unexpected;
  }
}

TEST(CheckCommand, ReadsStandardInput) {
  const Ended compose = run_plimsoll({"check", "-"}, {.input = privileged_service});
  EXPECT_EQ(compose.exit_code, 1) << compose.errors;
  EXPECT_TRUE(contains(compose.output, "<stdin>:4:17: critical")) << compose.output;
  const Ended named = run_plimsoll({"check", "-", "--stdin-filename", "app/Dockerfile"},
                                   {.input = "FROM debian:12\nUSER root\n"});
  EXPECT_TRUE(contains(named.output, "app/Dockerfile:2:")) << named.output;
  const Ended line = run_plimsoll({"check", "-"}, {.input = "docker run --privileged nginx\n"});
  EXPECT_TRUE(contains(line.output, "runs privileged")) << line.output;
  const Ended unclear = run_plimsoll({"check", "-"}, {.input = "hello\n"});
  EXPECT_EQ(unclear.exit_code, 2);
  EXPECT_TRUE(contains(unclear.errors, "--stdin-filename")) << unclear.errors;
}

TEST(CheckCommand, ExitsByThreshold) {
  const TemporaryDirectory tree;
  tree.write("Dockerfile", "FROM debian:12@sha256:" + std::string(64, 'a') +
                               "\nUSER 4000:4000\nCMD [\"/app\"]\n");
  const Ended low = run_plimsoll({"check", "Dockerfile"}, {.directory = tree.path()});
  EXPECT_EQ(low.exit_code, 0) << low.output;
  const Ended strict =
      run_plimsoll({"check", "--fail-on", "low", "Dockerfile"}, {.directory = tree.path()});
  EXPECT_EQ(strict.exit_code, 1) << strict.output;
  tree.write("compose.yaml", privileged_service);
  EXPECT_EQ(run_plimsoll({"check", "--fail-on", "never"}, {.directory = tree.path()}).exit_code, 0);
  EXPECT_EQ(run_plimsoll({"check"},
                         {.directory = tree.path(), .environment = {{"PLIMSOLL_FAIL_ON", "never"}}})
                .exit_code,
            0);
  EXPECT_EQ(run_plimsoll({"check", "--fail-on", "high"},
                         {.directory = tree.path(), .environment = {{"PLIMSOLL_FAIL_ON", "never"}}})
                .exit_code,
            1);
}

TEST(CheckCommand, OffersTheNearest) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", privileged_service);
  const auto hint = [&](const std::vector<std::string>& arguments) {
    const Ended run = run_plimsoll(arguments, {.directory = tree.path()});
    EXPECT_EQ(run.exit_code, 2) << run.output;
    EXPECT_EQ(run.output, "");
    return run.errors;
  };
  EXPECT_TRUE(contains(hint({"chek"}), "did you mean \"check\"?"));
  EXPECT_TRUE(contains(hint({"check", "--formt", "json"}), "did you mean \"--format\"?"));
  EXPECT_TRUE(contains(hint({"check", "--format", "jsn"}), "did you mean \"json\"?"));
  EXPECT_TRUE(contains(hint({"check", "compse.yaml"}), "did you mean \"compose.yaml\"?"));
  EXPECT_TRUE(contains(hint({"check", "--select", "privilged"}), "did you mean \"privileged\"?"));
  EXPECT_TRUE(contains(hint({"explain", "privilged"}), "did you mean \"privileged\"?"));
}

TEST(CheckCommand, GoesOnAfterWhatItCannotRead) {
  const TemporaryDirectory tree;
  tree.write("good/compose.yaml", privileged_service);
  tree.write("a/Dockerfile", "");
  tree.write("b/Dockerfile", "FROM debian:12\nRUN <<EOF\necho never closed\n");
  tree.write("c/Dockerfile", std::string("FROM debian:12\nRUN echo \xff\xfe\n"));
  tree.write("d/Dockerfile", std::string("FROM debian:12\nRUN echo \0 x\n", 27));
  tree.write("e/compose.yaml", "services:\n  web: [\n");
  tree.write("f/compose.yaml", "services:\n  a:\n    image: ${TAG:?set the tag}\n");
  tree.write("g/compose.yaml",
             "services:\n  a:\n    extends: {service: b}\n  b:\n    extends: {service: a}\n");
  tree.write("h/compose.yaml", "include: [compose.yaml]\nservices:\n  a:\n    image: x:1\n");
  tree.write("i/run.sh", "docker run 'never closed\n");
  tree.write("j/compose.yaml", "services:\n  a:\n    image: " + std::string(20'000, '['));
  std::string bomb = "x0: &x0 [a, a, a, a, a, a, a, a, a]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string inner = "*x" + std::to_string(i - 1);
    bomb += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [" + inner;
    for (int j = 0; j < 8; ++j) bomb += ", " + inner;
    bomb += "]\n";
  }
  tree.write("k/compose.yaml", bomb + "services:\n  a:\n    image: x:1\n    labels: *x11\n");
  tree.write("l/Dockerfile/x", "a directory called Dockerfile\n");
  std::filesystem::create_directory_symlink(tree.path(), tree.path() + "/loop");
  const Ended run = run_plimsoll({"check", "--select", "privileged"}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 3) << run.output;
  EXPECT_TRUE(contains(run.output, "good/compose.yaml:4:17: critical")) << run.output;
  for (const char* path :
       {"a/Dockerfile", "b/Dockerfile:2", "c/Dockerfile:2:10", "d/Dockerfile:2:10",
        "e/compose.yaml", "f/compose.yaml:3", "g/compose.yaml", "h/compose.yaml", "i/run.sh:1",
        "j/compose.yaml:3", "k/compose.yaml"}) {
    EXPECT_TRUE(contains(run.errors, path)) << path << " is not named in:\n" << run.errors;
  }
  EXPECT_TRUE(contains(run.errors, "set the tag")) << run.errors;
  EXPECT_FALSE(contains(run.output, "loop/")) << "a symlinked directory was followed";
}

TEST(CheckCommand, SaysWhatItCannotOpen) {
  const TemporaryDirectory tree;
  const std::string path = tree.write("Dockerfile", "FROM debian:12\n");
  ::chmod(path.c_str(), 0);
  if (::access(path.c_str(), R_OK) == 0) {
    // Root reads everything: a large file and a pipe stand for it below.
    ::chmod(path.c_str(), 0644);
  } else {
    const Ended run = run_plimsoll({"check", "Dockerfile"}, {.directory = tree.path()});
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_TRUE(contains(run.errors, "Dockerfile: error: cannot be read")) << run.errors;
  }
  std::filesystem::remove(path);
  tree.write("Dockerfile", "");
  std::filesystem::resize_file(path, 100'000'000);
  const Ended large = run_plimsoll({"check", "Dockerfile"}, {.directory = tree.path()});
  EXPECT_EQ(large.exit_code, 3);
  EXPECT_TRUE(contains(large.errors, "16 MiB")) << large.errors;
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const Ended pipe = run_plimsoll({"check", "Dockerfile"}, {.directory = tree.path()});
  EXPECT_EQ(pipe.exit_code, 3);
  EXPECT_TRUE(contains(pipe.errors, "not a regular file")) << pipe.errors;
  const Ended nothing = run_plimsoll({"check", "/dev/null"}, {.directory = tree.path()});
  EXPECT_EQ(nothing.exit_code, 3) << nothing.errors;
}

TEST(CheckCommand, AClosedPipeIsNoFailure) {
  const TemporaryDirectory tree;
  for (int i = 0; i < 200; ++i) {
    tree.write("d" + std::to_string(i) + "/compose.yaml", privileged_service);
  }
  const Ended run = run_shell("$PLIMSOLL check . | head -1 >/dev/null; echo ${PIPESTATUS[0]}",
                              {.directory = tree.path()});
  EXPECT_EQ(run.output, "1\n") << run.errors;
  EXPECT_EQ(run.errors, "");
}

TEST(CheckCommand, AFullDiskIsAFailure) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", privileged_service);
  const Ended run = run_shell("$PLIMSOLL check . > /dev/full", {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(contains(run.errors, "cannot be written")) << run.errors;
  const Ended missing =
      run_plimsoll({"check", "-o", "no/such/report.txt"}, {.directory = tree.path()});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(contains(missing.errors, "no/such/report.txt")) << missing.errors;
  const Ended directory = run_plimsoll({"check", "-o", "."}, {.directory = tree.path()});
  EXPECT_EQ(directory.exit_code, 2);
  EXPECT_TRUE(contains(directory.errors, "is a directory")) << directory.errors;
}

// A limit on the size of files stands for a disk that fills up half way.
TEST(CheckCommand, AResultThatDoesNotFitLeavesTheOldOne) {
  const TemporaryDirectory tree;
  std::string services = "services:\n";
  for (int i = 0; i < 100; ++i) {
    services += "  s" + std::to_string(i) + ":\n    image: nginx:1.27\n    privileged: true\n";
  }
  tree.write("compose.yaml", services);
  tree.write("report.txt", "old");
  const Ended run = run_shell(
      "trap '' XFSZ; ulimit -f 8; $PLIMSOLL check -o report.txt compose.yaml; echo $?; ls -A; cat "
      "report.txt",
      {.directory = tree.path()});
  EXPECT_EQ(run.output, "2\ncompose.yaml\nreport.txt\nold");
  EXPECT_TRUE(contains(run.errors, "the result cannot be written: file too large")) << run.errors;
}

TEST(CheckCommand, WritesTheResultToAFile) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", privileged_service);
  const Ended run =
      run_plimsoll({"check", "-f", "sarif", "-o", "report.sarif"}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.output, "");
  const Ended shown = run_shell("cat report.sarif; ls -A", {.directory = tree.path()});
  EXPECT_TRUE(contains(shown.output, "\"2.1.0\""));
  EXPECT_FALSE(contains(shown.output, ".plimsoll-")) << "a temporary file was left";
}

TEST(CheckCommand, WritesThroughASymlinkAndKeepsTheMode) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", privileged_service);
  ::chmod(tree.write("report.txt", "old").c_str(), 0640);
  const Ended run = run_shell(
      "ln -s report.txt link && $PLIMSOLL check -o link compose.yaml; test -L link && stat -c %a "
      "report.txt && grep -c privileged report.txt && ls -A | wc -l",
      {.directory = tree.path()});
  EXPECT_TRUE(run.output.starts_with("640\n")) << run.output << run.errors;
  EXPECT_TRUE(run.output.ends_with("\n3\n")) << run.output;
}

TEST(CheckCommand, SaysTheSameEveryTime) {
  const Ended first = run_plimsoll({"check", "-f", "json", source_path("examples")});
  const Ended second = run_plimsoll({"check", "-f", "json", source_path("examples")});
  EXPECT_FALSE(first.output.empty());
  EXPECT_EQ(first.output, second.output);
}

TEST(CheckCommand, SaysOnceWhatServicesShare) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml",
             "x-base: &base\n  privileged: true\nservices:\n  a: {<<: *base, image: nginx:1.27}\n"
             "  b: {<<: *base, image: nginx:1.27}\n  c: {<<: *base, image: nginx:1.27}\n"
             "  d: {image: nginx:1.27, privileged: true}\n");
  const Ended run =
      run_plimsoll({"check", "--select", "privileged", "--quiet"}, {.directory = tree.path()});
  EXPECT_TRUE(contains(run.output,
                       "compose.yaml:2:15: critical: service \"a\" runs privileged (shared by "
                       "service \"b\" and \"c\") [privileged]"))
      << run.output;
  EXPECT_FALSE(contains(run.output, "service \"b\" runs")) << run.output;
  EXPECT_TRUE(contains(run.output, "service \"d\" runs privileged [privileged]")) << run.output;
}

TEST(CheckCommand, NamesTheFirstOfManyServicesThatShare) {
  const TemporaryDirectory tree;
  std::string text = "x-base: &base {privileged: true, image: \"nginx:1.27\"}\nservices:\n";
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    text += std::string("  ") + name + ": *base\n";
  }
  tree.write("compose.yaml", text);
  const Ended run =
      run_plimsoll({"check", "--select", "privileged", "--quiet"}, {.directory = tree.path()});
  EXPECT_TRUE(contains(run.output,
                       "service \"a\" runs privileged (shared by \"b\", \"c\", \"d\" and 2 other "
                       "services) [privileged]"))
      << run.output;
}

TEST(CheckCommand, HonoursInlineSuppressions) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml",
             "services:\n  web:\n    image: nginx:1.27\n"
             "    # plimsoll: allow privileged -- the lab needs it, until 2999-01-01\n"
             "    privileged: true\n");
  const Ended run = run_plimsoll({"check", "--select", "privileged"}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_TRUE(contains(run.output, "1 suppressed")) << run.output;
  const Ended shown = run_plimsoll({"check", "--select", "privileged", "--show-suppressed"},
                                   {.directory = tree.path()});
  EXPECT_TRUE(contains(shown.output, "the lab needs it")) << shown.output;
  const Ended sarif =
      run_plimsoll({"check", "--select", "privileged", "-f", "sarif", "--show-suppressed"},
                   {.directory = tree.path()});
  EXPECT_TRUE(contains(sarif.output, "\"suppressions\"")) << sarif.output;
}

TEST(CheckCommand, PlacesAnInlineDockerfileInItsComposeFile) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml",
             "services:\n  web:\n    build:\n      context: .\n      dockerfile_inline: |\n"
             "        FROM debian:12\n        RUN true \\\n          && sudo ls\n");
  const Ended run =
      run_plimsoll({"check", "--select", "sudo-used", "compose.yaml"}, {.directory = tree.path()});
  EXPECT_TRUE(contains(run.output, "compose.yaml:8:14: medium: sudo in RUN")) << run.output;
}

TEST(CheckCommand, AsksThePolicyOfTheNearestAncestor) {
  const TemporaryDirectory directory;
  const std::string compose =
      "services:\n  web:\n    image: nginx:1.27\n    volumes: [/srv/x:/x]\n";
  directory.write("loose/compose.yaml", compose);
  directory.write("strict/deep/compose.yaml", compose);
  directory.write("strict/.plimsoll.yaml", "bind_roots: [/opt]\n");
  const std::vector<std::string> line{"check", "--select", "bind-outside-allowed-roots"};
  const Ended ended = run_plimsoll(line, {.directory = directory.path()});
  EXPECT_EQ(ended.exit_code, 1) << ended.errors;
  EXPECT_TRUE(contains(ended.output, "strict/deep/compose.yaml:4:")) << ended.output;
  EXPECT_FALSE(contains(ended.output, "loose/compose.yaml:4:")) << ended.output;

  directory.write("strict/.plimsoll.yaml", "bind_root: [/opt]\n");
  const Ended broken = run_plimsoll(line, {.directory = directory.path()});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_EQ(broken.output, "");
  EXPECT_TRUE(contains(broken.errors, "strict/.plimsoll.yaml:1:1: error: ")) << broken.errors;
  EXPECT_TRUE(contains(broken.errors, "did you mean \"bind_roots\"?")) << broken.errors;
}

TEST(RunCommand, ChecksOneLine) {
  const Ended run = run_plimsoll({"run", "--", "docker", "run", "--privileged", "nginx:1.27"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(contains(run.output, "runs privileged")) << run.output;
  const Ended flags = run_plimsoll(
      {"run", "--select", "privileged", "-f", "json", "--", "docker", "run", "--rm", "nginx:1.27"});
  EXPECT_EQ(flags.exit_code, 0) << flags.errors;
  EXPECT_EQ(run_plimsoll({"run"}).exit_code, 2);
  EXPECT_EQ(run_plimsoll({"run", "--", "docker", "ps"}).exit_code, 2);
}

TEST(Program, ExplainsItself) {
  EXPECT_EQ(run_plimsoll({}).exit_code, 0);
  EXPECT_TRUE(contains(run_plimsoll({"--help"}).output, "plimsoll check"));
  EXPECT_TRUE(contains(run_plimsoll({"check", "--help"}).output, "--fail-on"));
  EXPECT_TRUE(contains(run_plimsoll({"version"}).output, "plimsoll "));
  EXPECT_TRUE(contains(run_plimsoll({"explain", "DL3006"}).output, "floating-tag"));
  EXPECT_TRUE(contains(run_plimsoll({"explain", "cis-5.5"}).output, "privileged: container runs"));
  EXPECT_TRUE(contains(run_plimsoll({"rules", "--format", "json"}).output, "\"privileged\""));
}

TEST(Examples, ShowManyFindingsAndTheHardenedTwinNone) {
  const Ended insecure =
      run_plimsoll({"check", "-f", "json", source_path("examples/edge-gateway")});
  EXPECT_EQ(insecure.exit_code, 1);
  EXPECT_EQ(insecure.errors, "");
  std::set<std::string> rules;
  for (std::size_t at = insecure.output.find("\"rule\": \""); at != std::string::npos;
       at = insecure.output.find("\"rule\": \"", at + 1)) {
    const std::size_t begin = at + 9;
    rules.insert(insecure.output.substr(begin, insecure.output.find('"', begin) - begin));
  }
  EXPECT_GE(rules.size(), 40u);
  const Ended hardened =
      run_plimsoll({"check", "--fail-on", "low", source_path("examples/edge-gateway-hardened")});
  EXPECT_EQ(hardened.exit_code, 0) << hardened.output << hardened.errors;
}

}  // namespace
}  // namespace plimsoll::test
