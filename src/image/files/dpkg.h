// dpkg's database: what is installed stands in var/lib/dpkg/status, one stanza a package; Bazel's
// and Google's images without a package manager have one file a package in status.d instead. The
// files of a package stand in info/NAME.list.
// Sources: deb-control(5), dpkg(1) "Information about packages", debian-policy "Source".
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader dpkg_status;
extern const FileReader dpkg_status_part;  // status.d
extern const FileReader dpkg_file_list;    // info/*.list, and status.d/*.md5sums

}  // namespace plimsoll::image
