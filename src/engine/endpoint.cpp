// Follows docker/cli: cli/command/cli.go (resolveContextName, resolveDefaultDockerEndpoint),
// cli/flags/options.go, opts/hosts.go, cli/context/store and cli/connhelper/ssh.
#include "engine/endpoint.h"

#include <sys/un.h>

#include <array>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::engine {
namespace {

constexpr std::string_view default_socket = "/var/run/docker.sock";
constexpr std::string_view default_context = "default";
constexpr std::size_t max_socket_path = sizeof(sockaddr_un::sun_path) - 1;

constexpr std::array<const char*, 8> variables{
    "DOCKER_HOST", "DOCKER_CONTEXT",    "DOCKER_CONFIG",    "HOME",
    "DOCKER_TLS",  "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION"};

std::string quoted(std::string_view text) {
  return concat("\"", printable(text), "\"");
}

// ---- addresses
// ------------------------------------------------------------------------------------

using Address = std::variant<UnixSocket, Tcp, Ssh>;

// Docker fills in what is missing in -H and DOCKER_HOST, and takes the address of a context as it
// stands; where that has no port, it is the one of HTTP.
struct Defaults {
  bool fill_in = true;
  std::uint16_t port = 2375;
};

// An address is refused with what is wrong with it and what to write instead.
struct Refusal {
  std::string problem;
  std::string hint;
};

template <class T>
using Parsed = std::expected<T, Refusal>;

std::unexpected<Refusal> refusal(std::string problem, std::string hint) {
  return std::unexpected(Refusal{std::move(problem), std::move(hint)});
}

bool has_control_bytes(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

// What a host or a user of ssh is made of. Narrower than what ssh takes: its configuration may hand
// both to a shell (`ProxyCommand`, `Match exec`), and one that starts with a dash would be an
// option.
bool is_plain_name(std::string_view text) {
  if (text.starts_with('-')) return false;
  for (const char c : text) {
    if (!is_alpha(c) && !is_digit(c) && c != '.' && c != '-' && c != '_') return false;
  }
  return true;
}

// An IPv6 address, and perhaps its zone.
bool is_ipv6(std::string_view text) {
  const std::size_t percent = text.find('%');
  const std::string_view digits = text.substr(0, percent);
  if (percent != std::string_view::npos && !is_plain_name(text.substr(percent + 1))) return false;
  return digits.contains(':') &&
         digits.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

// "host", "host:2375", "[::1]:2375".
Parsed<HostAndPort> parse_host_and_port(std::string_view text) {
  HostAndPort out;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) {
      return refusal("what stands in brackets is no IPv6 address", "write [::1]:2375");
    }
    out.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) {
      return refusal("after the brackets a port was expected", "write [::1]:2375");
    }
  } else {
    const std::size_t colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
    if (port.substr(0, 2).size() == 2 && port.substr(1).contains(':')) {
      return refusal("it has more than one colon", "write an IPv6 address in brackets: [::1]:2375");
    }
    if (!is_plain_name(out.host)) {
      return refusal(concat(quoted(out.host), " is no name of a host"),
                     "a host is a name or an address, such as engine.example.org or 192.0.2.7");
    }
  }
  if (port.size() <= 1) return out;
  const std::optional<long long> number =
      all_digits(port.substr(1)) ? parse_number(port.substr(1)) : std::nullopt;
  if (!number || *number < 1 || *number > 65535) {
    return refusal(concat("the port ", quoted(port.substr(1)), " is no number from 1 to 65535"),
                   "write the port as in tcp://engine.example.org:2376");
  }
  out.port = static_cast<std::uint16_t>(*number);
  return out;
}

Parsed<Address> parse_unix(std::string_view path, const Defaults& defaults) {
  if (path.empty() && defaults.fill_in) path = default_socket;
  if (path.empty() || path.contains("://")) {
    return refusal("a path of a socket was expected", "write unix:///var/run/docker.sock");
  }
  if (path.size() > max_socket_path) {
    return refusal(concat("the path of a socket has at most ", std::to_string(max_socket_path),
                          " bytes, this one has ", std::to_string(path.size())),
                   "use a shorter path, for instance through a symbolic link");
  }
  return UnixSocket{std::string(path)};
}

