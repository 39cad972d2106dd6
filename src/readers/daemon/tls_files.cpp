#include "readers/daemon/tls_files.h"

#include <string_view>

#include "base/process_root.h"

namespace plimsoll {
namespace {

bool holds_certificate(std::string_view pem) {
  return pem.contains("-----BEGIN CERTIFICATE-----");
}

// "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"; Go reads none that has a passphrase.
bool holds_key(std::string_view pem) {
  const bool has_passphrase =
      pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || pem.contains("4,ENCRYPTED");
  return pem.contains("-----BEGIN ") && pem.contains("PRIVATE KEY-----") && !has_passphrase;
}

TlsFile look_at(const std::string& path, const Files& files, bool (*is_usable)(std::string_view)) {
  const Result<std::string> text = files.read(path);
  if (text) return is_usable(*text) ? TlsFile::usable : TlsFile::unusable;
  const Result<FileStatus> status = files.status(path);
  if (!status) return TlsFile::not_seen;
  switch (status->kind) {
    case FileKind::missing: return TlsFile::missing;
    case FileKind::directory: return TlsFile::unusable;
    default: return TlsFile::not_seen;
  }
}

}  // namespace

void read_tls_files(Daemon& daemon, const Files& files, const std::string& root) {
  const auto read = [&](const Located<std::string>& setting,
                        bool (*is_usable)(std::string_view)) -> TlsFile {
    if (!setting.value.starts_with('/')) return TlsFile::not_seen;
    return look_at(as_seen_from(root, setting.value, files), files, is_usable);
  };
  daemon.tlscacert_file = read(daemon.tlscacert, holds_certificate);
  daemon.tlscert_file = read(daemon.tlscert, holds_certificate);
  daemon.tlskey_file = read(daemon.tlskey, holds_key);
}

}  // namespace plimsoll
