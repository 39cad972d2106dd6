#include "readers/dockerfile/mount_options.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "readers/dockerfile/go_text.h"

namespace plimsoll::dockerfile {
namespace {

constexpr std::array<std::string_view, 5> mount_types{"bind", "cache", "tmpfs", "secret", "ssh"};
constexpr std::array<std::string_view, 19> option_names{
    "type", "from", "source", "target", "readonly",    "id", "sharing", "required",  "size", "mode",
    "uid",  "gid",  "src",    "dst",    "destination", "ro", "rw",      "readwrite", "env"};

std::string hint_for(std::string_view word, std::span<const std::string_view> candidates) {
  const std::optional<std::string_view> near = nearest(word, candidates);
  return near ? concat("did you mean ", *near, "?") : std::string();
}

class MountReader {
 public:
  MountReader(const ExpandValue& expand, Arena& arena, RunMount& mount)
      : expand_(expand), arena_(arena), mount_(mount) {}

  std::optional<MountRefusal> read(std::string_view value) {
    const std::optional<std::vector<std::string_view>> fields = csv_fields(value, arena_);
    if (!fields) return MountRefusal{"--mount is no list of options separated by commas", ""};
    for (const std::string_view field : *fields) {
      if (std::optional<MountRefusal> refusal = take(field)) return refusal;
    }
    if (std::optional<MountRefusal> refusal = check_together()) return refusal;
    const bool writable = mount_.type == "cache" || mount_.type == "tmpfs";
    if (!access_given_) mount_.read_only = !writable;
    return std::nullopt;
  }

 private:
  bool secret_or_ssh() const { return mount_.type == "secret" || mount_.type == "ssh"; }

  std::optional<MountRefusal> unexpected(std::string_view key) const {
    if (mount_.unresolved) return std::nullopt;
    return MountRefusal{concat("--mount of type ", mount_.type, " takes no option ", key), ""};
  }

  static MountRefusal invalid(std::string_view key, std::string_view value) {
    return {concat("--mount option ", key, " cannot be \"", value, "\""), ""};
  }

  // An option without a value.
  std::optional<MountRefusal> take_bare(std::string_view key, std::string_view field) {
    if (key == "readonly" || key == "ro" || key == "readwrite" || key == "rw") {
      mount_.read_only = key.starts_with("reado") || key == "ro";
      access_given_ = true;
      return std::nullopt;
    }
    if (key == "required") {
      mount_.required = true;
      return secret_or_ssh() ? std::nullopt : unexpected(key);
    }
    return MountRefusal{concat("--mount option \"", field, "\" needs a value"),
                        concat("write ", field, "=…")};
  }

  std::optional<MountRefusal> take(std::string_view field) {
    const std::size_t equals = field.find('=');
    const std::string key = lower(field.substr(0, equals));
    if (equals == std::string_view::npos) return take_bare(key, field);
    const std::string_view raw = field.substr(equals + 1);
    if (key == "from") {
      const std::size_t dollar = raw.find('$');
      if (dollar != std::string_view::npos && dollar + 1 < raw.size()) {
        return MountRefusal{"--mount option from takes no variable",
                            "define a stage with FROM and name it here"};
      }
    }
    if (std::ranges::find(option_names, key) == option_names.end()) {
      return MountRefusal{concat("--mount has no option \"", key, "\""),
                          hint_for(key, option_names)};
    }
    bool unresolved = false;
    const std::optional<std::string_view> value = expand_(raw, unresolved);
    if (!value) return std::nullopt;
    if (unresolved) mount_.unresolved = true;
    return store(key, *value, unresolved);
  }

