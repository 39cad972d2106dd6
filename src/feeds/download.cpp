#include "feeds/download.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <utility>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"
#include "base/write_file.h"
#include "feeds/sent_digest.h"
#include "net/content_range.h"
#include "net/patience.h"

namespace plimsoll::feeds {
namespace {

constexpr std::size_t max_version_text = 1024;

// Header values come from a server and go into a request: one line each.
std::string one_line(std::string_view text) {
  const bool is_fit = text.size() <= max_version_text &&
                      text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  return is_fit ? std::string(text) : std::string();
}

// What a part of a file can be asked for by: RFC 9110 wants a strong one.
std::string range_condition(const FileVersion& version) {
  if (!version.etag.empty() && !version.etag.starts_with("W/")) return version.etag;
  return version.etag.empty() ? version.last_modified : std::string();
}

std::string_view hint_of(const net::Failure& failure) {
  switch (failure.trouble) {
    case net::Trouble::unknown_host:
    case net::Trouble::unreachable: return "behind a proxy, set HTTPS_PROXY";
    case net::Trouble::stalled:
    case net::Trouble::broken: return "run it again: it goes on from there";
    case net::Trouble::untrusted: return "SSL_CERT_FILE names the authorities that are trusted";
    default: return "";
  }
}

}  // namespace

std::string Downloaded::path() const {
  return unnamed_ ? unnamed_->path() : concat("/proc/self/fd/", std::to_string(named_.get()));
}

void Downloaded::discard() {
  if (!name_.empty()) {
    ::unlink(concat(name_, ".version").c_str());
    ::unlink(concat(name_, ".part").c_str());
  }
}

class Downloading {
 public:
  Downloading(const FeedAddress& address, const FileVersion& known, const DownloadOptions& options)
      : address_(address), known_(known), options_(options) {}

  Result<std::optional<Downloaded>> run() {
    if (Result<void> opened = open(); !opened) return std::unexpected(opened.error());
    net::Client client(options_.http);
    net::Patience patience;
    for (int beginnings = 0;;) {
      is_new_answer_ = true;
      const std::uint64_t before = bytes_;
      const net::Answer<net::Response> answer =
          client.send(request(), [this](const net::Response& response, std::string_view piece) {
            return take(response, piece);
          });
      if (problem_) return failure(std::move(*problem_));
      if (const auto wait = patience.after(answer, bytes_)) {
        pause(*wait);
        continue;
      }
      if (!answer) return not_fetched(answer.error());
      if (answer->status == 304 && !(known_.etag.empty() && known_.last_modified.empty())) {
        return std::optional<Downloaded>();
      }
      // What is here is no beginning of what is there.
      if (answer->status == 416 && bytes_ > 0 && beginnings++ == 0) {
        if (!begin_anew({})) return failure(std::move(*problem_));
        continue;
      }
      if (answer->status != 200 && answer->status != 206) return refused(*answer);
      if (is_new_answer_ && !begin(*answer)) return failure(std::move(*problem_));  // no body
      if (expected_ && bytes_ < *expected_) {
        if (bytes_ > before) continue;  // a server may send less than it is asked for
        return failure({.message = "ends before its end", .file = address_.name});
      }
      return finish(*answer);
    }
  }

 private:
  int descriptor() const { return out_.unnamed_ ? out_.unnamed_->descriptor() : out_.named_.get(); }

