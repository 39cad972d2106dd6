// Facts: sysctl.d(5), audit.rules(7), augenrules(8).
#include "fix/host_files.h"

#include <map>
#include <set>

#include "base/shell_word.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::fix {
namespace {

using Kind = Change::Kind;

// A line of a file and what it is for; said once, however many findings want it.
class Lines {
 public:
  void add(const std::string& line, std::string_view why) {
    if (!known_.insert(line).second) return;
    text_ += concat("\n# ", printable(why), "\n", line, "\n");
  }
  bool empty() const { return known_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::set<std::string, std::less<>> known_;
  std::string text_;
};

}  // namespace

std::vector<HostFixFile> host_fix_files(std::span<const Finding> findings) {
  Lines settings;
  Lines rules;
  Lines commands;
  for (const Finding& finding : findings) {
    for (const Change& change : finding.fix.changes) {
      if (change.kind == Kind::set_sysctl) {
        settings.add(concat(change.name, " = ", change.value), finding.message);
      } else if (change.kind == Kind::add_audit_rule) {
        rules.add(change.value, finding.message);
      } else if (change.kind == Kind::set_owner) {
        commands.add(concat("chown ", change.value, " ", shell_word(change.name)), finding.message);
      } else if (change.kind == Kind::set_mode) {
        commands.add(concat("chmod ", change.value, " ", shell_word(change.name)), finding.message);
      }
    }
  }
  std::vector<HostFixFile> files;
  if (!settings.empty()) {
    files.push_back({"60-plimsoll-sysctl.conf",
                     concat("# Settings of the kernel that an audit asks for. Read them, install "
                            "them as\n# /etc/sysctl.d/60-plimsoll-sysctl.conf, and load them:\n"
                            "#   sysctl --system\n",
                            settings.text())});
  }
  if (!rules.empty()) {
    files.push_back({"60-plimsoll-audit.rules",
                     concat("# What the audit has to watch. Install auditd, put this into\n"
                            "# /etc/audit/rules.d/60-plimsoll-audit.rules, and load it:\n"
                            "#   augenrules --load\n",
                            rules.text())});
  }
  if (!commands.empty()) {
    files.push_back(
        {"set-owners-and-modes.sh",
         concat("#!/bin/sh\n# Owners and modes of the engine's files that an audit asks "
                "for. Read it before you run it.\nset -eu\n",
                commands.text())});
  }
  return files;
}

}  // namespace plimsoll::fix
