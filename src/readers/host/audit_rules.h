// The kernel's audit rules in the form in which auditctl(8) lists them:
//   -w /usr/bin/dockerd -p wa -k docker
//   -a always,exit -F arch=b64 -S all -F dir=/etc/docker -F perm=wa -F key=docker
// Before them a line can say whether auditing is switched on at all: `enabled 1`.
#pragma once

#include "base/files.h"
#include "subjects/host.h"

namespace plimsoll::host {

// Only rules that write down every access of a kind to a path count as watches of it: one with
// another condition (a user, some system calls) is left out.
AuditRules read_audit_rules(const Source& rules, const Files& files);

}  // namespace plimsoll::host
