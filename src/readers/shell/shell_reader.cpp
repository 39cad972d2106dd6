// The commands of the shell's grammar (POSIX.1-2024 "Shell Command Language" 2.9, 2.10, and what
// bash adds): simple commands, pipelines, lists and the compound commands, which are taken apart.
//
// A word such as `if` or `}` is reserved only where a command may begin; everywhere else it is an
// ordinary word. So the parser asks for a reserved word exactly there, and a list of commands ends
// at the closing words that its caller names.
#include "readers/shell/shell_reader.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/files.h"
#include "base/text.h"
#include "readers/shell/characters.h"
#include "readers/shell/parser.h"

namespace plimsoll::shell {
namespace {

constexpr std::size_t most_expansions = 64u << 20;  // bytes

bool is_shell(std::string_view program) {
  return program == "sh" || program == "bash" || program == "dash" || program == "ash" ||
         program == "zsh" || program == "ksh" || program == "mksh";
}

bool is_declaration(std::string_view program) {
  return program == "export" || program == "local" || program == "declare" ||
         program == "readonly" || program == "typeset";
}

unsigned stop_of(std::string_view keyword) {
  if (keyword == "}") return Parser::stop_brace;
  if (keyword == "then") return Parser::stop_then;
  if (keyword == "else" || keyword == "elif") return Parser::stop_else;
  if (keyword == "fi") return Parser::stop_fi;
  if (keyword == "do") return Parser::stop_do;
  if (keyword == "done") return Parser::stop_done;
  if (keyword == "esac") return Parser::stop_esac;
  return 0;
}

}  // namespace

void Draft::clear() {
  assignments.clear();
  words.clear();
  redirects.clear();
  heredocs.clear();
  assigned.clear();
  begin = end = 0;
}

DraftLease::DraftLease(Shared& shared) : shared_(shared), draft_(shared.idle_draft) {
  if (draft_ == nullptr) {
    draft_ = shared.more_drafts.emplace_back(std::make_unique<Draft>()).get();
  } else {
    shared.idle_draft = draft_->next_idle;
    draft_->clear();
  }
  draft_->first_span = shared.word_spans.size();
}

Shared::Shared(const ReadOptions& read_options, Arena& texts, std::size_t size)
    : options(read_options),
      arena(texts),
      second_readings(4 * size + 4096),
      expansions(std::min<std::size_t>(16 * size + (1u << 20), most_expansions)) {
  // Enough for an ordinary RUN.
  constexpr std::size_t few_words = 32;
  constexpr std::size_t bytes_of_a_command = 24;
  constexpr std::size_t many_commands = 16;
  word_spans.reserve(few_words);
  first_draft.words.reserve(few_words / 2);
  script.commands.reserve(std::min(size / bytes_of_a_command + 1, many_commands));
}

Parser::Parser(std::string_view text, const Places& places, Shared& shared, const Context& context)
    : text_(text),
      end_(text.size()),
      places_(places),
      shared_(shared),
      context_(context),
      variables_(4 * text.size() + 65536, shared.arena) {}

bool Parser::run() {
  if (!parse_commands(0)) return false;
  // Heredocs whose body never comes end with the text.
  read_heredocs();
  if (last_command_ != npos) {
    Command& last = shared_.script.commands[last_command_];
    if (last.next == Operator::sequence) last.next = Operator::end;
  }
  return true;
}

// --- text
// -----------------------------------------------------------------------------------------

bool Parser::continues_line(std::size_t at) const {
  if (at + 1 >= end_ || text_[at] != '\\') return false;
  return text_[at + 1] == '\n' || (text_[at + 1] == '\r' && at + 2 < end_ && text_[at + 2] == '\n');
}

bool Parser::skip_continuation() {
  if (!continues_line(pos_)) return false;
  pos_ += text_[pos_ + 1] == '\n' ? 2 : 3;
  return true;
}

void Parser::skip_blanks() {
  while (pos_ < end_) {
    const char c = text_[pos_];
    if (is_blank(c) || (c == '\r' && peek(1) == '\n')) {
      ++pos_;
    } else if (c != '\\' || !skip_continuation()) {
      return;
    }
  }
}

void Parser::skip_comment() {
  const std::size_t stop = text_.substr(0, end_).find('\n', pos_);
  pos_ = stop == std::string_view::npos ? end_ : stop;
}

void Parser::skip_lines() {
  for (;;) {
    skip_blanks();
    if (at_end()) return;
    if (text_[pos_] == '\n') {
      ++pos_;
      if (!pending_.empty()) read_heredocs();
    } else if (text_[pos_] == '#') {
      skip_comment();
    } else {
      return;
    }
  }
}

bool Parser::word_ends_at(std::size_t at) const {
  if (at >= end_) return true;
  if (text_[at] == '\r') return at + 1 < end_ && text_[at + 1] == '\n';
  return kind_of(text_[at]) == Kind::delimiter;
}

bool Parser::broken(std::size_t begin, std::size_t end) {
  if (shared_.script.complete) {
    shared_.script.complete = false;
    shared_.script.broken_offset = std::min(pos_, text_.size());
    begin = std::min(begin, text_.size());
    end = std::min(std::max(begin, end), text_.size());
    shared_.script.broken_at =
        places_.at(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
  }
  return false;
}

bool Parser::enter() {
  if (shared_.nesting >= max_nesting) return broken(pos_, pos_ + 1);
  ++shared_.nesting;
  return true;
}

// The word at pos_ when it can be a reserved one; it is not taken.
std::string_view Parser::bare_word() const {
  constexpr std::size_t longest = 8;  // "function"
  std::size_t i = pos_;
  while (i < end_ && i - pos_ <= longest && kind_of(text_[i]) == Kind::plain) ++i;
  if (i == pos_ || i - pos_ > longest || !word_ends_at(i)) return {};
  return text_.substr(pos_, i - pos_);
}

bool Parser::take_keyword(std::string_view keyword) {
  if (bare_word() != keyword) return false;
  pos_ += keyword.size();
  return true;
}

bool Parser::expect_keyword(std::string_view keyword) {
  return take_keyword(keyword) || broken(pos_, pos_ + 1);
}

// --- lists
// ----------------------------------------------------------------------------------------

bool Parser::parse_commands(unsigned stops) {
  for (;;) {
    skip_lines();
    if (at_end()) return true;
    switch (text_[pos_]) {
      case ')': return (stops & stop_paren) != 0 || broken(pos_, pos_ + 1);
      case ';':
        if ((stops & stop_case_item) != 0 && (peek(1) == ';' || peek(1) == '&')) return true;
        return broken(pos_, pos_ + 1);
      case '&':
        if (peek(1) == '>') break;
        return broken(pos_, pos_ + 1);
      case '|': return broken(pos_, pos_ + 1);
      case '}':
      case 't':
      case 'e':
      case 'f':
      case 'd':
        if (const std::string_view word = bare_word(); !word.empty()) {
          if (const unsigned stop = stop_of(word); stop != 0) {
            return (stops & stop) != 0 || broken(pos_, pos_ + word.size());
          }
        }
        break;
      default: break;
    }
    if (!parse_and_or()) return false;
  }
}

bool Parser::parse_and_or() {
  const std::uint32_t list = ++shared_.lists;
  bool chained = false;
  for (;;) {
    last_command_ = npos;
    if (!parse_pipeline(list)) return false;
    skip_blanks();
    Operator next = Operator::end;
    const std::size_t at = pos_;
    switch (peek()) {
      case '&':
        next = peek(1) == '&' ? Operator::and_then : Operator::background;
        pos_ += next == Operator::and_then ? 2 : 1;
        break;
      case '|':
        next = Operator::or_else;  // a single one belongs to the pipeline
        pos_ += 2;
        break;
      case ';':
        if (peek(1) == ';' || peek(1) == '&') break;
        next = Operator::sequence;
        ++pos_;
        break;
      case '\n': next = Operator::sequence; break;
      default: break;
    }
    if (last_command_ != npos) shared_.script.commands[last_command_].next = next;
    if (next != Operator::and_then && next != Operator::or_else) break;
    // What follows may not run, so what it assigns holds no longer than this list.
    if (!chained) variables_.enter();
    chained = true;
    skip_lines();
    if (at_end()) return broken(at, at + 2);
  }
  if (chained) variables_.leave(Variables::Leave::merge);
  return true;
}

bool Parser::parse_pipeline(std::uint32_t list) {
  const std::uint32_t pipeline = ++shared_.pipelines;
  const bool negated = context_.negated;
  while (peek() == '!' && take_keyword("!")) {
    context_.negated = !context_.negated;
    skip_blanks();
  }
  bool piped = false;
  for (;;) {
    last_command_ = npos;
    if (!parse_command(list, pipeline)) return false;
    if (piped) variables_.leave(Variables::Leave::restore);
    skip_blanks();
    if (peek() != '|' || peek(1) == '|') break;
    const bool both = peek(1) == '&';
    const std::size_t at = pos_;
    pos_ += both ? 2 : 1;
    if (last_command_ != npos) {
      shared_.script.commands[last_command_].next = both ? Operator::pipe_both : Operator::pipe;
    }
    piped = true;
    variables_.enter();
    skip_lines();
    if (at_end()) return broken(at, at + 1);
  }
  context_.negated = negated;
  return true;
}

// --- commands
// -------------------------------------------------------------------------------------

bool Parser::parse_command(std::uint32_t list, std::uint32_t pipeline) {
  switch (peek()) {
    case '(': {
      if (peek(1) == '(') {
        std::size_t after = 0;
        if (skip_arithmetic(pos_ + 2, after)) return parse_arithmetic_command(list, pipeline);
      }
      return parse_subshell() && parse_compound_redirects(list, pipeline);
    }
    case '[':
      if (peek(1) == '[' && word_ends_at(pos_ + 2)) return parse_test(list, pipeline);
      break;
    case '{':
    case 'i':
    case 'f':
    case 'w':
    case 'u':
    case 'c':
    case 's':
    case 't': {
      const std::string_view word = bare_word();
      if (word.empty()) break;
      if (word == "time") {
        // A reserved word only before a compound command; otherwise it stays a word of the command.
        const std::size_t start = pos_;
        pos_ += word.size();
        skip_blanks();
        if (peek() == '(' || bare_word() == "{") return parse_command(list, pipeline);
        pos_ = start;
        break;
      }
      bool found = false;
      if (!parse_compound(word, found)) return false;
      if (found) return parse_compound_redirects(list, pipeline);
      break;
    }
    default: break;
  }
  return parse_simple(list, pipeline);
}

bool Parser::parse_compound(std::string_view keyword, bool& found) {
  found = true;
  bool (Parser::*parse)() = nullptr;
  if (keyword == "{") parse = &Parser::parse_group;
  if (keyword == "if") parse = &Parser::parse_if;
  if (keyword == "while" || keyword == "until") parse = &Parser::parse_loop;
  if (keyword == "for" || keyword == "select") parse = &Parser::parse_for;
  if (keyword == "case") parse = &Parser::parse_case;
  if (keyword == "function") parse = &Parser::parse_function_word;
  if (parse == nullptr) {
    found = false;
    return true;
  }
  if (!enter()) return false;
  pos_ += keyword.size();
  const Context outside = context_;
  context_.negated = false;
  if (!(this->*parse)()) return false;
  context_ = outside;
  leave();
  return true;
}

bool Parser::parse_group() {
  const std::size_t opening = pos_ - 1;
  if (!parse_commands(stop_brace)) return false;
  if (at_end()) return broken(opening, opening + 1);
  ++pos_;
  return true;
}

bool Parser::parse_subshell() {
  if (!enter()) return false;
  const std::size_t opening = pos_++;
  const Context outside = context_;
  context_.negated = false;
  ++context_.subshell_depth;
  variables_.enter();
  if (!parse_commands(stop_paren)) return false;
  variables_.leave(Variables::Leave::restore);
  if (at_end()) return broken(opening, opening + 1);
  ++pos_;
  context_ = outside;
  leave();
  return true;
}

// Commands that may not run.
bool Parser::parse_branch(unsigned stops) {
  const bool outside = context_.in_branch;
  context_.in_branch = true;
  variables_.enter();
  if (!parse_commands(stops)) return false;
  variables_.leave(Variables::Leave::merge);
  context_.in_branch = outside;
  return true;
}

bool Parser::parse_condition(unsigned stops) {
  const bool outside = context_.conditional;
  context_.conditional = true;
  if (!parse_commands(stops)) return false;
  context_.conditional = outside;
  return true;
}

bool Parser::parse_if() {
  const std::size_t opening = pos_ - 2;
  const bool in_branch = context_.in_branch;
  if (!parse_condition(stop_then)) return false;
  if (at_end()) return broken(opening, opening + 2);
  for (;;) {
    if (!expect_keyword("then")) return false;
    if (!parse_branch(stop_else | stop_fi)) return false;
    if (at_end()) return broken(opening, opening + 2);
    if (take_keyword("fi")) break;
    if (take_keyword("elif")) {
      context_.in_branch = true;
      if (!parse_condition(stop_then)) return false;
      if (at_end()) return broken(opening, opening + 2);
      continue;
    }
    if (!expect_keyword("else")) return false;
    if (!parse_branch(stop_fi)) return false;
    if (at_end()) return broken(opening, opening + 2);
    if (!expect_keyword("fi")) return false;
    break;
  }
  context_.in_branch = in_branch;
  return true;
}

bool Parser::parse_loop() {
  const std::size_t opening = pos_ - 5;  // both words have five letters
  repeated_.push_back(pos_);
  if (!parse_condition(stop_do)) return false;
  if (at_end()) return broken(opening, opening + 5);
  if (!expect_keyword("do") || !parse_branch(stop_done)) return false;
  if (at_end()) return broken(opening, opening + 5);
  repeated_.pop_back();
  return expect_keyword("done");
}

bool Parser::parse_for() {
  const std::size_t opening = pos_;
  skip_blanks();
  if (peek() == '(' && peek(1) == '(') {
    std::size_t after = 0;
    if (!skip_arithmetic(pos_ + 2, after)) return broken(pos_, pos_ + 2);
    drop_arithmetic_assignments(text_.substr(pos_, after - pos_));
    pos_ = after;
  } else {
    const std::size_t length = name_length(text_.substr(pos_, end_ - pos_));
    if (length == 0) return broken(pos_, pos_ + 1);
    if (shared_.quiet == 0) variables_.assign_unknown(text_.substr(pos_, length));
    pos_ += length;
    skip_lines();
    if (take_keyword("in")) {
      std::vector<Word> words;
      const std::size_t spans = shared_.word_spans.size();
      for (;;) {
        skip_blanks();
        if (at_end() || peek() == '\n' || peek() == ';' || peek() == '#') break;
        const std::size_t before = pos_;
        if (!lex_word(words)) return false;
        if (pos_ == before) return broken(pos_, pos_ + 1);
        words.clear();
        shared_.word_spans.resize(spans);
      }
    }
  }
  skip_blanks();
  if (peek() == ';') ++pos_;
  skip_lines();
  repeated_.push_back(pos_);
  if (take_keyword("{")) {  // an old form that bash still takes
    if (!parse_branch(stop_brace)) return false;
    if (at_end()) return broken(opening, opening + 1);
    ++pos_;
  } else {
    if (!expect_keyword("do") || !parse_branch(stop_done)) return false;
    if (at_end()) return broken(opening, opening + 1);
    if (!expect_keyword("done")) return false;
  }
  repeated_.pop_back();
  return true;
}

bool Parser::parse_case() {
  const std::size_t opening = pos_ - 4;
  skip_blanks();
  Word word;
  if (!lex_value(word)) return false;
  skip_lines();
  if (!expect_keyword("in")) return false;
  for (;;) {
    skip_lines();
    if (at_end()) return broken(opening, opening + 4);
    if (take_keyword("esac")) return true;
    if (peek() == '(') ++pos_;
    for (;;) {  // the patterns
      skip_blanks();
      const std::size_t before = pos_;
      if (!lex_value(word)) return false;
      skip_blanks();
      if (at_end()) return broken(opening, opening + 4);
      if (peek() == ')') break;
      if (peek() != '|' || pos_ == before) return broken(pos_, pos_ + 1);
      ++pos_;
    }
    ++pos_;
    if (!parse_branch(stop_case_item | stop_esac)) return false;
    if (at_end()) return broken(opening, opening + 4);
    if (peek() != ';') continue;
    pos_ += peek(1) == ';' && peek(2) == '&' ? 3 : 2;
  }
}

bool Parser::parse_function_word() {
  skip_blanks();
  const std::size_t name = pos_;
  while (pos_ < end_ && kind_of(text_[pos_]) == Kind::plain) ++pos_;
  if (pos_ == name) return broken(pos_, pos_ + 1);
  skip_blanks();
  if (peek() == '(') {
    ++pos_;
    skip_blanks();
    if (peek() != ')') return broken(pos_, pos_ + 1);
    ++pos_;
  }
  return parse_function_body();
}

bool Parser::parse_function_body() {
  skip_lines();
  if (at_end()) return broken(pos_, pos_);
  if (!enter()) return false;
  const Context outside = context_;
  context_.in_function = true;
  context_.conditional = false;
  context_.negated = false;
  variables_.enter(true);
  repeated_.push_back(pos_);
  const std::uint32_t list = ++shared_.lists;
  if (!parse_command(list, ++shared_.pipelines)) return false;
  repeated_.pop_back();
  variables_.leave(Variables::Leave::merge);
  context_ = outside;
  leave();
  return true;
}

// Redirections behind a compound command are kept in a command without words.
bool Parser::parse_compound_redirects(std::uint32_t list, std::uint32_t pipeline) {
  const DraftLease lease(shared_);
  Draft& draft = *lease;
  for (;;) {
    skip_blanks();
    const std::size_t begin = pos_;
    int descriptor = -1;
    if (is_digit(peek()) && (peek(1) == '<' || peek(1) == '>')) {
      descriptor = peek() - '0';
      ++pos_;
    }
    const char c = peek();
    if (c != '<' && c != '>' && !(c == '&' && peek(1) == '>')) break;
    if (draft.redirects.empty()) draft.begin = static_cast<std::uint32_t>(begin);
    if (!parse_redirect(draft, descriptor)) return false;
  }
  if (draft.redirects.empty()) return true;
  draft.end = static_cast<std::uint32_t>(pos_);
  return push(draft, list, pipeline);
}

// `[[ … ]]` is kept as a command whose words are its parts, operators included.
bool Parser::parse_test(std::uint32_t list, std::uint32_t pipeline) {
  const DraftLease lease(shared_);
  Draft& draft = *lease;
  draft.begin = static_cast<std::uint32_t>(pos_);
  std::vector<Word>& words = draft.words;
  const auto operator_word = [&](std::size_t size) {
    Word& word = words.emplace_back();
    word.text = text_.substr(pos_, size);
    word.at = places_.at(static_cast<std::uint32_t>(pos_), static_cast<std::uint32_t>(pos_ + size));
    pos_ += size;
    shared_.word_spans.resize(draft.first_span + words.size());
  };
  operator_word(2);
  for (;;) {
    skip_lines();
    if (at_end()) return broken(draft.begin, draft.begin + 2);
    const char c = text_[pos_];
    if (c == ']' && peek(1) == ']' && word_ends_at(pos_ + 2)) {
      operator_word(2);
      break;
    }
    if (words.back().text == "=~" && !words.back().quoted) {
      // A regular expression: parentheses and bars belong to it.
      const std::size_t begin = pos_;
      std::size_t depth = 0;
      while (pos_ < end_ && text_[pos_] != '\n' && (depth > 0 || !is_blank(text_[pos_]))) {
        if (text_[pos_] == '(') ++depth;
        if (text_[pos_] == ')' && depth > 0) --depth;
        if (text_[pos_] == '\\' && pos_ + 1 < end_) ++pos_;
        ++pos_;
      }
      const std::size_t size = pos_ - begin;
      pos_ = begin;
      operator_word(size);
      words.back().resolved = false;
      continue;
    }
    if (c == '&' || c == '|') {
      if (peek(1) != c) return broken(pos_, pos_ + 1);
      operator_word(2);
      continue;
    }
    if (c == '(' || c == ')' || c == '<' || c == '>') {
      operator_word(1);
      continue;
    }
    if (c == ';') return broken(pos_, pos_ + 1);
    Word word;
    const std::size_t before = pos_;
    if (!lex_value(word)) return false;
    if (pos_ == before) return broken(pos_, pos_ + 1);
    words.push_back(word);
    shared_.word_spans.resize(draft.first_span + words.size());
  }
  draft.end = static_cast<std::uint32_t>(pos_);
  return push(draft, list, pipeline) && parse_compound_redirects(list, pipeline);
}

// `(( … ))` is kept as a command of two words: `((` and the expression.
bool Parser::parse_arithmetic_command(std::uint32_t list, std::uint32_t pipeline) {
  std::size_t after = 0;
  if (!skip_arithmetic(pos_ + 2, after)) return broken(pos_, pos_ + 2);
  const DraftLease lease(shared_);
  Draft& draft = *lease;
  draft.begin = static_cast<std::uint32_t>(pos_);
  draft.end = static_cast<std::uint32_t>(after);
  const std::size_t inside = pos_ + 2;
  Word& opening = draft.words.emplace_back();
  opening.text = "((";
  opening.at = places_.at(draft.begin, draft.begin + 2);
  Word& expression = draft.words.emplace_back();
  expression.text = text_.substr(inside, after - 2 - inside);
  expression.resolved = false;
  expression.at = places_.at(static_cast<std::uint32_t>(inside), draft.end - 2);
  drop_arithmetic_assignments(text_.substr(inside, after - 2 - inside));
  pos_ = after;
  return push(draft, list, pipeline) && parse_compound_redirects(list, pipeline);
}

void Parser::drop_arithmetic_assignments(std::string_view text) {
  if (shared_.quiet > 0) return;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = name_length(text.substr(i));
    if (length == 0) {
      ++i;
      continue;
    }
    const std::string_view name = text.substr(i, length);
    if (variables_.find(name) != nullptr) variables_.assign_unknown(name);
    i += length;
  }
}

// --- simple commands
// ------------------------------------------------------------------------------

bool Parser::parse_simple(std::uint32_t list, std::uint32_t pipeline) {
  const DraftLease lease(shared_);
  Draft& draft = *lease;
  draft.begin = draft.end = static_cast<std::uint32_t>(pos_);
  bool whole = true;
  bool declaration = false;
  while (whole) {
    skip_blanks();
    if (at_end()) break;
    const char c = text_[pos_];
    if (c == '\n' || c == ';' || c == '|' || c == ')' || c == '#') break;
    if (c == '&' && peek(1) != '>') break;
    if (c == '(') {
      // `name()` defines a function.
      std::size_t closing = pos_ + 1;
      while (closing < end_ && is_blank(text_[closing])) ++closing;
      if (draft.words.size() != 1 || !draft.assignments.empty() || !draft.redirects.empty() ||
          draft.words[0].quoted || closing >= end_ || text_[closing] != ')') {
        whole = broken(pos_, pos_ + 1);
        break;
      }
      pos_ = closing + 1;
      shared_.word_spans.resize(draft.first_span);
      return parse_function_body() && parse_compound_redirects(list, pipeline);
    }
    int descriptor = -1;
    const std::size_t begin = pos_;
    if (is_digit(c)) {
      std::size_t stop = pos_;
      while (stop < end_ && stop - pos_ < 9 && is_digit(text_[stop])) ++stop;
      if (stop < end_ && (text_[stop] == '<' || text_[stop] == '>')) {
        descriptor = static_cast<int>(*parse_number(text_.substr(pos_, stop - pos_)));
        pos_ = stop;
      }
    }
    const char first = text_[pos_];
    if (first == '&' || ((first == '<' || first == '>') && (peek(1) != '(' || descriptor >= 0))) {
      whole = parse_redirect(draft, descriptor);
    } else if (first == '<' || first == '>') {
      WordState state;
      state.begin = static_cast<std::uint32_t>(begin);
      state.split_into = &draft.words;
      whole = lex_substituted_commands(state) && lex_parts(state);
      flush(state, pos_);
    } else {
      bool assignment = false;
      if (draft.words.empty() && (is_alpha(c) || c == '_')) {
        whole = parse_assignment(draft, assignment);
      }
      if (whole && !assignment) {
        if (declaration) {
          whole = parse_declared(draft);
        } else {
          whole = lex_word(draft.words);
          if (draft.words.size() == 1) declaration = is_declaration(draft.words[0].text);
        }
      }
      if (whole && pos_ == begin) whole = broken(pos_, pos_ + 1);
    }
    draft.end = static_cast<std::uint32_t>(std::max<std::size_t>(pos_, draft.end));
  }
  if (!whole) return false;
  if (draft.words.empty() && draft.assignments.empty() && draft.redirects.empty()) {
    // `"${empty[@]}"` alone, or nothing where a command must stand.
    if (draft.end > draft.begin) return true;
    return broken(pos_, pos_ + 1);
  }
  return push(draft, list, pipeline);
}

// name=value before the command's name, or alone.
bool Parser::parse_assignment(Draft& draft, bool& found) {
  const std::string_view rest = text_.substr(pos_, end_ - pos_);
  const std::size_t length = name_length(rest);
  if (length == rest.size()) return true;
  std::size_t equals = length;
  bool element = false;
  if (rest[equals] == '[') {
    std::size_t stop = equals;
    while (stop < rest.size() && rest[stop] != ']' && rest[stop] != '\n' && !is_blank(rest[stop])) {
      ++stop;
    }
    if (stop >= rest.size() || rest[stop] != ']') return true;
    element = true;
    equals = stop + 1;
  }
  bool append = false;
  if (equals < rest.size() && rest[equals] == '+') {
    append = true;
    ++equals;
  }
  if (equals >= rest.size() || rest[equals] != '=') return true;
  found = true;
  const std::size_t at = pos_;
  const std::string_view name = rest.substr(0, length);
  pos_ += equals + 1;
  Assignment& assignment = draft.assignments.emplace_back();
  assignment.name = name;
  if (peek() == '(' && !element) {
    const auto begin = static_cast<std::uint32_t>(pos_);
    std::vector<Word> elements;
    if (!parse_array(elements)) return false;
    assignment.value.text = text_.substr(begin, pos_ - begin);
    assignment.value.resolved = false;
    assignment.value.at = places_.at(begin, static_cast<std::uint32_t>(pos_));
    draft.assigned.push_back({DraftAssignment::Kind::array, draft.assignments.size() - 1, at,
                              append, std::move(elements)});
    return true;
  }
  const bool whole = lex_value(assignment.value);
  draft.assigned.push_back({element ? DraftAssignment::Kind::element : DraftAssignment::Kind::text,
                            draft.assignments.size() - 1,
                            at,
                            append,
                            {}});
  return whole;
}

// A word of `export`, `local`, `declare`: name=value is not cut into words, name=(…) is an array.
bool Parser::parse_declared(Draft& draft) {
  std::vector<Word>& words = draft.words;
  const std::string_view rest = text_.substr(pos_, end_ - pos_);
  const std::size_t length = name_length(rest);
  const bool local = words[0].text != "export" && words[0].text != "readonly";
  if (length > 0 && word_ends_at(pos_ + length) && shared_.quiet == 0 && local) {
    variables_.make_local(rest.substr(0, length));
  }
  std::size_t equals = length;
  const bool append = equals > 0 && equals < rest.size() && rest[equals] == '+';
  if (append) ++equals;
  if (length == 0 || equals >= rest.size() || rest[equals] != '=') return lex_word(words);
  const std::size_t begin = pos_;
  const std::string_view name = rest.substr(0, length);
  if (local && shared_.quiet == 0) variables_.make_local(name);
  Word word;
  bool whole = true;
  pos_ += equals + 1;
  if (peek() == '(') {
    std::vector<Word> elements;
    whole = parse_array(elements);
    word.text = text_.substr(begin, pos_ - begin);
    word.resolved = false;
    if (whole) assign_array(name, std::move(elements), append, begin);
  } else {
    Word value;
    whole = lex_value(value);
    word = value;
    word.text = shared_.arena.copy(concat(rest.substr(0, equals + 1), value.text));
    word.letters = Letters(word.text);
    if (whole) assign(name, value, append, begin);
  }
  word.at = places_.at(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(pos_));
  words.push_back(word);
  shared_.word_spans.resize(draft.first_span + words.size() - 1);
  shared_.word_spans.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(pos_)});
  return whole;
}

