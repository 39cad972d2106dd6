// apk's database: lib/apk/db/installed, a paragraph a package, a field a line and a letter a field;
// files follow their directory ("F:usr/bin", "R:busybox").
// Source: Alpine wiki "Apk spec", "Installed Database V2".
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader apk_installed;

}  // namespace plimsoll::image
