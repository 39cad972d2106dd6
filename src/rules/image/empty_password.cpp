#include <map>

#include "base/text.h"
#include "rules/rule.h"
#include "subjects/image.h"

namespace plimsoll::rules::image {
namespace {

// Somebody who logs in gets no shell of these.
bool lets_nobody_in(std::string_view shell) {
  return shell.ends_with("/nologin") || shell.ends_with("/false");
}

template <class Account>
void judge_ids(const Image& image, const std::vector<Account>& accounts, std::string_view kind,
               Findings& findings) {
  std::map<std::uint64_t, std::vector<std::string>> names;
  for (const Account& account : accounts) names[account.id].push_back(account.name);
  for (const auto& [id, same] : names) {
    if (same.size() < 2) continue;
    Finding& finding =
        findings.add(image.at,
                     concat("the ", kind, " ", join(same, ", "), " share the id ",
                            std::to_string(id), id == 0 ? ": each of them is root" : ""),
                     "give each an id of its own");
    if (id != 0) finding.severity = Severity::low;
  }
}

void check(const Image& image, const Policy&, Findings& findings) {
  if (!image.accounts_known) return findings.not_applicable("the image has no /etc/passwd");
  for (const ImageAccount& account : image.accounts) {
    if (!account.has_empty_password) continue;
    Finding& finding =
        findings.add(image.at, concat("the account ", account.name, " has an empty password"),
                     concat("lock it: RUN passwd -l ", account.name));
    if (lets_nobody_in(account.shell)) finding.severity = Severity::low;
  }
  judge_ids(image, image.accounts, "users", findings);
  judge_ids(image, image.groups, "groups", findings);
}

}  // namespace

extern constinit const Rule empty_password = {
    .name = "empty-password",
    .title = "an account has an empty password, or shares its id",
    .severity = Severity::high,
    .topic = "images",
    .subjects = {Subject::image},
    .rationale =
        "Whoever gets a shell in the container becomes an account without a password by `su`, and "
        "an SSH server or a login on a terminal lets everybody in. Accounts that share an id are "
        "one to the kernel: what belongs to one belongs to the other.",
    .remediation =
        "Lock the account (`passwd -l`), or make it without a password field that is empty. Give "
        "each user and each group an id of its own.",
    .limits =
        "Only /etc/passwd, /etc/shadow and /etc/group are read: accounts of LDAP and the like are "
        "not seen. An empty password of an account whose shell is nologin or false is low. The "
        "strength of passwords is not judged.",
    .references = {dockle("DKL-LI-0001"), dockle("DKL-LI-0002")},
    .check = {check},
};

}  // namespace plimsoll::rules::image
