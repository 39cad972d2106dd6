#include "advisories/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

Handle<BIO> text_bio(std::string_view text) {
  return Handle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A key with a passphrase is not asked for one.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

bool is_ed25519(const EVP_PKEY* key) {
  return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

}  // namespace

Result<std::string> sign(std::string_view text, std::string_view key_pem) {
  const Handle<BIO> bio = text_bio(key_pem);
  const Handle<EVP_PKEY> key(
      bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!is_ed25519(key.get())) {
    return failure({.message = "holds no private Ed25519 key without a passphrase",
                    .hint = "openssl genpkey -algorithm ed25519 makes one"});
  }
  const Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t size = 0;
  std::string signature;
  const bool signs =
      context != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1;
  signature.resize(size);
  if (!signs || EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                               &size, bytes_of(text), text.size()) != 1) {
    return failure({.message = "OpenSSL could not sign"});
  }
  signature.resize(size);
  return signature;
}

Result<bool> is_signed_by(std::string_view text, std::string_view signature,
                          std::string_view keys_pem) {
  const Handle<BIO> bio = text_bio(keys_pem);
  bool has_key = false;
  while (bio) {
    const Handle<EVP_PKEY> key(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key) break;
    if (!is_ed25519(key.get())) continue;
    has_key = true;
    const Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
    if (context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                         text.size()) == 1) {
      ERR_clear_error();
      return true;
    }
  }
  // The end of the keys is an error to OpenSSL, and so is a signature of another.
  ERR_clear_error();
  if (!has_key) {
    return failure({.message = "holds no public Ed25519 key",
                    .hint = "openssl pkey -in db.key -pubout writes it"});
  }
  return false;
}

}  // namespace plimsoll::advisories
