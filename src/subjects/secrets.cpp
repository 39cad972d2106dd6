#include "subjects/secrets.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>

#include "base/text.h"

namespace plimsoll {
namespace {

// --- names
// ----------------------------------------------------------------------------------------

// A name longer than this, or of more words, is no variable that a person named.
constexpr std::size_t max_name = 256;
constexpr std::size_t max_words = 32;

struct Words {
  std::array<std::string_view, max_words> items{};
  std::size_t size = 0;

  std::span<const std::string_view> all() const { return {items.data(), size}; }
};

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// Cuts a name at everything that is no letter or digit and at the humps of camelCase:
// "dbPassword_2" gives "db", "Password", "2". Words of capitals stay whole ("APIKey" gives "API",
// "Key").
Words words_of(std::string_view name) {
  Words words;
  std::size_t begin = 0;
  const auto flush = [&](std::size_t end) {
    if (end > begin && words.size < max_words) {
      words.items[words.size++] = name.substr(begin, end - begin);
    }
    begin = end;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_alpha(c) && !is_digit(c)) {
      flush(i);
      begin = i + 1;
      continue;
    }
    if (i == begin || !is_upper(c)) continue;
    const bool after_lower = is_alpha(name[i - 1]) && !is_upper(name[i - 1]);
    const bool starts_word = is_upper(name[i - 1]) && i + 1 < name.size() &&
                             is_alpha(name[i + 1]) && !is_upper(name[i + 1]);
    if (after_lower || starts_word) flush(i);
  }
  flush(name.size());
  return words;
}

template <std::size_t Size>
bool one_of(std::string_view word, const std::array<std::string_view, Size>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Words that are secrets by themselves.
constexpr std::array<std::string_view, 13> secret_words = {
    "password", "passwords",  "passwd",      "pword",  "passphrase", "passcode", "secret",
    "secrets",  "credential", "credentials", "apikey", "token",      "htpasswd"};
// The same, alone or run together with the word before: PGPASSWORD, clientsecret, AUTHTOKEN.
constexpr std::array<std::string_view, 10> secret_endings = {
    "password",   "passwd",    "secret",  "token",         "apikey",
    "privatekey", "secretkey", "authkey", "encryptionkey", "passphrase"};
// Words that make a secret of a `key` after them. `access` is not among them: an access key id is
// the user name of its pair, and the other half has a name of its own. Nor is `gpg`: official
// images hold the fingerprints of public keys in GPG_KEY.
constexpr std::array<std::string_view, 22> key_kinds = {
    "api",    "private", "secret",  "encryption", "encrypt", "crypt",  "crypto", "signing",
    "master", "auth",    "jwt",     "fernet",     "session", "cookie", "hmac",   "aes",
    "shared", "app",     "account", "storage",    "nonce",   "deploy"};
// Words after the secret word that turn the name into one about the secret.
constexpr std::array<std::string_view, 123> words_about = {"file",
                                                           "files",
                                                           "path",
                                                           "paths",
                                                           "dir",
                                                           "directory",
                                                           "folder",
                                                           "url",
                                                           "urls",
                                                           "uri",
                                                           "host",
                                                           "hostname",
                                                           "port",
                                                           "name",
                                                           "names",
                                                           "version",
                                                           "expiry",
                                                           "expire",
                                                           "expires",
                                                           "expiration",
                                                           "ttl",
                                                           "timeout",
                                                           "lifetime",
                                                           "duration",
                                                           "validity",
                                                           "valid",
                                                           "length",
                                                           "len",
                                                           "size",
                                                           "min",
                                                           "max",
                                                           "count",
                                                           "limit",
                                                           "limits",
                                                           "policy",
                                                           "type",
                                                           "types",
                                                           "algorithm",
                                                           "alg",
                                                           "algo",
                                                           "method",
                                                           "methods",
                                                           "mode",
                                                           "enabled",
                                                           "enable",
                                                           "disabled",
                                                           "disable",
                                                           "required",
                                                           "require",
                                                           "id",
                                                           "ids",
                                                           "header",
                                                           "headers",
                                                           "prefix",
                                                           "suffix",
                                                           "issuer",
                                                           "audience",
                                                           "format",
                                                           "field",
                                                           "location",
                                                           "provider",
                                                           "manager",
                                                           "store",
                                                           "backend",
                                                           "backends",
                                                           "endpoint",
                                                           "endpoints",
                                                           "strategy",
                                                           "rotation",
                                                           "rotate",
                                                           "hash",
                                                           "hashed",
                                                           "hasher",
                                                           "hashing",
                                                           "hashers",
                                                           "user",
                                                           "username",
                                                           "email",
                                                           "engine",
                                                           "class",
                                                           "driver",
                                                           "server",
                                                           "scope",
                                                           "scopes",
                                                           "role",
                                                           "domain",
                                                           "realm",
                                                           "reset",
                                                           "template",
                                                           "age",
                                                           "days",
                                                           "hours",
                                                           "minutes",
                                                           "seconds",
                                                           "sec",
                                                           "secs",
                                                           "ms",
                                                           "interval",
                                                           "placeholder",
                                                           "pattern",
                                                           "regex",
                                                           "digest",
                                                           "checksum",
                                                           "fingerprint",
                                                           "env",
                                                           "authentication",
                                                           "authenticator",
                                                           "encryption",
                                                           "encrypted",
                                                           "cache",
                                                           "helper",
                                                           "converter",
                                                           "login",
                                                           "plugin",
                                                           "strength",
                                                           "complexity",
                                                           "history",
                                                           "hook",
                                                           "topic",
                                                           "table",
                                                           "column",
                                                           "model",
                                                           "attribute"};
// Words anywhere in the name that say that the value is meant to be known.
constexpr std::array<std::string_view, 4> public_words = {"public", "publishable", "pub", "pubkey"};

std::string_view without_digits(std::string_view word) {
  while (word.size() > 1 && is_digit(word.back())) word.remove_suffix(1);
  return word;
}

// Where the last word of a secret ends in the name's words, or 0 when there is none. `lowered`
// holds the words in lower case.
std::size_t secret_end(std::span<const std::string_view> words) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = without_digits(words[i]);
    const bool last = i + 1 == words.size();
    const std::string_view before = i > 0 ? words[i - 1] : std::string_view();
    const bool by_itself = one_of(word, secret_words);
    const bool by_ending =
        std::any_of(secret_endings.begin(), secret_endings.end(),
                    [&](std::string_view ending) { return word.ends_with(ending); });
    // DB_PASS and DB_PWD, but neither PWD nor OLDPWD, which the shell sets.
    const bool short_form = last && (word == "pass" || (word == "pwd" && i > 0));
    const bool key = word == "key" && one_of(before, key_kinds);
    const bool salt =
        word == "salt" && (before == "auth" || before == "nonce" || before == "password");
    if (by_itself || by_ending || short_form || key || salt) end = i + 1;
  }
  return end;
}