Parsed<Address> parse_tcp(std::string_view text, const Defaults& defaults) {
  if (text.empty() && !defaults.fill_in) {
    return refusal("a host was expected", "write tcp://HOST:PORT");
  }
  const std::size_t slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  std::string_view base_path = slash == std::string_view::npos ? "" : text.substr(slash);
  while (base_path.ends_with('/')) base_path.remove_suffix(1);
  if (authority.contains('@')) {
    return refusal("it has a user, which tcp:// knows nothing of",
                   "write tcp://HOST:PORT; an engine knows its users by their certificates");
  }
  if (text.find_first_of("?#") != std::string_view::npos) {
    return refusal("it has a query or a fragment", "write tcp://HOST:PORT");
  }
  if (base_path.contains(' ')) return refusal("its path has a blank", "write tcp://HOST:PORT");
  Parsed<HostAndPort> place = parse_host_and_port(authority);
  if (!place) return std::unexpected(std::move(place.error()));
  if (place->host.empty()) {
    if (!defaults.fill_in) return refusal("a host was expected", "write tcp://HOST:PORT");
    place->host = "localhost";
  }
  return Tcp{.host = std::move(place->host),
             .port = place->port.value_or(defaults.port),
             .base_path = std::string(base_path),
             .tls = {}};
}

Parsed<Address> parse_ssh(std::string_view text) {
  const std::string_view form =
      "write ssh://USER@HOST, ssh://HOST:PORT or ssh://HOST/PATH/OF/SOCKET";
  if (text.find_first_of("?#%") != std::string_view::npos) {
    return refusal("it has a query, a fragment or a percent-encoding", std::string(form));
  }
  const std::size_t slash = text.find('/');
  std::string_view authority = text.substr(0, slash);
  const std::string_view socket = slash == std::string_view::npos ? "" : text.substr(slash);
  Ssh out;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    if (user.contains(':')) {
      return refusal("it has a password, which ssh takes from nobody's command line",
                     "use a key: ssh://USER@HOST");
    }
    if (user.empty() || !is_plain_name(user)) {
      return refusal(concat(quoted(user), " is no name of a user"),
                     "name the host in ~/.ssh/config, with its User, and write ssh://NAME");
    }
    out.user = user;
  }
  Parsed<HostAndPort> place = parse_host_and_port(authority);
  if (!place) return std::unexpected(std::move(place.error()));
  if (place->host.empty()) return refusal("a host was expected", std::string(form));
  out.host = std::move(place->host);
  out.port = place->port;
  if (socket.find_first_not_of('/') != std::string_view::npos) out.socket = socket;
  return out;
}

Parsed<Address> parse_address(std::string_view url, const Defaults& defaults) {
  constexpr std::string_view form =
      "an address is unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT][/SOCKET]";
  if (has_control_bytes(url) || first_invalid_utf8(url)) {
    return refusal("it has control characters or is not UTF-8", std::string(form));
  }
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos) {
    if (url.starts_with('/')) {
      return refusal("it is a path without a scheme", concat("write unix://", printable(url)));
    }
    if (!defaults.fill_in) return refusal("it has no scheme", std::string(form));
    return parse_tcp(url, defaults);
  }
  const std::string_view scheme = url.substr(0, mark);
  const std::string_view rest = url.substr(mark + 3);
  if (scheme == "unix") return parse_unix(rest, defaults);
  if (scheme == "tcp") return parse_tcp(rest, defaults);
  if (scheme == "ssh") return parse_ssh(rest);
  if (scheme == "fd") {
    return refusal("fd:// is how an engine is given its socket, not how it is reached",
                   "write the path of the socket: unix:///var/run/docker.sock");
  }
  if (scheme == "npipe") {
    return refusal("npipe:// is a pipe of Windows, which is not supported", std::string(form));
  }
  if (scheme == "http" || scheme == "https") {
    return refusal(concat(quoted(scheme), " is no scheme of an engine"), "write tcp://HOST:PORT");
  }
  return refusal(concat(quoted(scheme), " is no scheme of an engine"), std::string(form));
}

std::string host_in_url(const std::string& host) {
  return host.contains(':') ? concat("[", host, "]") : host;
}

