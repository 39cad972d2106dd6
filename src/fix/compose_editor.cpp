// YAML can say one thing in many ways: in blocks or in braces, indented by two or by four, list
// entries under their key or behind it, a mapping that stands elsewhere and is merged in by `<<`. A
// change has to be written in the way that the file is written already. So three questions are
// asked of the text before anything is put into it:
//   - where does the value stand that the change is about? A value that came through an alias or a
//     merge key stands where its anchor is, and is changed there;
//   - is the collection around it a block or a flow? Blocks get whole lines behind their last one,
//     flows get `, entry` before their bracket;
//   - how does this file indent? Lines that are added are indented like their neighbours.
// What a service lacks is put into it; beside that edit stands what it would be in a mapping that
// it shares with others (fix/shared_mappings.h), for the case that all of them are to get the same.
#include "fix/compose_editor.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <span>

#include "base/text.h"
#include "base/utf8.h"
#include "fix/lines.h"
#include "fix/shared_mappings.h"
#include "readers/compose/stack_keys.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll::fix {
namespace {

using compose::Node;
using compose::Pair;

bool contains(Span outer, Span inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

// `[a, b]` and `{a: b}`, but not `[::1]:80:80`.
bool is_flow_text(std::string_view value) {
  return (value.starts_with('[') && value.ends_with(']')) ||
         (value.starts_with('{') && value.ends_with('}'));
}

// A scalar as YAML text: quoted where it would be read as something else than its text. Numbers and
// flow collections are meant as they are. Inside of a flow a comma ends a scalar.
std::string yaml_scalar(std::string_view value, bool in_flow = false) {
  if (is_flow_text(value)) return std::string(value);
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+=,:%@()$ ";
  const bool safe_start = !value.empty() && (is_alpha(value[0]) || is_digit(value[0]) ||
                                             value[0] == '/' || value[0] == '.' || value[0] == '$');
  bool quote = !safe_start || value.find_first_not_of(plain) != std::string_view::npos ||
               value.contains(": ") || value.ends_with(':') || value.ends_with(' ') ||
               (in_flow && value.contains(','));
  // 22:22 is a number to base 60 for old readers; two colons or a dot are not worth the risk.
  const bool digits_and_colons =
      value.contains(':') && value.find_first_not_of("0123456789:") == std::string_view::npos;
  for (const std::string_view word : {"yes", "no", "on", "off", "null", "~"}) {
    quote = quote || equal_ignoring_case(value, word);
  }
  if (!quote && !digits_and_colons) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// What stands around `old` in `value`, when there is no more to it.
std::optional<std::string> added_to(std::string_view old, std::string_view value) {
  const std::size_t at = old.empty() ? std::string_view::npos : value.find(old);
  if (at == std::string_view::npos) return std::nullopt;
  return concat(value.substr(0, at), value.substr(at + old.size()));
}

// A value in the quotes that the old one has, where it can stand in them. What needs none, with a
// plain word before or behind it, still needs none: `${DATA}/a:/b` and `${DATA}/a:/b:ro`.
std::string in_quotes_of(std::string_view old, std::string_view value, bool in_flow) {
  const bool quoted = old.size() > 1 && (old[0] == '"' || old[0] == '\'') && old.back() == old[0];
  if (!quoted) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789./-:";
    const std::optional<std::string> added = added_to(old, value);
    const bool stays_plain = added && added->find_first_not_of(plain) == std::string::npos &&
                             !value.starts_with('-') && !value.ends_with(':');
    const bool looks_like_number =
        value.find_first_not_of("0123456789:.") == std::string_view::npos;
    if (stays_plain && !looks_like_number) return std::string(value);
    return yaml_scalar(value, in_flow);
  }
  if (value.find_first_of("\"'\\") != std::string_view::npos || is_flow_text(value)) {
    return yaml_scalar(value, in_flow);
  }
  return concat(old.substr(0, 1), value, old.substr(0, 1));
}

// The whole value is a variable: ${PRIVILEGED:-true}.
bool is_variable(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\'')) text.remove_prefix(1);
  if (text.ends_with('"') || text.ends_with('\'')) text.remove_suffix(1);
  return text.starts_with('$') && (text.ends_with('}') || !text.contains(':'));
}

std::string behind_hash(std::string_view comment) {
  return comment.empty() ? std::string() : concat("  # ", comment);
}

// YAML ends lines at these, too, and hardly anybody else does.
bool has_rare_line_ends(std::string_view text) {
  for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') return true;
  }
  // U+0085, U+2028, U+2029
  return text.contains("\xC2\x85") || text.contains("\xE2\x80\xA8") ||
         text.contains("\xE2\x80\xA9");
}

std::string blanks(std::size_t count) {
  return std::string(count, ' ');
}

}  // namespace

class ComposeEditor::Tree {
 public:
  Tree(const Source& source, std::span<const Node* const> documents,
       std::span<const compose::Merge> merges, bool for_swarm)
      : source_(source),
        text_(source.text()),
        documents_(documents),
        shared_mappings_(documents, merges),
        for_swarm_(for_swarm),
        has_rare_line_ends_(has_rare_line_ends(text_)) {
    // The services first: what is added goes there.
    for (const Node* document : documents_) {
      const Pair* const services = document->find_pair("services");
      if (services != nullptr && value_is_here(*services)) learn_services(*document, *services);
    }
    for (const Node* document : documents_) learn_style(*document, 0);
  }

