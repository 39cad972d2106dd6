// An object as Go's encoding/json fills a struct from it, which is how the engine reads a request:
//
//   - a key means the field whose name it folds to (HOSTCONFIG is HostConfig);
//   - a field that is named twice is filled twice: objects merge member by member, lists and
//   scalars are
//     replaced by the later one, and the entries of a map are added;
//   - null takes back what was there for a pointer, a list and a map, and changes nothing for a
//   plain
//     scalar.
//
// So an object here is a sequence of JSON objects, and a field the sequence of all values given to
// it. Whoever reads the last member alone is deceived by {"HostConfig": {"Privileged": true},
// "HostConfig":
// {}}.
//
// A value of the wrong type is an error with its place, and the field counts as absent.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll {

class GoObject {
 public:
  using Values = std::vector<const json::Value*>;

  // `source` is what the values were read from; `errors` receives what has the wrong type. `path`
  // is where the object stands, for messages: "HostConfig".
  GoObject(const Source& source, std::vector<Error>& errors, Values objects, std::string path)
      : source_(source), errors_(errors), objects_(std::move(objects)), path_(std::move(path)) {}

  bool present() const { return !objects_.empty(); }
  // Where the last of the objects stands.
  Location at() const { return objects_.empty() ? Location{} : place(objects_.back()->at); }

  // The scalar that counts, or null where there is none; a null of JSON changes nothing.
  const json::Value* boolean(std::string_view field) const;
  const json::Value* number(std::string_view field) const;
  const json::Value* string(std::string_view field) const;
  // The list that counts; null where there is none or JSON's null is the last word.
  const json::Value* list(std::string_view field) const;
  // The strings of a list; a list that holds anything else is an error and gives the strings alone.
  Values strings(std::string_view field) const;
  // The objects of a list, each by itself.
  std::vector<GoObject> objects(std::string_view field) const;
  GoObject object(std::string_view field) const;
  // The entries of a map that count, in order.
  std::vector<const json::Member*> entries(std::string_view field) const;
  // Every value that was given to a field, nulls too.
  Values all(std::string_view field) const;

  Location place(Span span) const { return {&source_, span}; }
  void fail(std::string_view field, const json::Value& found, std::string_view expected) const;
  // An object of its own below this one.
  GoObject below(const json::Value& value, std::string_view name) const;

 private:
  const json::Value* scalar(std::string_view field, json::Kind kind) const;

  const Source& source_;
  std::vector<Error>& errors_;
  Values objects_;
  std::string path_;
};

}  // namespace plimsoll
