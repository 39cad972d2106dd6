#include "base/file_digest.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/descriptor.h"
#include "base/digest.h"
#include "base/text.h"

namespace plimsoll {

Result<std::string> digest_of_file(const std::string& path) {
  const auto fail = [&](int error) {
    return failure({.message = lower(std::generic_category().message(error)), .file = path});
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) return fail(errno);
  std::string piece(std::size_t{1} << 18, '\0');
  Sha256 hash;
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno);
    if (got == 0) return hash.finish();
    hash.update(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
  }
}

}  // namespace plimsoll
