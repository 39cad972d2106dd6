#include "engine/endpoint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll::engine {
namespace {

// The folders of the contexts "lab" and "remote": the SHA-256 of the name.
constexpr std::string_view lab = "a51146d38077ff992eba84cf1d5e9b249073503eb74868699016153b031a38f7";
constexpr std::string_view remote =
    "b71199ebd070b36beab7317920c2c2f1d777df8d05e5527d8458fda57cb17a7a";

// "unix:///run/x.sock by DOCKER_HOST", with what else there is to say; of an error its message and
// its hint.
std::string dump(const Result<Endpoint>& endpoint) {
  if (!endpoint) {
    const Error& error = endpoint.error();
    return concat(error.file, error.file.empty() ? "" : ": ", error.message,
                  error.hint.empty() ? "" : "; ", error.hint);
  }
  std::string out = concat(endpoint->url, " by ", endpoint->chosen_by);
  if (const auto* const tcp = std::get_if<Tcp>(&endpoint->address); tcp != nullptr && tcp->tls) {
    out += concat(", TLS(", tcp->tls->authority, ",", tcp->tls->certificate, ",", tcp->tls->key,
                  tcp->tls->skip_verification ? ") unverified" : ")");
  }
  if (!endpoint->api_version.empty()) out += concat(", API ", endpoint->api_version);
  return out;
}

std::string meta(std::string_view name, std::string_view endpoint) {
  return concat("{\"Name\":\"", name, "\",\"Metadata\":{},\"Endpoints\":{\"docker\":", endpoint,
                "}}");
}

class Endpoints : public testing::Test {
 protected:
  std::string choose(const EndpointFlags& flags, const Environment& environment = {}) {
    Environment all{{"HOME", "/home/u"}};
    for (const auto& [name, value] : environment) all[name] = value;
    return dump(choose_endpoint(flags, all, files));
  }
  std::string by_host(const std::string& host) { return choose({.host = host, .context = {}}); }
  std::string by_context(const std::string& context) {
    return choose({.host = {}, .context = context});
  }
  void add_context(std::string_view id, std::string text) {
    files.add(concat("/home/u/.docker/contexts/meta/", id, "/meta.json"), std::move(text));
  }
  void add_certificates(const std::string& directory) {
    files.add(directory + "/ca.pem", "A");
    files.add(directory + "/cert.pem", "C");
    files.add(directory + "/key.pem", "K");
  }

