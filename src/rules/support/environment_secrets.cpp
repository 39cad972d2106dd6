#include "rules/support/environment_secrets.h"

#include "rules/support/secrets.h"

namespace plimsoll::rules {
namespace {

// What stands in `${NAME:-default}` or `${NAME-default}` for the default, or nothing when the text
// is not exactly one such expression or has none.
std::string_view default_of(std::string_view text) {
  if (!text.starts_with("${") || !text.ends_with('}')) return {};
  const std::string_view inner = text.substr(2, text.size() - 3);
  const std::size_t dash = inner.find('-');
  if (dash == std::string_view::npos || dash == 0) return {};
  // Another operator first (`?`, `+`) means that the dash belongs to its text.
  if (inner.substr(0, dash).find_first_of("?+ ") != std::string_view::npos) return {};
  return inner.substr(dash + 1);
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
  if (variable.layer == Layer::compose && is_interpolated(text)) {
    // In a list the place of the value may cover the entry: NAME=value.
    if (text.find('=') < text.find('$')) text.remove_prefix(text.find('=') + 1);
    const std::string_view fallback = default_of(without_quotes(text));
    if (const auto secret = written_secret(variable.name, fallback)) {
      return {SecretSource::fallback, secret->kind};
    }
    // A literal password between interpolated parts: postgres://app:hunter2@${HOST}/app.
    if (const auto form = find_secret_form(text)) return {SecretSource::literal, form->kind};
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
