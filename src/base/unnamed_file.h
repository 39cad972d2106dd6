// A file that has no name until it takes the place of another one: nothing is left of it when the
// program is killed before, whatever kills it. Where the file system has no such files it is a
// temporary one (temporary_file.h).
#pragma once

#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/temporary_file.h"

namespace plimsoll {

class UnnamedFile {
 public:
  // Makes the file in the directory of `target`, for its owner alone; the descriptor is negative
  // when that failed, and errno says why.
  explicit UnnamedFile(const std::string& target);

  int descriptor() const { return named_ ? named_->descriptor() : unnamed_.get(); }
  // A name that it can be opened by as long as this lives.
  std::string path() const;
  // Whether it worked; errno says why it did not.
  bool rename_to(const std::string& target);

 private:
  Descriptor unnamed_;
  std::unique_ptr<TemporaryFile> named_;
};

}  // namespace plimsoll
