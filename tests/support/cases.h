// A rule's cases: src/rules/<folder>/<rule>.cases.md. Headings are case names; fences are input
// files, tagged with their surface, then the findings that the rule must report, exactly, then each
// file that its fixes change (```fixed NAME) as it is afterwards.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/fix.h"
#include "policy/policy.h"

namespace plimsoll::test {

// Beside the files that `plimsoll check` finds, a case can be of a machine that an audit looks at:
//   ```host /etc/group            a file of the machine; ```host /etc/docker/ 0777 1000:0 a
//   directory
//                                 with its mode, ```host /etc/docker refused what nobody may see
//   ```audit-rules                the kernel's audit rules, as auditctl -l lists them
//   ```dockerd                    dockerd's arguments, one a line
//   ```info, ```version           what its engine answers to GET /info and /version
//   ```packet-filter              its iptables rules in force, as iptables-save writes them
//   ```images, ```containers, ```networks   and to the GET requests for those lists
//   ```swarm-node                 what it keeps of the swarm that it belongs to
//   ```daemon-json, ```inspect    its daemon.json, and its containers
// or of an image:
//   ```image-config               "config" of its configuration
//   ```layer RUN make             a layer, and what made it; a line a path: 4755 0:0 usr/bin/su 120
//                                 with mode, owner and size or without, etc/ for a directory, a ->
//                                 b for a link; usr/bin/.wh.su for one that is deleted
//   ```layer-file PATH            the content of a file of the layer above
//   ```tampered-layer RUN make    a layer to which somebody has added the last line
//   ```no-layer CMD ["sh"]        an entry of the history that made no layer
//   ```created 2026-01-31T12:00:00Z   when the configuration says that it was made
//   ```called nginx:1.27          the image's name
//   ```attested TYPE TYPE         an index around it, with statements of these types beside it
// and what is known of flaws, of which a database is made for either:
//   ```osv                        records of OSV, one a line
//   ```kev                        CISA's catalogue of what is exploited
// In such a case nothing else is checked, and open questions stand among the findings.
struct CaseFile {
  std::string tag;   // "compose", "dockerfile", "run", "file", …
  std::string name;  // "compose.yaml"
  std::string text;
  std::string status{};  // of a host's file: "0640 0:999"
};

struct Case {
  std::string name;
  std::size_t line = 0;  // of its heading
  std::vector<CaseFile> files{};
  Policy policy{};
  std::string findings{};          // as the file has them
  std::size_t findings_begin = 0;  // where their text stands in the file: for accepting
  std::size_t findings_end = 0;
  bool has_findings = false;
  std::vector<CaseFile> fixed{};  // in the order of their fences
  // Where the fixed fences stand, or would: behind the findings fence.
  std::size_t fixed_begin = 0;
  std::size_t fixed_end = 0;
};

// The cases of a file's text; throws std::runtime_error with the line when the file is malformed.
std::vector<Case> read_cases(std::string_view text);

// Every cases file of the tree, with the rule's name: {"privileged", ".../privileged.cases.md"}.
std::vector<std::pair<std::string, std::string>> case_files();

// What the whole check says about a case, one line a finding: all rules, or one.
std::string findings_of(const Case& test_case, std::string_view rule);

// The case's files as fixes leave them, unsafe ones included: of these rules, in this order.
app::FixResult fix_of(const Case& test_case, const std::vector<const Rule*>& rules);
// The case after a fix: its files replaced, new ones added.
Case after(const Case& test_case, const app::FixResult& result);
// The changed files as fences, as they stand in a cases file.
std::string fences_of(const std::vector<CaseFile>& fixed);

}  // namespace plimsoll::test
