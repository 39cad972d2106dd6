#include "reports/report.h"

namespace plimsoll {

void Totals::add(const Report& part) {
  files += part.files;
  dockerfiles += part.dockerfiles;
  compose_projects += part.compose_projects;
  run_lines += part.run_lines;
  json_documents += part.json_documents;
  daemons += part.daemons;
  findings += part.findings.size();
  for (const Finding& finding : part.findings) {
    ++by_severity[static_cast<std::size_t>(finding.severity)];
  }
  suppressed += part.suppressed.size();
  errors += part.errors.size();
}

}  // namespace plimsoll
