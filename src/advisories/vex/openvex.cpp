// OpenVEX. Between 0.0.1 and 0.2.0 texts became objects: both are read in both places.
#include <algorithm>
#include <array>

#include "advisories/vex/vex_collector.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::advisories {
namespace {

using json::Kind;
using json::text_of;
using json::Value;

std::optional<VexStatus> status_of(std::string_view word) {
  for (const VexStatus status : {VexStatus::not_affected, VexStatus::affected, VexStatus::fixed,
                                 VexStatus::under_investigation}) {
    if (word == name_of(status)) return status;
  }
  return std::nullopt;
}

class OpenVexReader {
 public:
  explicit OpenVexReader(VexCollector& into) : into_(into) {}

  void read_statement(const Value& value) {
    if (!value.is(Kind::object)) return into_.note("a statement is an object", value);
    VexStatement statement = into_.begin(value);
    if (!into_.set_timestamp(statement, value.find("timestamp"))) return;
    if (!read_vulnerability(value, statement) || !read_status(value, statement)) return;
    if (!read_products(value, statement)) return;
    into_.add(std::move(statement));
  }

 private:
  bool read_vulnerability(const Value& value, VexStatement& statement) {
    const Value* const vulnerability = value.find("vulnerability");
    if (vulnerability != nullptr && vulnerability->is(Kind::string)) {
      into_.keep(statement.vulnerabilities, *vulnerability);
    } else if (vulnerability != nullptr) {
      if (const Value* const name = vulnerability->find("name")) {
        into_.keep(statement.vulnerabilities, *name);
      }
      if (const Value* const aliases = vulnerability->find("aliases")) {
        for (const Value& alias : aliases->items) into_.keep(statement.vulnerabilities, alias);
      }
    }
    if (!statement.vulnerabilities.empty()) return true;
    into_.note("the statement names no vulnerability", value);
    return false;
  }

  bool read_status(const Value& value, VexStatement& statement) {
    const Value* const written = value.find("status");
    const std::optional<VexStatus> status = status_of(text_of(value, "status"));
    if (!status) {
      into_.note(concat("the statement's status is none of OpenVEX: \"",
                        printable(text_for_people(value, "status")), "\""),
                 written == nullptr ? value : *written);
      return false;
    }
    statement.status = *status;
    const bool is_affected = *status == VexStatus::affected;
    statement.statement =
        text_for_people(value, is_affected ? "action_statement" : "impact_statement");
    const Value* const label = value.find("justification");
    const std::string_view justification = text_of(value, "justification");
    if (!justification.empty() && !is_justification(justification)) {
      into_.note("the justification is none of OpenVEX", *label);
      return false;
    }
    statement.justification = justification;
    if (*status == VexStatus::not_affected && justification.empty() &&
        statement.statement.empty()) {
      into_.note("the statement says \"not_affected\" and not why", value);
      return false;
    }
    return true;
  }

  // The names of a product or a subcomponent.
  std::vector<std::string> names_of(const Value& value) {
    std::vector<std::string> out;
    if (!value.is(Kind::object)) {
      into_.keep(out, value);
      return out;
    }
    if (const Value* const id = value.find("@id")) into_.keep(out, *id);
    if (const Value* const identifiers = value.find("identifiers")) {
      if (const Value* const url = identifiers->find("purl")) into_.keep(out, *url);
    }
    if (const Value* const hashes = value.find("hashes")) {
      const std::string_view hash = text_of(*hashes, "sha-256");
      if (!hash.empty()) into_.keep(out, concat("sha256:", lower(hash)), *hashes);
    }
    return out;
  }

  // False when there are some and none can be read: it must not become a statement about all.
  bool read_subcomponents(const Value& around, std::vector<std::string>& into) {
    const Value* const list = around.find("subcomponents");
    if (list == nullptr || list->is(Kind::null) || (list->is(Kind::array) && list->items.empty())) {
      return true;
    }
    for (const Value& item : list->items) {
      for (std::string& name : names_of(item)) into.push_back(std::move(name));
    }
    return !into.empty();
  }

  bool read_products(const Value& value, VexStatement& statement) {
    // Of 0.0.1: for all of the products.
    std::vector<std::string> shared;
    if (!read_subcomponents(value, shared)) {
      into_.note("none of the statement's subcomponents can be read", value);
      return false;
    }
    if (const Value* const products = value.find("products")) {
      for (const Value& item : products->items) {
        VexProduct product;
        product.names = names_of(item);
        for (const std::string& name : shared) into_.keep(product.subcomponents, name, item);
        if (!read_subcomponents(item, product.subcomponents)) {
          into_.note("none of the product's subcomponents can be read", item);
          continue;
        }
        if (!product.names.empty()) statement.products.push_back(std::move(product));
      }
    }
    if (!statement.products.empty()) return true;
    into_.note("the statement names no product", value);
    return false;
  }

  VexCollector& into_;
};

}  // namespace

Result<void> read_openvex(const Value& root, VexCollector& into) {
  constexpr std::string_view name_space = "https://openvex.dev/ns";
  // Without a version it is the first.
  constexpr std::array<std::string_view, 4> known{"", "/", "/v0.0.1", "/v0.2.0"};
  const std::string_view context = text_of(root, "@context");
  if (std::ranges::find(known, context.substr(name_space.size())) == known.end()) {
    return into.refusal(concat("OpenVEX is read in its versions 0.0.1 and 0.2.0, and this is \"",
                               printable(text_for_people(context)), "\""),
                        *root.find("@context"));
  }
  const Value* const statements = root.find("statements");
  if (statements == nullptr || !statements->is(Kind::array)) {
    return into.refusal("\"statements\" is an array", statements == nullptr ? root : *statements);
  }
  Result<void> set =
      into.set_document(text_of(root, "@id"), text_of(root, "author"), root.find("timestamp"));
  if (!set) return set;
  OpenVexReader reader(into);
  for (const Value& statement : statements->items) {
    if (into.is_full()) break;
    reader.read_statement(statement);
  }
  return {};
}

}  // namespace plimsoll::advisories