// ( … ) of an array; pos_ at the opening parenthesis.
bool Parser::parse_array(std::vector<Word>& elements) {
  const std::size_t opening = pos_++;
  const std::size_t spans = shared_.word_spans.size();
  for (;;) {
    skip_lines();
    if (at_end()) return broken(opening, opening + 1);
    if (peek() == ')') {
      ++pos_;
      return true;
    }
    const std::size_t before = pos_;
    if (!lex_word(elements)) return false;
    shared_.word_spans.resize(spans);
    if (pos_ == before) return broken(pos_, pos_ + 1);
  }
}

// < > >> << <<- <<< <> >| <& >& &> &>>; pos_ at the operator.
bool Parser::parse_redirect(Draft& draft, int descriptor) {
  const std::size_t begin = pos_;
  Redirect redirect;
  redirect.descriptor = descriptor;
  bool strip_tabs = false;
  if (peek() == '&') {
    redirect.descriptor = -2;
    redirect.kind = peek(2) == '>' ? Redirect::Kind::append : Redirect::Kind::output;
    pos_ += peek(2) == '>' ? 3 : 2;
  } else if (peek() == '>') {
    ++pos_;
    if (peek() == '>') {
      redirect.kind = Redirect::Kind::append;
      ++pos_;
    } else if (peek() == '&') {
      redirect.kind = Redirect::Kind::duplicate;
      ++pos_;
    } else if (peek() == '|') {
      ++pos_;
    }
  } else {
    redirect.kind = Redirect::Kind::input;
    ++pos_;
    if (peek() == '<') {
      ++pos_;
      redirect.kind = Redirect::Kind::heredoc;
      if (peek() == '<') {
        ++pos_;
        redirect.kind = Redirect::Kind::here_string;
      } else if (peek() == '-') {
        strip_tabs = true;
        ++pos_;
      }
    } else if (peek() == '&') {
      redirect.kind = Redirect::Kind::duplicate;
      ++pos_;
    } else if (peek() == '>') {
      ++pos_;
    }
  }
  skip_blanks();
  const std::size_t target = pos_;
  if (redirect.kind == Redirect::Kind::heredoc) {
    PendingHeredoc heredoc;
    heredoc.strip_tabs = strip_tabs;
    if (!lex_delimiter(heredoc)) return false;
    draft.heredocs.push_back(first_pending_ + pending_.size());
    pending_.push_back(std::move(heredoc));
    redirect.target.at =
        places_.at(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(pos_));
  } else {
    bool whole = true;
    if ((peek() == '<' || peek() == '>') && peek(1) == '(') {
      WordState state;
      state.begin = static_cast<std::uint32_t>(pos_);
      whole = lex_substituted_commands(state);
      redirect.target = finish(state, pos_);
    } else {
      whole = lex_value(redirect.target);
    }
    if (!whole) return false;
  }
  if (pos_ == target) return broken(begin, target);
  draft.redirects.push_back(redirect);
  return true;
}

