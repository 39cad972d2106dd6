#include "readers/daemon/tls_files.h"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr const char* certificate =
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
constexpr const char* key = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n";

// With /t/ca.pem, /t/cert.pem and /t/key.pem.
Daemon told() {
  Daemon daemon;
  daemon.tlscacert.value = "/t/ca.pem";
  daemon.tlscert.value = "/t/cert.pem";
  daemon.tlskey.value = "/t/key.pem";
  return daemon;
}

TEST(TlsFiles, SaysWhatThereIs) {
  MemoryFiles files;
  files.add("/t/ca.pem", std::string("the authority\n") + certificate);
  files.add("/t/cert.pem", certificate);
  files.add("/t/key.pem", key);
  Daemon daemon = told();
  read_tls_files(daemon, files, "");
  EXPECT_EQ(daemon.tlscacert_file, TlsFile::usable);
  EXPECT_EQ(daemon.tlscert_file, TlsFile::usable);
  EXPECT_EQ(daemon.tlskey_file, TlsFile::usable);
}

TEST(TlsFiles, AFileOfAnotherKindIsOfNoUse) {
  MemoryFiles files;
  files.add("/t/ca.pem", key);
  files.add("/t/cert.pem/x", certificate);  // a directory, as a container engine makes for a bind
  files.add("/t/key.pem", certificate);
  Daemon daemon = told();
  read_tls_files(daemon, files, "");
  EXPECT_EQ(daemon.tlscacert_file, TlsFile::unusable);
  EXPECT_EQ(daemon.tlscert_file, TlsFile::unusable);
  EXPECT_EQ(daemon.tlskey_file, TlsFile::unusable);
}

TEST(TlsFiles, AKeyWithPassphraseIsOfNoUse) {
  for (const char* text :
       {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"
        "MIIF\n-----END RSA PRIVATE KEY-----\n"}) {
    MemoryFiles files;
    files.add("/t/key.pem", text);
    Daemon daemon = told();
    read_tls_files(daemon, files, "");
    EXPECT_EQ(daemon.tlskey_file, TlsFile::unusable);
  }
}

TEST(TlsFiles, TellsMissingFromUnreadable) {
  MemoryFiles files;
  files.add("/t/key.pem", key);
  files.refuse("/t/key.pem");
  Daemon daemon = told();
  daemon.tlscert.value = "tls/cert.pem";
  read_tls_files(daemon, files, "");
  EXPECT_EQ(daemon.tlscacert_file, TlsFile::missing);
  EXPECT_EQ(daemon.tlscert_file, TlsFile::not_seen);
  EXPECT_EQ(daemon.tlskey_file, TlsFile::not_seen);
}

TEST(TlsFiles, DockerdsOwnRootComesFirst) {
  MemoryFiles files;
  files.add("/t/ca.pem", "no certificate\n");
  files.add("/proc/7/root/t/ca.pem", certificate);
  files.add("/t/cert.pem", certificate);
  Daemon daemon = told();
  read_tls_files(daemon, files, "/proc/7/root");
  EXPECT_EQ(daemon.tlscacert_file, TlsFile::usable);
  EXPECT_EQ(daemon.tlscert_file, TlsFile::usable);
  EXPECT_EQ(daemon.tlskey_file, TlsFile::missing);
}

}  // namespace
}  // namespace plimsoll
