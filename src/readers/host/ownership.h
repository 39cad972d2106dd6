// Owner and mode of a host's files. Neither is a text, so a line is written of them, as `ls -l`
// would: `-rw-r--r-- root root`. Findings point into that.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "subjects/host.h"

namespace plimsoll::host {

// Bounds: files of one directory (what is beyond is a file that cannot be seen), and sources of
// bind mounts (an error).
inline constexpr std::size_t max_files_below = 1'000;
inline constexpr std::size_t max_bind_sources = 10'000;

class OwnershipReader {
 public:
  // Names come from the host's accounts, as far as it has read them; it outlives the reader.
  OwnershipReader(const Host& host, const Files& files, Sources& sources)
      : host_(host), files_(files), sources_(sources) {}

  std::vector<EngineHostFile> engine_files() const;
  std::vector<HostFile> bind_sources(std::vector<Error>& errors) const;

 private:
  void add(const EnginePath& path, std::vector<EngineHostFile>& files) const;
  void add_below(const EnginePath& directory, std::size_t depth,
                 std::vector<EngineHostFile>& files) const;
  void read(const std::string& path, HostFile& file) const;

  const Host& host_;
  const Files& files_;
  Sources& sources_;
};

}  // namespace plimsoll::host
