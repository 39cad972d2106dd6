// The Common Security Advisory Framework 2.0 (docs.oasis-open.org/csaf/csaf/v2.0), as Red Hat and
// SUSE publish it: advisories (one repair, several flaws) and VEX (one flaw, all that is known of
// it).
//
// A document has a tree of products, each with an id of its own, and sentences about ids. A
// platform tells what it is by a CPE ("cpe:/o:redhat:enterprise_linux:9::baseos") or by its name, a
// package by a package URL or by its whole name; a relationship makes "this package on that
// platform" out of two ids. A module stands between the two, or in the package URL (rpmmod).
//
// What is said of a package of one version (fixed, or SUSE's "recommended") is where it is mended:
// all before it have the flaw. What is said of a package of no version is said of all. Red Hat says
// it of sources ("arch=src") and of the packages built from them, and it is taken as it is said;
// SUSE names something without saying which of the two it is, and is taken both ways. Sources of
// repairs say nothing that their packages do not.
//
// Only the platforms that everybody has count: what is mended for subscribers to longer support
// (EUS, AUS, ELS, LTSS) says nothing about an image of the release, and other products are not seen
// in one.
#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "advisories/ecosystems.h"
#include "base/text.h"
#include "base/words.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/nevra.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/times.h"
#include "feeds/formats/update_notice.h"
#include "subjects/package_url.h"

namespace plimsoll::feeds {
namespace {

// Red Hat's trees are 4 deep.
constexpr int max_branches = 32;

struct Product {
  std::string name;
  std::string purl;
  std::string cpe;
};

struct Relationship {
  std::string component;
  std::string platform;
};

enum class Status : std::uint8_t { fixed, affected, not_affected, under_investigation };

struct Statement {
  Status status = Status::affected;
  std::string product;
};

struct Flaw {
  std::string cve;
  std::string title;
  std::string published;
  std::vector<Statement> statements;
  std::unordered_map<std::string, FixState> states;
  std::unordered_map<std::string, Rating> ratings;
  Rating rating = Rating::unknown;
  std::vector<std::string> cvss;
};

struct Csaf {
  std::string id;
  std::string title;
  std::string publisher;
  std::string published;
  std::string modified;
  Rating rating = Rating::unknown;
  bool is_too_deep = false;
  std::unordered_map<std::string, Product> products;
  std::unordered_map<std::string, Relationship> relationships;
  std::vector<Flaw> flaws;
};

void read_tracking(JsonValue value, Csaf& out) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "id") out.id = text_in(member);
    if (key == "initial_release_date") out.published = moment_of(text_in(member));
    if (key == "current_release_date") out.modified = moment_of(text_in(member));
  });
}

void read_head(JsonValue value, Csaf& out) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "title") out.title = text_in(member);
    if (key == "tracking") read_tracking(member, out);
    if (key == "publisher") {
      each_member(member, [&](std::string_view part, JsonValue own) {
        if (part == "name") out.publisher = text_in(own);
      });
    }
    if (key == "aggregate_severity") {
      each_member(member, [&](std::string_view part, JsonValue own) {
        if (part == "text") out.rating = rating_of(text_in(own)).value_or(Rating::unknown);
      });
    }
  });
}

// full_product_name_t: its id, and what it is.
std::pair<std::string, Product> product_in(JsonValue value) {
  std::pair<std::string, Product> out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "product_id") out.first = text_in(member);
    if (key == "name") out.second.name = text_in(member);
    if (key != "product_identification_helper") return;
    each_member(member, [&](std::string_view part, JsonValue own) {
      if (part == "purl") out.second.purl = text_in(own);
      if (part == "cpe") out.second.cpe = text_in(own);
    });
  });
  return out;
}

void read_branches(JsonValue value, Csaf& out, int depth) {
  if (depth > max_branches) {
    out.is_too_deep = true;
    return;
  }
  each_item(value, [&](JsonValue branch) {
    each_member(branch, [&](std::string_view key, JsonValue member) {
      if (key == "branches") read_branches(member, out, depth + 1);
      if (key == "product") out.products.insert(product_in(member));
    });
  });
}

void read_relationship(JsonValue value, Csaf& out) {
  std::string id;
  Relationship relationship;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "product_reference") relationship.component = text_in(member);
    if (key == "relates_to_product_reference") relationship.platform = text_in(member);
    if (key == "full_product_name") id = product_in(member).first;
  });
  out.relationships.emplace(std::move(id), std::move(relationship));
}