// A heredoc's delimiter is taken as it stands; a quote anywhere in it keeps the body from
// expansion.
bool Parser::lex_delimiter(PendingHeredoc& heredoc) {
  while (!word_ends_at(pos_)) {
    const char c = text_[pos_];
    if (c == '\'' || c == '"') {
      heredoc.quoted = true;
      const std::size_t opening = pos_++;
      while (pos_ < end_ && text_[pos_] != c) heredoc.delimiter += text_[pos_++];
      if (at_end()) {
        pos_ = opening;
        return broken(opening, opening + 1);
      }
    } else if (c == '\\' && pos_ + 1 < end_) {
      heredoc.quoted = true;
      heredoc.delimiter += text_[++pos_];
    } else {
      heredoc.delimiter += c;
    }
    ++pos_;
  }
  return true;
}

// The bodies of the heredocs whose operators stood on the line before; pos_ at the next line's
// start.
void Parser::read_heredocs() {
  std::vector<PendingHeredoc> pending;
  pending.swap(pending_);
  const std::size_t first = first_pending_;
  first_pending_ += pending.size();
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const PendingHeredoc& heredoc = pending[i];
    WordText text;
    Pieces pieces;
    const std::size_t begin = pos_;
    std::size_t stop = pos_;
    while (pos_ < end_) {
      std::size_t line_end = text_.substr(0, end_).find('\n', pos_);
      const std::size_t after = line_end == std::string_view::npos ? end_ : line_end + 1;
      if (line_end == std::string_view::npos) line_end = end_;
      std::size_t line = pos_;
      if (heredoc.strip_tabs) {
        while (line < line_end && text_[line] == '\t') ++line;
      }
      std::string_view content = text_.substr(line, line_end - line);
      if (content.ends_with('\r')) content.remove_suffix(1);
      if (content == heredoc.delimiter) {
        pos_ = after;
        break;
      }
      pieces.copy(static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(line),
                  static_cast<std::uint32_t>(after - line));
      text.append_lasting(text_.substr(line, after - line));
      pos_ = stop = after;
    }
    Word body;
    body.text = text.keep(shared_.arena);
    body.quoted = heredoc.quoted;
    body.resolved = heredoc.quoted || body.text.find_first_of("$`\\") == std::string_view::npos;
    body.at = places_.at(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(stop));
    if (heredoc.command == npos) {
      if (shared_.quiet == 0) early_.emplace_back(first + i, body);
      continue;
    }
    shared_.script.commands[heredoc.command].redirects[heredoc.redirect].target = body;
    nested_heredoc(heredoc.command, body.text, pieces);
  }
}

