#include "image/secrets/secret_scanner.h"

#include <hs/hs_runtime.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "image/file_reader.h"
#include "image/secrets/assignment.h"
#include "image/secrets/fingerprint.h"
#include "image/secrets/private_key.h"
#include "image/secrets/secret_database.h"
#include "image/secrets/secret_kinds.h"
#include "image/secrets/triggers.h"
#include "image/secrets/value_checks.h"
#include "subjects/secrets.h"

namespace plimsoll::image {
namespace {

using What = TriggerUse::What;
using Use = SecretPlace::Use;

// What is seen around a block: before it for the names of values, behind it for a whole key.
constexpr std::size_t bytes_before = 4096;
constexpr std::size_t bytes_behind = max_armoured_bytes;
constexpr std::size_t first_bytes =
    first_bytes_to_look_at;                   // by which text is told from other files
constexpr std::size_t max_candidates = 1000;  // of a file, before those that overlap are sorted out
constexpr std::size_t max_keys_of_block = 256;

// What Debian compiles vectorscan for.
bool can_run_vectorscan() {
#ifdef __x86_64__
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return true;
#endif
}

// The database, loaded once; null where vectorscan does not run on this processor.
const hs_database_t* loaded_database() {
  static const auto database = [] {
    hs_database_t* loaded = nullptr;
    if (can_run_vectorscan()) {
      hs_deserialize_database(secret_database.data(), secret_database.size(), &loaded);
    }
    return std::unique_ptr<hs_database_t, hs_error_t (*)(hs_database_t*)>(loaded, hs_free_database);
  }();
  return database.get();
}

bool is_word(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

bool is_token(char c) {
  return is_word(c) || c == '-';
}

bool is_base64(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
}

template <class Predicate>
std::string_view run_of(std::string_view text, Predicate predicate) {
  std::size_t size = 0;
  while (size < text.size() && predicate(text[size])) ++size;
  return text.substr(0, size);
}

// Eight bytes at a time: every byte of a large text is counted, and one by one that would take
// longer than to search it.
std::uint32_t count_lines(std::string_view text) {
  constexpr std::uint64_t line_feeds = 0x0A0A0A0A0A0A0A0A;
  constexpr std::uint64_t low_bits = 0x7F7F7F7F7F7F7F7F;
  std::uint32_t lines = 0;
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    bytes ^= line_feeds;
    // The high bit of each byte that is 0 now, and of no other.
    const std::uint64_t zeros = ~(((bytes & low_bits) + low_bits) | bytes | low_bits);
    lines += static_cast<std::uint32_t>(std::popcount(zeros));
  }
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  return lines;
}

// Whether a token can begin here: not in the middle of a word, but behind a \n of a string and
// behind a %3D of an address.
bool begins_word(std::string_view text, std::size_t at) {
  if (at == 0 || !is_word(text[at - 1])) return true;
  if (at >= 2 && text[at - 2] == '\\') return std::string_view("nrt").contains(text[at - 1]);
  return at >= 3 && text[at - 3] == '%';
}

// Values that stand where a password would in examples and defaults: whoever knows the program
// knows them.
bool is_usual_password(std::string_view value) {
  constexpr std::array<std::string_view, 25> usual{
      "supersecret", "password", "passwd",   "pass",  "pwd",     "secret", "test",
      "testing",     "user",     "username", "root",  "admin",   "guest",  "default",
      "foo",         "bar",      "postgres", "mysql", "hunter2", "qwerty", "letmein",
      "1234",        "12345",    "123456",   "pw"};
  const std::string lowered = lower(value);
  return std::ranges::find(usual, lowered) != usual.end();
}

// Words of schemas and forms where a value would stand.
bool is_type_word(std::string_view value) {
  constexpr std::array<std::string_view, 18> words{
      "string", "str", "text",  "bool",   "boolean", "int",    "integer", "number", "object",
      "array",  "any", "bytes", "hidden", "input",   "prompt", "self",    "this",   "varchar"};
  const std::string lowered = lower(value);
  return std::ranges::find(words, lowered) != words.end();
}

bool looks_drawn_at_random(std::string_view value, std::size_t least_size, double least_entropy) {
  const bool is_of_token = std::ranges::all_of(
      value, [](char c) { return is_token(c) || c == '+' || c == '/' || c == '=' || c == '.'; });
  return is_of_token && value.size() >= least_size && std::ranges::any_of(value, is_digit) &&
         std::ranges::any_of(value, is_alpha) && entropy_of(value) >= least_entropy &&
         !is_example_value(value);
}

// A word or two, as a translation or a name has it; no password that a machine made.
bool is_words(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return is_alpha(c) || c == '_' || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 128;
  });
}

