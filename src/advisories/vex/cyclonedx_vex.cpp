// CycloneDX: an inventory can say of its components, or of those of another one, whether flaws are
// theirs. What it says of a flaw without an analysis is a finding and no statement.
#include <map>

#include "advisories/vex/vex_collector.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"

namespace plimsoll::advisories {
namespace {

using json::Kind;
using json::text_of;
using json::Value;

std::optional<VexStatus> status_of(std::string_view state) {
  if (state == "exploitable") return VexStatus::affected;
  if (state == "in_triage") return VexStatus::under_investigation;
  if (is_one_of(state, {"not_affected", "false_positive"})) return VexStatus::not_affected;
  if (is_one_of(state, {"resolved", "resolved_with_pedigree"})) return VexStatus::fixed;
  return std::nullopt;
}

// The first text of these that is there.
const Value* first_of(std::initializer_list<const Value*> values) {
  for (const Value* const value : values) {
    if (value != nullptr && !value->is(Kind::null)) return value;
  }
  return nullptr;
}

const Value* find(const Value* object, std::string_view name) {
  return object == nullptr ? nullptr : object->find(name);
}

class CycloneDxReader {
 public:
  CycloneDxReader(const Value& root, VexCollector& into) : root_(root), into_(into) {
    if (const Value* const about = find(root.find("metadata"), "component")) add_component(*about);
    add_components(root);
  }

  void read_vulnerability(const Value& value) {
    if (!value.is(Kind::object)) return into_.note("a vulnerability is an object", value);
    const Value* const analysis = value.find("analysis");
    const Value* const state = find(analysis, "state");
    if (state == nullptr) return;
    const std::optional<VexStatus> status = status_of(text_of(*analysis, "state"));
    if (!status) return into_.note("the analysis has a state that CycloneDX does not", *state);
    VexStatement statement = into_.begin(value);
    statement.status = *status;
    statement.justification = text_for_people(*analysis, "justification");
    statement.statement = text_for_people(*analysis, "detail");
    const Value* const time = first_of(
        {analysis->find("lastUpdated"), analysis->find("firstIssued"), value.find("updated")});
    if (!into_.set_timestamp(statement, time)) return;
    read_names(value, statement);
    if (statement.vulnerabilities.empty()) {
      return into_.note("the vulnerability has no \"id\"", value);
    }
    if (const Value* const affects = value.find("affects")) {
      for (const Value& item : affects->items) read_affected(item, statement);
    }
    into_.add(std::move(statement));
  }

 private:
  // Components can hold components; the reader of JSON bounds how deep.
  void add_component(const Value& component) {
    const std::string_view ref = text_of(component, "bom-ref");
    if (!ref.empty()) components_.emplace(ref, &component);
    add_components(component);
  }
  void add_components(const Value& around) {
    const Value* const components = around.find("components");
    if (components == nullptr) return;
    for (const Value& component : components->items) add_component(component);
  }

  void read_names(const Value& value, VexStatement& statement) {
    if (const Value* const id = value.find("id")) into_.keep(statement.vulnerabilities, *id);
    const Value* const references = value.find("references");
    if (references == nullptr) return;
    for (const Value& reference : references->items) {
      if (const Value* const id = reference.find("id")) {
        into_.keep(statement.vulnerabilities, *id);
      }
    }
  }

  // The component that a reference means; null for one that is not in this document.
  const Value* component_of(std::string_view ref) const {
    const auto found = components_.find(ref);
    return found == components_.end() ? nullptr : found->second;
  }

  // "urn:cdx:SERIAL/VERSION#REF" names a component of another document, or of this one.
  bool is_of_this_document(std::string_view link) const {
    constexpr std::string_view prefix = "urn:uuid:";
    std::string_view serial = text_of(root_, "serialNumber");
    if (!serial.starts_with(prefix)) return false;
    serial.remove_prefix(prefix.size());
    return equal_ignoring_case(link.substr(0, link.find('/')), serial);
  }

