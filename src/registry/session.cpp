#include "registry/session.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "base/digest.h"
#include "base/json.h"
#include "base/number.h"
#include "base/percent_encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "image/blob_store.h"
#include "net/content_range.h"
#include "net/patience.h"
#include "registry/certificates.h"
#include "registry/challenge.h"

namespace plimsoll::registry {
namespace {

// Docker Hub answers under another name than the one that its images have.
constexpr std::string_view hub = "docker.io";
constexpr std::string_view hub_host = "registry-1.docker.io";

constexpr auto document_limit = std::chrono::minutes(5);

// The formats that find_image() reads, and the one that it refuses with a reason.
constexpr std::string_view accepted =
    "Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.v1+prettyjws";

// "localhost:5000", "[::1]:5000": what can stand in a URL and in a path.
bool is_host_and_port(std::string_view text) {
  return !text.empty() &&
         (is_alpha(text.front()) || is_digit(text.front()) || text.front() == '[') &&
         std::ranges::all_of(text, [](char c) {
           return is_alpha(c) || is_digit(c) || std::string_view(".:-_[]").contains(c);
         });
}

std::string to_base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string basic(const Credentials& credentials) {
  return concat("Basic ", to_base64(concat(credentials.user, ":", credentials.password)));
}

// As application/x-www-form-urlencoded.
std::string encoded(std::string_view text) {
  std::string out;
  append_percent_encoded(out, text, [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-._~").contains(c);
  });
  return out;
}

// A token goes into a header: nothing but what a token is made of.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

// The registry's word for what is wrong: "DENIED". Its sentences are not shown: they can repeat
// what was sent to it.
std::string code_of(const net::Response& response) {
  const std::optional<json::Document> document = json::read_text(response.body);
  const json::Value* errors = document ? document->root.find("errors") : nullptr;
  if (errors == nullptr || errors->items.empty()) return {};
  const std::string_view code = json::text_of(errors->items.front(), "code");
  const bool is_word = !code.empty() && code.size() <= 32 && std::ranges::all_of(code, [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_';
  });
  return is_word ? concat(" (", code, ")") : std::string();
}

// The parts of a blob, from however many answers, put together.
class Assembly {
 public:
  Assembly(std::uint64_t size, const std::function<void(std::string_view)>& sink)
      : size_(size), sink_(sink) {}

  std::uint64_t taken() const { return taken_; }
  bool is_whole() const { return taken_ == size_; }
  const std::string& problem() const { return problem_; }

  void begin_answer() { is_new_answer_ = true; }

  bool take(const net::Response& response, std::string_view piece) {
    if (is_new_answer_ && !begin(response)) return false;
    const std::uint64_t known = std::min<std::uint64_t>(to_skip_, piece.size());
    piece.remove_prefix(known);
    to_skip_ -= known;
    if (piece.size() > size_ - taken_) {
      problem_ = "is larger than the manifest says";
      return false;
    }
    taken_ += piece.size();
    if (!piece.empty()) sink_(piece);
    return true;
  }

 private:
  bool begin(const net::Response& response) {
    is_new_answer_ = false;
    // Who does not know ranges sends it all again.
    to_skip_ = taken_;
    if (response.status != 206) return true;
    const auto range = net::parse_content_range(response.header("content-range"));
    if (!range || range->begin != taken_ || range->whole.value_or(size_) != size_) {
      problem_ = "is sent from another place than was asked for";
      return false;
    }
    to_skip_ = 0;
    return true;
  }