enum class NameKind : unsigned char {
  none,
  secret,
  password,  // may consist of digits alone
  auth,      // NEO4J_AUTH: a secret only when the value has the form user/password
};

// Whether some part of the name could make it a secret's; most names end here, without an
// allocation.
bool is_worth_a_look(std::string_view name) {
  constexpr std::array<std::string_view, 9> parts = {"pass", "pwd",  "pword", "secret", "token",
                                                     "key",  "cred", "auth",  "salt"};
  // A bit for each pair of letters that a part starts with.
  static constexpr auto starts = [] {
    struct {
      std::array<unsigned char, 256> first{};
      std::array<unsigned char, 256> second{};
    } bits;
    unsigned bit = 1;
    for (const std::string_view pair : {"pa", "pw", "se", "to", "ke", "cr", "au", "sa"}) {
      for (const int to_capital : {0, 'A' - 'a'}) {
        bits.first[static_cast<unsigned char>(pair[0] + to_capital)] |= bit;
        bits.second[static_cast<unsigned char>(pair[1] + to_capital)] |= bit;
      }
      bit <<= 1;
    }
    return bits;
  }();
  for (std::size_t i = 0; i + 3 <= name.size(); ++i) {
    if ((starts.first[static_cast<unsigned char>(name[i])] &
         starts.second[static_cast<unsigned char>(name[i + 1])]) == 0) {
      continue;
    }
    const char first = to_lower(name[i]);
    const char second = to_lower(name[i + 1]);
    for (const std::string_view part : parts) {
      if (part[0] == first && part[1] == second &&
          equal_ignoring_case(name.substr(i, part.size()), part)) {
        return true;
      }
    }
  }
  return false;
}

