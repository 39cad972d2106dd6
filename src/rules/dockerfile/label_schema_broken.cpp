#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr bool is_hex(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

bool all(std::string_view text, bool (*wanted)(char)) {
  return !text.empty() && std::ranges::all_of(text, wanted);
}

// scheme "://" host, the part that a person would get wrong; the rest of RFC 3986 takes nearly
// anything.
bool is_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0 || !is_alpha(text.front())) return false;
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  return !host.empty() && text.find_first_of(" \t\"<>\\^`{|}") == std::string_view::npos;
}

// https://semver.org, without a leading v.
bool is_semver(std::string_view text) {
  const std::size_t plus = text.find('+');
  const auto identifiers = [](std::string_view list, bool numeric_strict) {
    for (std::string_view part : split(list, '.')) {
      if (!all(part, [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; })) return false;
      if (numeric_strict && all_digits(part) && part.size() > 1 && part.front() == '0')
        return false;
    }
    return true;
  };
  if (plus != std::string_view::npos) {
    if (!identifiers(text.substr(plus + 1), false)) return false;
    text = text.substr(0, plus);
  }
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    if (!identifiers(text.substr(dash + 1), true)) return false;
    text = text.substr(0, dash);
  }
  const std::vector<std::string_view> numbers = split(text, '.');
  return numbers.size() == 3 && std::ranges::all_of(numbers, [](std::string_view number) {
           return all_digits(number) && (number.size() == 1 || number.front() != '0');
         });
}

// A number of exactly `digits` digits within bounds; it is taken off the text.
bool take_number(std::string_view& text, std::size_t digits, int low, int high) {
  if (text.size() < digits || !all_digits(text.substr(0, digits))) return false;
  const long long number = *parse_number(text.substr(0, digits));
  text.remove_prefix(digits);
  return number >= low && number <= high;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

// RFC 3339: 2026-01-31T12:30:00Z, with fractions and an offset.
bool is_rfc3339(std::string_view text) {
  if (!take_number(text, 4, 0, 9999) || !take(text, "-") || !take_number(text, 2, 1, 12) ||
      !take(text, "-") || !take_number(text, 2, 1, 31) || !take(text, "Tt ") ||
      !take_number(text, 2, 0, 23) || !take(text, ":") || !take_number(text, 2, 0, 59) ||
      !take(text, ":") || !take_number(text, 2, 0, 60)) {
    return false;
  }
  if (take(text, ".")) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  if (take(text, "Zz")) return text.empty();
  return take(text, "+-") && take_number(text, 2, 0, 23) && take(text, ":") &&
         take_number(text, 2, 0, 59) && text.empty();
}

// Names that people write for a licence and that SPDX does not have.
constexpr std::array<std::string_view, 15> no_licences{
    "gpl",     "gplv2",    "gplv3", "gpl2",        "gpl3", "lgpl",       "agpl", "apache",
    "apache2", "apache-2", "bsd",   "proprietary", "none", "commercial", "mpl"};

// An SPDX licence expression: identifiers joined by AND, OR and WITH, in parentheses at will.
bool is_spdx(std::string_view text) {
  bool want_identifier = true;
  std::size_t open = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (is_space(c)) {
      ++at;
      continue;
    }
    if (c == '(') {
      if (!want_identifier) return false;
      ++open;
      ++at;
      continue;
    }
    if (c == ')') {
      if (want_identifier || open == 0) return false;
      --open;
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end]) && text[end] != '(' && text[end] != ')') ++end;
    std::string_view word = text.substr(at, end - at);
    at = end;
    const bool is_operator = word == "AND" || word == "OR" || word == "WITH";
    if (is_operator == want_identifier) return false;
    want_identifier = is_operator;
    if (is_operator) continue;
    if (word.ends_with('+')) word.remove_suffix(1);
    if (!all(word,
             [](char x) {
               return is_alpha(x) || is_digit(x) || x == '-' || x == '.' || x == ':';
             }) ||
        std::ranges::find(no_licences, lower(word)) != no_licences.end()) {
      return false;
    }
  }
  return !want_identifier && open == 0;
}

// local@domain.tld; comments and quoted parts of RFC 5322 are nobody's address.
bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view domain = text.substr(at + 1);
  return all(text.substr(0, at),
             [](char c) { return !is_space(c) && c != '@' && c != ',' && c != '<'; }) &&
         !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..") &&
         all(domain, [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.'; });
}

// A Git commit: SHA-1 or SHA-256, or an abbreviation of at least seven digits.
bool is_hash(std::string_view text) {
  return all(text, is_hex) && ((text.size() >= 7 && text.size() <= 40) || text.size() == 64);
}

// What a value of a type should look like, when this one does not; "" when it does.
std::string_view fault_of(std::string_view type, std::string_view value) {
  if (trim(value).empty()) return "is empty";
  if (type == "url" && !is_url(value)) return "is no URL";
  if (type == "semver" && !is_semver(value)) return "is no semantic version (1.2.3)";
  if (type == "rfc3339" && !is_rfc3339(value)) return "is no RFC 3339 time (2026-01-31T12:30:00Z)";
  if (type == "spdx" && !is_spdx(value)) return "is no SPDX licence expression";
  if (type == "email" && !is_email(value)) return "is no email address";
  if (type == "hash" && !is_hash(value)) return "is no Git commit hash";
  return {};
}

// Docker's guideline for label keys: lower case, digits, single dots and dashes inside, and not the
// namespaces that Docker keeps for itself.
std::string_view fault_of_key(std::string_view key) {
  const auto is_edge = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c); };
  if (key.empty() || is_digit(key.front()) || !is_edge(key.front()) || !is_edge(key.back())) {
    return "does not start with a lower-case letter and end with one or a digit";
  }
  for (const char c : key) {
    if (!is_edge(c) && c != '.' && c != '-' && c != '_' && c != '/') {
      return "holds other characters than lower-case letters, digits and . - _ /";
    }
  }
  if (key.contains("..") || key.contains("--")) return "repeats a separator";
  for (std::string_view reserved : {"com.docker.", "io.docker.", "org.dockerproject."}) {
    if (key.starts_with(reserved)) return "is in a namespace that Docker keeps for itself";
  }
  return {};
}

