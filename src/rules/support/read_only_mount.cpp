#include "rules/support/read_only_mount.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "rules/support/written_text.h"

namespace plimsoll::rules {
namespace {

// `--mount` takes fields, `-v` and compose's short form take source:target:options.
bool has_fields(std::string_view text) {
  return text.contains("target=") || text.contains("dst=") || text.contains("destination=");
}

// Whether the short form has a third part already: `a:/b:/c`. The colons of variables (`${A:-b}`)
// and of a drive (`c:\a`) part nothing.
bool has_options(std::string_view text) {
  constexpr std::size_t behind_drive = 2;
  std::size_t colons = 0;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) ++depth;
    if (text[i] == '}' && depth > 0) --depth;
    if (text[i] == ':' && depth == 0 && i >= behind_drive) ++colons;
  }
  return colons > 1;
}

std::string with_read_only(std::string_view options) {
  std::string out = "ro";
  for (const std::string_view option : split(options, ',')) {
    if (option != "rw") out += concat(",", option);
  }
  return out;
}

}  // namespace

std::optional<Change> read_only_mount(const Mount& mount) {
  if (!mount.at.known()) return std::nullopt;
  if (mount.layer == Layer::compose && is_written_as_mapping(mount.at)) {
    return change::set_in(mount.at, "read_only", "true");
  }
  const std::string_view text = written_text(mount.at);
  if (mount.layer == Layer::run_line && has_fields(text)) {
    if (text.contains("readonly") || text.contains("ro=") || text.contains('"')) {
      return std::nullopt;
    }
    return change::rewrite(mount.at, concat(text, ",readonly"));
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view last = text.substr(colon + 1);
  // Compose takes options that it does not know without a word, a path for one, and a target that
  // is no path.
  const bool is_target = last.starts_with('/');
  if (is_target == has_options(text)) return std::nullopt;
  if (is_target) return change::rewrite(mount.at, concat(text, ":ro"));
  const bool options = std::ranges::all_of(last, [](char c) { return is_alpha(c) || c == ','; });
  if (!options || last.empty()) return std::nullopt;
  return change::rewrite(mount.at, concat(text.substr(0, colon + 1), with_read_only(last)));
}

}  // namespace plimsoll::rules
