// What pip and setuptools installed: beside a package lies NAME-VERSION.dist-info/METADATA, or, as
// setuptools alone did it, NAME-VERSION.egg-info, a directory with PKG-INFO in it or that file
// itself; in an egg it is EGG-INFO/PKG-INFO. All are the same text: fields as in a mail, and after
// an empty line the description. Names stay as the package writes them.
// Sources: Python Packaging User Guide, "Core metadata specifications" and "Recording installed
// projects"; setuptools' "The Internal Structure of Python Eggs".
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader pypi_metadata;

}  // namespace plimsoll::image
