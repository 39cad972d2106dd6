// Any bytes are a script, a Markdown text or a Makefile that is read for run lines: every place
// lies in the source, and reading twice gives the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/run_command/run_command_reader.h"

namespace {

using plimsoll::Location;
using plimsoll::Source;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Source& source, const Location& at) {
  if (!at.known()) return;
  require(at.source == &source);
  require(at.span.begin <= at.span.end && at.span.end <= source.text().size());
}

std::size_t read(const Source& source, plimsoll::RunText kind) {
  const auto reading = plimsoll::read_run_lines(source, kind);
  std::size_t sum = reading.value.size() * 7 + reading.errors.size();
  for (const plimsoll::Error& error : reading.errors) {
    check(source, error.at);
    require(!error.message.empty());
  }
  for (const auto& spec : reading.value) {
    check(source, spec->at);
    require(spec->at.known());
    check(source, spec->image.at);
    check(source, spec->command.at);
    check(source, spec->network_mode.at);
    check(source, spec->user.at);
    for (const auto& mount : spec->mounts) {
      check(source, mount.at);
      check(source, mount.source_at);
    }
    for (const auto& port : spec->ports) check(source, port.at);
    for (const auto& device : spec->devices) check(source, device.at);
    for (const auto& network : spec->networks) check(source, network.at);
    for (const auto& one : spec->environment) {
      check(source, one.at);
      check(source, one.value_at);
    }
    for (const auto& one : spec->cap_add) check(source, one.at);
    for (const auto& one : spec->security_opt) check(source, one.at);
    for (const auto& one : spec->obsolete) check(source, one.at);
    sum = sum * 31 + spec->image.value.size() + spec->mounts.size() + spec->environment.size();
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kind = static_cast<plimsoll::RunText>(data[0] % 3);
  const Source source("text", std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  const auto once = read(source, kind);
  const auto again = read(source, kind);
  require(once == again);
  const auto line =
      plimsoll::read_run_arguments(source, {"docker", "run", std::string(source.text())});
  if (!line) check(source, line.error().at);
  return 0;
}
