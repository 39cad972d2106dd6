#include "feeds/document_splitter.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/utf8.h"
#include "feeds/outline.h"

namespace plimsoll::feeds {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string names_of_formats() {
  std::string names;
  for (const FeedFormat& format : feed_formats()) {
    names += concat(names.empty() ? "" : ", ", format.name);
  }
  return names;
}

std::string mebibytes(std::size_t bytes) {
  return concat(std::to_string(bytes >> 20), " MiB");
}

}  // namespace

void PaddedText::append(std::string_view bytes) {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t needed = end_ + bytes.size() + simdjson::SIMDJSON_PADDING;
  if (buffer_.size() < needed) buffer_.resize(std::max(needed, buffer_.size() * 2));
  std::memcpy(buffer_.data() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
  std::memset(buffer_.data() + end_, 0, simdjson::SIMDJSON_PADDING);
}

void PaddedText::clear() {
  begin_ = 0;
  end_ = 0;
}

simdjson::padded_string_view PaddedText::padded(std::string_view part) const {
  const std::size_t at = static_cast<std::size_t>(part.data() - buffer_.data());
  return simdjson::padded_string_view(part, buffer_.size() - at);
}

void DocumentSplitter::push(std::string_view bytes) {
  reading_.statistics.plain_bytes += bytes.size();
  if (bytes.empty() || shape_ == Shape::too_large) return;
  text_.append(bytes);
  if (shape_ == Shape::unknown) find_shape();
  if (shape_ == Shape::lines) read_lines(false);
  if (shape_ != Shape::lines && text_.text().size() > max_document_bytes) {
    reading_.sink.refuse({}, place_,
                         concat("the document is larger than ", mebibytes(max_document_bytes)));
    shape_ = Shape::too_large;
    text_ = {};
  }
}

void DocumentSplitter::finish() {
  if (shape_ == Shape::lines) {
    read_lines(true);
    return;
  }
  if (shape_ == Shape::too_large) return;
  const std::string_view text = text_.text();
  if (trim(text).empty()) {
    if (is_named_) reading_.sink.refuse({}, place_, "the file is empty");
    return;
  }
  read(text, place_);
  text_.clear();
}

// Decides as soon as the second line has begun.
void DocumentSplitter::find_shape() {
  std::string_view text = text_.text();
  if (text.size() < byte_order_mark.size() && byte_order_mark.starts_with(text)) return;
  if (text.starts_with(byte_order_mark)) {
    text_.remove_prefix(byte_order_mark.size());
    text = text_.text();
    searched_ = 0;
  }
  if (searched_ == 0) {
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    line_ += static_cast<std::uint64_t>(std::ranges::count(text.substr(0, begin), '\n'));
    text_.remove_prefix(begin);
    text = text_.text();
    if (text.empty()) return;
    if (text.front() != '{') {
      shape_ = Shape::document;
      return;
    }
  }
  if (first_end_ == std::string_view::npos) {
    first_end_ = text.find('\n', searched_);
    searched_ = std::min(first_end_, text.size());
    if (first_end_ == std::string_view::npos) return;
  }
  const std::size_t next = text.find_first_not_of(blanks, searched_);
  searched_ = std::min(next, text.size());
  if (next == std::string_view::npos) return;
  const std::string_view first = trim(text.substr(0, first_end_));
  const bool leaves_open = std::string_view("{[,:").contains(first.back());
  const bool begins_anew = text[next] == '{' && text[next - 1] == '\n' && !leaves_open;
  shape_ = first_line_is_whole(first) || begins_anew ? Shape::lines : Shape::document;
  searched_ = 0;
}

bool DocumentSplitter::first_line_is_whole(std::string_view line) const {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') {
      for (++at; at < line.size() && line[at] != '"'; ++at) at += line[at] == '\\' ? 1 : 0;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return at + 1 == line.size();
    }
  }
  return false;
}

void DocumentSplitter::read_lines(bool at_end) {
  for (;;) {
    const std::string_view text = text_.text();
    if (text.empty()) return;
    std::size_t end = text.find('\n', std::min(searched_, text.size()));
    const bool is_whole = end != std::string_view::npos;
    if (!is_whole) end = text.size();
    if (skips_line_ || end > advisories::max_record_bytes) {
      if (!skips_line_) {
        reading_.sink.refuse(
            {}, concat(place_, ":", std::to_string(line_ + 1)),
            concat("the record is larger than ", mebibytes(advisories::max_record_bytes)));
      }
      skips_line_ = !is_whole;
      line_ += is_whole ? 1 : 0;
      text_.remove_prefix(is_whole ? end + 1 : end);
      searched_ = 0;
      if (!is_whole) return;
      continue;
    }
    if (!is_whole && !at_end) {
      searched_ = text.size();
      return;
    }
    searched_ = 0;
    ++line_;
    const std::string_view record = trim(text.substr(0, end));
    if (!record.empty()) read(record, concat(place_, ":", std::to_string(line_)));
    text_.remove_prefix(is_whole ? end + 1 : end);
  }
}

void DocumentSplitter::read(std::string_view text, const std::string& place) {
  // One file's records are of one kind: mostly a key or two tell that this is another of them.
  const auto is_as_before = [&](const Outline& outline) {
    return last_format_ != nullptr && last_format_->recognises(outline);
  };
  const Outline outline = outline_of(text, is_as_before);
  const FeedFormat* format = is_as_before(outline) ? last_format_ : nullptr;
  for (const FeedFormat& known : feed_formats()) {
    if (format == nullptr && known.recognises(outline)) format = &known;
  }
  if (format == nullptr) {
    // By what it begins with, a byte order mark being gone.
    const bool is_data = std::string_view("{[<").contains(trim(text).front());
    if (!is_data && !is_named_) {
      ++reading_.statistics.other_files;
      return;
    }
    reading_.sink.refuse({}, place,
                         concat("no format of feeds is like this; known are ", names_of_formats()));
    return;
  }
  last_format_ = format;
  ++reading_.statistics.documents[format->name];
  format->read({text_.padded(text), place}, reading_.parser, reading_.sink);
}

}  // namespace plimsoll::feeds
