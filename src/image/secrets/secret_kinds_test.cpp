// Every kind of the tables: a value of its form is found as that kind, and what is one character
// short of it, or part of a longer word, is not.
#include "image/secrets/secret_kinds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "image/secrets/secret_scanner.h"
#include "image/secrets/triggers.h"
#include "support/made_secrets.h"

namespace plimsoll::image {
namespace {

std::string kinds_in(const std::string& text, std::string_view path = "app/settings.py") {
  static SecretScanner scanner;
  scanner.begin(path);
  scanner.push(text);
  std::vector<std::string> names;
  for (const FoundSecret& secret : scanner.end()) names.emplace_back(secret.kind->name);
  return join(names, " ");
}

// The text that a value of the kind stands in.
std::string line_of(const SecretKind& kind, const std::string& value) {
  if (kind.near.empty()) return concat("x = \"", value, "\"\n");
  return concat("MY_", kind.near.substr(0, kind.near.find('|')), ": '", value, "'\n");
}

bool holds(const std::string& names, std::string_view name) {
  return concat(" ", names, " ").contains(concat(" ", name, " "));
}

class EveryKind : public testing::TestWithParam<const SecretKind*> {
 protected:
  test::MadeSecrets made_;
};

TEST_P(EveryKind, IsFoundAndItsNearMissIsNot) {
  const SecretKind& kind = *GetParam();
  const std::optional<std::vector<TokenForm>> forms = TokenForm::parse(kind.form);
  ASSERT_TRUE(forms) << kind.form;
  for (const TokenForm& form : *forms) {
    const std::string value = made_.value_of(kind, form);
    EXPECT_EQ(kinds_in(line_of(kind, value)), kind.name) << value;
    const std::string miss = made_.value_of(kind, form, 1);
    EXPECT_FALSE(holds(kinds_in(line_of(kind, miss)), kind.name)) << miss;
    const bool has_one_length = std::ranges::all_of(
        form.parts(), [](const TokenForm::Part& part) { return part.least == part.most; });
    if (kind.near.empty() || has_one_length) {
      const std::string longer = line_of(kind, concat("x", value, "x"));
      EXPECT_FALSE(holds(kinds_in(longer), kind.name)) << longer;
    }
    const std::string same(value.size(), value.back());
    EXPECT_FALSE(holds(kinds_in(line_of(kind, same)), kind.name)) << same;
  }
}

TEST_P(EveryKind, HasTriggersThatAreRare) {
  const SecretKind& kind = *GetParam();
  const std::optional<std::vector<TokenForm>> forms = TokenForm::parse(kind.form);
  ASSERT_TRUE(forms);
  if (!kind.near.empty()) {
    for (const std::string_view word : split(kind.near, '|')) EXPECT_GE(word.size(), 3u) << word;
    return;
  }
  for (const TokenForm& form : *forms) {
    EXPECT_GE(form.literal().size(), 3u) << kind.form;
    EXPECT_LE(form.literal().size(), longest_trigger) << kind.form;
  }
}

std::vector<const SecretKind*> kinds_with_form() {
  std::vector<const SecretKind*> out;
  for (const SecretKind* kind : secret_kinds()) {
    if (!kind->form.empty()) out.push_back(kind);
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, testing::ValuesIn(kinds_with_form()),
                         [](const testing::TestParamInfo<const SecretKind*>& kind) {
                           std::string name(kind.param->name);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(SecretKinds, AreManyAndHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const SecretKind* kind : secret_kinds()) {
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_EQ(find_secret_kind(kind->name), kind);
    EXPECT_EQ(kind->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos)
        << kind->name;
    EXPECT_FALSE(kind->title.empty()) << kind->name;
  }
  EXPECT_GE(names.size(), 150u);
  EXPECT_EQ(find_secret_kind("no-such-kind"), nullptr);
}

TEST(SecretKinds, AreDoubtedWithoutTheirChecksum) {
  test::MadeSecrets made;
  const SecretKind& kind = *find_secret_kind("github-personal-token");
  const std::string good = made.value_of("github-personal-token");
  std::string bad = good;
  bad.back() = bad.back() == 'a' ? 'b' : 'a';
  SecretScanner scanner;
  const auto certainty = [&](const std::string& value) {
    scanner.begin("app/x");
    scanner.push(value);
    return scanner.end().at(0).certainty;
  };
  EXPECT_EQ(certainty(good), kind.certainty);
  EXPECT_EQ(certainty(bad), SecretCertainty::doubtful);
}

TEST(TokenForm, IsReadAndRefused) {
  for (const char* good : {"a", "ab[0-9a-f]{3}", "x\\.y\\d{2,}", "[\\w-]{1,4}=?", "a|b"}) {
    EXPECT_TRUE(TokenForm::parse(good)) << good;
  }
  for (const char* bad : {"", "a|", "(a)", "a*", "a+", "[a", "[]", "a{", "a{x}", "a{3,2}", "\\"}) {
    EXPECT_FALSE(TokenForm::parse(bad)) << bad;
  }
}

TEST(TokenForm, MatchesWholeWords) {
  const TokenForm form = TokenForm::parse("ab[0-9]{2,3}=?")->front();
  EXPECT_EQ(form.literal(), "ab");
  for (const auto& [text, size] : std::vector<std::pair<std::string, std::size_t>>{{"ab12", 4},
                                                                                   {"ab123=", 6},
                                                                                   {"ab123 x", 5},
                                                                                   {"ab1", 0},
                                                                                   {"ab1234", 0},
                                                                                   {"ab12_", 0},
                                                                                   {"ab12==", 0},
                                                                                   {"ax12", 0},
                                                                                   {"", 0}}) {
    EXPECT_EQ(form.match(text), size) << text;
  }
  EXPECT_EQ(TokenForm::parse("[a-z]{4}\\.vault\\.x")->front().literal_at(), 4u);
}

}  // namespace
}  // namespace plimsoll::image