NameKind kind_of_name(std::string_view name) {
  if (name.empty() || name.size() > max_name || !is_worth_a_look(name)) return NameKind::none;
  Words words = words_of(name);
  std::string lowered;
  lowered.reserve(name.size());
  for (std::string_view word : words.all()) lowered += lower(word);
  std::size_t offset = 0;
  for (std::size_t i = 0; i < words.size; ++i) {
    const std::size_t size = words.items[i].size();
    words.items[i] = std::string_view(lowered).substr(offset, size);
    offset += size;
  }
  const std::span<const std::string_view> all = words.all();
  if (std::any_of(all.begin(), all.end(),
                  [](std::string_view word) { return one_of(word, public_words); })) {
    return NameKind::none;
  }
  const std::size_t end = secret_end(all);
  if (end == 0) return !all.empty() && all.back() == "auth" ? NameKind::auth : NameKind::none;
  const std::span<const std::string_view> after = all.subspan(end);
  if (std::any_of(after.begin(), after.end(),
                  [](std::string_view word) { return one_of(word, words_about); })) {
    return NameKind::none;
  }
  const std::string_view word = all[end - 1];
  return word.contains("pass") || word.starts_with("pwd") || word == "pword" ? NameKind::password
                                                                             : NameKind::secret;
}

// --- values
// ---------------------------------------------------------------------------------------

constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}
constexpr bool is_upper_or_digit(char c) {
  return is_upper(c) || is_digit(c);
}
constexpr bool is_token_char(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

constexpr std::array<bool, 256> token_chars = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = is_token_char(static_cast<char>(c));
  return table;
}();

template <class Predicate>
std::size_t run_length(std::string_view text, Predicate predicate) {
  std::size_t length = 0;
  while (length < text.size() && predicate(text[length])) ++length;
  return length;
}

struct TokenForm {
  std::string_view prefix;
  std::size_t minimum;  // characters after the prefix
  std::size_t maximum;  // 0: no bound
  bool (*allowed)(char);
  std::string_view kind;
};

constexpr bool alnum(char c) {
  return is_alnum(c);
}
constexpr bool upper_or_digit(char c) {
  return is_upper_or_digit(c);
}
constexpr bool token_char(char c) {
  return is_token_char(c);
}
constexpr bool dotted(char c) {
  return is_token_char(c) || c == '.';
}

// Prefixes and lengths from the issuers' own pages: GitHub "About authentication to GitHub", GitLab
// "Token prefixes", AWS IAM "Unique identifiers", Slack "Token types", npm "About access tokens",
// Stripe "API keys", Google API keys, SendGrid API keys, Docker "Personal access tokens".
constexpr TokenForm token_forms[] = {
    {"AKIA", 16, 16, upper_or_digit, "an AWS access key"},
    {"ASIA", 16, 16, upper_or_digit, "an AWS access key"},
    {"ghp_", 36, 0, alnum, "a GitHub token"},
    {"gho_", 36, 0, alnum, "a GitHub token"},
    {"ghu_", 36, 0, alnum, "a GitHub token"},
    {"ghs_", 36, 0, alnum, "a GitHub token"},
    {"ghr_", 36, 0, alnum, "a GitHub token"},
    {"github_pat_", 40, 0, token_char, "a GitHub token"},
    {"glpat-", 20, 0, token_char, "a GitLab token"},
    {"xoxb-", 20, 0, token_char, "a Slack token"},
    {"xoxp-", 20, 0, token_char, "a Slack token"},
    {"xoxa-", 20, 0, token_char, "a Slack token"},
    {"xoxr-", 20, 0, token_char, "a Slack token"},
    {"xoxs-", 20, 0, token_char, "a Slack token"},
    {"npm_", 36, 36, alnum, "an npm token"},
    {"sk_live_", 20, 0, alnum, "a Stripe key"},
    {"rk_live_", 20, 0, alnum, "a Stripe key"},
    {"AIza", 35, 35, token_char, "a Google API key"},
    {"SG.", 60, 70, dotted, "a SendGrid key"},
    {"dckr_pat_", 20, 0, token_char, "a Docker access token"},
};

