// What the path of a file says about the secrets in it: in a file of settings each password counts,
// in the code of a package nearly none does, and among tests keys are made to be known.
#pragma once

#include <cstdint>
#include <string_view>

namespace plimsoll::image {

struct SecretPlace {
  enum class Use : std::uint8_t {
    code,         // or anything else: a password counts only where it looks drawn at random
    settings,     // .ini, .yaml, .properties: also one that a person chose
    credentials,  // .env, .netrc, .aws/credentials: made to hold them
  };
  Use use = Use::code;
  bool is_of_package = false;           // a distribution or a language's package manager brought it
  bool is_of_distribution = false;      // the former
  bool is_example = false;              // a test, an example, documentation, a translation
  bool has_values_to_line_end = false;  // NAME=value with nothing behind the value
  bool blank_assigns = false;           // "password hunter2", as .netrc has it
  bool is_pgpass = false;               // host:port:database:user:password

  static SecretPlace of(std::string_view path);
};

}  // namespace plimsoll::image