bool Parser::push(Draft& draft, std::uint32_t list, std::uint32_t pipeline) {
  const std::size_t first_span = draft.first_span;
  if (shared_.quiet > 0) {
    shared_.word_spans.resize(first_span);
    return true;
  }
  std::vector<Command>& commands = shared_.script.commands;
  if (commands.size() >= max_commands) return broken(draft.begin, draft.begin + 1);
  Command command;
  command.assignments = shared_.arena.copy(draft.assignments);
  command.words = shared_.arena.copy(draft.words);
  command.redirects = shared_.arena.copy(draft.redirects);
  command.at = places_.at(draft.begin, draft.end);
  command.list = list;
  command.pipeline = pipeline;
  command.subshell_depth = context_.subshell_depth;
  command.conditional = context_.conditional;
  command.in_function = context_.in_function;
  command.in_branch = context_.in_branch;
  command.in_substitution = context_.in_substitution;
  command.negated = context_.negated;
  follow(draft);
  const std::size_t index = commands.size();
  if (!draft.heredocs.empty()) {
    std::size_t redirect = 0;
    for (const std::size_t number : draft.heredocs) {
      while (command.redirects[redirect].kind != Redirect::Kind::heredoc) ++redirect;
      if (number >= first_pending_) {
        pending_[number - first_pending_].command = index;
        pending_[number - first_pending_].redirect = redirect;
      } else {
        const auto early = std::lower_bound(
            early_.begin(), early_.end(), number,
            [](const auto& entry, std::size_t wanted) { return entry.first < wanted; });
        if (early != early_.end() && early->first == number) {
          command.redirects[redirect].target = early->second;
        }
      }
      ++redirect;
    }
  }
  find_effective_program(command);
  commands.push_back(command);
  shared_.script.programs.add(command.programs);
  last_command_ = index;
  nested_script(index, first_span);
  shared_.word_spans.resize(first_span);
  return true;
}

