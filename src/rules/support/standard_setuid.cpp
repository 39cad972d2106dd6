#include "rules/support/standard_setuid.h"

#include <algorithm>
#include <array>
#include <span>

namespace plimsoll::rules {
namespace {

using Names = std::span<const std::string_view>;

// Read in November 2026 in what debootstrap's smallest variant installs, of which the images are
// made: bullseye, bookworm and trixie, and jammy. Debian's releases before those have wall, too.
constexpr std::array<std::string_view, 12> debian{"chage",   "chfn",   "chsh",        "expiry",
                                                  "gpasswd", "mount",  "newgrp",      "passwd",
                                                  "su",      "umount", "unix_chkpwd", "wall"};
constexpr std::array<std::string_view, 13> ubuntu{
    "chage",   "chfn",  "chsh",   "expiry",
    "gpasswd", "mount", "newgrp", "pam_extrausers_chkpwd",
    "passwd",  "su",    "umount", "unix_chkpwd",
    "wall"};
// From the packages' own descriptions (alpine/aports, src.fedoraproject.org: shadow-utils,
// util-linux, pam); the images were not read.
constexpr std::array<std::string_view, 1> alpine{"bbsuid"};
constexpr std::array<std::string_view, 10> fedora{
    "chage",     "gpasswd", "mount",  "newgidmap",           "newgrp",
    "newuidmap", "su",      "umount", "pam_timestamp_check", "unix_chkpwd"};

struct StandardImage {
  std::string_view id;  // of os-release(5)
  Names programs;
};

constexpr std::array<StandardImage, 10> images{{{"debian", debian},
                                                {"ubuntu", ubuntu},
                                                {"alpine", alpine},
                                                {"fedora", fedora},
                                                {"rhel", fedora},
                                                {"centos", fedora},
                                                {"rocky", fedora},
                                                {"almalinux", fedora},
                                                {"ol", fedora},
                                                {"amzn", fedora}}};

const StandardImage* image_of(const OsRelease& os) {
  const auto found = std::ranges::find(images, os.id, &StandardImage::id);
  return found == images.end() ? nullptr : &*found;
}

}  // namespace

bool knows_standard_image(const OsRelease& os) {
  return image_of(os) != nullptr;
}

bool is_in_standard_image(const OsRelease& os, std::string_view program) {
  const StandardImage* image = image_of(os);
  return image != nullptr && std::ranges::find(image->programs, program) != image->programs.end();
}

}  // namespace plimsoll::rules
