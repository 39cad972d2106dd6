#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_accounts.h"
#include "rules/support/image_privileges.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"
#include "rules/support/user_fixes.h"
#include "rules/support/users.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view set_a_user = "end the Dockerfile with USER 10001:10001, or another id";

Finding& report(const Dockerfile& dockerfile, const Stage& stage, const Location& at,
                std::string message, Findings& findings) {
  UserFix how = fix_root_user(dockerfile, stage);
  Finding& finding = findings.add(at, std::move(message), std::move(how.remedy));
  finding.fix = std::move(how.fix);
  return finding;
}

bool is_windows(const BaseImage& base, const Stage& stage) {
  return base.word.text.starts_with("mcr.microsoft.com/windows") ||
         base.word.text.starts_with("mcr.microsoft.com/dotnet/framework") ||
         base.word.text.contains("nanoserver") || base.word.text.contains("windowsservercore") ||
         stage.platform.text.starts_with("windows");
}

// No stage sets a user: what is known of the image at the bottom decides.
void judge_base(const Dockerfile& dockerfile, const Stage& stage, const Stage& bottom,
                Findings& findings) {
  const BaseImage& base = bottom.base;
  const auto add = [&](std::string message) -> Finding& {
    return report(dockerfile, stage, stage.from.at, std::move(message), findings);
  };
  if (base.scratch) {
    add("the image runs as root: it is built from scratch and sets no USER");
    return;
  }
  if (is_windows(base, bottom)) return;
  if (base.word.unresolved || !base.reference) {
    add("the image sets no USER, and its base is not known here: it runs as root unless the base "
        "sets another user")
        .severity = Severity::medium;
    return;
  }
  switch (user_of(*base.reference)) {
    case ImageUser::non_root: return;
    case ImageUser::root: {
      Finding& finding =
          add(concat("the image runs as root: it sets no USER, and neither does ", base.word.text));
      if (base.from_argument_default) finding.severity = Severity::medium;
      return;
    }
    case ImageUser::root_then_drops:
      add(concat("the image starts as root: it sets no USER, and the entrypoint of ",
                 base.word.text, " changes the user only later"))
          .severity = Severity::medium;
      return;
    case ImageUser::unknown:
      add(concat("the image sets no USER: it runs as root unless ", base.word.text,
                 " sets another user, which is not known here"))
          .severity = Severity::medium;
      return;
  }
}

void judge_stage(const Dockerfile& dockerfile, std::size_t index, Findings& findings) {
  const Stage& stage = dockerfile.stages[index];
  if (stage.user != nullptr) {
    if (stage.user->words.empty()) return;
    const DockerfileWord& user = stage.user->words.front();
    if (user.unresolved || !is_root(user.text)) return;
    report(dockerfile, stage, user.at,
           concat("the image runs as root: its last USER is ", user.text), findings);
    return;
  }
  const Stage* bottom = &stage;
  while (bottom->base.stage && *bottom->base.stage < bottom->index) {
    bottom = &dockerfile.stages[*bottom->base.stage];
  }
  judge_base(dockerfile, stage, *bottom, findings);
}

void check_dockerfile(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  if (!dockerfile.stages.empty()) judge_stage(dockerfile, dockerfile.stages.size() - 1, findings);
}

struct UserAdvice {
  std::string remedy;
  Fix fix;
};

// Which user a container can be given: the account that its image is made for, where it starts as
// that, and nothing is mounted that belongs to others.
UserAdvice user_advice(const ContainerSpec& spec) {
  const std::string_view key = spec.surface == Surface::run_line ? "--user " : "user: ";
  if (const std::string_view ids = startable_ids(spec); !ids.empty()) {
    return {concat("set ", key, "\"", ids, "\""),
            unsafe_fix({change::set("user", spec.user, std::string(ids))})};
  }
  const ImageReference* const image = pulled_image(spec);
  if (image && user_of(*image) == ImageUser::non_root && spec.user.written()) {
    const Change removal = change::remove(spec.user.at);
    return {"remove user: the image has an ordinary one", unsafe_fix({removal})};
  }
  const std::optional<ImageAccount> account = image ? account_of(*image) : std::nullopt;
  if (image && image->name == "nginx") {
    return {"run nginxinc/nginx-unprivileged, which listens on 8080 and starts as 101:101", {}};
  }
  if (account) {
    return {concat("set ", key, "\"", account->ids, "\", the image's account \"", account->name,
                   "\", once it owns what is mounted and its ports are above 1023"),
            {}};
  }
  return {concat("set ", key, "\"10001:10001\", or the id that the image is made for"), {}};
}

