#include "subjects/history_instruction.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll {

HistoryInstruction instruction_of(std::string_view created_by) {
  constexpr std::string_view buildkit = "# buildkit";
  constexpr std::string_view run = "RUN ";
  constexpr std::string_view shell = "/bin/sh -c ";
  constexpr std::string_view no_operation = "#(nop)";
  created_by = trim(created_by);
  if (created_by.ends_with(buildkit)) created_by.remove_suffix(buildkit.size());
  bool is_run = created_by.starts_with(run);
  std::string_view text = trim(is_run ? created_by.substr(run.size()) : created_by);
  if (text.starts_with('|')) {
    if (const std::size_t at = text.find(shell); at != std::string_view::npos)
      text = text.substr(at);
  }
  if (text.starts_with(shell)) {
    text = trim(text.substr(shell.size()));
    is_run = !text.starts_with(no_operation);
    if (!is_run) text = trim(text.substr(no_operation.size()));
  }
  if (is_run) return {"RUN", text};
  const std::size_t end = std::min(text.find(' '), text.size());
  return {text.substr(0, end), trim(text.substr(end))};
}

}  // namespace plimsoll
