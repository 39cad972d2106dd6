// Where the bytes of a text that was put together from pieces of a file come from: a logical line
// without its continuations, the body of a heredoc without its tabs, a JSON string without its
// escapes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/source.h"
#include "readers/shell/shell_reader.h"

namespace plimsoll::dockerfile {

class SourceMap final : public shell::Places {
 public:
  explicit SourceMap(const Source& source)
      : source_(&source), source_size_(static_cast<std::uint32_t>(source.text().size())) {}

  void clear() {
    pieces_.clear();
    last_found_ = 0;
  }
  // From `offset` of the text on, its bytes are those of the file from `in_source` on. Offsets
  // rise.
  void append(std::uint32_t offset, std::uint32_t in_source);
  // The pieces of another map that cover [begin, end) of its text, put at `offset` of this one.
  void append_part(std::uint32_t offset, const SourceMap& other, std::uint32_t begin,
                   std::uint32_t end);

  // The offset in the file of a byte of the text.
  std::uint32_t in_source(std::uint32_t offset) const;
  Location at(std::uint32_t begin, std::uint32_t end) const override {
    // Places are asked for from left to right: nearly always in the same piece as the one before.
    if (last_found_ < pieces_.size() && begin < end) {
      const Piece& piece = pieces_[last_found_];
      const bool last = last_found_ + 1 == pieces_.size();
      if (piece.offset <= begin && (last || end <= pieces_[last_found_ + 1].offset)) {
        const std::uint32_t first = piece.in_source + (begin - piece.offset);
        if (first + (end - begin) <= source_size_) return {source_, {first, first + (end - begin)}};
      }
    }
    return search(begin, end);
  }
  const Source& source() const { return *source_; }

 private:
  struct Piece {
    std::uint32_t offset;
    std::uint32_t in_source;
  };
  Location search(std::uint32_t begin, std::uint32_t end) const;
  // The piece that holds an offset; offsets before the first piece belong to it.
  std::size_t piece_of(std::uint32_t offset) const;

  const Source* source_;
  std::uint32_t source_size_;
  std::vector<Piece> pieces_;
  mutable std::size_t last_found_ = 0;
};

// Places in a part of a mapped text, as if the part had a map of its own.
class PartPlaces final : public shell::Places {
 public:
  PartPlaces(const SourceMap& whole, Span part) : whole_(whole), part_(part) {}
  Location at(std::uint32_t begin, std::uint32_t end) const override {
    // Where the part ends is behind its last byte: in the whole, what comes next may lie elsewhere.
    if (end <= begin && begin >= part_.size() && !part_.empty()) {
      const Location last = whole_.at(part_.end - 1, part_.end);
      return {last.source, {last.span.end, last.span.end}};
    }
    return whole_.at(part_.begin + begin, part_.begin + end);
  }

 private:
  const SourceMap& whole_;
  Span part_;
};

}  // namespace plimsoll::dockerfile
