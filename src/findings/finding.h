// A finding: one rule, at one place, says what is wrong there and what to do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit.h"
#include "subjects/change.h"
#include "subjects/located.h"
#include "subjects/vulnerability.h"

namespace plimsoll {

enum class Severity : std::uint8_t { info, low, medium, high, critical };

std::string_view name_of(Severity severity);
std::optional<Severity> severity_of(std::string_view name);

// What would make the finding go. Rules give the changes; edits and refusal are filled in where
// somebody asks for them (fix/).
struct Fix {
  Certainty certainty = Certainty::none;
  std::vector<Change> changes;
  std::vector<Edit> edits;
  std::string refusal;  // why the changes cannot be made in this file: lower case, no full stop
  // Fixes with a smaller number come first: a service inherits what the one that it extends is
  // given, and then may not need its own.
  int turn = 0;

  bool offered() const { return certainty != Certainty::none; }
};

inline Fix safe_fix(std::vector<Change> changes) {
  return {Certainty::safe, std::move(changes), {}, {}, 0};
}
inline Fix unsafe_fix(std::vector<Change> changes) {
  return {Certainty::unsafe, std::move(changes), {}, {}, 0};
}

// A second place that explains a finding.
struct RelatedPlace {
  Location at;
  std::string_view what = {};  // what stands there: "the flag is written here"

  bool known() const { return at.known(); }
};

struct Finding {
  std::string_view rule;  // the rule's name; the catalogue owns it
  Severity severity = Severity::info;
  // Lower-case start, no full stop; never a secret's value.
  std::string message;
  // Where: always known when the finding leaves the runner.
  Location at;
  // What kind of subject the check read: "container", "dockerfile", "compose", "any".
  std::string_view subject;
  // What to do here, when it is more precise than the rule's remediation: "set cap_drop: [ALL]".
  std::string remedy;
  // The layer that decided the judged value.
  Layer decided_by = Layer::engine;
  // Which of the rule's references it goes against, where the rule answers several and this finding
  // concerns one of them: "cis-3.17". Empty: all.
  std::string_view reference = {};
  RelatedPlace related;
  // Where the judged subject is declared: the service's key, the words `docker run`, the FROM. What
  // a fix adds is added there.
  Location subject_at;
  Fix fix;
  // Of findings of one rule at one place those with a smaller number come first in reports.
  std::uint32_t rank = 0;
  // The vulnerability that it is about; null for any other fault.
  std::shared_ptr<const Vulnerability> vulnerability = nullptr;
};

// Why a check has nothing to say of a subject although nothing is known to be right: such a subject
// is never counted as passed.
struct Remark {
  enum class Kind : std::uint8_t {
    open,            // it could not be looked at, or not decided
    not_applicable,  // there is nothing here that the recommendation is about
    skipped,         // it needs something that is not here, and nobody asked for it
  };
  Kind kind = Kind::open;
  std::string_view rule;
  std::string_view reference;  // as of a finding
  std::string_view subject;
  std::string why;  // lower-case start, no full stop: "the audit rules cannot be read without root"
  Location at;      // where the subject is declared

  bool is_open() const { return kind == Kind::open; }
};

std::string_view name_of(Remark::Kind kind);  // "open", "not applicable", "skipped"

// What a check writes its findings into. The runner sets the rule and the fallback place
// beforehand.
class Findings {
 public:
  // A finding at a place. The result may be refined: findings.add(at, "…").severity =
  // Severity::low.
  Finding& add(Location at, std::string message, std::string remedy = {});

  // A finding about a value: placed where the value is written, and where nobody wrote it at the
  // subject's own place; it says which layer decided.
  template <class T>
  Finding& add(const Located<T>& value, std::string message, std::string remedy = {}) {
    Finding& finding = add(value.at, std::move(message), std::move(remedy));
    finding.decided_by = value.layer;
    return finding;
  }

  // `reference` as of a finding: which recommendation of the rule is meant, when not all.
  void open(std::string why, std::string_view reference = {}) {
    remark(Remark::Kind::open, std::move(why), reference);
  }
  void not_applicable(std::string why, std::string_view reference = {}) {
    remark(Remark::Kind::not_applicable, std::move(why), reference);
  }
  void skipped(std::string why) { remark(Remark::Kind::skipped, std::move(why), {}); }

  // What the findings to come have in common; set by the runner before each check.
  struct Context {
    std::string_view rule;
    Severity severity = Severity::info;
    std::string_view subject;
    Location at;                    // for findings without a place of their own
    Layer surface = Layer::engine;  // the layer that the subject is written in
  };
  void begin(const Context& context) { context_ = context; }
  // What was added until now.
  std::span<Finding> so_far() { return findings_; }
  std::vector<Finding> take() { return std::move(findings_); }
  std::vector<Remark> take_remarks() { return std::move(remarks_); }

 private:
  void remark(Remark::Kind kind, std::string why, std::string_view reference);

  Context context_;
  std::vector<Finding> findings_;
  std::vector<Remark> remarks_;
};

// The order of every report: path, place, rule, rank, message.
bool comes_before(const Finding& a, const Finding& b);

}  // namespace plimsoll
