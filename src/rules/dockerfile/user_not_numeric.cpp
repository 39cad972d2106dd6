#include <optional>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_accounts.h"
#include "rules/support/services.h"
#include "rules/support/user_fixes.h"
#include "rules/support/users.h"

namespace plimsoll::rules::dockerfile {
namespace {

struct Verdict {
  std::string_view fault;  // "" when there is none
  Severity severity = Severity::low;
};

Verdict judge(std::string_view user) {
  if (user.empty() || is_root(user)) return {};
  if (!all_digits(user_part(user)))
    return {"is a name: whether it is root shows only inside the image"};
  const std::string_view group = group_part(user);
  if (group.empty()) {
    return {"has no group: it is root's unless the image knows the id", Severity::info};
  }
  if (!all_digits(group)) return {"has a group that is a name"};
  return {};
}

Finding* report(std::string_view user, Location at, Layer layer, Findings& findings) {
  const Verdict verdict = judge(user);
  if (verdict.fault.empty()) return nullptr;
  Finding& finding = findings.add(at, concat("the user ", user, " ", verdict.fault),
                                  "write ids, of a user and of a group: 10001:10001");
  finding.severity = verdict.severity;
  finding.decided_by = layer;
  return &finding;
}

void check_dockerfile(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  const Stage* const stage = dockerfile.final_stage();
  if (stage == nullptr || stage->user == nullptr || stage->user->words.empty()) return;
  const DockerfileWord& user = stage->user->words.front();
  if (user.unresolved) return;
  Finding* const finding = report(user.text, user.at, Layer::dockerfile, findings);
  // What a variable holds is written elsewhere.
  if (finding == nullptr || user.raw.contains('$')) return;
  if (const std::optional<UserNumbers> numbers = numbers_of(dockerfile, *stage, user.text)) {
    finding->remedy = concat("write ", numbers->ids);
    finding->fix = {numbers->certain ? Certainty::safe : Certainty::unsafe,
                    {change::rewrite(user.at, numbers->ids)},
                    {},
                    {}};
  } else if (!all_digits(user_part(user.text))) {
    finding->remedy = concat("give ", user_part(user.text),
                             " and its group fixed numbers where they are made (--uid, --gid), and "
                             "write these: 10001:10001");
  }
}

// "node", "node:node", "1000": what the image knows under the account's ids.
bool is_account(std::string_view user, const ImageAccount& account) {
  const std::string_view name = user_part(user);
  const std::string_view group = group_part(user);
  return (name == account.name || name == user_part(account.ids)) &&
         (group.empty() || group == account.name || group == group_part(account.ids));
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.user.unresolved || !spec.user.written()) return;
  Finding* const finding = report(spec.user.value, spec.user.at, spec.user.layer, findings);
  const ImageReference* const image = pulled_image(spec);
  if (finding == nullptr || !image) return;
  const std::optional<ImageAccount> account = account_of(*image);
  if (!account || !is_account(spec.user.value, *account)) return;
  const Change change = change::set("user", spec.user, std::string(account->ids));
  finding->remedy = concat("write its ids: ", account->ids);
  finding->fix = unsafe_fix({change});
}

}  // namespace

extern constinit const Rule user_not_numeric = {
    .name = "user-not-numeric",
    .title = "the user is a name",
    .severity = Severity::low,
    .topic = "user",
    .subjects = {Subject::dockerfile, Subject::container},
    .rationale =
        "A name means what `/etc/passwd` in the image says, and nobody outside can see whether "
        "that is root: Kubernetes refuses to verify `runAsNonRoot` for it, and the owner of "
        "mounted files is an id, not a name. Without a group the group comes from the same file, "
        "or is root's where the id is not in it.",
    .remediation = "Write ids: `USER 10001:10001`, `user: \"10001:10001\"`.",
    .limits =
        "A missing group is reported as info: with an arbitrary user id, group 0 is what OpenShift "
        "asks for. Root is the business of `root-user`; a user from a variable that is not known "
        "is not judged. `plimsoll fix` writes numbers where the Dockerfile's own useradd or "
        "adduser, or "
        "a well-known base image, fixes both; it is unsafe where the base decides, or the user has "
        "further groups, which a USER with a group leaves out.",
    .references = {guideline("S0", "Decision"), guideline("S2", "Always use unprivileged users"),
                   hadolint("DL3066")},
    .check = {check_dockerfile, check_container},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
