// Reads any bytes as each part of a database, and as the whole of one: what is read can be written
// and read again, and nothing is believed that does not fit.
#include "advisories/database.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "advisories/compiled_feed.h"
#include "base/digest.h"
#include "base/text.h"

namespace {

using namespace plimsoll;
using namespace plimsoll::advisories;

template <class T>
void read_as(std::string_view bytes) {
  constexpr std::uint64_t max_items = 100'000;
  Reader reader(bytes, max_items);
  T value;
  reader(value);
  if (!reader.is_whole()) return;
  Writer writer;
  writer(value);
  if (writer.take() != bytes) std::abort();
}

void read_items(std::string_view block) {
  BlockItem item;
  std::size_t items = 0;
  const std::size_t size = block.size();
  while (take_item(block, item)) {
    if (++items > size) std::abort();
  }
}

// A file whose contents are these, with everything around them as it must be.
void open_with_contents(std::string_view contents) {
  Head head;
  head.contents_offset = head_bytes;
  head.contents_size = contents.size();
  head.contents_digest = sha256_of(contents);
  const std::string file = concat(encode(head), contents);
  const int descriptor = ::memfd_create("database", 0);
  if (::write(descriptor, file.data(), file.size()) == static_cast<ssize_t>(file.size())) {
    const Result<Database> database =
        Database::open(concat("/proc/self/fd/", std::to_string(descriptor)));
    // What is verified can be verified again.
    if (database && database->verify() && !database->verify()) std::abort();
  }
  ::close(descriptor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto head = decode_head(bytes); head && encode(*head) != bytes) std::abort();
  read_as<PackageEntry>(bytes);
  read_as<RecordDetails>(bytes);
  read_as<FlawDetails>(bytes);
  read_as<NameEntry>(bytes);
  read_as<Contents>(bytes);
  read_items(bytes);
  if (const auto feed = CompiledFeed::decode(bytes); feed && feed->encode() != bytes) std::abort();
  open_with_contents(bytes);
  return 0;
}