  Result<std::vector<Edit>> edits(std::span<const Change> changes, const Location& service) {
    edits_.clear();
    additions_.clear();
    removals_.clear();
    if (has_rare_line_ends_) {
      return failure({.message = "some lines of the file end in a way that is not changed"});
    }
    for (const Change& change : changes) {
      const Location& at = change.service.known() ? change.service : service;
      if (std::optional<Error> error = make(change, at.span)) return failure(std::move(*error));
    }
    if (std::optional<Error> error = make_additions()) return failure(std::move(*error));
    if (std::optional<Error> error = make_removals()) return failure(std::move(*error));
    if (std::ranges::any_of(edits_, [&](const Edit& one) { return takes_anchor(one); })) {
      return failure({.message = "other parts of the file use it through its anchor"});
    }
    return std::move(edits_);
  }

  bool is_part(Span service) const {
    const std::vector<Found> path = path_to(service);
    if (path.empty() || !path.back().node->is_mapping()) return false;
    return std::ranges::none_of(
        std::to_array<std::string_view>({"image", "build", "extends", "provider"}),
        [&](std::string_view key) { return path.back().node->find(key) != nullptr; });
  }

  int turn_of(Span service) const {
    const std::vector<Found> path = path_to(service);
    if (path.empty() || path.back().pair == nullptr) return 0;
    const Node* node = path.back().node;
    int turn = 0;
    // A circle of services is refused elsewhere; here it only has to end.
    for (; turn < most_extended; ++turn) {
      const Node* const extends = node->find("extends");
      if (extends == nullptr) return turn;
      // In another file the other service may extend a third.
      if (extends->find("file") != nullptr) return turn + 2;
      node = extended_by(*node, *path.back().parent);
      if (node == nullptr) return turn + 1;
    }
    return turn;
  }

 private:
  std::optional<Error> make(const Change& change, Span service) {
    switch (change.kind) {
      case Change::Kind::set: return change.at.known() ? rewrite(change) : put(change, service);
      case Change::Kind::add: return put(change, service);
      case Change::Kind::remove: return remove(change.at.span);
      case Change::Kind::rewrite: return rewrite(change);
      case Change::Kind::set_in: return set_in(change);
      case Change::Kind::declare: return declare(change);
      default: return Error{.message = "a compose file has nothing like it"};
    }
  }

  static constexpr std::size_t usual_step = 2;
  static constexpr int most_extended = 8;

  // The service of this file that one extends, or null.
  static const Node* extended_by(const Node& service, const Node& services) {
    const Node* const extends = service.find("extends");
    if (extends == nullptr || extends->find("file") != nullptr) return nullptr;
    const Node* const name = extends->is_scalar() ? extends : extends->find("service");
    return name == nullptr ? nullptr : services.find(name->text);
  }

  // --- how the file is written ------------------------------------------------------------------

  // Of the first line's the byte order mark is no part.
  std::size_t column_of(std::uint32_t offset) const {
    const std::uint32_t start = line_start(text_, offset);
    return offset -
           (start == 0 && text_.starts_with(byte_order_mark) ? byte_order_mark.size() : start);
  }

  bool is_flow(const Node& node) const {
    if (node.span.begin >= text_.size()) return false;
    const char c = text_[node.span.begin];
    return c == '[' || c == '{';
  }

  void learn_services(const Node& document, const Pair& services) {
    const Node& mapping = *services.value;
    if (!is_own(document, services) || !mapping.is_mapping() || is_flow(mapping)) return;
    for (const Pair& service : mapping.pairs) {
      if (is_own(mapping, service) && value_is_here(service) && !is_flow(*service.value)) {
        learn_style(*service.value, 2);
      }
    }
    learn_style(mapping, 1);
  }

  // The first block list under a key says whether entries are indented, the first block mapping
  // under a key by how much.
  void learn_style(const Node& node, std::size_t depth) {
    if (depth > 6 || (sequence_step_ && mapping_step_)) return;
    for (const Pair& pair : node.pairs) {
      const Node& value = *pair.value;
      if (!is_own(node, pair) || !value_is_here(pair) || value.is_scalar() || is_flow(value)) {
        continue;
      }
      const std::size_t outer = column_of(pair.key_span.begin);
      if (value.is_sequence() && !value.items.empty()) {
        const std::uint32_t dash = dash_of(value.span.begin);
        if (!sequence_step_ && column_of(dash) >= outer) sequence_step_ = column_of(dash) - outer;
      } else if (value.is_mapping() && !value.pairs.empty()) {
        const std::size_t inner = column_of(value.span.begin);
        if (!mapping_step_ && inner > outer) mapping_step_ = inner - outer;
      }
      learn_style(value, depth + 1);
    }
  }

  std::size_t sequence_step() const { return sequence_step_.value_or(usual_step); }
  std::size_t mapping_step() const { return mapping_step_.value_or(usual_step); }

  // The dash of a block list's entry; a block sequence's span starts at its first dash.
  std::uint32_t dash_of(std::uint32_t offset) const {
    const std::uint32_t start = line_start(text_, offset);
    for (std::uint32_t at = offset; at > start; --at) {
      if (text_[at] == '-' && is_blank_range(text_, at + 1, offset)) return at;
    }
    return offset;
  }

