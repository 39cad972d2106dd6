#include "fix/daemon_json_editor.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::fix {
namespace {

// What becomes of a directive: it gets a value, or of its object some members do. Members that one
// fix sets in one object are written together, below one key.
struct Setting {
  std::string_view key;
  std::string_view value;  // JSON; of no use when there are members
  std::vector<Setting> members;
};

// "log-opts.max-size": a member of the object that is a member.
void add_setting(std::vector<Setting>& settings, std::string_view path, std::string_view value) {
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  auto setting = std::ranges::find(settings, key, &Setting::key);
  if (setting == settings.end()) {
    settings.push_back({key, {}, {}});
    setting = std::prev(settings.end());
  }
  if (dot == std::string_view::npos) {
    setting->value = value;
  } else {
    add_setting(setting->members, path.substr(dot + 1), value);
  }
}

class Editor {
 public:
  Editor(const Source& source, const json::Document& document)
      : source_(source), text_(source.text()), root_(document.root) {
    ending_ = text_.contains("\r\n") ? "\r\n" : "\n";
    unit_ = root_.members.empty() ? "  " : indentation_of(root_.members.front());
    for (const json::Member& member : root_.members) {
      const json::Value& value = member.value;
      if (!value.is(json::Kind::object) || value.members.empty()) continue;
      has_objects_in_lines_ = starts_line(value.members.front());
      break;
    }
  }

  Result<std::vector<Edit>> make(std::span<const Change> changes) {
    std::vector<Setting> settings;
    for (const Change& change : changes) {
      switch (change.kind) {
        case Change::Kind::set_daemon: add_setting(settings, change.name, change.value); break;
        case Change::Kind::rewrite: replace(change.at.span, change.value); break;
        case Change::Kind::remove: remove(change.at.span); break;
        default: return failure({.message = "this cannot be said in daemon.json"});
      }
    }
    if (std::optional<Error> error = set(root_, settings)) return failure(std::move(*error));
    return std::move(edits_);
  }

 private:
  void replace(Span span, std::string text, std::string slot = {}) {
    edits_.push_back(
        {.at = {&source_, span}, .text = std::move(text), .slot = std::move(slot), .new_file = {}});
  }

  std::optional<Error> set(const json::Value& object, std::span<const Setting> settings) {
    std::vector<Setting> missing;
    for (const Setting& setting : settings) {
      const json::Value* const there = object.find(setting.key);
      if (there == nullptr) {
        missing.push_back(setting);
      } else if (setting.members.empty()) {
        replace(there->at, std::string(setting.value));
      } else if (there->is(json::Kind::object)) {
        if (std::optional<Error> error = set(*there, setting.members)) return error;
      } else {
        return Error{.message = concat("\"", setting.key, "\" is no object")};
      }
    }
    if (!missing.empty()) insert(object, missing);
    return std::nullopt;
  }

  // Members behind the last one, laid out as the first. Of two fixes that set the same one, or that
  // both fill an empty object, one waits for the next round.
  void insert(const json::Value& object, std::span<const Setting> settings) {
    const bool is_root = &object == &root_;
    if (object.members.empty()) {
      const std::string_view outer = is_root ? "" : line_indentation(object.at.begin);
      replace(object.at, object_of(settings, outer, is_root || has_objects_in_lines_));
      return;
    }
    const json::Member& first = object.members.front();
    const std::uint32_t end = object.members.back().value.at.end;
    const bool own_line = starts_line(first);
    const std::string_view indentation = own_line ? indentation_of(first) : "";
    for (const Setting& setting : settings) {
      std::string text = own_line ? concat(",", ending_, indentation) : ", ";
      text += member_of(setting, indentation, own_line && has_objects_in_lines_);
      replace({end, end}, std::move(text), std::string(setting.key));
    }
  }

  std::string member_of(const Setting& setting, std::string_view indentation, bool in_lines) const {
    std::string out;
    append_json_string(out, setting.key);
    out += ": ";
    out += setting.members.empty() ? std::string(setting.value)
                                   : object_of(setting.members, indentation, in_lines);
    return out;
  }

  // `outer` is how far the line is indented that the object begins in.
  std::string object_of(std::span<const Setting> members, std::string_view outer,
                        bool in_lines) const {
    const std::string inner = concat(outer, unit_);
    std::string out = "{";
    for (const Setting& member : members) {
      if (out.size() > 1) out += in_lines ? "," : ", ";
      if (in_lines) out += concat(ending_, inner);
      out += member_of(member, inner, in_lines && has_objects_in_lines_);
    }
    return out + (in_lines ? concat(ending_, outer, "}") : "}");
  }

  std::string_view line_indentation(std::size_t offset) const {
    const std::size_t begin = offset == 0 ? 0 : text_.rfind('\n', offset - 1) + 1;
    return text_.substr(begin, text_.find_first_not_of(" \t", begin) - begin);
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
  void remove(Span entry) {
    std::size_t end = entry.end;
    while (end < text_.size() && is_space(text_[end])) ++end;
    if (end < text_.size() && text_[end] == ',') {
      ++end;
      while (end < text_.size() && is_space(text_[end])) ++end;
      return replace({entry.begin, static_cast<std::uint32_t>(end)}, "");
    }
    std::size_t begin = entry.begin;
    while (begin > 0 && is_space(text_[begin - 1])) --begin;
    if (begin > 0 && text_[begin - 1] == ',') --begin;
    replace({static_cast<std::uint32_t>(begin), entry.end}, "", "last entry");
  }

  const Source& source_;
  std::string_view text_;
  const json::Value& root_;
  std::string_view ending_;
  std::string_view unit_;
  bool has_objects_in_lines_ = false;
  std::vector<Edit> edits_;
};

}  // namespace

Result<std::vector<Edit>> daemon_json_edits(const Finding& finding) {
  const Source* const source = finding.subject_at.source;
  for (const Change& change : finding.fix.changes) {
    if (change.at.known() && change.at.source != source) {
      return failure({.message = concat("it is decided by ", change.at.source->path())});
    }
  }
  std::string_view body = source->text();
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  if (trim(body).empty()) {
    // A file that sets nothing yet: the other fixes wait for the next round, which finds an object.
    const std::string_view ending = body.contains("\r\n") ? "\r\n" : "\n";
    const Source empty("daemon.json", concat("{}", ending));
    const Result<json::Document> document = json::read(empty);
    Result<std::vector<Edit>> edits = Editor(empty, *document).make(finding.fix.changes);
    if (!edits) return edits;
    const auto end = static_cast<std::uint32_t>(source->text().size());
    const auto begin = end - static_cast<std::uint32_t>(body.size());
    for (Edit& edit : *edits) {
      edit.at = {source, {begin, end}};
      if (body.empty() || body.ends_with('\n')) edit.text += ending;
      edit.slot = "the object";
    }
    return edits;
  }
  const Result<json::Document> document = json::read(*source);
  if (!document) return failure({.message = "daemon.json does not read"});
  return Editor(*source, *document).make(finding.fix.changes);
}

}  // namespace plimsoll::fix
