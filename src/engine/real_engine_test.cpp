// The client against real engines: dockerd, its TLS, its contexts, and a true ssh where there is
// one.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <tuple>

#include "base/descriptor.h"
#include "base/text.h"
#include "engine/client.h"
#include "support/program.h"
#include "support/test_certificates.h"
#include "support/test_engine.h"

namespace plimsoll::engine {
namespace {

using test::Ended;
using test::run_shell;
using test::TemporaryDirectory;
using test::TestCertificates;
using test::TestEngine;

class RealEngine : public test::EngineTest {};

Result<Endpoint> chosen(const Environment& environment) {
  return choose_endpoint({}, environment, RealFiles());
}

// "version 1.41", or the error and its hint.
std::string connect(const Environment& environment) {
  const Result<Endpoint> endpoint = chosen(environment);
  if (!endpoint) return concat("not chosen: ", endpoint.error().message);
  const Answer<Client> client = Client::connect(*endpoint);
  if (client) return concat("version ", client->api_version());
  return concat(client.error().message, "; ", client.error().hint);
}

TEST_F(RealEngine, AnswersOverItsSocket) {
  const TestEngine engine;
  engine.import_busybox();
  const std::string id = engine.docker("run -d --name web --network none busybox sleep 60");

  const Result<Endpoint> endpoint = chosen({{"DOCKER_HOST", engine.url()}});
  ASSERT_TRUE(endpoint);
  Answer<Client> client = Client::connect(*endpoint);
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_EQ(client->api_version(), engine.docker("version --format '{{.Server.APIVersion}}'"));
  const Answer<std::string> version = client->get("/version");
  ASSERT_TRUE(version) << version.error().message;
  EXPECT_TRUE(version->contains("\"ApiVersion\"")) << *version;
  const Answer<std::string> running = client->get("/containers/json?filters={\"name\":[\"web\"]}");
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_TRUE(running->contains(id)) << *running;
  const Answer<std::string> inspected = client->get(concat("/containers/", id, "/json"));
  ASSERT_TRUE(inspected) << inspected.error().message;
  EXPECT_TRUE(inspected->contains("\"HostConfig\""));

  engine.docker("rm -f web");
  const Answer<std::string> gone = client->get(concat("/containers/", id, "/json"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().trouble, Trouble::gone);
  EXPECT_EQ(gone.error().message,
            concat("the engine at ", engine.url(), " answers 404 to GET /v", client->api_version(),
                   "/containers/", id, "/json: No such container: ", id));
}

TEST_F(RealEngine, IsOnlyReadFrom) {
  const TestEngine engine({"--debug"});
  const Result<Endpoint> endpoint =
      chosen({{"DOCKER_HOST", engine.url()}, {"DOCKER_API_VERSION", "v1.30"}});
  ASSERT_TRUE(endpoint);
  Answer<Client> client = Client::connect(*endpoint);
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_EQ(client->api_version(), "1.30");
  // What looks like a second request is part of a path, and one that the engine does not know.
  for (const char* const path :
       {"/info", "/images/json", "/volumes", "/networks", "/containers/x/json",
        "/networks/x HTTP/1.1\r\nHost: x\r\n\r\nDELETE /networks/y"}) {
    std::ignore = client->get(path);
  }
  EXPECT_EQ(engine.calls(),
            (std::vector<std::string>{"HEAD /_ping", "GET /v1.30/info", "GET /v1.30/images/json",
                                      "GET /v1.30/volumes", "GET /v1.30/networks",
                                      "GET /v1.30/containers/x/json"}));
}

TEST_F(RealEngine, RefusesAVersionThatItDoesNotKnow) {
  const TestEngine engine;
  const Result<Endpoint> endpoint =
      chosen({{"DOCKER_HOST", engine.url()}, {"DOCKER_API_VERSION", "9.99"}});
  Answer<Client> client = Client::connect(*endpoint);
  ASSERT_TRUE(client) << client.error().message;
  const Answer<std::string> got = client->get("/info");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().trouble, Trouble::refused);
  EXPECT_TRUE(got.error().message.contains("client version 9.99 is too new"))
      << got.error().message;
}

// ---- TLS
// --------------------------------------------------------------------------------------------

TEST_F(RealEngine, AnswersOverTls) {
  const TestCertificates certificates;
  const TestEngine engine(certificates.dockerd_arguments());
  const TestEngine::InNetwork network(engine);
  const std::string version =
      concat("version ", engine.docker("version --format '{{.Server.APIVersion}}'"));
  const std::string at = "tcp://127.0.0.1:2376";
  const auto with = [&](const std::string& name, const std::string& host) {
    return connect({{"DOCKER_HOST", host},
                    {"DOCKER_TLS_VERIFY", "1"},
                    {"DOCKER_CERT_PATH", certificates.in(name)}});
  };
  EXPECT_EQ(with("client", at), version);
  EXPECT_EQ(with("client", "tcp://localhost:2376"), version);
  EXPECT_EQ(with("pinned", at), version);

  const std::string none = concat("no engine answers at ", at, ": ");
  EXPECT_EQ(with("other", at),
            concat(none,
                   "its certificate is not trusted: unable to get local issuer certificate; ca.pem "
                   "names another authority than the one that signed it: is this the engine that "
                   "is meant?"));
  const std::string nobody = with("nobody", at);
  EXPECT_TRUE(nobody.starts_with(none) &&
              nobody.ends_with("it wants a client certificate: put cert.pem and key.pem beside "
                               "ca.pem"))
      << nobody;
  const std::string stranger = with("stranger", at);
  EXPECT_TRUE(stranger.starts_with(concat(none, "it does not accept this client: ")) &&
              stranger.ends_with("cert.pem must be signed by the authority that the engine was "
                                 "given (--tlscacert)"))
      << stranger;
  // Another way to write the same address, which is not in the certificate.
  const std::string other_name = with("client", "tcp://[::ffff:127.0.0.1]:2376");
  EXPECT_TRUE(other_name.contains("its certificate is not for \"::ffff:127.0.0.1\"")) << other_name;

  // DOCKER_TLS alone does not look at the engine's certificate.
  EXPECT_EQ(connect({{"DOCKER_HOST", "tcp://[::ffff:127.0.0.1]:2376"},
                     {"DOCKER_TLS", "1"},
                     {"DOCKER_CERT_PATH", certificates.in("client")}}),
            version);
  EXPECT_EQ(connect({{"DOCKER_HOST", at}}),
            concat("what answers at ", at,
                   " is no engine: it speaks TLS, and was asked without; set DOCKER_TLS_VERIFY=1, "
                   "and DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and key.pem"));
}

TEST_F(RealEngine, IsFoundThroughAContextOfTheDockerProgram) {
  const TestCertificates certificates;
  const TestEngine engine(certificates.dockerd_arguments());
  const TestEngine::InNetwork network(engine);
  const TemporaryDirectory config;
  const auto docker = [&](const std::string& arguments) {
    const Ended ended =
        run_shell("docker " + arguments, {.environment = {{"DOCKER_CONFIG", config.path()}}});
    EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  };
  const std::string client = certificates.in("client");
  docker(concat("context create lab-1 --docker host=tcp://127.0.0.1:2376,ca=", client,
                "/ca.pem,cert=", client, "/cert.pem,key=", client, "/key.pem"));
  docker(concat("context create open --docker host=tcp://[::ffff:127.0.0.1]:2376,cert=", client,
                "/cert.pem,key=", client, "/key.pem,skip-tls-verify=true"));
  docker(concat("context create local --docker host=", engine.url()));
  docker("context use lab-1");

  const std::string version =
      concat("version ", engine.docker("version --format '{{.Server.APIVersion}}'"));
  const Result<Endpoint> current = chosen({{"DOCKER_CONFIG", config.path()}});
  ASSERT_TRUE(current) << current.error().message;
  EXPECT_EQ(current->chosen_by, "context \"lab-1\"");
  for (const char* const context : {"", "open", "local"}) {
    EXPECT_EQ(connect({{"DOCKER_CONFIG", config.path()}, {"DOCKER_CONTEXT", context}}), version)
        << context;
  }
  EXPECT_EQ(connect({{"DOCKER_CONFIG", config.path()}, {"DOCKER_CONTEXT", "lab1"}}),
            "not chosen: there is no docker context \"lab1\", which DOCKER_CONTEXT names");
}

// ---- ssh
// --------------------------------------------------------------------------------------------

// Puts a directory with a program named `ssh` first on PATH.
class OnPath {
 public:
  explicit OnPath(const std::string& script) : before_(std::getenv("PATH")) {
    ::chmod(directory_.write("ssh", script).c_str(), 0755);
    ::setenv("PATH", concat(directory_.path(), ":", before_).c_str(), 1);
  }
  ~OnPath() { ::setenv("PATH", before_.c_str(), 1); }
  OnPath(const OnPath&) = delete;
  OnPath& operator=(const OnPath&) = delete;

