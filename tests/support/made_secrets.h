// Values of the forms that secrets have, drawn at random: no value that could be somebody's stands
// in the repository.
#pragma once

#include <random>
#include <string>
#include <string_view>

#include "image/secrets/secret_kinds.h"
#include "image/secrets/token_form.h"
#include "image/secrets/value_checks.h"

namespace plimsoll::test {

class MadeSecrets {
 public:
  // A value of the form with its parts as short as they may be, and so many characters of the last
  // part that must not be empty left away.
  std::string value_of(const image::TokenForm& form, std::size_t short_by = 0) {
    std::size_t last = form.parts().size();
    while (form.parts()[last - 1].least == 0) --last;
    std::string out;
    for (std::size_t i = 0; i < form.parts().size(); ++i) {
      const image::TokenForm::Part& part = form.parts()[i];
      const std::size_t count = part.least - (i + 1 == last ? short_by : 0);
      for (std::size_t n = 0; n < count; ++n) out += one_of(part);
    }
    return out;
  }

  // A value of the kind that passes its checks.
  std::string value_of(const image::SecretKind& kind, const image::TokenForm& form,
                       std::size_t short_by = 0) {
    for (;;) {
      std::string value = value_of(form, short_by);
      if (kind.has_right_checksum != nullptr) value = with_checksum(value);
      const bool is_good =
          image::entropy_of(value) >= kind.least_entropy + 0.1 && !image::is_example_value(value);
      if (is_good || ++tries_ % 1000 == 0) return value;
    }
  }

  // Of the kind's first form.
  std::string value_of(std::string_view kind) {
    const image::SecretKind* const found = image::find_secret_kind(kind);
    return value_of(*found, image::TokenForm::parse(found->form)->front());
  }

  std::string text_of(std::string_view alphabet, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += alphabet[random_() % alphabet.size()];
    return out;
  }

  // What ends tokens of GitHub and npm; written again here, bit by bit.
  static std::string with_checksum(const std::string& token) {
    constexpr std::string_view digits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const std::size_t begin = token.rfind('_') + 1;
    std::uint32_t crc = 0xFFFFFFFF;
    for (std::size_t i = begin; i + 6 < token.size(); ++i) {
      crc ^= static_cast<unsigned char>(token[i]);
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    crc ^= 0xFFFFFFFF;
    std::string out = token;
    for (std::size_t i = 1; i <= 6; ++i, crc /= 62) out[out.size() - i] = digits[crc % 62];
    return out;
  }

 private:
  char one_of(const image::TokenForm::Part& part) {
    for (;;) {
      const std::size_t c = random_() % 128;
      if (part.allowed.test(c)) return static_cast<char>(c);
    }
  }

  std::mt19937 random_{20260101};
  std::size_t tries_ = 0;
};

}  // namespace plimsoll::test
