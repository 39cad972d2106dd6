// Places of a text that was made out of another one: what stands between quotes in `sh -c "…"`, the
// inside of backticks, a Makefile's recipe, a Markdown fence without its prompts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "readers/shell/shell_reader.h"

namespace plimsoll::shell {

// The text of a word under way. As long as it is one piece of a text that lasts it is a view of
// that; most words never become anything else.
class WordText {
 public:
  std::string_view view() const { return copied_ ? std::string_view(copy_) : piece_; }
  bool empty() const { return view().empty(); }
  std::size_t size() const { return view().size(); }

  void append_lasting(std::string_view part) {
    if (!copied_ && (piece_.empty() || piece_.data() + piece_.size() == part.data())) {
      piece_ = piece_.empty() ? part : std::string_view(piece_.data(), piece_.size() + part.size());
      return;
    }
    append(part);
  }
  void append(std::string_view part) {
    if (part.empty()) return;
    if (!copied_) copy_ = piece_;
    copied_ = true;
    copy_ += part;
  }
  void clear() {
    piece_ = {};
    copy_.clear();
    copied_ = false;
  }
  // The text as a view that lasts as long as the arena and the text that was read.
  std::string_view keep(Arena& arena) const { return copied_ ? arena.copy(copy_) : piece_; }

 private:
  std::string_view piece_;
  std::string copy_;
  bool copied_ = false;
};

// Where the bytes of a derived text stand in the text that it was made of. Pieces are appended in
// order; consecutive ones that continue each other are kept as one.
class Pieces {
 public:
  // `size` bytes at `out` are a copy of those at `begin`.
  void copy(std::uint32_t out, std::uint32_t begin, std::uint32_t size);
  // What follows at `out` stands for begin..end as a whole (a variable's value, an escape).
  void replace(std::uint32_t out, std::uint32_t begin, std::uint32_t end);

  // The range of the original text for a range of the derived one.
  Span original(std::uint32_t begin, std::uint32_t end) const;

 private:
  struct Piece {
    std::uint32_t out = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool copied = false;
  };
  const Piece* piece_at(std::uint32_t out) const;

  std::vector<Piece> pieces_;
};

// A derived text's places. `outer` and `pieces` must outlive it.
class MappedPlaces final : public Places {
 public:
  MappedPlaces(const Places& outer, const Pieces& pieces) : outer_(outer), pieces_(pieces) {}
  Location at(std::uint32_t begin, std::uint32_t end) const override {
    const Span span = pieces_.original(begin, end);
    return outer_.at(span.begin, span.end);
  }

 private:
  const Places& outer_;
  const Pieces& pieces_;
};

// A text that stands in a source as it is, from `offset` on. The source must outlive it.
class SourcePlaces final : public Places {
 public:
  explicit SourcePlaces(const Source& source, std::uint32_t offset = 0)
      : source_(source), offset_(offset) {}
  Location at(std::uint32_t begin, std::uint32_t end) const override {
    return {&source_, {offset_ + begin, offset_ + end}};
  }

 private:
  const Source& source_;
  std::uint32_t offset_;
};

}  // namespace plimsoll::shell
