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
  explicit SourceMap(const Source& source) : source_(&source) {}

  void clear() { pieces_.clear(); }
  // From `offset` of the text on, its bytes are those of the file from `in_source` on. Offsets
  // rise.
  void append(std::uint32_t offset, std::uint32_t in_source);
  // The pieces of another map that cover [begin, end) of its text, put at `offset` of this one.
  void append_part(std::uint32_t offset, const SourceMap& other, std::uint32_t begin,
                   std::uint32_t end);

  // The offset in the file of a byte of the text.
  std::uint32_t in_source(std::uint32_t offset) const;
  Location at(std::uint32_t begin, std::uint32_t end) const override;
  const Source& source() const { return *source_; }

 private:
  struct Piece {
    std::uint32_t offset;
    std::uint32_t in_source;
  };
  // The piece that holds an offset; offsets before the first piece belong to it.
  std::size_t piece_of(std::uint32_t offset) const;

  const Source* source_;
  std::vector<Piece> pieces_;
};

}  // namespace plimsoll::dockerfile
