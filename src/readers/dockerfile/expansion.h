// Expands the words of instructions, keeps account of what that costs, and notes variables that
// nothing defines.
//
// Growth is bounded: `ARG b=$a$a`, thirty lines of it, would be a gigabyte. A value longer than
// max_value_bytes, and everything after max_expanded_bytes of one file, stays as written and
// unresolved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "readers/dockerfile/scope.h"
#include "readers/dockerfile/source_map.h"
#include "readers/dockerfile/word_lexer.h"
#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

inline constexpr std::size_t max_value_bytes = 64 * 1024;
inline constexpr std::size_t max_expanded_bytes = 32u << 20;
inline constexpr std::size_t max_undefined_variables = 1'000;
inline constexpr std::size_t max_problems_of_an_instruction = 20;

// Adds a reason why BuildKit refuses the instruction.
void refuse(Instruction& instruction, std::string message, Location at, std::string hint = {});

class Expansion {
 public:
  Expansion(Dockerfile& dockerfile, const Scope& globals)
      : dockerfile_(dockerfile), globals_(globals) {}

  Arena& arena() { return dockerfile_.arena; }

  // The variables in force; null in a trigger, whose variables are those of another build.
  const Scope* scope = nullptr;

  struct Outcome {
    bool accepted = true;
    bool used_default = false;
  };
  // Fills `text` and `unresolved` from `raw`. `map` and `offset` say where raw stands; nothing when
  // it is not one piece of the line, then whatever is wrong is put at the word.
  Outcome expand(DockerfileWord& word, const SourceMap* map, std::uint32_t offset,
                 Instruction& instruction);
  // The same, split into words at blanks (EXPOSE).
  std::vector<std::string_view> expand_and_split(const DockerfileWord& word, const SourceMap& map,
                                                 std::uint32_t offset, Instruction& instruction,
                                                 bool& unresolved);
  // The body of a heredoc: quotes mean nothing, the escape is always a backslash. Only for what it
  // uses.
  void note_uses(const Heredoc& heredoc, Instruction& instruction);

 private:
  void note_missing(const std::vector<MissingVariable>& missing, const SourceMap* map,
                    std::uint32_t offset, Location word);
  bool spend(std::size_t bytes);

  Dockerfile& dockerfile_;
  const Scope& globals_;
  std::size_t spent_ = 0;
};

}  // namespace plimsoll::dockerfile
