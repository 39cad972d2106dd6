// Which kernel runs, which ones are installed, and which the distribution offers.
#pragma once

#include "base/files.h"
#include "base/source.h"
#include "subjects/host.h"

namespace plimsoll::host {

void read_kernel_versions(Host& host, const Files& files, Sources& sources);

// The packages of kernels ("linux-image-…") of a file of dpkg's or apt's; of dpkg's those that are
// installed.
std::vector<KernelPackage> read_kernel_packages(const Source& packages);

}  // namespace plimsoll::host
