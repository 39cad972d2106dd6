#include "subjects/image_reference.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll {
namespace {

constexpr bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '/';
}

bool valid_repository(std::string_view repository) {
  if (repository.empty() || !std::ranges::all_of(repository, is_path_character)) return false;
  for (const std::string_view part : split(repository, '/')) {
    const auto alphanumeric = [](char c) { return is_alpha(c) || is_digit(c); };
    if (part.empty() || !alphanumeric(part.front()) || !alphanumeric(part.back())) return false;
  }
  return true;
}

bool valid_tag(std::string_view tag) {
  if (tag.empty() || tag.size() > 128 || tag.front() == '.' || tag.front() == '-') return false;
  return std::ranges::all_of(
      tag, [](char c) { return is_alpha(c) || is_digit(c) || c == '_' || c == '.' || c == '-'; });
}

bool valid_digest(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == 0 || colon == std::string_view::npos || digest.size() - colon - 1 < 32) return false;
  return std::ranges::all_of(digest.substr(colon + 1),
                             [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::optional<ImageReference> parse_image_reference(std::string_view text) {
  ImageReference out;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    out.digest = text.substr(at + 1);
    if (!valid_digest(out.digest)) return std::nullopt;
    text = text.substr(0, at);
  }
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view first = text.substr(0, slash);
    const bool names_a_host = first.contains('.') || first.contains(':') || first == "localhost";
    if (names_a_host) {
      out.registry = lower(first);
      out.registry_written = true;
      text.remove_prefix(slash + 1);
    }
  }
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    out.tag = text.substr(colon + 1);
    if (!valid_tag(out.tag)) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (!valid_repository(text)) return std::nullopt;
  if (out.registry.empty() || out.registry == "index.docker.io") out.registry = "docker.io";
  out.repository = text;
  out.name = text;
  if (out.registry != "docker.io") {
    out.name = concat(out.registry, "/", text);
  } else if (!text.contains('/')) {
    out.repository = concat("library/", text);
  } else if (out.official()) {
    out.name.erase(0, std::string_view("library/").size());
  }
  return out;
}

}  // namespace plimsoll
