// Asks an engine and reads this machine: everything that the rules of an audit look at.
//
// Only GET requests go out. Whatever cannot be had becomes an error of its own; the rest is
// gathered all the same.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/live.h"
#include "audit/image_search.h"
#include "engine/endpoint.h"

namespace plimsoll::audit {

struct Parts {
  bool engine = true;
  bool containers = true;
  bool images = true;  // those that there are, and the vulnerabilities of those that run
  bool host = true;
};

struct Wanted {
  Parts parts;
  std::vector<std::string> containers;  // names or ids; empty: all
};

struct Gathered {
  app::Live live;
  bool lists_images = false;  // it is known which images run
  // Where the engine runs, and its files are: "/proc/812/root"; nothing for another machine.
  std::optional<std::string> engine_root;
};

// Told which images run as soon as that is known, so that they can be looked into meanwhile.
using OnImages = std::function<void(std::vector<RunningImage> images, bool engine_is_here)>;

Gathered gather(const Result<engine::Endpoint>& endpoint, const Wanted& wanted, const Files& files,
                const OnImages& on_images);

}  // namespace plimsoll::audit
