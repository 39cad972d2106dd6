// Three programs are called adduser: Debian's takes long options, Red Hat's is useradd by another
// name, and that of busybox has short options with other meanings (-g is a comment, -G the group).
// The base image or the options tell which one it is.
#include "rules/support/created_users.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/text.h"
#include "rules/support/image_accounts.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules {
namespace {

// Nobody makes more; the bound keeps hostile files cheap.
constexpr std::size_t most_accounts = 64;

struct Options {
  std::string_view with_value;  // letters
  std::initializer_list<std::string_view> long_with_value;
};

const Options useradd_options{"bcdefgGkKpPRsuZ",
                              {"--base-dir", "--comment", "--home-dir", "--home", "--expiredate",
                               "--inactive", "--gid", "--groups", "--skel", "--key", "--password",
                               "--prefix", "--root", "--shell", "--uid", "--selinux-user"}};
const Options busybox_options{"hgsGuk",
                              {"--home", "--gecos", "--shell", "--ingroup", "--uid", "--skel"}};
const Options debian_options{
    "",
    {"--home", "--shell", "--uid", "--gid", "--ingroup", "--gecos", "--comment", "--conf",
     "--firstuid", "--lastuid", "--firstgid", "--lastgid", "--add_extra_groups"}};
const Options group_options{"gKpPR", {"--gid", "--key", "--password", "--root", "--prefix"}};

// A call taken apart: letters and long names with their values ("" for switches), and operands.
struct Call {
  std::vector<std::pair<std::string, std::string_view>> options;
  std::vector<std::string_view> operands;
  bool known = true;  // no word holds a variable

  std::optional<std::string_view> value(std::string_view letter, std::string_view name) const {
    for (const auto& [option, text] : options) {
      if ((!letter.empty() && option == letter) || option == name) return text;
    }
    return std::nullopt;
  }
};

// What a variable holds, a build argument's default among them, can be something else next time.
bool is_written_out(const shell::Word& word) {
  return word.resolved && !word.at.text().contains('$');
}

Call take_apart(std::span<const shell::Word> words, const Options& known) {
  Call call;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    call.known = call.known && is_written_out(words[i]);
    const auto next = [&]() -> std::string_view {
      if (i + 1 >= words.size()) return {};
      call.known = call.known && is_written_out(words[i + 1]);
      return words[++i].text;
    };
    if (text.starts_with("--")) {
      const std::size_t equals = text.find('=');
      const std::string_view name = text.substr(0, equals);
      std::string_view value;
      if (equals != std::string_view::npos) {
        value = text.substr(equals + 1);
      } else if (std::ranges::find(known.long_with_value, name) != known.long_with_value.end()) {
        value = next();
      }
      call.options.emplace_back(name, value);
    } else if (text.size() > 1 && text.front() == '-') {
      for (std::size_t k = 1; k < text.size(); ++k) {
        const std::string letter(1, text[k]);
        if (!known.with_value.contains(text[k])) {
          call.options.emplace_back(letter, std::string_view());
          continue;
        }
        call.options.emplace_back(letter, k + 1 < text.size() ? text.substr(k + 1) : next());
        break;
      }
    } else {
      call.operands.push_back(text);
    }
  }
  return call;
}

class Collector {
 public:
  Collector(CreatedAccounts& out, AccountTools tools, bool red_hat)
      : out_(out), tools_(tools), red_hat_(red_hat) {}

  void take(const shell::Command& command) {
    const std::string_view program = shell::effective_program(command);
    const std::span<const shell::Word> words = shell::effective_words(command);
    if (program == "useradd" || (program == "adduser" && red_hat_)) {
      note_useradd(take_apart(words, useradd_options));
    } else if (program == "adduser") {
      note_adduser(words);
    } else if (program == "groupadd" || program == "addgroup") {
      note_group(take_apart(words, group_options));
    } else if (program == "usermod" || program == "gpasswd") {
      out_.further_groups = true;
    }
  }

 private:
  static std::string digits(const Call& call, std::optional<std::string_view> text) {
    return call.known && text && all_digits(*text) ? std::string(*text) : std::string();
  }

  std::string gid_of(const Call& call, std::string_view group) const {
    if (!call.known) return {};
    if (all_digits(group)) return std::string(group);
    if (group == "root") return "0";
    const auto found = std::ranges::find(out_.groups, group, &CreatedAccounts::Group::name);
    return found == out_.groups.end() ? std::string() : found->gid;
  }

