#include "rules/references.h"

#include "base/text.h"

namespace plimsoll {

std::string alias_of(const Reference& reference) {
  switch (reference.kind) {
    case Reference::Kind::cis: return concat("cis-", reference.id);
    case Reference::Kind::owasp: return concat("owasp-", reference.id);
    case Reference::Kind::hadolint:
    case Reference::Kind::trivy:
    case Reference::Kind::checkov:
    case Reference::Kind::dockle:
    case Reference::Kind::buildkit:
    case Reference::Kind::shellcheck: return std::string(reference.id);
    case Reference::Kind::guideline:
    case Reference::Kind::document: return {};
  }
  return {};
}

std::string describe(const Reference& reference) {
  switch (reference.kind) {
    case Reference::Kind::guideline:
      return concat("guideline ", reference.id, ", ", reference.note);
    case Reference::Kind::cis: return concat("CIS Docker Benchmark 1.6, ", reference.id);
    case Reference::Kind::owasp:
      return concat("OWASP Docker Security Cheat Sheet, rule ", reference.id);
    case Reference::Kind::hadolint: return concat("hadolint ", reference.id);
    case Reference::Kind::trivy: return concat("Trivy ", reference.id);
    case Reference::Kind::checkov: return concat("Checkov ", reference.id);
    case Reference::Kind::dockle: return concat("dockle ", reference.id);
    case Reference::Kind::buildkit: return concat("BuildKit check ", reference.id);
    case Reference::Kind::shellcheck: return concat("ShellCheck ", reference.id);
    case Reference::Kind::document: return concat(reference.id, ", ", reference.note);
  }
  return {};
}

}  // namespace plimsoll
