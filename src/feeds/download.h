// Fetches a feed from a server: only if it has changed there, from where a connection broke off,
// and believed only if it is what it says it is.
//
// A server says with an answer what the file's version is called (ETag) or when it was changed
// (Last-Modified). Asked again with that (If-None-Match), it answers 304 and sends nothing where
// that is still so. What a broken connection left is kept beside its version's name; asked for the
// rest "if it is still that one" (Range, If-Range), the server sends the rest, or the whole of a
// new version. RFC 9110, 13 and 14; RFC 9530 for digests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/descriptor.h"
#include "base/result.h"
#include "base/unnamed_file.h"
#include "feeds/feed_address.h"
#include "net/http.h"

namespace plimsoll::feeds {

inline constexpr std::uint64_t max_download_bytes = 1u << 30;  // as it is sent

struct DownloadOptions {
  net::Settings http;
  // Where what a broken connection left is kept; "" to keep nothing.
  std::string directory = {};
  std::function<void(std::chrono::milliseconds)> pause = {};  // empty: sleep
};

// What a server called the version of a file, in its own words; "" for nothing.
struct FileVersion {
  std::string etag;
  std::string last_modified;
};

// A file that was fetched whole. While this lives it can be read, and no other process fetches the
// same.
class Downloaded {
 public:
  std::string path() const;
  const std::string& digest() const { return digest_; }
  const FileVersion& version() const { return version_; }
  // It was read, and is not needed again.
  void discard();

 private:
  friend class Downloading;
  std::optional<UnnamedFile> unnamed_;
  Descriptor named_{-1};  // locked
  std::string name_;
  std::string digest_;
  FileVersion version_;
};

// Nothing when the server says that the version that is known is still the one.
Result<std::optional<Downloaded>> download(const FeedAddress& address, const FileVersion& known,
                                           const DownloadOptions& options);

}  // namespace plimsoll::feeds
