// Host paths as people spell them, folded to one spelling.
//
// `/var/run/docker.sock`, `//run/./docker.sock`, `/proc/1/root/run/docker.sock` and
// `/tmp/../run/docker.sock` are one file. A rule that compares texts is led past by any of them, so
// every rule compares what normal_host_path() gives. It works on the text alone: a symlink that
// somebody made on a host is not seen, only those that every Linux distribution has (/var/run,
// /lib64, …).
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::rules {

// One spelling of a host path: no `//`, `.`, `..` or trailing `/`; without the doors back to the
// host's root (/proc/PID/root, /proc/PID/cwd, Docker Desktop's /host_mnt); /var/run as /run, /bin,
// /sbin and /lib* under /usr, macOS's /private/var as /var; `~`, `$HOME` and `${HOME}` as `~`;
// Windows paths in lower case with `/` ("c:/windows"). Relative paths stay relative and are tidied.
std::string normal_host_path(std::string_view path);

// How two normal paths lie to each other.
enum class PathRelation { apart, same, contains, below };

// What `path` is to `other`: `contains` when `other` lies in it.
PathRelation relation(std::string_view path, std::string_view other);
// `path` is `directory` or lies in it.
bool same_or_below(std::string_view path, std::string_view directory);

// Where a normal path lies in somebody's home: "" for a home itself, ".ssh/id_rsa" for a file of
// it. `found` is false for all other paths. Homes are /root, ~, /home/NAME, /Users/NAME,
// c:/users/NAME.
struct HomePath {
  bool found = false;
  std::string_view rest;
};
HomePath home_path(std::string_view path);

// The last part of a path; blanks and `$` are not special.
std::string_view last_part(std::string_view path);

}  // namespace plimsoll::rules
