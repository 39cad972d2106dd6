#include "rules/support/instructions.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace plimsoll::rules {

const Instruction& deed(const Instruction& instruction) {
  return instruction.trigger ? *instruction.trigger : instruction;
}

std::span<const DockerfileWord> sources_of(const Instruction& copy) {
  if (copy.words.empty()) return {};
  return std::span(copy.words).first(copy.words.size() - 1);
}

const DockerfileWord* destination_of(const Instruction& copy) {
  return copy.words.size() + copy.heredocs.size() < 2 || copy.words.empty() ? nullptr
                                                                            : &copy.words.back();
}

bool is_remote(std::string_view source) {
  static constexpr std::array<std::string_view, 6> starts{"http://", "https://", "ftp://",
                                                          "git://",  "ssh://",   "git@"};
  constexpr std::string_view first_letters = "hfgs";
  if (source.empty() || !first_letters.contains(source.front())) return false;
  return std::ranges::any_of(starts,
                             [&](std::string_view start) { return source.starts_with(start); });
}

bool copies_from_context(const Instruction& copy) {
  return copy.keyword == Keyword::add ||
         (copy.keyword == Keyword::copy && copy.flag("from") == nullptr);
}

bool is_whole_context(std::string_view source) {
  return source == "." || source == "./" || source == "/" || source == "/." || source == "*" ||
         source == "./*" || source == "/*" || source == "./.";
}

const Stage* base_stage(const Dockerfile& dockerfile, const Stage& stage) {
  // A stage is built on an earlier one only.
  if (!stage.base.stage || *stage.base.stage >= stage.index) return nullptr;
  return &dockerfile.stages[*stage.base.stage];
}

std::vector<bool> stages_of_final_image(const Dockerfile& dockerfile) {
  std::vector<bool> result(dockerfile.stages.size());
  for (const Stage* stage = dockerfile.final_stage(); stage != nullptr;
       stage = base_stage(dockerfile, *stage)) {
    result[stage->index] = true;
  }
  return result;
}

bool is_absolute(std::string_view path) {
  if (path.starts_with('/') || path.starts_with('\\')) return true;
  return path.size() >= 2 && is_alpha(path[0]) && path[1] == ':';
}

std::string_view last_segment(std::string_view path) {
  while (path.ends_with('/') || path.ends_with('\\')) path.remove_suffix(1);
  // A loop of its own: find_last_of calls a function for each byte.
  std::size_t begin = path.size();
  while (begin > 0 && path[begin - 1] != '/' && path[begin - 1] != '\\') --begin;
  return path.substr(begin);
}

std::string_view keyword_text(const Instruction& instruction) {
  return name_of(instruction.keyword);
}

std::string line_of(const Location& at) {
  return std::to_string(at.source != nullptr ? at.source->position(at.span.begin).line : 0);
}

}  // namespace plimsoll::rules
