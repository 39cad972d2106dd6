#include "image/files/gem.h"

#include <optional>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

// The lists of files that some hold take some 100 KB.
constexpr std::uint64_t max_specification_bytes = 4u << 20;

bool is_specification(std::string_view path) {
  if (!path.ends_with(".gemspec")) return false;
  std::string_view directory = parent_path(path);
  if (file_name(directory) == "default") directory = parent_path(directory);
  return file_name(directory) == "specifications";
}

// The strings of a line of Ruby: "MIT".freeze, 'Apache-2.0' -> MIT and Apache-2.0. What holds
// escapes or parts that are computed does not matter here.
std::vector<std::string> strings_of(std::string_view code) {
  std::vector<std::string> out;
  for (std::size_t at = code.find_first_of("\"'"); at != std::string_view::npos;
       at = code.find_first_of("\"'", at)) {
    const std::size_t end = code.find(code[at], at + 1);
    if (end == std::string_view::npos) break;
    out.emplace_back(code.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return out;
}

// "s.name = …" -> "…"
std::optional<std::string_view> assigned(std::string_view line, std::string_view name) {
  line = trim(line);
  const std::size_t dot = line.find('.');
  if (dot == std::string_view::npos || !line.substr(dot + 1).starts_with(name)) return std::nullopt;
  const std::string_view rest = trim(line.substr(dot + 1 + name.size()));
  if (!rest.starts_with('=') || rest.starts_with("==")) return std::nullopt;
  return rest.substr(1);
}

// The first string of an assignment becomes the value, once.
void take(std::string_view line, std::string_view name, std::string& value) {
  if (!value.empty()) return;
  if (const std::optional<std::string_view> code = assigned(line, name)) {
    if (const std::vector<std::string> strings = strings_of(*code); !strings.empty()) {
      value = strings[0];
    }
  }
}

struct Specification {
  std::string name, version, platform, licence;
};

void take_stub(std::string_view line, Specification& into) {
  constexpr std::string_view mark = "# stub: ";
  if (!line.starts_with(mark)) return;
  const std::vector<std::string_view> words = split(trim(line.substr(mark.size())), ' ');
  if (words.size() < 3) return;
  into.name = words[0];
  into.version = words[1];
  into.platform = words[2];
}

Specification understand(std::string_view code) {
  Specification out;
  for (const std::string_view line : split(code, '\n')) {
    take_stub(line, out);
    take(line, "name", out.name);
    take(line, "version", out.version);
    take(line, "platform", out.platform);
    for (const std::string_view name : {"license", "licenses"}) {
      if (const std::optional<std::string_view> value = assigned(line, name)) {
        out.licence = join(strings_of(*value), " OR ");
      }
    }
  }
  return out;
}

void read_specification(std::string_view path, std::string_view content, Layer& layer) {
  Specification read = understand(content);
  if (read.name.empty() || read.version.empty()) {
    layer.errors.push_back(file_error(
        path, concat("its ", read.name.empty() ? "name" : "version", " is not understood")));
    return;
  }
  Package package = language_package(PackageKind::gem, read.name, read.version, path);
  if (read.platform != "ruby") package.architecture = std::move(read.platform);  // of any: "ruby"
  package.licence = std::move(read.licence);
  add_package(std::move(package), layer);
}

}  // namespace

constinit const FileReader gem_specification = {
    .wants = [](const TarEntry& entry) { return is_specification(entry.path); },
    .max_bytes = max_specification_bytes,
    .read = read_specification,
};

}  // namespace plimsoll::image
