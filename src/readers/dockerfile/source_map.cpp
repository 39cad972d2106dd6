#include "readers/dockerfile/source_map.h"

#include <algorithm>

namespace plimsoll::dockerfile {

void SourceMap::append(std::uint32_t offset, std::uint32_t in_source) {
  // A piece of no bytes is replaced by what follows it.
  if (!pieces_.empty() && pieces_.back().offset == offset) pieces_.pop_back();
  pieces_.push_back({offset, in_source});
}

void SourceMap::append_part(std::uint32_t offset, const SourceMap& other, std::uint32_t begin,
                            std::uint32_t end) {
  append(offset, other.in_source(begin));
  for (std::size_t i = other.piece_of(begin) + 1; i < other.pieces_.size(); ++i) {
    const Piece& piece = other.pieces_[i];
    if (piece.offset >= end) break;
    if (piece.offset > begin) append(offset + (piece.offset - begin), piece.in_source);
  }
}

std::size_t SourceMap::piece_of(std::uint32_t offset) const {
  if (pieces_.size() <= 1) return 0;
  const auto holds = [&](std::size_t piece) {
    return piece < pieces_.size() && pieces_[piece].offset <= offset &&
           (piece + 1 == pieces_.size() || offset < pieces_[piece + 1].offset);
  };
  if (holds(last_found_)) return last_found_;
  if (holds(last_found_ + 1)) return ++last_found_;
  const auto after = std::ranges::upper_bound(pieces_, offset, {}, &Piece::offset);
  last_found_ =
      after == pieces_.begin() ? 0 : static_cast<std::size_t>(after - pieces_.begin()) - 1;
  return last_found_;
}

std::uint32_t SourceMap::in_source(std::uint32_t offset) const {
  if (pieces_.empty()) return 0;
  const Piece& piece = pieces_[piece_of(offset)];
  const std::uint32_t distance = offset > piece.offset ? offset - piece.offset : 0;
  const auto size = static_cast<std::uint32_t>(source_->text().size());
  return std::min(piece.in_source + distance, size);
}

Location SourceMap::search(std::uint32_t begin, std::uint32_t end) const {
  if (pieces_.empty()) return {source_, {}};
  const auto size = static_cast<std::uint32_t>(source_->text().size());
  const auto place = [&](const Piece& piece, std::uint32_t offset) {
    const std::uint32_t distance = offset > piece.offset ? offset - piece.offset : 0;
    return std::min(piece.in_source + distance, size);
  };
  const std::size_t index = piece_of(begin);
  const std::uint32_t first = place(pieces_[index], begin);
  if (end <= begin) return {source_, {first, first}};
  // The end is looked up by the last byte: the byte after it may lie beyond a continuation. Nearly
  // every word lies in one piece.
  const bool one_piece = index + 1 == pieces_.size() || end - 1 < pieces_[index + 1].offset;
  const Piece& piece = pieces_[one_piece ? index : piece_of(end - 1)];
  const std::uint32_t last = std::clamp(place(piece, end - 1) + 1, first, size);
  return {source_, {first, last}};
}

}  // namespace plimsoll::dockerfile
