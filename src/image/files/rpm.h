// RPM's database, in one of three formats (rpm_records.h) and three directories: var/lib/rpm, since
// Fedora 36 and in SUSE usr/lib/sysimage/rpm, and usr/share/rpm on systems of OSTree.
//
// A version is written as rpm's %{EVR} has it: the epoch stands in front when the package has one,
// also when that is 0. A gpg-pubkey is a key that was trusted, kept as if it were a package; rpm
// -qa lists it, but it has neither an architecture nor files and no advisory can be about it, so it
// is no package here.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader rpm_sqlite;
extern const FileReader rpm_sqlite_journal;  // rpmdb.sqlite-wal, of which is said that it is there
extern const FileReader rpm_berkeley;
extern const FileReader rpm_ndb;

}  // namespace plimsoll::image
