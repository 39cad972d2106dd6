// A shell script as rules see it: the commands it holds, flat and in order, each with its words and
// with how it is joined to the others. It is not a shell: nothing is run and little is expanded. A
// word knows whether its text is what the program will really get (`resolved`), and a rule that
// needs the text asks for that first.
//
// Nothing here owns its text: the views and spans point into the text that was read and into the
// arena that the reader was given, which both outlive the script.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace plimsoll::shell {

struct PackageCall;

// Which characters a text holds, as a set of 64 bits. Blanks, digits and most punctuation have a
// bit each, letters one in both casings, the rest share those: so it only tells what the text
// certainly does not hold. Rules search every word for rare things like "trusted=yes"; without a
// `=` in the word there is nothing to search.
class Letters {
 public:
  // Anything: of a text that nobody looked at.
  constexpr Letters() = default;
  constexpr explicit Letters(std::string_view text) : bits_(0) {
    for (const char c : text) add(c);
  }
  constexpr void add(char c) {
    const auto byte = static_cast<unsigned char>(c);
    bits_ |= std::uint64_t{1} << (byte < 64 ? byte : byte % 32);
  }
  constexpr void add(Letters others) { bits_ |= others.bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool may_hold_all(Letters wanted) const { return (wanted.bits_ & ~bits_) == 0; }
  constexpr bool may_hold_any(Letters wanted) const { return (wanted.bits_ & bits_) != 0; }

 private:
  std::uint64_t bits_ = ~std::uint64_t{0};
};

// A text that is looked for, with its letters worked out by the compiler.
struct Sought {
  std::string_view text;
  Letters letters;
  consteval Sought(const char* part) : text(part), letters(part) {}
};

struct Word {
  // Quotes removed, escapes applied, variables put in where the script itself assigns them (and the
  // Dockerfile's ARG and ENV in a RUN). Where `resolved` is false it still holds what is known,
  // with the expansions as written: "$HOME/bin".
  std::string_view text;
  Location at;
  bool resolved = true;
  bool quoted = false;  // some part of it is quoted
  bool glob = false;    // holds an unquoted *, ? or [
  Letters letters = {};

  // As text.contains(part), with a cheap look beforehand.
  bool contains(const Sought& part) const {
    return letters.may_hold_all(part.letters) && text.contains(part.text);
  }
};

struct Redirect {
  enum class Kind : std::uint8_t { input, output, append, heredoc, here_string, duplicate };
  Kind kind = Kind::output;
  int descriptor = -1;  // as written; -1: the default of its kind; -2: both (&>)
  Word target;          // the file, or for a heredoc its body
};

// What stands between a command and the one after it.
enum class Operator : std::uint8_t {
  end,
  and_then,
  or_else,
  sequence,
  pipe,
  pipe_both,
  background
};

struct Assignment {
  std::string_view name;
  Word value;
};

// Which programs a script or a command runs, as a set of 64 bits: several names share a bit, so it
// only tells which names it certainly does not hold. Nearly every rule about RUN looks for a few
// programs that nearly no RUN has; this spares it the look at the words.
class ProgramSet {
 public:
  constexpr ProgramSet() = default;
  consteval ProgramSet(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) add(name);
  }
  constexpr void add(std::string_view name) {
    if (name.empty()) return;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
    const std::size_t mixed =
        name.size() * 7 + byte(0) * 5u + byte(name.size() / 2) * 3u + byte(name.size() - 1);
    bits_ |= std::uint64_t{1} << (mixed % 64);
  }
  constexpr void add(ProgramSet other) { bits_ |= other.bits_; }
  constexpr bool may_share(ProgramSet other) const { return (bits_ & other.bits_) != 0; }

 private:
  std::uint64_t bits_ = 0;
};

// A simple command. Compound ones (if, for, while, case, functions, groups, subshells) are taken
// apart into the simple commands they hold.
struct Command {
  std::span<Assignment> assignments;  // A=1 B=2 before the name, or all there is
  std::span<Word> words;              // words[0] is the program; may be empty
  std::span<Redirect> redirects;
  Operator next = Operator::end;
  // Commands of one pipeline have the same number; so have commands of one `&&`/`||` list in
  // `list`.
  std::uint32_t pipeline = 0;
  std::uint32_t list = 0;
  std::uint16_t subshell_depth = 0;  // inside ( … ) or $( … )
  bool conditional = false;      // the condition of an if, while or until: its failure is expected
  bool in_function = false;      // in a function's body: it may never run
  bool in_branch = false;        // in a branch of an if, a case or a loop: it may not run
  bool in_substitution = false;  // inside $( … ) or backticks of another command's word
  bool negated = false;          // ! command
  Location at;

  // The program's name without its directory; "" if it is not known.
  std::string_view program() const {
    if (words.empty() || !words.front().resolved) return {};
    const std::string_view path = words.front().text;
    return path.substr(effective_at == 0 ? effective_name_at : path.rfind('/') + 1);
  }

  // Where the program that does the work stands among the words (effective_words), and where its
  // name starts behind its directory. Found once by find_effective_program, because nearly every
  // rule about RUN asks it of every command; who changes the words afterwards finds it anew.
  static constexpr std::uint32_t not_found_yet = 0xffffffff;
  ProgramSet programs;  // its program and the one that does the work
  std::uint32_t effective_at = not_found_yet;
  std::uint32_t effective_name_at = 0;
  // What it asks a package manager for; null when it calls none, and in scripts of others than
  // Dockerfiles. Found once by find_package_calls.
  const PackageCall* package_call = nullptr;
};

void find_effective_program(Command& command);

// The words from the program on that really does the work: behind `sudo -E`, `env A=1`, `exec`,
// `command`, `nohup`, `time`, `nice`, `timeout 5`, `xargs` and the like, with their options. Empty
// when the command has no words or a prefix stands alone. The words belong to the command.
inline std::span<const Word> effective_words(const Command& command);
// The first of them without its directory; "" if it is not known.
inline std::string_view effective_program(const Command& command);

// The commands of a substitution stand before the command whose word holds it (they run first);
// those of `sh -c '…'` and `bash <<EOF` stand behind it, one subshell deeper. `[[ … ]]` is a
// command whose words are its parts; `(( … ))` one of two words, `((` and the expression; a
// redirection behind a compound command (`done < file`) one without words.
struct Script {
  std::vector<Command> commands;
  ProgramSet programs;  // of all commands
  // The text is no valid shell: what was understood before that point stands in `commands`.
  bool complete = true;
  Location broken_at;
  // From where on nothing is understood, as an offset in the text that was read.
  std::size_t broken_offset = 0;
};

// --- the details
// -----------------------------------------------------------------------------------

// As effective_words, without the help of what was found before.
std::span<const Word> search_effective_words(std::span<const Word> words);

inline std::span<const Word> effective_words(const Command& command) {
  const std::span<const Word> words = command.words;
  if (command.effective_at == Command::not_found_yet) return search_effective_words(words);
  return words.subspan(command.effective_at);
}

inline std::string_view effective_program(const Command& command) {
  const std::span<const Word> words = effective_words(command);
  if (words.empty() || !words.front().resolved) return {};
  const std::string_view path = words.front().text;
  if (command.effective_at == Command::not_found_yet) return path.substr(path.rfind('/') + 1);
  return path.substr(command.effective_name_at);
}

}  // namespace plimsoll::shell
