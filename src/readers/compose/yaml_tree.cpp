#include "readers/compose/yaml_tree.h"

#include <yaml.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"
#include "readers/compose/compose_reader.h"
#include "readers/compose/interpolation.h"

namespace plimsoll::compose {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::null: return "nothing";
    case Type::boolean: return "a boolean";
    case Type::integer: return "an integer";
    case Type::floating: return "a number";
    case Type::string: return "a string";
    case Type::sequence: return "a list";
    case Type::mapping: return "a mapping";
  }
  return "";
}

const Pair* Node::find_pair(std::string_view key) const {
  for (const Pair& pair : pairs) {
    if (pair.key == key) return pair.value->tag == Tag::reset ? nullptr : &pair;
  }
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Pair* const pair = find_pair(key);
  return pair == nullptr ? nullptr : pair->value;
}

Location part_of(const Node& node, const Source& source, std::size_t begin, std::size_t end) {
  const Location whole{.source = &source, .span = node.span};
  const std::string_view raw = source.text(node.span);
  std::size_t shift = 0;
  if (raw != node.text) {
    if (raw.size() != node.text.size() + 2 || raw.substr(1, node.text.size()) != node.text) {
      return whole;
    }
    shift = 1;
  }
  return {.source = &source,
          .span = {.begin = static_cast<std::uint32_t>(node.span.begin + shift + begin),
                   .end = static_cast<std::uint32_t>(node.span.begin + shift + end)}};
}

namespace {

bool all_of(std::string_view text, bool (*accept)(char)) {
  return !text.empty() && std::ranges::all_of(text, accept);
}

bool is_integer(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.size() > 2 && text[0] == '0') {
    const std::string_view digits = text.substr(2);
    const auto hexadecimal = [](char c) {
      return is_digit(c) || c == '_' || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
    };
    const auto octal = [](char c) { return (c >= '0' && c <= '7') || c == '_'; };
    const auto binary = [](char c) { return c == '0' || c == '1' || c == '_'; };
    if (text[1] == 'x') return all_of(digits, hexadecimal);
    if (text[1] == 'o') return all_of(digits, octal);
    if (text[1] == 'b') return all_of(digits, binary);
  }
  return !text.empty() && is_digit(text[0]) &&
         all_of(text, [](char c) { return is_digit(c) || c == '_'; });
}

bool is_floating(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  std::size_t at = 0;
  std::size_t digits = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) ++digits;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at) ++digits;
  }
  if (digits == 0) return false;
  if (at < text.size() && to_lower(text[at]) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (at == text.size()) return false;
    for (; at < text.size(); ++at) {
      if (!is_digit(text[at])) return false;
    }
  }
  return at == text.size();
}

}  // namespace