  // --- where things stand -----------------------------------------------------------------------

  struct Found {
    const Node* node = nullptr;
    const Node* parent = nullptr;
    const Pair* pair = nullptr;  // when the parent is a mapping
  };

  // What the parent has there: a value may stand in it several times, as an alias.
  static const void* entry_of(const Found& found) {
    return found.pair != nullptr ? static_cast<const void*>(found.pair) : found.node;
  }

  // The way from a document down to the innermost key or entry whose text holds the span.
  std::vector<Found> path_to(Span span) const {
    std::vector<Found> path;
    for (const Node* document : documents_) {
      if (!contains(document->span, span)) continue;
      path.push_back({document, nullptr, nullptr});
      const Node* node = document;
      while (node != nullptr) {
        const Node* next = nullptr;
        for (const Pair& pair : node->pairs) {
          if (!is_own(*node, pair)) continue;
          const bool here = value_is_here(pair);
          const Span whole{pair.key_span.begin, here ? pair.value->span.end : pair.key_span.end};
          if (!contains(whole, span)) continue;
          path.push_back({pair.value, node, &pair});
          if (here && contains(pair.value->span, span)) next = pair.value;
          break;
        }
        for (const Node* item : node->items) {
          if (!contains(node->span, item->span) || !contains(item->span, span)) continue;
          path.push_back({item, node, nullptr});
          next = item;
          break;
        }
        node = next;
      }
      break;
    }
    return path;
  }

  // --- putting settings in ----------------------------------------------------------------------

  std::optional<Error> put(const Change& change, Span service) {
    const std::vector<Found> path = path_to(service);
    if (path.empty() || path.back().pair == nullptr || path.back().pair->key_span != service) {
      return Error{.message = "the service is not declared in this file"};
    }
    const Node& mapping = *path.back().node;
    const Pair& declaration = *path.back().pair;
    if (!value_is_here(declaration)) {
      return Error{.message = "the service is an alias of another one"};
    }
    if (!mapping.is_mapping()) return Error{.message = "the service has no settings of its own"};
    const SettingSpelling& spelling = change.setting.spelling();
    std::string_view key = spelling.key;
    if (!spelling.deploy_key.empty() && mapping.find(key) == nullptr) {
      const Node* const deploy = mapping.find("deploy");
      const bool has_resources = deploy != nullptr && deploy->find("resources") != nullptr;
      if (for_swarm_ || has_resources) key = spelling.deploy_key;
    }
    const std::vector<std::string_view> keys = split(key, '.');
    if (for_swarm_ && !compose::stack_honours(keys.front())) {
      return Error{.message = concat("a swarm stack drops ", keys.front())};
    }
    return put_at(mapping, keys, change, key.ends_with(".cpus"));
  }

  // Slots are named after the collection, not after the service: several services may share it.
  static std::string slot_in(const Node& collection, std::string_view what) {
    return concat(std::to_string(collection.span.begin), ".", what);
  }

  // `as_text`: a number that has to be a string.
  std::optional<Error> put_at(const Node& mapping, std::span<const std::string_view> path,
                              const Change& change, bool as_text = false) {
    const Pair* const pair = mapping.find_pair(path.front());
    if (pair == nullptr || pair->value->is_null()) {
      const bool is_there = pair != nullptr && is_own(mapping, *pair);
      additions_.push_back(
          {&mapping, is_there ? pair : nullptr, {path.begin(), path.end()}, &change, as_text});
      return std::nullopt;
    }
    const Node& value = *pair->value;
    if (path.size() > 1) {
      // `ulimits: [..]` and `logging.options` are always mappings.
      if (!value.is_mapping()) return Error{.message = "the key above it holds something else"};
      return put_at(value, path.subspan(1), change, as_text);
    }
    if (change.kind == Change::Kind::add) {
      additions_.push_back({&value, nullptr, {}, &change});
      return std::nullopt;
    }
    if (!value.is_scalar()) {
      // `nofile: {soft: …, hard: …}` and the like are replaced whole.
      if (is_flow(value)) return replace(value.span, yaml_scalar(change.value));
      return Error{.message = "it is written over several lines"};
    }
    return replace_scalar(value.span, change.value);
  }

  // The key path `name` in a mapping that is an entry of a list, or that stands behind a key.
  std::optional<Error> set_in(const Change& change) {
    const std::vector<Found> path = path_to(change.at.span);
    const auto entry = std::ranges::find_if(path, [&](const Found& found) {
      const bool by_key = found.pair != nullptr && found.pair->key_span == change.at.span;
      return found.node->is_mapping() && (by_key || found.node->span == change.at.span);
    });
    if (entry == path.end()) return Error{.message = "it is not written in this file"};
    return put_at(*entry->node, split(change.name, '.'), change);
  }

  // --- what is added, key by key ----------------------------------------------------------------

  // A key that a mapping lacks, with the keys below it, or (with an empty path) an entry of a list.
  // A fix may add several below one key, which is then written once.
  struct Addition {
    const Node* to = nullptr;
    const Pair* empty_pair = nullptr;  // the key is there without a value
    std::vector<std::string_view> path;
    const Change* change = nullptr;
    bool as_text = false;
  };
  using Additions = std::vector<const Addition*>;