void read_tree(JsonValue value, Csaf& out) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "branches") read_branches(member, out, 0);
    if (key == "full_product_names") {
      each_item(member, [&](JsonValue item) { out.products.insert(product_in(item)); });
    }
    if (key == "relationships") {
      each_item(member, [&](JsonValue item) { read_relationship(item, out); });
    }
  });
}

constexpr std::array<std::pair<std::string_view, Status>, 6> statuses{{
    {"fixed", Status::fixed},
    {"recommended", Status::fixed},
    {"known_affected", Status::affected},
    {"last_affected", Status::affected},
    {"known_not_affected", Status::not_affected},
    {"under_investigation", Status::under_investigation},
}};

void read_statements(JsonValue value, Flaw& out) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    for (const auto& [word, status] : statuses) {
      if (word != key) continue;
      each_item(member, [&](JsonValue item) { out.statements.push_back({status, text_in(item)}); });
    }
  });
}

// What is done about it. Red Hat's details are of a few words; "Affected" decides nothing.
FixState state_of(std::string_view category, std::string_view details) {
  if (details == "Will not fix") return FixState::will_not_fix;
  if (details == "Out of support scope") return FixState::end_of_life;
  if (details == "Fix deferred") return FixState::deferred;
  if (category == "no_fix_planned") return FixState::will_not_fix;
  return FixState::none_known;
}

// What stands alike in remediations and threats.
struct Note {
  std::string category;
  std::string details;
  std::vector<std::string> products;
};

Note note_in(JsonValue value) {
  Note out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "category") out.category = text_in(member);
    if (key == "details") out.details = text_in(member);
    if (key == "product_ids") {
      each_item(member, [&](JsonValue item) { out.products.push_back(text_in(item)); });
    }
  });
  return out;
}

void read_remediation(JsonValue value, Flaw& out) {
  Note note = note_in(value);
  const FixState state = state_of(note.category, trim(note.details));
  if (state == FixState::none_known) return;
  for (std::string& product : note.products) out.states.emplace(std::move(product), state);
}

void read_threat(JsonValue value, Flaw& out) {
  Note note = note_in(value);
  if (note.category != "impact") return;
  const Rating rating = rating_of(trim(note.details)).value_or(Rating::unknown);
  if (note.products.empty()) out.rating = rating;
  for (std::string& product : note.products) out.ratings.emplace(std::move(product), rating);
}

void read_score(JsonValue value, Flaw& out) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (!key.starts_with("cvss_v")) return;
    each_member(member, [&](std::string_view part, JsonValue own) {
      if (part != "vectorString") return;
      std::string vector = text_in(own);
      if (out.cvss.size() <= advisories::max_names && !vector.empty() &&
          std::ranges::find(out.cvss, vector) == out.cvss.end()) {
        out.cvss.push_back(std::move(vector));
      }
    });
  });
}

Flaw flaw_in(JsonValue value) {
  Flaw out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "cve") out.cve = text_in(member);
    if (key == "title") out.title = text_in(member);
    if (key == "release_date") out.published = moment_of(text_in(member));
    if (key == "product_status") read_statements(member, out);
    if (key == "remediations") {
      each_item(member, [&](JsonValue item) { read_remediation(item, out); });
    }
    if (key == "threats") each_item(member, [&](JsonValue item) { read_threat(item, out); });
    if (key == "scores") each_item(member, [&](JsonValue item) { read_score(item, out); });
  });
  return out;
}

// "sp5" -> " SP5", "" -> "".
std::optional<std::string> service_pack(std::string_view update) {
  if (update.empty() || update == "*" || update == "ga") return "";
  if (!update.starts_with("sp") || !all_digits(update.substr(2))) return std::nullopt;
  return concat(" SP", update.substr(2));
}

