// Inventories that lie in an image: who built it or a part of it says what that is made of, often
// what no package database knows (programs that were linked, libraries that were copied).
//
// Taken are *.cdx.json, *.spdx.json and bom.json, what lies in usr/share/sbom, var/lib/db/sbom (as
// Wolfi has it) and a directory "sboms" of Python's packages (PEP 770), and .spdx-NAME.spdx below
// opt/bitnami. Not taken are those below node_modules, usr/share/doc and directories of tests: an
// author's list of what a package was developed with, or an example.
//
// An inventory is what somebody claims, so merge.h lets it add and never replace.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader sbom_file;

}  // namespace plimsoll::image
