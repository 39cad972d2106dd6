#include "readers/daemon/tls_files.h"

#include <gtest/gtest.h>

#include <array>

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

// What is seen of the certificate authority's file, the certificate's and the key's.
using Seen = std::array<TlsFile, 3>;

Seen seen(Daemon daemon, const Files& files, const std::string& root) {
  read_tls_files(daemon, files, root);
  return {daemon.tlscacert_file, daemon.tlscert_file, daemon.tlskey_file};
}

TEST(TlsFiles, SaysWhatThereIs) {
  MemoryFiles files;
  files.add("/t/ca.pem", std::string("the authority\n") + certificate);
  files.add("/t/cert.pem", certificate);
  files.add("/t/key.pem", key);
  EXPECT_EQ(seen(told(), files, ""), (Seen{TlsFile::usable, TlsFile::usable, TlsFile::usable}));
}

TEST(TlsFiles, AFileOfAnotherKindIsOfNoUse) {
  MemoryFiles files;
  files.add("/t/ca.pem", key);
  files.add("/t/cert.pem/x", certificate);  // a directory, as a container engine makes for a bind
  files.add("/t/key.pem", certificate);
  EXPECT_EQ(seen(told(), files, ""),
            (Seen{TlsFile::unusable, TlsFile::unusable, TlsFile::unusable}));
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
  EXPECT_EQ(seen(std::move(daemon), files, ""),
            (Seen{TlsFile::missing, TlsFile::not_seen, TlsFile::not_seen}));
}

TEST(TlsFiles, DockerdsOwnRootComesFirst) {
  MemoryFiles files;
  files.add("/t/ca.pem", "no certificate\n");
  files.add("/proc/7/root/t/ca.pem", certificate);
  files.add("/t/cert.pem", certificate);
  EXPECT_EQ(seen(told(), files, "/proc/7/root"),
            (Seen{TlsFile::usable, TlsFile::usable, TlsFile::missing}));
}

}  // namespace
}  // namespace plimsoll
