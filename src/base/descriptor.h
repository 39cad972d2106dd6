// A file descriptor that is closed with its scope.
#pragma once

#include <unistd.h>

namespace plimsoll {

// Takes over the descriptor; a negative one is what a failed open() gives.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return value_; }
  bool valid() const { return value_ >= 0; }

 private:
  int value_;
};

}  // namespace plimsoll
