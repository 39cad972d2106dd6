// How the readers of JSON formats go through a document with simdjson's on-demand reader: once and
// forward, so that a record says its parts in any order and each is read where it stands. No string
// may be read twice: its buffer would overflow.
//
// Inside a format a record that is not as it must be is thrown as BadRecord, and what is no JSON as
// simdjson::simdjson_error; nothing of either leaves the format.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace plimsoll::feeds {

struct BadRecord {
  std::string why;
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

using JsonValue = simdjson::ondemand::value;

template <class T>
T checked(simdjson::simdjson_result<T> result, std::string_view key, std::string_view kind) {
  T out;
  const simdjson::error_code error = std::move(result).get(out);
  if (error == simdjson::INCORRECT_TYPE) throw BadRecord{concat("\"", key, "\" is not ", kind)};
  if (error != simdjson::SUCCESS) throw simdjson::simdjson_error(error);
  return out;
}

// The value of a key that must be of one kind.
inline std::string_view text_of(JsonValue value, std::string_view key) {
  return checked<std::string_view>(value.get_string(), key, "a string");
}
inline simdjson::ondemand::object object_of(JsonValue value, std::string_view key) {
  return checked<simdjson::ondemand::object>(value.get_object(), key, "an object");
}
inline simdjson::ondemand::array list_of(JsonValue value, std::string_view key) {
  return checked<simdjson::ondemand::array>(value.get_array(), key, "a list");
}

inline bool is_text(JsonValue& value) {
  return value.type() == simdjson::ondemand::json_type::string;
}
inline bool is_object(JsonValue& value) {
  return value.type() == simdjson::ondemand::json_type::object;
}

// Whether all of a document was read; where nothing stands there is no place.
inline bool is_at_end(simdjson::ondemand::document& document) {
  return document.current_location().error() != simdjson::SUCCESS;
}

// Each member that is not null, which is as if it were not there: visit(key, value).
template <class Visit>
void each_member(simdjson::ondemand::object object, Visit&& visit) {
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    JsonValue value = field.value();
    if (value.is_null()) continue;
    visit(key, value);
  }
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

}  // namespace plimsoll::feeds