 private:
  TemporaryDirectory directory_;
  std::string before_;
};

// The docker program at the other end is the true one; ssh is stood in for by a script that runs
// the command here.
TEST_F(RealEngine, AnswersThroughWhatSshRuns) {
  const TestEngine engine;
  const std::string version =
      concat("version ", engine.docker("version --format '{{.Server.APIVersion}}'"));
  const OnPath ssh("#!/bin/sh\nfor command; do :; done\nexec sh -c \"$command\"\n");
  EXPECT_EQ(connect({{"DOCKER_HOST", "ssh://me@elsewhere" + engine.socket()}}), version);
  const std::string none = connect({{"DOCKER_HOST", "ssh://me@elsewhere/nonexistent.sock"}});
  EXPECT_TRUE(
      none.starts_with("no engine answers at ssh://me@elsewhere/nonexistent.sock: ssh says: ") &&
      none.contains("/nonexistent.sock"))
      << none;
}

TEST_F(RealEngine, AnswersThroughSsh) {
  if (run_shell("test -x /usr/sbin/sshd && command -v ssh ssh-keygen").exit_code != 0) {
    GTEST_SKIP() << "openssh-server is not installed";
  }
  const TestEngine engine;
  const TestEngine::InNetwork network(engine);
  const TemporaryDirectory directory;
  directory.write("sshd_config", concat("Port 2222\nListenAddress 127.0.0.1\nUsePAM no\n"
                                        "PermitRootLogin yes\nStrictModes no\n"
                                        "HostKey ",
                                        directory.path(),
                                        "/host\n"
                                        "AuthorizedKeysFile ",
                                        directory.path(),
                                        "/user.pub\n"
                                        "PidFile ",
                                        directory.path(), "/id\n"));
  // A mount namespace of its own for /run/sshd, which sshd wants.
  const Ended started = run_shell(
      "ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f user && "
      "echo \"[127.0.0.1]:2222 $(cat host.pub)\" >known && "
      "unshare -m sh -c 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec /usr/sbin/sshd -f "
      "sshd_config -E log' && for i in $(seq 100); do [ -s id ] && exit; sleep 0.05; done",
      {.directory = directory.path()});
  ASSERT_EQ(started.exit_code, 0) << started.errors;
  const OnPath ssh(concat("#!/bin/sh\nexec /usr/bin/ssh -F none -i ", directory.path(),
                          "/user -o UserKnownHostsFile=", directory.path(), "/known \"$@\"\n"));
  const std::string host = "ssh://root@127.0.0.1:2222";
  EXPECT_EQ(connect({{"DOCKER_HOST", host + engine.socket()}}),
            concat("version ", engine.docker("version --format '{{.Server.APIVersion}}'")));
  // The key is not one of this user's.
  const std::string refused = connect({{"DOCKER_HOST", "ssh://nobody@127.0.0.1:2222"}});
  EXPECT_TRUE(refused.contains("ssh says: ")) << refused;
  run_shell("kill \"$(cat id)\"", {.directory = directory.path()});
}

// ---- the wrong side of TLS
// --------------------------------------------------------------------------

TEST(Tls, TellsAServerThatSpeaksNone) {
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), where, size), 0);
  ASSERT_EQ(::getsockname(listener.get(), where, &size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  std::thread server([&] {
    const Descriptor peer(::accept(listener.get(), nullptr, nullptr));
    constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n400 Bad Request";
    (void)!::write(peer.get(), answer.data(), answer.size());
    char ignored = 0;
    while (::read(peer.get(), &ignored, 1) == 1) {
    }
  });
  const Endpoint endpoint{.address = Tcp{.host = "127.0.0.1",
                                         .port = ntohs(address.sin_port),
                                         .base_path = {},
                                         .tls = Certificates{}},
                          .url = "tcp://x",
                          .chosen_by = "-H",
                          .api_version = {}};
  const Answer<Client> client = Client::connect(endpoint);
  server.join();
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().trouble, Trouble::no_engine);
  EXPECT_EQ(client.error().message, "what answers at tcp://x is no engine: it does not speak TLS");
}

