#include "subjects/package_calls.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plimsoll::shell {
namespace {

// Words between blanks; 'a b' in single quotes is one quoted word, and a word that starts with `$`
// is one whose value is not known.
std::vector<Word> words_of(std::string_view line) {
  std::vector<Word> words;
  while (!line.empty()) {
    if (line.front() == ' ') {
      line.remove_prefix(1);
      continue;
    }
    Word word;
    std::size_t end = 0;
    if (line.front() == '\'') {
      end = line.find('\'', 1);
      word.text = line.substr(1, end - 1);
      word.quoted = true;
      line.remove_prefix(end + 1);
    } else {
      end = std::min(line.find(' '), line.size());
      word.text = line.substr(0, end);
      word.resolved = !word.text.contains('$');
      line.remove_prefix(end);
    }
    words.push_back(word);
  }
  return words;
}

std::optional<PackageCall> call_of(std::span<Word> words) {
  Command command;
  command.words = words;
  return read_package_call(command);
}

// "install: curl git", or "none" when it is no call.
std::string read(std::string_view line) {
  std::vector<Word> words = words_of(line);
  const auto call = call_of(words);
  if (!call) return "none";
  std::string text(name_of(call->manager));
  static constexpr std::array<std::string_view, 7> actions{
      "other", "install", "update", "upgrade", "dist-upgrade", "remove", "clean"};
  text += concat(" ", actions[static_cast<std::size_t>(call->action)], ":");
  for_each_operand(*call, [&text](const Argument& argument) {
    text += concat(" ", argument.text);
    return true;
  });
  return text;
}

struct Row {
  std::string_view line;
  std::string_view read;
};

TEST(PackageCalls, AreReadWhereverTheirOptionsStand) {
  const std::vector<Row> rows{
      {"apt-get install -y curl git", "apt-get install: curl git"},
      {"apt-get -y -o Dpkg::Use-Pty=0 install curl", "apt-get install: curl"},
      {"apt-get -oAPT::Install-Recommends=0 install curl -y", "apt-get install: curl"},
      {"apt-get install -y -t bookworm-backports curl", "apt-get install: curl"},
      {"apt-get install -yt bookworm-backports curl", "apt-get install: curl"},
      {"apt-get install curl --no-install-recommends", "apt-get install: curl"},
      {"apt-get install --target-release sid curl", "apt-get install: curl"},
      {"apt-get install -- curl -odd", "apt-get install: curl -odd"},
      {"apt-get update", "apt-get update:"},
      {"apt-get dist-upgrade -y", "apt-get dist-upgrade:"},
      {"/usr/bin/apt-get purge -y gcc", "apt-get remove: gcc"},
      {"sudo -E apt-get install -y curl", "apt-get install: curl"},
      {"sudo -u root env DEBIAN_FRONTEND=noninteractive apt-get install curl",
       "apt-get install: curl"},
      {"DEBIAN_FRONTEND=x apt-get", "none"},
      {"timeout 300 apt-get update", "apt-get update:"},
      {"command -v apt-get", "none"},
      {"apt-cache search curl", "none"},
      {"apk add --no-cache --virtual .deps gcc musl-dev", "apk install: gcc musl-dev"},
      {"apk --no-cache add -t .deps gcc", "apk install: gcc"},
      {"apk add -X https://example.com/edge flow=0.78.0-r0", "apk install: flow=0.78.0-r0"},
      {"apk del .deps", "apk remove: .deps"},
      {"yum -y install httpd", "yum install: httpd"},
      {"dnf install -y --setopt install_weak_deps=False git", "dnf install: git"},
      {"dnf module install -y nodejs:20", "dnf install: nodejs:20"},
      {"dnf -y group install 'Development Tools'", "dnf install: Development Tools"},
      {"microdnf update", "microdnf upgrade:"},
      {"zypper -n in -t pattern devel_basis", "zypper install: devel_basis"},
      {"zypper dup", "zypper dist-upgrade:"},
      {"pacman -Syu --noconfirm git", "pacman install: git"},
      {"pacman -Syu --noconfirm", "pacman upgrade:"},
      {"pacman -Sy", "pacman update:"},
      {"pacman -Scc --noconfirm", "pacman clean:"},
      {"pip install -r requirements.txt", "pip install:"},
      {"pip3.11 install --index-url https://x.example/simple flask==3.0",
       "pip install: flask==3.0"},
      {"python3 -m pip install -U pip", "pip install: pip"},
      {"python -I -m pip install wheel", "pip install: wheel"},
      {"python3 -m venv /venv", "none"},
      {"python3 app.py install x", "none"},
      {"pipx install poetry", "none"},
      {"pipenv install", "none"},
      {"npm ci --omit=dev", "npm install:"},
      {"npm install -g --registry https://r.example typescript@5", "npm install: typescript@5"},
      {"npm run install", "npm other: install"},
      {"yarn", "yarn install:"},
      {"yarn --frozen-lockfile", "yarn install:"},
      {"yarn global add serve", "yarn install: serve"},
      {"yarn build", "yarn other:"},
      {"yarn --version", "yarn other:"},
      {"pnpm i --filter web", "pnpm install:"},
      {"gem install -v 2.5 bundler", "gem install: bundler"},
      {"go install -ldflags '-s -w' example.com/x@v1", "go install: example.com/x@v1"},
      {"go build ./...", "go other: ./..."},
      {"cargo install --version 1.0 just", "cargo install: just"},
      {"conda install -y -c conda-forge numpy", "conda install: numpy"},
      {"conda env create -f env.yml", "conda install: env.yml"},
      {"composer global require x/y", "composer install: x/y"},
      {"uv pip install flask", "uv install: flask"},
      {"uv pip install --python-preference system --index-strategy unsafe-best-match flask",
       "uv install: flask"},
      {"xargs apt-get install -y", "apt-get install:"},
      {"apt-get $OPTIONS install curl", "apt-get install: curl"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.line), row.read) << row.line;
}

TEST(PackageCalls, AVariableWithSeveralPackagesIsSeveralOperands) {
  std::vector<Word> words = words_of("apt-get install -y");
  Word word;
  word.text = "gcc make  libc-dev";
  words.push_back(word);
  const auto call = call_of(words);
  ASSERT_TRUE(call);
  std::vector<std::string> names;
  for_each_operand(*call, [&names](const Argument& argument) {
    names.emplace_back(argument.text);
    return true;
  });
  EXPECT_EQ(names, (std::vector<std::string>{"gcc", "make", "libc-dev"}));
}

TEST(PackageCalls, OptionsThatMayBeInAVariableAreUnknown) {
  for (const char* line : {"apt-get $APT_OPTS install curl", "apt-get install ${FLAGS} curl",
                           "pip install $PIP_ARGS flask"}) {
    std::vector<Word> words = words_of(line);
    const auto call = call_of(words);
    ASSERT_TRUE(call) << line;
    EXPECT_TRUE(call->options_unknown) << line;
  }
  std::vector<Word> words = words_of("apt-get install -y $PACKAGES");
  EXPECT_FALSE(call_of(words)->options_unknown);
}

TEST(PackageCalls, OptionsInAllSpellings) {
  const auto has = [](const char* line, std::initializer_list<std::string_view> names,
                      char letter) {
    std::vector<Word> words = words_of(line);
    return has_option(*call_of(words), names, letter);
  };
  EXPECT_TRUE(has("apt-get install -yqq curl", {"--yes"}, 'y'));
  EXPECT_TRUE(has("apt-get install curl --yes", {"--yes"}, 'y'));
  EXPECT_FALSE(has("apt-get install -o y curl", {"--yes"}, 'y'));
  EXPECT_FALSE(has("apt-get install -ty curl", {"--yes"}, 'y'));  // -t y
  EXPECT_FALSE(has("apt-get install -- -y", {"--yes"}, 'y'));
  EXPECT_TRUE(has("pip install --cache-dir=/x flask", {"--cache-dir"}, '\0'));
  EXPECT_FALSE(has("pip install --cache-directory flask", {"--cache-dir"}, '\0'));

  const auto level = [](const char* line) {
    std::vector<Word> words = words_of(line);
    return count_option(*call_of(words), "--quiet", 'q');
  };
  EXPECT_EQ(level("apt-get install -q curl"), 1);
  EXPECT_EQ(level("apt-get -qq install curl"), 2);
  EXPECT_EQ(level("apt-get -q install -q curl"), 2);
  EXPECT_EQ(level("apt-get install -q=2 curl"), 2);
  EXPECT_EQ(level("apt-get install --quiet --quiet curl"), 2);

  const auto off = [](const char* line) {
    std::vector<Word> words = words_of(line);
    return sets_apt_option(*call_of(words), "APT::Install-Recommends", false);
  };
  EXPECT_TRUE(off("apt-get -o APT::Install-Recommends=false install curl"));
  EXPECT_TRUE(off("apt-get -oapt::install-recommends=0 install curl"));
  EXPECT_TRUE(off("apt-get install curl --option APT::Install-Recommends=no"));
  EXPECT_FALSE(off("apt-get -o APT::Install-Recommends=true install curl"));
  EXPECT_FALSE(off("apt-get -o APT::Install-Suggests=false install curl"));
}

TEST(PackageCalls, PinsInEachManagersSpelling) {
  struct Pin {
    Manager manager;
    std::string_view text;
    std::string_view name;
    bool pinned;
  };
  const std::vector<Pin> pins{
      {Manager::apt_get, "curl", "curl", false},
      {Manager::apt_get, "curl=7.88.*", "curl", true},
      {Manager::apt_get, "git=1:2.5.0*", "git", true},
      {Manager::apt_get, "./x.deb", "./x.deb", true},
      {Manager::apt_get, "x_1.0_amd64.deb", "x_1.0_amd64.deb", true},
      {Manager::apk, "python3<3.6", "python3", true},
      {Manager::apk, "flex~2.6", "flex", true},
      {Manager::yum, "httpd-2.4.6", "httpd-2.4.6", true},
      {Manager::yum, "git-2.43.0-1.el9", "git-2.43.0-1.el9", true},
      {Manager::yum, "java-11-openjdk-devel", "java-11-openjdk-devel", false},
      {Manager::dnf, "nodejs:20", "nodejs:20", true},
      {Manager::pip, "flask", "flask", false},
      {Manager::pip, "flask==3.0", "flask", true},
      {Manager::pip, "flask[async]~=3.0", "flask", true},
      {Manager::pip, "flask>=3.0", "flask", false},
      {Manager::pip, "flask>=3.0,<4", "flask", true},
      {Manager::pip, ".", ".", true},
      {Manager::pip, "dist/app.whl", "dist/app.whl", true},
      {Manager::pip, "git+https://x.example/r.git@v1#egg=r", "git+https://x.example/r.git@v1#egg=r",
       true},
      {Manager::pip, "git+https://x.example/r.git#egg=r", "git+https://x.example/r.git#egg=r",
       false},
      {Manager::pip, "git+ssh://git@x.example/r.git", "git+ssh://git@x.example/r.git", false},
      {Manager::npm, "typescript", "typescript", false},
      {Manager::npm, "typescript@5.6.2", "typescript", true},
      {Manager::npm, "@angular/cli", "@angular/cli", false},
      {Manager::npm, "@angular/cli@17", "@angular/cli", true},
      {Manager::npm, "npm@latest", "npm", false},
      {Manager::npm, "./app.tgz", "./app.tgz", true},
      {Manager::gem, "bundler:2.5", "bundler", true},
      {Manager::gem, "bundler", "bundler", false},
      {Manager::go, "example.com/x@latest", "example.com/x", false},
      {Manager::go, "example.com/x@v1.2.3", "example.com/x", true},
      {Manager::go, "./cmd/...", "./cmd/...", true},
      {Manager::conda, "conda-forge::numpy=1.26", "numpy", true},
      {Manager::conda, "numpy", "numpy", false},
      {Manager::composer, "x/y:^1.2", "x/y", true},
  };
  for (const Pin& pin : pins) {
    const Package package = read_package(pin.manager, {pin.text, {}, true});
    EXPECT_EQ(package.name, pin.name) << pin.text;
    EXPECT_EQ(package.pinned, pin.pinned) << pin.text;
  }
  EXPECT_EQ(read_package(Manager::apt_get, {"$PACKAGES", {}, false}).kind, Package::Kind::unknown);
  EXPECT_TRUE(read_package(Manager::apt_get, {"curl=$VERSION", {}, false}).pinned);
  EXPECT_TRUE(read_package(Manager::yum, {"git-core-$version", {}, false}).pinned);
}

}  // namespace
}  // namespace plimsoll::shell
