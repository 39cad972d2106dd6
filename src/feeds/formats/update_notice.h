// Notices of updates, as repositories of RPM packages publish them (updateinfo.xml), and what
// others have made of them in JSON: an id (ALSA-2023:5453), what it is for, the flaws that it
// mends, and the packages that mend them, built for each architecture.
//
// Nothing in a notice says which distribution it is of in so many words. It is told by its id, and
// the release by what the packages' releases end with (".el9_2", ".fc38", ".amzn2023.0.1") or by
// the name of their collection. Where neither tells, the notice is refused: a guess would call one
// distribution's packages by the versions of another.
//
// A package that was built in a module says so in its release ("1.module_el9.1.0+…"), and not in
// which. Where nobody says it, the notice's title does ("Important: nodejs:18 security update"). Of
// a title with two ("virt:rhel and virt-devel:rhel") each package counts for both: a module does
// not have the packages of the other.
//
// Amazon Linux 2 has, beside its core, topics that one chooses ("amazon-linux-extras install
// postgresql14"), with other versions of packages of the same names. A repair of a topic says
// nothing about the core's package of that name; so its range begins where the topic's versions
// begin, as far as the topic's name or the version tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

struct UpdateBuild {
  std::string name;
  std::string epoch;  // "" for none
  std::string version;
  std::string release;
  std::string architecture;
  std::string module;  // "nodejs:18", or "": as the collection has it
};

struct UpdateCollection {
  std::string short_name;
  std::string name;
  std::string module;  // "nodejs:18" of its packages, or ""
  std::vector<UpdateBuild> builds;
};

struct UpdateNotice {
  std::string id;
  std::string type;     // "security", "bugfix"; "" where that is not said
  std::string release;  // "Rocky Linux 8", as far as it is said
  std::string title;
  std::string severity;
  std::string issued;
  std::string updated;
  bool is_retracted = false;
  std::vector<std::string> flaws;
  // "nodejs:18": the modules that it is about, where that is not said of each build.
  std::vector<std::string> modules;
  std::vector<UpdateCollection> collections;
};

// Hands it on as an advisory; leaves out what is not about security, and what is about things that
// no image has.
void hand_on(const UpdateNotice& notice, std::string_view place, FeedSink& sink);

// "1:3.0.7-24.el9", without an epoch of 0.
std::string evr_of(std::string_view epoch, std::string_view version, std::string_view release);

// The module and stream of a module's whole label: "ruby:3.1:8090020240311122605:a75119d5" ->
// "ruby:3.1"; "" where there are not both.
std::string module_of_label(std::string_view label);

}  // namespace plimsoll::feeds
