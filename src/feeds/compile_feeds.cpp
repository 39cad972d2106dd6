#include "feeds/compile_feeds.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "advisories/database.h"
#include "base/file_digest.h"
#include "base/files.h"
#include "base/text.h"
#include "feeds/feed_compiler.h"
#include "feeds/feed_files.h"
#include "feeds/input_identity.h"

namespace plimsoll::feeds {
namespace {

class Compiling {
 public:
  Compiling(const std::string& operand, const CompileOptions& options)
      : operand_(operand), options_(options) {}

  CompiledInput run() {
    Result<void> done = is_address(operand_) ? fetch() : read_path();
    if (!done) fail(std::move(done.error()));
    return std::move(out_);
  }

 private:
  Result<void> read_path() {
    out_.source.name = operand_;
    // Also of what is gone now.
    key_ = normal_path(join_path(RealFiles().real_path("."), operand_));
    const Result<InputIdentity> identity = identity_of(operand_);
    if (!identity) return std::unexpected(identity.error());
    if (take_from_cache(identity->text)) return {};
    FeedOrigin origin{.identity = identity->text, .digest = {}, .read = options_.now};
    if (!identity->is_directory) {
      Result<std::string> digest = digest_of_file(operand_);
      if (!digest) return std::unexpected(digest.error());
      origin.digest = std::move(*digest);
    }
    if (Result<void> read = read_from(operand_); !read) return read;
    const Result<InputIdentity> after = identity_of(operand_);
    const bool is_the_same = after && after->text == identity->text && identity->is_settled;
    accept(origin, is_the_same);
    return {};
  }

  Result<void> fetch() {
    out_.source.name = shown_address(operand_);
    const Result<FeedAddress> address = parse_feed_address(operand_);
    if (!address) return std::unexpected(address.error());
    out_.source.name = address->name;
    key_ = concat(address->url.text(), "#", address->pinned);
    std::optional<KnownFeed> known =
        options_.cache == nullptr ? std::nullopt : options_.cache->find(key_);
    if (known && !address->pinned.empty()) {
      take(std::move(*known), Obtained::unchanged);
      return {};
    }
    const FileVersion version =
        known ? FileVersion{known->origin.etag, known->origin.last_modified} : FileVersion{};
    Result<std::optional<Downloaded>> downloaded = download(*address, version, options_.download);
    if (!downloaded) return std::unexpected(downloaded.error());
    if (!*downloaded) {
      take(std::move(*known), Obtained::unchanged);
      return {};
    }
    known.reset();
    Downloaded& file = **downloaded;
    FeedOrigin origin{.identity = file.digest(),
                      .digest = file.digest(),
                      .read = options_.now,
                      .etag = file.version().etag,
                      .last_modified = file.version().last_modified};
    // Asked for again, the server would send the same: whatever is wrong with it is not mended
    // here.
    Result<void> read = read_from(file.path());
    file.discard();
    if (!read && advisories::is_database(file.path())) out_.database = std::move(file);
    if (!read) return read;
    accept(origin, true);
    return {};
  }

  // `path` is where it lies now, which is not what people know it by.
  Result<void> read_from(const std::string& path) {
    if (advisories::is_database(path)) {
      return failure({.message = "is a database, and no feed",
                      .hint = "plimsoll db import installs one",
                      .file = out_.source.name});
    }
    FeedCompiler compiler(out_.feed, path, out_.source.name);
    const Result<FeedStatistics> read = read_feed(path, compiler);
    if (!read) return std::unexpected(read.error());
    out_.feed.count_bytes(read->plain_bytes);
    const advisories::FeedCounts& counts = out_.feed.counts();
    const bool holds_something = counts.records > 0 || counts.left_out > 0 ||
                                 !out_.feed.exploited().empty() || !out_.feed.predictions().empty();
    if (holds_something) return {};
    // The page with which a mirror says that it is being repaired must not take a feed's place.
    if (out_.feed.refused().empty()) {
      return failure({.message = "holds no record of a known format", .file = out_.source.name});
    }
    const advisories::RefusedRecord& first = out_.feed.refused().front();
    return failure({.message = concat("holds no record that can be read: ", first.why),
                    .file = first.place.empty() ? out_.source.name : first.place});
  }

  void accept(const FeedOrigin& origin, bool may_be_cached) {
    out_.obtained = Obtained::read;
    out_.source.digest = origin.digest;
    out_.source.read = origin.read;
    if (may_be_cached && options_.cache != nullptr) {
      options_.cache->keep(key_, origin, out_.feed);
    }
  }

  bool take_from_cache(std::string_view identity) {
    if (options_.cache == nullptr) return false;
    std::optional<KnownFeed> known = options_.cache->find(key_, identity);
    if (!known) return false;
    take(std::move(*known), Obtained::unchanged);
    return true;
  }

  void take(KnownFeed known, Obtained obtained) {
    out_.feed = std::move(known.feed);
    out_.obtained = obtained;
    out_.source.digest = std::move(known.origin.digest);
    // What has not changed is as current as if it had been read now.
    out_.source.read = obtained == Obtained::kept ? known.origin.read : options_.now;
  }

  void fail(Error error) {
    out_.feed = {};
    out_.obtained = Obtained::missing;
    if (options_.cache != nullptr && options_.may_keep && options_.may_keep(out_.source.name)) {
      if (std::optional<KnownFeed> known = options_.cache->find(key_)) {
        take(std::move(*known), Obtained::kept);
      }
    }
    out_.trouble = std::move(error);
  }

  const std::string& operand_;
  const CompileOptions& options_;
  std::string key_;  // that the cache knows it by
  CompiledInput out_;
};

std::vector<std::string> without_repetitions(std::span<const std::string> operands) {
  std::vector<std::string> out;
  std::set<std::string_view> seen;
  for (const std::string& operand : operands) {
    if (seen.insert(operand).second) out.push_back(operand);
  }
  return out;
}

}  // namespace

std::vector<CompiledInput> compile_feeds(std::span<const std::string> operands,
                                         const CompileOptions& options) {
  const std::vector<std::string> inputs = without_repetitions(operands);
  std::vector<CompiledInput> out(inputs.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr thrown;  // memory that ran out
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < inputs.size(); i = next++) {
        out[i] = Compiling(inputs[i], options).run();
      }
    } catch (...) {
      next = inputs.size();
      const std::lock_guard lock(mutex);
      thrown = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min<std::size_t>(options.threads, inputs.size());
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back(work);
    work();
  }
  if (thrown) std::rethrow_exception(thrown);
  return out;
}

}  // namespace plimsoll::feeds
