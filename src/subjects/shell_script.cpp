#include "subjects/shell_script.h"

#include "base/files.h"

namespace plimsoll::shell {

std::string_view Command::program() const {
  if (words.empty() || !words.front().resolved) return {};
  return file_name(words.front().text);
}

}  // namespace plimsoll::shell
