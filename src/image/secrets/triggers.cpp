#include "image/secrets/triggers.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <utility>

#include "base/text.h"
#include "image/secrets/secret_kinds.h"

namespace plimsoll::image {
namespace {

using What = TriggerUse::What;

struct Special {
  What what;
  std::string_view literal;
  bool ignores_case = false;
};

constexpr auto specials = std::to_array<Special>({
    {What::armour, "-----BEGIN "},
    {What::putty, "PuTTY-User-Key-File-"},
    {What::encoded_key, "LS0tLS1CRUdJTi"},
    {What::address, "://"},
    {What::web_token, "eyJ"},
    {What::basic, "basic ", true},
    {What::bearer, "bearer ", true},
    {What::docker_auth, "\"auth\""},
    {What::npm_auth, "_auth"},
    {What::password_hash, ":$1$"},
    {What::password_hash, ":$2"},
    {What::password_hash, ":$5$"},
    {What::password_hash, ":$6$"},
    {What::password_hash, ":$7$"},
    {What::password_hash, ":$y$"},
    {What::password_hash, ":$apr1$"},
    {What::password_hash, ":{SHA}"},
    {What::password_hash, ":{SSHA}"},
    {What::kubernetes, "kind: Secret"},
    // Every name that secret_name() of subjects/secrets.h takes for a secret's holds one of these.
    {What::name, "pass", true},
    {What::name, "pwd", true},
    {What::name, "pword", true},
    {What::name, "secret", true},
    {What::name, "token", true},
    {What::name, "credential", true},
    {What::name, "key", true},
    {What::name, "salt", true},
});

class Collector {
 public:
  std::vector<Trigger> collect() {
    for (const SecretKind* kind : secret_kinds()) {
      if (!kind->form.empty()) add(*kind);
    }
    for (const Special& special : specials) {
      trigger(special.literal, special.ignores_case).uses.push_back({special.what, nullptr, {}});
    }
    return std::move(triggers_);
  }

 private:
  Trigger& trigger(std::string_view literal, bool ignores_case) {
    const auto [at, is_new] =
        numbers_.try_emplace({std::string(literal), ignores_case}, triggers_.size());
    if (is_new) triggers_.push_back({std::string(literal), ignores_case, {}});
    return triggers_[at->second];
  }

  void add(const SecretKind& kind) {
    std::optional<std::vector<TokenForm>> forms = TokenForm::parse(kind.form);
    // A slip in a table, which the tests go through.
    if (!forms) throw std::logic_error(concat("no form of a token: ", kind.form));
    if (!kind.near.empty()) {
      for (const std::string_view word : split(kind.near, '|')) {
        trigger(word, true).uses.push_back({What::near, &kind, *forms});
      }
      return;
    }
    for (TokenForm& form : *forms) {
      std::vector<TriggerUse>& uses = trigger(form.literal(), false).uses;
      if (!uses.empty() && uses.back().kind == &kind) {
        uses.back().forms.push_back(std::move(form));
      } else {
        uses.push_back({What::form, &kind, {std::move(form)}});
      }
    }
  }

  std::vector<Trigger> triggers_;
  std::map<std::pair<std::string, bool>, std::size_t> numbers_;
};

}  // namespace

const std::vector<Trigger>& triggers() {
  static const std::vector<Trigger> all = Collector().collect();
  return all;
}

}  // namespace plimsoll::image
