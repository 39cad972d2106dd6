#include "readers/host/audit_rules.h"

#include <algorithm>

#include "base/text.h"
#include "base/words.h"
#include "readers/host/lines.h"

namespace plimsoll::host {
namespace {

constexpr std::string_view all_permissions = "rwxa";

// `-w PATH -p wa -k docker`
std::optional<AuditWatch> watch_of(const std::vector<std::string_view>& words) {
  AuditWatch watch;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "-w") {
      watch.path = words[i + 1];
    } else if (words[i] == "-p") {
      watch.permissions = words[i + 1];
    } else if (words[i] != "-k") {
      return std::nullopt;
    }
  }
  // The kernel watches a directory with all below it, a file alone: for -w both look the same.
  watch.whole_tree = true;
  return watch;
}

// `-a always,exit -F path=/usr/bin/dockerd -F perm=wa -F key=docker`
std::optional<AuditWatch> filter_of(const std::vector<std::string_view>& words) {
  AuditWatch watch;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    const std::string_view value = words[i + 1];
    const std::size_t equals = std::min(value.find('='), value.size());
    const std::string_view field = value.substr(0, equals);
    const std::string_view operand = value.substr(std::min(equals + 1, value.size()));
    if (words[i] == "-a") {
      if (value != "always,exit" && value != "exit,always") return std::nullopt;
    } else if (words[i] == "-S") {
      if (value != "all") return std::nullopt;
    } else if (words[i] != "-F") {
      if (words[i] != "-k") return std::nullopt;
    } else if (field == "path" || field == "dir") {
      watch.path = operand;
      watch.whole_tree = field == "dir";
    } else if (field == "perm") {
      watch.permissions = operand;
    } else if (!is_one_of(field, {"arch", "key"})) {
      return std::nullopt;
    }
  }
  return watch;
}

}  // namespace

AuditRules read_audit_rules(const Source& rules, const Files& files) {
  AuditRules out;
  out.at = value_of(rules);
  for (const Line& line : lines_of(rules)) {
    const std::vector<std::string_view> words = words_of(line.text());
    if (words.size() < 2) continue;
    if (words[0] == "enabled") {
      out.enabled = words[1] != "0";
      continue;
    }
    std::optional<AuditWatch> watch;
    if (words[0] == "-w") watch = watch_of(words);
    if (words[0] == "-a") watch = filter_of(words);
    if (!watch || !watch->path.starts_with('/')) continue;
    if (watch->permissions.empty()) watch->permissions = all_permissions;
    while (watch->path.size() > 1 && watch->path.ends_with('/')) watch->path.pop_back();
    watch->real_path = files.real_path(watch->path);
    if (watch->real_path.empty()) watch->real_path = watch->path;
    watch->at = line.at;
    out.watches.push_back(std::move(*watch));
  }
  return out;
}

}  // namespace plimsoll::host
