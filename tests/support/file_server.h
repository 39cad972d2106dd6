// A good server of one file: it knows versions, conditions and ranges (RFC 9110, 13 and 14).
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/number.h"
#include "base/text.h"
#include "support/fake_server.h"

namespace plimsoll::test {

// The value of a request's header, or "".
inline std::string header_of(const std::string& request, const std::string& name) {
  const std::size_t at = lower(request).find(concat("\r\n", lower(name), ": "));
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

// What is served; of several threads.
class ServedFile {
 public:
  void put(std::string text, std::string etag, std::string more_headers = {}) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
    etag_ = std::move(etag);
    more_headers_ = std::move(more_headers);
  }
  // The next answer breaks off after so many bytes of its body.
  void cut_after(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    cut_after_ = bytes;
  }

  // The whole answer; cut short if that was wanted, so that the connection must be closed.
  std::string answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    const std::string headers = concat("ETag: ", etag_, "\r\nConnection: close\r\n", more_headers_);
    if (!etag_.empty() && header_of(request, "If-None-Match") == etag_) {
      return concat("HTTP/1.1 304 Not Modified\r\n", headers, "\r\n");
    }
    std::string out = http_answer("200 OK", text_, headers);
    const std::string range = header_of(request, "Range");
    const bool is_still_that_one = header_of(request, "If-Range") == etag_;
    if (range.starts_with("bytes=") && is_still_that_one) {
      const std::size_t from =
          number_of<std::size_t>(std::string_view(range).substr(6, range.size() - 7)).value_or(0);
      const std::string whole = std::to_string(text_.size());
      out = from >= text_.size()
                ? http_answer("416 Range Not Satisfiable", "", headers)
                : http_answer("206 Partial Content", std::string_view(text_).substr(from),
                              concat(headers, "Content-Range: bytes ", std::to_string(from), "-",
                                     std::to_string(text_.size() - 1), "/", whole, "\r\n"));
    }
    if (cut_after_ != std::string::npos) {
      out.resize(std::min(out.size(), out.find("\r\n\r\n") + 4 + cut_after_));
      cut_after_ = std::string::npos;
    }
    return out;
  }

 private:
  std::mutex mutex_;
  std::string text_, etag_, more_headers_;
  std::size_t cut_after_ = std::string::npos;
};

}  // namespace plimsoll::test
