#include "advisories/vex/vex_collector.h"

#include <utility>

#include "advisories/vex/timestamp.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"
#include "subjects/package_url.h"

namespace plimsoll::advisories {

using json::Kind;
using json::Value;

bool is_justification(std::string_view word) {
  return is_one_of(word, {"component_not_present", "vulnerable_code_not_present",
                          "vulnerable_code_not_in_execute_path",
                          "vulnerable_code_cannot_be_controlled_by_adversary",
                          "inline_mitigations_already_exist"});
}

std::string text_for_people(std::string_view text) {
  if (text.size() <= max_vex_text) return std::string(text);
  std::size_t end = max_vex_text;
  // Not within a character: its later bytes are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::string text_for_people(const Value& object, std::string_view name) {
  return text_for_people(json::text_of(object, name));
}

VexCollector::VexCollector(const Source& source)
    : source_(source), id_(text_for_people(source.path())) {}

std::unexpected<Error> VexCollector::refusal(std::string message, const Value& at) const {
  return failure({.message = std::move(message), .at = place(at)});
}

void VexCollector::note(std::string message, const Value& at) {
  if (out_.errors.size() == max_vex_errors) {
    ++left_out_errors_;
  } else {
    out_.errors.push_back({.message = std::move(message), .at = place(at)});
  }
}

Result<void> VexCollector::set_document(std::string_view id, std::string_view author,
                                        const Value* timestamp) {
  if (!id.empty()) id_ = text_for_people(id);
  author_ = text_for_people(author);
  if (timestamp == nullptr || timestamp->is(Kind::null)) return {};
  if (!timestamp->is(Kind::string) || !instant_of(timestamp->text)) {
    return refusal(concat("this is no time as RFC 3339 writes it: ",
                          printable(text_for_people(source_.text(timestamp->at)))),
                   *timestamp);
  }
  timestamp_ = timestamp->text;
  return {};
}

VexStatement VexCollector::begin(const Value& at) const {
  VexStatement out;
  out.author = author_;
  out.timestamp = timestamp_;
  out.document = id_;
  out.at = place(at);
  return out;
}

bool VexCollector::set_timestamp(VexStatement& statement, const Value* timestamp) {
  if (timestamp == nullptr || timestamp->is(Kind::null)) return true;
  if (!timestamp->is(Kind::string) || !instant_of(timestamp->text)) {
    note("the statement's time is none as RFC 3339 writes it", *timestamp);
    return false;
  }
  statement.timestamp = timestamp->text;
  return true;
}

bool VexCollector::keep(std::vector<std::string>& into, std::string_view text, const Value& at) {
  if (text.empty() || is_full()) return false;
  if (text.size() > max_vex_name) {
    note(concat("a name has more than ", std::to_string(max_vex_name), " bytes"), at);
    return false;
  }
  if (text.starts_with("pkg:") && !parse_package_url(text)) {
    note(concat("this is no package URL: \"", printable(text), "\""), at);
    return false;
  }
  if (!into.empty() && into.back() == text) return true;
  name_bytes_ += text.size() + sizeof(std::string);
  if (name_bytes_ > max_vex_name_bytes) {
    passed_ = "the document's statements name more products than fit into 64 MiB";
    return false;
  }
  into.emplace_back(text);
  return true;
}

bool VexCollector::keep(std::vector<std::string>& into, const Value& text) {
  if (text.is(Kind::string)) return keep(into, text.text, text);
  note(concat("a name is a text, and this is ", json::name_of(text.kind)), text);
  return false;
}

void VexCollector::add(VexStatement statement) {
  if (out_.value.size() == max_vex_statements) {
    passed_ = "the document has more than 100000 statements";
  }
  if (!is_full()) out_.value.push_back(std::move(statement));
}

bool VexCollector::look_up(std::size_t count) {
  lookups_ += count;
  if (lookups_ > max_vex_lookups && !is_full()) {
    passed_ = "the document's statements refer to products and groups too often";
  }
  return !is_full();
}

Result<VexReading> VexCollector::finish(const Value& root) {
  if (is_full()) return refusal(std::string(passed_), root);
  if (left_out_errors_ > 0) {
    out_.errors.push_back(
        {.message = concat(counted(left_out_errors_, "more statement is", "more statements are"),
                           " at fault"),
         .at = place(root)});
  }
  return std::move(out_);
}

}  // namespace plimsoll::advisories
