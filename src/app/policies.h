// Which policy holds for which input: the .plimsoll.yaml of the nearest directory above it, then of
// those farther up, then the user's, then the system's. Each key is decided by the nearest file
// that has it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "policy/policy.h"
#include "readers/policy/policy_reader.h"

namespace plimsoll::app {

inline constexpr std::string_view policy_file_name = ".plimsoll.yaml";

// The user's and the system's: "$XDG_CONFIG_HOME/plimsoll/plimsoll.yaml" (or below ~/.config), and
// "/etc/plimsoll/plimsoll.yaml".
std::vector<std::string> policy_files_outside_trees();

class Policies {
 public:
  // `outside`: files that hold for every input, nearest first. `today` as of Policy. `files` must
  // outlive it.
  Policies(const Files& files, std::vector<std::string> outside, std::string today);

  // Reads the policy for what lies in a directory; not for several threads at a time. "": the
  // current one.
  void load(const std::string& directory);
  // Of a directory that was loaded; the default policy for one that was not.
  const Policy& of(const std::string& directory) const;
  // What is wrong with the files; they are configuration, so nothing is checked with a broken one.
  const std::vector<Error>& errors() const { return errors_; }

 private:
  // Null: there is none, or it cannot be read.
  const Source* file(const std::string& path);
  std::vector<const Source*> chain(const std::string& directory);

  const Files& files_;
  std::vector<std::string> outside_;
  Policy default_;
  std::string current_;  // the current directory
  Sources sources_;
  std::map<std::string, const Source*, std::less<>> by_path_;
  std::map<std::vector<const Source*>, std::unique_ptr<Policy>> by_chain_;
  std::map<std::string, const Policy*, std::less<>> by_directory_;
  std::set<const Source*> complained_;  // whose errors are told already
  std::vector<Error> errors_;
};

}  // namespace plimsoll::app
