// Users and groups: passwd(5), group(5), shadow(5). Of a password is kept only whether there is
// none.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader accounts;

}  // namespace plimsoll::image
