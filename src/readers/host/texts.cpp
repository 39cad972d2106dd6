#include "readers/host/texts.h"

namespace plimsoll::host {

Text read_text(const std::string& path, const Files& files, Sources& sources) {
  Result<std::string> text = files.read(path);
  if (text) return {.source = &sources.add(path, std::move(*text))};
  return {.missing = is_missing(path, files)};
}

bool is_missing(const std::string& path, const Files& files) {
  const Result<FileStatus> status = files.status(path);
  return status && status->kind == FileKind::missing;
}

}  // namespace plimsoll::host
