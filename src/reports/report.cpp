#include "reports/report.h"

#include <algorithm>

namespace plimsoll {

void Totals::add(const Report& part) {
  files += part.files;
  dockerfiles += part.dockerfiles;
  compose_projects += part.compose_projects;
  run_lines += part.run_lines;
  json_documents += part.json_documents;
  daemons += part.daemons;
  containers += part.containers;
  hosts += part.hosts;
  images += part.images;
  findings += part.findings.size();
  for (const Finding& finding : part.findings) {
    ++by_severity[static_cast<std::size_t>(finding.severity)];
  }
  suppressed += part.suppressed.size();
  errors += part.errors.size();
  open_questions += static_cast<std::size_t>(std::ranges::count_if(part.remarks, &Remark::is_open));
}

}  // namespace plimsoll
