#include "registry/credentials.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/text.h"
#include "support/program.h"

namespace plimsoll::registry {
namespace {

// base64 of "NAME:secret" for one-letter names and others.
constexpr std::string_view of_a = "YTpzZWNyZXQ=";
constexpr std::string_view of_b = "YjpzZWNyZXQ=";

std::string auths(std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
  std::string out;
  for (const auto& [key, auth] : entries) {
    out += concat(out.empty() ? "" : ",", "\"", key, "\":{\"auth\":\"", auth, "\"}");
  }
  return concat("{\"auths\":{", out, "}}");
}

class FindCredentials : public testing::Test {
 protected:
  // "USER:PASSWORD", "token TOKEN" or "none", and what went wrong behind a "!".
  std::string find(const std::string& registry, const std::string& repository = "team/app") {
    const CredentialSearch search =
        find_credentials(registry, repository, environment_, files_,
                         [&](const std::string& name, const std::string& server) {
                           asked_ += concat(asked_.empty() ? "" : ", ", name, " ", server);
                           return helper_answer_;
                         });
    source_ = search.source;
    const std::string trouble = search.trouble.empty() ? "" : concat(" !", search.trouble);
    if (!search.found) return concat("none", trouble);
    if (!search.found->identity_token.empty()) {
      return concat("token ", search.found->identity_token, trouble);
    }
    return concat(search.found->user, ":", search.found->password, trouble);
  }

  Environment environment_{{"HOME", "/home/me"}, {"XDG_RUNTIME_DIR", "/run/me"}};
  MemoryFiles files_;
  Result<std::optional<Credentials>> helper_answer_ = std::nullopt;
  std::string asked_;
  std::string source_;
};

TEST_F(FindCredentials, InDockersFile) {
  EXPECT_EQ(find("docker.io"), "none");
  files_.add("/home/me/.docker/config.json", auths({{"localhost:5000", of_a},
                                                    {"https://index.docker.io/v1/", of_b},
                                                    {"https://old.example/v2/", of_a}}));
  EXPECT_EQ(find("localhost:5000"), "a:secret");
  EXPECT_EQ(source_, "/home/me/.docker/config.json");
  EXPECT_EQ(find("docker.io", "library/nginx"), "b:secret");
  EXPECT_EQ(find("old.example"), "a:secret");
  for (const char* other :
       {"localhost", "localhost:5001", "example", "evil.old.example", "index.docker.io.evil"}) {
    EXPECT_EQ(find(other), "none") << other;
  }
}

TEST_F(FindCredentials, OfAPartOfARegistry) {
  files_.add("/run/me/containers/auth.json",
             auths({{"quay.io/team", of_a}, {"quay.io/team/app", of_b}}));
  EXPECT_EQ(find("quay.io", "team/app"), "b:secret");
  EXPECT_EQ(find("quay.io", "team/other"), "a:secret");
  EXPECT_EQ(find("quay.io", "teammate/app"), "none");
  EXPECT_EQ(find("quay.io", "other"), "none");
}

TEST_F(FindCredentials, InTheFileThatIsNamedAlone) {
  files_.add("/home/me/.docker/config.json", auths({{"quay.io", of_a}}));
  files_.add("/auth.json", auths({{"ghcr.io", of_b}}));
  environment_["REGISTRY_AUTH_FILE"] = "/auth.json";
  EXPECT_EQ(find("ghcr.io"), "b:secret");
  EXPECT_EQ(find("quay.io"), "none");
  environment_ = {{"DOCKER_CONFIG", "/d"}, {"HOME", "/home/me"}};
  files_.add("/d/config.json", auths({{"ghcr.io", of_a}}));
  EXPECT_EQ(find("ghcr.io"), "a:secret");
  EXPECT_EQ(find("quay.io"), "none");
}

TEST_F(FindCredentials, InPodmansFileBehindDockers) {
  files_.add("/home/me/.docker/config.json", auths({{"quay.io", of_a}}));
  files_.add("/run/me/containers/auth.json", auths({{"quay.io", of_b}, {"ghcr.io", of_b}}));
  files_.add("/home/me/.config/containers/auth.json", auths({{"r.example", of_a}}));
  EXPECT_EQ(find("quay.io"), "a:secret");
  EXPECT_EQ(find("ghcr.io"), "b:secret");
  EXPECT_EQ(find("r.example"), "a:secret");
}

TEST_F(FindCredentials, WithAHelper) {
  files_.add("/home/me/.docker/config.json",
             concat(R"({"credsStore":"all","credHelpers":{"gcr.io":"one"},"auths":{"gcr.io":)",
                    R"({"auth":")", of_a, R"("},"quay.io":{}}})"));
  helper_answer_ = Credentials{.user = "u", .password = "p", .identity_token = {}};
  EXPECT_EQ(find("gcr.io"), "u:p");
  EXPECT_EQ(find("quay.io"), "u:p");
  EXPECT_EQ(find("docker.io"), "u:p");
  EXPECT_EQ(asked_, "one gcr.io, all quay.io, all https://index.docker.io/v1/");
  helper_answer_ = std::nullopt;
  EXPECT_EQ(find("gcr.io"), "a:secret");
  EXPECT_EQ(find("quay.io"), "none");
  helper_answer_ = failure({.message = "docker-credential-one fails"});
  EXPECT_EQ(find("gcr.io"), "a:secret !docker-credential-one fails");
  EXPECT_EQ(find("quay.io"), "none !docker-credential-one fails");
}

TEST_F(FindCredentials, OfManyShapes) {
  const auto entry = [&](const std::string& text) {
    files_.add("/home/me/.docker/config.json", concat(R"({"auths":{"r.io":)", text, "}}"));
    return find("r.io");
  };
  EXPECT_EQ(entry(R"({"identitytoken":"t"})"), "token t");
  EXPECT_EQ(entry(R"({"auth":"MDAwMDo=","identitytoken":"t"})"), "token t");
  EXPECT_EQ(entry(R"({"username":"u","password":"p"})"), "u:p");
  EXPECT_EQ(entry(R"({"auth":"YTpiOmM="})"), "a:b:c");
  EXPECT_EQ(entry(R"({"auth":"YTpiAAA="})"), "a:b");
  for (const char* none : {"{}", "[]", "1", R"({"auth":"!"})", R"({"auth":"YQ=="})",
                           R"({"auth":"YTo="})", R"({"auth":"OmI="})", R"({"auth":1})"}) {
    EXPECT_EQ(entry(none), "none") << none;
  }
}

TEST_F(FindCredentials, SaysWhatCannotBeRead) {
  files_.add("/home/me/.docker/config.json", "{");
  files_.add("/run/me/containers/auth.json", auths({{"quay.io", of_b}}));
  EXPECT_EQ(find("quay.io"), "b:secret !/home/me/.docker/config.json is no JSON object");
  files_.refuse("/home/me/.docker/config.json");
  EXPECT_TRUE(find("quay.io").starts_with("b:secret")) << find("quay.io");
}

// A program named as docker names it, in the PATH.
class CredentialHelper : public testing::Test {
 protected:
  CredentialHelper() : path_(std::getenv("PATH")) {
    ::setenv("PATH", concat(directory_.path(), ":", path_).c_str(), 1);
  }
  ~CredentialHelper() override { ::setenv("PATH", path_.c_str(), 1); }