  // Whether the service gets it by extending one that the same fix gives the same.
  bool is_inherited(const Addition& addition, const Node& services) const {
    const Node* node = addition.to;
    for (int i = 0; i < most_extended; ++i) {
      node = extended_by(*node, services);
      if (node == nullptr || node == addition.to) return false;
      const bool is_given = std::ranges::any_of(additions_, [&](const Addition& other) {
        return other.to == node && other.path == addition.path &&
               other.change->kind == addition.change->kind &&
               other.change->value == addition.change->value;
      });
      if (is_given) return true;
    }
    return false;
  }

  void leave_out_inherited() {
    if (additions_.size() < 2) return;
    std::vector<bool> inherited(additions_.size());
    for (const Node* document : documents_) {
      const Node* const services = document->find("services");
      if (services == nullptr) continue;
      for (std::size_t i = 0; i < additions_.size(); ++i) {
        inherited[i] = inherited[i] || is_inherited(additions_[i], *services);
      }
    }
    std::size_t index = 0;
    std::erase_if(additions_, [&](const Addition&) { return inherited[index++]; });
  }

  std::optional<Error> make_additions() {
    leave_out_inherited();
    std::vector<bool> done(additions_.size());
    for (std::size_t i = 0; i < additions_.size(); ++i) {
      if (done[i]) continue;
      const Addition& first = additions_[i];
      Additions group;
      for (std::size_t j = i; j < additions_.size(); ++j) {
        const Addition& other = additions_[j];
        const bool same_key = first.path.empty() == other.path.empty() &&
                              (first.path.empty() || first.path.front() == other.path.front());
        if (first.to != other.to || !same_key) continue;
        done[j] = true;
        group.push_back(&other);
      }
      std::optional<Error> error = first.path.empty()            ? append_items(group)
                                   : first.empty_pair != nullptr ? fill_empty(group)
                                                                 : append_pair(group);
      if (error) return error;
    }
    return std::nullopt;
  }

  // Additions that go on below their first `depth` keys, in groups of one key.
  static std::vector<Additions> by_key(const Additions& additions, std::size_t depth) {
    std::vector<Additions> groups;
    for (const Addition* addition : additions) {
      if (addition->path.size() <= depth) continue;
      const auto group = std::ranges::find_if(groups, [&](const Additions& other) {
        return other.front()->path[depth] == addition->path[depth];
      });
      if (group != groups.end()) {
        group->push_back(addition);
      } else {
        groups.push_back({addition});
      }
    }
    return groups;
  }

  // `key:` without a value.
  std::optional<Error> fill_empty(const Additions& group) {
    const Pair& pair = *group.front()->empty_pair;
    const std::uint32_t end = line_end(text_, pair.key_span.end);
    std::uint32_t colon = pair.key_span.end;
    while (colon < end && text_[colon] != ':') ++colon;
    if (colon == end || is_flow(*group.front()->to) ||
        !trim(text_.substr(colon + 1, end - colon - 1)).empty()) {
      return Error{.message = "the key is there without a value"};
    }
    std::string lines = block_pair(group, 0, column_of(pair.key_span.begin));
    if (lines.ends_with('\n')) lines.pop_back();
    edit(line_start(text_, pair.key_span.begin), end, with_endings(lines, line_ending(text_)), {});
    return std::nullopt;
  }

  static std::string value_of(const Addition& addition, bool in_flow) {
    const std::string& value = addition.change->value;
    return addition.as_text ? concat("\"", value, "\"") : yaml_scalar(value, in_flow);
  }

  // The lines of `a: b`, `a:\n  b: c`, `a:\n  - b`, indented. All have the same key at `depth`.
  std::string block_pair(const Additions& group, std::size_t depth, std::size_t indentation) const {
    std::string out = concat(blanks(indentation), group.front()->path[depth], ":");
    const std::vector<Additions> below = by_key(group, depth + 1);
    if (!below.empty()) {
      out += '\n';
      for (const Additions& one : below) {
        out += block_pair(one, depth + 1, indentation + mapping_step());
      }
      return out;
    }
    if (group.front()->change->kind == Change::Kind::add) {
      out += '\n';
      for (const Addition* addition : group) {
        out += concat(blanks(indentation + sequence_step()), "- ",
                      yaml_scalar(addition->change->value), behind_hash(addition->change->comment),
                      "\n");
      }
      return out;
    }
    return concat(out, " ", value_of(*group.front(), false),
                  behind_hash(group.front()->change->comment), "\n");
  }

  // The same in a flow: `a: {b: c}`, `a: [b]`.
  static std::string flow_pair(const Additions& group, std::size_t depth) {
    std::string inside;
    const std::string_view key = group.front()->path[depth];
    const std::vector<Additions> below = by_key(group, depth + 1);
    for (const Additions& one : below) {
      inside += concat(inside.empty() ? "" : ", ", flow_pair(one, depth + 1));
    }
    if (!below.empty()) return concat(key, ": {", inside, "}");
    if (group.front()->change->kind == Change::Kind::add) {
      return concat(key, ": [", flow_entries(group), "]");
    }
    return concat(key, ": ", value_of(*group.front(), true));
  }

  static std::string flow_entries(const Additions& group) {
    std::string out;
    for (const Addition* addition : group) {
      out += concat(out.empty() ? "" : ", ", yaml_scalar(addition->change->value, true));
    }
    return out;
  }

