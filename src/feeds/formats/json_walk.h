// Walking through JSON with simdjson's on-demand reader, which reads a document once and forward: a
// value that was passed cannot be asked again, and no string may be read twice (its buffer would
// overflow). So formats go through members and items in the order of the document, whichever that
// is, and keep what they need.
//
// There are two ways to ask for a value. What must be of a kind is asked with text_of, object_of
// and list_of, which throw BadRecord where it is not. What may be anything is asked with text_in,
// and with each_member and each_item of the value itself: of another kind it is passed over, as if
// it were not there. A member that is null is not there for anybody.
//
// What is no JSON throws simdjson::simdjson_error, and after that nothing more can be read of the
// document. Nothing of what is thrown leaves a format: read_document() says it as a refusal.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "feeds/feed_format.h"

namespace plimsoll::feeds {

using JsonValue = simdjson::ondemand::value;
using JsonObject = simdjson::ondemand::object;
using JsonList = simdjson::ondemand::array;

// A record, or a document of many, that is not as it must be.
struct BadRecord {
  std::string why;
};

// What simdjson found: nothing for a value of another kind.
template <class T>
std::optional<T> found_in(simdjson::simdjson_result<T> result) {
  T out;
  const simdjson::error_code error = std::move(result).get(out);
  if (error == simdjson::SUCCESS) return out;
  if (error == simdjson::INCORRECT_TYPE) return std::nullopt;
  throw simdjson::simdjson_error(error);
}

template <class T>
T checked(simdjson::simdjson_result<T> result, std::string_view key, std::string_view kind) {
  const std::optional<T> found = found_in(std::move(result));
  if (!found) throw BadRecord{concat("\"", key, "\" is not ", kind)};
  return *found;
}

// The value of a key that must be of one kind.
inline std::string_view text_of(JsonValue value, std::string_view key) {
  return checked<std::string_view>(value.get_string(), key, "a string");
}
inline JsonObject object_of(JsonValue value, std::string_view key) {
  return checked<JsonObject>(value.get_object(), key, "an object");
}
inline JsonList list_of(JsonValue value, std::string_view key) {
  return checked<JsonList>(value.get_array(), key, "a list");
}

inline bool is_text(JsonValue& value) {
  return value.type() == simdjson::ondemand::json_type::string;
}
inline bool is_object(JsonValue& value) {
  return value.type() == simdjson::ondemand::json_type::object;
}
inline bool is_list(JsonValue& value) {
  return value.type() == simdjson::ondemand::json_type::array;
}

// Each member of an object: visit(key, value).
template <class Visit>
void each_member(JsonObject object, Visit&& visit) {
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    JsonValue value = field.value();
    if (value.is_null()) continue;
    visit(key, value);
  }
}
template <class Visit>
void each_member(JsonValue value, Visit&& visit) {
  if (const auto object = found_in(value.get_object())) each_member(*object, visit);
}

// Each item of a list: visit(value).
template <class Visit>
void each_item(JsonList list, Visit&& visit) {
  for (auto item : list) visit(JsonValue(item.value()));
}
template <class Visit>
void each_item(JsonValue value, Visit&& visit) {
  if (const auto list = found_in(value.get_array())) each_item(*list, visit);
}

// A list, or one thing that stands for a list of one.
template <class Visit>
void each_item_or_one(JsonValue value, Visit&& visit) {
  if (is_list(value)) {
    each_item(value, visit);
  } else {
    visit(value);
  }
}

inline std::string text_in(JsonValue value) {
  return std::string(found_in(value.get_string()).value_or(std::string_view()));
}

// A number as it is spelt.
inline std::string_view number_in(JsonValue value) {
  return trim(value.raw_json_token());
}

// A string, or a number as it is spelt.
inline std::string text_or_number_in(JsonValue value) {
  if (value.type() != simdjson::ondemand::json_type::number) return text_in(value);
  return std::string(number_in(value));
}

// Which keys of an object were there. One that is there twice says two things, and readers differ
// in which of them they take: it is refused.
class SeenKeys {
 public:
  template <class Key>
  void add(Key key, std::string_view name) {
    const std::uint32_t bit = 1u << static_cast<unsigned>(key);
    if ((seen_ & bit) != 0) throw BadRecord{concat("\"", name, "\" is there twice")};
    seen_ |= bit;
  }

 private:
  std::uint32_t seen_ = 0;
};

// What simdjson holds of a text that is no JSON, in a few words.
inline std::string why_no_json(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR: return "it is not UTF-8";
    case simdjson::DEPTH_ERROR: return "it is nested too deeply";
    case simdjson::EMPTY: return "it is empty";
    case simdjson::CAPACITY: return "it is too large";
    default: return "it is not valid JSON";
  }
}

// Whether all of a document was read; where nothing stands there is no place.
inline bool is_at_end(simdjson::ondemand::document& document) {
  return document.current_location().error() != simdjson::SUCCESS;
}

// Gives `read` the document's one value, and says whether all was read. Where it was not, the
// document is refused; what was handed on before stays.
template <class Read>
bool read_document(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink,
                   Read&& read) {
  std::string why;
  try {
    simdjson::ondemand::document root = parser.iterate(document.text);
    read(JsonValue(root.get_value()));
    if (is_at_end(root)) return true;
    why = "something follows the document";
  } catch (const BadRecord& bad) {
    why = bad.why;
  } catch (const simdjson::simdjson_error& error) {
    why = concat("this is no JSON document: ", why_no_json(error.error()));
  }
  sink.refuse({}, document.place, why);
  return false;
}

}  // namespace plimsoll::feeds
