#include "readers/dockerfile/ignore_file.h"

#include "base/files.h"
#include "base/utf8.h"
#include "readers/dockerfile/go_text.h"

namespace plimsoll::dockerfile {
namespace {

std::string_view trim_unicode(std::string_view text) {
  text.remove_prefix(leading_space(text));
  text.remove_suffix(trailing_space(text));
  return text;
}

// Go's filepath.Clean, and no slash at the start.
std::string normal_pattern(std::string_view pattern) {
  std::string clean = pattern.empty() ? std::string() : normal_path(pattern);
  if (clean.size() > 1 && clean.front() == '/') clean.erase(0, 1);
  return clean;
}

}  // namespace

DockerIgnore read_ignore_file(std::string_view text, const Source* source) {
  DockerIgnore ignore;
  const std::string_view all = text;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (!text.empty() && ignore.patterns.size() < max_ignore_patterns) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with('#')) continue;
    const std::string_view written = trim_unicode(line);
    if (written.empty()) continue;
    DockerIgnore::Pattern pattern;
    pattern.negated = written.front() == '!';
    pattern.text = normal_pattern(pattern.negated ? trim_unicode(written.substr(1)) : written);
    if (pattern.text.empty()) continue;
    if (source != nullptr) {
      const auto begin = static_cast<std::uint32_t>(written.data() - all.data());
      pattern.at = {source, {begin, begin + static_cast<std::uint32_t>(written.size())}};
    }
    ignore.patterns.push_back(std::move(pattern));
  }
  return ignore;
}

void read_context(const DockerfileOptions& options, Dockerfile& dockerfile) {
  if (options.context.empty() || options.files == nullptr) return;
  const Files& files = *options.files;
  dockerfile.context = options.context;
  dockerfile.context_known = files.kind(options.context) == FileKind::directory;
  // The Dockerfile's own ignore file wins over the context's.
  const std::string own = std::string(dockerfile.source->path()) + ".dockerignore";
  for (const std::string& path : {own, normal_path(join_path(options.context, ".dockerignore"))}) {
    if (files.kind(path) != FileKind::file) continue;
    Result<std::string> text = files.read(path);
    if (!text) continue;
    if (options.sources == nullptr) {
      dockerfile.ignore = read_ignore_file(*text, nullptr);
    } else {
      const Source& source = options.sources->add(path, std::move(*text));
      dockerfile.ignore = read_ignore_file(source.text(), &source);
    }
    break;
  }
  const Result<std::vector<DirectoryEntry>> entries = files.list(options.context);
  if (!entries) return;
  for (const DirectoryEntry& entry : *entries) {
    if (dockerfile.context_entries.size() >= max_context_entries) break;
    dockerfile.context_entries.push_back(entry.kind == FileKind::directory ? entry.name + "/"
                                                                           : entry.name);
  }
}

}  // namespace plimsoll::dockerfile