  std::optional<Error> append_pair(const Additions& group) {
    const Node& mapping = *group.front()->to;
    Result<Edit> edit = new_pair(mapping, group);
    if (!edit) return std::move(edit.error());
    edit->shared = shared_edits(mapping, group);
    edits_.push_back(std::move(*edit));
    return std::nullopt;
  }

  Result<Edit> new_pair(const Node& mapping, const Additions& group) const {
    const std::string_view key = group.front()->path.front();
    if (is_flow(mapping)) return new_in_flow(mapping, flow_pair(group, 0), key);
    return new_lines(mapping.span.end, block_pair(group, 0, column_of(mapping.span.begin)),
                     slot_in(mapping, key));
  }

  // The new pair of a service, put where it shares its settings with others.
  std::vector<SharedEdit> shared_edits(const Node& service, const Additions& group) const {
    const std::string_view key = group.front()->path.front();
    // A key without a value, or taken back by `!reset`, would stand in the way.
    if (std::ranges::find(service.pairs, key, &Pair::key) != service.pairs.end()) return {};
    const bool has_comment = std::ranges::any_of(
        group, [](const Addition* addition) { return !addition->change->comment.empty(); });
    const std::string meaning = block_pair(group, 0, 0);
    std::vector<SharedEdit> out;
    for (const auto& [mapping, services] : shared_mappings_.of(service)) {
      // A flow takes no comment: it would be lost.
      if (has_comment && is_flow(*mapping) && !is_flow(service)) continue;
      // Only one of a fix's settings could be the first entry.
      if (is_empty_flow(*mapping)) continue;
      Result<Edit> edit = new_pair(*mapping, group);
      if (!edit) continue;
      out.push_back({edit->at.span, std::move(edit->text), std::move(edit->slot),
                     slot_in(*mapping, meaning), service.span.begin, services});
    }
    return out;
  }

  std::optional<Error> append_items(const Additions& group) {
    const Node& list = *group.front()->to;
    if (list.is_scalar()) {
      // compose takes a single text for some lists (tmpfs): it becomes the first entry.
      const std::string_view old = text_.substr(list.span.begin, list.span.size());
      const bool quoted = old.starts_with('"') || old.starts_with('\'');
      if (!quoted && (old.contains('\n') || old.find_first_of(",[]{}#") != old.npos)) {
        return Error{.message = "it is written in a way that a list cannot hold"};
      }
      return replace(list.span, concat("[", old, ", ", flow_entries(group), "]"));
    }
    if (is_flow(list) && list.is_sequence()) {
      const std::string entries = flow_entries(group);
      return append_in_flow(list, entries, entries);
    }
    for (const Addition* addition : group) {
      if (std::optional<Error> error = append_item(list, *addition->change)) return error;
    }
    return std::nullopt;
  }

  std::optional<Error> append_item(const Node& list, const Change& change) {
    const std::string entry = yaml_scalar(change.value);
    if (list.is_mapping()) {
      // environment, labels, …: NAME=value joins a mapping as NAME: value.
      const std::size_t equals = change.value.find('=');
      if (equals == std::string::npos) return Error{.message = "the list is written as a mapping"};
      const std::string_view name = std::string_view(change.value).substr(0, equals);
      const std::string pair =
          concat(name, ": ",
                 yaml_scalar(std::string_view(change.value).substr(equals + 1), is_flow(list)));
      if (is_flow(list)) return append_in_flow(list, pair, name);
      return append_lines(
          list.span.end,
          concat(blanks(column_of(list.span.begin)), pair, behind_hash(change.comment), "\n"),
          slot_in(list, name));
    }
    const std::size_t indentation = column_of(dash_of(list.span.begin));
    return append_lines(list.span.end,
                        concat(blanks(indentation), "- ", entry, behind_hash(change.comment), "\n"),
                        slot_in(list, entry));
  }

  // Lines behind the one in which a block collection ends.
  std::optional<Error> append_lines(std::uint32_t end, std::string_view lines, std::string slot) {
    edits_.push_back(new_lines(end, lines, std::move(slot)));
    return std::nullopt;
  }

  Edit new_lines(std::uint32_t end, std::string_view lines, std::string slot) const {
    const std::uint32_t offset = next_line(text_, end > 0 ? end - 1 : 0);
    return edit_of(offset, offset, inserted_lines(text_, offset, lines), std::move(slot));
  }

  std::optional<Error> append_in_flow(const Node& node, std::string_view entry,
                                      std::string_view what) {
    Result<Edit> edit = new_in_flow(node, entry, what);
    if (!edit) return std::move(edit.error());
    edits_.push_back(std::move(*edit));
    return std::nullopt;
  }

  // `{}` and `[]`, but not `{<<: *a}`, though that may hold no pairs.
  bool is_empty_flow(const Node& node) const {
    return is_flow(node) && behind_spaces(node.span.begin + 1) + 1 == node.span.end;
  }

