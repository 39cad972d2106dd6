#include "image/secrets/config_secrets.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "image/secrets/secret_scanner.h"
#include "subjects/secrets.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view hidden = "***";

// Somebody wrote these lines for this image: each password counts.
constexpr SecretPlace line_of_words{.use = SecretPlace::Use::credentials};
constexpr SecretPlace line_of_value{.use = SecretPlace::Use::credentials,
                                    .has_values_to_line_end = true};

std::string without(std::string_view text, const std::vector<FoundSecret>& secrets) {
  std::string out;
  std::size_t shown = 0;
  for (const FoundSecret& secret : secrets) {
    out += text.substr(shown, secret.begin - shown);
    out += hidden;
    shown = secret.end;
  }
  return out += text.substr(shown);
}

class Hider {
 public:
  Hider(const Source& original, Sources& sources) : original_(original), sources_(sources) {}

  ConfigSecrets hide() {
    const std::string_view text = original_.text();
    const std::optional<json::Document> document = json::read_text(text);
    if (!document) return hide_all();
    if (const json::Value* config = document->root.find("config")) {
      environment_ = config->find("Env");
    }
    visit(document->root, "");
    if (changes_.empty() && out_.found.empty()) {
      out_.source = &original_;
      return std::move(out_);
    }
    std::string changed;
    std::size_t kept = 0;
    for (const auto& [span, replacement] : changes_) {
      changed += text.substr(kept, span.begin - kept);
      changed += replacement;
      kept = span.end;
    }
    changed += text.substr(kept);
    out_.source = &sources_.add(std::string(original_.path()), std::move(changed));
    place();
    return std::move(out_);
  }

 private:
  std::vector<FoundSecret> search(std::string_view text, const SecretPlace& place,
                                  std::string_view part) {
    scanner_.begin(part, place);
    scanner_.push(text);
    return scanner_.end();
  }

  // What is no JSON is read no further, but may be quoted to say why.
  ConfigSecrets hide_all() {
    const std::vector<FoundSecret> found = search(original_.text(), line_of_words, "");
    out_.source = found.empty() ? &original_
                                : &sources_.add(std::string(original_.path()),
                                                without(original_.text(), found));
    return std::move(out_);
  }

  // `part` is what the value is of the configuration, in words.
  void visit(const json::Value& value, const std::string& part) {
    if (value.is(json::Kind::string)) return take(value, part, {});
    std::string_view before;
    for (const json::Value& item : value.items) {
      if (item.is(json::Kind::string)) {
        take(item, part, before);
        before = item.text;
      } else {
        visit(item, part);
      }
    }
    for (const json::Member& member : value.members) {
      if (member.name == "Labels" && member.value.is(json::Kind::object)) {
        for (const json::Member& label : member.value.members) take_label(label);
      } else {
        visit(member.value, part_of(member.name, part));
      }
    }
  }

  static std::string part_of(std::string_view name, const std::string& outer) {
    constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"history", "history"},
        {"Env", "environment"},
        {"Cmd", "command"},
        {"Entrypoint", "entrypoint"},
        {"OnBuild", "triggers"},
        {"Healthcheck", "health check"},
        {"container_config", "record of the build"}};
    for (const auto& [member, word] : words) {
      if (member == name)
        return outer.empty() || outer == "configuration" ? std::string(word) : outer;
    }
    return outer.empty() ? "configuration" : outer;
  }

  void take_label(const json::Member& label) {
    if (!label.value.is(json::Kind::string)) return visit(label.value, "configuration");
    // The name says what the value is.
    take_with(label.value, concat("label ", label.name), concat(label.name, "="), line_of_value);
  }

  // `before` is the word in front of it in a list: "--password", "hunter2".
  void take(const json::Value& value, const std::string& part, std::string_view before) {
    if (part == "environment") return take_variable(value);
    const bool is_flag = before.starts_with("--") && !before.contains('=');
    take_with(value, part, is_flag ? concat(before, " ") : std::string(), line_of_words);
  }

  void take_variable(const json::Value& value) {
    const std::string_view name = value.text.substr(0, value.text.find('='));
    if (name.size() < value.text.size() &&
        written_secret(name, value.text.substr(name.size() + 1))) {
      ++strings_;
      return;
    }
    take_with(value, concat("environment variable ", name), {}, line_of_value);
  }

  bool is_in_environment(std::string_view name, std::string_view value) const {
    return environment_ != nullptr &&
           std::ranges::any_of(environment_->items, [&](const json::Value& item) {
             return item.text == concat(name, "=", value);
           });
  }

  void take_with(const json::Value& value, const std::string& part, const std::string& lead,
                 const SecretPlace& place) {
    const std::size_t number = strings_++;
    const std::string text = concat(lead, value.text);
    std::vector<FoundSecret> found = search(text, place, part);
    std::erase_if(found, [&](const FoundSecret& secret) { return secret.begin < lead.size(); });
    if (found.empty()) return;
    std::string quoted;
    append_json_string(quoted, without(text, found).substr(lead.size()));
    changes_.emplace_back(value.at, std::move(quoted));
    for (FoundSecret& secret : found) {
      // What the history says of a variable that is still set is reported as the variable.
      const std::string_view shown =
          std::string_view(text).substr(secret.begin, secret.end - secret.begin);
      if (is_in_environment(secret.name, shown)) continue;
      numbers_.push_back(number);
      out_.found.push_back({.kind = std::string(secret.kind->name),
                            .title = std::string(secret.kind->title),
                            .path = {},
                            .part = part,
                            .name = std::move(secret.name),
                            .fingerprint = std::move(secret.fingerprint),
                            .owner = {},
                            .line = 0,
                            .layer = 0,
                            .is_hidden = false,
                            .certainty = secret.certainty,
                            .at = {}});
    }
  }

  // The strings stand in the new text in the same order.
  void place() {
    const std::optional<json::Document> document = json::read_text(out_.source->text());
    if (!document) return;
    std::vector<Span> spans;
    collect(document->root, spans);
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (numbers_[i] < spans.size()) out_.found[i].at = {out_.source, spans[numbers_[i]]};
    }
  }

  static void collect(const json::Value& value, std::vector<Span>& spans) {
    if (value.is(json::Kind::string)) spans.push_back(value.at);
    for (const json::Value& item : value.items) collect(item, spans);
    for (const json::Member& member : value.members) collect(member.value, spans);
  }

  const Source& original_;
  Sources& sources_;
  SecretScanner scanner_;
  const json::Value* environment_ = nullptr;
  std::size_t strings_ = 0;  // that were visited
  std::vector<std::pair<Span, std::string>> changes_;
  std::vector<std::size_t> numbers_;  // of the strings that `found` are in
  ConfigSecrets out_;
};

}  // namespace

ConfigSecrets hide_config_secrets(const Source& original, Sources& sources) {
  return Hider(original, sources).hide();
}

}  // namespace plimsoll::image
