// The shell parser's inside; everyone else uses shell_reader.h.
//
// It goes over the text once. Words are made where they are met: quotes removed, known values put
// in. Commands inside substitutions are parsed in place, by recursion, so that one pass serves
// both; they stand in the list before the command whose word they belong to, which is the order
// they run in. Three things look at a text again, each bounded by a budget that is a multiple of
// the script's size: the script of `sh -c '…'`, the inside of backticks that hold backslashes, and
// a `((` that turns out to be two subshells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "readers/shell/shell_reader.h"
#include "readers/shell/text_map.h"
#include "readers/shell/variables.h"

namespace plimsoll::shell {

struct DraftAssignment {
  enum class Kind : std::uint8_t { text, array, element };
  Kind kind = Kind::text;
  std::size_t index = 0;  // among the command's assignments
  std::size_t at = 0;
  bool append = false;
  std::vector<Word> elements;
};

// A simple command under way.
struct Draft {
  std::vector<Assignment> assignments;
  std::vector<Word> words;
  std::vector<Redirect> redirects;
  std::size_t first_span = 0;
  std::vector<std::size_t> heredocs;  // its heredocs, by number
  std::vector<DraftAssignment> assigned;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Draft* next_idle = nullptr;

  void clear();
};

// What the parser of a script and those of the scripts inside it have in common.
struct Shared {
  Shared(const ReadOptions& read_options, Arena& texts, std::size_t size);

  const ReadOptions& options;
  Arena& arena;
  Script script;
  std::uint32_t pipelines = 0;
  std::uint32_t lists = 0;
  std::size_t nesting = 0;
  // Greater than 0: the text is read a second time, commands and assignments have been seen
  // already.
  std::size_t quiet = 0;
  // Bytes that may still be read again, and that values may still put in.
  std::size_t second_readings;
  std::size_t expansions;
  // The places of the words of the commands under way, innermost last.
  std::vector<Span> word_spans;
  // Drafts that wait for the next command: their lists keep what room they have. Most scripts need
  // no more than the first.
  Draft first_draft;
  std::vector<std::unique_ptr<Draft>> more_drafts;
  Draft* idle_draft = &first_draft;
};

// A draft for the time of one command; commands stand in the words of others, so there are several.
class DraftLease {
 public:
  explicit DraftLease(Shared& shared);
  ~DraftLease() {
    draft_->next_idle = shared_.idle_draft;
    shared_.idle_draft = draft_;
  }
  DraftLease(const DraftLease&) = delete;
  DraftLease& operator=(const DraftLease&) = delete;

  Draft& operator*() const { return *draft_; }

 private:
  Shared& shared_;
  Draft* draft_;
};

class Parser {
 public:
  // What a list of commands ends at, besides the end of the text.
  enum Stop : unsigned {
    stop_paren = 1u << 0,
    stop_brace = 1u << 1,
    stop_then = 1u << 2,
    stop_else = 1u << 3,  // else, elif
    stop_fi = 1u << 4,
    stop_do = 1u << 5,
    stop_done = 1u << 6,
    stop_case_item = 1u << 7,  // ;; ;& ;;&
    stop_esac = 1u << 8,
  };
  // What is the same for every command of a list.
  struct Context {
    std::uint16_t subshell_depth = 0;
    bool conditional = false;
    bool in_function = false;
    bool in_branch = false;
    bool in_substitution = false;
    bool negated = false;
  };

  Parser(std::string_view text, const Places& places, Shared& shared, const Context& context);

  // False when the text is no valid shell; Shared::script then says where.
  bool run();

 private:
  struct WordState {
    WordText text;
    bool resolved = true;
    bool quoted = false;
    bool glob = false;
    bool present = false;  // something, perhaps empty, stands here
    std::uint32_t begin = 0;
    std::vector<Word>* split_into = nullptr;  // null: values are not split into words
    Pieces* pieces = nullptr;
  };
  struct PendingHeredoc {
    std::string delimiter;
    bool quoted = false;
    bool strip_tabs = false;
    std::size_t command = npos;  // where it goes, once that command stands in the list
    std::size_t redirect = 0;
  };
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  // --- text -------------------------------------------------------------------------------------
  bool at_end() const { return pos_ >= end_; }
  char peek(std::size_t ahead = 0) const {
    return pos_ + ahead < end_ ? text_[pos_ + ahead] : '\0';
  }
  bool continues_line(std::size_t at) const;  // a backslash before a line end
  bool skip_continuation();
  void skip_blanks();
  void skip_lines();  // blanks, comments, newlines and the heredoc bodies after them
  void skip_comment();
  bool word_ends_at(std::size_t at) const;
  bool broken(std::size_t begin, std::size_t end);
  bool enter();
  void leave() { --shared_.nesting; }
  std::string_view bare_word() const;

