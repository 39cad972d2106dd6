// Which known vulnerabilities an engine has: itself, its containerd and its runc.
//
// What Docker builds has the authors' own versions, and is looked up as the Go modules that it is
// built from. What a distribution builds is looked up as the distribution's packages, since it
// mends flaws without taking the authors' next version; but only those that are what runs: a
// package that was upgraded mends nothing until the engine is started anew.
#pragma once

#include <string_view>
#include <vector>

#include "advisories/database.h"
#include "base/result.h"
#include "subjects/daemon.h"
#include "subjects/installed_packages.h"

namespace plimsoll::advisories {

// The packages whose files are a program of the engine, as distributions name them.
std::vector<std::string_view> names_of_engine_packages();

// As what the engine's programs are to be looked up; `installed` null: its machine is not this one.
std::vector<EnginePackage> engine_packages(const EngineInfo& engine,
                                           const InstalledPackages* installed);

// An error when the database is damaged.
Result<EngineVulnerabilities> match_engine(const Database& database, const EngineInfo& engine,
                                           const InstalledPackages* installed);

}  // namespace plimsoll::advisories
