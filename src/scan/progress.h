// How far the reading of an image is, on a terminal: bytes, of how many, and at what rate.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "app/flags.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

// Shows itself from a moment after it was made until it goes, and leaves nothing behind. Only where
// standard error is a terminal, nobody asked for quiet, and the environment names no CI.
class ProgressLine {
 public:
  ProgressLine(const app::Arguments& arguments, const std::string& target,
               const image::ReadProgress& progress);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void show_until_stopped(const std::string& target, const image::ReadProgress& progress);

  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::jthread thread_;
};

// The last part of the target's name, and how far it is:
// "nginx:1.27  45.1 MiB of 93.0 MiB  [#########-----------]  210.0 MiB/s"; without a total only the
// bytes and the rate.
std::string progress_line(const std::string& target, std::uint64_t bytes, std::uint64_t total,
                          double seconds);

}  // namespace plimsoll::scan
