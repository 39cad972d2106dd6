#include "readers/shell/text_map.h"

#include <algorithm>

namespace plimsoll::shell {

void Pieces::copy(std::uint32_t out, std::uint32_t begin, std::uint32_t size) {
  if (size == 0) return;
  if (!pieces_.empty()) {
    Piece& last = pieces_.back();
    if (last.copied && last.end == begin && out - last.out == last.end - last.begin) {
      last.end += size;
      return;
    }
  }
  pieces_.push_back({out, begin, begin + size, true});
}

void Pieces::replace(std::uint32_t out, std::uint32_t begin, std::uint32_t end) {
  pieces_.push_back({out, begin, end, false});
}

const Pieces::Piece* Pieces::piece_at(std::uint32_t out) const {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), out,
                       [](std::uint32_t offset, const Piece& piece) { return offset < piece.out; });
  if (after == pieces_.begin()) return nullptr;
  return &*(after - 1);
}

Span Pieces::original(std::uint32_t begin, std::uint32_t end) const {
  const Piece* first = piece_at(begin);
  if (first == nullptr) {
    const std::uint32_t start = pieces_.empty() ? 0 : pieces_.front().begin;
    return {start, start};
  }
  const std::uint32_t from =
      first->copied ? std::min(first->begin + (begin - first->out), first->end) : first->begin;
  if (end <= begin) return {from, from};
  const Piece* last = piece_at(end - 1);
  const std::uint32_t to =
      last->copied ? std::min(last->begin + (end - last->out), last->end) : last->end;
  return {from, std::max(from, to)};
}

}  // namespace plimsoll::shell
