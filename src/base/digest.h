// SHA-256 of a stream, by the processor's own instructions where OpenSSL finds them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace plimsoll {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // "sha256:" and 64 hexadecimal digits, of all bytes until now; nothing may follow.
  std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

inline constexpr std::size_t sha256_bytes = 32;
// Of one text, as bytes, and as 64 hexadecimal digits.
std::string sha256_of(std::string_view text);
std::string sha256_hex(std::string_view text);

// "sha256:" and 64 lower-case hexadecimal digits: the only form that OCI registers and everybody
// uses. It can stand in a path.
bool is_digest(std::string_view text);

}  // namespace plimsoll
