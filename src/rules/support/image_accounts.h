// Which accounts a well-known image has, by number, and with which tools it makes new ones: what
// has to be known to write a USER into a Dockerfile.
//
// The facts are in known_images.h. An image that is in no row may have any tool or none; a USER of
// numbers works in all of them.
#pragma once

#include <optional>
#include <string_view>

#include "rules/support/known_images.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules {

// The account that an image is made for: its programs run as it, or can.
struct ImageAccount {
  std::string_view name;  // "node"
  std::string_view ids;   // "1000:1000"
};
std::optional<ImageAccount> account_of(const ImageReference& reference);

struct ImageTools {
  AccountTools tools = AccountTools::unknown;
  // The same for every tag: also for one that a build argument chooses.
  bool for_every_tag = false;
};
ImageTools account_tools(const ImageReference& reference);

// An image to build upon, with no server of its own that would have to start as root.
bool is_environment(const ImageReference& reference);

}  // namespace plimsoll::rules
