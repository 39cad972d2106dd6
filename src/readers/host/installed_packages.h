// Packages of the host by dpkg's and apk's lists, which are texts. An rpm database is none, and is
// not read.
//
// Facts: os-release(5), dpkg's deb-control(5) and deb-version(7), wiki.alpinelinux.org "Apk spec".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/files.h"
#include "subjects/installed_packages.h"

namespace plimsoll::host {

// Those of these names that are installed in the file system below `root`, "" for this process's.
InstalledPackages read_installed_packages(const Files& files, const std::string& root,
                                          std::span<const std::string_view> names);

}  // namespace plimsoll::host
