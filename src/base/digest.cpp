#include "base/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <new>
#include <span>

namespace plimsoll {

namespace {

constexpr std::string_view prefix = "sha256:";
constexpr std::size_t digits_of_digest = 64;

// Fetching costs more than a small hash, so it is done once; it lives as long as the process.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* value = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(value); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  // Both fail for want of memory alone.
  if (context_->value == nullptr || EVP_DigestInit_ex2(context_->value, algorithm(), nullptr) != 1)
    throw std::bad_alloc();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(context_->value, bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_->value, bytes.data(), &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(prefix);
  for (const unsigned char byte : std::span(bytes).first(size)) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string sha256_of(std::string_view text) {
  std::string out(sha256_bytes, '\0');
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), &size,
                 algorithm(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return out;
}

bool is_digest(std::string_view text) {
  return text.size() == prefix.size() + digits_of_digest && text.starts_with(prefix) &&
         std::ranges::all_of(text.substr(prefix.size()), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace plimsoll