  std::string ask(const std::string& script, const std::string& name = "test") {
    const std::string path =
        directory_.write("docker-credential-test", concat("#!/bin/sh\n", script, "\n"));
    ::chmod(path.c_str(), 0755);
    const Result<std::optional<Credentials>> answer = ask_helper(name, "localhost:5000");
    if (!answer) return concat("!", answer.error().message);
    if (!*answer) return "none";
    return (*answer)->identity_token.empty() ? concat((*answer)->user, ":", (*answer)->password)
                                             : concat("token ", (*answer)->identity_token);
  }

  test::TemporaryDirectory directory_;
  std::string path_;
};

TEST_F(CredentialHelper, IsAskedForTheServer) {
  EXPECT_EQ(ask(R"(read -r server; echo "{\"Username\":\"$1\",\"Secret\":\"$server\"}")"),
            "get:localhost:5000");
  EXPECT_EQ(ask(R"(echo '{"ServerURL":"x","Username":"<token>","Secret":"t"}')"), "token t");
  EXPECT_EQ(ask("echo 'credentials not found in native keychain'; exit 1"), "none");
  EXPECT_EQ(ask(R"(echo '{"Username":"u","Secret":""}')"), "none");
}

TEST_F(CredentialHelper, SaysNothingOfWhatItSaid) {
  EXPECT_EQ(ask("echo 'my password is x'; exit 1"), "!docker-credential-test fails");
  EXPECT_EQ(ask("echo 'password x'"), "!docker-credential-test answers with no JSON");
  EXPECT_EQ(ask("exec cat /dev/zero"), "!docker-credential-test says nothing of use within 30 s");
  EXPECT_EQ(ask("kill -9 $$"), "!docker-credential-test fails");
  EXPECT_EQ(ask("exec >&-; exec sleep 100"), "!docker-credential-test fails");
}

TEST_F(CredentialHelper, IsAProgramInThePath) {
  EXPECT_EQ(ask("", "missing"),
            "!docker-credential-missing cannot be started: no such file or directory");
  for (const char* name : {"", "../test", "a/b", "a b", "x;y", "$(id)"}) {
    EXPECT_EQ(ask("", name), concat("!\"", name, "\" is no name of a credential helper")) << name;
  }
}

}  // namespace
}  // namespace plimsoll::registry
