// The parts of an image that must be asked for over a network, fetched by a process of their own:
// the one that parses them gives up its network before it does (scan/sandbox.h), and credentials
// stay with the one that fetches.
//
// The two talk over sockets that were made before they parted, one for each part that is read at a
// time. A request is a byte that says what is asked and a text; an answer is one or more pieces of
// the same form: a byte that says what it is, the size in four bytes, and the bytes. The process
// ends when nobody can ask it any more.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "image/blob_store.h"

namespace plimsoll::image {

class FetchedBlobs final : public BlobStore {
 public:
  using Open = std::function<Result<std::unique_ptr<BlobStore>>()>;

  // Starts the process, which calls `open`; an error of that is given back here. No other thread
  // may run yet. `at_a_time` parts can be read side by side.
  static Result<std::unique_ptr<FetchedBlobs>> start(const Open& open, unsigned at_a_time);
  // The same with another program, which links what this one need not load. It is started with the
  // number of its sockets, which are its descriptors from 3 on, and these arguments behind it, and
  // calls serve_fetched_blobs().
  static Result<std::unique_ptr<FetchedBlobs>> start(const std::string& program,
                                                     const std::vector<std::string>& arguments,
                                                     unsigned at_a_time);
  ~FetchedBlobs() override;

  std::optional<std::uint64_t> size(const std::string& name) const override;
  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override;
  std::string version(const std::string& name) const override;

 private:
  explicit FetchedBlobs(std::vector<Descriptor> sockets);
  // `be_other` is what the other process does; it does not come back.
  static Result<std::unique_ptr<FetchedBlobs>> start_process(
      const std::function<void(const std::vector<int>& sockets)>& be_other, unsigned at_a_time);
  class Conversation;

  pid_t process_ = -1;
  std::vector<Descriptor> sockets_;
  mutable std::mutex mutex_;
  mutable std::condition_variable freed_;
  mutable std::vector<int> free_;  // sockets on which nothing is being asked
};

// What the program of the other process does until nobody asks it any more; `count` is its first
// argument.
void serve_fetched_blobs(const FetchedBlobs::Open& open, unsigned count);

}  // namespace plimsoll::image
