// What puts a host right: files for a person to read, to change and to install. Nothing here
// touches the host, since a setting of the kernel or a file's mode can stop what runs on it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "findings/finding.h"

namespace plimsoll::fix {

struct HostFixFile {
  std::string name;  // "60-plimsoll-sysctl.conf"
  std::string text;  // says itself what it is for, and how it is installed
};

// Of the changes that the findings offer; a file for each kind that there is. The same findings
// give the same bytes.
std::vector<HostFixFile> host_fix_files(std::span<const Finding> findings);

}  // namespace plimsoll::fix
