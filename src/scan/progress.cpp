#include "scan/progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/byte_count.h"
#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::scan {
namespace {

using Clock = std::chrono::steady_clock;

// What is over sooner is not worth a line that flickers.
constexpr std::chrono::milliseconds before_the_first{300};
constexpr std::chrono::milliseconds between_two{100};

bool is_wanted(const app::Arguments& arguments) {
  const char* const ci = std::getenv("CI");
  const char* const terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return !arguments.has("quiet") && ::isatty(STDERR_FILENO) == 1 && !is_dumb &&
         (ci == nullptr || *ci == '\0');
}

void write_line(std::string_view text) {
  // To the start of the line, the text, and clear what is behind it.
  const std::string line = concat("\r", text, "\x1b[K");
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string progress_line(const std::string& target, std::uint64_t bytes, std::uint64_t total,
                          double seconds) {
  constexpr std::size_t width = 20;
  std::string out = concat(printable(file_name(target)), "  ", byte_count(bytes));
  if (total != 0) {
    const auto done = static_cast<std::size_t>(std::min(bytes, total) * width / total);
    out += concat(" of ", byte_count(total), "  [", std::string(done, '#'),
                  std::string(width - done, '-'), "]");
  }
  if (seconds > 0) {
    out += concat(
        "  ", byte_count(static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds)), "/s");
  }
  return out;
}

ProgressLine::ProgressLine(const app::Arguments& arguments, const std::string& target,
                           const image::ReadProgress& progress) {
  if (!is_wanted(arguments)) return;
  thread_ = std::jthread([this, target, &progress] { show_until_stopped(target, progress); });
}

ProgressLine::~ProgressLine() {
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  ended_.notify_all();
}

void ProgressLine::show_until_stopped(const std::string& target,
                                      const image::ReadProgress& progress) {
  const Clock::time_point start = Clock::now();
  std::unique_lock lock(mutex_);
  bool is_shown = false;
  auto wait = before_the_first;
  while (!ended_.wait_for(lock, wait, [this] { return has_ended_; })) {
    const std::chrono::duration<double> taken = Clock::now() - start;
    write_line(progress_line(target, progress.bytes, progress.total, taken.count()));
    is_shown = true;
    wait = between_two;
  }
  if (is_shown) write_line("");
}

}  // namespace plimsoll::scan