  Result<Edit> new_in_flow(const Node& node, std::string_view entry, std::string_view what) const {
    std::uint32_t offset = node.span.end - 1;  // the bracket
    while (offset > node.span.begin + 1 && is_space(text_[offset - 1])) --offset;
    // Behind a last comma nothing is needed before, but a blank.
    const bool comma = text_[offset - 1] == ',';
    // An entry behind a comment would be part of it.
    const std::string_view line =
        text_.substr(line_start(text_, offset), offset - line_start(text_, offset));
    if (line.contains('#')) return failure({.message = "a comment stands where it would go"});
    // The first entry has no comma before it: only one can be that.
    const bool first = is_empty_flow(node);
    return edit_of(offset, offset,
                   concat(first   ? ""
                          : comma ? " "
                                  : ", ",
                          entry),
                   slot_in(node, first ? "" : what));
  }

  // --- changing what is there -------------------------------------------------------------------

  std::optional<Error> rewrite(const Change& change) {
    if (std::optional<Error> error = replace_scalar(change.at.span, change.value)) return error;
    // A comment only where the line has room for one: none of its own, and nothing else behind.
    const std::uint32_t end = change.at.span.end;
    const bool ends_line = end <= text_.size() && is_blank_range(text_, end, line_end(text_, end));
    if (ends_line) edits_.back().text += behind_hash(change.comment);
    return std::nullopt;
  }

  std::optional<Error> replace_scalar(Span span, const std::string& value) {
    const std::string_view old = text_.substr(span.begin, span.size());
    if (old.contains('$') && !value.contains('$')) {
      return Error{.message = "the value comes from a variable: change it where it is set",
                   .at = {&source_, span}};
    }
    if (old.contains('\n')) {
      return Error{.message = "the value is written over several lines", .at = {&source_, span}};
    }
    const std::vector<Found> path = path_to(span);
    const bool whole = !path.empty() && path.back().node->span == span;
    if (whole) {
      const Node* const parent = path.back().parent;
      return replace(span, in_quotes_of(old, value, parent != nullptr && is_flow(*parent)));
    }
    return replace(span, value);
  }

  std::optional<Error> replace(Span span, std::string text) {
    edit(span.begin, span.end, std::move(text), {});
    return std::nullopt;
  }

  // --- taking away ------------------------------------------------------------------------------

  std::optional<Error> remove(Span span) {
    std::vector<Found> path = path_to(span);
    // A finding may point into an entry or at the value of a key.
    while (!path.empty() && path.back().parent == nullptr) path.pop_back();
    if (path.empty()) return Error{.message = "it is not written in this file"};
    removals_.push_back(std::move(path));
    return std::nullopt;
  }

  // A service stays, and so does a mapping of settings that services share (x-common).
  static std::size_t least_depth(const std::vector<Found>& path) {
    const bool is_shared =
        path.size() > 1 && path[1].pair != nullptr && path[1].pair->key.starts_with("x-");
    return is_shared ? 3 : 4;
  }

  bool goes(const Found& found) const { return gone_.contains(entry_of(found)); }
  bool all_go(const Node& parent) const {
    return std::ranges::all_of(parent.pairs,
                               [&](const Pair& one) { return gone_.contains(&one); }) &&
           std::ranges::all_of(parent.items, [&](const Node* one) { return gone_.contains(one); });
  }

  // Of what one fix takes away, what would be left empty goes, too.
  std::optional<Error> make_removals() {
    gone_.clear();
    for (const std::vector<Found>& path : removals_) gone_.insert(entry_of(path.back()));
    for (bool more = true; more;) {
      more = false;
      for (std::vector<Found>& path : removals_) {
        while (path.size() > least_depth(path) && all_go(*path.back().parent)) {
          path.pop_back();
          more = gone_.insert(entry_of(path.back())).second || more;
        }
      }
    }
    std::vector<Removal> from_flows;
    std::set<const void*> done;
    for (std::vector<Found>& path : removals_) {
      const Found found = path.back();
      path.pop_back();
      if (std::ranges::any_of(path, [&](const Found& above) { return goes(above); })) continue;
      if (!done.insert(entry_of(found)).second) continue;
      if (all_go(*found.parent)) return Error{.message = "nothing would be left in its place"};
      const Span value = found.node->span;
      if (is_variable(text_.substr(value.begin, value.size()))) {
        return Error{.message = "the value comes from a variable: change it where it is set",
                     .at = {&source_, value}};
      }
      std::vector<SharedEdit> with_rest = removal_with_rest(found, std::move(path));
      if (is_flow(*found.parent)) {
        from_flows.push_back({found, std::move(with_rest)});
        continue;
      }
      Result<Edit> edit = removal_from_block(found);
      if (!edit) return std::move(edit.error());
      edit->shared = std::move(with_rest);
      edits_.push_back(std::move(*edit));
    }
    Result<std::vector<Edit>> edits = removals_from_flows(std::move(from_flows));
    if (!edits) return std::move(edits.error());
    std::ranges::move(*edits, std::back_inserter(edits_));
    return std::nullopt;
  }

  struct Removal {
    Found found;
    std::vector<SharedEdit> with_rest;  // one or none
  };