// --- scripts inside the script
// --------------------------------------------------------------------

// sh -c '…', bash -lc "…", eval "…"
void Parser::nested_script(std::size_t index, std::size_t first_span) {
  static constexpr ProgramSet starting{"eval", "su",  "sh",  "bash", "dash",
                                       "ash",  "zsh", "ksh", "mksh"};
  if (!shared_.script.commands[index].programs.may_share(starting)) return;
  const std::span<const Word> words = effective_words(shared_.script.commands[index]);
  if (words.size() < 2 || !words[0].resolved) return;
  const std::string_view program = file_name(words[0].text);
  std::size_t script = 0;
  if (program == "eval") {
    if (words.size() != 2) return;
    script = 1;
  } else if (is_shell(program) || program == "su") {
    bool command_option = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string_view text = words[i].text;
      if (text.starts_with('-') && !text.starts_with("--") && text.find('c') != text.npos) {
        command_option = true;
        if (program == "su") {
          script = i + 1 < words.size() ? i + 1 : 0;
          break;
        }
      } else if (text.starts_with('-') || text.starts_with('+')) {
        if (text == "-o" || text == "+o" || text == "-O" || text == "+O") ++i;
      } else if (program != "su") {
        script = command_option ? i : 0;
        break;
      }
    }
  }
  if (script == 0 || !words[script].quoted) return;
  const std::size_t position =
      static_cast<std::size_t>(words.data() - shared_.script.commands[index].words.data()) + script;
  const Span span = shared_.word_spans[first_span + position];
  if (span.size() > shared_.second_readings) return;
  shared_.second_readings -= span.size();
  // The word once more, this time with the place of every byte.
  const std::size_t outer_pos = pos_;
  const Context outer_context = context_;
  const std::size_t spans = shared_.word_spans.size();
  ++shared_.quiet;
  pos_ = span.begin;
  Word word;
  Pieces pieces;
  const bool whole = lex_value(word, &pieces) && pos_ == span.end;
  --shared_.quiet;
  pos_ = outer_pos;
  context_ = outer_context;
  shared_.word_spans.resize(spans);
  if (whole) read_nested(word.text, pieces, false);
}

