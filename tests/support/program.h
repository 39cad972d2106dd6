// Runs the program that was built, as a user would.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace plimsoll::test {

struct Ended {
  int exit_code = -1;  // 128 + signal when it was killed
  std::string output;
  std::string errors;
};

struct RunOptions {
  std::string directory{};  // "" for the current one
  std::string input{};
  std::map<std::string, std::string> environment{};  // added to a clean one
  unsigned seconds = 60;                             // at most: then it is killed
};

// Runs `plimsoll ARGUMENTS…` and waits.
Ended run_plimsoll(const std::vector<std::string>& arguments, const RunOptions& options = {});
// Runs a shell command line in which $PLIMSOLL is the program.
Ended run_shell(const std::string& line, const RunOptions& options = {});

// A shell command line that runs until the end of its scope, in mounts of its own, with everything
// that it started.
class Background {
 public:
  explicit Background(const std::string& line);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  int id_ = -1;
};

// A directory of a test's own, removed afterwards.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }
  // Writes a file, making its directories; returns its whole path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

}  // namespace plimsoll::test
