// The few bytes without which a text holds no secret of a kind: "ghp_", "datadog", "-----BEGIN".
// All of them are looked for at once, by vectorscan at some GB a second, and only where one stands
// the text is looked at closely.
//
// The database that vectorscan searches with takes it some 10 ms to compile, as long as a small
// image takes to read; so the build compiles it (secret_database.cmake), and the program only loads
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "image/secrets/secret_kind.h"
#include "image/secrets/token_form.h"

namespace plimsoll::image {

struct TriggerUse {
  enum class What : std::uint8_t {
    form,           // a token that speaks for itself
    near,           // a word in the name of a variable, whose value may have a form
    name,           // a word that names of secrets have
    armour,         // -----BEGIN
    putty,          // PuTTY-User-Key-File
    encoded_key,    // -----BEGIN in Base64
    address,        // ://
    web_token,      // eyJ
    basic,          // Basic of an HTTP header
    bearer,         // Bearer of an HTTP header
    docker_auth,    // "auth" of .docker/config.json
    npm_auth,       // _auth of .npmrc
    password_hash,  // :$6$
    kubernetes,     // kind: Secret
  };
  What what = What::form;
  const SecretKind* kind = nullptr;  // of form and near
  std::vector<TokenForm> forms;      // likewise: those of the kind that the literal is of
};

struct Trigger {
  std::string literal;
  bool ignores_case = false;
  std::vector<TriggerUse> uses;
};

// In the order of their numbers in the database.
const std::vector<Trigger>& triggers();

inline constexpr std::size_t longest_trigger = 64;

}  // namespace plimsoll::image
