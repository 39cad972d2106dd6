// A file beside another one that takes its place when it is whole, and goes with its scope when it
// is not.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/descriptor.h"
#include "base/text.h"

namespace plimsoll {

class TemporaryFile {
 public:
  // Makes the file, for its owner alone; the descriptor is negative when that failed, and errno
  // says why.
  explicit TemporaryFile(const std::string& target)
      : path_(concat(target, ".plimsoll-XXXXXX")),
        descriptor_(::mkostemp(path_.data(), O_CLOEXEC)) {}
  ~TemporaryFile() {
    if (descriptor_.valid() && !renamed_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int descriptor() const { return descriptor_.get(); }
  // Whether it worked; errno says why it did not.
  bool rename_to(const std::string& target) {
    renamed_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string path_;
  Descriptor descriptor_;
  bool renamed_ = false;
};

}  // namespace plimsoll
