#include "registry/certificates.h"

#include "base/text.h"

namespace plimsoll::registry {

std::vector<std::string> certificate_directories(const std::string& registry,
                                                 const Environment& environment) {
  std::vector<std::string> out;
  const std::string_view home = value_of(environment, "HOME");
  if (!home.empty()) {
    out.push_back(join_path(home, concat(".config/docker/certs.d/", registry)));  // rootless
    out.push_back(join_path(home, concat(".docker/certs.d/", registry)));         // Docker Desktop
    out.push_back(join_path(home, concat(".config/containers/certs.d/", registry)));
  }
  out.push_back(concat("/etc/docker/certs.d/", registry));
  out.push_back(concat("/etc/containers/certs.d/", registry));
  return out;
}

Result<RegistryCertificates> read_certificates(const std::string& registry,
                                               const Environment& environment, const Files& files) {
  RegistryCertificates out;
  for (const std::string& directory : certificate_directories(registry, environment)) {
    if (files.kind(directory) != FileKind::directory) continue;
    const Result<std::vector<DirectoryEntry>> entries = files.list(directory);
    if (!entries) return failure(entries.error());
    for (const DirectoryEntry& entry : *entries) {
      const std::string path = join_path(directory, entry.name);
      if (entry.name.ends_with(".crt")) {
        const Result<std::string> text = files.read(path);
        if (!text) return failure(text.error());
        out.authorities += concat(*text, "\n");
      } else if (entry.name.ends_with(".cert")) {
        const std::string key_path = concat(path.substr(0, path.size() - 5), ".key");
        if (files.kind(key_path) == FileKind::missing) {
          return failure({.message = "is a client certificate without its key",
                          .hint = concat("put the key into ", key_path,
                                         "; an authority's certificate is called *.crt"),
                          .file = path});
        }
        if (out.identity) continue;
        const Result<std::string> certificate = files.read(path);
        if (!certificate) return failure(certificate.error());
        const Result<std::string> key = files.read(key_path);
        if (!key) return failure(key.error());
        out.identity = net::Identity{*certificate, *key};
      }
    }
  }
  return out;
}

}  // namespace plimsoll::registry
