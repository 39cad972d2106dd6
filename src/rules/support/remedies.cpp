#include "rules/support/remedies.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

bool contains(const Location& outer, const Location& inner) {
  return outer.source == inner.source && outer.span.begin <= inner.span.begin &&
         inner.span.end <= outer.span.end;
}

const WrittenFlag* flag_at(const ContainerSpec& spec, const Location& at) {
  const auto found = std::ranges::find_if(spec.flags, [&](const WrittenFlag& flag) {
    return contains(flag.at, at) || contains(flag.value_at, at);
  });
  return found == spec.flags.end() ? nullptr : &*found;
}

// "--pid", "-v"; one letter of several behind one dash gets its dash back.
std::string flag_name(const WrittenFlag& flag) {
  const std::string_view text = flag.at.text();
  return text.starts_with('-') ? std::string(text) : concat("-", text);
}

// "" where no flag says it.
std::string removal(const ContainerSpec& spec, const Change& change) {
  const WrittenFlag* const flag = flag_at(spec, change.at);
  if (flag == nullptr) return {};
  if (flag->at == flag->value_at) return concat("remove ", flag_name(*flag));
  // A variable's value may be a secret.
  const std::string name = flag_name(*flag);
  std::string_view value = flag->value_at.text();
  if (name == "-e" || name == "--env") value = value.substr(0, value.find('='));
  return concat("remove ", name, " ", value);
}

std::string rewriting(const ContainerSpec& spec, const Change& change) {
  const WrittenFlag* const flag = flag_at(spec, change.at);
  if (flag == nullptr) return {};
  if (change.kind == Change::Kind::set) return concat("write ", flag_text(change));
  if (!contains(change.at, flag->value_at)) return {};
  return concat("write ", flag_name(*flag), " ", change.value);
}

}  // namespace

std::string advice(const ContainerSpec& spec, const std::vector<Change>& changes,
                   std::string_view compose_words) {
  if (spec.surface != Surface::run_line) return std::string(compose_words);
  std::vector<std::string> parts;
  std::vector<Change> additions;
  for (const Change& change : changes) {
    const bool adds = change.kind == Change::Kind::add || change.kind == Change::Kind::set;
    if (adds && !change.at.known()) {
      additions.push_back(change);
      continue;
    }
    parts.push_back(change.kind == Change::Kind::remove ? removal(spec, change)
                                                        : rewriting(spec, change));
  }
  if (!additions.empty()) parts.push_back(as_flags(additions));
  if (parts.empty() || std::ranges::any_of(parts, &std::string::empty)) {
    return std::string(compose_words);
  }
  std::string out;
  for (const std::string& part : parts) out += concat(out.empty() ? "" : ", ", part);
  return out;
}

}  // namespace plimsoll::rules