  MemoryFiles files;
};

TEST_F(Endpoints, AreChosenInDockersOrder) {
  add_context(lab, meta("lab", R"({"Host":"unix:///run/lab.sock","SkipTLSVerify":false})"));
  add_context(remote, meta("remote", R"({"Host":"tcp://192.0.2.7:2376"})"));
  files.add("/home/u/.docker/config.json", R"({"auths":{},"currentContext":"lab"})");
  const Environment host{{"DOCKER_HOST", "unix:///run/h.sock"}};
  const Environment both{{"DOCKER_HOST", "unix:///run/h.sock"}, {"DOCKER_CONTEXT", "remote"}};

  EXPECT_EQ(choose({.host = {}, .context = "lab"}, both),
            "unix:///run/lab.sock by context \"lab\"");
  EXPECT_EQ(choose({.host = "unix:///f.sock", .context = {}}, both), "unix:///f.sock by -H");
  EXPECT_EQ(choose({}, both), "unix:///run/h.sock by DOCKER_HOST");
  EXPECT_EQ(choose({}, {{"DOCKER_CONTEXT", "remote"}}),
            "tcp://192.0.2.7:2376 by context \"remote\"");
  EXPECT_EQ(choose({}), "unix:///run/lab.sock by context \"lab\"");
  EXPECT_EQ(choose({}, {{"DOCKER_HOST", ""}, {"DOCKER_CONTEXT", ""}}),
            "unix:///run/lab.sock by context \"lab\"");
  EXPECT_EQ(choose({}, {{"DOCKER_CONFIG", "/elsewhere"}}),
            "unix:///var/run/docker.sock by the default");
  // "default" is no context, and DOCKER_HOST counts again.
  EXPECT_EQ(choose({.host = {}, .context = "default"}, host), "unix:///run/h.sock by DOCKER_HOST");
  EXPECT_EQ(choose({}, {{"DOCKER_CONTEXT", "default"}}),
            "unix:///var/run/docker.sock by the default");
  EXPECT_EQ(choose({.host = "unix:///f.sock", .context = "default"}),
            "-H and --context both name an engine; use one of them");
}

TEST_F(Endpoints, HaveADefault) {
  EXPECT_EQ(choose({}), "unix:///var/run/docker.sock by the default");
  EXPECT_EQ(dump(choose_endpoint({}, {}, files)), "unix:///var/run/docker.sock by the default");
  EXPECT_EQ(choose({}, {{"DOCKER_HOST", "  "}}), "unix:///var/run/docker.sock by the default");
}

TEST_F(Endpoints, AreReadFromHosts) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock"},
      {" unix://here.sock ", "unix://here.sock"},
      {"unix://", "unix:///var/run/docker.sock"},
      {"tcp://", "tcp://localhost:2375"},
      {"tcp://engine.example.org", "tcp://engine.example.org:2375"},
      {"tcp://engine.example.org:2376", "tcp://engine.example.org:2376"},
      {"tcp://:2376", "tcp://localhost:2376"},
      {"tcp://192.0.2.7:", "tcp://192.0.2.7:2375"},
      {"tcp://[::1]:2376", "tcp://[::1]:2376"},
      {"tcp://[fe80::1%eth0]:2376", "tcp://[fe80::1%eth0]:2376"},
      {"tcp://proxy:80/engine/", "tcp://proxy:80/engine"},
      {"192.0.2.7:2376", "tcp://192.0.2.7:2376"},
      {"ssh://engine.example.org", "ssh://engine.example.org"},
      {"ssh://me@engine:2222", "ssh://me@engine:2222"},
      {"ssh://engine/run/user/1000/docker.sock", "ssh://engine/run/user/1000/docker.sock"},
      {"ssh://engine/", "ssh://engine"},
      {"ssh://me@[::1]:22", "ssh://me@[::1]:22"},
  };
  for (const auto& [host, url] : cases) EXPECT_EQ(by_host(host), url + " by -H") << host;
}

TEST_F(Endpoints, AreRefusedWithWhatToWrite) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"/var/run/docker.sock", R"(-H names "/var/run/docker.sock": it is a path without a scheme; )"
                               "write unix:///var/run/docker.sock"},
      {"unix:///" + std::string(107, 'x'),
       "the path of a socket has at most 107 bytes, this one has 108"},
      {"unix://tcp://x", "a path of a socket was expected"},
      {"tcp://a:0", R"(the port "0" is no number from 1 to 65535)"},
      {"tcp://a:65536", R"(the port "65536" is no number)"},
      {"tcp://a:+1", R"(the port "+1" is no number)"},
      {"tcp://::1", "it has more than one colon; write an IPv6 address in brackets"},
      {"tcp://[::1]2376", "after the brackets a port was expected"},
      {"tcp://[engine]:1", "what stands in brackets is no IPv6 address"},
      {"tcp://a b:1", R"("a b" is no name of a host)"},
      {"tcp://a:1?x=y", "it has a query or a fragment"},
      {"tcp://a:1/ /", "its path has a blank"},
      {"http://engine:2375", R"("http" is no scheme of an engine; write tcp://HOST:PORT)"},
      {"npipe:////./pipe/docker_engine", "npipe:// is a pipe of Windows"},
      {"fd://", "fd:// is how an engine is given its socket, not how it is reached"},
      {"ftp://x", R"("ftp" is no scheme of an engine; an address is unix:///PATH)"},
      {"ssh://", "a host was expected"},
      {"ssh://me@", "a host was expected"},
      {"ssh://@h", R"("" is no name of a user)"},
      {"ssh://-oProxyCommand=x", "is no name of a host"},
      {"ssh://-l@h", R"("-l" is no name of a user)"},
      {"ssh://$(id)@h", "\"$(id)\" is no name of a user"},
      {"ssh://h/x?y", "it has a query, a fragment or a percent-encoding"},
      {"tcp://a\nb", "it has control characters or is not UTF-8"},
      {std::string("unix:///a\0b", 10), "it has control characters or is not UTF-8"},
      {"unix:///\xff", "it has control characters or is not UTF-8"},
  };
  for (const auto& [host, part] : cases) {
    const std::string said = by_host(host);
    EXPECT_TRUE(said.starts_with("-H names ") && said.contains(part)) << host << "\n" << said;
  }
}

