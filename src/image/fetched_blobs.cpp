#include "image/fetched_blobs.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/child_process.h"
#include "base/number.h"
#include "base/text.h"
#include "base/write_file.h"

namespace plimsoll::image {
namespace {

enum class Ask : char { size = 's', read = 'r', version = 'v' };
enum class Say : char { text = 't', none = '-', piece = 'p', end = 'e', error = 'x' };

// A message as it is sent: what it is, and its bytes.
struct Message {
  char kind = 0;
  std::string text;
};

bool receive_all(int socket, char* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(socket, into, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send(int socket, char kind, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char head[1 + sizeof size] = {kind};
  std::memcpy(head + 1, &size, sizeof size);
  return write_all(socket, {head, sizeof head}) == 0 && write_all(socket, text) == 0;
}

template <class Kind>
  requires std::is_enum_v<Kind>
bool send(int socket, Kind kind, std::string_view text = {}) {
  return send(socket, static_cast<char>(kind), text);
}

// Whoever sends is this program, too; still nothing is believed that would take much memory.
constexpr std::uint32_t max_message_bytes = 4u << 20;

bool receive(int socket, Message& message) {
  std::uint32_t size = 0;
  char head[1 + sizeof size];
  if (!receive_all(socket, head, sizeof head)) return false;
  std::memcpy(&size, head + 1, sizeof size);
  if (size > max_message_bytes) return false;
  message.kind = head[0];
  message.text.resize(size);
  return receive_all(socket, message.text.data(), size);
}

// An error's texts, one after the other; places in sources do not go with it.
std::string written(const Error& error) {
  constexpr std::string_view zero("\0", 1);
  return concat(error.message, zero, error.hint, zero, error.file);
}

Error error_of(const std::string& text) {
  Error error;
  std::size_t at = 0;
  for (const std::string_view part : split(text, '\0')) {
    (at == 0 ? error.message : at == 1 ? error.hint : error.file) = part;
    ++at;
  }
  return error;
}

// In the process that fetches: answers what is asked on one socket until nobody is there.
void serve(const BlobStore& store, int socket) {
  Message request;
  while (receive(socket, request)) {
    switch (static_cast<Ask>(request.kind)) {
      case Ask::size: {
        const auto size = store.size(request.text);
        if (!(size ? send(socket, Say::text, std::to_string(*size)) : send(socket, Say::none))) {
          return;
        }
        break;
      }
      case Ask::version:
        if (!send(socket, Say::text, store.version(request.text))) return;
        break;
      case Ask::read: {
        bool is_there = true;
        const Result<void> read = store.read(request.text, [&](std::string_view piece) {
          for (; is_there && !piece.empty();
               piece.remove_prefix(std::min<std::size_t>(piece.size(), max_message_bytes))) {
            is_there = send(socket, Say::piece, piece.substr(0, max_message_bytes));
          }
        });
        is_there = is_there && (read ? send(socket, Say::end)
                                     : send(socket, Say::error, written(read.error())));
        if (!is_there) return;
        break;
      }
      default: return;
    }
  }
}

void fetch(const FetchedBlobs::Open& open, const std::vector<int>& sockets) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Result<std::unique_ptr<BlobStore>> store = open();
  if (!store) {
    send(sockets.front(), Say::error, written(store.error()));
    return;
  }
  if (!send(sockets.front(), Say::end)) return;
  std::vector<std::jthread> threads;
  for (const int socket : sockets) threads.emplace_back([&, socket] { serve(**store, socket); });
}

constexpr int first_socket = 3;

// Becomes the program, with the sockets where it looks for them.
void become(const std::string& program, const std::vector<std::string>& arguments,
            const std::vector<int>& sockets) {
  // Up to where none of them is in the way of another, and then down.
  std::vector<int> moved;
  const int above = first_socket + static_cast<int>(sockets.size());
  for (const int socket : sockets) moved.push_back(::fcntl(socket, F_DUPFD_CLOEXEC, above));
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (moved[i] < 0 || ::dup2(moved[i], first_socket + static_cast<int>(i)) < 0) return;
  }
  std::vector<std::string> words{std::to_string(sockets.size())};
  words.insert(words.end(), arguments.begin(), arguments.end());
  send(first_socket, Say::error, written(become_program(program, std::move(words))));
}

Error ended_early() {
  return {.message = "the process that fetches the image has ended early"};
}

}  // namespace

// One question and its answer, on a socket that is nobody else's meanwhile.
class FetchedBlobs::Conversation {
 public:
  explicit Conversation(const FetchedBlobs& blobs) : blobs_(blobs) {
    std::unique_lock lock(blobs_.mutex_);
    blobs_.freed_.wait(lock, [&] { return !blobs_.free_.empty(); });
    socket_ = blobs_.free_.back();
    blobs_.free_.pop_back();
  }
  ~Conversation() {
    const std::lock_guard lock(blobs_.mutex_);
    blobs_.free_.push_back(socket_);
    blobs_.freed_.notify_one();
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  bool ask(Ask what, const std::string& name) { return send(socket_, what, name); }
  bool hear(Message& message) { return receive(socket_, message); }

 private:
  const FetchedBlobs& blobs_;
  int socket_ = -1;
};

FetchedBlobs::FetchedBlobs(std::vector<Descriptor> sockets) : sockets_(std::move(sockets)) {
  for (const Descriptor& socket : sockets_) free_.push_back(socket.get());
}

FetchedBlobs::~FetchedBlobs() {
  sockets_.clear();  // which ends it, unless it is in the middle of something
  // One that waits for a network goes with this process.
  constexpr int most_waits = 20;
  constexpr timespec wait{.tv_sec = 0, .tv_nsec = 10'000'000};
  for (int i = 0; i < most_waits && process_ > 0; ++i) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0) return;
    ::nanosleep(&wait, nullptr);
  }
}

