#include "readers/dockerfile/expansion.h"

#include <algorithm>

#include "base/text.h"
#include "readers/dockerfile/go_text.h"

namespace plimsoll::dockerfile {
namespace {

// Names offered for a misspelt one are looked for among this many, and for so many misspelt ones.
constexpr std::size_t max_candidates = 100;
constexpr std::size_t max_suggestions = 100;

const Scope& empty_scope() {
  static const Scope scope;
  return scope;
}

}  // namespace

void refuse(Instruction& instruction, std::string message, Location at, std::string hint) {
  if (instruction.problems.size() >= max_problems_of_an_instruction) return;
  instruction.problems.push_back({std::move(message), at, std::move(hint)});
}

bool Expansion::spend(std::size_t bytes) {
  spent_ += bytes;
  return spent_ <= max_expanded_bytes;
}

void Expansion::note_missing(const std::vector<MissingVariable>& missing, const SourceMap* map,
                             std::uint32_t offset, Location word) {
  if (scope == nullptr) return;
  for (const MissingVariable& use : missing) {
    std::vector<UndefinedVariable>& noted = dockerfile_.undefined_variables;
    if (use.provided_for || noted.size() >= max_undefined_variables) continue;
    UndefinedVariable undefined;
    undefined.name = use.name;
    undefined.at = map != nullptr ? map->at(offset + use.begin, offset + use.end) : word;
    const bool in_stage = scope != &globals_;
    undefined.global_only = in_stage && globals_.find(use.name) != nullptr;
    undefined.base_may_define = !scope->complete;
    if (noted.size() < max_suggestions && use.name.size() > 2) {
      std::vector<std::string_view> names;
      for (const Binding& binding : scope->bindings()) {
        if (names.size() < max_candidates) names.push_back(binding.variable.name);
      }
      undefined.nearest = nearest(use.name, names).value_or("");
    }
    noted.push_back(std::move(undefined));
  }
}

Expansion::Outcome Expansion::expand(DockerfileWord& word, const SourceMap* map,
                                     std::uint32_t offset, Instruction& instruction) {
  if (means_itself(word.raw, dockerfile_.escape)) {
    word.text = word.raw;
    word.unresolved = false;
    return {};
  }
  if (word.raw.size() >= 2 && word.raw.size() <= max_value_bytes && word.raw.front() == '"' &&
      word.raw.back() == '"') {
    const std::string_view inside = word.raw.substr(1, word.raw.size() - 2);
    if (means_itself(inside, dockerfile_.escape)) {
      word.text = inside;
      word.unresolved = false;
      return {};
    }
  }
  WordLexer lexer(word.raw, {.escape = dockerfile_.escape, .max_result = max_value_bytes},
                  scope != nullptr ? scope : &empty_scope());
  const bool accepted = lexer.run();
  const bool grew = lexer.result.size() > word.raw.size();
  if (lexer.too_long || (grew && !spend(lexer.result.size()))) {
    word.text = word.raw;
    word.unresolved = true;
    return {};
  }
  if (!accepted) {
    word.text = word.raw;
    word.unresolved = true;
    refuse(instruction, std::move(lexer.error), word.at, "escape it, or put it in single quotes");
    return {.accepted = false};
  }
  // Quotes around the whole are the usual change.
  const std::string_view inside = word.raw.substr(1, lexer.result.size());
  word.text = inside == lexer.result ? inside : arena().copy(lexer.result);
  word.unresolved = lexer.unresolved;
  if (!lexer.missing.empty()) note_missing(lexer.missing, map, offset, word.at);
  return {.used_default = lexer.used_default};
}

std::vector<std::string_view> Expansion::expand_and_split(const DockerfileWord& word,
                                                          const SourceMap& map,
                                                          std::uint32_t offset,
                                                          Instruction& instruction,
                                                          bool& unresolved) {
  const bool one_word = !word.raw.empty() && word.raw.size() <= max_value_bytes &&
                        std::ranges::all_of(word.raw, is_visible_ascii);
  if (one_word && means_itself(word.raw, dockerfile_.escape) && spend(word.raw.size())) {
    unresolved = false;
    return {word.raw};
  }
  WordLexer lexer(word.raw,
                  {.escape = dockerfile_.escape, .split = true, .max_result = max_value_bytes},
                  scope != nullptr ? scope : &empty_scope());
  const bool accepted = lexer.run();
  if (lexer.too_long || !spend(lexer.result.size())) {
    unresolved = true;
    return {word.raw};
  }
  if (!accepted) {
    unresolved = true;
    refuse(instruction, std::move(lexer.error), word.at, "");
    return {word.raw};
  }
  unresolved = lexer.unresolved;
  note_missing(lexer.missing, &map, offset, word.at);
  std::vector<std::string_view> texts;
  for (const LexedWord& part : lexer.words) texts.push_back(arena().copy(part.text));
  return texts;
}

void Expansion::note_uses(const Heredoc& heredoc, Instruction& instruction) {
  if (heredoc.body.find('$') == std::string::npos) return;
  const std::size_t most = heredoc.body.size() + max_value_bytes;
  if (!spend(heredoc.body.size())) return;
  WordLexer lexer(heredoc.body, {.skip_quotes = true, .max_result = most},
                  scope != nullptr ? scope : &empty_scope());
  const bool accepted = lexer.run();
  if (!accepted && !lexer.too_long) {
    refuse(instruction, concat("heredoc ", heredoc.name, ": ", lexer.error), heredoc.at,
           concat("quote its delimiter, <<'", heredoc.name, "', to have no expansion"));
    return;
  }
  // With tabs gone the offsets are no longer those of the file.
  const bool as_in_file = heredoc.body.size() == heredoc.body_at.span.size();
  if (!as_in_file) {
    note_missing(lexer.missing, nullptr, 0, heredoc.at);
    return;
  }
  SourceMap map(*heredoc.body_at.source);
  map.append(0, heredoc.body_at.span.begin);
  note_missing(lexer.missing, &map, 0, heredoc.at);
}

}  // namespace plimsoll::dockerfile