  // What is done instead when all fixes together leave nothing of the collection: what a fix would
  // do that took away all of it. `above` is the way to the collection.
  std::vector<SharedEdit> removal_with_rest(const Found& found, std::vector<Found> above) const {
    const Node& collection = *found.parent;
    const auto others_go = [&](const Node& parent) {
      const std::size_t all = parent.pairs.size() + parent.items.size();
      const auto gone =
          std::ranges::count_if(parent.pairs,
                                [&](const Pair& one) { return gone_.contains(&one); }) +
          std::ranges::count_if(parent.items, [&](const Node* one) { return gone_.contains(one); });
      return static_cast<std::size_t>(gone) + 1 == all;
    };
    if (above.size() < least_depth(above)) return {};
    while (above.size() > least_depth(above) && others_go(*above.back().parent)) above.pop_back();
    const Found& whole = above.back();
    if (whole.parent == nullptr || others_go(*whole.parent)) return {};
    Result<Edit> edit = removal_from_block(whole);
    if (is_flow(*whole.parent)) {
      Result<std::vector<Edit>> edits = removals_from_flows({{whole, {}}});
      edit = edits ? Result<Edit>(std::move(edits->front())) : failure(std::move(edits.error()));
    }
    if (!edit || takes_anchor(*edit)) return {};
    const Span span = edit->at.span;
    return {{.span = span,
             .text = std::move(edit->text),
             .slot = std::move(edit->slot),
             .what = concat("-", std::to_string(span.begin), "-", std::to_string(span.end), ".",
                            std::to_string(collection.span.begin)),
             .place = static_cast<std::uint32_t>(index_of(found)),
             .places = collection.pairs.size() + collection.items.size()}};
  }

  // Among the entries of its collection.
  static std::size_t index_of(const Found& found) {
    const Node& parent = *found.parent;
    if (found.pair != nullptr) return static_cast<std::size_t>(found.pair - parent.pairs.data());
    return static_cast<std::size_t>(std::ranges::find(parent.items, found.node) -
                                    parent.items.begin());
  }

  // A collection that cannot go with its entries must keep one. So of two neighbours only one goes
  // in a round: what is left is seen in the next.
  static std::string removal_slot(const Found& found) {
    return concat("-", std::to_string(found.parent->span.begin), ".",
                  std::to_string(index_of(found) / 2));
  }

  Span whole_of(const Found& found) const {
    if (found.pair == nullptr) return found.node->span;
    const Span key = found.pair->key_span;
    if (value_is_here(*found.pair)) return {key.begin, found.node->span.end};
    return {key.begin, line_end(text_, key.end)};
  }

  Result<Edit> removal_from_block(const Found& found) const {
    const Span whole = whole_of(found);
    const std::uint32_t begin = line_start(text_, whole.begin);
    if (found.pair == nullptr) {
      const std::uint32_t dash = dash_of(whole.begin);
      if (!is_blank_range(text_, begin, dash)) {
        return failure({.message = "it shares its line with another entry"});
      }
    } else if (!is_blank_range(text_, begin, whole.begin)) {
      return failure({.message = "it shares its line with another entry"});
    }
    const std::uint32_t end =
        next_line(text_, whole.end > whole.begin ? whole.end - 1 : whole.begin);
    const std::uint32_t start =
        start_with_comments(begin, end, found.pair == nullptr ? "" : found.pair->key);
    const Span lines = removed_lines(text_, start, end);
    return edit_of(lines.begin, lines.end, {}, removal_slot(found));
  }

  // Where the comments start that stand right above lines that go, and speak of nothing else: there
  // are no more such lines below them, or they name the key. What is commented out, or the heading
  // of a group, stays.
  std::uint32_t start_with_comments(std::uint32_t begin, std::uint32_t end,
                                    std::string_view key) const {
    const auto line_at = [&](std::uint32_t offset) {
      return text_.substr(offset, line_end(text_, offset) - offset);
    };
    const auto depth = [](std::string_view line) { return line.find_first_not_of(" \t"); };
    const std::string_view next = end < text_.size() ? line_at(end) : std::string_view();
    const bool is_alone =
        trim(next).empty() || trim(next).starts_with('#') || depth(next) < depth(line_at(begin));
    std::uint32_t start = begin;
    bool names_key = false;
    while (start > 0) {
      const std::uint32_t above = line_start(text_, start - 1);
      const std::string_view comment = trim(line_at(above));
      if (!comment.starts_with('#') || depth(line_at(above)) != depth(line_at(begin))) break;
      const std::string_view words = trim(comment.substr(1));
      const std::string_view first = words.substr(0, words.find(' '));
      if (first == "-" || first.ends_with(':')) break;
      names_key = names_key || (!key.empty() && words.contains(key));
      start = above;
    }
    return is_alone || names_key ? start : begin;
  }

  // An entry goes with the comma behind it, the last one with the comma before it: of entries that
  // stand side by side only the last has to look for one.
  Result<std::vector<Edit>> removals_from_flows(std::vector<Removal> removals) const {
    std::vector<Edit> out;
    std::ranges::sort(removals, {}, [&](const Removal& one) { return whole_of(one.found).begin; });
    for (std::size_t i = 0; i < removals.size(); ++i) {
      const Found& first = removals[i].found;
      std::vector<SharedEdit> with_rest;
      std::uint32_t begin = whole_of(first).begin;
      std::uint32_t end = 0;
      for (bool more = true; more;) {
        const Found& found = removals[i].found;
        if (found.pair != nullptr && !value_is_here(*found.pair)) {
          return failure({.message = "its value is an alias"});
        }
        std::ranges::move(removals[i].with_rest, std::back_inserter(with_rest));
        end = whole_of(found).end;
        const std::uint32_t comma = behind_spaces(end);
        const bool last = comma == text_.size() || text_[comma] != ',';
        if (!last) end = comma + 1;
        more = !last && i + 1 < removals.size() && removals[i + 1].found.parent == found.parent &&
               behind_spaces(end) == whole_of(removals[i + 1].found).begin;
        if (more) {
          ++i;
        } else if (last) {
          begin = before_comma(begin);
        } else {
          while (end < text_.size() && is_blank(text_[end])) ++end;
          widen_to_lines(begin, end);
        }
      }
      out.push_back(edit_of(begin, end, {}, removal_slot(first)));
      out.back().shared = std::move(with_rest);
    }
    return out;
  }

