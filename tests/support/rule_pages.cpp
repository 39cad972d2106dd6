#include "support/rule_pages.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "base/text.h"
#include "rules/catalogue.h"
#include "support/cases.h"

namespace plimsoll::test {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string subjects_of(const Rule& rule) {
  std::string out;
  for (const Subject subject : rule.subjects)
    out += concat(out.empty() ? "" : ", ", name_of(subject));
  return out;
}

// The cases as they stand, one heading deeper, with the fences' tags turned into languages.
std::string examples(std::string_view cases) {
  std::string out;
  bool after_title = false;
  bool fixed = false;
  for (const std::string_view line : split(cases, '\n')) {
    if (line.starts_with("# ") && !after_title) {
      after_title = true;
      continue;
    }
    if (line.starts_with("## ")) {
      out += concat("#", line, "\n");
    } else if (line.starts_with("```") && line.find_first_not_of('`') != std::string_view::npos) {
      const std::string_view info = line.substr(line.find_first_not_of('`'));
      const std::string_view tag = info.substr(0, info.find(' '));
      const std::string_view name = tag.size() < info.size() ? info.substr(tag.size() + 1) : "";
      std::string_view language = "text";
      if (tag == "compose" || tag == "policy") language = "yaml";
      if (tag == "dockerfile") language = "dockerfile";
      if (tag == "run") language = "sh";
      if (tag == "inspect" || tag == "create-request") language = "json";
      if (tag == "makefile") language = "make";
      if (tag == "fixed" && !fixed) {
        out += "fixed by `plimsoll fix --unsafe-fixes`:\n";
        fixed = true;
      }
      if (tag == "findings") {
        out += "findings:\n";
        fixed = false;
      }
      if (tag == "policy") out += "with the policy:\n";
      if (!name.empty()) out += concat("`", name, "`:\n");
      out += concat(line.substr(0, line.find_first_not_of('`')), language, "\n");
    } else {
      out += concat(line, "\n");
    }
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string_view words_about(Certainty fix) {
  switch (fix) {
    case Certainty::none: return "A person must decide; `plimsoll fix` changes nothing.";
    case Certainty::safe: return "`plimsoll fix` makes it so.";
    case Certainty::unsafe:
      return "`plimsoll fix --unsafe-fixes` makes it so: what changes can alter what a program "
             "does.";
  }
  return {};
}

// What only a machine shows is put right by files that a person installs.
bool judges_hosts_alone(const Rule& rule) {
  const Checks& check = rule.check;
  return check.host != nullptr && check.container == nullptr && check.dockerfile == nullptr &&
         check.compose == nullptr && check.daemon == nullptr;
}

std::string page(const Rule& rule, const std::string& cases) {
  std::string out = concat("# ", rule.name, "\n\n", rule.title, "\n\n");
  out += concat("| severity | judges | topic |\n| --- | --- | --- |\n| ", name_of(rule.severity),
                " | ", subjects_of(rule), " | ", rule.topic, " |\n\n");
  out += concat("## Why\n\n", rule.rationale, "\n\n## What to do\n\n", rule.remediation,
                "\n\n## Limits\n\n", rule.limits, "\n\n");
  const std::string_view fix =
      judges_hosts_alone(rule) && rule.fix != Certainty::none
          ? "`plimsoll audit --write-fixes DIRECTORY` writes a file that makes it so, for you to "
            "read and install."
          : words_about(rule.fix);
  out += concat("## Fix\n\n", fix, "\n\n");
  if (!rule.check.any()) {
    out += "This rule has no check: it reports nothing.\n\n";
  } else if (judges_hosts_alone(rule)) {
    out += "This rule judges machines: it speaks in `plimsoll audit` alone.\n\n";
  }
  out += concat("## Allow it at one place\n\n```text\n# plimsoll: allow ", rule.name,
                " -- the reason, until 2027-03-31\n```\n\n## References\n\n");
  for (const Reference& reference : rule.references) out += concat("- ", describe(reference), "\n");
  const std::vector<std::string> aliases = rules::aliases_of(rule);
  if (!aliases.empty()) out += concat("\nAlso known as: ", join(aliases, ", "), ".\n");
  if (!cases.empty()) {
    out += concat(
        "\n## Cases\n\nThese run as tests: the findings are exactly what this rule reports.\n",
        examples(cases));
  }
  return out;
}

std::string index() {
  std::string out =
      "# Rules\n\nMade by `make docs` from the rules and their cases.\n\n"
      "| rule | severity | judges | finds |\n| --- | --- | --- | --- |\n";
  for (const Rule* rule : rules::catalogue()) {
    out += concat("| [", rule->name, "](", rule->name, ".md) | ", name_of(rule->severity), " | ",
                  subjects_of(*rule), " | ", rule->title, " |\n");
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> rule_pages() {
  std::map<std::string, std::string> cases;
  for (const auto& [rule, path] : case_files()) cases[rule] = read_text(path);
  std::vector<std::pair<std::string, std::string>> pages{{"README.md", index()}};
  for (const Rule* rule : rules::catalogue()) {
    const std::string name(rule->name);
    pages.emplace_back(name + ".md", page(*rule, cases[name]));
  }
  return pages;
}

}  // namespace plimsoll::test
