// Asks an engine and reads this machine: everything that the rules of an audit look at.
//
// Only GET requests go out, and no program is started. Whatever cannot be had becomes an error of
// its own; the rest is gathered all the same.
#pragma once

#include <string>
#include <vector>

#include "app/live.h"
#include "engine/endpoint.h"

namespace plimsoll::audit {

struct Parts {
  bool engine = true;
  bool containers = true;
  bool images = true;
  bool host = true;
};

struct Wanted {
  Parts parts;
  std::vector<std::string> containers;  // names or ids; empty: all
};

app::Live gather(const Result<engine::Endpoint>& endpoint, const Wanted& wanted,
                 const Files& files);

}  // namespace plimsoll::audit