// `bash <<EOF`: the body is a script.
void Parser::nested_heredoc(std::size_t index, std::string_view body, const Pieces& pieces) {
  const std::span<const Word> words = effective_words(shared_.script.commands[index]);
  if (words.empty() || !words[0].resolved || !is_shell(file_name(words[0].text))) return;
  for (const Word& word : words.subspan(1)) {
    if (word.text == "-s") break;
    if (!word.text.starts_with('-') || word.text.find('c') != std::string_view::npos) return;
  }
  if (body.size() > shared_.second_readings) return;
  shared_.second_readings -= body.size();
  read_nested(body, pieces, false);
}

// False only when a script that is part of this one (`…`) is broken.
bool Parser::read_nested(std::string_view text, const Pieces& pieces, bool same_shell) {
  if (shared_.nesting >= max_nesting) return !same_shell || broken(pos_, pos_ + 1);
  const std::size_t nesting = shared_.nesting++;
  const std::size_t spans = shared_.word_spans.size();
  const bool complete = shared_.script.complete;
  const MappedPlaces places(places_, pieces);
  Context context = context_;
  ++context.subshell_depth;
  context.conditional = context.negated = false;
  if (same_shell) context.in_substitution = true;
  Parser parser(text, places, shared_, context);
  const bool whole = parser.run();
  shared_.nesting = nesting;
  shared_.word_spans.resize(spans);
  if (!whole && same_shell) shared_.script.broken_offset = pos_;
  if (whole || same_shell) return whole;
  if (complete) {
    // It is that shell's trouble: this script is whole.
    shared_.script.complete = true;
    shared_.script.broken_at = {};
    shared_.script.broken_offset = 0;
  }
  return true;
}