  std::uint32_t behind_spaces(std::uint32_t offset) const {
    while (offset < text_.size() && is_space(text_[offset])) ++offset;
    return offset;
  }

  // Where the comma before an entry stands; the entry's own place when there is none.
  std::uint32_t before_comma(std::uint32_t entry) const {
    std::uint32_t offset = entry;
    while (offset > 0 && is_space(text_[offset - 1])) --offset;
    return offset > 0 && text_[offset - 1] == ',' ? offset - 1 : entry;
  }

  // What fills its lines goes with them.
  void widen_to_lines(std::uint32_t& begin, std::uint32_t& end) const {
    const std::uint32_t start = line_start(text_, begin);
    if (!is_blank_range(text_, start, begin) || end != line_end(text_, end)) return;
    begin = start;
    end = next_line(text_, end);
  }

  // Whether an anchor goes that an alias behind it needs.
  bool takes_anchor(const Edit& change) const {
    const std::string_view gone = text_.substr(change.at.span.begin, change.at.span.size());
    for (std::size_t at = gone.find('&'); at != gone.npos; at = gone.find('&', at + 1)) {
      const std::size_t end = std::min(gone.find_first_of(" \t\r\n,[]{}", at), gone.size());
      const std::string_view name = gone.substr(at + 1, end - at - 1);
      if (name.empty() || change.text.contains(gone.substr(at, end - at))) continue;
      if (text_.substr(change.at.span.end).contains(concat("*", name))) return true;
    }
    return false;
  }

  // --- top-level entries ------------------------------------------------------------------------

  // `secrets.db_password` with the value "file: ./db_password.txt".
  std::optional<Error> declare(const Change& change) {
    const std::size_t dot = change.name.find('.');
    const std::string_view section = std::string_view(change.name).substr(0, dot);
    const std::string_view name = std::string_view(change.name).substr(dot + 1);
    if (documents_.empty() || !documents_.front()->is_mapping() || is_flow(*documents_.front())) {
      return Error{.message = "the file is not written in lines"};
    }
    const Node& root = *documents_.front();
    const std::string slot = concat(":", change.name);
    const Pair* const pair = root.find_pair(section);
    if (pair == nullptr) {
      const std::string lines =
          concat("\n", section, ":\n", entry_lines(name, change.value, mapping_step()));
      return append_lines(root.span.end, lines, concat(":", section));
    }
    const Node& entries = *pair->value;
    if (!entries.is_mapping() || !value_is_here(*pair) || is_flow(entries)) {
      return Error{.message = concat("the top-level ", section, " is not written in lines")};
    }
    if (entries.find_pair(name) != nullptr) return std::nullopt;
    return append_lines(entries.span.end,
                        entry_lines(name, change.value, column_of(entries.span.begin)), slot);
  }

  std::string entry_lines(std::string_view name, std::string_view value,
                          std::size_t indentation) const {
    std::string out = concat(blanks(indentation), name, ":");
    if (value.empty()) return out + "\n";
    out += '\n';
    for (const std::string_view line : split(value, '\n')) {
      out += concat(blanks(indentation + mapping_step()), line, "\n");
    }
    return out;
  }

  Edit edit_of(std::uint32_t begin, std::uint32_t end, std::string text, std::string slot) const {
    return {{&source_, {begin, end}}, std::move(text), std::move(slot), {}};
  }

  void edit(std::uint32_t begin, std::uint32_t end, std::string text, std::string slot) {
    edits_.push_back(edit_of(begin, end, std::move(text), std::move(slot)));
  }

  const Source& source_;
  std::string_view text_;
  std::span<const Node* const> documents_;
  SharedMappings shared_mappings_;
  bool for_swarm_;
  bool has_rare_line_ends_;
  std::optional<std::size_t> sequence_step_;
  std::optional<std::size_t> mapping_step_;
  std::vector<Edit> edits_;
  std::vector<Addition> additions_;
  std::vector<std::vector<Found>> removals_;  // the ways to what goes
  std::set<const void*> gone_;                // of these the entries, as entry_of() has them
};

bool ComposeEditor::is_part(const Location& service) const {
  return tree_->is_part(service.span);
}

int ComposeEditor::turn_of(const Location& service) const {
  return tree_->turn_of(service.span);
}

ComposeEditor::ComposeEditor(const Source& source, std::span<const compose::Node* const> documents,
                             std::span<const compose::Merge> merges, bool for_swarm)
    : tree_(std::make_unique<Tree>(source, documents, merges, for_swarm)) {}
ComposeEditor::~ComposeEditor() = default;

Result<std::vector<Edit>> ComposeEditor::edits(std::span<const Change> changes,
                                               const Location& service) {
  return tree_->edits(changes, service);
}

}  // namespace plimsoll::fix
