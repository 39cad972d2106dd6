#include "readers/run_command/run_text.h"

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"

namespace plimsoll::run_command {
namespace {

constexpr auto clients = std::to_array<std::string_view>({"docker", "podman", "nerdctl"});

bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

// A script under way, made of lines of the source.
class Builder {
 public:
  explicit Builder(const Source& source) : source_(source.text()) {}

  bool empty() const { return text_.empty(); }
  void copy(std::size_t begin, std::size_t end) {
    pieces_.copy(static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(begin),
                 static_cast<std::uint32_t>(end - begin));
    text_.append(source_.substr(begin, end - begin));
  }
  void replace(std::string_view text, std::size_t begin, std::size_t end) {
    pieces_.replace(static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(begin),
                    static_cast<std::uint32_t>(end));
    text_ += text;
  }
  // A line with its placeholders as words; `end` is behind its newline.
  void copy_line(std::size_t begin, std::size_t end);
  void read(const std::function<void(const ShellText&)>& read, bool prose) {
    if (!text_.empty() && names_client(text_)) read({text_, &pieces_, prose});
    text_.clear();
    pieces_ = {};
  }

 private:
  std::string_view source_;
  std::string text_;
  shell::Pieces pieces_;
};

// The end of a placeholder that starts at `open`, a `<`; 0 when it is none. `<in >out` and `<in
// 2>&1` are redirections: a placeholder ends without a blank, no digit alone before its bracket,
// and a word does not go on behind it.
std::size_t placeholder_end(std::string_view line, std::size_t open) {
  constexpr std::size_t longest = 64;
  if (open > 0 && line[open - 1] == '<') return 0;
  std::size_t i = open + 1;
  if (i >= line.size() || !is_alpha(line[i])) return 0;
  while (i < line.size() && i - open < longest && line[i] != '>') {
    const char c = line[i];
    if (!is_name_character(c) && c != ' ' && c != '-' && c != '.' && c != ':' && c != '/') return 0;
    ++i;
  }
  if (i >= line.size() || line[i] != '>' || line[i - 1] == ' ') return 0;
  if (is_digit(line[i - 1]) && line[i - 2] == ' ') return 0;
  const char next = i + 1 < line.size() ? line[i + 1] : ' ';
  if (is_name_character(next) || next == '&' || next == '>' || next == '(') return 0;
  return i + 1;
}

void Builder::copy_line(std::size_t begin, std::size_t end) {
  const std::string_view line = source_.substr(begin, end - begin);
  std::size_t done = 0;
  for (std::size_t open = line.find('<'); open != line.npos; open = line.find('<', open + 1)) {
    const std::size_t close = placeholder_end(line, open);
    if (close == 0) continue;
    copy(begin + done, begin + open);
    for (std::size_t i = open; i < close; ++i) {
      const char c = line[i];
      const std::size_t first = text_.size();
      copy(begin + i, begin + i + 1);
      if (c == '<') text_[first] = placeholder_open;
      if (c == '>') text_[first] = placeholder_close;
      if (c == ' ') text_[first] = placeholder_blank;
    }
    done = close;
    open = close - 1;
  }
  copy(begin + done, end);
}

std::size_t behind_byte_order_mark(std::string_view text) {
  return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

// The source's lines one after the other.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;    // without the newline
  std::size_t after = 0;  // with it
};

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text), at_(behind_byte_order_mark(text)) {}
  bool next(Line& line) {
    if (at_ >= text_.size()) return false;
    line.begin = at_;
    const std::size_t newline = text_.find('\n', at_);
    line.after = newline == text_.npos ? text_.size() : newline + 1;
    line.end = newline == text_.npos ? text_.size() : newline;
    if (line.end > line.begin && text_[line.end - 1] == '\r') --line.end;
    at_ = line.after;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

bool ends_in_continuation(std::string_view line) {
  std::size_t backslashes = 0;
  while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// --- shell scripts
// --------------------------------------------------------------------------------

void read_shell(const Source& source, const std::function<void(const ShellText&)>& read) {
  const std::string_view text = source.text();
  // Only a script with placeholders on a client's line, or behind a mark, has to be copied.
  Builder builder(source);
  Lines lines(text);
  Line line;
  std::size_t copied = behind_byte_order_mark(text);
  bool in_command = false;
  while (lines.next(line)) {
    const std::string_view content = text.substr(line.begin, line.end - line.begin);
    in_command = in_command || names_client(content);
    if (in_command) {
      for (std::size_t open = content.find('<'); open != content.npos;
           open = content.find('<', open + 1)) {
        if (placeholder_end(content, open) == 0) continue;
        builder.copy(copied, line.begin);
        builder.copy_line(line.begin, line.after);
        copied = line.after;
        break;
      }
    }
    in_command = in_command && ends_in_continuation(content);
  }
  if (copied == 0) {
    read({text, nullptr, false});
    return;
  }
  builder.copy(copied, text.size());
  builder.read(read, false);
}

// --- Markdown
// -------------------------------------------------------------------------------------

// What stands before a line's own text in block quotes and list items.
std::size_t skip_containers(std::string_view line) {
  std::size_t at = 0;
  for (;;) {
    at = skip_blanks(line, at);
    if (at < line.size() && line[at] == '>') {
      ++at;
      continue;
    }
    std::size_t marker = at;
    while (marker < line.size() && is_digit(line[marker])) ++marker;
    const bool numbered =
        marker > at && marker < line.size() && (line[marker] == '.' || line[marker] == ')');
    const bool bullet = marker == at && marker < line.size() &&
                        (line[marker] == '-' || line[marker] == '*' || line[marker] == '+');
    if ((numbered || bullet) && marker + 1 < line.size() && is_blank(line[marker + 1])) {
      at = marker + 1;
      continue;
    }
    return at;
  }
}

// The run of backticks or tildes that a fence is made of.
std::size_t fence_length(std::string_view text) {
  if (text.empty() || (text.front() != '`' && text.front() != '~')) return 0;
  std::size_t length = 0;
  while (length < text.size() && text[length] == text.front()) ++length;
  return length >= 3 ? length : 0;
}

enum class Language : std::uint8_t { none, shell, session, other };

Language language_of(std::string_view info) {
  info = trim(info);
  if (info.starts_with('{')) info.remove_prefix(1);
  if (info.starts_with('.')) info.remove_prefix(1);
  std::size_t length = 0;
  while (length < info.size() && !is_blank(info[length]) && info[length] != '{' &&
         info[length] != '}' && info[length] != ',' && info[length] != ':') {
    ++length;
  }
  const std::string name = lower(info.substr(0, length));
  if (name.empty()) return Language::none;
  for (const std::string_view known : {"sh", "bash", "shell", "zsh", "ksh", "dash", "ash"}) {
    if (name == known) return Language::shell;
  }
  for (const std::string_view known : {"console", "shell-session", "shellsession", "sh-session",
                                       "bash-session", "terminal", "session"}) {
    if (name == known) return Language::session;
  }
  return Language::other;
}

// The length of a prompt (`$ `, `# `, `user@host:~# `) that a line starts with; 0 when it has none.
std::size_t prompt_length(std::string_view line, bool hash) {
  constexpr std::size_t longest = 60;
  const std::size_t start = skip_blanks(line, 0);
  bool host = false;
  for (std::size_t i = start; i < line.size() && i - start < longest; ++i) {
    const char c = line[i];
    if ((c == '$' || c == '#' || c == '%') && i + 1 < line.size() && is_blank(line[i + 1])) {
      if (i > start && !host) return 0;
      if (c == '#' && i == start && !hash) return 0;
      return skip_blanks(line, i + 1);
    }
    if (c == '@' || c == '~') host = true;
    if (!is_name_character(c) &&
        std::string_view("@:~/.-[]() ").find(c) == std::string_view::npos) {
      return 0;
    }
    if (c == ' ' && !host && line[start] != '[' && line[start] != '(') return 0;
  }
  return 0;
}

// A line that is a client's command for certain: `docker …`, `sudo podman …`.
bool starts_with_client(std::string_view line) {
  std::size_t at = skip_blanks(line, 0);
  if (line.substr(at).starts_with("sudo ")) at = skip_blanks(line, at + 5);
  for (const std::string_view client : clients) {
    if (line.substr(at).starts_with(client) && at + client.size() < line.size() &&
        is_blank(line[at + client.size()])) {
      return true;
    }
  }
  return false;
}

// In an indented block prose may start with `docker run`, too: a command goes on with a flag or an
// image, and is not a sentence.
bool is_indented_command(std::string_view line) {
  const std::size_t prompt = prompt_length(line, false);
  const std::string_view command = trim(line.substr(prompt));
  if (!starts_with_client(command)) return false;
  if (prompt > 0) return true;
  std::size_t words = 0;
  bool sign = false;
  for (const std::string_view word : split(command, ' ')) {
    if (word.empty()) continue;
    ++words;
    if (word.front() == '-' || word.find('/') != word.npos || word == "\\") sign = true;
  }
  return (sign || words <= 4) && command.back() != '.' && command.back() != ',';
}

class Markdown {
 public:
  Markdown(const Source& source, const std::function<void(const ShellText&)>& read)
      : text_(source.text()), read_(read), builder_(source) {}

  void run() {
    Lines lines(text_);
    Line line;
    bool blank_before = true;
    while (lines.next(line)) {
      const std::string_view content = text_.substr(line.begin, line.end - line.begin);
      const std::size_t inner = skip_containers(content);
      const std::size_t length = fence_length(content.substr(inner));
      if (length > 0 &&
          (content[inner] == '~' || content.find('`', inner + length) == std::string_view::npos)) {
        const Language language = language_of(content.substr(inner + length));
        builder_.read(read_, true);
        read_fence(lines, content[inner], length, language, inner);
        blank_before = true;
        continue;
      }
      const bool blank = trim(content).empty();
      const bool indented = content.starts_with("    ") || content.starts_with('\t') ||
                            (inner >= 4 && is_blank(content[0]));
      if (indented && !blank && (blank_before || indented_block_) &&
          (is_indented_command(content) || continued_)) {
        const std::size_t start =
            continued_ ? skip_blanks(content, 0) : command_start(content, false);
        builder_.copy_line(line.begin + start, line.after);
        continued_ = ends_in_continuation(content);
        indented_block_ = true;
      } else {
        if (!blank) builder_.read(read_, true);
        indented_block_ = indented_block_ && (blank || indented);
        continued_ = false;
      }
      blank_before = blank;
    }
    builder_.read(read_, true);
  }

 private:
  static std::size_t command_start(std::string_view line, bool hash) {
    const std::size_t prompt = prompt_length(line, hash);
    return prompt > 0 ? prompt : skip_blanks(line, 0);
  }

  // The lines of a fence, and with them the end of it.
  void read_fence(Lines& lines, char mark, std::size_t length, Language language,
                  std::size_t indentation) {
    std::vector<Line> body;
    Line line;
    while (lines.next(line)) {
      const std::string_view content = text_.substr(line.begin, line.end - line.begin);
      const std::string_view bare = trim(content.substr(skip_quotes(content)));
      if (!bare.empty() && bare.front() == mark && fence_length(bare) >= length &&
          fence_length(bare) == bare.size()) {
        break;
      }
      // What indents the fence indents its lines, too.
      std::size_t start = skip_quotes(content);
      std::size_t blanks = start;
      while (blanks < content.size() && blanks < indentation && is_blank(content[blanks])) ++blanks;
      line.begin += blanks;
      if (line.begin > line.end) line.begin = line.end;
      body.push_back(line);
    }
    if (language == Language::other) return;
    read_body(body, language);
    builder_.read(read_, true);
  }

  static std::size_t skip_quotes(std::string_view line) {
    std::size_t at = skip_blanks(line, 0);
    if (at >= line.size() || line[at] != '>') return 0;
    while (at < line.size() && line[at] == '>') at = skip_blanks(line, at + 1);
    return at;
  }

  void read_body(const std::vector<Line>& body, Language language) {
    const auto content = [&](const Line& line) {
      return text_.substr(line.begin, line.end - line.begin);
    };
    bool session = false;
    bool begun = false;
    const bool hash = language != Language::shell;
    for (const Line& line : body) {
      const std::string_view text = content(line);
      if (trim(text).empty()) continue;
      const std::size_t prompt = prompt_length(text, hash);
      const bool root_prompt = prompt > 0 && text[skip_blanks(text, 0)] == '#';
      // `# docker run …` is a prompt, `# start the container` a comment.
      if (prompt > 0 && (!root_prompt || starts_with_client(text.substr(prompt)))) session = true;
      if (!begun && language == Language::none && !session && !starts_with_client(text)) return;
      begun = true;
    }
    bool continued = false;
    for (const Line& line : body) {
      const std::string_view text = content(line);
      std::size_t start = 0;
      if (continued) {
        // A continuation line of a session may have a prompt of its own.
        start = skip_blanks(text, 0);
        if (session && text.substr(start).starts_with("> ")) start += 2;
      } else {
        const std::size_t prompt = prompt_length(text, hash);
        if (session && prompt == 0) continue;  // what the command printed
        if (prompt > 0 && text[skip_blanks(text, 0)] == '#' &&
            !starts_with_client(text.substr(prompt))) {
          continue;
        }
        start = prompt;
      }
      builder_.copy_line(line.begin + start, line.after);
      continued = ends_in_continuation(text);
    }
  }

  std::string_view text_;
  const std::function<void(const ShellText&)>& read_;
  Builder builder_;
  bool indented_block_ = false;
  bool continued_ = false;
};

// --- Makefiles
// ------------------------------------------------------------------------------------

// make expands a recipe before the shell sees it: `$$` is a dollar sign, `$(NAME)` a variable of
// make.
class Makefile {
 public:
  Makefile(const Source& source, const std::function<void(const ShellText&)>& read)
      : text_(source.text()), read_(read), builder_(source) {}

  void run() {
    collect();
    Lines lines(text_);
    Line line;
    while (lines.next(line)) {
      if (text_[line.begin] != '\t') continue;
      std::size_t start = line.begin;
      while (start < line.end && (is_blank(text_[start]) || text_[start] == '@' ||
                                  text_[start] == '-' || text_[start] == '+')) {
        ++start;
      }
      copy_recipe(start, line);
      while (ends_in_continuation(text_.substr(line.begin, line.end - line.begin)) &&
             lines.next(line)) {
        copy_recipe(
            line.begin < line.end && text_[line.begin] == '\t' ? line.begin + 1 : line.begin, line);
      }
      builder_.read(read_, false);
    }
  }

 private:
  // Values that the caller's environment may replace (`?=`), that are assigned in a condition or in
  // more than one place, are not known.
  void collect() {
    Lines lines(text_);
    Line line;
    std::size_t conditions = 0;
    while (lines.next(line)) {
      std::string_view content = text_.substr(line.begin, line.end - line.begin);
      if (content.empty() || content.front() == '\t') continue;
      content = trim(content);
      if (content.starts_with("ifeq") || content.starts_with("ifneq") ||
          content.starts_with("ifdef") || content.starts_with("ifndef")) {
        ++conditions;
      }
      if (content.starts_with("endif") && conditions > 0) --conditions;
      for (const std::string_view prefix : {"export ", "override "}) {
        if (content.starts_with(prefix)) content = trim(content.substr(prefix.size()));
      }
      std::size_t length = 0;
      while (length < content.size() && is_name_character(content[length])) ++length;
      if (length == 0) continue;
      const std::string_view name = content.substr(0, length);
      std::string_view rest = content.substr(skip_blanks(content, length));
      const std::size_t equals = rest.find('=');
      if (equals == rest.npos) continue;
      const std::string_view kind = rest.substr(0, equals);
      const bool open = is_one_of(kind, {"?", "+", "!"});
      if (!open && !is_one_of(kind, {"", ":", "::", ":::"})) continue;
      rest.remove_prefix(equals + 1);
      if (const std::size_t comment = rest.find(" #"); comment != rest.npos) {
        rest = rest.substr(0, comment);
      }
      rest = trim(rest);
      // A variable in a value would have to be followed; what is known is a plain text.
      const bool known = !open && conditions == 0 && rest.find('$') == rest.npos &&
                         !rest.ends_with('\\') && !variables_.contains(name);
      variables_[std::string(name)] =
          known ? std::optional<std::string>(rest) : std::optional<std::string>();
    }
  }

  void copy_recipe(std::size_t begin, const Line& line) {
    std::size_t done = begin;
    for (std::size_t i = begin; i < line.end; ++i) {
      if (text_[i] != '$' || i + 1 >= line.end) continue;
      const char next = text_[i + 1];
      if (next == '$') {
        builder_.copy_line(done, i);
        done = i + 1;
        ++i;
        continue;
      }
      if (next != '(' && next != '{') {
        // $@, $<, $X: values that only make knows.
        builder_.copy_line(done, i);
        builder_.replace("${MAKE_VALUE}", i, i + 2);
        done = i + 2;
        ++i;
        continue;
      }
      std::size_t stop = i + 2;
      std::size_t depth = 1;
      while (stop < line.end && depth > 0) {
        if (text_[stop] == '(' || text_[stop] == '{') ++depth;
        if (text_[stop] == ')' || text_[stop] == '}') --depth;
        ++stop;
      }
      if (depth > 0) continue;
      builder_.copy_line(done, i);
      const std::string_view name = text_.substr(i + 2, stop - i - 3);
      const auto variable = variables_.find(name);
      if (variable != variables_.end() && variable->second) {
        builder_.replace(*variable->second, i, stop);
      } else {
        std::string unknown = "${";
        for (const char c : name) unknown += is_name_character(c) ? c : '_';
        builder_.replace(unknown + "}", i, stop);
      }
      done = stop;
      i = stop - 1;
    }
    builder_.copy_line(done, line.after);
  }

  std::string_view text_;
  const std::function<void(const ShellText&)>& read_;
  Builder builder_;
  std::map<std::string, std::optional<std::string>, std::less<>> variables_;
};

}  // namespace

bool names_client(std::string_view text) {
  for (const std::string_view client : clients) {
    if (text.find(client) != std::string_view::npos) return true;
  }
  // ${DOCKER} run, $CONTAINER_ENGINE run
  return text.find("DOCKER") != std::string_view::npos ||
         text.find("PODMAN") != std::string_view::npos ||
         text.find("CONTAINER_") != std::string_view::npos;
}

void for_each_shell_text(const Source& source, RunText kind,
                         const std::function<void(const ShellText&)>& read) {
  if (!names_client(source.text())) return;
  switch (kind) {
    case RunText::shell: return read_shell(source, read);
    case RunText::markdown: return Markdown(source, read).run();
    case RunText::makefile: return Makefile(source, read).run();
  }
}

}  // namespace plimsoll::run_command