// No token is one shorter word; the dots of `SG.` and of a JSON web token end a word.
constexpr std::size_t shortest_token = 20;
static_assert(std::ranges::all_of(token_forms, [](const TokenForm& form) {
  return form.allowed == dotted || form.prefix.size() + form.minimum >= shortest_token;
}));

// Which bytes stand first in a token, and which stand second: each form has a bit of its own, so
// that one look at two bytes rules out nearly every word of a text. The last bit is for `eyJ`.
struct FormStarts {
  std::array<std::uint32_t, 256> first{};
  std::array<std::uint32_t, 256> second{};

  consteval FormStarts() {
    static_assert(std::size(token_forms) + 1 <= 32);
    std::uint32_t bit = 1;
    const auto add = [&](char a, char b) {
      first[static_cast<unsigned char>(a)] |= bit;
      second[static_cast<unsigned char>(b)] |= bit;
      bit <<= 1;
    };
    for (const TokenForm& form : token_forms) add(form.prefix[0], form.prefix[1]);
    add('e', 'y');
  }
};
constexpr FormStarts form_starts;

constexpr bool may_start_form(char a, char b) {
  return (form_starts.first[static_cast<unsigned char>(a)] &
          form_starts.second[static_cast<unsigned char>(b)]) != 0;
}

// The text after a prefix that is a token, or 0.
std::size_t token_size(const TokenForm& form, std::string_view text) {
  if (!text.starts_with(form.prefix)) return 0;
  const std::string_view rest = text.substr(form.prefix.size());
  const std::size_t length = run_length(rest, form.allowed);
  if (length < form.minimum || (form.maximum != 0 && length > form.maximum)) return 0;
  // AWS prints its examples with this ending; nobody holds such a key.
  if (rest.substr(0, length).ends_with("EXAMPLE")) return 0;
  return form.prefix.size() + length;
}

// header.payload.signature, the first two Base64 of `{"…`. An `alg: none` token has no signature
// and opens nothing.
std::size_t jwt_size(std::string_view text) {
  if (!text.starts_with("eyJ")) return 0;
  const std::size_t header = run_length(text, token_char);
  if (!text.substr(header).starts_with(".eyJ")) return 0;
  const std::size_t payload = run_length(text.substr(header + 1), token_char);
  const std::size_t dot = header + 1 + payload;
  if (dot >= text.size() || text[dot] != '.') return 0;
  const std::size_t signature = run_length(text.substr(dot + 1), token_char);
  return signature >= 20 ? dot + 1 + signature : 0;
}

// -----BEGIN … PRIVATE KEY-----, with real key text after it.
std::size_t private_key_size(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ";
  if (!text.starts_with(begin)) return 0;
  const std::string_view head = text.substr(0, 64);
  const std::size_t end = head.find("PRIVATE KEY-----");
  return end == std::string_view::npos ? 0 : end + 16;
}

// Words that documentation puts where a password goes; a URL with one of them is a pattern to fill
// in.
constexpr std::array<std::string_view, 7> url_blanks = {"...",        "***",        "xxx", "xxxx",
                                                        "[password]", "<password>", "****"};

