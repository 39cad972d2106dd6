// Cuts a Dockerfile into logical lines, as BuildKit's parser does.
//
// A physical line ends at \n. A line whose last character (blanks aside) is the escape character
// goes on in the next one; the escape and the blanks after it are dropped, the next line's leading
// blanks are kept. Between the two, comment lines vanish even if they end in an escape, and so do
// empty lines (a deprecated form). An escape that itself has an escape before it is no
// continuation. Only the first line of a logical line loses its leading blanks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "readers/dockerfile/source_map.h"
#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

// One logical line. Its text is a view of the source, or lies in the arena when it was joined.
struct LogicalLine {
  explicit LogicalLine(const Source& source) : map(source) {}

  std::string_view text;
  SourceMap map;
  std::vector<Location> blank_lines;  // inside the continuation
  std::uint32_t begin = 0;            // in the source, of the first physical line's text
  std::uint32_t end = 0;              // of the last one's, without the line ending
};

// One physical line, offsets in the source.
struct PhysicalLine {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;   // before \r and \n
  std::uint32_t next = 0;  // after the \n
};

class LineScanner {
 public:
  LineScanner(const Source& source, Arena& arena);

  // The next logical line that is not empty. False at the end of the file and after an error.
  bool next(LogicalLine& line);
  // The next physical line as it stands, for the body of a heredoc.
  bool next_physical(PhysicalLine& line);

  char escape() const { return escape_; }
  const std::optional<Error>& error() const { return error_; }
  std::vector<ParserDirective>& directives() { return directives_; }

 private:
  // Takes a line as a parser directive while directives may still come.
  void read_directive(std::string_view text, std::uint32_t begin);
  // Whether the line goes on; `text` loses its escape and what follows it.
  bool trim_continuation(std::string_view& text) const;
  void fail(std::string message, Span span, std::string hint);

  const Source& source_;
  Arena& arena_;
  std::string_view text_;
  std::uint32_t at_ = 0;
  char escape_ = '\\';
  bool directives_done_ = false;
  std::string joined_;  // the text of a logical line of several physical ones
  std::vector<ParserDirective> directives_;
  std::optional<Error> error_;
};

// The directives `syntax` and `check` are also looked for after a `#!` line, and `syntax` in `//`
// comments, where the parser itself finds none: the builder reads them before it chooses a parser.
// Appends those that are not yet there.
void add_leading_directives(const Source& source, std::vector<ParserDirective>& directives);

}  // namespace plimsoll::dockerfile
