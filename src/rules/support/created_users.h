// The users and groups that a Dockerfile makes itself: useradd, adduser, groupadd and addgroup in
// the RUNs of a stage and of the stages of the file that it is built on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "subjects/dockerfile.h"

namespace plimsoll::rules {

struct CreatedUser {
  std::string name;
  // Ids as digits; "" where the file does not fix them.
  std::string uid;
  std::string gid;
};

struct CreatedAccounts {
  std::vector<CreatedUser> users;
  struct Group {
    std::string name;
    std::string gid;
  };
  std::vector<Group> groups;
  // Some user is put into further groups, which a USER with a group leaves out.
  bool further_groups = false;

  const CreatedUser* user(std::string_view name_or_uid) const;
};

CreatedAccounts created_accounts(const Dockerfile& dockerfile, const Stage& stage);

}  // namespace plimsoll::rules
