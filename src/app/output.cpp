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

#include "base/files.h"
#include "base/text.h"
#include "base/write_file.h"

namespace plimsoll::app {

// A stream buffer over a descriptor. After the first fault it takes everything and writes nothing.
class Output::Buffer final : public std::streambuf {
 public:
  explicit Buffer(int descriptor) : descriptor_(descriptor) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  int error() const { return error_; }
  void fail(int error) { error_ = error; }

  int sync() override {
    if (error_ == 0) error_ = write_all(descriptor_, {pbase(), pptr()});
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

namespace {

// The mode that a file has, or gets when it is made.
mode_t mode_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Output::Output(std::string path) : path_(std::move(path)) {
  int descriptor = STDOUT_FILENO;
  // A device or a pipe (/dev/stdout) is written to as it is; only a file is replaced.
  const RealFiles files;
  const FileKind kind = path_.empty() ? FileKind::missing : files.kind(path_);
  if (kind != FileKind::missing && kind != FileKind::file) {
    descriptor = special_.emplace(::open(path_.c_str(), O_WRONLY | O_CLOEXEC)).get();
  } else if (!path_.empty()) {
    target_ = kind == FileKind::file ? files.real_path(path_) : path_;
    descriptor = temporary_.emplace(target_).descriptor();
  }
  buffer_ = std::make_unique<Buffer>(descriptor);
  if (descriptor < 0) buffer_->fail(errno);
  if (temporary_ && descriptor >= 0) ::fchmod(descriptor, mode_of(target_));
  stream_ = std::make_unique<std::ostream>(buffer_.get());
}

Output::~Output() = default;

std::ostream& Output::stream() {
  return *stream_;
}

std::optional<Error> Output::finish() {
  stream_->flush();
  int error = buffer_->error();
  if (error == EPIPE) return std::nullopt;
  if (error == 0 && temporary_ && !temporary_->rename_to(target_)) error = errno;
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
