// Reads a project of several files that the input holds, parted by lines of `%%%`: compose.yaml,
// compose.override.yaml, base.yaml, .env, app.env and Dockerfile. Every place must lie in its
// source, and the same files must give the same project.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "readers/compose/compose_reader.h"

namespace {

using namespace plimsoll;

void require(bool holds) {
  if (!holds) std::abort();
}

void place(const Location& at, std::string& out) {
  if (!at.known()) return;
  require(at.span.begin <= at.span.end && at.span.end <= at.source->text().size());
  out += concat(at.source->path(), ":", std::to_string(at.span.begin), "-",
                std::to_string(at.span.end), " ");
}

template <class T>
void places(const std::vector<T>& items, std::string& out) {
  for (const T& item : items) place(item.at, out);
}

std::string read(const MemoryFiles& files, bool has_override) {
  Sources sources;
  std::vector<std::string> paths = {"compose.yaml"};
  if (has_override) paths.emplace_back("compose.override.yaml");
  ComposeOptions options;
  options.whole_project = true;
  const auto reading = read_compose(paths, sources, files, options);
  std::string out;
  for (const Error& error : reading.errors) {
    place(error.at, out);
    out += error.message;
  }
  for (const auto& service : reading.value.services) {
    require(service->project == &reading.value);
    require(service->at.known());
    out += service->name;
    place(service->image.at, out);
    out += service->image.value;
    place(service->user.at, out);
    place(service->privileged.at, out);
    place(service->command.at, out);
    place(service->healthcheck.at, out);
    place(service->mem_limit.at, out);
    places(service->cap_add, out);
    places(service->security_opt, out);
    places(service->ports, out);
    places(service->mounts, out);
    places(service->devices, out);
    places(service->ulimits, out);
    places(service->environment, out);
    places(service->labels, out);
    places(service->networks, out);
    places(service->secrets, out);
    places(service->obsolete, out);
    for (const Mount& mount : service->mounts) place(mount.source_at, out);
    for (const EnvironmentVariable& variable : service->environment) place(variable.value_at, out);
  }
  places(reading.value.builds, out);
  places(reading.value.networks, out);
  places(reading.value.volumes, out);
  places(reading.value.stack_ignored, out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view names[] = {
      "compose.yaml", "compose.override.yaml", "base.yaml", ".env", "app.env", "Dockerfile"};
  MemoryFiles files;
  std::size_t count = 0;
  for (const std::string_view name : names) {
    const std::size_t end = rest.find("%%%\n");
    files.add(std::string(name), std::string(rest.substr(0, end)));
    ++count;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 4);
  }
  require(read(files, count > 1) == read(files, count > 1));
  looks_like_compose(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