constexpr std::string_view other_address = "address-password";

std::string_view kind_of_scheme(std::string_view scheme) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kinds{
      {{"postgres", "postgres-password"},
       {"postgresql", "postgres-password"},
       {"mysql", "mysql-password"},
       {"mariadb", "mysql-password"},
       {"mongodb", "mongodb-password"},
       {"mongodb+srv", "mongodb-password"},
       {"redis", "redis-password"},
       {"rediss", "redis-password"},
       {"amqp", "amqp-password"},
       {"amqps", "amqp-password"},
       {"smtp", "smtp-password"},
       {"smtps", "smtp-password"},
       {"ldap", "ldap-password"},
       {"ldaps", "ldap-password"},
       {"ftp", "ftp-password"},
       {"sftp", "ftp-password"},
       {"http", "http-password"},
       {"https", "http-password"}}};
  const auto found =
      std::ranges::find(kinds, scheme, &std::pair<std::string_view, std::string_view>::first);
  return found == kinds.end() ? other_address : found->second;
}

// Parts of a JSON web token.
std::optional<json::Document> decoded_json(std::string_view base64, std::string& storage) {
  std::optional<std::string> plain = decode_base64(base64);
  if (!plain) return std::nullopt;
  storage = std::move(*plain);
  return json::read_text(storage);
}

}  // namespace

class SecretScanner::Search {
 public:
  Search() : database_(loaded_database()) {
    if (database_ == nullptr || hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS) {
      errors_.push_back({.message = "secrets are not searched: this processor lacks SSE 4.2"});
    }
  }
  ~Search() { hs_free_scratch(scratch_); }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  void begin(std::string_view path, const SecretPlace& place) {
    path_ = path;
    place_ = place;
    content_ = scratch_ == nullptr ? Content::skipped : Content::unknown;
    buffer_.clear();
    block_ = 0;
    dropped_ = 0;
    lines_before_ = 0;
    last_name_end_ = 0;
    found_.clear();
    is_left_out_ = false;
  }

  bool wants_more() const { return content_ != Content::skipped; }

  void push(std::string_view piece) {
    while (!piece.empty() && wants_more()) {
      const std::size_t wanted =
          content_ == Content::unknown ? first_bytes : block_ + secret_block_bytes + bytes_behind;
      const std::size_t taken = std::min(piece.size(), wanted - buffer_.size());
      buffer_ += piece.substr(0, taken);
      piece.remove_prefix(taken);
      if (buffer_.size() < wanted) return;
      if (content_ == Content::unknown) {
        decide();
      } else {
        search_block(block_ + secret_block_bytes);
        next_block();
      }
    }
  }

  std::vector<FoundSecret> end() {
    if (content_ == Content::unknown) decide();
    if (wants_more()) search_block(buffer_.size());
    if (is_left_out_) {
      errors_.push_back(file_error(
          path_, "holds more that may be secrets than is looked at; the rest is left out"));
    }
    return chosen();
  }

  std::vector<Error> take_errors() { return std::exchange(errors_, {}); }

 private:
  enum class Content : std::uint8_t { unknown, text, other, skipped };

  struct Hit {
    std::size_t at = 0;
    unsigned trigger = 0;
  };

  // --- the bytes

