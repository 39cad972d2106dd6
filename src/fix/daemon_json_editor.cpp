#include "fix/daemon_json_editor.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::fix {
namespace {

class Editor {
 public:
  Editor(const Source& source, const json::Document& document)
      : source_(source), text_(source.text()), root_(document.root) {
    ending_ = text_.contains("\r\n") ? "\r\n" : "\n";
    unit_ = root_.members.empty() ? "  " : indentation_of(root_.members.front());
  }

  Result<Edit> make(const Change& change) const {
    switch (change.kind) {
      case Change::Kind::set_daemon: return set(change.name, change.value);
      case Change::Kind::rewrite: return replacement(change.at.span, change.value);
      case Change::Kind::remove: return remove(change.at.span);
      default: return failure({.message = "this cannot be said in daemon.json"});
    }
  }

 private:
  Edit replacement(Span span, std::string text) const {
    return {.at = {&source_, span}, .text = std::move(text), .slot = {}, .new_file = {}};
  }

  // "log-opts.max-size": a member of the object that is a member.
  Result<Edit> set(std::string_view directive, const std::string& value) const {
    const std::size_t dot = directive.find('.');
    const std::string_view key = directive.substr(0, dot);
    const json::Value* const there = root_.find(key);
    if (dot == std::string_view::npos) {
      if (there != nullptr) return replacement(there->at, value);
      return inserted(root_, key, value, "");
    }
    const std::string_view inner = directive.substr(dot + 1);
    if (there == nullptr) {
      std::string object = "{";
      append_json_string(object, inner);
      object += concat(": ", value, "}");
      return inserted(root_, key, object, std::string(key));
    }
    if (!there->is(json::Kind::object)) {
      return failure({.message = concat("\"", key, "\" is no object")});
    }
    if (const json::Value* const old = there->find(inner)) return replacement(old->at, value);
    return inserted(*there, inner, value, std::string(key));
  }

  // A member behind the last one, laid out as the first.
  Edit inserted(const json::Value& object, std::string_view key, std::string_view value,
                std::string slot) const {
    std::string member;
    append_json_string(member, key);
    member += concat(": ", value);
    if (object.members.empty()) {
      // Of two that both fill an empty object one waits for the next round.
      const bool is_root = &object == &root_;
      const std::string whole =
          is_root ? concat("{", ending_, unit_, member, ending_, "}") : concat("{", member, "}");
      Edit edit = replacement(object.at, whole);
      edit.slot = "empty object";
      return edit;
    }
    const json::Member& first = object.members.front();
    const std::uint32_t end = object.members.back().value.at.end;
    const bool own_line = starts_line(first);
    Edit edit =
        replacement({end, end}, own_line ? concat(",", ending_, indentation_of(first), member)
                                         : concat(", ", member));
    // Two that would write the same object exclude each other, two members do not.
    if (&object == &root_) edit.slot = std::move(slot);
    return edit;
  }

  std::string_view indentation_of(const json::Member& member) const {
    std::size_t begin = member.name_at.begin;
    while (begin > 0 && is_blank(text_[begin - 1])) --begin;
    return text_.substr(begin, member.name_at.begin - begin);
  }
  bool starts_line(const json::Member& member) const {
    std::size_t begin = member.name_at.begin;
    while (begin > 0 && is_blank(text_[begin - 1])) --begin;
    return begin > 0 && text_[begin - 1] == '\n';
  }

  // An entry of a list, with the comma that it needed.
  Result<Edit> remove(Span entry) const {
    std::size_t end = entry.end;
    while (end < text_.size() && is_space(text_[end])) ++end;
    if (end < text_.size() && text_[end] == ',') {
      ++end;
      while (end < text_.size() && is_space(text_[end])) ++end;
      return replacement({entry.begin, static_cast<std::uint32_t>(end)}, "");
    }
    std::size_t begin = entry.begin;
    while (begin > 0 && is_space(text_[begin - 1])) --begin;
    if (begin > 0 && text_[begin - 1] == ',') --begin;
    Edit edit = replacement({static_cast<std::uint32_t>(begin), entry.end}, "");
    edit.slot = "last entry";
    return edit;
  }

  const Source& source_;
  std::string_view text_;
  const json::Value& root_;
  std::string_view ending_;
  std::string_view unit_;
};

}  // namespace

Result<std::vector<Edit>> daemon_json_edits(const Finding& finding) {
  const Source* const source = finding.subject_at.source;
  for (const Change& change : finding.fix.changes) {
    if (change.at.known() && change.at.source != source) {
      return failure({.message = concat("it is decided by ", change.at.source->path())});
    }
  }
  std::vector<Edit> edits;
  std::string_view body = source->text();
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  if (trim(body).empty()) {
    // A file that sets nothing yet: the others wait for the next round, which finds an object.
    const Change& first = finding.fix.changes.front();
    const auto end = static_cast<std::uint32_t>(source->text().size());
    Source empty("daemon.json", "{}");
    const Result<json::Document> document = json::read(empty);
    const Result<Edit> edit = Editor(empty, *document).make(first);
    if (!edit) return failure(edit.error());
    edits.push_back({.at = {source, {end, end}},
                     .text = concat(edit->text, "\n"),
                     .slot = "empty object",
                     .new_file = {}});
    return edits;
  }
  const Result<json::Document> document = json::read(*source);
  if (!document) return failure({.message = "daemon.json does not read"});
  const Editor editor(*source, *document);
  for (const Change& change : finding.fix.changes) {
    Result<Edit> edit = editor.make(change);
    if (!edit) return failure(std::move(edit.error()));
    edits.push_back(std::move(*edit));
  }
  return edits;
}

}  // namespace plimsoll::fix
