#include "feeds/packed_reader.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "feeds/bzip2.h"
#include "feeds/feed_files.h"
#include "image/zip.h"

namespace plimsoll::feeds {
namespace {

// The name of the format in a tar header, the last thing that tells formats apart.
constexpr std::size_t ustar_at = 257;
constexpr std::string_view ustar = "ustar";
constexpr std::size_t head_bytes = ustar_at + ustar.size();

bool is_tar(std::string_view head) {
  return head.size() >= head_bytes && head.substr(ustar_at, ustar.size()) == ustar;
}

bool is_too_much(const FeedReading& reading) {
  return reading.statistics.plain_bytes > max_feed_bytes;
}

std::string why_too_much() {
  return concat("it unpacks to more than ", std::to_string(max_feed_bytes >> 30), " GiB");
}

std::string member_place(std::string_view archive, std::string_view member) {
  return concat(archive, "(", member, ")");
}

}  // namespace

bool is_zip(std::string_view first_bytes) {
  return first_bytes.starts_with("PK\3\4") || first_bytes.starts_with("PK\5\6");
}

// A tar archive: each of its files is unpacked in turn.
class PackedReader::Archive final : public image::TarHandler {
 public:
  Archive(FeedReading& reading, std::string place, int packings)
      : reading_(reading), place_(std::move(place)), packings_(packings) {}

  Result<void> push(std::string_view bytes) { return tar_.push(bytes); }
  Result<void> finish() { return tar_.finish(); }
  void cut() {
    if (member_) member_->cut();
  }

  Result<void> begin(const image::TarEntry& entry) override {
    if (entry.kind == image::EntryKind::file) {
      member_ = std::make_unique<PackedReader>(reading_, member_place(place_, entry.path), false,
                                               packings_ - 1);
    }
    return {};
  }
  Result<void> content(std::string_view piece) override {
    if (is_too_much(reading_)) return failure({.message = why_too_much()});
    if (member_ && !member_->push(piece)) member_.reset();  // the rest of it is passed over
    return {};
  }
  Result<void> end() override {
    if (member_) member_->finish();
    member_.reset();
    return {};
  }

 private:
  FeedReading& reading_;
  std::string place_;
  int packings_;
  image::TarReader tar_{*this};
  std::unique_ptr<PackedReader> member_;
};

PackedReader::PackedReader(FeedReading& reading, std::string place, bool is_named, int packings)
    : reading_(reading), place_(std::move(place)), is_named_(is_named), packings_(packings) {}

PackedReader::~PackedReader() = default;

bool PackedReader::push(std::string_view bytes) {
  if (has_failed_) return false;
  if (has_begun_) return pass(bytes);
  head_ += bytes;
  if (head_.size() < head_bytes) return true;
  begin();
  return !has_failed_ && pass(std::exchange(head_, {}));
}

void PackedReader::finish() {
  if (has_failed_) return;
  if (!has_begun_) {
    begin();
    if (has_failed_ || !pass(std::exchange(head_, {}))) return;
  }
  if (splitter_) {
    splitter_->finish();
    return;
  }
  if (!check(decompressor_ ? decompressor_->finish() : archive_->finish())) return;
  if (inside_) inside_->finish();
}

void PackedReader::cut() {
  has_failed_ = true;
  if (splitter_) splitter_->cut();
  if (archive_) archive_->cut();
  if (inside_) inside_->cut();
}

void PackedReader::begin() {
  has_begun_ = true;
  const image::Compression compression = image::compression_of(head_);
  const bool is_packed =
      compression != image::Compression::none || is_bzip2(head_) || is_tar(head_) || is_zip(head_);
  if (is_packed && packings_ == 0) {
    check(failure({.message = concat("it is packed more than ", std::to_string(max_packings),
                                     " times over")}));
  } else if (is_zip(head_)) {
    check(failure(
        {.message = "a zip archive in another archive is not read", .hint = {}, .file = {}}));
  } else if (is_tar(head_)) {
    archive_ = std::make_unique<Archive>(reading_, place_, packings_);
  } else if (is_packed) {
    inside_ = std::make_unique<PackedReader>(reading_, place_, is_named_, packings_ - 1);
    const auto sink = [this](std::string_view plain) -> Result<void> {
      if (is_too_much(reading_)) return failure({.message = why_too_much()});
      // What is wrong inside was said there; an empty message says no more.
      if (!inside_->push(plain)) return failure({});
      return {};
    };
    decompressor_ = is_bzip2(head_) ? make_bzip2_decompressor(sink)
                                    : image::Decompressor::make(compression, sink);
  } else {
    splitter_ = std::make_unique<DocumentSplitter>(reading_, place_, is_named_);
  }
}

bool PackedReader::pass(std::string_view bytes) {
  if (splitter_) {
    splitter_->push(bytes);
    return true;
  }
  return check(decompressor_ ? decompressor_->push(bytes) : archive_->push(bytes));
}

bool PackedReader::check(Result<void> done) {
  if (done) return true;
  if (!done.error().message.empty()) reading_.sink.refuse({}, place_, done.error().message);
  cut();
  return false;
}

void read_zip(std::string_view file, const std::string& place, int packings, FeedReading& reading) {
  std::optional<image::Zip> zip = image::Zip::open(file);
  if (!zip) {
    reading.sink.refuse({}, place, "the zip archive has no directory: it is cut short or damaged");
    return;
  }
  std::string unpacked;
  while (const std::optional<image::ZipMember> member = zip->next()) {
    if (member->name.ends_with('/')) continue;
    const std::string inside = member_place(place, member->name);
    const std::optional<std::string_view> content =
        zip->content(*member, max_document_bytes, unpacked);
    if (!content) {
      reading.sink.refuse({}, inside,
                          concat("the member is damaged, encrypted, packed in an unknown way or "
                                 "larger than ",
                                 std::to_string(max_document_bytes >> 20), " MiB"));
      continue;
    }
    PackedReader reader(reading, inside, false, packings - 1);
    if (reader.push(*content)) reader.finish();
    if (is_too_much(reading)) {
      reading.sink.refuse({}, place, why_too_much());
      return;
    }
  }
  if (zip->is_damaged()) reading.sink.refuse({}, place, "the zip archive's directory is damaged");
}

}  // namespace plimsoll::feeds
