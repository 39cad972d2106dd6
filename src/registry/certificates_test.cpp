#include "registry/certificates.h"

#include <gtest/gtest.h>

namespace plimsoll::registry {
namespace {

TEST(RegistryCertificates, AreThoseOfItsDirectories) {
  MemoryFiles files;
  const Environment environment{{"HOME", "/home/me"}};
  const auto none = read_certificates("r:5000", environment, files);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->authorities, "");
  EXPECT_FALSE(none->identity);
  files.add("/etc/docker/certs.d/r:5000/ca.crt", "A");
  files.add("/etc/docker/certs.d/r:5000/second.crt", "B");
  files.add("/etc/docker/certs.d/r:5000/README", "C");
  files.add("/etc/docker/certs.d/r/ca.crt", "D");
  files.add("/home/me/.config/docker/certs.d/r:5000/own.crt", "E");
  files.add("/etc/containers/certs.d/r:5000/client.cert", "F");
  files.add("/etc/containers/certs.d/r:5000/client.key", "G");
  const auto read = read_certificates("r:5000", environment, files);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->authorities, "E\nA\nB\n");
  ASSERT_TRUE(read->identity);
  EXPECT_EQ(read->identity->certificate, "F");
  EXPECT_EQ(read->identity->key, "G");
}

TEST(RegistryCertificates, AreNotHalf) {
  MemoryFiles files;
  files.add("/etc/docker/certs.d/r/client.cert", "F");
  const auto read = read_certificates("r", {}, files);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "is a client certificate without its key");
  EXPECT_EQ(read.error().file, "/etc/docker/certs.d/r/client.cert");
}

}  // namespace
}  // namespace plimsoll::registry
