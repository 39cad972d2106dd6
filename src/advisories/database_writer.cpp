#include "advisories/database_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <system_error>
#include <unordered_map>

#include "advisories/flaw_names.h"
#include "advisories/signature.h"
#include "advisories/table_writer.h"
#include "base/arena.h"
#include "base/digest.h"
#include "base/sort.h"
#include "base/text.h"
#include "base/unnamed_file.h"
#include "base/write_file.h"

namespace plimsoll::advisories {
namespace {

// A record that is taken. It is read from its bytes each time it is needed: all of them at once,
// unpacked, would take several times as much memory.
struct Kept {
  std::string_view bytes;
  std::string_view key;
  std::string_view id;
  std::string_view modified;
  std::string_view first_ecosystem = {};
  std::string_view first_name = {};
  std::uint32_t source = 0;
  bool is_withdrawn = false;
};

bool comes_before(const Kept& a, const Kept& b) {
  const auto order = [](const Kept& kept) {
    return std::tie(kept.first_ecosystem, kept.first_name, kept.id, kept.key);
  };
  return order(a) < order(b);
}

// The newest copy of each record, in the order of their numbers.
std::vector<Kept> newest_of(std::span<const FeedToWrite> feeds, WrittenDatabase& written) {
  std::vector<Kept> out;
  std::unordered_map<std::string_view, std::size_t> by_key;
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    feeds[i].feed->for_each_record([&](std::string_view bytes) {
      const StoredBeginning record = *read_beginning(bytes);
      Kept kept{.bytes = bytes,
                .key = record.head.key,
                .id = record.head.id,
                .modified = record.head.modified,
                .source = static_cast<std::uint32_t>(i),
                .is_withdrawn = record.head.is_withdrawn};
      if (record.first) {
        kept.first_ecosystem = record.first->ecosystem;
        kept.first_name = record.first->name;
      }
      const auto [at, is_new] = by_key.try_emplace(kept.key, out.size());
      if (is_new) {
        out.push_back(kept);
        return;
      }
      ++written.superseded;
      if (kept.modified > out[at->second].modified) out[at->second] = kept;
    });
  }
  written.withdrawn = static_cast<std::uint64_t>(
      std::erase_if(out, [](const Kept& kept) { return kept.is_withdrawn; }));
  std::ranges::sort(out, comes_before);
  return out;
}

// "CVSS:4.0/…" before "CVSS:3.1/…" and so on; the second version has no prefix.
int version_of_cvss(std::string_view vector) {
  if (vector.empty()) return 0;
  if (vector.starts_with("CVSS:4")) return 5;
  if (vector.starts_with("CVSS:3.1")) return 4;
  if (vector.starts_with("CVSS:3")) return 3;
  return 2;
}

std::string_view newest_cvss(const std::vector<std::string_view>& vectors) {
  std::string_view out;
  for (const std::string_view vector : vectors) {
    if (version_of_cvss(vector) > version_of_cvss(out)) out = vector;
  }
  return out;
}

struct Flaw {
  std::string_view id;
  std::string_view cvss = {};
  std::uint32_t record = 0;
  int worth = -1;  // of the record that says the most
};

// How much a record says about a flaw to a person who has never heard of it.
int worth_of(const StoredHead& record, std::string_view flaw, std::size_t flaws) {
  int worth = 0;
  if (!record.summary.empty()) worth += 8;
  if (record.flaws.empty()) worth += 4;
  if (flaws == 1) worth += 2;
  if (record.id == flaw) worth += 1;
  return worth;
}

struct PackageItem {
  std::string_view key;
  std::string_view value;
};

struct NameItem {
  std::string_view name;
  bool is_flaw = false;
  std::uint32_t number = 0;
};

class Writing {
 public:
  Writing(BlockFile& file, std::span<const FeedToWrite> feeds, const WriteOptions& options)
      : file_(file), feeds_(feeds), options_(options) {}

  Contents write(WrittenDatabase& written) {
    const std::vector<Kept> records = newest_of(feeds_, written);
    for (const Kept& kept : records) names_of_flaws_.add(read_beginning(kept.bytes)->head);
    for (const FeedToWrite& feed : feeds_) contents_.sources.push_back(feed.source);
    contents_.built = options_.built;
    contents_.built_by = PLIMSOLL_VERSION;
    write_records(records);
    write_packages(written);
    write_flaws();
    write_names();
    contents_.records = records.size();
    contents_.flaws = flaws_.size();
    written.records = records.size();
    written.flaws = flaws_.size();
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      const FeedCounts& counts = feeds_[i].feed->counts();
      contents_.sources[i].records = counts.records;
      contents_.sources[i].refused = counts.refused;
      contents_.sources[i].left_out = counts.left_out;
      contents_.sources[i].json_bytes = counts.json_bytes;
    }
    return std::move(contents_);
  }

