#include "feeds/formats/xml_walk.h"

#include <expat.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace plimsoll::feeds {
namespace {

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct Walk {
  XML_Parser parser = nullptr;
  XmlReader* reader = nullptr;
  std::vector<std::string> texts;  // of the elements that are open
  XmlAttributes attributes;
  std::string_view fault;

  void stop(std::string_view why) {
    if (!fault.empty()) return;
    fault = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

void begin(void* data, const XML_Char* name, const XML_Char** attributes) {
  Walk& walk = *static_cast<Walk*>(data);
  if (!walk.fault.empty()) return;
  if (walk.texts.size() == max_xml_depth) {
    walk.stop("its elements are nested too deeply");
    return;
  }
  walk.texts.emplace_back();
  walk.attributes.clear();
  for (; *attributes != nullptr; attributes += 2) {
    if (walk.attributes.size() == max_xml_attributes) {
      walk.stop("an element has too many attributes");
      return;
    }
    walk.attributes.emplace_back(without_prefix(attributes[0]), attributes[1]);
  }
  walk.reader->begin(without_prefix(name), walk.attributes);
}

void end(void* data, const XML_Char* name) {
  Walk& walk = *static_cast<Walk*>(data);
  if (!walk.fault.empty()) return;
  walk.reader->end(without_prefix(name), trim(walk.texts.back()));
  walk.texts.pop_back();
}

void add_text(void* data, const XML_Char* text, int length) {
  Walk& walk = *static_cast<Walk*>(data);
  if (!walk.fault.empty() || walk.texts.empty()) return;
  std::string& own = walk.texts.back();
  own.append(text, std::min<std::size_t>(static_cast<std::size_t>(length),
                                         max_xml_text - std::min(max_xml_text, own.size())));
}

void begin_document_type(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Walk*>(data)->stop("it has a document type, and so perhaps entities");
}

}  // namespace

std::string_view attribute(const XmlAttributes& attributes, std::string_view name) {
  for (const auto& [known, value] : attributes) {
    if (known == name) return value;
  }
  return {};
}

void read_xml(const Document& document, XmlReader& reader, FeedSink& sink) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), XML_ParserFree);
  if (!parser) {
    sink.refuse({}, document.place, "there is no memory to read it");
    return;
  }
  Walk walk;
  walk.parser = parser.get();
  walk.reader = &reader;
  XML_SetUserData(parser.get(), &walk);
  XML_SetElementHandler(parser.get(), begin, end);
  XML_SetCharacterDataHandler(parser.get(), add_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), begin_document_type);
  // expat counts in int. Small pieces would let one long token be read anew with each of them.
  constexpr std::size_t most = 1u << 30;
  std::string_view rest(document.text.data(), document.text.size());
  do {
    const std::string_view piece = rest.substr(0, most);
    rest.remove_prefix(piece.size());
    if (XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), rest.empty()) ==
        XML_STATUS_OK) {
      continue;
    }
    const std::string line = std::to_string(XML_GetCurrentLineNumber(parser.get()));
    sink.refuse({}, document.place,
                walk.fault.empty() ? concat("this is no XML in line ", line, ": ",
                                            XML_ErrorString(XML_GetErrorCode(parser.get())))
                                   : concat(walk.fault, " (line ", line, ")"));
    return;
  } while (!rest.empty());
}

}  // namespace plimsoll::feeds
