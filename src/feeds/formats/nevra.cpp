#include "feeds/formats/nevra.h"

#include "base/text.h"

namespace plimsoll::feeds {
namespace {

// Takes off what stands behind the last separator, and the separator.
std::string_view take_last(std::string_view& text, char separator) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return {};
  const std::string_view out = text.substr(at + 1);
  text = text.substr(0, at);
  return out;
}

}  // namespace

std::optional<Nevra> nevra_of(std::string_view text) {
  if (text.ends_with(".rpm")) text.remove_suffix(4);
  Nevra out;
  out.architecture = take_last(text, '.');
  out.release = take_last(text, '-');
  out.version = take_last(text, '-');
  out.name = text;
  if (const std::size_t colon = out.version.find(':'); colon != std::string_view::npos) {
    out.epoch = out.version.substr(0, colon);
    out.version = out.version.substr(colon + 1);
    if (!all_digits(out.epoch)) return std::nullopt;
  }
  if (out.name.empty() || out.version.empty() || out.release.empty() || out.architecture.empty()) {
    return std::nullopt;
  }
  return out;
}

}  // namespace plimsoll::feeds