std::string ecosystem_of_cpe(std::string_view cpe) {
  // "cpe:/o:redhat:enterprise_linux:9::baseos" and "cpe:2.3:o:redhat:enterprise_linux:9:*:…".
  if (cpe.starts_with("cpe:/")) {
    cpe.remove_prefix(5);
  } else if (cpe.starts_with("cpe:2.3:")) {
    cpe.remove_prefix(8);
  } else {
    return {};
  }
  std::vector<std::string_view> parts = split(cpe, ':');
  parts.resize(std::max<std::size_t>(parts.size(), 5));
  const std::string_view vendor = parts[1];
  const std::string_view product = parts[2];
  const std::string_view version = parts[3];
  if (vendor == "redhat" && product == "enterprise_linux") {
    const std::string_view major = version.substr(0, version.find('.'));
    return all_digits(major) ? concat("Red Hat:enterprise_linux:", major) : "";
  }
  // The modules of a release are what it is installed from.
  if (vendor == "suse" && (product == "sles" || product.starts_with("sle-module-"))) {
    const auto pack = service_pack(parts[4]);
    return pack && all_digits(version) ? concat("SUSE:Linux Enterprise Server ", version, *pack)
                                       : "";
  }
  if (vendor == "opensuse" && product == "leap" && !version.empty()) {
    return concat("openSUSE:Leap ", version);
  }
  return vendor == "opensuse" && product == "tumbleweed" ? "openSUSE:Tumbleweed" : "";
}

// "SUSE Linux Enterprise Module for Basesystem 15 SP5", where no CPE is there.
std::string ecosystem_of_name(std::string_view name) {
  if (name == "openSUSE Tumbleweed") return "openSUSE:Tumbleweed";
  if (constexpr std::string_view leap = "openSUSE Leap "; name.starts_with(leap)) {
    const std::string_view version = name.substr(leap.size());
    const bool is_version =
        std::ranges::all_of(version, [](char c) { return is_digit(c) || c == '.'; });
    return is_version ? concat("openSUSE:Leap ", version) : "";
  }
  const bool is_server = name.starts_with("SUSE Linux Enterprise Server ") &&
                         !name.starts_with("SUSE Linux Enterprise Server for ");
  if (!is_server && !name.starts_with("SUSE Linux Enterprise Module for ")) return {};
  const std::vector<std::string_view> words = split(name, ' ');
  if (all_digits(words.back())) return concat("SUSE:Linux Enterprise Server ", words.back());
  const std::string_view number = words[words.size() - 2];
  if (!words.back().starts_with("SP") || !all_digits(words.back().substr(2)) ||
      !all_digits(number)) {
    return {};
  }
  return concat("SUSE:Linux Enterprise Server ", number, " ", words.back());
}

struct Component {
  std::string name;
  std::string evr;  // "" for all versions
  std::string architecture;
  std::string module;
  bool is_source = false;
  // It is not said whether it is a source or a package.
  bool is_either = false;
};

std::optional<Component> component_of(const Product* product, std::string_view id) {
  Component out;
  if (product != nullptr && !product->purl.empty()) {
    const auto url = parse_package_url(product->purl);
    if (!url || url->type != "rpm") return std::nullopt;
    out.name = url->name;
    std::string epoch;
    for (const auto& [key, value] : url->qualifiers) {
      if (key == "epoch") epoch = value;
      if (key == "arch") out.architecture = value;
      if (key == "rpmmod") out.module = module_of_label(value);
    }
    // What has no release is no version of a package: "go-toolset@rhel8".
    if (url->version.find('-') != std::string::npos) out.evr = evr_of(epoch, url->version, {});
  } else if (const auto nevra = nevra_of(id)) {
    out.name = nevra->name;
    out.architecture = nevra->architecture;
    out.evr = evr_of(nevra->epoch, nevra->version, nevra->release);
  } else {
    out.name = id;
    out.is_either = true;
  }
  out.is_source = is_one_of(out.architecture, {"src", "nosrc"});
  if (out.is_source) out.architecture.clear();
  return out;
}

// The label of a module that stands between a package and its platform.
std::string module_of(const Product& product) {
  const auto url = parse_package_url(product.purl);
  if (!url || url->type != "rpmmod") return {};
  return module_of_label(concat(url->name, ":", url->version));
}

class Resolver {
 public:
  explicit Resolver(const Csaf& csaf) : csaf_(csaf) {}

  // What an id means: a package on a platform that is known here.
  std::optional<std::pair<Component, std::string>> resolve(const std::string& id) const {
    const auto found = csaf_.relationships.find(id);
    if (found == csaf_.relationships.end()) return std::nullopt;
    const std::string& component_id = found->second.component;
    auto component = component_of(product(component_id), component_id);
    if (!component) return std::nullopt;
    const std::string* platform = &found->second.platform;
    // A module or two, as a circle of relationships has no end.
    for (int steps = 0; steps < 4; ++steps) {
      const auto between = csaf_.relationships.find(*platform);
      if (between == csaf_.relationships.end()) break;
      if (const Product* const module = product(between->second.component)) {
        if (component->module.empty()) component->module = module_of(*module);
      }
      platform = &between->second.platform;
    }
    const Product* const known = product(*platform);
    if (known == nullptr) return std::nullopt;
    std::string ecosystem =
        known->cpe.empty() ? ecosystem_of_name(known->name) : ecosystem_of_cpe(known->cpe);
    if (ecosystem.empty()) return std::nullopt;
    return std::pair(std::move(*component), std::move(ecosystem));
  }