 private:
  std::uint32_t flaw_number(std::string_view id) {
    const auto [at, is_new] =
        flaw_numbers_.try_emplace(id, static_cast<std::uint32_t>(flaws_.size()));
    if (is_new) flaws_.push_back({.id = id});
    return at->second;
  }

  void write_records(const std::vector<Kept>& records) {
    TableWriter table(file_, usual_block_bytes[static_cast<std::size_t>(TableName::records)]);
    for (std::uint32_t number = 0; number < records.size(); ++number) {
      const Kept& kept = records[number];
      const StoredRecord stored = *read_record(kept.bytes);
      const StoredHead& record = stored.head;
      const std::vector<std::string_view> ids = names_of_flaws_.flaws_of(record);
      std::vector<std::uint32_t> flaws;
      for (const std::string_view id : ids) {
        flaws.push_back(flaw_number(id));
        describe(flaws_[flaws.back()], record, number, ids.size());
      }
      std::ranges::sort(flaws);
      Writer writer;
      writer(RecordDetails{.id = record.id,
                           .aliases = record.aliases,
                           .summary = record.summary,
                           .url = record.url,
                           .published = record.published,
                           .modified = record.modified,
                           .rating = record.rating,
                           .cvss = newest_cvss(record.cvss),
                           .source = kept.source});
      table.add(number_key(number), writer.take());
      gather_packages(stored.entries, number, flaws);
      gather_names(record, number, ids);
      std::string& newest = contents_.sources[kept.source].newest;
      if (record.modified > newest) newest = record.modified;
    }
    finish(table, TableName::records);
  }

  static void describe(Flaw& flaw, const StoredHead& record, std::uint32_t number,
                       std::size_t flaws) {
    const int worth = worth_of(record, flaw.id, flaws);
    if (worth > flaw.worth) {
      flaw.worth = worth;
      flaw.record = number;
    }
    // What is said of several flaws at once is the worst of them.
    if (flaws > 1) return;
    const std::string_view cvss = newest_cvss(record.cvss);
    if (version_of_cvss(cvss) > version_of_cvss(flaw.cvss)) flaw.cvss = cvss;
  }

  void gather_packages(const std::vector<StoredEntry>& entries, std::uint32_t number,
                       const std::vector<std::uint32_t>& flaws) {
    for (const StoredEntry& entry : entries) {
      Writer writer;
      writer(PackageEntry{.record = number, .flaws = flaws, .entry = entry});
      packages_.push_back({arena_.copy(package_key(entry.ecosystem, entry.name, entry.is_source)),
                           arena_.copy(writer.take())});
      ++ecosystems_[entry.ecosystem];
    }
  }

  void gather_names(const StoredHead& record, std::uint32_t number,
                    const std::vector<std::string_view>& flaws) {
    std::vector<std::string_view> names = record.flaws.empty() ? record.aliases : flaws;
    names.push_back(record.id);
    sort_unique(names);
    for (const std::string_view name : names) names_.push_back({name, false, number});
  }

