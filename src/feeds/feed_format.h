// The formats that feeds come in: one file each, all listed in feed_formats.cpp. A document is
// given to the format that recognises it by what stands at its top; nothing is told by a file's
// name.
#pragma once

#include <simdjson.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

// One file, one member of an archive, or one line of a file with a record a line.
struct Document {
  // With the blank bytes behind it that simdjson needs; not yet known to be UTF-8 or JSON.
  simdjson::padded_string_view text;
  // For errors: "npm.jsonl.zst:17", "all.zip(GHSA-1.json)".
  std::string_view place;
};

// What a document is recognised by.
struct Outline {
  // Of a JSON object: its first keys and the kind of each key's value ('{', '[', '"', or the first
  // character of anything else), at most max_outline_keys.
  struct Key {
    std::string name;
    char value = 0;
  };
  std::vector<Key> keys;
  std::string xml_root;    // of XML: the root element's name, without its namespace's prefix
  std::string first_line;  // of anything else, to 200 bytes

  bool has(std::string_view key) const;
};
inline constexpr std::size_t max_outline_keys = 64;

struct FeedFormat {
  std::string_view name;  // "osv": in the database and in reports
  bool (*recognises)(const Outline& outline);
  // Reads all records of the document. One parser serves a thread; its views end with the next
  // document. Nothing is thrown.
  void (*read)(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink);
};

std::span<const FeedFormat> feed_formats();

}  // namespace plimsoll::feeds
