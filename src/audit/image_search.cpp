#include "audit/image_search.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <tuple>

#include "advisories/image_answer.h"
#include "base/child_process.h"
#include "base/descriptor.h"
#include "base/text.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the caller

namespace plimsoll::audit {
namespace {

using Clock = std::chrono::steady_clock;

// Bounds: how long an image may take, and how many bytes its answer may have.
constexpr std::chrono::seconds patience{120};
constexpr std::size_t max_answer_bytes = 256u << 20;
// How often it is looked whether the audit ends.
constexpr std::chrono::milliseconds heed{100};

// A process that reads an image, and what it has said so far.
struct Reading {
  std::size_t image = 0;
  pid_t id = -1;
  Descriptor output;
  std::string answer;
  Clock::time_point deadline;
};

// Runs the processes, some at a time.
class Readers {
 public:
  Readers(const std::vector<std::string>& words, const std::vector<RunningImage>& images,
          std::vector<Result<std::string>>& answers)
      : words_(words), images_(images), answers_(answers) {}

  void run(const std::stop_token& stop) {
    const std::size_t most = std::max(1u, std::thread::hardware_concurrency());
    std::size_t next = 0;
    while (next < images_.size() || !readings_.empty()) {
      if (stop.stop_requested()) return end_all();
      while (next < images_.size() && readings_.size() < most) begin(next++);
      read_some();
    }
  }

 private:
  void begin(std::size_t image) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(image, lower(std::strerror(errno)));
    Descriptor ours(ends[0]);
    const Descriptor its(ends[1]);
    SpawnActions actions;
    ::posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions.files, its.get(), STDOUT_FILENO);
    std::vector<std::string> words{program_beside("plimsoll-image"), "audit"};
    words.insert(words.end(), words_.begin(), words_.end());
    words.insert(words.end(), {"--", images_[image].id});
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t id = -1;
    const int failed = ::posix_spawn(&id, words.front().c_str(), &actions.files,
                                     &actions.attributes, pointers.data(), environ);
    if (failed != 0) {
      return fail(image,
                  concat(words.front(), " cannot be started: ", lower(std::strerror(failed))));
    }
    readings_.push_back({image, id, std::move(ours), {}, Clock::now() + patience});
  }

  // What is there of any of them, or nothing after a while.
  void read_some() {
    std::vector<pollfd> waits;
    for (const Reading& reading : readings_) waits.push_back({reading.output.get(), POLLIN, 0});
    ::poll(waits.data(), waits.size(), static_cast<int>(heed.count()));
    for (std::size_t i = readings_.size(); i-- > 0;) {
      const bool has_ended = waits[i].revents != 0 && !read(readings_[i]);
      if (!has_ended && Clock::now() < readings_[i].deadline) continue;
      end(readings_[i], has_ended);
      readings_.erase(readings_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  // False when there is no more to come.
  static bool read(Reading& reading) {
    std::array<char, 64u << 10> bytes{};
    const ssize_t count = ::read(reading.output.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0 || reading.answer.size() + bytes.size() > max_answer_bytes) return false;
    reading.answer.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  void end(Reading& reading, bool has_ended) {
    ::kill(reading.id, SIGKILL);
    int status = 0;
    while (::waitpid(reading.id, &status, 0) < 0 && errno == EINTR) {
    }
    if (!has_ended) {
      return fail(reading.image,
                  concat("was not read within ", std::to_string(patience.count()), " seconds"));
    }
    answers_[reading.image] = std::move(reading.answer);
  }

  void end_all() {
    for (Reading& reading : readings_) end(reading, false);
    readings_.clear();
  }

  void fail(std::size_t image, std::string_view why) {
    answers_[image] = failure({.message = std::string(why)});
  }

  const std::vector<std::string>& words_;
  const std::vector<RunningImage>& images_;
  std::vector<Result<std::string>>& answers_;
  std::vector<Reading> readings_;
};

}  // namespace

void RunningImages::add(std::string_view id, std::string_view name, std::string container) {
  auto image = std::ranges::find(images_, id, &RunningImage::id);
  if (image == images_.end()) {
    images_.push_back({std::string(id), std::string(name), {}});
    image = images_.end() - 1;
  }
  // One that was built anew under its name is called by its id: a name says more.
  if (image->name.starts_with("sha256:") && !name.empty()) image->name = name;
  image->containers.push_back(std::move(container));
}

std::vector<RunningImage> RunningImages::take() {
  for (RunningImage& image : images_) {
    if (image.name.empty()) image.name = image.id;
    std::ranges::sort(image.containers);
  }
  std::ranges::sort(images_, [](const RunningImage& a, const RunningImage& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  return std::move(images_);
}

ImageSearch::~ImageSearch() = default;  // the thread is told to stop, and waited for

void ImageSearch::start(std::vector<RunningImage> images) {
  images_ = std::move(images);
  answers_.assign(images_.size(), std::string());
  thread_ = std::jthread(
      [this](const std::stop_token& stop) { Readers(words_, images_, answers_).run(stop); });
}

void ImageSearch::finish(app::Live& live) {
  if (thread_.joinable()) thread_.join();
  for (std::size_t i = 0; i < images_.size(); ++i) {
    const std::string target = concat("docker://", images_[i].name);
    const std::string by_id = concat("docker://", images_[i].id);
    const auto fail = [&](Error error,
                          std::string_view what = "its vulnerabilities are not known: ") {
      error.message = concat(what, error.message);
      // People know it by its name.
      if (error.file.starts_with(by_id)) error.file.replace(0, by_id.size(), target);
      if (error.file.empty()) error.file = target;
      // Nobody pulls by an id.
      if (error.hint.contains(images_[i].id)) error.hint.clear();
      live.errors.push_back(std::move(error));
    };
    if (!answers_[i]) {
      fail(answers_[i].error());
      continue;
    }
    auto answer = advisories::decode_answer(*answers_[i], *live.sources);
    if (!answer) {
      // What there is to say it has said itself.
      fail({.message = "plimsoll-image ended without an answer"});
      continue;
    }
    const bool is_searched = answer->image->vulnerabilities != nullptr;
    for (Error& error : answer->errors) {
      fail(std::move(error), is_searched ? "not all of its packages are known: "
                                         : "its vulnerabilities are not known: ");
    }
    if (!is_searched) continue;
    answer->image->target = target;
    answer->image->containers = images_[i].containers;
    answer->image->at = {&live.sources->add(target, ""), {}};
    answer->image->vulnerabilities->at = answer->image->at;
    live.images.push_back(std::move(answer->image));
  }
}

}  // namespace plimsoll::audit
