// The form of stored.h's structs as bytes; for the files that write and read them.
#pragma once

#include "advisories/stored.h"
#include "base/binary_codec.h"

namespace plimsoll::advisories {

template <class Archive>
void members(Archive& archive, Is<Event> auto& event) {
  archive.choice(event.kind, event_kinds);
  archive(event.version);
}

// Without what the key of a table says already: kind, ecosystem, name.
template <class Archive>
void versions_of(Archive& archive, Is<StoredEntry> auto& entry) {
  archive(entry.module, entry.architectures);
  archive.choice(entry.state, fix_states);
  archive.choice(entry.rating, ratings);
  archive(entry.ranges, entry.versions);
}

template <class Archive>
void members(Archive& archive, Is<StoredEntry> auto& entry) {
  archive.choice(entry.kind, package_kinds);
  archive(entry.ecosystem, entry.name, entry.is_source);
  versions_of(archive, entry);
}

template <class Archive>
void members(Archive& archive, Is<StoredRecord> auto& record) {
  archive(record.key, record.id, record.aliases, record.flaws, record.summary, record.url,
          record.published, record.modified, record.is_withdrawn);
  archive.choice(record.rating, ratings);
  archive(record.cvss, record.entries);
}

struct Writer : BinaryWriter<Writer> {};
struct Reader : BinaryReader<Reader> {
  using BinaryReader::BinaryReader;
};

}  // namespace plimsoll::advisories