std::string url_of(const Address& address) {
  if (const auto* const socket = std::get_if<UnixSocket>(&address)) {
    return concat("unix://", socket->path);
  }
  if (const auto* const tcp = std::get_if<Tcp>(&address)) {
    return concat("tcp://", host_in_url(tcp->host), ":", std::to_string(tcp->port), tcp->base_path);
  }
  const Ssh& ssh = std::get<Ssh>(address);
  return concat("ssh://", ssh.user, ssh.user.empty() ? "" : "@", host_in_url(ssh.host),
                ssh.port ? concat(":", std::to_string(*ssh.port)) : "", ssh.socket);
}

// The address as it was written, without a password in it.
std::string shown(std::string_view url) {
  const std::size_t at = url.rfind('@');
  const std::size_t mark = url.find("://");
  const std::size_t begin = mark == std::string_view::npos ? 0 : mark + 3;
  if (at == std::string_view::npos || at < begin || !url.substr(begin, at - begin).contains(':')) {
    return quoted(url);
  }
  return quoted(concat(url.substr(0, begin), "***", url.substr(at)));
}

Result<Address> read_address(std::string_view url, const std::string& chosen_by,
                             const Defaults& defaults) {
  Parsed<Address> address = parse_address(url, defaults);
  if (address) return std::move(*address);
  return failure(
      {.message = concat(chosen_by, " names ", shown(url), ": ", address.error().problem),
       .hint = std::move(address.error().hint)});
}

// ---- files
// ----------------------------------------------------------------------------------------

// The last member that Go's reader takes for this field, or null; so is JSON's null.
const json::Value* field(const json::Value& object, std::string_view name) {
  const json::Value* found = nullptr;
  for (const json::Member& member : object.members) {
    if (json::folds_to(member.name, name)) found = &member.value;
  }
  return found != nullptr && found->is(json::Kind::null) ? nullptr : found;
}

Result<std::string> string_field(const json::Value& object, std::string_view name,
                                 const std::string& path) {
  const json::Value* const value = field(object, name);
  if (value == nullptr) return std::string();
  if (value->is(json::Kind::string)) return std::string(value->text);
  return failure(
      {.message = concat("\"", name, "\" is ", name_of(value->kind), ", expected a string"),
       .file = path});
}

// The document of a file; its views point into `source`.
Result<json::Document> read_document(const Source& source) {
  Result<json::Document> document = json::read(source);
  const std::string path(source.path());
  if (!document) {
    // The error's place would not outlive `source`.
    const std::uint32_t line = source.position(document.error().at.span.begin).line;
    return failure(
        {.message = concat("line ", std::to_string(line), ": ", document.error().message),
         .hint = std::move(document.error().hint),
         .file = path});
  }
  if (!document->root.is(json::Kind::object)) {
    return failure(
        {.message = concat("holds ", name_of(document->root.kind), ", expected an object"),
         .file = path});
  }
  return document;
}

// The `currentContext` of config.json, or "".
Result<std::string> current_context(const std::string& directory, const Files& files) {
  if (directory.empty()) return std::string();
  const std::string path = join_path(directory, "config.json");
  if (files.kind(path) == FileKind::missing) return std::string();
  Result<std::string> text = files.read(path);
  if (!text) return failure(std::move(text.error()));
  const Source source(path, std::move(*text));
  Result<json::Document> document = read_document(source);
  if (!document) {
    // Docker warns and goes on with its default. A check of another engine than the one that is
    // meant would look as good as the right one.
    document.error().hint = "mend the file, or name the engine with DOCKER_HOST";
    return failure(std::move(document.error()));
  }
  return string_field(document->root, "currentContext", path);
}

// The texts of ca.pem, cert.pem and key.pem in a directory; those that do not exist are empty.
Result<Certificates> read_certificates(const std::string& directory, const Files& files) {
  Certificates out;
  const std::array<std::pair<std::string_view, std::string*>, 3> wanted{
      {{"ca.pem", &out.authority}, {"cert.pem", &out.certificate}, {"key.pem", &out.key}}};
  for (const auto& [name, text] : wanted) {
    const std::string path = join_path(directory, name);
    if (files.kind(path) == FileKind::missing) continue;
    Result<std::string> read = files.read(path);
    if (!read) return failure(std::move(read.error()));
    *text = std::move(*read);
  }
  // Docker ignores one that comes without the other.
  if (out.certificate.empty() || out.key.empty()) {
    out.certificate.clear();
    out.key.clear();
  }
  return out;
}

