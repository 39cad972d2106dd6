#include "readers/trivyignore/trivyignore_yaml_reader.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/node_values.h"
#include "readers/compose/yaml_tree.h"
#include "subjects/package_url.h"

namespace plimsoll {
namespace {

using compose::Node;

using Entries = Reading<std::vector<IgnoredVulnerability>>;

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) {}

  Result<Entries> read() {
    const Result<compose::YamlReading> yaml = compose::read_yaml(source_, 0, arena_, nullptr);
    if (!yaml) return failure(yaml.error());
    out_.errors = yaml->errors;
    if (yaml->documents.empty()) return std::move(out_);
    const Node& root = *yaml->documents.front();
    if (!root.is_mapping()) return refuse(root, "the file is a mapping of kinds of findings");
    const Node* const entries = root.find("vulnerabilities");
    if (entries == nullptr || entries->is_null()) return std::move(out_);
    if (!entries->is_sequence()) return refuse(*entries, "\"vulnerabilities\" is a list");
    for (const Node* entry : entries->items) {
      if (out_.value.size() + out_.errors.size() >= max_ignored_vulnerabilities) {
        note(*entry, "the file has more entries than are read");
        break;
      }
      read_entry(*entry);
    }
    return std::move(out_);
  }

 private:
  std::unexpected<Error> refuse(const Node& at, std::string message) {
    return failure({.message = std::move(message), .at = {&source_, at.span}});
  }
  bool note(const Node& at, std::string message) {
    out_.errors.push_back({.message = std::move(message), .at = {&source_, at.span}});
    return false;
  }

  void read_entry(const Node& node) {
    if (!node.is_mapping()) {
      note(node, "an entry is a mapping");
      return;
    }
    IgnoredVulnerability entry;
    entry.at = {&source_, node.span};
    if (!read_text(node, "id", entry.id) || !read_text(node, "statement", entry.reason)) return;
    if (entry.id.empty()) {
      note(node, "the entry has no \"id\"");
      return;
    }
    if (!read_texts(node, "paths", entry.paths, &Reader::is_pattern)) return;
    if (!read_texts(node, "purls", entry.purls, &Reader::is_package)) return;
    if (read_day(node, entry.expires)) out_.value.push_back(std::move(entry));
  }

  // True when it is not there, too.
  bool read_text(const Node& entry, std::string_view key, std::string& into) {
    const Node* const node = entry.find(key);
    if (node == nullptr || node->is_null()) return true;
    if (!node->is_scalar()) return note(*node, concat("\"", key, "\" is a text"));
    into = compose::value_of(*node);
    if (into.size() <= max_ignored_text) return true;
    return note(*node, concat("\"", key, "\" is too long"));
  }

  bool read_texts(const Node& entry, std::string_view key, std::vector<std::string>& into,
                  bool (Reader::*is_right)(const Node& at, std::string_view text)) {
    const Node* const node = entry.find(key);
    if (node == nullptr || node->is_null()) return true;
    if (!node->is_sequence()) return note(*node, concat("\"", key, "\" is a list"));
    if (node->items.size() > max_ignored_places) {
      return note(*node, concat("\"", key, "\" has more items than are read"));
    }
    for (const Node* item : node->items) {
      if (!item->is_scalar() || item->is_null()) {
        return note(*item, concat("\"", key, "\" is a list of texts"));
      }
      into.push_back(compose::value_of(*item));
      if (into.back().size() > max_ignored_text) return note(*item, "the text is too long");
      if (!(this->*is_right)(*item, into.back())) return false;
    }
    return true;
  }

  bool is_pattern(const Node& at, std::string_view text) {
    if (text.find_first_of("[]{}\\") == std::string_view::npos) return true;
    return note(at, "of patterns *, ** and ? are read");
  }

  bool is_package(const Node& at, std::string_view text) {
    if (parse_package_url(text)) return true;
    return note(at, concat("this is no package URL: \"", printable(text), "\""));
  }

  // A day, or a time of which the day counts.
  bool read_day(const Node& entry, std::string& into) {
    std::string text;
    if (!read_text(entry, "expired_at", text)) return false;
    if (text.empty()) return true;
    into = text.substr(0, 10);
    const bool has_time = text.size() > 10;
    if (is_date(into) && (!has_time || text[10] == 'T' || text[10] == 't' || text[10] == ' ')) {
      return true;
    }
    return note(*entry.find("expired_at"), "\"expired_at\" is a day as 2026-01-01");
  }

  const Source& source_;
  Arena arena_;
  Entries out_;
};

}  // namespace

Result<Entries> read_trivyignore_yaml(const Source& source) {
  return Reader(source).read();
}

}  // namespace plimsoll
