// Pushes any bytes in pieces, of a size that the first byte says: containers, and where documents
// begin and end. A text that is not packed is read as the same documents however it comes.
#include "feeds/packed_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "feeds/checking_sink.h"
#include "feeds/feed_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  if (size == 0) return 0;
  const std::size_t piece = std::size_t{1} + data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  CheckingSink sink;
  FeedReading in_pieces(sink);
  PackedReader reader(in_pieces, "x", true, max_packings);
  std::size_t at = 0;
  while (at < text.size() && reader.push(text.substr(at, piece))) {
    at += std::min(piece, text.size() - at);
  }
  if (at >= text.size()) reader.finish();
  FeedReading whole(sink);
  PackedReader again(whole, "x", true, max_packings);
  if (again.push(text)) again.finish();
  if (text.starts_with('{') && in_pieces.statistics.documents != whole.statistics.documents)
    std::abort();
  return 0;
}
