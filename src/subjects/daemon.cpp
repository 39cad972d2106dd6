#include "subjects/daemon.h"

#include <algorithm>

namespace plimsoll {

bool EngineVulnerabilities::judges(EngineProgram program) const {
  return std::ranges::find(packages, program, &EnginePackage::program) != packages.end();
}

const Located<std::string>* EngineInfo::security_option(std::string_view name) const {
  for (const Located<std::string>& option : security_options) {
    // "name=seccomp,profile=default"; engines before 17.06 said "seccomp".
    std::string_view said = std::string_view(option.value).substr(0, option.value.find(','));
    if (said.starts_with("name=")) said.remove_prefix(5);
    if (said == name) return &option;
  }
  return nullptr;
}

}  // namespace plimsoll