 private:
  const Product* product(const std::string& id) const {
    const auto found = csaf_.products.find(id);
    return found == csaf_.products.end() ? nullptr : &found->second;
  }

  const Csaf& csaf_;
};

template <class Map, class Value>
Value value_of(const Map& map, const std::string& key, Value otherwise) {
  const auto found = map.find(key);
  return found == map.end() ? otherwise : found->second;
}

void add(const Statement& statement, const Flaw& flaw, const Resolver& resolver,
         AdvisoryRecord& record) {
  auto meant = resolver.resolve(statement.product);
  if (!meant) return;
  const Component& component = meant->first;
  const auto ecosystem = advisories::ecosystem_of(meant->second);
  if (!ecosystem) return;
  RecordedPackage package;
  package.kind = ecosystem->kind;
  package.ecosystem = ecosystem->name;
  package.name = component.name;
  package.is_source = component.is_source;
  package.module = component.module;
  if (!component.architecture.empty()) package.architectures = {component.architecture};
  package.rating = value_of(flaw.ratings, statement.product, flaw.rating);
  const bool is_fixed = statement.status == Status::fixed;
  // A repair without a version, and of a source; anything else of one version.
  if (is_fixed ? component.evr.empty() || component.is_source : !component.evr.empty()) return;
  if (statement.status != Status::not_affected) {
    package.events = AdvisoryRecord::range(component.evr);
  }
  switch (statement.status) {
    case Status::fixed: break;
    case Status::affected:
      package.state = value_of(flaw.states, statement.product, FixState::none_known);
      break;
    case Status::not_affected: package.state = FixState::not_affected; break;
    case Status::under_investigation: package.state = FixState::under_investigation; break;
  }
  if (component.is_either) {
    RecordedPackage source = package;
    source.is_source = true;
    record.add(std::move(source));
  }
  record.add(std::move(package));
}

void hand_on(const Csaf& csaf, std::string_view place, FeedSink& sink) {
  if (csaf.is_too_deep) {
    sink.refuse(csaf.id, place, "its products are nested too deeply");
    return;
  }
  const Resolver resolver(csaf);
  if (csaf.flaws.empty()) sink.leave_out();
  for (const Flaw& flaw : csaf.flaws) {
    AdvisoryRecord record;
    record.key = concat("csaf ", csaf.publisher, " ", csaf.id, " ", flaw.cve);
    record.id = csaf.id;
    if (is_cve(csaf.id)) {
      record.id = flaw.cve;
    } else if (!flaw.cve.empty()) {
      record.flaws = {flaw.cve};
    }
    record.summary = flaw.title.empty() ? csaf.title : flaw.title;
    record.published = flaw.published.empty() ? csaf.published : flaw.published;
    record.modified = csaf.modified;
    record.rating = flaw.rating == Rating::unknown ? csaf.rating : flaw.rating;
    record.cvss = flaw.cvss;
    for (const Statement& statement : flaw.statements) add(statement, flaw, resolver, record);
    hand_on(record, place, sink);
  }
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  if (document.text.size() > advisories::max_record_bytes) {
    sink.refuse({}, document.place, "the record is too long");
    return;
  }
  read_document(document, parser, sink, [&](JsonValue root) {
    Csaf csaf;
    each_member(root, [&](std::string_view key, JsonValue member) {
      if (key == "document") read_head(member, csaf);
      if (key == "product_tree") read_tree(member, csaf);
      if (key == "vulnerabilities") {
        each_item(member, [&](JsonValue item) {
          if (csaf.flaws.size() <= advisories::max_names) csaf.flaws.push_back(flaw_in(item));
        });
      }
    });
    hand_on(csaf, document.place, sink);
  });
}

bool recognises(const Outline& outline) {
  return outline.has("document") && (outline.has("vulnerabilities") || outline.has("product_tree"));
}

}  // namespace

const FeedFormat csaf = {"csaf", recognises, read};

}  // namespace plimsoll::feeds
