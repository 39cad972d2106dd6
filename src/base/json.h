// A strict JSON reader (RFC 8259) that knows where everything stands.
//
// Members keep their order and their repetitions: which of two members of one name counts is for
// the caller to say (the engine's own reader merges them). Strings are decoded; an escaped
// surrogate without its other half becomes U+FFFD, as in the engine. Numbers keep their spelling. A
// UTF-8 byte order mark at the start is skipped.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source.h"

namespace plimsoll::json {

// Bounds on hostile input; passing one is an error with its place. A Source is bounded already.
inline constexpr std::size_t max_depth = 64;
inline constexpr std::size_t max_values = 2'000'000;

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

// "a string", "null": for messages.
std::string_view name_of(Kind kind);

struct Member;

struct Value {
  Kind kind = Kind::null;
  bool boolean = false;
  Span at;                      // in the text, with a string's quotes
  std::string_view text;        // a string's text; a number's spelling
  std::vector<Value> items;     // of an array
  std::vector<Member> members;  // of an object

  bool is(Kind wanted) const { return kind == wanted; }
  // The last member of exactly this name, or null.
  const Value* find(std::string_view name) const;
  // A number that is written without fraction and exponent and fits; nothing for anything else.
  std::optional<std::int64_t> integer() const;
};

struct Member {
  std::string_view name;
  Span name_at;
  Value value;
};

// The text of an object's member; "" where it has none.
std::string_view text_of(const Value& object, std::string_view name);

// Its views point into the text it was read from and into itself: both outlive every Value.
struct Document {
  Value root;
  // Where the document ends; what follows is blank unless trailing text is allowed.
  std::size_t end = 0;
  std::deque<std::string> unescaped;  // the strings that hold escapes, decoded
};

struct Options {
  // Anything may follow the document, as the engine has it for request bodies.
  bool allow_trailing = false;
};

Result<Document> read(const Source& source, const Options& options = {});

// A document inside of a text that has no Source (a profile in a string of another document).
std::optional<Document> read_text(std::string_view text);

// The upper part of a document, for looking at what it is: containers nested deeper than `depth`
// have neither items nor members, and when the text is broken what stands before that point is
// kept.
Document read_outline(std::string_view text, std::size_t depth);

// Whether a key means a field of this name to Go's encoding/json: in any casing, and with U+212A
// for k and U+017F for s. `field` is ASCII.
bool folds_to(std::string_view key, std::string_view field);

}  // namespace plimsoll::json
