#include "app/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <streambuf>

#include "base/text.h"

namespace plimsoll::app {

// A stream buffer over a descriptor. After the first fault it takes everything and writes nothing.
class Output::Buffer final : public std::streambuf {
 public:
  explicit Buffer(int descriptor) : descriptor_(descriptor) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  int descriptor() const { return descriptor_; }
  int error() const { return error_; }
  void fail(int error) { error_ = error; }

  int sync() override {
    const char* at = pbase();
    while (error_ == 0 && at != pptr()) {
      const ssize_t written = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
      if (written >= 0) {
        at += written;
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

 protected:
  int_type overflow(int_type c) override {
    sync();
    if (!traits_type::eq_int_type(c, traits_type::eof())) {
      *pptr() = traits_type::to_char_type(c);
      pbump(1);
    }
    return traits_type::not_eof(c);
  }

 private:
  int descriptor_;
  int error_ = 0;
  std::array<char, 64 * 1024> bytes_;
};

Output::Output(std::string path) : path_(std::move(path)) {
  if (path_.empty()) {
    buffer_ = std::make_unique<Buffer>(STDOUT_FILENO);
    stream_ = std::make_unique<std::ostream>(buffer_.get());
    return;
  }
  temporary_ = concat(path_, ".plimsoll-XXXXXX");
  // A device or a pipe (/dev/stdout) is written to as it is; only a file is replaced.
  struct stat status{};
  const bool special = ::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  int descriptor = -1;
  if (special) {
    temporary_.clear();
    descriptor = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    descriptor = ::mkostemp(temporary_.data(), O_CLOEXEC);
    if (descriptor >= 0) {
      const mode_t mask = ::umask(0);
      ::umask(mask);
      ::fchmod(descriptor, 0666 & ~mask);
    }
  }
  buffer_ = std::make_unique<Buffer>(descriptor);
  if (descriptor < 0) {
    buffer_->fail(errno);
    temporary_.clear();
  }
  stream_ = std::make_unique<std::ostream>(buffer_.get());
}

Output::~Output() {
  if (path_.empty()) return;
  if (buffer_->descriptor() >= 0) ::close(buffer_->descriptor());
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::ostream& Output::stream() {
  return *stream_;
}

std::optional<Error> Output::finish() {
  stream_->flush();
  int error = buffer_->error();
  if (error == EPIPE) return std::nullopt;
  if (error == 0 && !temporary_.empty()) {
    if (::rename(temporary_.c_str(), path_.c_str()) == 0) {
      temporary_.clear();
    } else {
      error = errno;
    }
  }
  if (error == 0) return std::nullopt;
  return Error{.message = concat("the result cannot be written: ", lower(std::strerror(error))),
               .file = path_.empty() ? "standard output" : path_};
}

bool use_colour(std::string_view mode, int descriptor) {
  if (mode == "always") return true;
  if (mode == "never") return false;
  const auto set = [](const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  if (set("NO_COLOR")) return false;
  if (set("CLICOLOR_FORCE")) return true;
  const char* const terminal = std::getenv("TERM");
  if (terminal == nullptr || std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(descriptor) == 1;
}

}  // namespace plimsoll::app
