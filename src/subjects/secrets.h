// Is this variable a secret written down? Two kinds of evidence are looked at:
//
//   its name    DB_PASSWORD, apiKey, JWT_SECRET: the words of the name are looked at, never its
//   letters,
//               so that libcrypto3, GOPASS_VERSION, TOKENIZER and access.log are no secrets. A name
//               whose last words speak about the secret instead of holding it (…_FILE, …_URL,
//               …_EXPIRY) is none.
//   its value   AKIA…, ghp_…, a PEM private key, a JWT, scheme://user:password@host: forms that
//   mean a
//               credential whatever the name is. The forms are the ones that their issuers
//               document.
//
// A value that only points at a secret (a path, `${X}`, op://…), switches something (true, no), or
// is empty, is never one. `changeme` is one: whoever reads the file knows the password.
//
// Nothing here keeps or prints a value; `kind` is always one of this file's own words.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace plimsoll {

// Whether the name of a variable, an argument or a label says that its value is a secret.
bool secret_name(std::string_view name);

// A credential of a well-known form inside a text: where it begins, how long it is, and what it is
// ("a GitHub token"). The first one; linear in the text.
struct SecretForm {
  std::size_t begin = 0;
  std::size_t size = 0;
  std::string_view kind;
};
std::optional<SecretForm> find_secret_form(std::string_view text);

// Whether a value only stands for a secret: a placeholder, a path, a reference into a vault. Such a
// value may be written anywhere.
bool refers_to_secret(std::string_view value);

struct WrittenSecret {
  enum class Evidence : unsigned char { name, value };
  Evidence evidence = Evidence::name;
  std::string_view kind;  // "a GitHub token"; "a secret" when only the name says so
};

// Whether `name=value`, as literally written, holds a secret. The value must be resolved:
// interpolation is the caller's business.
std::optional<WrittenSecret> written_secret(std::string_view name, std::string_view value);

}  // namespace plimsoll
