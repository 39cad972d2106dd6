// The SARIF report against the requirements of the standard's schema (required members, types,
// enums, patterns, bounds, no unknown member where the schema closes an object) and of GitHub's
// upload, written down here for the part of the format that is used. Where PLIMSOLL_SARIF_SCHEMA
// names the published schema and Python has `jsonschema`, that judges it, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "support/repository.h"

namespace plimsoll {
namespace {

using json::Kind;
using json::Value;

std::string golden() {
  std::ifstream file(test::source_path("tests/golden/report.sarif"), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Walks the document and gathers what breaks a requirement, with the path to it.
class Validator {
 public:
  explicit Validator(const Value& root) { log(root); }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  using Check = std::function<void(const Value&, const std::string&)>;

  struct MemberRule {
    std::string_view name;
    Check check;
    bool required = false;
  };

  void fault(const std::string& path, std::string_view what) {
    faults_.push_back(concat(path, ": ", what));
  }

  // An object with these members and no other.
  void object(const Value& value, const std::string& path, std::vector<MemberRule> rules) {
    if (!value.is(Kind::object)) return fault(path, "is no object");
    std::set<std::string_view> seen;
    for (const json::Member& member : value.members) {
      if (!seen.insert(member.name).second) fault(path, concat("has two of ", member.name));
      const auto rule = std::ranges::find(rules, member.name, &MemberRule::name);
      if (rule == rules.end()) {
        fault(path, concat("may not have ", member.name));
      } else {
        rule->check(member.value, concat(path, ".", member.name));
      }
    }
    for (const MemberRule& rule : rules) {
      if (rule.required && !seen.contains(rule.name)) fault(path, concat("needs ", rule.name));
    }
  }

  Check each(Check check, std::size_t least = 0) {
    return [this, check = std::move(check), least](const Value& value, const std::string& path) {
      if (!value.is(Kind::array)) return fault(path, "is no array");
      if (value.items.size() < least) fault(path, "has too few items");
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        check(value.items[i], concat(path, "[", std::to_string(i), "]"));
      }
    };
  }

  // GitHub refuses an empty string where a text is required, and long ones.
  Check text(std::size_t longest = 100'000) {
    return [this, longest](const Value& value, const std::string& path) {
      if (!value.is(Kind::string)) return fault(path, "is no string");
      if (value.text.empty()) fault(path, "is empty");
      if (value.text.size() > longest) fault(path, "is too long");
    };
  }

  Check one_of(std::set<std::string_view> words) {
    return [this, words = std::move(words)](const Value& value, const std::string& path) {
      if (!value.is(Kind::string) || !words.contains(value.text)) fault(path, "is no allowed word");
    };
  }

  Check number(std::int64_t least) {
    return [this, least](const Value& value, const std::string& path) {
      const auto number = value.integer();
      if (!number || *number < least) fault(path, "is no number in range");
    };
  }

  Check boolean() {
    return [this](const Value& value, const std::string& path) {
      if (!value.is(Kind::boolean)) fault(path, "is neither true nor false");
    };
  }

  // RFC 3986: a reference holds no blank, no control character, no bare `%`, nothing outside ASCII.
  Check uri(bool absolute) {
    return [this, absolute](const Value& value, const std::string& path) {
      text()(value, path);
      for (std::size_t i = 0; i < value.text.size(); ++i) {
        const char c = value.text[i];
        const bool plain = is_alpha(c) || is_digit(c) || std::string_view("-._~/:").contains(c);
        const bool escape = c == '%' && i + 2 < value.text.size() &&
                            std::string_view("0123456789ABCDEF").contains(value.text[i + 1]) &&
                            std::string_view("0123456789ABCDEF").contains(value.text[i + 2]);
        if (!plain && !escape) return fault(path, "is no URI");
      }
      const bool has_scheme = value.text.contains("://");
      if (absolute && !has_scheme) fault(path, "is no absolute URI");
      if (!has_scheme && value.text.contains(':')) fault(path, "starts like a scheme");
    };
  }

  Check message(std::size_t longest = 100'000, bool markdown = false) {
    return [this, longest, markdown](const Value& value, const std::string& path) {
      std::vector<MemberRule> rules{{"text", text(longest), true}};
      if (markdown) rules.push_back({"markdown", text()});
      object(value, path, std::move(rules));
    };
  }

  Check location(bool with_region) {
    return [this, with_region](const Value& value, const std::string& path) {
      object(value, path, {{"physicalLocation", physical_location(with_region), true}});
    };
  }

  Check physical_location(bool with_region) {
    return [this, with_region](const Value& value, const std::string& path) {
      object(value, path,
             {{"artifactLocation",
               [this](const Value& at, const std::string& inner) {
                 object(at, inner, {{"uri", uri(false), true}});
               },
               true},
              {"region", [this](const Value& at, const std::string& inner) { region(at, inner); },
               with_region}});
    };
  }

  void region(const Value& value, const std::string& path) {
    object(value, path,
           {{"startLine", number(1), true},
            {"startColumn", number(1), true},
            {"endLine", number(1), true},
            {"endColumn", number(1), true}});
    const auto member = [&](std::string_view name) {
      const Value* found = value.find(name);
      return found != nullptr ? found->integer().value_or(0) : 0;
    };
    const bool ordered = std::pair(member("startLine"), member("startColumn")) <=
                         std::pair(member("endLine"), member("endColumn"));
    if (!ordered) fault(path, "ends before it starts");
  }

  void descriptor(const Value& value, const std::string& path) {
    const auto properties = [this](const Value& bag, const std::string& inner) {
      object(bag, inner,
             {{"tags", each(text(), 1), true},
              {"precision", one_of({"very-high", "high", "medium", "low"}), true},
              {"security-severity", [this](const Value& score, const std::string& deepest) {
                 const bool form = score.text.size() == 3 && is_digit(score.text[0]) &&
                                   score.text[1] == '.' && is_digit(score.text[2]);
                 if (!form || score.text == "0.0") fault(deepest, "is no score above zero");
               }}});
      const Value* tags = bag.find("tags");
      if (tags == nullptr) return;
      if (tags->items.size() > 20) fault(inner, "has more than 20 tags");
      std::set<std::string_view> names;
      for (const Value& tag : tags->items) names.insert(tag.text);
      if (names.size() != tags->items.size()) fault(inner, "has a tag twice");
      if (!names.contains("security")) fault(inner, "lacks the tag security");
    };
    object(value, path,
           {{"id", text(), true},
            {"name", text(), true},
            {"shortDescription", message(1024), true},
            {"fullDescription", message(1024), true},
            {"help", message(100'000, true), true},
            {"helpUri", uri(true), false},
            {"defaultConfiguration",
             [this](const Value& configuration, const std::string& inner) {
               object(configuration, inner,
                      {{"level", one_of({"none", "note", "warning", "error"}), true}});
             },
             true},
            {"properties", properties, true}});
    if (const Value* id = value.find("id")) rules_.push_back(id->text);
  }

  void driver(const Value& value, const std::string& path) {
    object(
        value, path,
        {{"name", text(), true},
         {"semanticVersion", text(), true},
         {"informationUri", uri(true), false},
         {"rules", each([this](const Value& rule, const std::string& at) { descriptor(rule, at); }),
          true}});
    const std::set<std::string_view> names(rules_.begin(), rules_.end());
    if (names.size() != rules_.size()) fault(path, "has a rule twice");
  }

  void result(const Value& value, const std::string& path) {
    const auto fingerprints = [this](const Value& bag, const std::string& inner) {
      object(bag, inner,
             {{"primaryLocationLineHash",
               [this](const Value& hash, const std::string& deepest) {
                 const std::size_t colon = hash.text.find(':');
                 const std::string_view digits = hash.text.substr(0, colon);
                 const bool form =
                     colon != std::string_view::npos && !digits.empty() &&
                     digits.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
                     all_digits(hash.text.substr(colon + 1));
                 if (!form) fault(deepest, "is no hash:occurrence");
                 if (!hashes_.insert(hash.text).second) fault(deepest, "is there twice");
               },
               true}});
    };
    const auto related = [this](const Value& item, const std::string& inner) {
      object(item, inner,
             {{"physicalLocation", physical_location(true), true}, {"message", message(), true}});
    };
    const auto suppression = [this](const Value& item, const std::string& inner) {
      object(item, inner,
             {{"kind", one_of({"inSource", "external"}), true},
              {"justification", text()},
              {"location", location(true)}});
    };
    // SARIF 2.1.0, sections 3.55 to 3.57: a fix has changes, a change a file and replacements.
    const auto replacement = [this](const Value& item, const std::string& inner) {
      object(item, inner,
             {{"deletedRegion",
               [this](const Value& at, const std::string& deepest) { region(at, deepest); }, true},
              {"insertedContent", [this](const Value& content, const std::string& deepest) {
                 object(content, deepest, {{"text", text(), true}});
               }}});
    };
    const auto change = [&](const Value& item, const std::string& inner) {
      object(item, inner,
             {{"artifactLocation",
               [this](const Value& artifact, const std::string& deepest) {
                 object(artifact, deepest, {{"uri", uri(false), true}});
               },
               true},
              {"replacements", each(replacement, 1), true}});
    };
    const auto fix = [&](const Value& item, const std::string& inner) {
      object(item, inner,
             {{"description", message(), false}, {"artifactChanges", each(change, 1), true}});
    };
    const auto bag = [this](const Value& properties, const std::string& inner) {
      if (!properties.is(Kind::object)) fault(inner, "is no object");
    };
    object(value, path,
           {{"ruleId", text(), true},
            {"ruleIndex", number(0), true},
            {"level", one_of({"none", "note", "warning", "error"}), true},
            {"message", message(), true},
            {"locations", each(location(true), 1), true},
            {"relatedLocations", each(related, 1)},
            {"partialFingerprints", fingerprints, true},
            {"suppressions", each(suppression, 1)},
            {"fixes", each(fix, 1)},
            {"properties", bag}});
    const Value* id = value.find("ruleId");
    const Value* index = value.find("ruleIndex");
    const auto at = static_cast<std::size_t>(index != nullptr ? index->integer().value_or(0) : 0);
    if (id == nullptr || at >= rules_.size() || rules_[at] != id->text) {
      fault(path, "ruleIndex is not its rule's");
    }
  }

  void invocation(const Value& value, const std::string& path) {
    const auto notification = [this](const Value& item, const std::string& inner) {
      object(item, inner,
             {{"level", one_of({"none", "note", "warning", "error"}), true},
              {"message", message(), true},
              {"locations", each(location(false))}});
    };
    object(value, path,
           {{"executionSuccessful", boolean(), true},
            {"toolExecutionNotifications", each(notification)}});
  }

  void run(const Value& value, const std::string& path) {
    object(value, path,
           {{"tool",
             [this](const Value& tool, const std::string& inner) {
               object(tool, inner,
                      {{"driver",
                        [this](const Value& at, const std::string& deep) { driver(at, deep); },
                        true}});
             },
             true},
            {"automationDetails",
             [this](const Value& details, const std::string& inner) {
               object(details, inner, {{"id", text(), true}});
             }},
            {"columnKind", one_of({"utf16CodeUnits", "unicodeCodePoints"}), true},
            {"invocations",
             each([this](const Value& item, const std::string& at) { invocation(item, at); })},
            {"results",
             each([this](const Value& item, const std::string& at) { result(item, at); }), true}});
  }

  void log(const Value& value) {
    object(value, "log",
           {{"$schema", uri(true), true},
            {"version", one_of({"2.1.0"}), true},
            {"runs", each([this](const Value& item, const std::string& at) { run(item, at); }, 1),
             true}});
  }

  std::vector<std::string> faults_;
  std::vector<std::string_view> rules_;
  std::set<std::string_view> hashes_;
};

std::vector<std::string> faults_of(std::string text) {
  const Source source("report.sarif", std::move(text));
  const Result<json::Document> document = json::read(source);
  if (!document) return {document.error().message};
  return Validator(document->root).faults();
}

using Faults = std::vector<std::string>;

TEST(Sarif, MeetsTheStandardAndGitHub) {
  EXPECT_EQ(faults_of(golden()), Faults{});
}

// Each requirement is seen to bite.
TEST(Sarif, IsJudgedByATestThatFails) {
  const auto broken = [](std::string_view from, std::string_view to) {
    std::string text = golden();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return faults_of(std::move(text)).size();
  };
  EXPECT_GT(broken("\"version\": \"2.1.0\"", "\"version\": \"2.1\""), 0u);
  EXPECT_GT(broken("\"name\": \"Plimsoll\",", ""), 0u);
  EXPECT_GT(broken("\"text\": \"container runs privileged\"", "\"text\": \"\""), 0u);
  EXPECT_GT(broken("\"level\": \"error\"", "\"level\": \"high\""), 0u);
  EXPECT_GT(broken("my%20app", "my app"), 0u);
  EXPECT_GT(broken("\"startLine\": 2", "\"startLine\": 0"), 0u);
  EXPECT_GT(broken("\"endLine\": 2", "\"endLine\": 1"), 0u);
  EXPECT_GT(broken("\"ruleIndex\": 3", "\"ruleIndex\": 2"), 0u);
  EXPECT_GT(broken(":1\"", "\""), 0u);
  EXPECT_GT(broken("\"kind\": \"inSource\"", "\"kind\": \"inline\""), 0u);
  EXPECT_GT(broken("\"executionSuccessful\"", "\"successful\""), 0u);
}

TEST(Sarif, IsValidBySomebodyElsesSchema) {
  const char* const schema = std::getenv("PLIMSOLL_SARIF_SCHEMA");
  if (schema == nullptr) {
    GTEST_SKIP() << "PLIMSOLL_SARIF_SCHEMA names no file: the published schema is not ours to copy";
  }
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
    GTEST_SKIP() << "Python has no jsonschema";
  }
  const std::string script =
      "import json, sys, jsonschema; "
      "jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))";
  const std::string report = test::source_path("tests/golden/report.sarif");
  EXPECT_EQ(std::system(concat("python3 -c '", script, "' '", report, "' '", schema, "'").c_str()),
            0);
}

}  // namespace
}  // namespace plimsoll
