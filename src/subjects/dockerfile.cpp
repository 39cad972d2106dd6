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
  for (std::size_t i = 0; i + 1 < keyword_names.size(); ++i) {
    const std::string_view keyword = keyword_names[i];
    if (name.size() != keyword.size()) continue;
    if (equal_ignoring_case(name, keyword)) return static_cast<Keyword>(i);
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
