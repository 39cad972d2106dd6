// Java's archives: jar, war, ear and par, which are zip archives, and those inside of them to a
// depth of four, as applications carry their libraries.
//
// Maven puts META-INF/maven/GROUP/ARTIFACT/pom.properties into what it builds, and archives that
// were put together from others have that of each. Others say less: the name of the file,
// NAME-VERSION.jar, is how Maven and Gradle name what they fetch; where it has no version,
// META-INF/MANIFEST.MF may have one, and a title. Nothing of that tells the group. What manifests
// have that looks like it is mostly another one: of 20 libraries of a Spring application all names
// of modules and bundles led to a wrong group. So a few families of well-known names are known
// here, and others have the artifact's name alone. Where nothing tells the version, there is no
// package. Packages are listed at the archive that lies in the image.
//
// What is unpacked is bounded: a text, an archive inside, and all of it in proportion to the file.
// A file with such a name that holds no zip archive at its beginning is none.
// Sources: Java's "JAR File Specification"; Maven Archiver, "pom.properties"; OSGi Core,
// "Bundle-SymbolicName"; java.util.Properties.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader java_archive;

}  // namespace plimsoll::image