  void decide() {
    const std::string_view first = std::string_view(buffer_).substr(0, first_bytes);
    if (!first.contains('\0')) {
      content_ = Content::text;
      return;
    }
    content_ = place_.is_of_package ? Content::skipped : Content::other;
    if (place_.is_of_distribution) return;
    if (const std::optional<PrivateKey> key = binary_key(first)) {
      add(find_secret_kind(key->kind), 0, first.size(), {}, fingerprint_of_value(key->kind, first));
      found_.back().line = 0;
    }
  }

  void search_block(std::size_t block_end) {
    text_ = std::string_view(buffer_).substr(0, block_end + bytes_behind);
    hits_.clear();
    counted_to_ = 0;
    line_ = lines_before_ + 1;
    keys_looked_at_ = 0;
    const std::size_t end = std::min(text_.size(), block_end + longest_trigger);
    const auto take = [](unsigned number, unsigned long long, unsigned long long to, unsigned,
                         void* search) {
      return static_cast<Search*>(search)->take_hit(number, to);
    };
    const hs_error_t ended = hs_scan(database_, text_.data() + block_,
                                     static_cast<unsigned>(end - block_), 0, scratch_, take, this);
    if (ended != HS_SUCCESS) is_left_out_ = true;
    // Several triggers can end at one byte, in any order.
    std::ranges::sort(hits_, [](const Hit& a, const Hit& b) {
      return std::pair(a.at, a.trigger) < std::pair(b.at, b.trigger);
    });
    for (const Hit& hit : hits_) {
      if (hit.at >= block_end || found_.size() >= max_candidates) break;
      for (const TriggerUse& use : triggers()[hit.trigger].uses) look(use, hit.at);
    }
    if (found_.size() >= max_candidates) is_left_out_ = true;
    if (place_.is_pgpass && content_ == Content::text) look_at_pgpass(block_end);
  }

  int take_hit(unsigned number, unsigned long long to) {
    const Trigger& trigger = triggers()[number];
    const What what = trigger.uses.front().what;
    if (what == What::name && trigger.uses.size() == 1 && !searches_names()) return 0;
    if (content_ == Content::other && what != What::form && what != What::armour) return 0;
    if (hits_.size() == max_places_of_block) return 1;
    hits_.push_back({block_ + static_cast<std::size_t>(to) - trigger.literal.size(), number});
    return 0;
  }

  void next_block() {
    const std::size_t next = block_ + secret_block_bytes;
    const std::size_t dropped = next > bytes_before ? next - bytes_before : 0;
    lines_before_ += count_lines(std::string_view(buffer_).substr(0, dropped));
    buffer_.erase(0, dropped);
    dropped_ += dropped;
    block_ = next - dropped;
    last_name_end_ = last_name_end_ > dropped ? last_name_end_ - dropped : 0;
  }

  // The hits of a block come in order.
  std::uint32_t line_at(std::size_t at) {
    if (at < counted_to_) {
      counted_to_ = 0;
      line_ = lines_before_ + 1;
    }
    line_ += count_lines(text_.substr(counted_to_, at - counted_to_));
    counted_to_ = at;
    return line_;
  }

  // --- what is found

  SecretCertainty in_this_place(SecretCertainty certainty) const {
    return place_.is_example ? SecretCertainty::example : certainty;
  }

  void add(const SecretKind* kind, std::size_t begin, std::size_t size, std::string_view name,
           std::string fingerprint) {
    add(kind, begin, size, name, std::move(fingerprint), kind->certainty);
  }
  void add(const SecretKind* kind, std::size_t begin, std::size_t size, std::string_view name,
           std::string fingerprint, SecretCertainty certainty) {
    found_.push_back({.kind = kind,
                      .certainty = std::max(certainty, in_this_place(certainty)),
                      .begin = dropped_ + begin,
                      .end = dropped_ + begin + size,
                      .line = line_at(begin),
                      .name = std::string(name),
                      .fingerprint = std::move(fingerprint)});
  }
  // A value that a machine made, or one that a person chose.
  void add_value(std::string_view kind, std::size_t begin, std::size_t size,
                 std::string_view name = {}) {
    add(find_secret_kind(kind), begin, size, name,
        fingerprint_of_value(kind, text_.substr(begin, size)));
  }
  // Its fingerprint is made at the end, of the place alone.
  void add_password(std::string_view kind, std::size_t begin, std::string_view value,
                    std::string_view name, SecretCertainty certainty) {
    if (is_usual_password(value)) certainty = std::max(certainty, SecretCertainty::doubtful);
    add(find_secret_kind(kind), begin, value.size(), name, {}, certainty);
  }