TEST_F(Endpoints, ShowNoPassword) {
  for (const char* const url : {"tcp://me:secret@engine:2375", "ssh://me:secret@engine",
                                "me:secret@engine", "http://me:se@cret@engine"}) {
    const std::string said = by_host(url);
    EXPECT_FALSE(said.contains("secret") || said.contains("cret@")) << said;
    EXPECT_TRUE(said.contains("***@engine")) << said;
  }
}

TEST_F(Endpoints, UseTheCertificatesOfTheEnvironment) {
  add_certificates("/home/u/.docker");
  add_certificates("/certs");
  const std::string tls = ", TLS(A,C,K)";
  EXPECT_EQ(choose({}, {{"DOCKER_TLS_VERIFY", "1"}}),
            "tcp://localhost:2376 by DOCKER_TLS_VERIFY" + tls);
  EXPECT_EQ(choose({}, {{"DOCKER_TLS", "0"}}),
            "tcp://localhost:2376 by DOCKER_TLS" + tls + " unverified");
  EXPECT_EQ(choose({}, {{"DOCKER_TLS", "1"}, {"DOCKER_TLS_VERIFY", "1"}}),
            "tcp://localhost:2376 by DOCKER_TLS_VERIFY" + tls);
  EXPECT_EQ(choose({}, {{"DOCKER_TLS_VERIFY", "1"},
                        {"DOCKER_HOST", "tcp://a:1"},
                        {"DOCKER_CERT_PATH", "/certs"}}),
            "tcp://a:1 by DOCKER_HOST" + tls);
  // Docker does not go over to 2376 where a host is named without its port.
  EXPECT_EQ(choose({}, {{"DOCKER_TLS_VERIFY", "1"}, {"DOCKER_HOST", "tcp://a"}}),
            "tcp://a:2375 by DOCKER_HOST" + tls);
  // A socket has no TLS, and needs no certificates.
  EXPECT_EQ(choose({}, {{"DOCKER_TLS_VERIFY", "1"},
                        {"DOCKER_HOST", "unix:///x"},
                        {"DOCKER_CERT_PATH", "/nowhere"}}),
            "unix:///x by DOCKER_HOST");
  EXPECT_EQ(choose({}, {{"DOCKER_TLS_VERIFY", "1"}, {"DOCKER_CERT_PATH", "/nowhere"}}),
            "there is no ca.pem in \"/nowhere\", where DOCKER_TLS_VERIFY and DOCKER_TLS look for "
            "it; name the directory of ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH");
  files.add("/half/ca.pem", "A");
  files.add("/half/key.pem", "K");
  EXPECT_EQ(choose({}, {{"DOCKER_TLS_VERIFY", "1"}, {"DOCKER_CERT_PATH", "/half"}}),
            "tcp://localhost:2376 by DOCKER_TLS_VERIFY, TLS(A,,)");
}

TEST_F(Endpoints, AreReadFromContexts) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"Host":"tcp://a:1"})", "tcp://a:1 by context \"lab\""},
      // A context is taken as it stands: this is the port of HTTP.
      {R"({"Host":"tcp://a"})", "tcp://a:80 by context \"lab\""},
      {R"({"Host":"tcp://a","SkipTLSVerify":true})",
       "tcp://a:443 by context \"lab\", TLS(,,) unverified"},
      {R"({"host":"ssh://me@h"})", "ssh://me@h by context \"lab\""},
      {R"({"Host":null})", "unix:///var/run/docker.sock by context \"lab\""},
      {R"({})", "unix:///var/run/docker.sock by context \"lab\""},
      {R"({"Host":"a:1"})",
       "context \"lab\" names \"a:1\": it has no scheme; an address is "
       "unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT][/SOCKET]"},
      {R"({"Host":"tcp://"})",
       "context \"lab\" names \"tcp://\": a host was expected; write tcp://HOST:PORT"},
  };
  for (const auto& [endpoint, expected] : cases) {
    add_context(lab, meta("lab", endpoint));
    EXPECT_EQ(by_context("lab"), expected) << endpoint;
  }
  // Neither the variables' certificates nor their wish for TLS are a context's.
  EXPECT_EQ(choose({.host = {}, .context = "lab"}, {{"DOCKER_TLS_VERIFY", "1"}}),
            "context \"lab\" names \"tcp://\": a host was expected; write tcp://HOST:PORT");
}

