// Walking through JSON with simdjson's on-demand reader, which reads a document once and forward: a
// value that was passed cannot be asked again, and no string may be read twice (its buffer would
// overflow). So formats go through members and items in the order of the document and keep what
// they need.
//
// What is not of the kind that was asked for is passed over, as if it were not there. What is no
// JSON throws simdjson::simdjson_error; after that nothing more can be read of the document, and
// read_document() says so.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

using JsonValue = simdjson::ondemand::value;

// What simdjson found: nothing for a value of another kind.
template <class T>
std::optional<T> found_in(simdjson::simdjson_result<T> result) {
  T out;
  const simdjson::error_code error = std::move(result).get(out);
  if (error == simdjson::SUCCESS) return out;
  if (error == simdjson::INCORRECT_TYPE) return std::nullopt;
  throw simdjson::simdjson_error(error);
}

// Each member of an object: visit(key, value).
template <class Visit>
void each_member(JsonValue value, Visit&& visit) {
  auto object = found_in(value.get_object());
  if (!object) return;
  for (auto field : *object) {
    const std::string_view key = field.unescaped_key();
    visit(key, JsonValue(field.value()));
  }
}

// Each item of an array.
template <class Visit>
void each_item(JsonValue value, Visit&& visit) {
  auto array = found_in(value.get_array());
  if (!array) return;
  for (auto item : *array) visit(item.value());
}

// An array, or one thing that stands for an array of one.
template <class Visit>
void each_item_or_one(JsonValue value, Visit&& visit) {
  if (value.type() == simdjson::ondemand::json_type::array) {
    each_item(value, visit);
  } else {
    visit(value);
  }
}

inline std::string text_in(JsonValue value) {
  return std::string(found_in(value.get_string()).value_or(std::string_view()));
}

// A string, or a number as it is spelt.
inline std::string text_or_number_in(JsonValue value) {
  using simdjson::ondemand::json_type;
  if (value.type() != json_type::number) return text_in(value);
  std::string_view text = value.raw_json_token();
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return std::string(text);
}

// Gives `read` the document's one value. What is thrown ends here, as a refusal.
template <class Read>
void read_document(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink,
                   Read&& read) {
  try {
    simdjson::ondemand::document root = parser.iterate(document.text);
    read(JsonValue(root.get_value()));
    // Where the next thing stands that was not read; an error where there is none.
    if (root.current_location().error() == simdjson::SUCCESS) {
      sink.refuse({}, document.place, "something follows the document");
    }
  } catch (const simdjson::simdjson_error& error) {
    sink.refuse({}, document.place,
                std::string("this is no JSON: ") + simdjson::error_message(error.error()));
  }
}

}  // namespace plimsoll::feeds