  // --- what a trigger is a sign of

  void look(const TriggerUse& use, std::size_t at) {
    switch (use.what) {
      case What::form: return look_at_form(use, at);
      case What::near: return look_near(use, at);
      case What::name: return look_at_name(at);
      case What::armour: return look_at_armour(at);
      case What::putty: return look_at_putty(at);
      case What::encoded_key: return look_at_encoded_key(at);
      case What::address: return look_at_address(at);
      case What::web_token: return look_at_web_token(at);
      case What::basic: return look_at_basic(at);
      case What::bearer: return look_at_bearer(at);
      case What::docker_auth: return look_at_login(at + 1, "docker-registry-auth");
      case What::npm_auth: return look_at_login(at, "npm-registry-auth");
      case What::password_hash: return look_at_hash(at + 1);
      case What::kubernetes: return look_at_kubernetes(at);
    }
  }

  void judge_form(const SecretKind& kind, std::size_t begin, std::size_t size,
                  std::string_view name) {
    const std::string_view value = text_.substr(begin, size);
    if (entropy_of(value) < kind.least_entropy || is_example_value(value)) return;
    SecretCertainty certainty = kind.certainty;
    if (kind.has_right_checksum != nullptr && !kind.has_right_checksum(value)) {
      certainty = std::max(certainty, SecretCertainty::doubtful);
    }
    // Packages are published with all that is in them, and what opens something only together with
    // another text is meant to be.
    if (place_.is_of_package && certainty == SecretCertainty::likely) {
      certainty = SecretCertainty::example;
    }
    add(&kind, begin, size, name, fingerprint_of_value(kind.name, value), certainty);
  }

  void look_at_form(const TriggerUse& use, std::size_t at) {
    for (const TokenForm& form : use.forms) {
      if (at < form.literal_at()) continue;
      const std::size_t begin = at - form.literal_at();
      if (!begins_word(text_, begin)) continue;
      const std::size_t size = form.match(text_.substr(begin));
      if (size != 0) return judge_form(*use.kind, begin, size, {});
    }
  }

  void look_near(const TriggerUse& use, std::size_t at) {
    const std::optional<Assignment> assignment = assignment_around(text_, at, {});
    if (!assignment) return;
    for (const TokenForm& form : use.forms) {
      const std::size_t size = form.match(text_.substr(assignment->value_at));
      if (size == 0) continue;
      return judge_form(*use.kind, assignment->value_at, size, assignment->name);
    }
  }

  void look_at_armour(std::size_t at) {
    if (++keys_looked_at_ > max_keys_of_block) return leave_out();
    const std::optional<PrivateKey> key = armoured_key(text_.substr(at));
    if (!key) return;
    constexpr std::size_t back = 2048;
    const std::size_t from = at > back ? at - back : 0;
    const std::string_view before = text_.substr(from, at - from);
    const bool is_service_account =
        before.contains("\"service_account\"") && before.contains("\"private_key\"");
    add_value(is_service_account ? "google-service-account-key" : key->kind, at, key->size);
    // Packages bring the keys of their tests to wherever they lie.
    if (place_.is_of_package) found_.back().certainty = SecretCertainty::example;
  }

  void look_at_putty(std::size_t at) {
    if (++keys_looked_at_ > max_keys_of_block) return leave_out();
    const std::optional<PrivateKey> key = putty_key(text_.substr(at));
    if (key) add_value(key->kind, at, key->size);
  }