Result<std::unique_ptr<FetchedBlobs>> FetchedBlobs::start(const Open& open, unsigned at_a_time) {
  return start_process([&](const std::vector<int>& sockets) { fetch(open, sockets); }, at_a_time);
}

Result<std::unique_ptr<FetchedBlobs>> FetchedBlobs::start(const std::string& program,
                                                          const std::vector<std::string>& arguments,
                                                          unsigned at_a_time) {
  return start_process(
      [&](const std::vector<int>& sockets) { become(program, arguments, sockets); }, at_a_time);
}

void serve_fetched_blobs(const FetchedBlobs::Open& open, unsigned count) {
  std::vector<int> sockets;
  for (unsigned i = 0; i < count; ++i) sockets.push_back(first_socket + static_cast<int>(i));
  fetch(open, sockets);
}

Result<std::unique_ptr<FetchedBlobs>> FetchedBlobs::start_process(
    const std::function<void(const std::vector<int>&)>& be_other, unsigned at_a_time) {
  const auto not_started = [] {
    return failure({.message = concat("no process can be started that fetches the image: ",
                                      lower(std::strerror(errno)))});
  };
  std::vector<Descriptor> ours;
  std::vector<Descriptor> theirs;
  for (unsigned i = 0; i < std::max(1u, at_a_time); ++i) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return not_started();
    ours.emplace_back(pair[0]);
    theirs.emplace_back(pair[1]);
  }
  std::vector<int> sockets;
  for (const Descriptor& socket : theirs) sockets.push_back(socket.get());
  const pid_t process = ::fork();
  if (process < 0) return not_started();
  if (process == 0) {
    ours.clear();
    be_other(sockets);
    ::_exit(0);
  }
  theirs.clear();
  std::unique_ptr<FetchedBlobs> out(new FetchedBlobs(std::move(ours)));
  out->process_ = process;
  Message opened;
  if (!receive(out->sockets_.front().get(), opened)) return failure(ended_early());
  if (static_cast<Say>(opened.kind) == Say::error) return failure(error_of(opened.text));
  return out;
}

std::optional<std::uint64_t> FetchedBlobs::size(const std::string& name) const {
  Conversation conversation(*this);
  Message answer;
  if (!conversation.ask(Ask::size, name) || !conversation.hear(answer) ||
      static_cast<Say>(answer.kind) != Say::text) {
    return std::nullopt;
  }
  return number_of<std::uint64_t>(answer.text);
}

std::string FetchedBlobs::version(const std::string& name) const {
  Conversation conversation(*this);
  Message answer;
  if (!conversation.ask(Ask::version, name) || !conversation.hear(answer)) return {};
  return answer.text;
}

Result<void> FetchedBlobs::read(const std::string& name,
                                const std::function<void(std::string_view)>& sink) const {
  Conversation conversation(*this);
  if (!conversation.ask(Ask::read, name)) return failure(ended_early());
  for (Message answer;;) {
    if (!conversation.hear(answer)) return failure(ended_early());
    switch (static_cast<Say>(answer.kind)) {
      case Say::piece: sink(answer.text); break;
      case Say::end: return {};
      case Say::error: return failure(error_of(answer.text));
      default: return failure(ended_early());
    }
  }
}

}  // namespace plimsoll::image
