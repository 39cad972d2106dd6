// One container, said four ways, must be judged the same: that is what one rule for all surfaces
// means.
//
// tests/agreement/*.md hold specs: a heading, then the same container as a compose service, a
// `docker run` line, the output of `docker inspect` and a create request. Each is checked on its
// own; the findings of the rules about containers, as (rule, severity), must be the same four
// times.
//
// The specs say everything that the surfaces would otherwise fill in differently: the user (inspect
// shows the image's, the others leave it to the image), the network (a compose project has one of
// its own). What then still differs by its nature stands in one table below.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "app/check.h"
#include "app/rule_names.h"
#include "base/files.h"
#include "base/text.h"
#include "rules/catalogue.h"
#include "support/cases.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

constexpr std::array<std::string_view, 4> surfaces{"compose", "run", "inspect", "create-request"};

// Rules that may answer differently on one surface, and why.
struct Difference {
  std::string_view rule;
  std::string_view surface;
  std::string_view reason;
};
constexpr std::array<Difference, 1> differences{{
    {"image-not-pinned-by-digest", "inspect",
     "inspect output holds the id of the image that runs, so what runs is known"},
}};

// Rules with a container check that no spec can bring out on all four surfaces, and why.
struct Uncovered {
  std::string_view rule;
  std::string_view reason;
};
constexpr std::array<Uncovered, 3> uncovered{{
    {"sensitive-service-shared", "only a compose project shows who else is on a network"},
    {"unneeded-published-port", "only a compose project shows who else could reach the port"},
    {"secret-not-external",
     "a variable that is passed through has a value by the time the engine knows it"},
}};

struct Spec {
  std::string file;
  Case spec;
};

std::vector<Spec> specs() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("tests/agreement"))) {
    if (entry.path().extension() == ".md") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Spec> out;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (Case& spec : read_cases(text)) out.push_back({path.filename().string(), std::move(spec)});
  }
  return out;
}

using Judgements = std::set<std::pair<std::string, std::string>>;  // rule, severity

struct Outcome {
  Judgements judgements;
  std::string errors;
};

Outcome outcome_of(const CaseFile& input, const Policy& policy) {
  MemoryFiles files;
  files.add(input.name, input.text);
  const app::Discovery found = app::discover({"."}, files);
  app::CheckOptions options;
  options.rules = *app::select_rules({}, {});
  options.policy = policy;
  options.today = "2026-11-22";
  options.threads = 1;
  const Report report = app::check(found.inputs, files, options);
  Outcome outcome;
  for (const Finding& finding : report.findings) {
    // A rule about containers may tell a compose project once what it tells each container
    // elsewhere.
    const Rule* rule = rules::find_rule(finding.rule);
    if (rule == nullptr || rule->check.container == nullptr) continue;
    outcome.judgements.emplace(finding.rule, name_of(finding.severity));
  }
  for (const Error& error : report.errors) outcome.errors += concat(error.message, "\n");
  if (found.inputs.size() != 1) outcome.errors += "the surface was not recognised\n";
  return outcome;
}

bool may_differ(std::string_view rule, std::string_view surface) {
  return std::ranges::any_of(differences, [&](const Difference& difference) {
    return difference.rule == rule && difference.surface == surface;
  });
}

std::string list(const Judgements& judgements) {
  std::string text;
  for (const auto& [rule, severity] : judgements) text += concat("  ", rule, " ", severity, "\n");
  return text;
}

// What `a` has and `b` has not, without what may differ.
Judgements missing(const Judgements& a, const Judgements& b, std::string_view of_a,
                   std::string_view of_b) {
  Judgements result;
  for (const auto& judgement : a) {
    if (b.contains(judgement) || may_differ(judgement.first, of_a) ||
        may_differ(judgement.first, of_b)) {
      continue;
    }
    result.insert(judgement);
  }
  return result;
}

TEST(Agreement, EverySurfaceIsJudgedAlike) {
  const std::vector<Spec> all = specs();
  ASSERT_GE(all.size(), 15u);
  for (const Spec& spec : all) {
    SCOPED_TRACE(concat(spec.file, ": ", spec.spec.name));
    std::map<std::string_view, Judgements> judged;
    for (std::string_view surface : surfaces) {
      const auto file = std::ranges::find(spec.spec.files, surface, &CaseFile::tag);
      ASSERT_NE(file, spec.spec.files.end()) << "the spec has no fence " << surface;
      const Outcome outcome = outcome_of(*file, spec.spec.policy);
      EXPECT_EQ(outcome.errors, "") << surface;
      judged[surface] = outcome.judgements;
    }
    const Judgements& first = judged[surfaces.front()];
    for (std::string_view surface : surfaces) {
      const Judgements& other = judged[surface];
      EXPECT_EQ(list(missing(first, other, surfaces.front(), surface)), "")
          << "found in compose, not in " << surface;
      EXPECT_EQ(list(missing(other, first, surface, surfaces.front())), "")
          << "found in " << surface << ", not in compose";
    }
  }
}

TEST(Agreement, EveryContainerRuleIsBroughtOut) {
  std::set<std::string> found;
  for (const Spec& spec : specs()) {
    for (const CaseFile& file : spec.spec.files) {
      for (const auto& [rule, severity] : outcome_of(file, spec.spec.policy).judgements)
        found.insert(rule);
    }
  }
  for (const Rule* rule : rules::catalogue()) {
    if (rule->check.container == nullptr) continue;
    const bool excused =
        std::ranges::find(uncovered, rule->name, &Uncovered::rule) != uncovered.end();
    EXPECT_NE(found.contains(std::string(rule->name)), excused)
        << rule->name << (excused ? " is excused and yet found" : " is found in no spec");
  }
}

}  // namespace
}  // namespace plimsoll::test
