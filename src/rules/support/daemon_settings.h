// What rules of the engine ask about its settings.
#pragma once

#include <string>

#include "subjects/daemon.h"

namespace plimsoll::rules {

// Whether a setting's value may be judged: it was written, or nothing that could say otherwise was
// left unseen. Of a daemon.json alone the flags are not known; what it leaves out is judged by the
// engine's default, as of every other file.
template <class T>
bool is_decided(const Daemon& daemon, const Located<T>& setting) {
  return !setting.unresolved && (setting.written() || daemon.file_seen);
}

// ", by default" for what nobody wrote.
template <class T>
std::string_view by_default(const Located<T>& setting) {
  return setting.written() ? "" : ", by default";
}

}  // namespace plimsoll::rules