  void read_affected(const Value& item, VexStatement& statement) {
    constexpr std::string_view link = "urn:cdx:";
    const Value* const written = item.find("ref");
    if (written == nullptr || !written->is(Kind::string)) {
      return into_.note("what is affected has no \"ref\"", item);
    }
    VexProduct product;
    std::string ref(written->text);
    const Value* component = nullptr;
    if (ref.starts_with(link)) {
      const std::size_t hash = ref.find('#');
      const bool is_here = is_of_this_document(std::string_view(ref).substr(link.size()));
      // A link without a part is to the document as a whole: to what it is about.
      if (hash == std::string::npos) {
        if (is_here) component = find(root_.find("metadata"), "component");
      } else {
        ref = ref.substr(hash + 1);
        if (ref.starts_with("pkg%3A") || ref.starts_with("pkg%3a")) ref = decoded(ref);
        if (is_here) component = component_of(ref);
        if (is_here && component == nullptr) component = component_of(decoded(ref));
      }
    } else {
      component = component_of(ref);
    }
    if (component != nullptr) {
      read_component(*component, product);
    } else if (ref.starts_with("pkg:")) {
      // Tools name components by their package URLs.
      into_.keep(product.names, ref, *written);
    } else {
      return into_.note(concat("no component has the reference \"",
                               printable(text_for_people(written->text)), "\""),
                        *written);
    }
    if (product.names.empty()) {
      return into_.note("the component has no package URL", *written);
    }
    if (const Value* const versions = item.find("versions");
        versions != nullptr && !versions->items.empty() && !product.names.front().contains('@')) {
      return into_.note("a list of versions is not read: the component must have its version",
                        *versions);
    }
    statement.products.push_back(std::move(product));
  }

  // A digest says which image it is, a name alone says it of all of that name.
  void read_component(const Value& component, VexProduct& product) {
    if (const Value* const url = component.find("purl")) {
      into_.keep(product.names, *url);
      return;
    }
    const std::string_view name = text_of(component, "name");
    const std::string_view version = text_of(component, "version");
    if (text_of(component, "type") != "container" || name.empty()) return;
    if (version.starts_with("sha256:")) {
      into_.keep(product.names, version, component);
    } else if (version.empty() || last_part_has_tag(name)) {
      into_.keep(product.names, name, component);
    } else {
      into_.keep(product.names, concat(name, ":", version), component);
    }
  }
  static bool last_part_has_tag(std::string_view name) {
    return name.substr(name.rfind('/') + 1).contains(':');
  }

  // What cannot be decoded stays as it is.
  static std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::optional<unsigned> byte = text[i] == '%' && i + 2 < text.size()
                                               ? number_of<unsigned>(text.substr(i + 1, 2), 16)
                                               : std::nullopt;
      out += byte ? static_cast<char>(*byte) : text[i];
      if (byte) i += 2;
    }
    return out;
  }

  const Value& root_;
  VexCollector& into_;
  std::map<std::string_view, const Value*> components_;
};

std::string_view author_of(const Value& root) {
  const Value* const metadata = root.find("metadata");
  if (metadata == nullptr) return {};
  if (const Value* const authors = metadata->find("authors")) {
    if (!authors->items.empty()) return text_of(authors->items.front(), "name");
  }
  for (const std::string_view name : {"manufacturer", "supplier", "manufacture"}) {
    if (const Value* const who = metadata->find(name)) return text_of(*who, "name");
  }
  return {};
}

}  // namespace

Result<void> read_cyclonedx_vex(const Value& root, VexCollector& into) {
  if (text_of(root, "bomFormat") != "CycloneDX") {
    return into.refusal("\"bomFormat\" is \"CycloneDX\" and nothing else", *root.find("bomFormat"));
  }
  const Value* const version = root.find("specVersion");
  if (!is_one_of(text_of(root, "specVersion"), {"1.4", "1.5", "1.6", "1.7"})) {
    return into.refusal("CycloneDX says something of vulnerabilities in its versions 1.4 to 1.7",
                        version == nullptr ? root : *version);
  }
  Result<void> set = into.set_document(text_of(root, "serialNumber"), author_of(root),
                                       find(root.find("metadata"), "timestamp"));
  if (!set) return set;
  const Value* const vulnerabilities = root.find("vulnerabilities");
  if (vulnerabilities == nullptr) return {};
  if (!vulnerabilities->is(Kind::array)) {
    return into.refusal("\"vulnerabilities\" is an array", *vulnerabilities);
  }
  CycloneDxReader reader(root, into);
  for (const Value& vulnerability : vulnerabilities->items) {
    if (into.is_full()) break;
    reader.read_vulnerability(vulnerability);
  }
  return {};
}

}  // namespace plimsoll::advisories
