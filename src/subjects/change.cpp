#include "subjects/change.h"

#include "base/text.h"

namespace plimsoll {

std::string_view name_of(Certainty certainty) {
  switch (certainty) {
    case Certainty::none: return "none";
    case Certainty::safe: return "safe";
    case Certainty::unsafe: return "unsafe";
  }
  return "";
}

std::string flag_text(const Change& change) {
  const SettingSpelling& spelling = change.setting.spelling();
  if (spelling.is_switch && change.value == "true") return concat("--", spelling.flag);
  return concat("--", spelling.flag, "=", spelling.flag_prefix, change.value);
}

std::string as_flags(const std::vector<Change>& changes) {
  std::string out;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Change& change = changes[i];
    const bool is_flag = change.kind == Change::Kind::set || change.kind == Change::Kind::add;
    if (!is_flag || change.at.known() || change.setting.spelling().flag.empty()) return {};
    out += concat(i == 0 ? "add " : i + 1 == changes.size() ? " and " : ", ", flag_text(change));
  }
  return out;
}

}  // namespace plimsoll