  // --- commands ---------------------------------------------------------------------------------
  bool parse_commands(unsigned stops);
  bool parse_and_or();
  bool parse_pipeline(std::uint32_t list);
  bool parse_command(std::uint32_t list, std::uint32_t pipeline);
  bool parse_compound(std::string_view keyword, bool& found);
  bool parse_branch(unsigned stops);
  bool parse_condition(unsigned stops);
  bool parse_if();
  bool parse_loop();
  bool parse_for();
  bool parse_case();
  bool parse_group();
  bool parse_subshell();
  bool parse_function_word();
  bool parse_function_body();
  bool parse_test(std::uint32_t list, std::uint32_t pipeline);
  bool parse_arithmetic_command(std::uint32_t list, std::uint32_t pipeline);
  bool parse_compound_redirects(std::uint32_t list, std::uint32_t pipeline);
  bool parse_simple(std::uint32_t list, std::uint32_t pipeline);
  bool parse_redirect(Draft& draft, int descriptor);
  bool lex_delimiter(PendingHeredoc& heredoc);
  bool parse_assignment(Draft& draft, bool& found);
  bool parse_declared(Draft& draft);
  bool parse_array(std::vector<Word>& elements);
  bool take_keyword(std::string_view keyword);
  bool expect_keyword(std::string_view keyword);
  bool push(Draft& draft, std::uint32_t list, std::uint32_t pipeline);
  void follow(Draft& draft);
  void nested_script(std::size_t index, std::size_t first_span);
  void nested_heredoc(std::size_t index, std::string_view body, const Pieces& pieces);
  bool read_nested(std::string_view text, const Pieces& pieces, bool same_shell);
  void read_heredocs();
  void drop_arithmetic_assignments(std::string_view text);

  // --- words ------------------------------------------------------------------------------------
  bool lex_word(std::vector<Word>& words);
  bool lex_value(Word& word, Pieces* pieces = nullptr);
  bool lex_parts(WordState& state);
  bool lex_special(WordState& state, bool in_double_quotes);
  bool lex_single_quoted(WordState& state);
  bool lex_ansi_quoted(WordState& state);
  bool lex_double_quoted(WordState& state);
  bool lex_dollar(WordState& state, bool in_double_quotes);
  bool lex_parameter(WordState& state, bool in_double_quotes);
  bool lex_operand(WordState& state, bool in_double_quotes);
  bool lex_substitution(WordState& state);
  bool lex_backticks(WordState& state, bool in_double_quotes);
  bool lex_substituted_commands(WordState& state);
  bool parse_substituted(std::size_t begin, unsigned stops);
  bool skip_arithmetic(std::size_t opening, std::size_t& after);
  void append_copy(WordState& state, std::size_t begin, std::size_t end);
  void append_raw(WordState& state, std::size_t begin, std::size_t end);
  void append_value(WordState& state, std::string_view value, std::size_t begin, std::size_t end,
                    bool split);
  void append_elements(WordState& state, const std::vector<Word>& elements, std::size_t begin,
                       std::size_t end, bool in_double_quotes);
  void flush(WordState& state, std::size_t end);
  Word finish(WordState& state, std::size_t end);

  // --- variables --------------------------------------------------------------------------------
  enum class Known : std::uint8_t { no, text, array };
  struct Value {
    Known known = Known::no;
    std::string_view text;
    const std::vector<Word>* elements = nullptr;
  };
  Value value_of(std::string_view name);
  bool stable(std::string_view name, const Variable& variable);
  void assign(std::string_view name, const Word& value, bool append, std::size_t at);
  void assign_array(std::string_view name, std::vector<Word> elements, bool append, std::size_t at);
  bool spend(std::size_t size);

  std::string_view text_;
  std::size_t pos_ = 0;
  std::size_t end_ = 0;
  const Places& places_;
  Shared& shared_;
  Context context_;
  Variables variables_;
  std::string owned_value_;  // what ReadOptions::variable gave last
  std::vector<PendingHeredoc> pending_;
  // Heredocs have numbers in the order of their operators: those before first_pending_ are read,
  // and early_ keeps the bodies that came before their command was at its end.
  std::size_t first_pending_ = 0;
  std::vector<std::pair<std::size_t, Word>> early_;
  // Bodies that may run again, or later, and are under way: loops and functions, by where they
  // begin.
  std::vector<std::size_t> repeated_;
  // The command that stood last in the part under way, by its index: what follows it sets its
  // `next`.
  std::size_t last_command_ = npos;
  // Where the last "${array[@]}" ended.
  std::size_t array_expanded_ = npos;
  const Word empty_word_;
  bool assignments_indexed_ = false;
  std::unordered_map<std::string_view, std::size_t> last_assignment_;
};

}  // namespace plimsoll::shell
