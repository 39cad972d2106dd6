// What rules of the host say where nothing of its engine or of its containers is what they are
// about. That is known only of an engine that was asked.
#pragma once

#include <string>
#include <string_view>

#include "findings/finding.h"
#include "subjects/host.h"

namespace plimsoll::rules {

inline void say_none_of_engine(const Host& host, Findings& findings, std::string why,
                               std::string_view reference = {}) {
  if (host.daemon != nullptr) {
    findings.not_applicable(std::move(why), reference);
  } else {
    findings.open(host.daemon_unread, reference);
  }
}

inline void say_none_of_containers(const Host& host, Findings& findings, std::string why) {
  if (host.containers_unread.empty()) {
    findings.not_applicable(std::move(why));
  } else {
    findings.open(host.containers_unread);
  }
}

}  // namespace plimsoll::rules
