// Calls of package managers and the programs of commands, under the names that rules use.
#pragma once

#include "subjects/package_calls.h"

namespace plimsoll::rules {

using shell::Action;
using shell::Argument;
using shell::effective_program;
using shell::for_each_argument;
using shell::Manager;
using shell::Package;
using shell::package_call;
using shell::PackageCall;

}  // namespace plimsoll::rules
