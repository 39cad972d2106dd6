// Reads any text as JSON, and checks that what it read, written again, is read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/json.h"
#include "base/json_writer.h"

namespace {

using namespace plimsoll;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_places(const json::Value& value, Span inside) {
  require(value.at.begin >= inside.begin && value.at.end <= inside.end && !value.at.empty());
  for (const json::Value& item : value.items) check_places(item, value.at);
  for (const json::Member& member : value.members) {
    require(member.name_at.begin >= value.at.begin);
    require(member.name_at.end <= member.value.at.begin);
    check_places(member.value, value.at);
  }
}

void write(const json::Value& value, std::string& out) {
  bool first = true;
  switch (value.kind) {
    case json::Kind::null: out += "null"; break;
    case json::Kind::boolean: out += value.boolean ? "true" : "false"; break;
    case json::Kind::number: out += value.text; break;
    case json::Kind::string: append_json_string(out, value.text); break;
    case json::Kind::array:
      out += '[';
      for (const json::Value& item : value.items) {
        if (!first) out += ',';
        first = false;
        write(item, out);
      }
      out += ']';
      break;
    case json::Kind::object:
      out += '{';
      for (const json::Member& member : value.members) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, member.name);
        out += ':';
        write(member.value, out);
      }
      out += '}';
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("f", std::string(reinterpret_cast<const char*>(data), size));
  const Span all{0, static_cast<std::uint32_t>(size)};
  const Result<json::Document> document = json::read(source);
  json::read_outline(source.text(), 2);
  if (!document) {
    const Span at = document.error().at.span;
    require(at.begin <= at.end && at.end <= size && !document.error().message.empty());
    return 0;
  }
  check_places(document->root, all);
  std::string once;
  write(document->root, once);
  const Source again("f", once);
  const Result<json::Document> same = json::read(again);
  require(same.has_value());
  std::string twice;
  write(same->root, twice);
  require(once == twice);
  return 0;
}
