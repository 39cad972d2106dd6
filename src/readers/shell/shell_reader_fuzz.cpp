// Any bytes are a script that is read: every place lies in the source, reading twice gives the
// same, and no list outgrows its bound.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/shell/shell_reader.h"
#include "readers/shell/text_map.h"

namespace {

using plimsoll::Location;
using plimsoll::Source;
using plimsoll::shell::Command;
using plimsoll::shell::Script;
using plimsoll::shell::Word;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Source& source, const Location& at) {
  require(at.source == &source);
  require(at.span.begin <= at.span.end && at.span.end <= source.text().size());
}

std::size_t check(const Source& source, const Script& script) {
  std::size_t sum = script.commands.size();
  for (const Command& command : script.commands) {
    check(source, command.at);
    sum += static_cast<std::size_t>(command.next) + command.subshell_depth;
    for (const Word& word : command.words) {
      check(source, word.at);
      sum = sum * 31 + word.text.size() + (word.resolved ? 1 : 0);
    }
    for (const auto& redirect : command.redirects) check(source, redirect.target.at);
    for (const auto& one : command.assignments) check(source, one.value.at);
    const auto words = effective_words(command);
    require(words.size() <= command.words.size());
  }
  if (!script.complete) {
    check(source, script.broken_at);
    require(script.broken_offset <= source.text().size());
  }
  require(script.commands.size() <= plimsoll::shell::max_commands);
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("script.sh", std::string(reinterpret_cast<const char*>(data), size));
  plimsoll::shell::ReadOptions options;
  options.variable = [](std::string_view name) -> std::optional<std::string> {
    if (name == "V") return "one two";
    return std::nullopt;
  };
  const plimsoll::shell::SourcePlaces places(source);
  plimsoll::Arena arena;
  const std::size_t first = check(source, read_script(source.text(), places, arena, options));
  require(first == check(source, read_script(source.text(), places, arena, options)));
  options.follow_assignments = false;
  check(source, read_script(source.text(), places, arena, options));
  return 0;
}