  std::optional<MountRefusal> store(std::string_view key, std::string_view value, bool unresolved) {
    if (key == "from") {
      mount_.from = value;
    } else if (key == "source" || key == "src") {
      mount_.source = value;
    } else if (key == "target" || key == "dst" || key == "destination") {
      mount_.target = value;
    } else if (key == "id") {
      mount_.id = value;
    } else if (key == "env") {
      mount_.env = value;
    } else if (unresolved) {
      return std::nullopt;
    } else if (key == "type") {
      const std::string type = lower(value);
      const auto known = std::ranges::find(mount_types, type);
      if (known == mount_types.end()) {
        return MountRefusal{concat("--mount has no type \"", value, "\""),
                            hint_for(value, mount_types)};
      }
      mount_.type = *known;
    } else if (key == "sharing") {
      const std::string sharing = lower(value);
      if (sharing != "shared" && sharing != "private" && sharing != "locked") {
        return invalid(key, value);
      }
      sharing_given_ = true;
    } else if (key == "size") {
      if (mount_.type != "tmpfs") return unexpected(key);
      if (!valid_size(value)) return invalid(key, value);
    } else if (key == "mode" || key == "uid" || key == "gid") {
      if (!parse_go_uint32(value, key == "mode" ? 8 : 10)) return invalid(key, value);
      if (file_info_.empty()) file_info_ = key;
    } else {
      const std::optional<bool> flag = parse_go_bool(value);
      if (key == "required" && !secret_or_ssh()) return unexpected(key);
      if (!flag) return invalid(key, value);
      if (key == "required") {
        mount_.required = *flag;
      } else {
        mount_.read_only = (key == "readonly" || key == "ro") == *flag;
        access_given_ = true;
      }
    }
    return std::nullopt;
  }

  std::optional<MountRefusal> check_together() const {
    if (mount_.unresolved) return std::nullopt;
    const bool secret = mount_.type == "secret";
    if (!file_info_.empty() && (mount_.type == "bind" || mount_.type == "tmpfs")) {
      return unexpected(file_info_);
    }
    if (sharing_given_ && mount_.type != "cache") return unexpected("sharing");
    if (!secret) return std::nullopt;
    if (!mount_.from.empty()) return unexpected("from");
    if (mount_.source.empty() && mount_.target.empty() && mount_.id.empty()) {
      return MountRefusal{"--mount of type secret names no secret", "write id=…"};
    }
    if (!mount_.source.empty() && !mount_.id.empty()) {
      return MountRefusal{"--mount of type secret has both source and id", "keep one of them"};
    }
    return std::nullopt;
  }

  const ExpandValue& expand_;
  Arena& arena_;
  RunMount& mount_;
  bool access_given_ = false;
  bool sharing_given_ = false;
  std::string file_info_;  // the first of mode, uid and gid that is given
};

}  // namespace

std::optional<MountRefusal> read_mount(std::string_view value, const ExpandValue& expand,
                                       Arena& arena, RunMount& mount) {
  return MountReader(expand, arena, mount).read(value);
}

std::optional<MountRefusal> check_device(std::string_view value) {
  Arena changed;
  const std::optional<std::vector<std::string_view>> fields = csv_fields(value, changed);
  if (!fields) return MountRefusal{"--device is no list of options separated by commas", ""};
  bool named = false;
  for (const std::string_view field : *fields) {
    const std::size_t equals = field.find('=');
    const std::string key = lower(field.substr(0, equals));
    if (equals == std::string_view::npos) {
      if (key == "required") continue;
      if (named) return MountRefusal{concat("--device option \"", field, "\" needs a value"), ""};
      named = !field.empty();
      continue;
    }
    const std::string_view text = field.substr(equals + 1);
    if (key == "name") {
      if (named) return MountRefusal{"--device names two devices", ""};
      named = !text.empty();
    } else if (key == "required") {
      if (!parse_go_bool(text)) {
        return MountRefusal{concat("--device option required cannot be \"", text, "\""), ""};
      }
    } else if (named) {
      return MountRefusal{concat("--device has no option \"", key, "\""), ""};
    } else {
      named = true;
    }
  }
  return std::nullopt;
}

}  // namespace plimsoll::dockerfile
