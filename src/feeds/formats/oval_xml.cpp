// The Open Vulnerability and Assessment Language (oval-community-guidelines.readthedocs.io): what a
// program is to look at on a machine to know whether it has a flaw. A definition has a tree of
// criteria whose leaves are tests ("bind-libs is earlier than 32:9.16.23-1.el9"), defined further
// down in the document by objects and states.
//
// Nothing is run here: of the trees those are understood that these makers generate, all of one
// build, and of each leaf its comment, which they generate from the test it stands for:
//
//   Oracle (com.oracle.elsa)                 repairs
//   Red Hat (com.redhat.rhsa, rhba, rhea)    repairs; (com.redhat.cve) what is not mended
//   Debian (org.debian)                      by source
//
// A tree with anything else in it, or one that says "not", refuses its definition. SUSE's and
// Ubuntu's are refused by name: their comments do not say what their tests test ("openssl-1.1.1-2
// is installed" for "earlier than"), and both say the same in formats that are read here, CSAF and
// OSV.
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "advisories/ecosystems.h"
#include "base/text.h"
#include "base/words.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/times.h"
#include "feeds/formats/xml_walk.h"
#include "feeds/summary.h"

namespace plimsoll::feeds {
namespace {

// An inner node of the tree, or a leaf with a comment.
struct Criterion {
  bool is_all = true;  // operator AND
  std::string comment;
  std::vector<Criterion> children;
};

// Nodes of one definition: a leaf for each package and its signature, and what binds them.
constexpr std::size_t max_criteria = 4 * advisories::max_affected;

struct Definition {
  std::string id;  // "oval:com.redhat.rhsa:def:20200134"
  std::string notice;
  std::vector<std::string> flaws;
  std::string title;
  std::string severity;
  std::string issued;
  std::string updated;
  std::vector<std::string> cvss;
  std::vector<std::string> cpes;
  // What is done about it, by component; "" for all.
  std::unordered_map<std::string, FixState> states;
  Criterion root;
  std::size_t criteria = 0;
  std::string fault;
};

enum class Maker : std::uint8_t { other, oracle, red_hat, debian };

Maker maker_of(std::string_view id) {
  if (id.starts_with("oval:com.oracle.elsa:")) return Maker::oracle;
  for (const std::string_view kind : {"rhsa", "rhba", "rhea", "cve"}) {
    if (id.starts_with(concat("oval:com.redhat.", kind, ":"))) return Maker::red_hat;
  }
  return id.starts_with("oval:org.debian:") ? Maker::debian : Maker::other;
}

// "Oracle Linux 9 is installed" -> "Oracle Linux:9"; nothing where it names no platform. One that
// is not known is "": what holds there holds for no image.
std::optional<std::string> platform_in(std::string_view comment) {
  constexpr std::string_view installed = " is installed";
  if (!comment.ends_with(installed)) return std::nullopt;
  comment.remove_suffix(installed.size());
  struct Family {
    std::string_view words;
    std::string_view ecosystem;
  };
  for (const Family& family : {Family{"Oracle Linux ", "Oracle Linux:"},
                               Family{"Red Hat Enterprise Linux ", "Red Hat:enterprise_linux:"},
                               Family{"Debian GNU/Linux ", "Debian:"}, Family{"Debian ", "Debian:"},
                               Family{"Red Hat CoreOS ", ""}}) {
    if (!comment.starts_with(family.words)) continue;
    const std::string_view number = comment.substr(family.words.size());
    if (!all_digits(number)) return std::nullopt;
    return family.ecosystem.empty() ? std::string() : concat(family.ecosystem, number);
  }
  return std::nullopt;
}

// "Module ruby:3.1 is enabled" -> "ruby:3.1".
std::string_view module_in(std::string_view comment) {
  constexpr std::string_view before = "Module ";
  constexpr std::string_view behind = " is enabled";
  if (!comment.starts_with(before) || !comment.ends_with(behind)) return {};
  return comment.substr(before.size(), comment.size() - before.size() - behind.size());
}

// "Oracle Linux arch is x86_64" -> "x86_64".
std::string_view architecture_in(std::string_view comment) {
  constexpr std::string_view before = "Oracle Linux arch is ";
  return comment.starts_with(before) ? comment.substr(before.size()) : std::string_view();
}

struct Test {
  std::string_view name;
  std::string_view fixed;  // "" for all versions
};

std::optional<Test> test_in(std::string_view comment) {
  constexpr std::string_view earlier = " is earlier than ";
  if (const std::size_t at = comment.find(earlier); at != std::string_view::npos) {
    std::string_view name = comment.substr(0, at);
    if (name.ends_with(" DPKG")) name.remove_suffix(5);
    return Test{name, comment.substr(at + earlier.size())};
  }
  constexpr std::string_view installed = " is installed";
  if (!comment.ends_with(installed)) return std::nullopt;
  const std::string_view name = comment.substr(0, comment.size() - installed.size());
  if (name.find(' ') != std::string_view::npos) return std::nullopt;
  return Test{name, {}};
}

// What holds for whatever is looked at here: who signed a package, that it is a system of the
// maker, of which architectures Debian has packages, and which kernel runs, which none does in an
// image.
bool holds_always(std::string_view comment) {
  return comment.find(" is signed with ") != std::string_view::npos ||
         comment.ends_with(" must be installed") || comment.ends_with(" is currently running") ||
         comment.ends_with(" is set to boot up on next boot") ||
         is_one_of(comment, {"all architecture", "installed architecture is all",
                             "Architecture independent section"});
}

bool is_leaf(const Criterion& criterion) {
  return !criterion.comment.empty();
}

// Of alternatives all: Red Hat puts "… must be installed" beside what it is really about.
bool holds_always(const Criterion& criterion) {
  if (is_leaf(criterion)) return holds_always(criterion.comment);
  return std::ranges::all_of(criterion.children,
                             [](const Criterion& child) { return holds_always(child); });
}

// What has been said on the way from the root.
struct Context {
  std::optional<std::string> platform;
  std::string module;
  std::string architecture;
};

class Tree {
 public:
  Tree(const Definition& definition, AdvisoryRecord& record)
      : definition_(definition), maker_(maker_of(definition.id)), record_(record) {}

