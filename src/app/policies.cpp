#include "app/policies.h"

#include <cstdlib>

#include "base/text.h"

namespace plimsoll::app {
std::vector<std::string> policy_files_outside_trees() {
  std::vector<std::string> paths;
  const char* const configuration = std::getenv("XDG_CONFIG_HOME");
  const char* const home = std::getenv("HOME");
  if (configuration != nullptr && *configuration != '\0') {
    paths.push_back(join_path(configuration, "plimsoll/plimsoll.yaml"));
  } else if (home != nullptr && *home != '\0') {
    paths.push_back(join_path(home, ".config/plimsoll/plimsoll.yaml"));
  }
  paths.emplace_back("/etc/plimsoll/plimsoll.yaml");
  return paths;
}

Policies::Policies(const Files& files, std::vector<std::string> outside, std::string today)
    : files_(files), outside_(std::move(outside)), current_(files.real_path(".")) {
  default_.today = std::move(today);
}

const Source* Policies::file(const std::string& path) {
  const auto [entry, fresh] = by_path_.try_emplace(path);
  if (!fresh || files_.kind(path) == FileKind::missing) return entry->second;
  Result<std::string> text = files_.read(path);
  if (text) {
    entry->second = &sources_.add(path, std::move(*text));
  } else {
    errors_.push_back(std::move(text.error()));
  }
  return entry->second;
}

std::vector<const Source*> Policies::chain(const std::string& directory) {
  std::vector<const Source*> chain;
  const auto add = [&](const std::string& path) {
    if (const Source* source = file(path)) chain.push_back(source);
  };
  std::string at = normal_path(join_path(current_, directory));
  if (at == ".") at.clear();
  while (true) {
    add(join_path(at, policy_file_name));
    if (at.empty() || at == "/") break;
    at = parent_path(at);
  }
  for (const std::string& path : outside_) add(path);
  return chain;
}

void Policies::load(const std::string& directory) {
  const auto [entry, fresh] = by_directory_.try_emplace(directory, &default_);
  if (!fresh) return;
  const std::vector<const Source*> files = chain(directory);
  if (files.empty()) return;
  std::unique_ptr<Policy>& policy = by_chain_[files];
  if (policy == nullptr) {
    PolicyReading reading;
    for (const Source* source : files) {
      const std::size_t before = reading.errors.size();
      read_policy(*source, reading);
      // A file of several chains is complained about once.
      const bool known = before < reading.errors.size() && !complained_.insert(source).second;
      if (known) reading.errors.resize(before);
    }
    for (Error& error : reading.errors) errors_.push_back(std::move(error));
    policy = std::make_unique<Policy>(std::move(reading.policy));
    policy->today = default_.today;
  }
  entry->second = policy.get();
}

const Policy& Policies::of(const std::string& directory) const {
  const auto found = by_directory_.find(directory);
  return found == by_directory_.end() ? default_ : *found->second;
}

}  // namespace plimsoll::app
