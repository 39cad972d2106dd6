// A Podman with a store of its own, and the socket that speaks Docker's API.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/text.h"
#include "support/program.h"

namespace plimsoll::test {

class TestPodman {
 public:
  // Of busybox, too, which images are made of.
  static bool is_installed() { return run_shell("command -v podman busybox").exit_code == 0; }

  // Runs a shell line in a directory of its own, in which $podman is Podman with its store.
  Ended run(const std::string& line) const {
    return run_shell(concat("podman='", command(), "'; ", line), {.directory = directory_.path()});
  }
  // Starts the service, and returns when it listens.
  void serve() {
    service_.emplace(concat("exec ", command(), " system service --time=0 ", url()));
    const Ended waited = run_shell(concat("for i in $(seq 100); do [ -S ", directory_.path(),
                                          "/s ] && exit 0; sleep 0.1; done; exit 1"));
    ASSERT_EQ(waited.exit_code, 0);
  }
  std::string url() const { return concat("unix://", directory_.path(), "/s"); }

 private:
  std::string command() const {
    const std::string& at = directory_.path();
    return concat("podman --root ", at, "/root --runroot ", at, "/run --tmpdir ", at,
                  "/tmp --storage-driver vfs --cgroup-manager=cgroupfs --events-backend=none");
  }

  TemporaryDirectory directory_;
  std::optional<Background> service_;
};

}  // namespace plimsoll::test