  void look_at_encoded_key(std::size_t at) {
    if (++keys_looked_at_ > max_keys_of_block) return leave_out();
    const std::string_view encoded = run_of(text_.substr(at, bytes_behind), is_base64);
    const std::optional<std::string> plain = decode_base64(encoded);
    if (!plain) return;
    const std::optional<PrivateKey> key = armoured_key(*plain);
    if (!key) return;
    add_value("encoded-private-key", at, encoded.size());
    found_.back().certainty =
        std::max(found_.back().certainty, find_secret_kind(key->kind)->certainty);
  }

  void look_at_address(std::size_t at) {
    if (leaves_passwords_out()) return;
    std::size_t begin = at;
    while (begin > 0 && at - begin < 16 &&
           (is_word(text_[begin - 1]) || text_[begin - 1] == '+' || text_[begin - 1] == '.')) {
      --begin;
    }
    const std::string scheme = lower(text_.substr(begin, at - begin));
    constexpr std::size_t longest_login = 256;
    const std::size_t login_at = at + 3;
    const std::string_view rest = text_.substr(login_at, longest_login);
    const std::size_t end = rest.find_first_of("/?# \t\r\n\"'`<>,;@|\\(){}[]");
    if (scheme.empty() || end == std::string_view::npos || rest[end] != '@') return;
    const std::size_t colon = rest.substr(0, end).find(':');
    if (colon == std::string_view::npos || colon + 1 == end) return;
    const std::string_view password = rest.substr(colon + 1, end - colon - 1);
    const std::string_view host = run_of(text_.substr(login_at + end + 1), [](char c) {
      return is_token(c) || c == '.' || c == '[' || c == '$' || c == '{';
    });
    if (host.empty() || host.contains("example.") || host.starts_with("host") ||
        refers_to_secret(password) || is_example_value(password) || password.contains('$') ||
        password.contains('%') || password.contains('*') || password.contains("...")) {
      return;
    }
    // In code words alone may name what is to be put in: "twilio://AccountSid:AuthToken@From".
    const std::string_view kind = kind_of_scheme(scheme);
    const bool is_named = place_.use == Use::code && is_words(password);
    if (is_named && kind == other_address) return;
    add_password(kind, login_at + colon + 1, password, {},
                 is_named ? SecretCertainty::doubtful : SecretCertainty::certain);
  }

  void look_at_web_token(std::size_t at) {
    if (!begins_word(text_, at)) return;
    const std::string_view rest = text_.substr(at, bytes_behind);
    const std::string_view header = run_of(rest, is_token);
    std::string_view after = rest.substr(header.size());
    if (!after.starts_with(".eyJ")) return;
    const std::string_view payload = run_of(after.substr(1), is_token);
    after = after.substr(1 + payload.size());
    if (!after.starts_with('.')) return;
    const std::string_view signature = run_of(after.substr(1), is_token);
    constexpr std::size_t shortest_signature = 20;
    if (signature.size() < shortest_signature || is_example_value(signature)) return;
    std::string header_text;
    std::string payload_text;
    const std::optional<json::Document> head = decoded_json(header, header_text);
    const std::optional<json::Document> claims = decoded_json(payload, payload_text);
    if (!head || !claims || json::text_of(head->root, "alg").empty()) return;
    const std::string_view issuer = json::text_of(claims->root, "iss");
    const std::string_view role = json::text_of(claims->root, "role");
    const std::size_t size = header.size() + payload.size() + signature.size() + 2;
    if (issuer == "supabase" && role == "anon") return;  // made to be public
    add_value(issuer.starts_with("kubernetes/serviceaccount")  ? "kubernetes-service-account-token"
              : issuer == "supabase" && role == "service_role" ? "supabase-service-role-key"
                                                               : "json-web-token",
              at, size);
    if (place_.is_of_package) found_.back().certainty = SecretCertainty::example;
  }

  // Whether an Authorization header, or a variable of that name, ends here.
  bool is_behind_authorization(std::size_t at) const {
    constexpr std::size_t back = 32;
    const std::size_t from = at > back ? at - back : 0;
    return lower(text_.substr(from, at - from)).contains("authorization");
  }

