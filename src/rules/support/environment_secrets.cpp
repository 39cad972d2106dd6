#include "rules/support/environment_secrets.h"

#include <string>

#include "base/text.h"
#include "subjects/secrets.h"

namespace plimsoll::rules {
namespace {

// A text of a compose file with its expressions put in: a default where one is written and wanted,
// and
// `$X` for everything else. `$$` becomes `$`.
//
// Expressions are nested to any depth; the loop counts braces and keeps the nesting of defaults
// flat: inside a wanted default the text goes on, and its closing brace is dropped.
std::string put_in(std::string_view text, bool with_defaults) {
  constexpr std::size_t longest = 64u << 10;
  text = text.substr(0, longest);
  std::string out;
  out.reserve(text.size());
  std::size_t open_defaults = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '}' && open_defaults > 0) {
      --open_defaults;
      continue;
    }
    if (text[i] != '$' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    if (text[i + 1] == '$') {
      out += '$';
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    const bool braced = text[end] == '{';
    if (braced) ++end;
    while (end < text.size() && (is_alpha(text[end]) || is_digit(text[end]) || text[end] == '_')) {
      ++end;
    }
    const std::string_view rest = text.substr(end);
    const std::size_t operator_size = rest.starts_with(":-") ? 2 : rest.starts_with("-") ? 1 : 0;
    if (braced && with_defaults && operator_size != 0 &&
        !rest.substr(operator_size).starts_with('}')) {
      ++open_defaults;
      i = end + operator_size - 1;
      continue;
    }
    out += "$X";
    if (!braced) {
      i = end - 1;
      continue;
    }
    for (std::size_t depth = 1; end < text.size() && depth > 0; ++end) {
      if (text[end] == '{') ++depth;
      if (text[end] == '}') --depth;
    }
    i = end - 1;
  }
  return out;
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

// Whether a compose text is interpolated: it holds a `$` that is not the escape `$$`.
bool is_interpolated(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') continue;
    if (i + 1 >= text.size() || text[i + 1] != '$') return true;
    ++i;
  }
  return false;
}

}  // namespace

EnvironmentSecret environment_secret(const EnvironmentVariable& variable) {
  // What a Dockerfile or an image sets is judged there.
  if (variable.layer == Layer::dockerfile || variable.layer == Layer::image) return {};
  const EnvironmentSecret from_outside{SecretSource::outside, "a secret"};
  if (!variable.value) {
    return secret_name(variable.name) ? from_outside : EnvironmentSecret{};
  }
  if (variable.from_file) {
    if (variable.unresolved) return {};
    return written_secret(variable.name, *variable.value) ? from_outside : EnvironmentSecret{};
  }
  // Interpolation is a matter of compose files; on a run line the shell's variables are unresolved,
  // and in JSON a `$` is a `$`.
  std::string_view text = variable.value_at.text();
  // A bare name, `KEY:` or `- KEY`, takes its value from the shell or the .env file.
  if (variable.layer == Layer::compose && !variable.value->empty() &&
      (trim(text).empty() || without_quotes(trim(text)) == variable.name)) {
    return secret_name(variable.name) ? from_outside : EnvironmentSecret{};
  }
  if (variable.layer == Layer::compose && is_interpolated(text)) {
    // Where the place of the value covers the whole entry of a list: NAME=value.
    text = without_quotes(text);
    if (text.starts_with(variable.name) && text.substr(variable.name.size()).starts_with('=')) {
      text.remove_prefix(variable.name.size() + 1);
    }
    // A literal password between interpolated parts: postgres://app:hunter2@${HOST}/app.
    if (const auto form = find_secret_form(put_in(text, false))) {
      return {SecretSource::literal, form->kind};
    }
    const std::string by_default = put_in(text, true);
    if (const auto form = find_secret_form(by_default)) {
      return {SecretSource::fallback, form->kind};
    }
    // By its name only when nothing of the value comes from outside.
    if (!by_default.contains("$X")) {
      if (const auto secret = written_secret(variable.name, by_default)) {
        return {SecretSource::fallback, secret->kind};
      }
    }
    return secret_name(variable.name) ? from_outside : EnvironmentSecret{};
  }
  if (variable.unresolved) {
    return secret_name(variable.name) ? from_outside : EnvironmentSecret{};
  }
  const auto secret = written_secret(variable.name, *variable.value);
  if (!secret) return {};
  return {SecretSource::literal, secret->kind};
}

}  // namespace plimsoll::rules
