#include "subjects/dockerfile.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace plimsoll {
namespace {

constexpr std::array<std::string_view, 19> keyword_names{
    "ADD",        "ARG",         "CMD",    "COPY",       "ENTRYPOINT", "ENV", "EXPOSE",
    "FROM",       "HEALTHCHECK", "LABEL",  "MAINTAINER", "ONBUILD",    "RUN", "SHELL",
    "STOPSIGNAL", "USER",        "VOLUME", "WORKDIR",    "",
};

}  // namespace

Keyword keyword_of(std::string_view name) {
  // The names are in order, so those of a first letter stand together.
  static constexpr auto first_of_letter = [] {
    std::array<std::size_t, 26> table{};
    for (std::size_t i = keyword_names.size() - 1; i-- > 0;) {
      table[static_cast<std::size_t>(keyword_names[i].front() - 'A')] = i;
    }
    return table;
  }();
  if (name.empty() || !is_alpha(name.front())) return Keyword::unknown;
  const auto letter = static_cast<std::size_t>(to_lower(name.front()) - 'a');
  const auto same = [](char written, char capital) { return to_lower(written) == capital + 32; };
  for (std::size_t i = first_of_letter[letter]; i + 1 < keyword_names.size(); ++i) {
    const std::string_view keyword = keyword_names[i];
    if (!same(name.front(), keyword.front())) break;
    if (std::ranges::equal(name, keyword, same)) return static_cast<Keyword>(i);
  }
  return Keyword::unknown;
}

std::string_view name_of(Keyword keyword) {
  return keyword_names[static_cast<std::size_t>(keyword)];
}

const DockerfileFlag* Instruction::flag(std::string_view wanted) const {
  const auto found = std::ranges::find(flags, wanted, &DockerfileFlag::name);
  return found == flags.end() ? nullptr : &*found;
}

const Stage* Dockerfile::find_stage(std::string_view wanted) const {
  for (const Stage& stage : stages) {
    if (!stage.name.text.empty() && equal_ignoring_case(stage.name.text, wanted)) return &stage;
  }
  const auto index = parse_number(wanted);
  if (index && static_cast<std::size_t>(*index) < stages.size()) {
    return &stages[static_cast<std::size_t>(*index)];
  }
  return nullptr;
}

}  // namespace plimsoll