// --- variables
// ------------------------------------------------------------------------------------

bool Parser::spend(std::size_t size) {
  if (size > shared_.expansions) return false;
  shared_.expansions -= size;
  return true;
}

// Whether a value that was assigned before a loop or a function holds in its body: only if nothing
// assigns it again later, in the text's order.
bool Parser::stable(std::string_view name, const Variable& variable) {
  if (repeated_.empty()) return true;
  if (!assignments_indexed_) {
    assignments_indexed_ = true;
    for (std::size_t equals = text_.find('='); equals != text_.npos;
         equals = text_.find('=', equals + 1)) {
      std::size_t stop = equals;
      if (stop > 0 && text_[stop - 1] == '+') --stop;
      std::size_t begin = stop;
      while (begin > 0 && is_name_character(text_[begin - 1])) --begin;
      if (begin == stop || (begin > 0 && kind_of(text_[begin - 1]) != Kind::delimiter)) continue;
      last_assignment_[text_.substr(begin, stop - begin)] = begin;
    }
  }
  const auto last = last_assignment_.find(name);
  if (last == last_assignment_.end()) return true;
  for (const std::size_t begin : repeated_) {
    if (variable.assigned_at < begin && begin <= last->second) return false;
  }
  return true;
}

Parser::Value Parser::value_of(std::string_view name) {
  Value value;
  if (const Variable* variable = variables_.find(name); variable != nullptr) {
    if (!shared_.options.follow_assignments || !stable(name, *variable)) return value;
    if (variable->state == Variable::State::text && spend(variable->text.size())) {
      value.known = Known::text;
      value.text = variable->text;
    } else if (variable->state == Variable::State::array) {
      std::size_t size = 0;
      for (const Word& element : variable->elements) size += sizeof(Word) + element.text.size();
      if (!spend(size)) return value;
      value.known = Known::array;
      value.elements = &variable->elements;
    }
    return value;
  }
  if (!shared_.options.variable) return value;
  std::optional<std::string> given = shared_.options.variable(name);
  if (!given || !spend(given->size())) return value;
  owned_value_ = std::move(*given);
  value.known = Known::text;
  value.text = owned_value_;
  return value;
}

