#include "rules/support/subordinate_ids.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "subjects/daemon.h"

namespace plimsoll::rules {
namespace {

using Ranges = std::vector<SubordinateRange>;

const UserAccount* account(const Host& host, std::string_view name_or_number) {
  if (!host.users) return nullptr;
  const auto found = std::ranges::find_if(*host.users, [&](const UserAccount& user) {
    return user.name == name_or_number || std::to_string(user.id) == name_or_number;
  });
  return found == host.users->end() ? nullptr : &*found;
}

std::uint64_t end_of(const SubordinateRange& range) {
  return std::uint64_t{range.first} + range.count;
}

bool overlap(const SubordinateRange& a, const SubordinateRange& b) {
  return a.first < end_of(b) && b.first < end_of(a);
}

class FaultFinder {
 public:
  FaultFinder(const Host& host, std::string_view user) : host_(host), user_(user) {
    if (const UserAccount* const known = account(host, user)) number_ = std::to_string(known->id);
  }

  std::vector<SubordinateFault> find() {
    judge(*host_.subordinate_users, "/etc/subuid", "--add-subuids");
    judge(*host_.subordinate_groups, "/etc/subgid", "--add-subgids");
    return std::move(faults_);
  }

 private:
  bool is_own(const SubordinateRange& range) const {
    return range.owner == user_ || (!number_.empty() && range.owner == number_);
  }

  void judge(const Ranges& ranges, std::string_view file, std::string_view flag) {
    std::uint64_t count = 0;
    Location first;
    for (const SubordinateRange& range : ranges) {
      if (!is_own(range)) continue;
      count += range.count;
      if (!first.known()) first = range.at;
      judge_neighbours(range, ranges);
    }
    const bool of_users = file == "/etc/subuid";
    if (of_users) judge_accounts(ranges);
    if (count >= enough_subordinate_ids) return;
    const std::string remedy = more_ids(ranges, file, flag);
    if (count == 0) {
      faults_.push_back({{},
                         concat("user \"", user_, "\" has no range in ", file,
                                ": the engine cannot remap with it"),
                         remedy});
    } else {
      faults_.push_back(
          {first,
           concat("user \"", user_, "\" has ", std::to_string(count), " ids in ", file,
                  ", fewer than the ", std::to_string(enough_subordinate_ids), " of an image"),
           remedy});
    }
  }

  void judge_neighbours(const SubordinateRange& own, const Ranges& ranges) {
    for (const SubordinateRange& other : ranges) {
      if (is_own(other) || !overlap(own, other)) continue;
      faults_.push_back({own.at,
                         concat("the range of user \"", user_, "\" overlaps the one of \"",
                                other.owner, "\": they own each other's files"),
                         concat("give \"", user_, "\" a range that no other line has")});
    }
  }

  // An account of the host whose id containers use as their own.
  void judge_accounts(const Ranges& ranges) {
    if (!host_.users) return;
    for (const UserAccount& user : *host_.users) {
      for (const SubordinateRange& range : ranges) {
        if (!is_own(range) || user.id < range.first || user.id >= end_of(range)) continue;
        faults_.push_back({range.at,
                           concat("the range of user \"", user_, "\" holds the id of account \"",
                                  user.name, "\": a container can act as it"),
                           concat("give \"", user_, "\" a range above all accounts")});
      }
    }
  }

  // The first range behind all others, as useradd would take it: "231072-296607".
  std::string more_ids(const Ranges& ranges, std::string_view file, std::string_view flag) const {
    std::uint64_t first = 100'000;
    for (const SubordinateRange& range : ranges) first = std::max(first, end_of(range));
    const std::uint64_t last = first + enough_subordinate_ids - 1;
    if (last > std::numeric_limits<std::uint32_t>::max()) {
      return concat("add ", std::to_string(enough_subordinate_ids), " ids for \"", user_, "\" to ",
                    file, " that no other line has");
    }
    return concat("usermod ", flag, " ", std::to_string(first), "-", std::to_string(last), " ",
                  user_);
  }

  const Host& host_;
  std::string_view user_;
  std::string number_;
  std::vector<SubordinateFault> faults_;
};

}  // namespace

std::string remap_user(std::string_view userns_remap, const Host& host) {
  const std::string_view name = userns_remap.substr(0, userns_remap.find(':'));
  if (name == "default") return "dockremap";
  if (!all_digits(name)) return std::string(name);
  const UserAccount* const known = account(host, name);
  return known == nullptr ? std::string(name) : known->name;
}

std::vector<SubordinateFault> subordinate_faults(const Host& host, std::string_view user) {
  return FaultFinder(host, user).find();
}

void judge_subordinate_ids(const Host& host, Findings& findings) {
  const Daemon* const daemon = host.daemon;
  if (daemon == nullptr) {
    return findings.open(host.daemon_unread);
  }
  if (daemon->userns_remap.value.empty()) {
    const bool remaps = daemon->engine && daemon->engine->security_option("userns") != nullptr;
    if (!remaps) return findings.not_applicable("the engine does not remap users");
    return findings.open("which user's ids the engine takes to remap users is not known");
  }
  if (!host.subordinate_users || !host.subordinate_groups) {
    return findings.open("/etc/subuid or /etc/subgid cannot be read");
  }
  const std::string user = remap_user(daemon->userns_remap.value, host);
  for (SubordinateFault& fault : subordinate_faults(host, user)) {
    const Location at = fault.at.known() ? fault.at : daemon->userns_remap.at;
    findings.add(at, std::move(fault.message), std::move(fault.remedy));
  }
}

}  // namespace plimsoll::rules