// What stands between `://` and `@` when it holds a password: "user:password". `text` starts after
// the scheme's slashes. 0 when there is none.
std::size_t userinfo_size(std::string_view text) {
  const std::size_t end = text.substr(0, 512).find_first_of("/?# \t\r\n\"'`<>,;@");
  if (end == std::string_view::npos || text[end] != '@') return 0;
  const std::string_view userinfo = text.substr(0, end);
  const std::size_t colon = userinfo.find(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view password = userinfo.substr(colon + 1);
  if (password.empty() || refers_to_secret(password) || one_of(password, url_blanks)) return 0;
  return end;
}

// vault:…, op://…, arn:aws:secretsmanager:…: where a secret lies, not the secret.
constexpr std::array<std::string_view, 16> reference_prefixes = {
    "vault:",   "op://",     "ssm:",  "awssm:", "aws-sm:", "gcpsm:",   "sm://", "secret:",
    "secrets:", "keyvault:", "file:", "env:",   "sops:",   "doppler:", "bao:",  "secretref+"};

constexpr std::array<std::string_view, 17> switches = {
    "true", "false", "yes",       "no",      "on",       "off",      "0",        "1",      "none",
    "null", "nil",   "undefined", "enabled", "disabled", "required", "optional", "default"};

bool is_switch(std::string_view value) {
  return std::any_of(switches.begin(), switches.end(),
                     [&](std::string_view word) { return equal_ignoring_case(value, word); });
}

// 3600, 15m, 24h, 7d, 1.5: a number, with a unit or without.
bool is_quantity(std::string_view value) {
  const std::size_t digits = run_length(value, [](char c) { return is_digit(c) || c == '.'; });
  return digits > 0 && value.size() - digits <= 2 && run_length(value.substr(digits), [](char c) {
                                                       return is_alpha(c);
                                                     }) == value.size() - digits;
}

// /run/secrets/db, ./key.pem, ~/.ssh/id, C:\key: but not Base64 that happens to start with a slash.
bool is_path(std::string_view value) {
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/")) return true;
  if (value.size() > 3 && is_alpha(value[0]) && value[1] == ':' && value[2] == '\\') return true;
  if (!value.starts_with('/') || value.size() < 2) return false;
  return value.find_first_of("+= \t\n") == std::string_view::npos;
}

bool is_url(std::string_view value) {
  const std::size_t scheme =
      run_length(value, [](char c) { return is_alnum(c) || c == '+' || c == '.' || c == '-'; });
  return scheme > 0 && scheme < 20 && value.substr(scheme).starts_with("://");
}

bool user_and_password(std::string_view value) {
  const std::size_t cut = value.find_first_of(":/");
  return cut != std::string_view::npos && cut > 0 && cut + 1 < value.size();
}

}  // namespace

bool secret_name(std::string_view name) {
  const NameKind kind = kind_of_name(name);
  return kind == NameKind::secret || kind == NameKind::password;
}

bool refers_to_secret(std::string_view value) {
  value = trim(value);
  if (value.empty()) return true;
  // $X, ${X}, $(cmd), {{ x }}, <your password>, %(x)s, __X__, @x@
  if (value.starts_with("${") || value.starts_with("$(") || value.starts_with("{{") ||
      value.starts_with("%(") || value.starts_with("{DOCKER-SECRET:")) {
    return true;
  }
  if (value.size() > 1 && value.front() == '$' && (is_alpha(value[1]) || value[1] == '_') &&
      run_length(value.substr(1), [](char c) { return is_alnum(c) || c == '_'; }) ==
          value.size() - 1) {
    return true;
  }
  if (value.size() > 2 && ((value.front() == '<' && value.back() == '>') ||
                           (value.front() == '@' && value.back() == '@'))) {
    return true;
  }
  // [YOUR_OWN_VALUE], but no list
  if (value.size() > 2 && value.front() == '[' && value.back() == ']' &&
      run_length(value.substr(1), [](char c) { return is_alpha(c) || c == '_' || c == ' '; }) ==
          value.size() - 2) {
    return true;
  }
  if (value.size() > 4 && value.starts_with("__") && value.ends_with("__")) return true;
  if (value.starts_with("arn:") || is_path(value)) return true;
  return std::any_of(reference_prefixes.begin(), reference_prefixes.end(),
                     [&](std::string_view prefix) { return value.starts_with(prefix); });
}