  std::uint64_t size_;
  const std::function<void(std::string_view)>& sink_;
  std::uint64_t taken_ = 0;
  std::uint64_t to_skip_ = 0;
  bool is_new_answer_ = true;
  std::string problem_;
};

}  // namespace

Session::Session(const ImageReference& reference, Options options, const Files& files)
    : reference_(reference), options_(std::move(options)), files_(files) {
  if (!options_.pause) {
    options_.pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  }
}

Result<std::unique_ptr<Session>> Session::open(const ImageReference& reference, Options options,
                                               const Files& files) {
  const std::string host = reference.registry == hub ? std::string(hub_host) : reference.registry;
  const std::optional<net::Url> root = net::parse_url(concat("https://", host, "/"));
  if (!is_host_and_port(host) || !root) {
    return failure({.message = concat("\"", printable(host), "\" is no host of a registry")});
  }
  Result<RegistryCertificates> certificates =
      read_certificates(reference.registry, options.environment, files);
  if (!certificates) return failure(certificates.error());
  options.http.authorities = std::move(certificates->authorities);
  options.http.identity = std::move(certificates->identity);
  options.http.identity_for = root->origin();
  std::unique_ptr<Session> session(new Session(reference, std::move(options), files));
  session->root_ = *root;
  if (Result<void> found = session->find_scheme(); !found) return failure(found.error());
  return session;
}

// Asks for the protocol's root, which every registry has.
Result<void> Session::find_scheme() {
  const bool may_be_plain =
      net::is_loopback_host(root_.host) ||
      std::ranges::find(options_.without_tls, reference_.registry) != options_.without_tls.end();
  net::Request request{.url = url("/v2/"), .limit = document_limit};
  const net::Sink ignore = [](const net::Response&, std::string_view) { return true; };
  const auto once = [&](net::Client& client) { return client.send(request, ignore); };
  if (may_be_plain) {
    // Nothing but that is asked, and nothing secret is sent, before it is known how it speaks.
    net::Client client = lease();
    const net::Answer<net::Response> answer = client.send(request, ignore);
    const bool has_no_tls = !answer && (answer.error().trouble == net::Trouble::no_tls ||
                                        answer.error().trouble == net::Trouble::broken ||
                                        answer.error().trouble == net::Trouble::unreachable);
    if (has_no_tls) {
      root_.scheme = "http";
      if (root_.port == 443 && !reference_.registry.ends_with(":443")) root_.port = 80;
      request.url = url("/v2/");
    }
    give_back(std::move(client));
  }
  const Result<net::Response> answer = patiently(once, {});
  if (!answer) return failure(answer.error());
  zone_ = answer->zone;
  if (net::is_worth_another_try(*answer)) return failure(explain(*answer));
  return answer->status == 401 ? authorise(*answer, "") : Result<void>();
}

net::Url Session::url(const std::string& path) const {
  net::Url out = root_;
  out.target = path;
  return out;
}

net::Client Session::lease() {
  const std::lock_guard lock(clients_mutex_);
  if (clients_.empty()) return net::Client(options_.http);
  net::Client client = std::move(clients_.back());
  clients_.pop_back();
  return client;
}

void Session::give_back(net::Client client) {
  const std::lock_guard lock(clients_mutex_);
  clients_.push_back(std::move(client));
}

Result<net::Response> Session::patiently(const Once& once, const Progress& progress) {
  net::Client client = lease();
  net::Patience patience;
  for (;;) {
    net::Answer<net::Response> answer = once(client);
    const auto wait = patience.after(answer, progress ? progress() : 0);
    if (!wait) {
      give_back(std::move(client));
      if (!answer) return failure(explain(answer.error()));
      return std::move(*answer);
    }
    options_.pause(*wait);
  }
}

Result<net::Response> Session::ask(Question question) {
  net::Request& request = question.request;
  request.in_name_of = zone_;
  std::optional<std::uint64_t> renewed_at;
  for (;;) {
    std::string used;
    const auto once = [&](net::Client& client) {
      {
        const std::lock_guard lock(authorization_mutex_);
        used = authorization_;
      }
      request.authorization = used;
      if (question.prepare) question.prepare(request);
      return client.send(request, question.sink);
    };
    Result<net::Response> answer = patiently(once, question.progress);
    // What another origin answers, behind a redirect, is not about our authorization.
    if (!answer || answer->status != 401 || !answer->url.same_origin(root_)) return answer;
    // A token can expire more than once while a large blob is read.
    const std::uint64_t progress = question.progress ? question.progress() : 0;
    if (renewed_at && progress <= *renewed_at) return answer;
    renewed_at = progress;
    if (Result<void> renewed = authorise(*answer, used); !renewed) {
      return failure(renewed.error());
    }
  }
}

const CredentialSearch& Session::credentials() {
  std::call_once(credentials_once_, [this] {
    credentials_ = find_credentials(reference_.registry, reference_.repository,
                                    options_.environment, files_, options_.ask_helper);
  });
  return credentials_;
}

Result<void> Session::authorise(const net::Response& refused, const std::string& used) {
  const std::lock_guard lock(authorization_mutex_);
  if (authorization_ != used) return {};  // another thread was first
  bool wants_basic = false;
  for (const auto& [name, value] : refused.headers) {
    if (name != "www-authenticate") continue;
    for (const Challenge& challenge : parse_challenges(value)) {
      if (challenge.scheme == "bearer") {
        Result<std::string> fresh =
            token(challenge.parameter("realm"), challenge.parameter("service"));
        if (!fresh) return failure(fresh.error());
        authorization_ = concat("Bearer ", *fresh);
        return {};
      }
      wants_basic = wants_basic || challenge.scheme == "basic";
    }
  }
  if (!wants_basic) {
    return failure(
        {.message = concat(root_.origin(), " wants credentials of a kind that is not known here")});
  }
  const std::optional<Credentials>& found = credentials().found;
  if (!found || found->password.empty()) return failure(wants_login());
  std::string value = basic(*found);
  if (value == used) return failure(wants_login());
  authorization_ = std::move(value);
  return {};
}

// The caller holds the lock.
Result<std::string> Session::token(std::string_view realm, std::string_view service) {
  std::optional<net::Url> server = net::parse_url(std::string(realm));
  if (!server) {
    return failure(
        {.message = concat(root_.origin(), " names a token server that is no address of HTTP")});
  }
  if (server->scheme != "https" && root_.scheme == "https") {
    return failure({.message = concat(root_.origin(), " names a token server without TLS, ",
                                      server->origin(), ": it is not asked")});
  }
  const std::string query =
      concat("service=", encoded(service),
             "&scope=", encoded(concat("repository:", reference_.repository, ":pull")));
  net::Request request{.url = *server, .max_bytes = max_token_bytes, .limit = document_limit};
  request.in_name_of = zone_;
  const bool may_know = server->scheme == "https" || server->host == root_.host;
  const std::optional<Credentials>& known = credentials().found;
  const bool is_known = known && may_know;
  if (is_known && !known->identity_token.empty()) {
    request.method = net::Method::post;
    request.form = concat("grant_type=refresh_token&client_id=plimsoll&", query,
                          "&refresh_token=", encoded(known->identity_token));
  } else {
    request.url.target += concat(request.url.target.contains('?') ? "&" : "?", query);
    if (is_known) {
      request.url.target += concat("&account=", encoded(known->user));
      request.authorization = basic(*known);
    }
  }
  std::string body;
  const auto once = [&](net::Client& client) {
    body.clear();
    return client.send(request, [&](const net::Response&, std::string_view piece) {
      body += piece;
      return true;
    });
  };
  const Result<net::Response> answer = patiently(once, {});
  if (!answer) return failure(answer.error());
  if (answer->status == 401 || answer->status == 403) return failure(wants_login());
  if (answer->status != 200) return failure(explain(*answer));
  const std::optional<json::Document> document = json::read_text(body);
  std::string_view text = document ? json::text_of(document->root, "token") : std::string_view();
  if (document && text.empty()) text = json::text_of(document->root, "access_token");
  if (!is_token(text)) {
    return failure(
        {.message = concat("the token server ", server->origin(), " answers with no token")});
  }
  return std::string(text);
}

Result<Manifest> Session::manifest(const std::string& reference) {
  const bool is_digest = plimsoll::is_digest(reference);
  Manifest out;
  const Result<net::Response> answer =
      ask({.request = {.url = url(concat("/v2/", reference_.repository, "/manifests/", reference)),
                       .headers = {std::string(accepted)},
                       .max_bytes = image::max_document_bytes,
                       .limit = document_limit},
           .sink =
               [&](const net::Response&, std::string_view piece) {
                 out.text += piece;
                 return true;
               },
           .prepare = [&](net::Request&) { out.text.clear(); },
           .progress = {}});
  if (!answer) return failure(answer.error());
  if (answer->status == 404) {
    return failure({.message = concat(root_.origin(), " has no image ", reference_.repository,
                                      is_digest ? "@" : ":", reference, code_of(*answer)),
                    .hint = "are the name and the tag right?"});
  }
  if (answer->status != 200) return failure(explain(*answer));
  Sha256 hash;
  hash.update(out.text);
  out.digest = hash.finish();
  const std::string_view type = answer->header("content-type");
  out.media_type = type.substr(0, type.find(';'));
  const std::string_view said = answer->header("docker-content-digest");
  // Of schema 1 the digest is one of a part of the text.
  const bool is_schema1 = out.media_type.contains(".manifest.v1+pretty");
  const std::string_view expected = is_digest ? reference : said;
  if (!is_schema1 && plimsoll::is_digest(expected) && expected != out.digest) {
    return failure({.message = concat("the manifest that ", root_.origin(),
                                      " sends is not the one that it names: ", expected,
                                      ", and what is sent hashes to ", out.digest),
                    .hint = "do not use it: it was damaged or exchanged"});
  }
  return out;
}

Result<void> Session::blob(const std::string& digest, std::uint64_t size,
                           const std::function<void(std::string_view)>& sink) {
  Assembly assembly(size, sink);
  const Question question{
      .request = {.url = url(concat("/v2/", reference_.repository, "/blobs/", digest)),
                  .max_bytes = size},
      .sink = [&](const net::Response& response,
                  std::string_view piece) { return assembly.take(response, piece); },
      .prepare =
          [&](net::Request& request) {
            assembly.begin_answer();
            request.from = assembly.taken();
          },
      .progress = [&] { return assembly.taken(); }};
  for (int short_answers = 0;; ++short_answers) {
    const std::uint64_t before = assembly.taken();
    const Result<net::Response> answer = ask(question);
    if (!assembly.problem().empty()) return failure({.message = assembly.problem()});
    if (!answer) return failure(answer.error());
    if (answer->status == 404) {
      return failure({.message = concat(root_.origin(), " does not have it", code_of(*answer))});
    }
    const bool is_beyond = answer->status == 416 && assembly.taken() > 0;
    if (answer->status != 200 && answer->status != 206 && !is_beyond) {
      return failure(explain(*answer));
    }
    if (assembly.is_whole()) return {};
    // A whole answer that is too short: a proxy's cut, or a lie.
    if (is_beyond || assembly.taken() == before || short_answers == net::max_tries) {
      return failure(
          {.message = concat("ends after ", std::to_string(assembly.taken()),
                             " bytes, and the manifest says that it has ", std::to_string(size))});
    }
  }
}

bool Session::has_blob(const std::string& digest) {
  const Result<net::Response> answer =
      ask({.request = {.url = url(concat("/v2/", reference_.repository, "/blobs/", digest)),
                       .method = net::Method::head,
                       .limit = document_limit},
           .sink = [](const net::Response&, std::string_view) { return true; },
           .prepare = {},
           .progress = {}});
  return answer && answer->status == 200;
}

std::string Session::login_command() const {
  return concat("docker login", reference_.registry == hub ? "" : " ",
                reference_.registry == hub ? "" : reference_.registry);
}

Error Session::wants_login() {
  const CredentialSearch& search = credentials();
  Error error{.message = search.found ? concat(root_.origin(), " refuses the credentials of ",
                                               search.source, " for ", reference_.repository)
                                      : concat(root_.origin(), " wants credentials for ",
                                               reference_.repository, ", or has no such image"),
              .hint = login_command()};
  if (!search.trouble.empty()) {
    error.hint += concat("; where they are looked for: ", printable(search.trouble));
  }
  return error;
}

Error Session::explain(const net::Failure& failure) const {
  Error error{.message = concat(failure.at, ": ", failure.words)};
  const std::string certificates = concat("/etc/docker/certs.d/", reference_.registry);
  switch (failure.trouble) {
    case net::Trouble::unknown_host:
      error.hint = "is the name right? behind a proxy, set HTTPS_PROXY";
      break;
    case net::Trouble::unreachable:
      error.hint = "does a registry run there? behind a proxy, set HTTPS_PROXY";
      break;
    case net::Trouble::stalled:
    case net::Trouble::broken: error.hint = "try again later"; break;
    case net::Trouble::no_tls:
      error.hint = concat("if it has none, and you trust the network: --insecure-registry ",
                          reference_.registry);
      break;
    case net::Trouble::untrusted:
      error.hint = concat("put the certificate of its authority into ", certificates, "/ca.crt");
      break;
    case net::Trouble::wants_identity:
      error.hint = concat("put yours into ", certificates, " as client.cert and client.key");
      break;
    default: break;
  }
  return error;
}

Error Session::explain(const net::Response& response) {
  const std::string origin = response.url.origin();
  const bool is_registry = origin == root_.origin();
  if (response.status == 401 && is_registry) return wants_login();
  if (response.status == 403) {
    return {
        .message = concat(origin, " denies access to ", reference_.repository, code_of(response)),
        .hint = concat("has your account the right to pull it? else: ", login_command())};
  }
  if (response.status == 429) {
    return {.message = concat(origin, " answers that it was asked too often", code_of(response)),
            .hint = response.retry_after.count() > 0
                        ? concat("try again in ", std::to_string(response.retry_after.count()),
                                 " s, or: ", login_command())
                        : concat("try again later, or: ", login_command())};
  }
  return {.message = concat(origin, " answers with status ", std::to_string(response.status),
                            code_of(response)),
          .hint = response.status >= 500 ? "try again later" : ""};
}

}  // namespace plimsoll::registry
