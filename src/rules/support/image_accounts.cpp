#include "rules/support/image_accounts.h"

#include <algorithm>
#include <array>
#include <span>

namespace plimsoll::rules {
namespace {

// What says in a tag that the variant is based on something else.
constexpr auto other_bases = std::to_array<std::string_view>(
    {"minimal", "ubi", "corretto", "amazon", "al2", "oracle", "centos", "mariner", "azurelinux",
     "windows", "nanoserver", "graalvm", "sapmachine", "semeru", "openjdk", "liberica", "zulu"});

bool holds_any(std::string_view tag, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return tag.contains(word); });
}

// A digest alone says nothing about the variant.
bool variant_unknown(const ImageReference& reference) {
  return reference.tag.empty() && !reference.digest.empty();
}

}  // namespace

std::optional<ImageAccount> account_of(const ImageReference& reference) {
  const KnownImage* const known = known_image(reference);
  if (known == nullptr || known->account.name.empty()) return std::nullopt;
  const KnownAccount& account = known->account;
  const bool tag_matters = !account.alpine_ids.empty() || account.since > 0;
  if (tag_matters && variant_unknown(reference)) return std::nullopt;
  const int major = version_of_tag(reference.tag).major;
  if (account.since > 0 && major >= 0 && major < account.since) return std::nullopt;
  const bool on_alpine = !account.alpine_ids.empty() && reference.tag.contains("alpine");
  return ImageAccount{account.name, on_alpine ? account.alpine_ids : account.ids};
}

ImageTools account_tools(const ImageReference& reference) {
  const KnownImage* const known = known_image(reference);
  if (known == nullptr || known->tools == AccountTools::unknown) return {};
  if (known->tools_in_every_tag) return {known->tools, true};
  if (variant_unknown(reference) || holds_any(reference.tag, other_bases)) return {};
  return {reference.tag.contains("alpine") ? AccountTools::busybox : known->tools, false};
}

bool is_environment(const ImageReference& reference) {
  const KnownImage* const known = known_image(reference);
  return known != nullptr && known->environment;
}

}  // namespace plimsoll::rules