// The labels of the final image, the last of a name first.
std::vector<const DockerfileAssignment*> labels_of(const Dockerfile& dockerfile) {
  std::vector<const DockerfileAssignment*> labels;
  const std::vector<bool> in_image = stages_of_final_image(dockerfile);
  for (const Stage& stage : dockerfile.stages) {
    if (!in_image[stage.index]) continue;
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword != Keyword::label) continue;
      for (const DockerfileAssignment& label : instruction.assignments) labels.push_back(&label);
    }
  }
  std::ranges::reverse(labels);
  return labels;
}

void check_required(const LabelRequirement& required,
                    const std::vector<const DockerfileAssignment*>& labels, Findings& findings) {
  const DockerfileAssignment* similar = nullptr;
  for (const DockerfileAssignment* label : labels) {
    if (label->name.text == required.name) {
      if (label->value.unresolved || label->name.unresolved) return;
      const std::string_view fault = fault_of(required.type, label->value.text);
      if (fault.empty()) return;
      findings.add(label->value.text.empty() ? label->name.at : label->value.at,
                   concat("label ", required.name, " ", fault));
      return;
    }
    if (similar == nullptr && equal_ignoring_case(label->name.text, required.name)) similar = label;
  }
  if (similar != nullptr) {
    findings.add(similar->name.at,
                 concat("label ", similar->name.text,
                        " is written otherwise than the policy requires: ", required.name),
                 concat("write ", required.name));
    return;
  }
  findings.add(Location{},
               concat("the image has no label ", required.name, ", which the policy requires"),
               concat("add LABEL ", required.name, "=\"…\""));
}

void check(const Dockerfile& dockerfile, const Policy& policy, Findings& findings) {
  if (policy.required_labels.empty() || dockerfile.stages.empty()) return;
  const std::vector<const DockerfileAssignment*> labels = labels_of(dockerfile);
  for (const LabelRequirement& required : policy.required_labels) {
    check_required(required, labels, findings);
  }
  for (const DockerfileAssignment* label : labels) {
    if (label->name.unresolved) continue;
    const bool required =
        std::ranges::any_of(policy.required_labels, [&](const LabelRequirement& wanted) {
          return equal_ignoring_case(wanted.name, label->name.text);
        });
    const std::string_view fault = required ? std::string_view() : fault_of_key(label->name.text);
    if (fault.empty()) continue;
    findings.add(label->name.at, concat("label key ", label->name.text, " ", fault)).severity =
        Severity::info;
  }
}

void check_image_label(const Image& image, const LabelRequirement& required, Findings& findings) {
  const auto& labels = image.config->labels;
  const auto label =
      std::ranges::find_if(labels, [&](const auto& one) { return one.first == required.name; });
  if (label != labels.end()) {
    const std::string_view fault = fault_of(required.type, label->second.value);
    if (fault.empty()) return;
    findings.add(label->second, concat("label ", required.name, " ", fault),
                 "mend the LABEL in the Dockerfile, or what the build gives it");
    return;
  }
  const auto similar = std::ranges::find_if(
      labels, [&](const auto& one) { return equal_ignoring_case(one.first, required.name); });
  if (similar != labels.end()) {
    findings.add(similar->second,
                 concat("label ", similar->first,
                        " is written otherwise than the policy requires: ", required.name),
                 concat("write ", required.name));
    return;
  }
  findings.add(image.at,
               concat("the image has no label ", required.name, ", which the policy requires"),
               concat("add LABEL ", required.name, "=\"…\""));
}

// The names of other labels are not judged: most of them are of the base image, and of the engine's
// own tools, which may use the names that are kept for them.
void check_image(const Image& image, const Policy& policy, Findings& findings) {
  if (policy.required_labels.empty()) {
    return findings.not_applicable("the policy requires no labels");
  }
  if (!image.config) return findings.not_applicable("a root file system has no labels");
  for (const LabelRequirement& required : policy.required_labels) {
    check_image_label(image, required, findings);
  }
}

}  // namespace

extern constinit const Rule label_schema_broken = {
    .name = "label-schema-broken",
    .title = "label that the policy requires is missing or malformed",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "Labels are how an image says where it comes from: its source, revision, licence and who "
        "answers "
        "for it. A scanner or an operator can rely on them only when all images have them in one "
        "form.",
    .remediation = "Set the labels with LABEL, as the policy names and types them.",
    .limits =
        "Nothing is judged unless the policy requires labels. Labels that the base image brings, "
        "or that `docker build --label` adds, are not in a Dockerfile; `plimsoll image` sees them, "
        "and judges only those that the policy requires. SPDX expressions are checked for their "
        "form and "
        "for common names that SPDX does not have, not against the whole list.",
    .references = {hadolint("DL3048"), hadolint("DL3049"), hadolint("DL3051"), hadolint("DL3052"),
                   hadolint("DL3053"), hadolint("DL3054"), hadolint("DL3055"), hadolint("DL3056"),
                   hadolint("DL3058")},
    .check = {check, check_image},
};

}  // namespace plimsoll::rules::dockerfile