// Nothing but the image decides, and the image comes from elsewhere.
void judge_image(const ContainerSpec& spec, Findings& findings) {
  const UserAdvice advised = user_advice(spec);
  const ImageReference* const image = pulled_image(spec);
  if (!image) {
    const bool names_another = !spec.image.value.empty() && !spec.builds_image;
    findings
        .add(spec.user,
             concat(spec.label(), " sets no user: it runs as root unless its image",
                    names_another ? concat(" ", spec.image.value) : std::string(),
                    " sets another one, which is not known here"),
             advised.remedy)
        .severity = Severity::medium;
    return;
  }
  const std::string& name = spec.image.value;
  switch (user_of(*image)) {
    case ImageUser::non_root: return;
    case ImageUser::root:
      findings
          .add(spec.user,
               concat(spec.label(), " runs as root: it sets no user, and neither does the image ",
                      name),
               advised.remedy)
          .fix = advised.fix;
      return;
    case ImageUser::root_then_drops: {
      Finding& finding = findings.add(
          spec.user,
          concat(spec.label(), " starts as root: it sets no user, and the entrypoint of the image ",
                 name, " changes the user only later"),
          advised.remedy);
      finding.severity = Severity::medium;
      finding.fix = advised.fix;
      return;
    }
    case ImageUser::unknown:
      findings
          .add(spec.user,
               concat(spec.label(), " sets no user: it runs as root unless the image ", name,
                      " sets another one, which is not known here"),
               advised.remedy)
          .severity = Severity::medium;
      return;
  }
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_linux_container(spec)) return;
  const Located<std::string>& user = spec.user;
  if (spec.options_unresolved && !user.written()) return;
  const bool image_decides = user.value.empty();
  if (!image_decides || !user.unresolved) {
    if (user.unresolved || !(image_decides || is_root(user.value))) return;
    if (user.layer == Layer::dockerfile) {
      // The Dockerfile's own check says the same at the same place.
      findings.add(user, concat("the image runs as root: its last USER is ", user.value),
                   std::string(set_a_user));
      return;
    }
    if (image_decides) {
      // Inspect output holds what was put together from the image: an empty user is root.
      findings.add(user,
                   concat(spec.label(), " runs as root: neither it nor its image sets a user"),
                   "set user: \"10001:10001\", or the id that the image is made for");
      return;
    }
    const UserAdvice advised = user_advice(spec);
    findings
        .add(user,
             concat(spec.label(), " runs as root: the ", name_of(user.layer), " sets the user ",
                    user.value),
             advised.remedy)
        .fix = advised.fix;
    return;
  }
  if (spec.dockerfile != nullptr && spec.dockerfile_stage < spec.dockerfile->stages.size()) {
    judge_stage(*spec.dockerfile, spec.dockerfile_stage, findings);
    return;
  }
  if (const ContainerSpec* const builder = builder_of(spec)) {
    judge_stage(*builder->dockerfile, builder->dockerfile_stage, findings);
    return;
  }
  judge_image(spec, findings);
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (!image.config) return findings.not_applicable("a root file system says no user");
  const Located<std::string>& user = image.config->user;
  if (!user.value.empty() && !is_root(user.value)) return;
  const std::string remedy = "end the Dockerfile with USER and a numeric user";
  Finding& finding =
      user.value.empty()
          ? findings.add(image.at, "the image runs as root: it sets no user", remedy)
          : findings.add(user, concat("the image runs as root: it sets the user ", user.value),
                         remedy);
  const auto reference = parse_image_reference(image.name);
  if (reference && user_of(*reference) == ImageUser::root_then_drops) {
    finding.severity = Severity::medium;
  }
}

}  // namespace

extern constinit const Rule root_user = {
    .name = "root-user",
    .title = "it runs as root",
    .severity = Severity::high,
    .topic = "user",
    .subjects = {Subject::dockerfile, Subject::image, Subject::container},
    .rationale =
        "Root in a container is the host's root behind a few walls: every mount, every kernel bug "
        "and every wrong setting is worth more to it. A process that was never root cannot use "
        "most of them.",
    .remediation =
        "Create a user in the Dockerfile and end with `USER 10001:10001`; or set `user: "
        "\"10001:10001\"` (`--user`) where the image allows it. For official images whose "
        "entrypoint changes the user, set the user that it changes to.",
    .limits =
        "The image that is run, or built upon, is known only if it is well known; for others "
        "nothing is claimed and the severity is medium. An image that starts as root and changes "
        "the user in its entrypoint (postgres, redis, …) is medium too: it is configured as root, "
        "and whoever replaces the entrypoint is root. User namespaces and rootless engines, which "
        "make root an ordinary user of the host, are not seen. Windows images are not judged. A "
        "program that changes its user itself, nginx for its workers, starts as root all the same. "
        "`plimsoll fix` ends the Dockerfile with a user of its own, with the one that the file "
        "makes, or with the one that a well-known base is made for; whether the program can work "
        "as that user it cannot know. Which user a server like nginx, an image on an unknown base, "
        "one "
        "whose entrypoint gives up root itself (gosu), or an unnumbered user of the file becomes, "
        "a "
        "person must say.",
    .references = {guideline("S0", "Decision"), guideline("S1", "Daemon Privileges"),
                   guideline("S2", "Always use unprivileged users"),
                   guideline("S3", "Create a user"), guideline("S4", "Container users"), cis("4.1"),
                   owasp("2"), hadolint("DL3002"), trivy("DS-0002"), checkov("CKV_DOCKER_3"),
                   checkov("CKV_DOCKER_8"), dockle("CIS-DI-0001")},
    .check = {check_dockerfile, check_container, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