  // What cannot be understood, or "".
  std::string read() {
    read(definition_.root, {});
    return fault_;
  }

 private:
  void read(const Criterion& criterion, Context context) {
    if (!fault_.empty() || (is_leaf(criterion) && holds_always(criterion))) return;
    if (is_leaf(criterion)) {
      read_test(criterion.comment, context);
    } else if (criterion.is_all) {
      read_all(criterion, std::move(context));
    } else {
      // Each alternative by itself; one that says nothing of a package is none.
      for (const Criterion& child : criterion.children) read(child, context);
    }
  }

  // What narrows comes first: it holds for all that stands beside it.
  void read_all(const Criterion& criterion, Context context) {
    std::vector<const Criterion*> rest;
    std::size_t tests = 0;
    for (const Criterion& child : criterion.children) {
      if (holds_always(child) || (is_leaf(child) && narrow(child.comment, context))) continue;
      tests += is_leaf(child) ? 1 : 0;
      rest.push_back(&child);
    }
    if (tests > 1 || (tests == 1 && rest.size() > 1)) {
      fault_ = "two packages together are needed for it";
    }
    // Two sets of alternatives together are more than their parts.
    if (tests == 0 && rest.size() > 1) fault_ = "its criteria are bound in a way that is not known";
    for (const Criterion* const child : rest) read(*child, context);
  }

  bool narrow(std::string_view comment, Context& context) {
    if (auto platform = platform_in(comment)) {
      if (context.platform && *context.platform != *platform) {
        fault_ = "it is about two platforms at once";
      }
      context.platform = std::move(platform);
      return true;
    }
    if (const std::string_view module = module_in(comment); !module.empty()) {
      context.module = module;
      return true;
    }
    if (const std::string_view architecture = architecture_in(comment); !architecture.empty()) {
      context.architecture = architecture;
      return true;
    }
    return false;
  }

