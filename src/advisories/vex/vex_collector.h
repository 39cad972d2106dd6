// Where the readers of VEX formats put what they read: it keeps the bounds, the errors, and what
// all statements of a document have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/vex/vex_reader.h"
#include "base/json.h"

namespace plimsoll::advisories {

class VexCollector {
 public:
  explicit VexCollector(const Source& source);

  Location place(const json::Value& value) const { return {&source_, value.at}; }
  std::unexpected<Error> refusal(std::string message, const json::Value& at) const;
  // One statement, or a part of it, is left out.
  void note(std::string message, const json::Value& at);

  // What holds for all statements from now on. An error when the timestamp is none; one that is not
  // there is no error.
  Result<void> set_document(std::string_view id, std::string_view author,
                            const json::Value* timestamp);
  // A statement of the document, with what holds for all.
  VexStatement begin(const json::Value& at) const;
  // Of the statement; false, and noted, when it is none. One that is not there changes nothing.
  bool set_timestamp(VexStatement& statement, const json::Value* timestamp);
  // Adds a name to a list that does not end with it already; false, and noted, when it is no text,
  // too long, or begins as a package URL and is none. An empty one is no name.
  bool keep(std::vector<std::string>& into, std::string_view text, const json::Value& at);
  bool keep(std::vector<std::string>& into, const json::Value& text);
  void add(VexStatement statement);

  // Each look-up is counted here; false when there were too many.
  bool look_up(std::size_t count = 1);
  // A bound is passed: nothing more need be read.
  bool is_full() const { return !passed_.empty(); }

  Result<VexReading> finish(const json::Value& root);

 private:
  const Source& source_;
  VexReading out_;
  std::string id_;
  std::string author_;
  std::string timestamp_;
  std::size_t name_bytes_ = 0;
  std::size_t lookups_ = 0;
  std::size_t left_out_errors_ = 0;
  std::string_view passed_;  // which bound
};

// One of the reasons why something is not affected, which CSAF and OpenVEX call alike.
bool is_justification(std::string_view word);

// At most max_vex_text bytes of it.
std::string text_for_people(std::string_view text);
std::string text_for_people(const json::Value& object, std::string_view name);

// The formats: `root` is an object.
Result<void> read_openvex(const json::Value& root, VexCollector& into);
Result<void> read_cyclonedx_vex(const json::Value& root, VexCollector& into);
Result<void> read_csaf_vex(const json::Value& root, VexCollector& into);

}  // namespace plimsoll::advisories
