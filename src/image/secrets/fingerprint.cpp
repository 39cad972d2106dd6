#include "image/secrets/fingerprint.h"

#include "base/digest.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view separator("\0", 1);
constexpr std::size_t prefix_size = 7;  // "sha256:"
constexpr std::size_t shown_digits = 16;

std::string hash_of(std::initializer_list<std::string_view> parts) {
  Sha256 hash;
  for (const std::string_view part : parts) {
    hash.update(part);
    hash.update(separator);
  }
  return hash.finish().substr(prefix_size, shown_digits);
}

}  // namespace

std::string fingerprint_of_value(std::string_view kind, std::string_view value) {
  return hash_of({"plimsoll secret value", kind, value});
}

std::string fingerprint_of_place(std::string_view kind, std::string_view path,
                                 std::string_view name) {
  return hash_of({"plimsoll secret place", kind, path, name});
}

}  // namespace plimsoll::image
