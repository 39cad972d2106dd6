// What RubyGems installed: specifications/NAME-VERSION[-PLATFORM].gemspec, those that come with
// Ruby in specifications/default. A specification is a program in Ruby, which is not run: RubyGems
// writes its essence into a comment in front, "# stub: NAME VERSION PLATFORM PATHS", for itself to
// read. Where that is missing, assignments of plain strings are understood. The .gemspec in a gem's
// or an application's own directory is none that is installed.
// Source: RubyGems, lib/rubygems/stub_specification.rb and specification.rb (to_ruby).
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader gem_specification;

}  // namespace plimsoll::image