Type plain_type(std::string_view text) {
  if (text.empty()) return Type::null;
  switch (text[0]) {
    case '~': return text.size() == 1 ? Type::null : Type::string;
    case 'n':
    case 'N': return is_one_of(text, {"null", "Null", "NULL"}) ? Type::null : Type::string;
    case 't':
    case 'T': return is_one_of(text, {"true", "True", "TRUE"}) ? Type::boolean : Type::string;
    case 'f':
    case 'F': return is_one_of(text, {"false", "False", "FALSE"}) ? Type::boolean : Type::string;
    case '.':
      if (is_one_of(text, {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF"})) return Type::floating;
      return is_floating(text) ? Type::floating : Type::string;
    default: break;
  }
  if (!is_digit(text[0]) && text[0] != '-' && text[0] != '+') return Type::string;
  if (is_integer(text)) return Type::integer;
  if (is_floating(text)) return Type::floating;
  if (is_one_of(text.substr(1), {".inf", ".Inf", ".INF"}) && !is_digit(text[0])) {
    return Type::floating;
  }
  return Type::string;
}

namespace {

// libyaml counts code points; this turns its counts into byte offsets.
class ByteOffsets {
 public:
  explicit ByteOffsets(std::string_view text) : text_(text) {
    ascii_ = std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
    if (ascii_) return;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (is_continuation(text[at])) continue;
      if (count % step == 0) marks_.push_back(static_cast<std::uint32_t>(at));
      ++count;
    }
  }

  std::uint32_t of(std::size_t code_point) const {
    if (ascii_) return static_cast<std::uint32_t>(std::min(code_point, text_.size()));
    const std::size_t mark = code_point / step;
    if (mark >= marks_.size()) return static_cast<std::uint32_t>(text_.size());
    std::size_t at = marks_[mark];
    for (std::size_t left = code_point % step; left > 0 && at < text_.size(); --left) {
      ++at;
      while (at < text_.size() && is_continuation(text_[at])) ++at;
    }
    return static_cast<std::uint32_t>(at);
  }

 private:
  static constexpr std::size_t step = 64;
  static bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

  std::string_view text_;
  bool ascii_ = true;
  std::vector<std::uint32_t> marks_;
};

// The first byte that YAML does not allow in a text, as libyaml's reader decides it; libyaml itself
// gives no usable place for it.
std::size_t first_forbidden(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return at;
  }
  return std::string_view::npos;
}

class Parser {
 public:
  explicit Parser(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  yaml_parser_t* get() { return &parser_; }

 private:
  yaml_parser_t parser_{};
};

struct Event {
  yaml_event_t raw{};
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
};

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

class TreeBuilder {
 public:
  TreeBuilder(const Source& source, FileIndex file, Arena& arena, const Environment* environment)
      : source_(source),
        file_(file),
        arena_(arena),
        environment_(environment),
        start_(source.text().starts_with(byte_order_mark) ? byte_order_mark.size() : 0),
        text_(source.text().substr(start_)),
        offsets_(text_) {}

  Result<YamlReading> run() {
    if (const auto bad = first_invalid_utf8(source_.text())) {
      return failure({.message = "the text is not valid UTF-8",
                      .at = place(*bad, *bad + 1),
                      .hint = "save the file as UTF-8"});
    }
    if (const std::size_t bad = first_forbidden(text_); bad != std::string_view::npos) {
      return failure({.message = text_[bad] == '\0' ? "the text holds a NUL byte"
                                                    : "the text holds a control character",
                      .at = place(start_ + bad, start_ + bad + 1),
                      .hint = "remove it, or write it as an escape in double quotes"});
    }
    Parser parser(text_);
    while (true) {
      Event event;
      if (yaml_parser_parse(parser.get(), &event.raw) == 0) return syntax_error(*parser.get());
      if (event.raw.type == YAML_STREAM_END_EVENT) break;
      take(event.raw);
      if (fatal_) return failure(std::move(*fatal_));
    }
    return std::move(reading_);
  }

 private:
  // A collection that is still being read. Its children wait in pairs_ or items_, from `first` on.
  struct Frame {
    bool mapping = false;
    bool flow = false;
    bool has_key = false;
    bool key_is_merge = false;
    Tag tag = Tag::none;
    std::uint32_t begin = 0;
    std::uint32_t last_end = 0;  // of the last child
    std::size_t first = 0;
    std::string_view anchor;
    Pair next;                        // the pair whose key has been read
    std::vector<const Node*> merged;  // the values of `<<`
    Span merge_span;
  };

  Location place(std::size_t begin, std::size_t end) const {
    const auto size = source_.text().size();
    return {.source = &source_,
            .span = {.begin = static_cast<std::uint32_t>(std::min(begin, size)),
                     .end = static_cast<std::uint32_t>(std::min(end, size))}};
  }

  std::uint32_t byte(const yaml_mark_t& mark) const {
    return static_cast<std::uint32_t>(start_) + offsets_.of(mark.index);
  }

  Result<YamlReading> syntax_error(const yaml_parser_t& parser) const {
    const std::string_view problem = parser.problem == nullptr ? "malformed" : parser.problem;
    const std::uint32_t at = byte(parser.problem_mark);
    std::string message = concat("invalid YAML: ", problem);
    if (parser.context != nullptr) message += concat(" ", parser.context);
    return failure({.message = std::move(message), .at = place(at, at)});
  }

  void fail(std::string message, Span span, std::string hint = {}) {
    if (fatal_) return;
    fatal_ = Error{
        .message = std::move(message), .at = place(span.begin, span.end), .hint = std::move(hint)};
  }
  void report(std::string message, Span span, std::string hint = {}) {
    reading_.errors.push_back({.message = std::move(message),
                               .at = place(span.begin, span.end),
                               .hint = std::move(hint)});
  }

  void take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT: anchors_.clear(); break;
      case YAML_ALIAS_EVENT: take_alias(event); break;
      case YAML_SCALAR_EVENT: take_scalar(event); break;
      case YAML_SEQUENCE_START_EVENT: {
        const auto& start = event.data.sequence_start;
        open(event, false, start.style == YAML_FLOW_SEQUENCE_STYLE, start.anchor, start.tag);
        break;
      }
      case YAML_MAPPING_START_EVENT: {
        const auto& start = event.data.mapping_start;
        open(event, true, start.style == YAML_FLOW_MAPPING_STYLE, start.anchor, start.tag);
        break;
      }
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: close(event); break;
      default: break;
    }
  }

  static Tag compose_tag(std::string_view tag) {
    if (tag == "!reset") return Tag::reset;
    if (tag == "!override") return Tag::override;
    return Tag::none;
  }

  // An event with an anchor or a tag starts at that; the value itself starts behind them.
  std::uint32_t skip_properties(std::uint32_t begin, std::uint32_t end) const {
    const std::string_view text = source_.text();
    while (begin < end) {
      const char c = text[begin];
      if (c == '&' || c == '!') {
        while (begin < end && !is_space(text[begin])) ++begin;
      } else if (is_space(c)) {
        ++begin;
      } else if (c == '#') {
        while (begin < end && text[begin] != '\n') ++begin;
      } else {
        break;
      }
    }
    return begin;
  }

  bool expects_key() const {
    return !frames_.empty() && frames_.back().mapping && !frames_.back().has_key;
  }

  void open(const yaml_event_t& event, bool mapping, bool flow, const yaml_char_t* anchor,
            const yaml_char_t* tag) {
    std::uint32_t begin = byte(event.start_mark);
    if (frames_.size() >= max_yaml_depth) {
      return fail("the text is nested too deeply", {begin, begin + 1}, "128 levels are read");
    }
    if (expects_key()) return fail("a mapping's key must be a string", {begin, begin + 1});
    if (anchor != nullptr || tag != nullptr) {
      begin = skip_properties(begin, static_cast<std::uint32_t>(source_.text().size()));
    }
    Frame& frame = frames_.emplace_back();
    frame.mapping = mapping;
    frame.flow = flow;
    frame.tag = compose_tag(text_of(tag));
    frame.anchor = arena_.copy(text_of(anchor));
    frame.begin = begin;
    frame.last_end = begin;
    frame.first = mapping ? pairs_.size() : items_.size();
    // Open: an alias to it from within would be a cycle.
    if (!frame.anchor.empty()) anchors_[frame.anchor] = nullptr;
  }

  void close(const yaml_event_t& event) {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    Node* const node = arena_.make<Node>();
    node->type = frame.mapping ? Type::mapping : Type::sequence;
    node->tag = frame.tag;
    node->file = file_;
    node->span = {.begin = frame.begin, .end = frame.flow ? byte(event.end_mark) : frame.last_end};
    node->span.end = std::max(node->span.end, node->span.begin);
    std::uint64_t weight = 1;
    unsigned height = 0;
    const auto count = [&](const Node& child) {
      weight += child.weight;
      height = std::max<unsigned>(height, child.height + 1U);
    };
    if (frame.mapping) {
      report_duplicates(frame.first);
      for (const Node* merged : frame.merged) {
        merge_into(frame, *merged);
        if (fatal_) return;
        reading_.merges.push_back({node, merged});
      }
      const std::span<const Pair> own = std::span<const Pair>(pairs_).subspan(frame.first);
      for (const Pair& pair : own) count(*pair.value);
      node->pairs = arena_.copy(own);
      pairs_.resize(frame.first);
    } else {
      const std::span<const Node* const> own =
          std::span<const Node* const>(items_).subspan(frame.first);
      for (const Node* item : own) count(*item);
      node->items = arena_.copy(own);
      items_.resize(frame.first);
    }
    if (weight > max_yaml_nodes) return too_many(node->span);
    if (height + frames_.size() >= max_yaml_depth) {
      return fail("the text is nested too deeply", {frame.begin, frame.begin + 1},
                  "128 levels are read, with every alias where it is used");
    }
    node->weight = static_cast<std::uint32_t>(weight);
    node->height = static_cast<std::uint16_t>(height);
    if (!frame.anchor.empty()) anchors_[frame.anchor] = node;
    add(node, node->span.end);
  }

  void too_many(Span span) {
    fail("the text stands for too many values", {span.begin, span.begin},
         "500000 are read, with every alias counted where it is used");
  }

  // Puts a finished value where it belongs.
  void add(const Node* node, std::uint32_t end) {
    if (frames_.empty()) {
      total_ += node->weight;
      if (total_ > max_yaml_nodes) return too_many(node->span);
      reading_.documents.push_back(node);
      return;
    }
    Frame& frame = frames_.back();
    frame.last_end = std::max(frame.last_end, end);
    if (!frame.mapping) {
      items_.push_back(node);
    } else if (frame.key_is_merge) {
      add_merge(frame, *node);
    } else {
      frame.next.value = node;
      pairs_.push_back(frame.next);
    }
    frame.has_key = false;
    if (pairs_.size() + items_.size() > max_yaml_nodes) too_many(node->span);
  }

  // `<<: *a`, or `<<: [*a, *b]`.
  void add_merge(Frame& frame, const Node& value) {
    frame.key_is_merge = false;
    if (!frame.merged.empty()) {
      report("the merge key `<<` is written twice in one mapping", frame.merge_span,
             "write a list: `<<: [*a, *b]`");
    }
    if (value.is_mapping()) {
      frame.merged.push_back(&value);
      return;
    }
    if (value.is_sequence()) {
      for (const Node* item : value.items) {
        if (!item->is_mapping()) return fail("a merge key takes mappings", item->span);
        frame.merged.push_back(item);
      }
      return;
    }
    if (value.tag == Tag::reset) return;
    fail("a merge key takes a mapping or a list of mappings", frame.merge_span);
  }

  // The pairs of a merged mapping whose keys the frame does not have yet.
  void merge_into(const Frame& frame, const Node& merged) {
    merged_total_ += merged.weight;
    if (merged_total_ > max_yaml_nodes) return too_many(merged.span);
    const std::size_t own = pairs_.size() - frame.first;
    if (own * merged.pairs.size() < 1024) {
      for (const Pair& pair : merged.pairs) {
        const auto known = std::span<const Pair>(pairs_).subspan(frame.first);
        if (std::ranges::find(known, pair.key, &Pair::key) == known.end()) pairs_.push_back(pair);
      }
      return;
    }
    std::unordered_set<std::string_view> known;
    for (std::size_t i = frame.first; i < pairs_.size(); ++i) known.insert(pairs_[i].key);
    for (const Pair& pair : merged.pairs) {
      if (known.insert(pair.key).second) pairs_.push_back(pair);
    }
  }

  void report_duplicates(std::size_t first) {
    const std::span<Pair> own = std::span<Pair>(pairs_).subspan(first);
    if (own.size() < 2) return;
    bool any = false;
    if (own.size() <= 16) {
      for (std::size_t i = 1; i < own.size() && !any; ++i) {
        for (std::size_t j = 0; j < i && !any; ++j) any = own[i].key == own[j].key;
      }
      if (!any) return;
    }
    // The last one wins, in the place of the first.
    std::unordered_map<std::string_view, std::size_t> seen;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
      const auto [at, fresh] = seen.try_emplace(own[i].key, kept);
      if (fresh) {
        own[kept++] = own[i];
        continue;
      }
      report(concat("the key \"", printable(own[i].key), "\" is written twice in one mapping"),
             own[i].key_span, "remove one of the two");
      own[at->second] = own[i];
    }
    pairs_.resize(first + kept);
  }

  void take_alias(const yaml_event_t& event) {
    const std::string_view name = text_of(event.data.alias.anchor);
    const Span span{.begin = byte(event.start_mark), .end = byte(event.end_mark)};
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) return fail(concat("unknown anchor \"", name, "\""), span);
    if (found->second == nullptr) {
      return fail(concat("the anchor \"", name, "\" holds itself"), span);
    }
    const Node* const node = found->second;
    if (expects_key()) {
      if (!node->is_scalar()) return fail("a mapping's key must be a string", span);
      return set_key(node->text, node->type, false, span);
    }
    total_ += node->weight;
    if (total_ > max_yaml_nodes) return too_many(span);
    if (frames_.size() + node->height >= max_yaml_depth) {
      return fail("the text is nested too deeply", span,
                  "128 levels are read, with every alias where it is used");
    }
    add(node, span.end);
  }

  void set_key(std::string_view key, Type type, bool merge, Span span) {
    Frame& frame = frames_.back();
    frame.has_key = true;
    frame.key_is_merge = merge;
    frame.last_end = std::max(frame.last_end, span.end);
    if (merge) {
      frame.merge_span = span;
      return;
    }
    if (type != Type::string) {
      report(concat("a key must be a string, this is ", name_of(type)), span,
             concat("quote it: \"", printable(key), "\""));
    }
    frame.next = {.key = key, .value = nullptr, .key_span = span, .file = file_};
  }

  // The value of a scalar: a view into the source where the two are the same, else a copy.
  std::string_view scalar_text(std::string_view value, Span span) {
    const std::string_view raw = source_.text(span);
    if (raw == value) return raw;
    if (raw.size() == value.size() + 2 && raw.substr(1, value.size()) == value) {
      return raw.substr(1, value.size());
    }
    return arena_.copy(value);
  }

  static Type scalar_type(std::string_view text, bool plain, std::string_view tag) {
    constexpr std::string_view core = "tag:yaml.org,2002:";
    if (!tag.empty() && tag != "!" && !tag.starts_with(core)) {
      // compose's own tags do not change the type; what any other tag means is not known.
      return plain && compose_tag(tag) != Tag::none ? plain_type(text) : Type::string;
    }
    if (tag.starts_with(core)) {
      tag.remove_prefix(core.size());
      if (tag == "int") return Type::integer;
      if (tag == "float") return Type::floating;
      if (tag == "bool") return Type::boolean;
      if (tag == "null") return Type::null;
      return Type::string;
    }
    return plain && tag.empty() ? plain_type(text) : Type::string;
  }

  void take_scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    Span span{.begin = byte(event.start_mark), .end = byte(event.end_mark)};
    if (scalar.anchor != nullptr || scalar.tag != nullptr) {
      span.begin = skip_properties(span.begin, span.end);
    }
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const bool block =
        scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE;
    if (block) {
      // libyaml's end is behind the line ends that follow.
      while (span.end > span.begin && is_space(source_.text()[span.end - 1])) --span.end;
    }
    const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const std::string_view tag = text_of(scalar.tag);
    const std::string_view text = scalar_text(value, span);
    const Type type = scalar_type(text, plain, tag);
    if (expects_key()) {
      const bool merge = plain && text == "<<" && (tag.empty() || tag == "!");
      if (scalar.anchor != nullptr) {
        Node* const node = arena_.make<Node>();
        node->type = type;
        node->file = file_;
        node->span = span;
        node->text = text;
        anchors_[arena_.copy(text_of(scalar.anchor))] = node;
      }
      return set_key(text, type, merge, span);
    }
    Node* const node = arena_.make<Node>();
    node->type = type;
    node->tag = compose_tag(tag);
    node->file = file_;
    node->span = span;
    node->text = text;
    if (environment_ != nullptr && type == Type::string &&
        text.find('$') != std::string_view::npos) {
      interpolate_node(*node);
      if (fatal_) return;
    }
    if (scalar.anchor != nullptr) anchors_[arena_.copy(text_of(scalar.anchor))] = node;
    // An empty document has one empty scalar.
    if (frames_.empty() && type == Type::null) return;
    add(node, span.end);
  }

  void interpolate_node(Node& node) {
    Interpolation result = interpolate(node.text, *environment_);
    for (const Span use : result.hyphen_uses) {
      const Location at = part_of(node, source_, use.begin, use.end);
      reading_.hyphen_uses.push_back({.file = file_, .span = at.span});
    }
    if (result.failed) {
      const Location at = part_of(node, source_, result.failed_at.begin, result.failed_at.end);
      report(std::move(result.message), at.span, std::move(result.hint));
      node.unresolved = true;
      return;
    }
    if (result.unresolved) {
      node.unresolved = true;
      return;
    }
    put_in_ += result.text.size();
    if (put_in_ > max_source_bytes) {
      return fail("variables make the text too long", node.span, "16 MiB are read");
    }
    node.interpolated = true;
    node.text = arena_.copy(result.text);
  }

  const Source& source_;
  FileIndex file_;
  Arena& arena_;
  const Environment* environment_;
  std::size_t start_;  // behind the byte order mark
  std::string_view text_;
  ByteOffsets offsets_;
  std::vector<Frame> frames_;
  std::vector<Pair> pairs_;
  std::vector<const Node*> items_;
  std::unordered_map<std::string_view, const Node*> anchors_;
  std::uint64_t total_ = 0;         // nodes, and aliases at each use
  std::uint64_t merged_total_ = 0;  // nodes that merge keys brought in
  std::uint64_t put_in_ = 0;        // bytes that interpolation made
  YamlReading reading_;
  std::optional<Error> fatal_;
};

}  // namespace

const FileTrees::File* FileTrees::find(const Source* source) const {
  const auto found = std::ranges::find(files, source, &File::source);
  return found == files.end() ? nullptr : &*found;
}

Result<YamlReading> read_yaml(const Source& source, FileIndex file, Arena& arena,
                              const Environment* environment) {
  return TreeBuilder(source, file, arena, environment).run();
}

}  // namespace plimsoll::compose
