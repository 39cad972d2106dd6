#include "net/http.h"

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "net/proxy.h"

namespace plimsoll::net {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& text) {
  curl_slist* const longer = ::curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) return;
  std::ignore = list.release();
  list.reset(longer);
}

// The library wants to be told once, before any thread uses it.
void start_library() {
  static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  std::ignore = started;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_success(int status) {
  return status == 200 || status == 206;
}

// One request and its answer, as the library's callbacks see them.
struct Transfer {
  CURL* handle = nullptr;
  const Request& request;
  const Sink& sink;
  const std::optional<Zone>& limit;
  bool by_proxy = false;
  Response response = {};
  std::size_t header_bytes = 0;
  std::uint64_t body_bytes = 0;
  bool has_body_begun = false;
  std::optional<Failure> failure = {};  // that ended it, where it was not the library
  std::exception_ptr thrown = {};

  bool fail(Trouble trouble, std::string words) {
    failure = {trouble, std::move(words), {}};
    return false;
  }
  bool refuse(Zone zone) {
    return fail(Trouble::forbidden,
                concat("it leads to an address ", words_for(zone), ", which a server ",
                       words_for(limit.value_or(Zone::internet)), " may not name"));
  }

  bool take_header(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > max_header_bytes) {
      return fail(Trouble::too_large,
                  concat("its answer has more than ", std::to_string(max_header_bytes >> 10),
                         " KiB of headers"));
    }
    if (has_body_begun) return true;  // what follows the body of a chunked answer
    if (line.starts_with("HTTP/")) {
      response.headers.clear();  // an answer came before, such as 100 Continue
      return true;
    }
    if (trim(line).empty()) return end_headers();
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      response.headers.emplace_back(lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
    return true;
  }

  bool end_headers() {
    long status = 0;
    ::curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    if (!by_proxy) {
      char* address = nullptr;
      ::curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &address);
      response.zone =
          zone_of(std::string_view(address == nullptr ? "" : address)).value_or(Zone::machine);
      // A connection that is used again was judged when it was made, perhaps in another's name.
      if (limit && !may_lead(*limit, response.zone)) return refuse(response.zone);
    }
    if (is_success(response.status) && request.method != Method::head) {
      const std::optional<std::uint64_t> length = response.content_length();
      if (length && *length > request.max_bytes) return too_large();
    }
    return true;
  }

  bool too_large() {
    return fail(Trouble::too_large, concat("its answer is larger than the ",
                                           std::to_string(request.max_bytes), " bytes expected"));
  }

  bool take_body(std::string_view piece) {
    has_body_begun = true;
    if (!is_success(response.status)) {
      const std::size_t left = max_kept_body_bytes - response.body.size();
      response.body += piece.substr(0, left);
      return piece.size() <= left;  // what is kept is enough: the rest is not waited for
    }
    body_bytes += piece.size();
    if (body_bytes > request.max_bytes) return too_large();
    if (sink(response, piece)) return true;
    return fail(Trouble::stopped, "its answer was not wanted any more");
  }
};

// What a callback throws waits until the library has returned.
template <class Call>
std::size_t guarded(Transfer& transfer, std::size_t size, const Call& call) {
  try {
    return call() ? size : 0;
  } catch (...) {
    transfer.thrown = std::current_exception();
    return 0;
  }
}

extern "C" {

std::size_t plimsoll_net_header(char* text, std::size_t one, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  return guarded(transfer, one * count, [&] { return transfer.take_header({text, one * count}); });
}

std::size_t plimsoll_net_body(char* text, std::size_t one, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  return guarded(transfer, one * count, [&] { return transfer.take_body({text, one * count}); });
}

curl_socket_t plimsoll_net_socket(void* user, curlsocktype purpose, curl_sockaddr* address) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (purpose == CURLSOCKTYPE_IPCXN && !transfer.by_proxy && transfer.limit) {
    const Zone zone = zone_of(&address->addr);
    if (!may_lead(*transfer.limit, zone)) {
      transfer.refuse(zone);
      return CURL_SOCKET_BAD;  // another address of the host may do
    }
    transfer.failure.reset();
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode plimsoll_net_tls(CURL*, void* context, void* user) {
  const std::string& authorities = *static_cast<const std::string*>(user);
  X509_STORE* const store = ::SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(context));
  BIO* const text = ::BIO_new_mem_buf(authorities.data(), static_cast<int>(authorities.size()));
  if (text == nullptr) return CURLE_OUT_OF_MEMORY;
  while (X509* const certificate = ::PEM_read_bio_X509(text, nullptr, nullptr, nullptr)) {
    ::X509_STORE_add_cert(store, certificate);
    ::X509_free(certificate);
  }
  ::ERR_clear_error();  // the end of the text is one
  ::BIO_free(text);
  return CURLE_OK;
}

}  // extern "C"