namespace {

// The token that a text starts with.
std::optional<SecretForm> leading_token(std::string_view text) {
  if (text.front() == 'e') {
    const std::size_t size = jwt_size(text);
    return size != 0 ? std::optional(SecretForm{0, size, "a JSON web token"}) : std::nullopt;
  }
  for (const TokenForm& form : token_forms) {
    if (form.prefix.front() != text.front()) continue;
    if (const std::size_t size = token_size(form, text); size != 0) {
      return SecretForm{0, size, form.kind};
    }
  }
  return std::nullopt;
}

// Goes from word to word, a word being what tokens are made of: a token starts at the beginning of
// one, a private key ends one with `-----BEGIN`, and a URL's password stands behind one and `://`.
std::optional<SecretForm> search_secret_form(std::string_view text) {
  constexpr std::string_view key_begin = "-----BEGIN";
  const auto in_token = [](char c) { return token_chars[static_cast<unsigned char>(c)]; };
  std::size_t i = 0;
  while (i < text.size()) {
    if (!in_token(text[i])) {
      if (text[i] == ':' && i > 0 && is_alnum(text[i - 1]) && text.substr(i).starts_with("://")) {
        const std::size_t length = userinfo_size(text.substr(i + 3));
        if (length != 0) return SecretForm{i + 3, length, "a URL with a password"};
      }
      ++i;
      continue;
    }
    const std::size_t begin = i;
    do ++i;
    while (i < text.size() && in_token(text[i]));
    const std::size_t size = i - begin;
    const bool dotted_on = i < text.size() && text[i] == '.';
    if ((size >= shortest_token || dotted_on) && size >= 2 &&
        may_start_form(text[begin], text[begin + 1])) {
      if (std::optional<SecretForm> token = leading_token(text.substr(begin))) {
        token->begin = begin;
        return token;
      }
    }
    if (size >= key_begin.size() && text.substr(0, i).ends_with(key_begin)) {
      const std::size_t start = i - key_begin.size();
      const std::size_t length = private_key_size(text.substr(start));
      if (length != 0) return SecretForm{start, length, "a private key"};
    }
  }
  return std::nullopt;
}

// Whether a text has none of what a form cannot be without: a long word that starts like a token or
// stands behind a dot, or the marks of the other forms. Every twentieth byte is enough to see each
// long word.
bool holds_no_form(std::string_view text) {
  if (text.contains('@') || text.contains("PRIVATE KEY-----") || text.contains("SG.")) return false;
  const auto in_token = [text](std::size_t i) {
    return token_chars[static_cast<unsigned char>(text[i])];
  };
  for (std::size_t at = shortest_token - 1; at < text.size(); at += shortest_token) {
    if (!in_token(at)) continue;
    std::size_t begin = at;
    while (begin > 0 && in_token(begin - 1)) --begin;
    std::size_t end = at + 1;
    while (end < text.size() && in_token(end)) ++end;
    at = end;
    if (end - begin < shortest_token) continue;
    if (may_start_form(text[begin], text[begin + 1]) || (begin > 0 && text[begin - 1] == '.')) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<SecretForm> find_secret_form(std::string_view text) {
  return holds_no_form(text) ? std::nullopt : search_secret_form(text);
}

std::optional<WrittenSecret> written_secret(std::string_view name, std::string_view value) {
  if (const std::optional<SecretForm> form = find_secret_form(value)) {
    return WrittenSecret{WrittenSecret::Evidence::value, form->kind};
  }
  const NameKind kind = kind_of_name(name);
  if (kind == NameKind::none) return std::nullopt;
  const std::string_view trimmed = trim(value);
  if (refers_to_secret(trimmed) || is_switch(trimmed) || is_url(trimmed)) return std::nullopt;
  if (kind == NameKind::auth && !user_and_password(trimmed)) return std::nullopt;
  // A password may be a number ("123456"); a token or a secret that is one is a count or a time.
  if (is_quantity(trimmed) && (kind != NameKind::password || trimmed.size() < 4))
    return std::nullopt;
  return WrittenSecret{WrittenSecret::Evidence::name,
                       kind == NameKind::password ? "a password" : "a secret"};
}

}  // namespace plimsoll
