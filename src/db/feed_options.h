// How feeds are read, as the flags say it.
#pragma once

#include <memory>

#include "app/flags.h"
#include "feeds/compile_feeds.h"

namespace plimsoll::db {

struct FeedOptions {
  std::unique_ptr<feeds::FeedCache> cache;
  feeds::CompileOptions compile;
};

FeedOptions feed_options(const app::Arguments& arguments);

}  // namespace plimsoll::db
