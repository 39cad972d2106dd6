// Known vulnerabilities of the images that containers run.
//
// The audit reads no images: plimsoll-image does, a process for each image, which gives up its
// rights before it looks into one. As many run at a time as there are processors, beside what else
// the audit gathers, and each has its time; one that fails costs the report its own image alone.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "app/check.h"
#include "base/result.h"
#include "base/source.h"

namespace plimsoll::audit {

// An image of which containers run.
struct RunningImage {
  std::string id;                       // "sha256:…"
  std::string name;                     // as the containers ask for it: "nginx:1.27"
  std::vector<std::string> containers;  // their names
};

// A list of running containers as images, each once, in the order of their names.
class RunningImages {
 public:
  void add(std::string_view id, std::string_view name, std::string container);
  std::vector<RunningImage> take();

 private:
  std::vector<RunningImage> images_;
};

class ImageSearch {
 public:
  // `words`: the flags of each process, which say the engine and the database.
  explicit ImageSearch(std::vector<std::string> words) : words_(std::move(words)) {}
  // Ends what still runs.
  ~ImageSearch();
  ImageSearch(const ImageSearch&) = delete;
  ImageSearch& operator=(const ImageSearch&) = delete;

  // Begins with them, and comes back at once. To be called once at most.
  void start(std::vector<RunningImage> images);
  // Waits for the answers and adds them, in the order of the images.
  void finish(app::Live& live);

 private:
  std::vector<std::string> words_;
  std::vector<RunningImage> images_;
  std::vector<Result<std::string>> answers_;  // of the images; written by the thread
  std::jthread thread_;
};

}  // namespace plimsoll::audit
