// Namespaces that a container shares: with the host (`host`), or with another container
// (`container:NAME`, `service:NAME`), which may itself share the host's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rules/support/host_mounts.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

// How many containers are followed from one to the next.
inline constexpr std::size_t max_join_depth = 4;

// "db" for "service:db" and "container:db"; "" for every other mode.
inline std::string_view joined_container(std::string_view mode) {
  for (const std::string_view prefix : {"service:", "container:"}) {
    if (mode.starts_with(prefix)) return mode.substr(prefix.size());
  }
  return {};
}

// Whether another service of the project joins this one's namespace: what is changed here is
// changed there.
inline bool is_joined(const ContainerSpec& spec, Located<std::string> ContainerSpec::* field) {
  if (spec.project == nullptr) return false;
  std::size_t seen = 0;
  for (const auto& other : spec.project->services) {
    if (++seen > max_services_searched) return true;
    const Located<std::string>& mode = (*other).*field;
    if (!joined_container(mode.value).empty() && referred_service(*other, mode.value) == &spec) {
      return true;
    }
  }
  return false;
}

// Whether a namespace is the host's: itself, or through the services of the project that it joins.
// `field` is &ContainerSpec::pid, …; `through` is set to the service that is on the host, if it is
// not the container itself.
inline bool is_host_namespace(const ContainerSpec& spec,
                              Located<std::string> ContainerSpec::* field,
                              const ContainerSpec*& through) {
  const ContainerSpec* current = &spec;
  through = nullptr;
  for (std::size_t depth = 0; depth <= max_join_depth; ++depth) {
    const Located<std::string>& mode = current->*field;
    if (mode.unresolved) return false;
    if (mode.value == "host") {
      if (current != &spec) through = current;
      return true;
    }
    if (joined_container(mode.value).empty()) return false;
    current = referred_service(*current, mode.value);
    if (current == nullptr || current == &spec) return false;
  }
  return false;
}

}  // namespace plimsoll::rules
