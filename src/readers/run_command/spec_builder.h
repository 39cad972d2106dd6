// Turns the flags of one run line into a ContainerSpec.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "readers/run_command/flags.h"
#include "readers/run_command/values.h"
#include "subjects/container_spec.h"

namespace plimsoll::run_command {

// A flag's value and its places. The text must live while the flag is set.
struct Value {
  std::string_view text;
  bool resolved = true;
  Location at;       // the value
  Location flag_at;  // the flag's name, dashes included
};

// The place of a part of a value: narrower than the value's own where the text stands there as it
// is.
Location place_of(const Value& value, std::size_t offset, std::size_t size);

class SpecBuilder {
 public:
  SpecBuilder(ContainerSpec& spec, std::vector<Error>& errors, Client client)
      : spec_(spec), errors_(errors), client_(client) {}

  // `written`: the flag's name as the line has it (--net for network). A value that is malformed is
  // an error with its place, and leaves the setting unresolved.
  void set(const Flag& flag, std::string_view written, const Value& value);
  void obsolete(ObsoleteSpelling::Kind kind, std::string_view text, const Location& at);
  // After the last flag: what follows from several together, and what the line leaves open.
  void finish();

 private:
  void set_boolean(Located<bool>& field, const Value& value);
  void set_text(Located<std::string>& field, const Value& value);
  void set_bytes(Located<std::int64_t>& field, const Value& value, bool negative = false);
  void set_integer(Located<std::int64_t>& field, const Value& value);
  void add(std::vector<Located<std::string>>& list, const Value& value);
  void add_each(std::vector<Located<std::string>>& list, const Value& value);

  void set_security_opt(const Value& value);
  void set_network(std::string_view written, const Value& value);
  void set_publish(const Value& value);
  void set_volume(const Value& value);
  void set_mount(const Value& value);
  void set_mount_field(Mount& mount, const Value& value, const Part& field);
  void set_tmpfs(const Value& value);
  void set_device(const Value& value);
  void set_ulimit(const Value& value);
  void set_env(const Value& value);
  void set_label(const Value& value);
  void set_secret(const Value& value);
  void set_health_cmd(const Value& value);
  void invalid(const Value& value, std::string_view what, std::string_view hint);
  void leave_defaults_open();

  ContainerSpec& spec_;
  std::vector<Error>& errors_;
  Client client_;
  std::string_view flag_;  // the flag being set, for messages
  std::string volume_driver_;
  Located<std::int64_t> cpu_period_;
  Located<std::int64_t> cpu_quota_;
};

}  // namespace plimsoll::run_command