  void read_test(std::string_view comment, const Context& context) {
    const auto test = test_in(comment);
    if (!test) {
      fault_ = concat("a criterion is none that is known: \"", summary_of(comment), "\"");
      return;
    }
    if (!context.platform) {
      fault_ = concat("nothing says which platform ", summary_of(test->name), " is of");
      return;
    }
    const auto ecosystem = advisories::ecosystem_of(*context.platform);
    if (!ecosystem) return;
    RecordedPackage package;
    package.kind = ecosystem->kind;
    package.ecosystem = ecosystem->name;
    package.name = test->name;
    package.is_source = maker_ == Maker::debian;
    package.module = context.module;
    if (!context.architecture.empty()) package.architectures = {context.architecture};
    std::string_view fixed = test->fixed;
    if (fixed.starts_with("0:")) fixed.remove_prefix(2);
    if (fixed == "0") {
      package.state = FixState::not_affected;
    } else {
      package.events = AdvisoryRecord::range(fixed);
      if (fixed.empty()) package.state = state_of(test->name);
    }
    record_.add(std::move(package));
  }

  FixState state_of(std::string_view name) const {
    if (definition_.states.size() == 1) return definition_.states.begin()->second;
    const auto found = definition_.states.find(std::string(name));
    return found == definition_.states.end() ? FixState::none_known : found->second;
  }

  const Definition& definition_;
  Maker maker_;
  AdvisoryRecord& record_;
  std::string fault_;
};

FixState state_named(std::string_view words) {
  if (words == "Will not fix") return FixState::will_not_fix;
  if (words == "Out of support scope") return FixState::end_of_life;
  if (words == "Fix deferred") return FixState::deferred;
  if (words == "Under investigation") return FixState::under_investigation;
  return FixState::none_known;
}

// Of Red Hat: whether it is about what everybody has, and not about longer support or a product.
bool is_for_all(const Definition& definition) {
  return definition.cpes.empty() ||
         std::ranges::any_of(definition.cpes, [](const std::string& cpe) {
           return cpe.starts_with("cpe:/o:redhat:enterprise_linux:") ||
                  cpe.starts_with("cpe:/a:redhat:enterprise_linux:");
         });
}

void hand_on(const Definition& definition, std::string_view place, FeedSink& sink) {
  // What Red Hat's releases do not have anyway.
  if (definition.id.starts_with("oval:com.redhat.unaffected:")) {
    sink.leave_out();
    return;
  }
  if (maker_of(definition.id) == Maker::other) {
    sink.refuse(definition.id.size() <= advisories::max_version_bytes ? definition.id : "", place,
                "definitions of this maker are not read");
    return;
  }
  if (!is_for_all(definition)) {
    sink.leave_out();
    return;
  }
  AdvisoryRecord record;
  record.key = concat("oval ", definition.id);
  record.id = definition.notice;
  record.flaws = definition.flaws;
  if (record.id.empty() && record.flaws.size() == 1) {
    record.id = record.flaws.front();
    record.flaws.clear();
  }
  record.summary = definition.title;
  record.published = moment_of(definition.issued);
  record.modified = moment_of(definition.updated);
  if (record.modified.empty()) record.modified = record.published;
  record.rating = rating_of(definition.severity).value_or(Rating::unknown);
  // Of several flaws none says which of them it is of.
  if (definition.cvss.size() == 1) record.cvss = definition.cvss;
  std::string fault = definition.fault;
  if (fault.empty()) fault = Tree(definition, record).read();
  if (fault.empty()) {
    hand_on(record, place, sink);
  } else {
    sink.refuse(record.id.empty() ? definition.id : record.id, place, fault);
  }
}

class OvalReader : public XmlReader {
 public:
  OvalReader(std::string_view place, FeedSink& sink) : place_(place), sink_(sink) {}