  void add(std::string_view name, std::string uid, std::string gid) {
    if (out_.users.size() < most_accounts) {
      out_.users.push_back({std::string(name), std::move(uid), std::move(gid)});
    }
  }

  void note_useradd(const Call& call) {
    if (call.operands.size() != 1) return;
    std::string uid = digits(call, call.value("u", "--uid"));
    std::string gid;
    if (const auto group = call.value("g", "--gid")) {
      gid = gid_of(call, *group);
    } else if (!call.value("N", "--no-user-group") && !call.value("r", "--system")) {
      // A group of its own, of the same number while that is an ordinary one.
      const auto number = parse_number(uid);
      if (number && *number >= 1000 && *number <= 60'000) gid = uid;
    }
    if (call.value("G", "--groups")) out_.further_groups = true;
    add(call.operands.front(), std::move(uid), std::move(gid));
  }

  void note_adduser(std::span<const shell::Word> words) {
    const Call debian = take_apart(words, debian_options);
    const bool is_debian = tools_ == AccountTools::shadow || debian.value("", "--gecos") ||
                           debian.value("", "--disabled-password") ||
                           debian.value("", "--disabled-login") || debian.value("", "--group");
    if (tools_ != AccountTools::busybox && is_debian) {
      if (debian.operands.size() == 2) out_.further_groups = true;
      if (debian.operands.size() != 1) return;
      std::string gid;
      if (const auto number = debian.value("", "--gid")) gid = digits(debian, number);
      if (const auto group = debian.value("", "--ingroup")) gid = gid_of(debian, *group);
      add(debian.operands.front(), digits(debian, debian.value("", "--uid")), std::move(gid));
      return;
    }
    const Call call = take_apart(words, busybox_options);
    if (call.operands.size() == 2) out_.further_groups = true;
    if (call.operands.size() != 1) return;
    std::string uid = digits(call, call.value("u", "--uid"));
    std::string gid;
    if (const auto group = call.value("G", "--ingroup")) {
      gid = gid_of(call, *group);
    } else if (tools_ == AccountTools::busybox && !call.value("S", "--system")) {
      gid = uid;  // of a group that is made for it
    }
    add(call.operands.front(), std::move(uid), std::move(gid));
  }

  void note_group(const Call& call) {
    if (call.operands.size() == 2) out_.further_groups = true;
    if (call.operands.size() != 1 || out_.groups.size() >= most_accounts) return;
    out_.groups.push_back(
        {std::string(call.operands.front()), digits(call, call.value("g", "--gid"))});
  }

  CreatedAccounts& out_;
  AccountTools tools_;
  bool red_hat_;
};

bool is_red_hat(const ImageReference& reference) {
  const std::string name = reference.name;
  return account_tools(reference).tools == AccountTools::shadow &&
         (name == "fedora" || name.contains("rockylinux") || name.contains("almalinux") ||
          name.contains("/ubi"));
}

}  // namespace

const CreatedUser* CreatedAccounts::user(std::string_view name_or_uid) const {
  const bool number = all_digits(name_or_uid);
  // The last one counts: it is made if the others are.
  for (auto one = users.rbegin(); one != users.rend(); ++one) {
    if (number ? one->uid == name_or_uid : one->name == name_or_uid) return &*one;
  }
  return nullptr;
}

CreatedAccounts created_accounts(const Dockerfile& dockerfile, const Stage& stage) {
  std::vector<const Stage*> stages{&stage};
  while (const Stage* base = base_stage(dockerfile, *stages.back())) stages.push_back(base);
  CreatedAccounts out;
  const BaseImage& bottom = stages.back()->base;
  AccountTools tools = AccountTools::unknown;
  bool red_hat = false;
  if (bottom.reference && !bottom.word.unresolved) {
    tools = account_tools(*bottom.reference).tools;
    red_hat = is_red_hat(*bottom.reference);
    // node and php have the tools of what they are based on.
    if (tools == AccountTools::unknown && bottom.reference->tag.contains("alpine")) {
      tools = AccountTools::busybox;
    }
  }
  Collector collector(out, tools, red_hat);
  for (auto one = stages.rbegin(); one != stages.rend(); ++one) {
    for (const Instruction& instruction : (*one)->instructions) {
      if (instruction.keyword != Keyword::run) continue;
      for (const shell::Command& command : instruction.script.commands) collector.take(command);
    }
  }
  return out;
}

}  // namespace plimsoll::rules
