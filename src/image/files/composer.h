// What PHP's Composer installed: composer/installed.json in the directory of packages, which is
// mostly named vendor. Composer 1 wrote an array of packages, Composer 2 an object that has them
// as "packages". composer.json and composer.lock say what is wanted, and are not read.
// Source: Composer's documentation, "The composer.json schema" (version, license), and its
// src/Composer/Repository/FilesystemRepository.php.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader composer_installed;

}  // namespace plimsoll::image
