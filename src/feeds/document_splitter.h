// Finds the documents in a text that comes in pieces, and gives each to the format that recognises
// it. A text is one document, or JSON lines: an object a line, for which only one line must be in
// memory. It is taken for lines when its first line is a whole object and more follows, or when its
// second begins with an object without the first having left something open.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/advisory.h"
#include "feeds/feed_format.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

// A document that is not lines. Debian's tracker is one of 70 MB.
inline constexpr std::size_t max_document_bytes = 256u << 20;

struct FeedStatistics {
  std::uint64_t plain_bytes = 0;  // of all documents, unpacked
  // How many documents each format has read, by its name.
  std::map<std::string_view, std::uint64_t> documents;
  // Files of a directory or an archive that no format knows and that are neither JSON nor XML:
  // scripts, licences. No fault, as long as there are others.
  std::uint64_t other_files = 0;
};

// What is the same for all documents of one input.
struct FeedReading {
  explicit FeedReading(FeedSink& to) : sink(to) {}

  FeedSink& sink;
  simdjson::ondemand::parser parser;
  FeedStatistics statistics;
};

// Bytes with as many zeros behind them as simdjson reads beyond a text.
class PaddedText {
 public:
  void append(std::string_view bytes);
  void remove_prefix(std::size_t bytes) { begin_ += bytes; }
  void clear();
  std::string_view text() const { return {buffer_.data() + begin_, end_ - begin_}; }
  // A part of text().
  simdjson::padded_string_view padded(std::string_view part) const;

 private:
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class DocumentSplitter {
 public:
  // `is_named`: the user has named this very file, so that it is a fault when nobody knows it.
  DocumentSplitter(FeedReading& reading, std::string place, bool is_named)
      : reading_(reading), place_(std::move(place)), is_named_(is_named) {}

  void push(std::string_view bytes);
  void finish();
  // The text is cut short, and somebody has said so: what is unfinished is left.
  void cut() { text_.clear(); }

 private:
  enum class Shape : std::uint8_t { unknown, document, lines, too_large };

  void find_shape();
  bool first_line_is_whole(std::string_view line) const;
  void read_lines(bool at_end);
  void read(std::string_view text, const std::string& place);

  FeedReading& reading_;
  std::string place_;
  bool is_named_;
  PaddedText text_;
  Shape shape_ = Shape::unknown;
  std::size_t searched_ = 0;  // of text_, in which there is nothing of what is looked for
  std::size_t first_end_ = std::string_view::npos;  // where the first line ends
  std::uint64_t line_ = 0;
  bool skips_line_ = false;  // it is too long, and was refused
  const FeedFormat* last_format_ = nullptr;
};

}  // namespace plimsoll::feeds