  void look_at_basic(std::size_t at) {
    if (leaves_passwords_out() || !is_behind_authorization(at)) return;
    const std::size_t begin = at + std::string_view("basic ").size();
    const std::string_view encoded = run_of(text_.substr(begin, 512), is_base64);
    if (!is_basic_credentials(encoded)) return;
    add_password("basic-credentials", begin, encoded, {}, SecretCertainty::likely);
  }

  void look_at_bearer(std::size_t at) {
    if (leaves_passwords_out() || !is_behind_authorization(at)) return;
    const std::size_t begin = at + std::string_view("bearer ").size();
    const std::string_view token = run_of(text_.substr(begin, longest_value), [](char c) {
      return is_token(c) || is_base64(c) || c == '.';
    });
    if (looks_drawn_at_random(token, 20, 3.5)) add_value("bearer-token", begin, token.size());
  }

  void look_at_login(std::size_t at, std::string_view kind) {
    if (leaves_passwords_out()) return;
    const std::optional<Assignment> assignment = assignment_around(text_, at, {});
    if (!assignment || !is_basic_credentials(assignment->value)) return;
    add_password(kind, assignment->value_at, assignment->value, assignment->name,
                 SecretCertainty::certain);
  }

  // NAME:HASH of /etc/shadow and .htpasswd.
  void look_at_hash(std::size_t at) {
    if (leaves_passwords_out()) return;
    const std::string_view hash =
        run_of(text_.substr(at, 512), [](char c) { return c > ' ' && c != ':' && c != '"'; });
    std::size_t begin = at - 1;
    while (begin > 0 && at - begin < longest_name && text_[begin - 1] != '\n') --begin;
    const std::string_view name = text_.substr(begin, at - 1 - begin);
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return is_token(c) || c == '.' || c == '@';
    });
    if (!is_name || !is_password_hash(hash) || is_example_value(hash)) return;
    add_password("password-hash", at, hash, name, SecretCertainty::doubtful);
  }

  // A manifest: under `data` the values are in Base64, under `stringData` as they are.
  void look_at_kubernetes(std::size_t at) {
    if (leaves_passwords_out() || (at > 0 && text_[at - 1] != '\n')) return;
    if (++keys_looked_at_ > max_keys_of_block) return leave_out();
    constexpr std::size_t back = 4096;
    const std::size_t from = at > back ? at - back : 0;
    const std::size_t mark = text_.substr(from, at - from).rfind("---\n");
    const std::size_t begin = mark == std::string_view::npos ? from : from + mark;
    const std::size_t end =
        std::min(text_.find("\n---", at), std::min(text_.size(), at + bytes_behind));
    bool is_encoded = false;
    bool is_data = false;
    for (std::size_t line_at = begin; line_at < end;) {
      const std::string_view line =
          text_.substr(line_at, std::min(text_.find('\n', line_at), end) - line_at);
      if (!line.empty() && !is_blank(line.front()) && line.front() != '#') {
        is_encoded = line.starts_with("data:");
        is_data = is_encoded || line.starts_with("stringData:");
      } else if (const std::size_t colon = line.find(": "); is_data && colon != line.npos) {
        take_kubernetes_value(trim(line.substr(0, colon)), trim(line.substr(colon + 2)),
                              is_encoded);
      }
      line_at += line.size() + 1;
    }
  }

  void take_kubernetes_value(std::string_view name, std::string_view value, bool is_encoded) {
    for (const char quote : {'"', '\''}) {
      if (value.size() >= 2 && value.front() == quote && value.back() == quote) {
        value = value.substr(1, value.size() - 2);
      }
    }
    if (value.empty() || value.size() > longest_value) return;
    const std::optional<std::string> plain =
        is_encoded ? decode_base64(value) : std::optional(std::string(value));
    constexpr std::size_t shortest = 4;
    // A user name or an address is in there, too: the name decides, unless the value looks drawn.
    if (!plain || plain->size() < shortest || refers_to_secret(*plain) ||
        is_example_value(*plain) ||
        (!written_secret(name, *plain) && !looks_drawn_at_random(*plain, 16, 3.5))) {
      return;
    }
    add_password("kubernetes-secret", static_cast<std::size_t>(value.data() - text_.data()), value,
                 name.substr(0, longest_name), SecretCertainty::likely);
  }

  void look_at_pgpass(std::size_t block_end) {
    constexpr std::size_t fields = 5;
    for (std::size_t at = block_; at < block_end;) {
      const std::size_t size = std::min(text_.find('\n', at), text_.size()) - at;
      const std::string_view line = trim(text_.substr(at, size));
      const std::vector<std::string_view> parts = split(line.substr(0, longest_value), ':');
      if (!line.starts_with('#') && parts.size() == fields && !refers_to_secret(parts.back())) {
        const auto begin = static_cast<std::size_t>(parts.back().data() - text_.data());
        add_password("pgpass-password", begin, parts.back(), parts[3], SecretCertainty::certain);
      }
      at += size + 1;
    }
  }

  // --- names

  // Passwords that people chose are looked for in what somebody put into the image himself.
  bool leaves_passwords_out() const {
    return place_.use != Use::credentials && (place_.is_of_package || place_.is_example);
  }
  bool searches_names() const {
    return content_ == Content::text && !leaves_passwords_out() && !place_.is_example;
  }

  void look_at_name(std::size_t at) {
    if (!searches_names() || at < last_name_end_) return;
    const std::optional<Assignment> assignment = assignment_around(
        text_, at,
        {.to_line_end = place_.has_values_to_line_end, .blank_assigns = place_.blank_assigns});
    if (!assignment || (place_.use == Use::settings && is_in_comment(at))) return;
    last_name_end_ =
        static_cast<std::size_t>(assignment->name.data() - text_.data()) + assignment->name.size();
    const std::string_view value = assignment->value;
    const std::optional<WrittenSecret> written = written_secret(assignment->name, value);
    if (!written || written->evidence == WrittenSecret::Evidence::value) return;
    const bool is_password = written->kind == "a password";
    if (!is_secret_value(*assignment, is_password)) return;
    const bool is_random = looks_drawn_at_random(value, 20, 3.5);
    const std::string_view kind = is_password ? "password" : "secret-value";
    const SecretCertainty certainty =
        place_.use == Use::code ? SecretCertainty::doubtful : SecretCertainty::likely;
    if (is_random && !is_password) {
      add_value(kind, assignment->value_at, value.size(), assignment->name);
      found_.back().certainty = std::max(found_.back().certainty, certainty);
    } else {
      add_password(kind, assignment->value_at, value, assignment->name, certainty);
    }
  }

  // Settings explain themselves with values that nobody has set.
  bool is_in_comment(std::size_t at) const {
    constexpr std::size_t back = 256;
    const std::size_t from = at > back ? at - back : 0;
    std::string_view before = text_.substr(from, at - from);
    before = trim(before.substr(before.rfind('\n') + 1));
    return before.starts_with('#') || before.starts_with(';') || before.starts_with("//") ||
           before.starts_with("<!--");
  }

  bool is_secret_value(const Assignment& assignment, bool is_password) const {
    const std::string_view value = assignment.value;
    constexpr std::size_t shortest = 4;
    // Versions, paths of templates, references.
    constexpr std::string_view begin_no_secret = "^~>=.%&*";
    if (value.size() < shortest || begin_no_secret.contains(value.front()) ||
        is_example_value(value) || is_type_word(value) || is_password_hash(value) ||
        value.find_first_of(" \t<>{}()$") != std::string_view::npos || value.contains("://")) {
      return false;
    }
    switch (place_.use) {
      case Use::credentials: return true;
      case Use::settings: return !is_words(value) && (is_password || value.size() >= 8);
      case Use::code:
        if (!assignment.is_quoted) return false;
        return is_password
                   ? value.size() >= 8 && !is_words(value) && looks_drawn_at_random(value, 8, 2.75)
                   : looks_drawn_at_random(value, 16, 3.7);
    }
    return false;
  }

  void leave_out() { is_left_out_ = true; }

  // --- the end

  // Of those that overlap the one that says most; of one value the first.
  std::vector<FoundSecret> chosen() {
    const auto rank = [](const FoundSecret& secret) {
      const bool has_form = !secret.kind->form.empty();
      const bool is_general =
          secret.kind->name == "password" || secret.kind->name == "secret-value";
      return std::tuple(is_general, secret.certainty, !has_form, secret.begin);
    };
    std::ranges::stable_sort(found_, {}, rank);
    std::vector<FoundSecret> out;
    std::set<std::pair<std::string_view, std::string>> values;
    for (FoundSecret& secret : found_) {
      const bool overlaps = std::ranges::any_of(out, [&](const FoundSecret& other) {
        return secret.begin < other.end && other.begin < secret.end;
      });
      if (overlaps) continue;
      const bool is_value = !secret.fingerprint.empty();
      if (is_value && !values.emplace(secret.kind->name, secret.fingerprint).second) continue;
      if (out.size() == max_secrets_of_file) {
        errors_.push_back(
            file_error(path_, concat("holds more than ", std::to_string(max_secrets_of_file),
                                     " secrets; the rest is left out")));
        break;
      }
      out.push_back(std::move(secret));
    }
    std::ranges::sort(out, {}, &FoundSecret::begin);
    found_.clear();
    give_places(out);
    return out;
  }

  // The second password of a name is another secret.
  void give_places(std::vector<FoundSecret>& secrets) const {
    std::map<std::pair<std::string_view, std::string>, std::size_t> count;
    for (FoundSecret& secret : secrets) {
      if (!secret.fingerprint.empty()) continue;
      const std::size_t before = count[{secret.kind->name, secret.name}]++;
      secret.fingerprint = fingerprint_of_place(
          secret.kind->name, path_,
          before == 0 ? secret.name : concat(secret.name, " ", std::to_string(before + 1)));
    }
  }

  const hs_database_t* database_;
  hs_scratch_t* scratch_ = nullptr;
  std::vector<Error> errors_;

  std::string path_;
  SecretPlace place_;
  Content content_ = Content::skipped;
  std::string buffer_;              // of the file, from `dropped_` on
  std::uint64_t dropped_ = 0;       // bytes of the file before the buffer
  std::size_t block_ = 0;           // where the block to search next begins in the buffer
  std::uint32_t lines_before_ = 0;  // line endings before the buffer
  std::vector<FoundSecret> found_;
  bool is_left_out_ = false;

  // Of the block that is being searched.
  std::string_view text_;
  std::vector<Hit> hits_;
  std::size_t counted_to_ = 0;
  std::uint32_t line_ = 1;
  std::size_t keys_looked_at_ = 0;
  std::size_t last_name_end_ = 0;
};

