// RPM's three databases. Each is a table from a number to the header of a package (rpm_header.h),
// with indexes beside it that are not needed to list what is installed. Only pages are read, with
// no library of the database, and never more bytes than the file has: a file whose records overlap
// is refused instead of being read again and again.
//
// Berkeley DB (`Packages`, to RHEL 8): a hash table of pages in the byte order of the machine that
// wrote it. A page has an array of offsets behind its head; keys and values take turns, and a value
// that does not fit is a chain of overflow pages. Which bucket a page belongs to does not matter
// here: all pages are looked at. Key 0 holds the number that the next package gets.
// Sources: Berkeley DB 5.3, dbinc/db_page.h and hash.h; rpm's lib/backend/bdb_ro.c says what it
// reads of them.
//
// NDB (`Packages.db`, SUSE): pages of slots of 16 bytes (number, block, count of blocks), then
// blobs in blocks of 16 bytes, each with a head and a tail. Little endian.
// Source: rpm's lib/backend/ndb/rpmpkg.c, "Packages database layout".
//
// SQLite (`rpmdb.sqlite`, since RHEL 9 and Fedora 33): the table Packages(hnum, blob). It is read
// by SQLite, which gets the bytes in memory and is told to trust nothing of the schema.
// Sources: rpm's lib/backend/sqlite.c; sqlite.org, "Defense Against The Dark Arts".
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace plimsoll::image {

// Gets each record's value in turn; false ends the reading.
using RpmRecordSink = std::function<bool(std::string_view header)>;

// Records that were read before the damage have been handed on.
Result<void> read_berkeley_records(std::string_view database, const RpmRecordSink& sink);
Result<void> read_ndb_records(std::string_view database, const RpmRecordSink& sink);
Result<void> read_sqlite_records(std::string_view database, const RpmRecordSink& sink);

}  // namespace plimsoll::image