  void write_packages(WrittenDatabase& written) {
    std::ranges::stable_sort(packages_, {}, &PackageItem::key);
    TableWriter table(file_, usual_block_bytes[static_cast<std::size_t>(TableName::packages)]);
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      if (i == 0 || packages_[i].key != packages_[i - 1].key) ++written.packages;
      table.add(packages_[i].key, packages_[i].value);
    }
    finish(table, TableName::packages);
    packages_ = {};
    for (const auto& [name, entries] : ecosystems_) {
      contents_.ecosystems.push_back({std::string(name), entries});
    }
  }

  void write_flaws() {
    std::unordered_map<std::string_view, const StoredExploited*> exploited;
    std::unordered_map<std::string_view, const StoredPrediction*> predictions;
    for (const FeedToWrite& feed : feeds_) {
      for (const StoredExploited& entry : feed.feed->exploited()) exploited[entry.cve] = &entry;
      const std::string& date = feed.feed->predictions_date();
      // Of several days of predictions the last one.
      if (date < contents_.predictions_date) continue;
      if (!date.empty()) contents_.predictions_date = date;
      for (const StoredPrediction& entry : feed.feed->predictions()) {
        predictions[entry.cve] = &entry;
      }
    }
    TableWriter table(file_, usual_block_bytes[static_cast<std::size_t>(TableName::flaws)]);
    for (std::uint32_t number = 0; number < flaws_.size(); ++number) {
      const Flaw& flaw = flaws_[number];
      FlawDetails details{.id = flaw.id, .record = flaw.record, .cvss = flaw.cvss};
      if (const auto at = exploited.find(flaw.id); at != exploited.end()) {
        details.is_exploited = true;
        details.exploited_since = at->second->added;
        details.exploited_due = at->second->due;
        details.by_ransomware = at->second->by_ransomware;
        ++contents_.exploited;
      }
      if (const auto at = predictions.find(flaw.id); at != predictions.end()) {
        details.probability = at->second->probability;
        details.percentile = at->second->percentile;
      }
      Writer writer;
      writer(details);
      table.add(number_key(number), writer.take());
      names_.push_back({flaw.id, true, number});
    }
    finish(table, TableName::flaws);
  }

  void write_names() {
    std::ranges::sort(names_, [](const NameItem& a, const NameItem& b) {
      return std::tie(a.name, a.is_flaw, a.number) < std::tie(b.name, b.is_flaw, b.number);
    });
    TableWriter table(file_, usual_block_bytes[static_cast<std::size_t>(TableName::names)]);
    for (std::size_t i = 0; i < names_.size();) {
      const std::string_view name = names_[i].name;
      NameEntry entry;
      for (; i < names_.size() && names_[i].name == name; ++i) {
        (names_[i].is_flaw ? entry.flaws : entry.records).push_back(names_[i].number);
      }
      Writer writer;
      writer(entry);
      table.add(name, writer.take());
    }
    finish(table, TableName::names);
  }

  // The texts of the blocks' list are kept until it is written.
  void finish(TableWriter& table, TableName name) {
    const BlockListText blocks = table.finish();
    contents_.blocks[static_cast<std::size_t>(name)] = {.rows = arena_.copy(blocks.rows),
                                                        .keys = arena_.copy(blocks.keys)};
  }

  BlockFile& file_;
  std::span<const FeedToWrite> feeds_;
  const WriteOptions& options_;
  FlawNames names_of_flaws_;
  Contents contents_;
  std::vector<Flaw> flaws_;
  std::unordered_map<std::string_view, std::uint32_t> flaw_numbers_;
  std::vector<PackageItem> packages_;
  std::map<std::string_view, std::uint64_t> ecosystems_;
  std::vector<NameItem> names_;
  Arena arena_;
};

std::unexpected<Error> not_written(const std::string& path, int error) {
  return failure(
      {.message = concat("cannot be written: ", lower(std::generic_category().message(error))),
       .file = path});
}

}  // namespace

Result<WrittenDatabase> write_database(const std::string& path, std::span<const FeedToWrite> feeds,
                                       const WriteOptions& options) {
  UnnamedFile temporary(path);
  if (temporary.descriptor() < 0) return not_written(path, errno);
  const int descriptor = temporary.descriptor();
  BlockFile file(descriptor);
  file.append(std::string(head_bytes, '\0'));
  WrittenDatabase written;
  Writing writing(file, feeds, options);
  const Contents contents = writing.write(written);
  Writer writer;
  writer(contents);
  const std::string contents_bytes = writer.take();
  Head head{.contents_offset = file.size(),
            .contents_size = contents_bytes.size(),
            .contents_digest = sha256_of(contents_bytes)};
  file.append(contents_bytes);
  if (!options.sign_key.empty()) {
    const Result<std::string> signature = sign(signed_text(encode(head)), options.sign_key);
    if (!signature) return std::unexpected(signature.error());
    head.signature_offset = file.size();
    head.signature_size = signature->size();
    file.append(*signature);
  }
  if (file.error() != 0) return not_written(path, file.error());
  const std::string head_text = encode(head);
  if (::pwrite(descriptor, head_text.data(), head_text.size(), 0) !=
          static_cast<ssize_t>(head_text.size()) ||
      // Anybody who gets as far as its directory may read it: nothing in it is a secret.
      ::fchmod(descriptor, 0644) != 0 || ::fsync(descriptor) != 0 || !temporary.rename_to(path)) {
    return not_written(path, errno);
  }
  written.bytes = file.size();
  return written;
}

}  // namespace plimsoll::advisories