TEST(Tls, TellsCertificatesThatAreOfNoUse) {
  const auto connect_with = [](const Certificates& certificates) {
    // A port that takes a connection and says nothing: what is of no use is found before the
    // handshake.
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const where = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener.get(), where, size), 0);
    EXPECT_EQ(::getsockname(listener.get(), where, &size), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    const Endpoint endpoint{.address = Tcp{.host = "127.0.0.1",
                                           .port = ntohs(address.sin_port),
                                           .base_path = {},
                                           .tls = certificates},
                            .url = "tcp://x",
                            .chosen_by = "-H",
                            .api_version = {}};
    const Answer<Client> client = Client::connect(endpoint);
    return client ? std::string("connected") : client.error().message;
  };
  const TestCertificates made;
  const auto text = [&](const std::string& name) { return *RealFiles().read(made.in(name)); };
  EXPECT_EQ(connect_with({.authority = "no PEM"}), "ca.pem holds no certificate");
  EXPECT_EQ(connect_with({.certificate = "no PEM", .key = text("client/key.pem")}),
            "cert.pem holds no certificate");
  EXPECT_EQ(connect_with({.certificate = text("client/cert.pem"), .key = "no PEM"}),
            "key.pem holds no private key");
  EXPECT_EQ(connect_with({.certificate = text("client/cert.pem"), .key = text("other/key.pem")}),
            "key.pem is not the key of cert.pem");
  ASSERT_EQ(run_shell("openssl ec -aes256 -passout pass:x -in client/key.pem -out locked.pem",
                      {.directory = made.in("")})
                .exit_code,
            0);
  EXPECT_EQ(connect_with({.certificate = text("client/cert.pem"), .key = text("locked.pem")}),
            "the key in key.pem is encrypted");
}

}  // namespace
}  // namespace plimsoll::engine
