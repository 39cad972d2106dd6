// A conversation of two requests. To AUDIT_GET the kernel answers with its state, to
// AUDIT_LIST_RULES with one message for each rule and then NLMSG_DONE.
#include "audit/audit_rules.h"

#include <linux/audit.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/netlink.h"
#include "base/text.h"

namespace plimsoll::audit {
namespace {

// Bounds: how long the kernel is waited for, and how much of its rules is taken, in bytes.
constexpr std::chrono::seconds patience{2};
constexpr std::size_t max_bytes = 8u << 20;

// --- a rule as text ---

// audit_rule_data without the strings at its end, which C++ has no member for.
struct RuleHead {
  std::uint32_t flags;
  std::uint32_t action;
  std::uint32_t field_count;
  std::array<std::uint32_t, AUDIT_BITMASK_SIZE> mask;
  std::array<std::uint32_t, AUDIT_MAX_FIELDS> fields;
  std::array<std::uint32_t, AUDIT_MAX_FIELDS> values;
  std::array<std::uint32_t, AUDIT_MAX_FIELDS> fieldflags;
  std::uint32_t buflen;
};
static_assert(sizeof(RuleHead) == sizeof(audit_rule_data));

struct Named {
  std::uint32_t value;
  std::string_view name;
};

constexpr auto fields = std::to_array<Named>({
    {AUDIT_PID, "pid"},
    {AUDIT_UID, "uid"},
    {AUDIT_EUID, "euid"},
    {AUDIT_SUID, "suid"},
    {AUDIT_FSUID, "fsuid"},
    {AUDIT_GID, "gid"},
    {AUDIT_EGID, "egid"},
    {AUDIT_SGID, "sgid"},
    {AUDIT_FSGID, "fsgid"},
    {AUDIT_LOGINUID, "auid"},
    {AUDIT_PERS, "pers"},
    {AUDIT_ARCH, "arch"},
    {AUDIT_MSGTYPE, "msgtype"},
    {AUDIT_SUBJ_USER, "subj_user"},
    {AUDIT_SUBJ_ROLE, "subj_role"},
    {AUDIT_SUBJ_TYPE, "subj_type"},
    {AUDIT_SUBJ_SEN, "subj_sen"},
    {AUDIT_SUBJ_CLR, "subj_clr"},
    {AUDIT_PPID, "ppid"},
    {AUDIT_OBJ_USER, "obj_user"},
    {AUDIT_OBJ_ROLE, "obj_role"},
    {AUDIT_OBJ_TYPE, "obj_type"},
    {AUDIT_OBJ_LEV_LOW, "obj_lev_low"},
    {AUDIT_OBJ_LEV_HIGH, "obj_lev_high"},
    {AUDIT_LOGINUID_SET, "loginuid_set"},
    {AUDIT_SESSIONID, "sessionid"},
    {AUDIT_FSTYPE, "fstype"},
    {AUDIT_DEVMAJOR, "devmajor"},
    {AUDIT_DEVMINOR, "devminor"},
    {AUDIT_INODE, "inode"},
    {AUDIT_EXIT, "exit"},
    {AUDIT_SUCCESS, "success"},
    {AUDIT_WATCH, "path"},
    {AUDIT_PERM, "perm"},
    {AUDIT_DIR, "dir"},
    {AUDIT_FILETYPE, "filetype"},
    {AUDIT_OBJ_UID, "obj_uid"},
    {AUDIT_OBJ_GID, "obj_gid"},
    {AUDIT_FIELD_COMPARE, "field_compare"},
    {AUDIT_EXE, "exe"},
    {AUDIT_ARG0, "a0"},
    {AUDIT_ARG1, "a1"},
    {AUDIT_ARG2, "a2"},
    {AUDIT_ARG3, "a3"},
    {AUDIT_FILTERKEY, "key"},
});

constexpr auto operators = std::to_array<Named>({
    {AUDIT_EQUAL, "="},
    {AUDIT_NOT_EQUAL, "!="},
    {AUDIT_LESS_THAN, "<"},
    {AUDIT_LESS_THAN_OR_EQUAL, "<="},
    {AUDIT_GREATER_THAN, ">"},
    {AUDIT_GREATER_THAN_OR_EQUAL, ">="},
    {AUDIT_BIT_MASK, "&"},
    {AUDIT_BIT_TEST, "&="},
});

constexpr auto filters = std::to_array<Named>({{AUDIT_FILTER_USER, "user"},
                                               {AUDIT_FILTER_TASK, "task"},
                                               {AUDIT_FILTER_ENTRY, "entry"},
                                               {AUDIT_FILTER_EXIT, "exit"},
                                               {AUDIT_FILTER_EXCLUDE, "exclude"},
                                               {AUDIT_FILTER_FS, "filesystem"},
                                               {AUDIT_FILTER_URING_EXIT, "io_uring"}});

constexpr auto actions = std::to_array<Named>(
    {{AUDIT_NEVER, "never"}, {AUDIT_POSSIBLE, "possible"}, {AUDIT_ALWAYS, "always"}});

template <std::size_t Count>
std::string name_of(const std::array<Named, Count>& names, std::uint32_t value) {
  const auto found = std::ranges::find(names, value, &Named::value);
  return found == names.end() ? std::to_string(value) : std::string(found->name);
}

bool has_text(std::uint32_t field) {
  return field == AUDIT_WATCH || field == AUDIT_DIR || field == AUDIT_FILTERKEY ||
         field == AUDIT_EXE || (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
         (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH);
}

std::string permissions_of(std::uint32_t bits) {
  std::string out;
  if ((bits & AUDIT_PERM_READ) != 0) out += 'r';
  if ((bits & AUDIT_PERM_WRITE) != 0) out += 'w';
  if ((bits & AUDIT_PERM_EXEC) != 0) out += 'x';
  if ((bits & AUDIT_PERM_ATTR) != 0) out += 'a';
  return out;
}

// What would break a line or steer a terminal does not stand in a path or key that people write.
std::string printable_text(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return out;
}

struct Condition {
  std::uint32_t field = 0;
  std::uint32_t comparison = AUDIT_EQUAL;
  std::uint32_t number = 0;
  std::string_view text;

  std::string value() const {
    if (has_text(field)) return printable_text(text);
    if (field == AUDIT_PERM) return permissions_of(number);
    if (field == AUDIT_ARCH) return (number & __AUDIT_ARCH_64BIT) != 0 ? "b64" : "b32";
    const bool unset = field == AUDIT_LOGINUID && number == AUDIT_UID_UNSET;
    return unset ? "unset" : std::to_string(number);
  }
};

class Rule {
 public:
  // Nothing for bytes that are no rule.
  static std::optional<Rule> read(std::span<const char> message) {
    Rule rule;
    if (message.size() < sizeof(RuleHead)) return std::nullopt;
    std::memcpy(&rule.head_, message.data(), sizeof(RuleHead));
    if (rule.head_.field_count > AUDIT_MAX_FIELDS) return std::nullopt;
    std::string_view texts(message.data() + sizeof(RuleHead), message.size() - sizeof(RuleHead));
    texts = texts.substr(0, rule.head_.buflen);
    for (std::uint32_t i = 0; i < rule.head_.field_count; ++i) {
      Condition& condition = rule.conditions_.emplace_back();
      condition.field = rule.head_.fields[i];
      condition.comparison = rule.head_.fieldflags[i];
      condition.number = rule.head_.values[i];
      if (!has_text(condition.field)) continue;
      if (condition.number > texts.size()) return std::nullopt;
      condition.text = texts.substr(0, condition.number);
      texts.remove_prefix(condition.number);
    }
    return rule;
  }

  std::string text() const { return is_watch() ? watch_text() : filter_text(); }

 private:
  bool covers_all_calls() const {
    // The last word has bits that stand for no system call; auditctl sets all but those.
    return std::all_of(head_.mask.begin(), head_.mask.end() - 1,
                       [](std::uint32_t word) { return word == ~0u; });
  }

  // What auditctl writes as -w: nothing but a path, permissions and keys.
  bool is_watch() const {
    const bool always_on_exit =
        (head_.flags & ~AUDIT_FILTER_PREPEND) == AUDIT_FILTER_EXIT && head_.action == AUDIT_ALWAYS;
    const bool simple = std::ranges::all_of(conditions_, [](const Condition& condition) {
      const bool known = condition.field == AUDIT_WATCH || condition.field == AUDIT_DIR ||
                         condition.field == AUDIT_PERM || condition.field == AUDIT_FILTERKEY;
      return known && condition.comparison == AUDIT_EQUAL;
    });
    const bool has_permissions =
        std::ranges::find(conditions_, AUDIT_PERM, &Condition::field) != conditions_.end();
    const auto is_path = [](const Condition& condition) {
      return condition.field == AUDIT_WATCH || condition.field == AUDIT_DIR;
    };
    return always_on_exit && simple && has_permissions && covers_all_calls() &&
           std::ranges::count_if(conditions_, is_path) == 1;
  }

  std::string watch_text() const {
    std::string path;
    std::string rest;
    for (const Condition& condition : conditions_) {
      if (condition.field == AUDIT_PERM) {
        rest.insert(0, concat(" -p ", condition.value()));
      } else if (condition.field == AUDIT_FILTERKEY) {
        rest += keys(condition.text, " -k ");
      } else {
        path = condition.value();
      }
    }
    return concat("-w ", path, rest);
  }

  std::string filter_text() const {
    std::string out = concat("-a ", name_of(actions, head_.action), ",",
                             name_of(filters, head_.flags & ~AUDIT_FILTER_PREPEND));
    std::string behind;
    for (const Condition& condition : conditions_) {
      if (condition.field == AUDIT_FILTERKEY) {
        behind += keys(condition.text, " -F key=");
        continue;
      }
      const std::string text = concat(" -F ", name_of(fields, condition.field),
                                      name_of(operators, condition.comparison), condition.value());
      // auditctl puts the architecture before the system calls, whose numbers it decides.
      if (condition.field == AUDIT_ARCH) {
        out += text;
      } else {
        behind += text;
      }
    }
    if ((head_.flags & ~AUDIT_FILTER_PREPEND) == AUDIT_FILTER_EXIT) out += calls();
    return out + behind;
  }

  // Several keys stand in one text, each before a byte of value 1.
  static std::string keys(std::string_view text, std::string_view flag) {
    std::string out;
    for (const std::string_view key : split(text, '\1')) out += concat(flag, printable_text(key));
    return out;
  }

  std::string calls() const {
    if (covers_all_calls()) return " -S all";
    std::string out;
    for (std::uint32_t i = 0; i < AUDIT_BITMASK_SIZE * 32; ++i) {
      if ((head_.mask[i / 32] >> (i % 32) & 1u) == 0) continue;
      out += concat(out.empty() ? " -S " : ",", std::to_string(i));
    }
    return out;
  }

  RuleHead head_{};
  std::vector<Condition> conditions_;
};

// --- the conversation ---

std::unexpected<Error> failed(std::string_view what) {
  return failure({.message = concat("the audit rules cannot be read: ", what)});
}

std::unexpected<Error> failed(const Netlink::Failure& said) {
  switch (said.number) {
    case EPERM:
    case EACCES:
    case ECONNREFUSED:
      return failure(
          {.message = "the audit rules cannot be read: the kernel gives them to root alone",
           .hint = "run the audit as root, outside of containers"});
    case ETIMEDOUT: return failed("the kernel does not answer");
    case EFBIG: return failed("there are more than can be taken");
    default: return failed(lower(said.message));
  }
}

}  // namespace

std::string audit_rule_text(std::span<const char> message) {
  const std::optional<Rule> rule = Rule::read(message);
  return rule ? rule->text() : std::string();
}

Result<std::string> list_audit_rules() {
  std::expected<Netlink, Netlink::Failure> kernel =
      Netlink::open(NETLINK_AUDIT, {.time = patience, .bytes = max_bytes});
  if (!kernel && kernel.error().number == EPROTONOSUPPORT) return "enabled 0\n";
  if (!kernel) return failed(kernel.error());

  std::uint32_t enabled = 1;
  const auto read_state = [&](std::uint16_t type, Bytes state) {
    constexpr std::size_t enabled_at = offsetof(audit_status, enabled);
    if (type == AUDIT_GET && state.size() >= enabled_at + sizeof(enabled)) {
      std::memcpy(&enabled, state.data() + enabled_at, sizeof(enabled));
    }
  };
  if (const auto said = kernel->ask({AUDIT_GET, 0, {}}, read_state)) return failed(*said);

  std::string out = concat("enabled ", std::to_string(enabled), "\n");
  bool all_understood = true;
  const auto read_rule = [&](std::uint16_t type, Bytes rule) {
    if (type != AUDIT_LIST_RULES) return;
    const std::string text =
        audit_rule_text({reinterpret_cast<const char*>(rule.data()), rule.size()});
    all_understood = all_understood && !text.empty();
    out += text + "\n";
  };
  // The kernel does not look at the flag, but lists until it says that it is done.
  if (const auto said = kernel->ask({AUDIT_LIST_RULES, NLM_F_DUMP, {}}, read_rule)) {
    return failed(*said);
  }
  if (!all_understood) return failed("the kernel describes a rule in a form that is not known");
  return out;
}

}  // namespace plimsoll::audit