SecretScanner::SecretScanner() : search_(std::make_unique<Search>()) {}
SecretScanner::~SecretScanner() = default;
SecretScanner::SecretScanner(SecretScanner&&) noexcept = default;

void SecretScanner::begin(std::string_view path) {
  begin(path, SecretPlace::of(path));
}

void SecretScanner::begin(std::string_view path, const SecretPlace& place) {
  search_->begin(path, place);
}

void SecretScanner::push(std::string_view piece) {
  search_->push(piece);
}

bool SecretScanner::wants_more() const {
  return search_->wants_more();
}

std::vector<FoundSecret> SecretScanner::end() {
  return search_->end();
}

std::vector<Error> SecretScanner::take_errors() {
  return search_->take_errors();
}

void add_secrets(std::vector<FoundSecret> found, std::string_view path, Layer& layer) {
  for (FoundSecret& secret : found) {
    if (layer.secrets.size() == max_secrets) {
      const std::string message = concat("more than ", std::to_string(max_secrets),
                                         " secrets are in it; the rest is left out");
      if (layer.errors.empty() || layer.errors.back().message != message) {
        layer.errors.push_back({.message = message});
      }
      return;
    }
    layer.secrets.push_back({.kind = std::string(secret.kind->name),
                             .path = std::string(path),
                             .name = std::move(secret.name),
                             .fingerprint = std::move(secret.fingerprint),
                             .line = secret.line,
                             .certainty = secret.certainty});
  }
}

}  // namespace plimsoll::image
