// CSAF: a tree names products, and each vulnerability lists those of each status by the tree's ids.
// Why a product is not affected stands in flags and threats, what to do in remediations: they list
// products and groups of products, too.
#include <array>
#include <map>
#include <utility>

#include "advisories/vex/vex_collector.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"

namespace plimsoll::advisories {
namespace {

using json::Kind;
using json::text_of;
using json::Value;

const Value* find(const Value* object, std::string_view name) {
  return object == nullptr ? nullptr : object->find(name);
}

// The items of a member that is a list; none for anything else.
std::span<const Value> items_of(const Value* object, std::string_view name) {
  const Value* const list = find(object, name);
  return list == nullptr ? std::span<const Value>() : std::span<const Value>(list->items);
}

struct StatusList {
  std::string_view name;
  VexStatus status;
};
// "recommended" says nothing of whether it is affected.
constexpr std::array<StatusList, 7> status_lists{{
    {"known_not_affected", VexStatus::not_affected},
    {"known_affected", VexStatus::affected},
    {"first_affected", VexStatus::affected},
    {"last_affected", VexStatus::affected},
    {"fixed", VexStatus::fixed},
    {"first_fixed", VexStatus::fixed},
    {"under_investigation", VexStatus::under_investigation},
}};

struct Product {
  const Value* named = nullptr;  // what says its package URL
  // Of one that is a part of another.
  const Product* whole = nullptr;
  const Product* part = nullptr;
  std::vector<std::string_view> groups = {};
};

// What is said of some products, and of all in some groups.
class Remarks {
 public:
  void add(const Value& remark, const Value* said) {
    for (const Value& id : items_of(&remark, "product_ids")) products_.emplace(id.text, said);
    for (const Value& id : items_of(&remark, "group_ids")) groups_.emplace(id.text, said);
    // Of none in particular: of all.
    if (remark.find("product_ids") == nullptr && remark.find("group_ids") == nullptr) {
      if (all_ == nullptr) all_ = said;
    }
  }
  const Value* of(std::string_view id, const Product& product, VexCollector& into) const {
    if (const auto found = products_.find(id); found != products_.end()) return found->second;
    if (groups_.empty()) return all_;
    for (const std::string_view group : product.groups) {
      if (!into.look_up()) break;
      if (const auto found = groups_.find(group); found != groups_.end()) return found->second;
    }
    return all_;
  }

 private:
  std::map<std::string_view, const Value*> products_;
  std::map<std::string_view, const Value*> groups_;
  const Value* all_ = nullptr;
};

class CsafReader {
  // Why a product has the status: a label, and words.
  using Reason = std::pair<const Value*, const Value*>;
  // One for each reason that is given, in the order in which they are first met.
  struct Statements {
    VexStatement& of(const Reason& reason, const VexStatement& fresh) {
      const auto [at, is_new] = places.try_emplace(reason, all.size());
      if (is_new) all.emplace_back(reason, fresh);
      return all[at->second].second;
    }
    std::vector<std::pair<Reason, VexStatement>> all;
    std::map<Reason, std::size_t> places;
  };

 public:
  CsafReader(const Value* tree, VexCollector& into) : into_(into) {
    for (const Value& product : items_of(tree, "full_product_names")) add_product(product);
    if (tree != nullptr) add_branches(*tree);
    for (const Value& relationship : items_of(tree, "relationships")) add_part(relationship);
    for (const Value& group : items_of(tree, "product_groups")) {
      for (const Value& id : items_of(&group, "product_ids")) {
        const auto product = products_.find(id.text);
        if (product != products_.end()) {
          product->second.groups.push_back(text_of(group, "group_id"));
        }
      }
    }
  }

  void read_vulnerability(const Value& value) {
    if (!value.is(Kind::object)) return into_.note("a vulnerability is an object", value);
    std::vector<std::string> names;
    if (const Value* const cve = value.find("cve")) into_.keep(names, *cve);
    for (const Value& id : items_of(&value, "ids")) into_.keep(names, text_of(id, "text"), id);
    if (names.empty())
      return into_.note("the vulnerability has neither \"cve\" nor \"ids\"", value);
    const Value* const lists = value.find("product_status");
    if (lists == nullptr) return;
    const Said said(value);
    for (const StatusList& list : status_lists) {
      const Value* const ids = lists->find(list.name);
      if (ids == nullptr) continue;
      Statements statements;
      for (const Value& id : ids->items) {
        if (into_.is_full()) return;
        add_to(statements, id, list.status, said);
      }
      for (auto& [reason, statement] : statements.all) {
        finish(reason, *ids, names, list.status, std::move(statement));
      }
    }
  }

  // Products of which something is said, and that nobody could recognise.
  std::size_t unknown_products() const { return unknown_products_; }

