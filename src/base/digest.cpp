// OpenSSL's own functions for one hash, which it would rather see replaced by EVP: those are as
// fast, and looking one up the first time takes a millisecond, a tenth of what a short run has.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/digest.h"

#include <openssl/sha.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll {

namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::size_t digits_of_digest = 64;

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace

static_assert(sha256_bytes == SHA256_DIGEST_LENGTH);

struct Sha256::Context {
  SHA256_CTX value{};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  SHA256_Init(&context_->value);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  SHA256_Update(&context_->value, bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::string bytes(sha256_bytes, '\0');
  SHA256_Final(reinterpret_cast<unsigned char*>(bytes.data()), &context_->value);
  return concat(prefix, hex_of(bytes));
}

std::string sha256_of(std::string_view text) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, text.data(), text.size());
  std::string out(sha256_bytes, '\0');
  SHA256_Final(reinterpret_cast<unsigned char*>(out.data()), &context);
  return out;
}

std::string sha256_hex(std::string_view text) {
  return hex_of(sha256_of(text));
}

bool is_digest(std::string_view text) {
  return text.size() == prefix.size() + digits_of_digest && text.starts_with(prefix) &&
         std::ranges::all_of(text.substr(prefix.size()), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace plimsoll
