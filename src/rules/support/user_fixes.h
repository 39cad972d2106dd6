// What a careful engineer writes where a Dockerfile lets its image run as root: which user, with
// which numbers, made how, and at which place. Rules root-user and user-not-numeric share it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "findings/finding.h"
#include "subjects/dockerfile.h"

namespace plimsoll::rules {

// "app" or "1000" as "1000:1000", where the file itself or the base image fixes the numbers.
struct UserNumbers {
  std::string ids;
  // The same ids, and the same further groups, whoever builds: not so where a base decides them.
  bool certain = false;
};
std::optional<UserNumbers> numbers_of(const Dockerfile& dockerfile, const Stage& stage,
                                      std::string_view user);

// How a stage that ends as root gets a user. Where no fix is offered, `remedy` says what decides.
struct UserFix {
  Fix fix;
  std::string remedy;
};
UserFix fix_root_user(const Dockerfile& dockerfile, const Stage& stage);

}  // namespace plimsoll::rules
