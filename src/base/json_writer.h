// Writes JSON: indented by two blanks, members in the order they are given, and always valid:
// control characters are escaped and bytes that are no UTF-8 become U+FFFD. The same calls give the
// same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// The text as a JSON string, with its quotes.
void append_json_string(std::string& out, std::string_view text);

// Appends to a string that outlives it. The caller opens and closes in pairs, and names a member
// with key() before its value; nothing else is checked.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name);
  void string(std::string_view text);
  void number(std::int64_t value);
  void boolean(bool value);
  // A number that is counted in parts of one: decimal(98, 1) is 9.8. Not below zero.
  void decimal(std::uint64_t parts, int digits);

  // A member of the object that is open.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void member_number(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }
  void member_boolean(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }

 private:
  void open(char bracket);
  void close(char bracket);
  // The comma and the line break that a value or a key needs before it.
  void separate();
  void break_line();

  std::string& out_;
  std::vector<bool> has_items_;  // of every container that is open
  bool after_key_ = false;
};

}  // namespace plimsoll
