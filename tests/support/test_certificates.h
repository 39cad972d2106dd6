// Certificates of a test's own, made by openssl.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/program.h"

namespace plimsoll::test {

// An authority of a test's own, and what it signed, in directories `server`, `client` and `other`,
// each with the names that docker gives the files. `other` has another authority.
class TestCertificates {
 public:
  TestCertificates() {
    const Ended made = run_shell(R"(set -e
      authority() {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=authority" -keyout "$1.key" -out "$1.pem"
      }
      signed() {  # DIRECTORY AUTHORITY EXTENSIONS
        mkdir -p "$1"
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=127.0.0.1" -keyout "$1/key.pem" -out request
        printf '%s\n' "$3" >extensions
        openssl x509 -req -in request -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 \
          -extfile extensions -out "$1/cert.pem"
        cp "$2.pem" "$1/ca.pem"
      }
      authority good
      authority bad
      signed server good "subjectAltName=DNS:localhost,IP:127.0.0.1
extendedKeyUsage=serverAuth"
      signed client good "extendedKeyUsage=clientAuth"
      signed other bad "extendedKeyUsage=clientAuth"
      # Trusts the engine, which does not trust it.
      mkdir stranger && cp other/cert.pem other/key.pem stranger && cp good.pem stranger/ca.pem
      mkdir nobody && cp good.pem nobody/ca.pem
      # Trusts one certificate, whoever signed it.
      mkdir pinned && cp client/cert.pem client/key.pem pinned && cp server/cert.pem pinned/ca.pem
    )",
                                 {.directory = directory_.path()});
    EXPECT_EQ(made.exit_code, 0) << made.errors;
  }
  // The directory of this name, or a file in it: "client", "server/key.pem".
  std::string in(const std::string& name) const { return directory_.path() + "/" + name; }
  // With which dockerd listens on 127.0.0.1:2376, and answers only to clients of its authority.
  std::vector<std::string> dockerd_arguments() const {
    return {"--host=tcp://127.0.0.1:2376", "--tlsverify", "--tlscacert=" + in("server/ca.pem"),
            "--tlscert=" + in("server/cert.pem"), "--tlskey=" + in("server/key.pem")};
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace plimsoll::test