  Result<void> open() {
    if (options_.directory.empty()) {
      const char* const temporary = std::getenv("TMPDIR");
      const std::string target =
          join_path(temporary == nullptr || *temporary == '\0' ? "/tmp" : temporary, "feed");
      out_.unnamed_.emplace(target);
      return descriptor() < 0 ? cannot("be kept while it is read", errno) : Result<void>();
    }
    if (std::optional<Error> error = make_directories(options_.directory)) {
      return failure(std::move(*error));
    }
    out_.name_ = join_path(options_.directory,
                           sha256_hex(concat(address_.url.text(), "#", address_.pinned)));
    const std::string path = concat(out_.name_, ".part");
    for (;;) {
      out_.named_ =
          Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
      if (!out_.named_.valid()) return cannot("be kept while it is read", errno);
      while (::flock(out_.named_.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return cannot("be locked", errno);
      }
      // Whoever had the lock may have read the file and removed it.
      struct stat status{};
      if (::fstat(out_.named_.get(), &status) != 0) return cannot("be read", errno);
      if (status.st_nlink > 0) break;
    }
    return resume();
  }

  // Takes up what a broken connection left.
  Result<void> resume() {
    const Result<std::string> text =
        RealFiles().read_prefix(concat(out_.name_, ".version"), 2 * max_version_text + 2);
    const std::size_t end = text ? text->find('\n') : std::string::npos;
    if (end != std::string::npos && text->ends_with('\n')) {
      out_.version_ = {one_line(std::string_view(*text).substr(0, end)),
                       one_line(std::string_view(*text).substr(end + 1, text->size() - end - 2))};
    }
    if (range_condition(out_.version_).empty()) {
      if (!begin_anew({})) return failure(std::move(*problem_));
      return {};
    }
    std::string piece(std::size_t{1} << 20, '\0');
    for (;;) {
      const ssize_t got = ::read(descriptor(), piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return cannot("be read", errno);
      if (got == 0) return {};
      hash_.update(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
      bytes_ += static_cast<std::uint64_t>(got);
    }
  }

  net::Request request() const {
    net::Request out{.url = address_.url, .max_bytes = max_download_bytes};
    if (!known_.etag.empty()) out.headers.push_back(concat("If-None-Match: ", known_.etag));
    if (!known_.last_modified.empty()) {
      out.headers.push_back(concat("If-Modified-Since: ", known_.last_modified));
    }
    const std::string condition = range_condition(out_.version_);
    if (bytes_ > 0 && !condition.empty()) {
      out.headers.push_back(concat("If-Range: ", condition));
      out.from = bytes_;
    }
    return out;
  }

  bool take(const net::Response& response, std::string_view piece) {
    if (is_new_answer_ && !begin(response)) return false;
    if (piece.size() > max_download_bytes - bytes_) {
      problem_ =
          Error{.message = concat("is larger than ", std::to_string(max_download_bytes >> 30),
                                  " GiB, the most that a feed may have"),
                .file = address_.name};
      return false;
    }
    if (const int error = write_all(descriptor(), piece))
      return fails("be kept while it is read", error);
    hash_.update(piece);
    bytes_ += piece.size();
    return true;
  }

  bool begin(const net::Response& response) {
    is_new_answer_ = false;
    if (response.status == 200) {
      expected_ = response.content_length();
      return begin_anew(
          {one_line(response.header("etag")), one_line(response.header("last-modified"))});
    }
    const auto range = net::parse_content_range(response.header("content-range"));
    if (!range || range->begin != bytes_) {
      problem_ =
          Error{.message = "is sent from another place than was asked for", .file = address_.name};
      return false;
    }
    expected_ = range->whole;
    return true;
  }

  // The old bytes go before their version's name does: what lies there is never taken for another.
  bool begin_anew(FileVersion version) {
    hash_ = Sha256();
    bytes_ = 0;
    if (::ftruncate(descriptor(), 0) != 0 || ::lseek(descriptor(), 0, SEEK_SET) != 0) {
      return fails("be kept while it is read", errno);
    }
    out_.version_ = std::move(version);
    if (out_.name_.empty()) return true;
    const std::string path = concat(out_.name_, ".version");
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) return fails("be kept while it is read", errno);
    const int error =
        write_all(file.get(), concat(out_.version_.etag, "\n", out_.version_.last_modified, "\n"));
    return error == 0 || fails("be kept while it is read", error);
  }

  Result<std::optional<Downloaded>> finish(const net::Response& response) {
    out_.digest_ = hash_.finish();
    const std::string sent = sent_digest(response);
    const std::string& expected = address_.pinned.empty() ? sent : address_.pinned;
    if (expected.empty() || out_.digest_ == expected) return std::optional(std::move(out_));
    out_.discard();
    return failure(
        {.message =
             concat("is not the file that ", address_.pinned.empty() ? "the server" : "its address",
                    " names: ", expected, ", and what is sent hashes to ", out_.digest_),
         .hint = "do not use it: it was damaged or exchanged",
         .file = address_.name});
  }

  bool fails(std::string_view what, int error) {
    problem_ = cannot(what, error).error();
    return false;
  }
  Result<void> cannot(std::string_view what, int error) const {
    return failure(
        {.message = concat("cannot ", what, ": ", lower(std::generic_category().message(error))),
         .hint = options_.directory.empty() ? "TMPDIR names another place for it"
                                            : "--cache-dir names another place for it",
         .file = address_.name});
  }

  std::unexpected<Error> not_fetched(const net::Failure& failed) const {
    const std::string where = failed.at == address_.url.origin() ? "" : concat(failed.at, ": ");
    return failure({.message = concat("cannot be fetched: ", where, failed.words),
                    .hint = std::string(hint_of(failed)),
                    .file = address_.name});
  }

  std::unexpected<Error> refused(const net::Response& response) const {
    const bool is_missing = response.status == 404 || response.status == 410;
    return failure(
        {.message = concat("cannot be fetched: ", response.url.origin(),
                           is_missing ? " has no such file" : " answers with status ",
                           is_missing ? "" : std::to_string(response.status)),
         .hint = response.status >= 500 || response.status == 429 ? "try again later" : "",
         .file = address_.name});
  }

  void pause(std::chrono::milliseconds time) const {
    if (options_.pause) return options_.pause(time);
    std::this_thread::sleep_for(time);
  }

  const FeedAddress& address_;
  const FileVersion& known_;
  const DownloadOptions& options_;
  Downloaded out_;
  Sha256 hash_;
  std::uint64_t bytes_ = 0;
  std::optional<std::uint64_t> expected_;
  bool is_new_answer_ = true;
  std::optional<Error> problem_;
};

Result<std::optional<Downloaded>> download(const FeedAddress& address, const FileVersion& known,
                                           const DownloadOptions& options) {
  return Downloading(address, known, options).run();
}

}  // namespace plimsoll::feeds
