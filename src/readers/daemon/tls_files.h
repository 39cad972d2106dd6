// Looks at the files that dockerd is told for TLS: whether they are there, and whether they are of
// the kind that their setting asks for. Neither who signed what nor until when it holds is read.
//
// Facts: Go's crypto/tls (LoadX509KeyPair) and crypto/x509 (CertPool.AppendCertsFromPEM), with
// which dockerd reads them.
#pragma once

#include <string>

#include "base/files.h"
#include "subjects/daemon.h"

namespace plimsoll {

// Fills in the daemon's facts of them. `root` is the directory that dockerd has as its root, as
// `files` names it ("/proc/812/root"); where nothing is seen below it the machine's own counts.
// From where a relative path counts is not known: such a file is not looked for.
void read_tls_files(Daemon& daemon, const Files& files, const std::string& root);

}  // namespace plimsoll