// ---- contexts
// -------------------------------------------------------------------------------------

// The names of the contexts in the store, sorted; those that cannot be read have none.
std::vector<std::string> context_names(const std::string& store, const Files& files) {
  std::vector<std::string> names{std::string(default_context)};
  const std::string directory = join_path(store, "meta");
  const Result<std::vector<DirectoryEntry>> entries = files.list(directory);
  if (!entries) return names;
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = join_path(join_path(directory, entry.name), "meta.json");
    Result<std::string> text = files.read(path);
    if (!text) continue;
    const Source source(path, std::move(*text));
    const Result<json::Document> document = read_document(source);
    if (!document) continue;
    Result<std::string> name = string_field(document->root, "Name", path);
    if (name && !name->empty()) names.push_back(std::move(*name));
  }
  return names;
}

std::unexpected<Error> unknown_context(const std::string& name, const std::string& asked_by,
                                       const std::string& store, const Files& files) {
  const std::vector<std::string> names = context_names(store, files);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::optional<std::string_view> near = nearest(name, candidates);
  return failure({.message = concat("there is no docker context ", quoted(name), ", which ",
                                    asked_by, " names"),
                  .hint = near ? concat("did you mean ", quoted(*near), "?")
                               : "`docker context ls` lists those that there are"});
}

// What a context says of its engine.
struct Context {
  std::string host;
  bool skip_verification = false;
};

Result<Context> read_context(const std::string& path, const Files& files) {
  Result<std::string> text = files.read(path);
  if (!text) return failure(std::move(text.error()));
  const Source source(path, std::move(*text));
  Result<json::Document> document = read_document(source);
  if (!document) return failure(std::move(document.error()));
  const json::Value* const endpoints = field(document->root, "Endpoints");
  // The names of endpoints are keys of a map, which Go does not fold.
  const json::Value* const docker = endpoints != nullptr ? endpoints->find("docker") : nullptr;
  if (docker == nullptr || !docker->is(json::Kind::object)) {
    return failure({.message = "the context has no endpoint named \"docker\"",
                    .hint = "it belongs to another program: choose another context",
                    .file = path});
  }
  Result<std::string> host = string_field(*docker, "Host", path);
  if (!host) return failure(std::move(host.error()));
  const json::Value* const skip = field(*docker, "SkipTLSVerify");
  if (skip != nullptr && !skip->is(json::Kind::boolean)) {
    return failure({.message = concat("\"SkipTLSVerify\" is ", name_of(skip->kind),
                                      ", expected true or false"),
                    .file = path});
  }
  return Context{std::move(*host), skip != nullptr && skip->boolean};
}

Result<Endpoint> endpoint_of_context(const std::string& name, const std::string& asked_by,
                                     const std::string& directory, const Files& files) {
  const std::string store = join_path(directory, "contexts");
  const std::string id = sha256_hex(name);
  const std::string path = join_path(store, concat("meta/", id, "/meta.json"));
  if (directory.empty() || files.kind(path) == FileKind::missing) {
    return unknown_context(name, asked_by, store, files);
  }
  Result<Context> context = read_context(path, files);
  if (!context) return failure(std::move(context.error()));
  const std::string certificates = join_path(store, concat("tls/", id, "/docker"));
  const bool has_certificates = files.kind(certificates) == FileKind::directory;
  const bool tls = has_certificates || context->skip_verification;

  Endpoint out{.address = UnixSocket{std::string(default_socket)},
               .url = {},
               .chosen_by = concat("context ", quoted(name)),
               .api_version = {}};
  if (!context->host.empty()) {
    const Defaults defaults{.fill_in = false, .port = static_cast<std::uint16_t>(tls ? 443 : 80)};
    Result<Address> address = read_address(context->host, out.chosen_by, defaults);
    if (!address) return failure(std::move(address.error()));
    out.address = std::move(*address);
  }
  if (auto* const tcp = std::get_if<Tcp>(&out.address); tcp != nullptr && tls) {
    Result<Certificates> read = read_certificates(certificates, files);
    if (!read) return failure(std::move(read.error()));
    tcp->tls = std::move(*read);
    tcp->tls->skip_verification = context->skip_verification;
  }
  return out;
}

