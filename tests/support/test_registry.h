// A registry of a test's own: distribution's `docker-registry` on a port of 127.0.0.1 that the
// kernel chooses, with its data in a directory of its own. Needs `scripts/install-deps test`.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <string>

#include "support/program.h"

namespace plimsoll::test {

struct RegistryOptions {
  std::string certificate = {};  // paths; without them it speaks plain HTTP
  std::string key = {};
  std::string client_authority = {};  // whose certificates clients must show
  std::string authorization = {};     // the section "auth" of its configuration, in YAML
};

// A user "captain" with the password "plimsoll mark", for RegistryOptions::authorization.
std::string basic_authorization(const TemporaryDirectory& directory);
inline constexpr std::string_view registry_user = "captain:plimsoll mark";

class TestRegistry {
 public:
  // Why none can be started here, or "".
  static std::string unavailable();

  // Returns when it listens. Throws what it said when it does not start.
  explicit TestRegistry(const RegistryOptions& options = {});
  ~TestRegistry();
  TestRegistry(const TestRegistry&) = delete;
  TestRegistry& operator=(const TestRegistry&) = delete;

  // "127.0.0.1:40123".
  const std::string& host() const { return host_; }
  // "registry://127.0.0.1:40123/NAME".
  std::string target(const std::string& name) const { return "registry://" + host_ + "/" + name; }
  // Copies an image there with skopeo: `from` is as skopeo names it ("oci:PATH"), `name` as in a
  // registry ("app:1"). Throws what skopeo said when it fails.
  void push(const std::string& from, const std::string& name,
            const std::string& arguments = "--all --preserve-digests") const;
  // What it has logged so far, with a line for each request.
  std::string log() const;
  // The directory that it keeps everything in.
  std::string data() const { return directory_.path() + "/data"; }
  // Where it keeps the content of a blob.
  std::string blob_path(const std::string& digest) const;

 private:
  void wait_until_it_listens();

  TemporaryDirectory directory_;
  pid_t id_ = -1;
  std::string host_;
};

// A test that needs a registry: skipped where there can be none, and failed instead when
// PLIMSOLL_REQUIRE_REGISTRY is set.
class RegistryTest : public testing::Test {
 protected:
  void SetUp() override;
};

}  // namespace plimsoll::test
