#include "rules/support/user_fixes.h"

#include <algorithm>

#include "base/text.h"
#include "rules/support/build_steps.h"
#include "rules/support/created_users.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/image_accounts.h"
#include "rules/support/instructions.h"
#include "rules/support/known_images.h"
#include "rules/support/ports.h"
#include "rules/support/users.h"

namespace plimsoll::rules {
namespace {

// A number that no distribution gives away, so that it is nobody else's on the host, either.
constexpr std::string_view new_ids = "10001:10001";

const Stage& bottom_of(const Dockerfile& dockerfile, const Stage& stage) {
  const Stage* bottom = &stage;
  while (const Stage* base = base_stage(dockerfile, *bottom)) bottom = base;
  return *bottom;
}

// Which user a stage shall end with.
struct Choice {
  std::string ids;
  std::string making;  // RUN lines that make it; "" when it is there
  std::string remedy;  // why a person must choose
};

// Whether RUN lines are read by a shell of the Bourne kind.
bool has_usual_shell(const Dockerfile& dockerfile, const Stage& stage) {
  for (const Stage* one = &stage; one != nullptr; one = base_stage(dockerfile, *one)) {
    for (const Instruction& instruction : one->instructions) {
      if (instruction.keyword != Keyword::shell) continue;
      const bool usual =
          !instruction.words.empty() && is_shell(last_segment(instruction.words.front().text));
      if (!usual) return false;
    }
  }
  return true;
}

std::string making_lines(const Dockerfile& dockerfile, AccountTools tools) {
  const std::string run = keyword_for(dockerfile, "RUN");
  const std::string line_break = concat(" ", std::string(1, dockerfile.escape), "\n    && ");
  const std::string_view comment =
      "# 10001 is a proposal: any id that is free in the image will do\n";
  if (tools == AccountTools::busybox) {
    return concat(comment, run, " addgroup -S -g 10001 app", line_break,
                  "adduser -S -D -H -u 10001 -G app -s /sbin/nologin app\n");
  }
  return concat(comment, run, " groupadd --system --gid 10001 app", line_break,
                "useradd --system --uid 10001 --gid app --no-log-init --no-create-home "
                "--shell /usr/sbin/nologin app\n");
}

// Whether nobody knows which user the image at the bottom sets.
bool has_unknown_base(const Dockerfile& dockerfile, const Stage& stage) {
  const BaseImage& base = bottom_of(dockerfile, stage).base;
  if (base.scratch) return false;
  return base.word.unresolved || !base.reference ||
         (known_image(*base.reference) == nullptr &&
          account_tools(*base.reference).tools == AccountTools::unknown);
}

// Programs with which an entrypoint gives up root after it has prepared what only root can.
std::string_view stepping_down_program(const Dockerfile& dockerfile, const Stage& stage) {
  for (const Stage* one = &stage; one != nullptr; one = base_stage(dockerfile, *one)) {
    for (const Instruction& instruction : one->instructions) {
      if (instruction.keyword != Keyword::run && instruction.keyword != Keyword::arg &&
          instruction.keyword != Keyword::env) {
        continue;
      }
      const std::string_view text = instruction.at.text();
      for (const std::string_view program : {"gosu", "su-exec", "s6-overlay"}) {
        if (text.contains(program)) return program;
      }
    }
  }
  return {};
}

// Whether the file opens a port that was root's for long. Who makes a user, does not start as it
// and opens such a port has a server that gives up root by itself.
bool opens_low_port(const Stage& stage) {
  return std::ranges::any_of(stage.instructions, [](const Instruction& instruction) {
    return instruction.keyword == Keyword::expose &&
           std::ranges::any_of(instruction.words,
                               [](const DockerfileWord& word) { return is_low_port(word.text); });
  });
}

// The account of the base image that the file gives files to; "" when there is none.
std::string_view owner_of_files(const Stage& stage) {
  for (const Instruction& instruction : stage.instructions) {
    if (const DockerfileFlag* const owner = instruction.flag("chown")) {
      const std::string_view name = user_part(owner->value.text);
      if (!owner->value.unresolved && !all_digits(name) && !is_root(name)) return name;
    }
    if (instruction.keyword != Keyword::run) continue;
    for (const shell::Command& command : instruction.script.commands) {
      if (command.program() != "chown") continue;
      for (std::size_t i = 1; i < command.words.size(); ++i) {
        const shell::Word& word = command.words[i];
        if (word.text.starts_with('-')) continue;
        const std::string_view name = user_part(word.text);
        if (word.resolved && !name.empty() && !all_digits(name) && !is_root(name)) return name;
        break;
      }
    }
  }
  return {};
}

Choice choose_from_file(const CreatedAccounts& made) {
  if (made.users.empty()) return {{}, {}, "say which user runs the program, by number"};
  if (made.users.size() > 1) {
    return {{},
            {},
            "the file makes several users: end with USER and the numbers of the one that "
            "runs the program"};
  }
  const CreatedUser& user = made.users.front();
  if (user.uid.empty() || user.gid.empty()) {
    return {{},
            {},
            concat("give the user ", user.name,
                   " and its group fixed numbers where the file makes it (--uid, --gid), and end "
                   "with USER and these numbers")};
  }
  if (is_root(user.uid)) return {{}, {}, "the user that the file makes is root by its number"};
  return {concat(user.uid, ":", user.gid), {}, {}};
}

Choice choose(const Dockerfile& dockerfile, const Stage& stage) {
  if (const std::string_view program = stepping_down_program(dockerfile, stage); !program.empty()) {
    return {{},
            {},
            concat("its start gives up root with ", program,
                   ": end with USER and the numbers that it changes to, once nothing is left that "
                   "only root can prepare")};
  }
  const CreatedAccounts made = created_accounts(dockerfile, stage);
  if (!made.users.empty() && opens_low_port(stage)) {
    return {{},
            {},
            concat("the server seems to change to ", made.users.front().name,
                   " by itself: let it listen above 1023 and write where that user may, then end "
                   "with USER and its numbers")};
  }
  if (!made.users.empty() || !made.groups.empty()) return choose_from_file(made);
  const BaseImage& base = bottom_of(dockerfile, stage).base;
  // Numbers work in every image.
  const Choice numbers{std::string(new_ids), {}, {}};
  if (base.scratch) return numbers;
  const Choice by_a_person{{},
                           {},
                           concat("end with USER and the numbers of a user with which ",
                                  base.word.raw, " still does its work")};
  if (has_unknown_base(dockerfile, stage)) return by_a_person;
  if (const std::string_view owner = owner_of_files(stage); !owner.empty()) {
    return {{},
            {},
            concat("end with USER and the numbers of ", owner, ", to whom the file gives files")};
  }
  const ImageReference& reference = *base.reference;
  if (const std::optional<ImageAccount> account = account_of(reference)) {
    return {std::string(account->ids), {}, {}};
  }
  const ImageTools tools = account_tools(reference);
  if (tools.tools != AccountTools::unknown) {
    const bool sure = tools.for_every_tag || !base.from_argument_default;
    if (!sure || !has_usual_shell(dockerfile, stage)) return numbers;
    return {std::string(new_ids), making_lines(dockerfile, tools.tools), {}};
  }
  switch (user_of(reference)) {
    case ImageUser::non_root:
      return {{},
              {},
              concat("end with USER and the numbers of the user that ", base.word.text,
                     " is made for")};
    case ImageUser::root_then_drops:
      return {{},
              {},
              concat("end with USER and the numbers of the user that the entrypoint of ",
                     base.word.text, " changes to")};
    case ImageUser::root:
      // A server whose own program starts as root: another user must be able to write what it
      // writes, and to open its port.
      if (is_environment(reference)) return numbers;
      return {{},
              {},
              concat("the program of ", base.word.text,
                     " starts as root: build on a variant made for another user, or set USER and "
                     "try what it may no longer write")};
    case ImageUser::unknown: break;
  }
  return by_a_person;
}

// Metadata: it does not matter who is the user where it stands.
bool is_metadata(Keyword keyword) {
  switch (keyword) {
    case Keyword::cmd:
    case Keyword::entrypoint:
    case Keyword::expose:
    case Keyword::healthcheck:
    case Keyword::label:
    case Keyword::stopsignal: return true;
    default: return false;
  }
}

// The user in force where a stage's last USER stands, when an instruction of this file set it.
const DockerfileWord* user_before(const Dockerfile& dockerfile, const Stage& stage,
                                  const Instruction& last) {
  const DockerfileWord* user = nullptr;
  if (const Stage* base = base_stage(dockerfile, stage);
      base != nullptr && base->user != nullptr && !base->user->words.empty()) {
    user = &base->user->words.front();
  }
  for (const Instruction& instruction : stage.instructions) {
    if (&instruction == &last) break;
    if (instruction.keyword == Keyword::user && !instruction.words.empty()) {
      user = &instruction.words.front();
    }
  }
  return user;
}

bool is_numeric(std::string_view user) {
  return all_digits(user_part(user)) && all_digits(group_part(user));
}

}  // namespace

std::optional<UserNumbers> numbers_of(const Dockerfile& dockerfile, const Stage& stage,
                                      std::string_view user) {
  const std::string_view name = user_part(user);
  const std::string_view group = group_part(user);
  if (name.empty()) return std::nullopt;
  const CreatedAccounts made = created_accounts(dockerfile, stage);
  UserNumbers numbers;
  std::string uid;
  std::string gid;
  std::string_view own_group;
  if (const CreatedUser* const created = made.user(name)) {
    uid = created->uid;
    gid = created->gid;
    own_group = created->name;
    // With a group the further ones do not count, before as after.
    numbers.certain = !made.further_groups || !group.empty();
  } else if (const BaseImage& base = bottom_of(dockerfile, stage).base;
             base.reference && !base.word.unresolved && !base.from_argument_default) {
    const std::optional<ImageAccount> account = account_of(*base.reference);
    if (account && (name == account->name || name == user_part(account->ids))) {
      uid = user_part(account->ids);
      gid = group_part(account->ids);
      own_group = account->name;
    }
  }
  if (!group.empty() && group != own_group) {
    const auto found = std::ranges::find(made.groups, group, &CreatedAccounts::Group::name);
    gid = all_digits(group)            ? std::string(group)
          : found != made.groups.end() ? found->gid
                                       : std::string();
  }
  if (uid.empty() && all_digits(name) && !group.empty()) uid = name;
  if (uid.empty() || gid.empty()) return std::nullopt;
  numbers.ids = concat(uid, ":", gid);
  return numbers;
}

Change insert_at_end(const Stage& stage, std::string lines) {
  const std::vector<Instruction>& all = stage.instructions;
  std::size_t end = all.size();
  while (end > 0 && is_metadata(all[end - 1].keyword)) --end;
  if (end < all.size()) {
    // Comments about the next instruction start a paragraph of their own, and a paragraph stays
    // one.
    const bool is_paragraph = lines.contains('\n') && begins_paragraph(all[end].at);
    if (is_paragraph || has_comment_above(all[end].at)) lines += '\n';
    return change::insert_before(all[end].at, std::move(lines));
  }
  // Lines with a comment of their own are one.
  if (lines.starts_with('#')) lines.insert(0, 1, '\n');
  return change::insert_after(all.empty() ? stage.from.at : all.back().at, std::move(lines));
}

UserFix fix_root_user(const Dockerfile& dockerfile, const Stage& stage) {
  const std::string user_keyword = keyword_for(dockerfile, "USER");
  const auto own = std::ranges::find_if(stage.instructions, [&](const Instruction& instruction) {
    return &instruction == stage.user;
  });
  const bool is_own = own != stage.instructions.end();
  const bool ends_so =
      is_own && std::all_of(own + 1, stage.instructions.end(), [](const Instruction& instruction) {
        return is_metadata(instruction.keyword);
      });
  Choice choice;
  if (is_own) {
    const DockerfileWord& root = own->words.front();
    if (root.raw.contains('$')) {
      return {{}, concat("let ", root.raw, " hold the numbers of another user than root")};
    }
    const DockerfileWord* const before = user_before(dockerfile, stage, *own);
    if (before != nullptr && (before->unresolved || !is_root(before->text))) {
      // Root was wanted for something in between: the user of before comes back.
      const std::optional<UserNumbers> numbers = before->unresolved ? std::nullopt
                                                 : is_numeric(before->text)
                                                     ? UserNumbers{std::string(before->text), true}
                                                     : numbers_of(dockerfile, stage, before->text);
      if (!numbers) {
        return {{},
                concat("end with the user of before, USER ", before->text,
                       ", by its numbers (uid:gid)")};
      }
      if (ends_so && is_numeric(before->text) && !before->raw.contains('$') &&
          !has_comment_above(own->at)) {
        return {unsafe_fix({change::remove(own->at)}),
                concat("remove it: USER ", before->text, " is in force before it")};
      }
      choice.ids = numbers->ids;
    } else if (before == nullptr && has_unknown_base(dockerfile, stage)) {
      return {{}, "end with the user that the base image sets, by its numbers (uid:gid)"};
    }
  }
  if (choice.ids.empty()) choice = choose(dockerfile, stage);
  if (!choice.remedy.empty()) return {{}, std::move(choice.remedy)};
  std::string remedy = concat("end the stage with USER ", choice.ids,
                              choice.making.empty() ? "" : ", a user of its own");
  if (ends_so) {
    Fix fix = unsafe_fix({change::rewrite(own->words.front().at, choice.ids)});
    if (!choice.making.empty()) {
      choice.making.pop_back();  // the line's end is the editor's
      fix.changes.push_back(change::insert_before(own->at, choice.making));
    }
    return {std::move(fix), std::move(remedy)};
  }
  return {unsafe_fix({insert_at_end(stage, concat(choice.making, user_keyword, " ", choice.ids))}),
          std::move(remedy)};
}

}  // namespace plimsoll::rules