// ---- without a context
// ----------------------------------------------------------------------------

// TLS as DOCKER_TLS_VERIFY and DOCKER_TLS ask for it: the second one does not verify.
Result<Certificates> certificates_of_environment(const Environment& environment,
                                                 const std::string& config, const Files& files) {
  std::string directory(value_of(environment, "DOCKER_CERT_PATH"));
  if (directory.empty()) directory = config;
  Result<Certificates> out = read_certificates(directory, files);
  if (!out) return out;
  if (out->authority.empty()) {
    return failure(
        {.message = concat("there is no ca.pem in ", quoted(directory),
                           ", where DOCKER_TLS_VERIFY and DOCKER_TLS look for it"),
         .hint = "name the directory of ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH"});
  }
  out->skip_verification = value_of(environment, "DOCKER_TLS_VERIFY").empty();
  return out;
}

Result<Endpoint> endpoint_without_context(const EndpointFlags& flags,
                                          const Environment& environment, const std::string& config,
                                          const Files& files) {
  const bool tls = !value_of(environment, "DOCKER_TLS_VERIFY").empty() ||
                   !value_of(environment, "DOCKER_TLS").empty();
  Endpoint out;
  std::string_view host = trim(flags.host);
  out.chosen_by = "-H";
  if (host.empty()) {
    host = trim(value_of(environment, "DOCKER_HOST"));
    out.chosen_by = "DOCKER_HOST";
  }
  if (!host.empty()) {
    Result<Address> address = read_address(host, out.chosen_by, Defaults{});
    if (!address) return failure(std::move(address.error()));
    out.address = std::move(*address);
  } else if (tls) {
    out.address = Tcp{.host = "localhost", .port = 2376, .base_path = {}, .tls = {}};
    out.chosen_by =
        value_of(environment, "DOCKER_TLS_VERIFY").empty() ? "DOCKER_TLS" : "DOCKER_TLS_VERIFY";
  } else {
    out.address = UnixSocket{std::string(default_socket)};
    out.chosen_by = "the default";
  }
  if (auto* const tcp = std::get_if<Tcp>(&out.address); tcp != nullptr && tls) {
    Result<Certificates> read = certificates_of_environment(environment, config, files);
    if (!read) return failure(std::move(read.error()));
    tcp->tls = std::move(*read);
  }
  return out;
}

// "1.41" of "v1.41"; nothing when it is no version.
std::optional<std::string> parse_api_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || !all_digits(text.substr(0, dot)) ||
      !all_digits(text.substr(dot + 1)) || text.size() > 16) {
    return std::nullopt;
  }
  return std::string(text);
}

}  // namespace

Environment process_environment() {
  return environment_of(variables);
}

Result<Endpoint> choose_endpoint(const EndpointFlags& flags, const Environment& environment,
                                 const Files& files) {
  if (!flags.host.empty() && !flags.context.empty()) {
    return failure({.message = "-H and --context both name an engine", .hint = "use one of them"});
  }
  const std::string config = docker_directory(environment);
  std::string name;
  std::string asked_by;
  if (!flags.context.empty()) {
    name = flags.context;
    asked_by = "--context";
  } else if (!flags.host.empty() || !value_of(environment, "DOCKER_HOST").empty()) {
    name = default_context;
  } else if (const std::string_view context = value_of(environment, "DOCKER_CONTEXT");
             !context.empty()) {
    name = context;
    asked_by = "DOCKER_CONTEXT";
  } else {
    Result<std::string> current = current_context(config, files);
    if (!current) return failure(std::move(current.error()));
    name = std::move(*current);
    asked_by = "config.json";
  }
  Result<Endpoint> out = name.empty() || name == default_context
                             ? endpoint_without_context(flags, environment, config, files)
                             : endpoint_of_context(name, asked_by, config, files);
  if (!out) return out;
  out->url = url_of(out->address);
  if (const std::string_view version = trim(value_of(environment, "DOCKER_API_VERSION"));
      !version.empty() && version != "v") {
    const std::optional<std::string> pinned = parse_api_version(version);
    if (!pinned) {
      return failure({.message = concat("DOCKER_API_VERSION is ", quoted(version),
                                        ", expected a version such as 1.41")});
    }
    out->api_version = *pinned;
  }
  return out;
}

}  // namespace plimsoll::engine
