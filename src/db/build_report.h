// What a build says about itself: what became of each feed, and what the database has of them all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "advisories/database_writer.h"
#include "feeds/compile_feeds.h"

namespace plimsoll::db {

struct BuildReport {
  std::string_view path;
  std::span<const feeds::CompiledInput> inputs;
  advisories::WrittenDatabase written;
  bool is_signed = false;
};

std::string build_text(const BuildReport& report);
std::string build_json(const BuildReport& report);

}  // namespace plimsoll::db