bool says(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

// "SSL certificate problem: unable to get local issuer certificate" -> the reason alone.
std::string certificate_words(std::string_view text) {
  constexpr std::string_view problem = "SSL certificate problem: ";
  if (text.starts_with(problem)) text.remove_prefix(problem.size());
  if (text.contains("subject name matches")) return "its certificate is for another name";
  return concat("its certificate is not trusted: ", text.empty() ? "no reason is given" : text);
}

Failure failure_of(CURL* handle, CURLcode code, std::string_view text) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return {Trouble::unknown_host, "there is no such host", {}};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Trouble::unknown_host, "there is no such host as the proxy's", {}};
    case CURLE_COULDNT_CONNECT: {
      long error = 0;
      ::curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
      return {
          Trouble::unreachable,
          error == 0 ? "it cannot be connected to" : lower(std::strerror(static_cast<int>(error))),
          {}};
    }
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t prepared = 0;
      ::curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &prepared);
      return prepared == 0 ? Failure{Trouble::unreachable, "it does not answer", {}}
                           : Failure{Trouble::stalled, "it has stalled", {}};
    }
    case CURLE_PEER_FAILED_VERIFICATION: return {Trouble::untrusted, certificate_words(text), {}};
    case CURLE_SSL_CERTPROBLEM:
      return {Trouble::wants_identity, "the client certificate or its key cannot be used", {}};
    default: break;
  }
  if (says(text, {"certificate required", "alert bad certificate", "alert unknown ca",
                  "alert handshake failure"})) {
    return {Trouble::wants_identity, "it wants another client certificate", {}};
  }
  if (code == CURLE_SSL_CONNECT_ERROR) {
    if (says(text, {"wrong version number", "packet length too long", "http request",
                    "record layer failure"})) {
      return {Trouble::no_tls, "it does not speak TLS", {}};
    }
    return {Trouble::broken, "no TLS connection comes about with it", {}};
  }
  if (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return {Trouble::broken, "what it answers is no HTTP", {}};
  }
  return {Trouble::broken, "the connection broke off", {}};
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::uint64_t> Response::content_length() const {
  return number_of<std::uint64_t>(header("content-length"));
}

struct Client::State {
  Settings settings;
  Handle handle;
  std::string certificate_file;  // SSL_CERT_FILE, which OpenSSL's own programs and Go's know

