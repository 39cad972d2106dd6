// An image, read: its configuration, its layers, and what its files hold. Words as in the OCI image
// specification.
//
// The files are those that a container sees, unless something else is said; a file that a later
// layer deletes or replaces is hidden, and still there for everybody who has the image.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "subjects/located.h"
#include "subjects/package.h"
#include "subjects/vulnerability.h"

namespace plimsoll {

struct ImageLayer {
  std::string digest;            // of the layer as it is stored; "" where it is stored unpacked
  std::string diff_id;           // of the plain tar, as the configuration says it
  std::string computed_digest;   // what was read, hashed; "" where the source holds no archive
  std::string computed_diff_id;  // likewise
  bool is_unpacked = false;      // it lies in a directory: there is no archive to hash
  std::uint64_t stored_bytes = 0;
  std::uint64_t plain_bytes = 0;   // of the tar, with its headers
  std::uint64_t file_bytes = 0;    // of its files
  std::uint64_t hidden_bytes = 0;  // of these, what a later layer deletes or replaces
  std::size_t files = 0;
  std::string instruction;  // of the history: what made the layer; "" where it is not said
  Location at;              // where the configuration says that, or else the diff id

  // False when both digests are known and differ: something else is stored than was named.
  bool is_what_manifest_names() const {
    return digest.empty() || computed_digest.empty() || digest == computed_digest;
  }
  bool is_what_configuration_names() const {
    return diff_id.empty() || computed_diff_id.empty() || diff_id == computed_diff_id;
  }
};

// A path of a layer, whether a container sees it or not.
struct ImagePath {
  std::string_view path;  // without a slash in front
  std::uint64_t size = 0;
  std::uint32_t layer = 0;
  FileKind kind = FileKind::missing;
  bool is_hidden = false;  // a later layer deletes or replaces it
};

// A file with something about it that rules ask for.
struct ImageFile {
  std::string path;  // without a slash in front
  std::string link;  // of a symlink, as written
  std::uint32_t mode = 0;
  std::uint64_t user = 0;
  std::uint64_t group = 0;
  std::uint64_t size = 0;
  std::size_t layer = 0;
  std::uint64_t capabilities = 0;  // that who runs it may get, a bit each as the kernel counts them
  std::string owner;               // the package that brought it, or ""
};

// A line of /etc/passwd with what /etc/shadow says to it.
struct ImageAccount {
  std::string name;
  std::uint64_t id = 0;
  std::string shell;
  bool has_empty_password = false;
};

struct ImageGroup {
  std::string name;
  std::uint64_t id = 0;
};

// os-release(5).
struct OsRelease {
  std::string id;          // "debian"
  std::string version_id;  // "12"
  std::string pretty_name;
};

// How sure it is that a text is a secret that opens something.
enum class SecretCertainty : std::uint8_t {
  certain,   // its form, its checksum or the key itself tells it
  likely,    // where it stands tells it, or it opens something only together with another text
  doubtful,  // it may be something else, or is of use only to who knows a passphrase
  example,   // of a test mode, or among tests and documentation
};
inline constexpr std::size_t secret_certainties = 4;

// A secret that everybody has who has the image. Its value is nowhere in here.
struct ImageSecret {
  std::string kind;   // "github-personal-token"
  std::string title;  // "a GitHub personal access token"
  std::string path;   // of the file, without a slash in front; "" for one in the configuration
  std::string part;   // of the configuration: "the history", "the label maintainer"; else ""
  std::string name;   // of the variable or key that it is the value of, or ""
  std::string fingerprint;  // the same for the same value; image/secrets/fingerprint.h
  std::string owner;        // the package that brought the file, or ""
  std::uint32_t line = 0;   // from 1; 0 for a file as a whole
  std::size_t layer = 0;
  bool is_hidden = false;  // a later layer deletes or replaces the file
  SecretCertainty certainty = SecretCertainty::certain;
  Location at;  // of one in the configuration: never where its text would be shown
};

struct HistoryEntry {
  Located<std::string> created_by;
  bool empty_layer = false;
};

struct ImageHealthcheck {
  std::vector<std::string> test;
};

// The configuration: what a container gets that says nothing else.
struct ImageConfig {
  std::string architecture;
  std::string os;
  std::string created;  // RFC 3339, or ""
  Located<std::string> user;
  std::vector<Located<std::string>> environment;  // "NAME=value"
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::pair<std::string, Located<std::string>>> labels;
  std::vector<std::string> volumes;
  std::vector<std::string> exposed_ports;
  std::optional<ImageHealthcheck> healthcheck;
  std::vector<HistoryEntry> history;
  Location at;  // the whole
};

// What is attached to an image in its index: BuildKit keeps statements of how it was made, and of
// what is in it, in a manifest beside the image's own. Nobody has verified them.
struct ImageAttestations {
  bool has_provenance = false;  // SLSA
  bool has_sbom = false;        // SPDX or CycloneDX
};

// The image that this one was built on, as far as it can be told.
struct ImageBase {
  // "docker.io/library/debian:12" and its digest, as who built the image declares them; "" where
  // nobody does.
  std::string name;
  std::string digest;
  Location at;             // where the name is declared; unknown for a manifest's annotation
  std::size_t layers = 0;  // how many of the image's layers are the base's; 0 where that is unknown
};

struct Image {
  std::string target;  // as the user named it
  std::string name;    // "nginx:1.27", as the archive or the registry has it; "" for none
  std::string digest;  // of the manifest; "" where there is none
  std::string id;      // the digest of the configuration
  std::optional<ImageConfig> config;  // nothing for a root file system
  std::vector<ImageLayer> layers;     // the base first
  std::optional<ImageBase> base;
  // Nothing where the source could hold none: docker save, an engine's store, a root file system.
  std::optional<ImageAttestations> attestations;
  std::optional<OsRelease> os;
  std::vector<Package> packages;
  // What is known was read in an inventory that somebody wrote: there are packages, and neither
  // files nor layers nor a configuration.
  bool is_inventory = false;
  std::size_t unknown_components = 0;  // of an inventory: of kinds that are none of PackageKind
  std::vector<ImageAccount> accounts;
  std::vector<ImageGroup> groups;
  bool accounts_known = false;                  // /etc/passwd was there and could be read
  std::vector<ImagePath> paths;                 // of all layers, the base first
  std::vector<ImageFile> privileged_files;      // setuid, setgid, or with capabilities
  std::vector<ImageFile> world_writable_files;  // files, and directories without the sticky bit
  std::vector<ImageFile> leaving_links;         // symlinks whose ".." lead out of the root
  std::vector<ImageSecret> secrets;             // of all layers, hidden ones too; and the config's
  bool secrets_searched = false;
  // Null where they were not looked for: then `no_vulnerabilities_because` says why. Findings about
  // them share it.
  std::shared_ptr<VulnerabilityMatch> vulnerabilities;
  std::string no_vulnerabilities_because;
  std::vector<std::string> containers;  // that run it, where an audit knows them
  Location at;                          // where findings of the image as a whole are placed
};

}  // namespace plimsoll