  void begin(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "definition") {
      definition_ = {};
      open_.clear();
      definition_.id = attribute(attributes, "id");
      is_within_ = true;
    }
    if (!is_within_) return;
    if (name == "reference") {
      read_reference(attributes);
    } else if (name == "issued") {
      definition_.issued = attribute(attributes, "date");
    } else if (name == "updated") {
      definition_.updated = attribute(attributes, "date");
    } else if (name == "resolution") {
      state_ = state_named(attribute(attributes, "state"));
    } else if (name == "cve") {
      // "7.5/CVSS:3.1/AV:N/…"
      const std::string_view vector = attribute(attributes, "cvss3");
      if (const std::size_t at = vector.find("CVSS:");
          at != std::string_view::npos && definition_.cvss.size() <= advisories::max_names) {
        definition_.cvss.emplace_back(vector.substr(at));
      }
    } else if (is_one_of(name, {"criteria", "criterion", "extend_definition"})) {
      read_criterion(name, attributes);
    }
  }

  void end(std::string_view name, std::string_view text) override {
    if (!is_within_) return;
    if (name == "title") definition_.title = text;
    if (name == "severity") definition_.severity = text;
    if (name == "cpe" && definition_.cpes.size() <= advisories::max_names) {
      definition_.cpes.emplace_back(text);
    }
    if (name == "component" && definition_.states.size() <= advisories::max_names) {
      // "ruby:3.1/ruby": a package of a module.
      const std::size_t slash = text.rfind('/');
      definition_.states.emplace(slash == std::string_view::npos ? text : text.substr(slash + 1),
                                 state_);
    }
    if (name == "criteria" && !open_.empty()) close_criteria();
    if (name != "definition") return;
    is_within_ = false;
    if (!open_.empty()) definition_.fault = "its criteria are not closed";
    hand_on(definition_, place_, sink_);
    definition_ = {};
  }

 private:
  void read_reference(const XmlAttributes& attributes) {
    const std::string_view id = attribute(attributes, "ref_id");
    if (equal_ignoring_case(attribute(attributes, "source"), "CVE")) {
      add_cves(id, definition_.flaws);
    } else if (definition_.notice.empty() && is_one_of(lower(attribute(attributes, "source")),
                                                       {"elsa", "rhsa", "rhba", "rhea"})) {
      definition_.notice = id;
    }
  }

  void read_criterion(std::string_view name, const XmlAttributes& attributes) {
    if (definition_.criteria++ == max_criteria) definition_.fault = "it has too many criteria";
    if (!definition_.fault.empty()) return;
    if (attribute(attributes, "negate") == "true") {
      definition_.fault = "one of its criteria is that something is not so";
      return;
    }
    Criterion criterion;
    if (name != "criteria") {
      criterion.comment = trim(attribute(attributes, "comment"));
      if (criterion.comment.empty()) definition_.fault = "one of its criteria has no comment";
      add(std::move(criterion));
      return;
    }
    const std::string_view sign = attribute(attributes, "operator");
    criterion.is_all = sign != "OR";
    if (!is_one_of(sign, {"", "AND", "OR"}))
      definition_.fault = "a criterion's operator is no word";
    open_.push_back(std::move(criterion));
  }

  void close_criteria() {
    Criterion done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done));
  }

  void add(Criterion criterion) {
    (open_.empty() ? definition_.root : open_.back()).children.push_back(std::move(criterion));
  }

  std::string_view place_;
  FeedSink& sink_;
  bool is_within_ = false;
  Definition definition_;
  std::vector<Criterion> open_;
  FixState state_ = FixState::none_known;
};

void read(const Document& document, simdjson::ondemand::parser&, FeedSink& sink) {
  OvalReader reader(document.place, sink);
  read_xml(document, reader, sink);
}

bool recognises(const Outline& outline) {
  return outline.xml_root == "oval_definitions";
}

}  // namespace

const FeedFormat oval_xml = {"oval", recognises, read};

}  // namespace plimsoll::feeds