  void set_up(Transfer& transfer, const Url& url, const List& headers, const std::string& proxy,
              char* error_text) {
    CURL* const curl = handle.get();
    ::curl_easy_reset(curl);  // connections stay
    const auto set = [&](CURLoption option, auto value) {
      ::curl_easy_setopt(curl, option, value);
    };
    set(CURLOPT_URL, url.text().c_str());
    set(CURLOPT_ERRORBUFFER, error_text);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_USERAGENT, settings.user_agent.c_str());
    set(CURLOPT_PROXY, proxy.c_str());  // "" also keeps the library from the environment
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    set(CURLOPT_HTTPHEADER, headers.get());
    constexpr long buffer_bytes = 128L << 10;
    set(CURLOPT_BUFFERSIZE, buffer_bytes);

    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!certificate_file.empty()) set(CURLOPT_CAINFO, certificate_file.c_str());
    if (!settings.authorities.empty()) {
      set(CURLOPT_SSL_CTX_FUNCTION, &plimsoll_net_tls);
      set(CURLOPT_SSL_CTX_DATA, &settings.authorities);
    }
    if (settings.identity && url.origin() == settings.identity_for) {
      const auto blob_of = [](const std::string& text) {
        return curl_blob{
            .data = const_cast<char*>(text.data()), .len = text.size(), .flags = CURL_BLOB_COPY};
      };
      curl_blob certificate = blob_of(settings.identity->certificate);
      curl_blob key = blob_of(settings.identity->key);
      set(CURLOPT_SSLCERT_BLOB, &certificate);
      set(CURLOPT_SSLKEY_BLOB, &key);
    }

    constexpr long slow_bytes_a_second = 1024;
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_limit.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, slow_bytes_a_second);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.stall_limit.count()));
    if (transfer.request.limit.count() > 0) {
      set(CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.request.limit.count()));
    }

    if (transfer.request.method == Method::head) set(CURLOPT_NOBODY, 1L);
    if (transfer.request.method == Method::post) {
      set(CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer.request.form.size()));
      set(CURLOPT_POSTFIELDS, transfer.request.form.c_str());
    }
    set(CURLOPT_HEADERFUNCTION, &plimsoll_net_header);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, &plimsoll_net_body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_OPENSOCKETFUNCTION, &plimsoll_net_socket);
    set(CURLOPT_OPENSOCKETDATA, &transfer);
  }

  // One request without its redirects.
  Answer<Response> perform(const Request& request, const Url& url, bool with_authorization,
                           const std::optional<Zone>& limit, const Sink& sink) {
    const auto at_origin = [&](Failure failure) {
      failure.words = printable(failure.words);
      failure.at = url.origin();
      return std::unexpected(std::move(failure));
    };
    List headers;
    for (const std::string& header : request.headers) append(headers, header);
    if (with_authorization && !request.authorization.empty()) {
      append(headers, concat("Authorization: ", request.authorization));
    }
    if (request.from > 0) {
      append(headers, concat("Range: bytes=", std::to_string(request.from), "-"));
    }
    const std::string proxy = choose_proxy(url, settings.proxies);
    Transfer transfer{.handle = handle.get(), .request = request, .sink = sink, .limit = limit};
    transfer.by_proxy = !proxy.empty();
    transfer.response.url = url;
    // What a proxy is asked for it connects to itself: of that only the name can be judged.
    const std::optional<Zone> named =
        is_loopback_host(url.host) ? std::optional(Zone::machine) : zone_of(url.host);
    if (limit && named && !may_lead(*limit, *named)) {
      transfer.refuse(*named);
      return at_origin(std::move(*transfer.failure));
    }
    std::array<char, CURL_ERROR_SIZE> text{};
    set_up(transfer, url, headers, proxy, text.data());
    const CURLcode code = ::curl_easy_perform(handle.get());
    // Of what was set, nothing points to this stack any more when the next request begins; only
    // the error's text is looked at again by the library when the handle is closed.
    ::curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, nullptr);
    if (transfer.thrown) std::rethrow_exception(transfer.thrown);
    if (code != CURLE_OK && transfer.failure) return at_origin(std::move(*transfer.failure));
    const bool has_answer = transfer.response.status != 0;
    const bool is_cut_by_us = code == CURLE_WRITE_ERROR && has_answer &&
                              transfer.response.body.size() == max_kept_body_bytes;
    if (code != CURLE_OK && !is_cut_by_us) {
      return at_origin(failure_of(handle.get(), code, text.data()));
    }
    curl_off_t wait = 0;
    ::curl_easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &wait);
    transfer.response.retry_after = std::chrono::seconds(wait);
    return std::move(transfer.response);
  }
};

Client::Client(Settings settings) : state_(std::make_unique<State>()) {
  start_library();
  state_->settings = std::move(settings);
  state_->handle.reset(::curl_easy_init());
  if (const char* const file = std::getenv("SSL_CERT_FILE")) state_->certificate_file = file;
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Answer<Response> Client::send(const Request& request, const Sink& sink) {
  const auto fail = [](Trouble trouble, std::string words, const Url& url) {
    return std::unexpected(Failure{trouble, std::move(words), url.origin()});
  };
  if (state_->handle == nullptr) {
    return fail(Trouble::internal, "the HTTP library does not start", request.url);
  }
  Url url = request.url;
  std::optional<Zone> limit = request.in_name_of;
  Zone first_zone = Zone::internet;
  bool may_know = true;  // the credential: until another origin is asked
  for (int hops = 0;; ++hops) {
    Answer<Response> answer = state_->perform(request, url, may_know, limit, sink);
    if (!answer) return answer;
    if (hops == 0) first_zone = answer->zone;
    const std::string location(answer->header("location"));
    if (!is_redirect(answer->status) || request.method == Method::post || location.empty()) {
      answer->zone = first_zone;
      return answer;
    }
    const std::optional<Url> next = resolve_url(url, location);
    if (!next) {
      return fail(Trouble::forbidden, "it redirects to what is no address of HTTP", url);
    }
    if (url.scheme == "https" && next->scheme != "https") {
      return fail(Trouble::forbidden,
                  concat("it redirects from https to ", next->origin(), ", without TLS"), url);
    }
    if (hops == max_redirects) {
      return fail(Trouble::too_many_redirects,
                  concat("it redirects more than ", std::to_string(max_redirects), " times"),
                  request.url);
    }
    may_know = may_know && url.same_origin(*next);
    limit = answer->zone;
    url = *next;
  }
}

}  // namespace plimsoll::net
