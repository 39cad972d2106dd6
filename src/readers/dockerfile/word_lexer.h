// BuildKit's little shell: quotes, escapes and variables in the words of instructions.
//
// It looks like a POSIX shell and is none: inside double quotes only $ " and the escape can be
// escaped,
// `${x:1:2}` and `${x^^}` are errors, a variable's blanks split words even where a shell would not
// split, and `<<` swallows the blanks after it so that `<< EOF` is one word. BuildKit uses it in
// two ways: to expand the arguments of instructions, and, with every quote and escape kept and no
// variable known, to find the heredocs of a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "readers/dockerfile/scope.h"

namespace plimsoll::dockerfile {

struct LexerOptions {
  char escape = '\\';
  bool raw_quotes = false;   // quotes stay in the result
  bool raw_escapes = false;  // escapes stay in the result
  bool skip_quotes = false;  // quotes mean nothing (the body of a heredoc)
  bool keep_unset = false;   // variables without a value stay as written
  bool split = false;        // fill `words`
  std::size_t max_result = 64 * 1024;
};

// Bounds on hostile input: expansions inside expansions, and the work of a pattern (`${x#a*b}`) in
// bytes of the value times bytes of the pattern.
inline constexpr int max_expansion_nesting = 100;
inline constexpr std::size_t max_pattern_work = 1u << 20;

// Whether a text holds nothing that the lexer would change; most do not.
bool means_itself(std::string_view text, char escape);

// A variable that is used and that nothing in scope defines.
struct MissingVariable {
  std::string name;
  std::uint32_t begin = 0;  // in the input, from the dollar sign on
  std::uint32_t end = 0;
  bool provided_for = false;  // ${x:-default}, ${x:+text}, ${x:?message}
};

struct LexedWord {
  std::string text;
  std::uint32_t begin = 0;  // in the input
  std::uint32_t end = 0;
};

class WordLexer {
 public:
  WordLexer(std::string_view input, LexerOptions options, const Scope* scope)
      : input_(input), options_(options), scope_(scope), raw_escapes_(options.raw_escapes) {}

  // False when BuildKit refuses the text; then `error` says why, as the end of a sentence.
  bool run();

  std::string result;
  std::vector<LexedWord> words;
  std::vector<MissingVariable> missing;
  std::string error;
  bool unresolved = false;    // the result holds a variable as written, its value is not known
  bool used_default = false;  // the result depends on an ARG's default
  bool too_long = false;      // the result is cut at max_result

 private:
  bool at_end() const { return at_ >= input_.size(); }
  char peek() const { return input_[at_]; }
  bool refuse(std::string why);

  // Up to `stop`, which is taken, or to the end when `stop` is 0. Appends to `out`.
  bool until(char stop, bool raw_escapes, std::string& out, int depth);
  bool single_quoted(std::string& out);
  bool double_quoted(std::string& out, int depth);
  bool dollar(std::string& out, int depth);
  bool plain_variable(std::string_view name, std::uint32_t begin, std::string& out);
  bool modified(std::string_view name, std::uint32_t begin, std::string& out, int depth);
  bool replaced(std::string_view name, std::uint32_t begin, std::string& out, int depth);
  void possible_heredoc(std::string& out);
  std::string_view take_name();

  enum class Condition { known, declared, unknown, unset };
  Condition look_up(std::string_view name, std::uint32_t begin, bool provided_for,
                    std::string_view& value);
  // Appends the expansion as it is written.
  bool as_written(std::uint32_t begin, std::string& out);

  void add_to_word(std::string_view text, std::uint32_t begin, bool splits);
  void end_word(std::uint32_t end);

  std::string_view input_;
  LexerOptions options_;
  const Scope* scope_;
  bool raw_escapes_;
  std::uint32_t at_ = 0;
  std::string word_;
  bool in_word_ = false;
  std::uint32_t word_begin_ = 0;
  std::uint32_t word_end_ = 0;
};

}  // namespace plimsoll::dockerfile