TEST_F(Endpoints, UseTheCertificatesOfTheContext) {
  add_context(lab, meta("lab", R"({"Host":"tcp://a:2376","SkipTLSVerify":false})"));
  EXPECT_EQ(choose({.host = {}, .context = "lab"}, {{"DOCKER_TLS_VERIFY", "1"}}),
            "tcp://a:2376 by context \"lab\"");
  add_certificates(concat("/home/u/.docker/contexts/tls/", lab, "/docker"));
  EXPECT_EQ(by_context("lab"), "tcp://a:2376 by context \"lab\", TLS(A,C,K)");
  add_context(lab, meta("lab", R"({"Host":"tcp://a:2376","SkipTLSVerify":true})"));
  EXPECT_EQ(by_context("lab"), "tcp://a:2376 by context \"lab\", TLS(A,C,K) unverified");
  add_context(lab, meta("lab", R"({"Host":"unix:///x","SkipTLSVerify":true})"));
  EXPECT_EQ(by_context("lab"), "unix:///x by context \"lab\"");
}

TEST_F(Endpoints, NameTheNearestContext) {
  EXPECT_EQ(by_context("lab"),
            "there is no docker context \"lab\", which --context names; `docker context ls` lists "
            "those that there are");
  add_context(remote, meta("remote", "{}"));
  files.add("/home/u/.docker/contexts/meta/0/meta.json", "{broken");
  EXPECT_EQ(by_context("remoet"),
            "there is no docker context \"remoet\", which --context names; did you mean "
            "\"remote\"?");
  EXPECT_EQ(choose({}, {{"DOCKER_CONTEXT", "remoet"}}),
            "there is no docker context \"remoet\", which DOCKER_CONTEXT names; did you mean "
            "\"remote\"?");
  files.add("/home/u/.docker/config.json", R"({"currentContext":"defautl"})");
  EXPECT_EQ(choose({}),
            "there is no docker context \"defautl\", which config.json names; did you mean "
            "\"default\"?");
  // A name is no path.
  EXPECT_TRUE(by_context("../../x").starts_with("there is no docker context \"../../x\""));
}

TEST_F(Endpoints, NameTheFileThatIsBroken) {
  const std::string config = "/home/u/.docker/config.json";
  files.add(config, "{\n\"currentContext\": 5}");
  EXPECT_EQ(choose({}), config + ": \"currentContext\" is a number, expected a string");
  files.add(config, "{\n\"currentContext\" 5}");
  EXPECT_TRUE(choose({}).starts_with(config + ": line 2: ")) << choose({});
  EXPECT_TRUE(choose({}).ends_with("; mend the file, or name the engine with DOCKER_HOST"));
  files.add(config, "[]");
  EXPECT_TRUE(choose({}).starts_with(config + ": holds an array, expected an object"));
  // It is looked at only when it decides.
  EXPECT_EQ(choose({}, {{"DOCKER_HOST", "unix:///x"}}), "unix:///x by DOCKER_HOST");

  const std::string path = concat("/home/u/.docker/contexts/meta/", lab, "/meta.json");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "line 1: "},
      {R"({"Endpoints":{}})",
       "the context has no endpoint named \"docker\"; it belongs to another "
       "program: choose another context"},
      {R"({"Endpoints":{"docker":[]}})", "the context has no endpoint named \"docker\""},
      {meta("lab", R"({"Host":[]})"), "\"Host\" is an array, expected a string"},
      {meta("lab", R"({"SkipTLSVerify":1})"),
       "\"SkipTLSVerify\" is a number, expected true or false"},
  };
  for (const auto& [text, expected] : cases) {
    add_context(lab, text);
    EXPECT_TRUE(by_context("lab").starts_with(concat(path, ": ", expected))) << text << "\n"
                                                                             << by_context("lab");
  }
}

TEST_F(Endpoints, PinTheVersionOfTheApi) {
  for (const char* const version : {"1.41", "v1.41", " 1.41 "}) {
    EXPECT_EQ(choose({}, {{"DOCKER_API_VERSION", version}}),
              "unix:///var/run/docker.sock by the default, API 1.41");
  }
  for (const char* const none : {"", "v", " "}) {
    EXPECT_EQ(choose({}, {{"DOCKER_API_VERSION", none}}),
              "unix:///var/run/docker.sock by the default");
  }
  for (const char* const wrong : {"1", "1.", ".41", "1.41/../x", "latest", "1.4.1"}) {
    EXPECT_EQ(choose({}, {{"DOCKER_API_VERSION", wrong}}),
              concat("DOCKER_API_VERSION is \"", wrong, "\", expected a version such as 1.41"));
  }
}

}  // namespace
}  // namespace plimsoll::engine
