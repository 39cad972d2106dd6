// Walking through XML with expat: one pass, element by element, whatever the size of the text.
//
// Hostile XML swells by entities that name each other, or nests without end; so a document type,
// which alone can declare entities, ends the reading, and so does depth. Of a text no more is kept
// than a reader can use.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

inline constexpr std::size_t max_xml_depth = 64;
inline constexpr std::size_t max_xml_text = 64u << 10;  // of one element; the rest is dropped
inline constexpr std::size_t max_xml_attributes = 64;

// The attributes of an element; names without a namespace's prefix. Of views that hold for the
// call.
using XmlAttributes = std::vector<std::pair<std::string_view, std::string_view>>;

// The value of one, or "".
std::string_view attribute(const XmlAttributes& attributes, std::string_view name);

class XmlReader {
 public:
  virtual ~XmlReader() = default;

  // Names are without a namespace's prefix. Nothing may be thrown.
  virtual void begin(std::string_view name, const XmlAttributes& attributes) = 0;
  // With the text that the element has itself, trimmed.
  virtual void end(std::string_view name, std::string_view text) = 0;
};

// Gives the reader the whole document. What is wrong with it ends the reading and is refused; what
// was read before stays.
void read_xml(const Document& document, XmlReader& reader, FeedSink& sink);

}  // namespace plimsoll::feeds
