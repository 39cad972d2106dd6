#include "support/program.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "support/repository.h"

namespace plimsoll::test {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Ended run_words(const std::vector<std::string>& words, const RunOptions& options) {
  // Files instead of pipes: nothing can block, whatever the program does.
  const TemporaryDirectory files;
  const std::string input = files.write("input", options.input);
  const std::string output = files.write("output", "");
  const std::string errors = files.write("errors", "");
  std::map<std::string, std::string> variables = options.environment;
  variables.insert({{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                    {"LANG", "C.UTF-8"},
                    {"HOME", "/nonexistent"},
                    {"PLIMSOLL", program_path()}});
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);

  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    const auto attach = [](const std::string& path, int flags, int descriptor) {
      const int opened = ::open(path.c_str(), flags);
      if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(127);
    };
    attach(input, O_RDONLY, STDIN_FILENO);
    attach(output, O_WRONLY, STDOUT_FILENO);
    attach(errors, O_WRONLY, STDERR_FILENO);
    if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0) ::_exit(127);
    ::alarm(options.seconds);
    std::vector<char*> argv;
    std::vector<char*> envp;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    for (const std::string& entry : environment) envp.push_back(const_cast<char*>(entry.c_str()));
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    ::execve(argv.front(), argv.data(), envp.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Ended run;
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.output = read_text(output);
  run.errors = read_text(errors);
  return run;
}

}  // namespace

Ended run_plimsoll(const std::vector<std::string>& arguments, const RunOptions& options) {
  std::vector<std::string> words{program_path()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_words(words, options);
}

Ended run_shell(const std::string& line, const RunOptions& options) {
  return run_words({"/bin/bash", "-c", line}, options);
}

Background::Background(const std::string& line) : id_(::fork()) {
  if (id_ < 0) throw std::runtime_error("fork failed");
  if (id_ > 0) return;
  ::setpgid(0, 0);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (nowhere < 0 || ::dup2(nowhere, descriptor) < 0) ::_exit(127);
  }
  // Only root may, and only root needs it.
  if (::unshare(CLONE_NEWNS) == 0) {
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  }
  ::execl("/bin/bash", "bash", "-c", line.c_str(), nullptr);
  ::_exit(127);
}

Background::~Background() {
  constexpr int most_waits = 200;  // of 50 ms
  ::kill(-id_, SIGTERM);
  for (int i = 0; i < most_waits; ++i) {
    if (::waitpid(id_, nullptr, WNOHANG) == id_) return;
    ::usleep(50'000);
  }
  ::kill(-id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "plimsoll-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(const std::string& name, const std::string& text) const {
  const std::filesystem::path path = std::filesystem::path(path_) / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

}  // namespace plimsoll::test