 private:
  // What is said beside the status of one vulnerability.
  struct Said {
    explicit Said(const Value& vulnerability) {
      for (const Value& flag : items_of(&vulnerability, "flags")) {
        if (is_justification(text_of(flag, "label"))) labels.add(flag, flag.find("label"));
      }
      for (const Value& threat : items_of(&vulnerability, "threats")) {
        if (text_of(threat, "category") == "impact") impacts.add(threat, threat.find("details"));
      }
      for (const Value& remediation : items_of(&vulnerability, "remediations")) {
        actions.add(remediation, remediation.find("details"));
      }
    }
    Remarks labels;
    Remarks impacts;
    Remarks actions;
  };

  void add_product(const Value& product) {
    const std::string_view id = text_of(product, "product_id");
    if (!id.empty()) products_.emplace(id, Product{.named = &product});
  }

  // Branches can hold branches; the reader of JSON bounds how deep.
  void add_branches(const Value& around) {
    for (const Value& branch : items_of(&around, "branches")) {
      if (const Value* const product = branch.find("product")) add_product(*product);
      add_branches(branch);
    }
  }

  void add_part(const Value& relationship) {
    const Value* const both = relationship.find("full_product_name");
    const auto part = products_.find(text_of(relationship, "product_reference"));
    const auto whole = products_.find(text_of(relationship, "relates_to_product_reference"));
    if (both == nullptr || part == products_.end() || whole == products_.end()) return;
    const std::string_view id = text_of(*both, "product_id");
    if (id.empty()) return;
    products_.emplace(id, Product{.named = both, .whole = &whole->second, .part = &part->second});
  }

  // Its own package URLs.
  void keep_names(const Product& product, std::vector<std::string>& into) {
    const Value* const helper = find(product.named, "product_identification_helper");
    if (const Value* const url = find(helper, "purl")) into_.keep(into, *url);
    for (const Value& url : items_of(helper, "purls")) into_.keep(into, url);
  }

  void add_to(Statements& statements, const Value& id, VexStatus status, const Said& said) {
    if (!into_.look_up()) return;
    const auto found = products_.find(id.text);
    if (!id.is(Kind::string) || found == products_.end()) {
      return into_.note(
          concat("the tree has no product \"", printable(text_for_people(id.text)), "\""), id);
    }
    const Product& product = found->second;
    VexProduct out;
    keep_names(product, out.names);
    if (out.names.empty() && product.whole != nullptr) {
      keep_names(*product.whole, out.names);
      keep_names(*product.part, out.subcomponents);
      // A part that nobody knows must not become the whole.
      if (out.subcomponents.empty()) out.names.clear();
    }
    if (out.names.empty()) {
      ++unknown_products_;
      return;
    }
    Reason reason;
    if (status == VexStatus::not_affected) {
      reason = {said.labels.of(id.text, product, into_), said.impacts.of(id.text, product, into_)};
    } else if (status == VexStatus::affected) {
      reason = {nullptr, said.actions.of(id.text, product, into_)};
    }
    statements.of(reason, into_.begin(id)).products.push_back(std::move(out));
  }

  void finish(const Reason& reason, const Value& ids, const std::vector<std::string>& names,
              VexStatus status, VexStatement statement) {
    const auto [label, text] = reason;
    if (status == VexStatus::not_affected && label == nullptr && text == nullptr) {
      return into_.note("products are \"known_not_affected\", and nothing says why", ids);
    }
    for (const std::string& name : names) into_.keep(statement.vulnerabilities, name, ids);
    statement.status = status;
    if (label != nullptr) statement.justification = label->text;
    if (text != nullptr) statement.statement = text_for_people(text->text);
    into_.add(std::move(statement));
  }

  VexCollector& into_;
  std::map<std::string_view, Product> products_;
  std::size_t unknown_products_ = 0;
};

}  // namespace

Result<void> read_csaf_vex(const Value& root, VexCollector& into) {
  const Value& about = *root.find("document");
  if (!is_one_of(text_of(about, "csaf_version"), {"2.0", "2.1"})) {
    return into.refusal("CSAF is read in its versions 2.0 and 2.1", *about.find("csaf_version"));
  }
  const Value* const category = about.find("category");
  if (text_of(about, "category") != "csaf_vex") {
    return into.refusal("only CSAF documents of the category \"csaf_vex\" hold VEX statements",
                        category == nullptr ? about : *category);
  }
  const Value* const tracking = about.find("tracking");
  const Value* const publisher = about.find("publisher");
  Result<void> set =
      into.set_document(tracking == nullptr ? std::string_view() : text_of(*tracking, "id"),
                        publisher == nullptr ? std::string_view() : text_of(*publisher, "name"),
                        find(tracking, "current_release_date"));
  if (!set) return set;
  const Value* const tree = root.find("product_tree");
  CsafReader reader(tree, into);
  for (const Value& vulnerability : items_of(&root, "vulnerabilities")) {
    if (into.is_full()) break;
    reader.read_vulnerability(vulnerability);
  }
  if (reader.unknown_products() > 0) {
    into.note(concat("what is said of ", counted(reader.unknown_products(), "product", "products"),
                     " without a package URL is left out"),
              tree == nullptr ? root : *tree);
  }
  return {};
}

}  // namespace plimsoll::advisories
