#include "support/repository.h"

namespace plimsoll::test {

std::string source_path(const std::string& path) {
  return PLIMSOLL_SOURCE_DIR "/" + path;
}
std::string program_path() {
  return PLIMSOLL_BINARY_DIR "/bin/plimsoll";
}

}  // namespace plimsoll::test
