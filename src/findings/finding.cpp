#include "findings/finding.h"

#include <array>
#include <tuple>

namespace plimsoll {
namespace {

constexpr std::array<std::string_view, 5> severity_names{"info", "low", "medium", "high",
                                                         "critical"};

}  // namespace

std::string_view name_of(Severity severity) {
  return severity_names[static_cast<std::size_t>(severity)];
}

std::optional<Severity> severity_of(std::string_view name) {
  for (std::size_t i = 0; i < severity_names.size(); ++i) {
    if (severity_names[i] == name) return static_cast<Severity>(i);
  }
  return std::nullopt;
}

std::string_view name_of(Remark::Kind kind) {
  switch (kind) {
    case Remark::Kind::open: return "open";
    case Remark::Kind::not_applicable: return "not applicable";
    case Remark::Kind::skipped: return "skipped";
  }
  return {};
}

Finding& Findings::add(Location at, std::string message, std::string remedy) {
  Finding& finding = findings_.emplace_back();
  finding.rule = context_.rule;
  finding.severity = context_.severity;
  finding.subject = context_.subject;
  finding.message = std::move(message);
  finding.remedy = std::move(remedy);
  finding.at = at.known() ? at : context_.at;
  finding.subject_at = context_.at;
  finding.decided_by = at.known() ? context_.surface : Layer::engine;
  return finding;
}

void Findings::remark(Remark::Kind kind, std::string why, std::string_view reference) {
  remarks_.push_back(
      {kind, context_.rule, reference, context_.subject, std::move(why), context_.at});
}

bool comes_before(const Finding& a, const Finding& b) {
  if (a.at.source != b.at.source) {
    const auto path = [](const Finding& finding) {
      return finding.at.known() ? finding.at.source->path() : std::string_view();
    };
    if (const auto order = path(a) <=> path(b); order != 0) return order < 0;
  }
  const auto key = [](const Finding& finding) {
    return std::tuple(finding.at.span.begin, finding.at.span.end, finding.rule, finding.rank,
                      std::string_view(finding.message));
  };
  return key(a) < key(b);
}

}  // namespace plimsoll
