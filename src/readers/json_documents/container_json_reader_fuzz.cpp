// Reads any text as both of the engine's documents; every place must lie in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/json_documents/container_json_reader.h"

namespace {

using namespace plimsoll;

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const Source& source, const Location& at) {
  if (!at.known()) return;
  require(at.source == &source && at.span.begin <= at.span.end);
  require(at.span.end <= source.text().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("f", std::string(reinterpret_cast<const char*>(data), size));
  container_json_kind(source.text());
  for (const ContainerJson kind : {ContainerJson::inspect, ContainerJson::create_request}) {
    const auto reading = read_container_json(source, kind);
    require(reading.errors.size() <= max_container_json_errors);
    for (const Error& error : reading.errors) check(source, error.at);
    for (const auto& spec : reading.value) {
      check(source, spec->at);
      check(source, spec->user.at);
      check(source, spec->seccomp.at);
      for (const Mount& mount : spec->mounts) {
        check(source, mount.at);
        check(source, mount.source_at);
      }
      for (const EnvironmentVariable& variable : spec->environment) {
        check(source, variable.at);
        check(source, variable.value_at);
      }
      for (const Port& port : spec->ports) check(source, port.at);
      for (const Device& device : spec->devices) check(source, device.at);
    }
  }
  return 0;
}