void Parser::assign(std::string_view name, const Word& value, bool append, std::size_t at) {
  if (shared_.quiet > 0) return;
  if (!append) {
    Variable variable;
    variable.state = value.resolved ? Variable::State::text : Variable::State::unknown;
    if (value.resolved) variable.text = value.text;
    variable.assigned_at = at;
    variables_.assign(name, std::move(variable));
    return;
  }
  Variable* const variable = variables_.change(name);
  if (variable == nullptr || !value.resolved || variable->state != Variable::State::text) {
    variables_.assign_unknown(name);
    return;
  }
  variable->text += value.text;
}

void Parser::assign_array(std::string_view name, std::vector<Word> elements, bool append,
                          std::size_t at) {
  if (shared_.quiet > 0) return;
  if (!append) {
    Variable variable;
    variable.state = Variable::State::array;
    variable.elements = std::move(elements);
    variable.assigned_at = at;
    variables_.assign(name, std::move(variable));
    return;
  }
  Variable* const variable = variables_.change(name);
  if (variable == nullptr || variable->state != Variable::State::array) {
    variables_.assign_unknown(name);
    return;
  }
  variable->elements.insert(variable->elements.end(), std::make_move_iterator(elements.begin()),
                            std::make_move_iterator(elements.end()));
}

// What a command does to the script's variables.
void Parser::follow(Draft& draft) {
  if (draft.words.empty()) {
    for (DraftAssignment& one : draft.assigned) {
      const Assignment& assignment = draft.assignments[one.index];
      switch (one.kind) {
        case DraftAssignment::Kind::text:
          assign(assignment.name, assignment.value, one.append, one.at);
          break;
        case DraftAssignment::Kind::array:
          assign_array(assignment.name, std::move(one.elements), one.append, one.at);
          break;
        case DraftAssignment::Kind::element: variables_.assign_unknown(assignment.name); break;
      }
    }
    return;
  }
  const std::string_view program = draft.words[0].text;
  static constexpr ProgramSet assigning{"read",    "mapfile", "readarray", "unset",
                                        "getopts", "printf",  "let"};
  ProgramSet here;
  here.add(program);
  if (!here.may_share(assigning)) return;
  const bool reads = program == "read" || program == "mapfile" || program == "readarray";
  const bool unsets =
      program == "unset" || program == "getopts" || program == "printf" || program == "let";
  if (!reads && !unsets) return;
  for (const Word& word : draft.words) {
    if (variables_.find(word.text) != nullptr) variables_.assign_unknown(word.text);
  }
}

Script read_script(std::string_view text, const Places& places, Arena& arena,
                   const ReadOptions& options) {
  Shared shared(options, arena, text.size());
  Parser parser(text, places, shared, {});
  parser.run();
  return std::move(shared.script);
}

}  // namespace plimsoll::shell
