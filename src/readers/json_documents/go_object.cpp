#include "readers/json_documents/go_object.h"

#include <algorithm>

#include "base/text.h"
#include "readers/json_documents/container_json_reader.h"

namespace plimsoll {

using json::Kind;

GoObject::Values GoObject::all(std::string_view field) const {
  Values values;
  for (const json::Value* object : objects_) {
    for (const json::Member& member : object->members) {
      // Most names differ in their first letter or their length.
      const bool ascii = member.name.size() == field.size();
      if (ascii && to_lower(member.name.front()) != to_lower(field.front())) continue;
      if (json::folds_to(member.name, field)) values.push_back(&member.value);
    }
  }
  return values;
}

void GoObject::fail(std::string_view field, const json::Value& found,
                    std::string_view expected) const {
  if (errors_.size() >= max_container_json_errors) return;
  const std::string name = path_.empty() ? std::string(field) : concat(path_, ".", field);
  errors_.push_back({.message = concat("expected ", expected, " as ", name, ", found ",
                                       json::name_of(found.kind)),
                     .at = place(found.at),
                     .hint = {},
                     .file = {}});
}

GoObject GoObject::below(const json::Value& value, std::string_view name) const {
  return {source_, errors_, {&value}, path_.empty() ? std::string(name) : concat(path_, ".", name)};
}

const json::Value* GoObject::scalar(std::string_view field, Kind kind) const {
  const json::Value* last = nullptr;
  for (const json::Value* value : all(field)) {
    if (value->is(kind)) {
      last = value;
    } else if (!value->is(Kind::null)) {
      fail(field, *value, json::name_of(kind));
    }
  }
  return last;
}

const json::Value* GoObject::boolean(std::string_view field) const {
  return scalar(field, Kind::boolean);
}
const json::Value* GoObject::number(std::string_view field) const {
  return scalar(field, Kind::number);
}
const json::Value* GoObject::string(std::string_view field) const {
  return scalar(field, Kind::string);
}

const json::Value* GoObject::list(std::string_view field) const {
  const json::Value* last = nullptr;
  for (const json::Value* value : all(field)) {
    if (value->is(Kind::array)) {
      last = value;
    } else if (value->is(Kind::null)) {
      last = nullptr;
    } else {
      fail(field, *value, "an array");
    }
  }
  return last;
}

GoObject::Values GoObject::strings(std::string_view field) const {
  Values values;
  const json::Value* array = list(field);
  if (array == nullptr) return values;
  for (const json::Value& item : array->items) {
    if (item.is(Kind::string)) {
      values.push_back(&item);
    } else {
      fail(field, item, "strings");
    }
  }
  return values;
}

std::vector<GoObject> GoObject::objects(std::string_view field) const {
  std::vector<GoObject> found;
  const json::Value* array = list(field);
  if (array == nullptr) return found;
  for (const json::Value& item : array->items) {
    if (item.is(Kind::object)) {
      found.push_back(below(item, field));
    } else if (!item.is(Kind::null)) {
      fail(field, item, "objects");
    }
  }
  return found;
}

GoObject GoObject::object(std::string_view field) const {
  Values values;
  for (const json::Value* value : all(field)) {
    if (value->is(Kind::object)) {
      values.push_back(value);
    } else if (value->is(Kind::null)) {
      values.clear();
    } else {
      fail(field, *value, "an object");
    }
  }
  return {source_, errors_, std::move(values),
          path_.empty() ? std::string(field) : concat(path_, ".", field)};
}

std::vector<const json::Member*> GoObject::entries(std::string_view field) const {
  std::vector<const json::Member*> found;
  const GoObject map = object(field);
  for (const json::Value* value : map.objects_) {
    for (const json::Member& member : value->members) found.push_back(&member);
  }
  // Of entries of one name the last counts. Sorting keeps this linear enough for hostile maps.
  std::vector<std::size_t> order(found.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return found[i]->name; });
  std::vector<bool> counts(found.size(), true);
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    if (found[order[i]]->name == found[order[i + 1]]->name) counts[order[i]] = false;
  }
  std::vector<const json::Member*> kept;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (counts[i]) kept.push_back(found[i]);
  }
  return kept;
}

}  // namespace plimsoll
