#include "registry/challenge.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace plimsoll::registry {
namespace {

// "bearer realm=[a] service=[b]; basic".
std::string read(std::string_view header) {
  std::string out;
  for (const Challenge& challenge : parse_challenges(header)) {
    out += concat(out.empty() ? "" : "; ", challenge.scheme);
    for (const auto& [name, value] : challenge.parameters)
      out += concat(" ", name, "=[", value, "]");
  }
  return out;
}

TEST(Challenge, IsTakenApart) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> table{{
      {R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull")",
       "bearer realm=[https://auth.docker.io/token] service=[registry.docker.io] "
       "scope=[repository:a/b:pull]"},
      {R"(Basic realm="a b")", "basic realm=[a b]"},
      {"Basic realm=a", "basic realm=[a]"},
      {"BASIC", "basic"},
      {"Basic,", "basic"},
      {R"(Basic realm="a\"b\\")", R"(basic realm=[a"b\])"},
      {R"(Basic realm="a, Bearer realm=b")", "basic realm=[a, Bearer realm=b]"},
      {R"(Bearer realm="a", Basic realm="b")", "bearer realm=[a]; basic realm=[b]"},
      {R"(Basic, Bearer realm="b")", "basic; bearer realm=[b]"},
      {R"(, ,Basic  realm = "a" , charset="UTF-8",, Negotiate)",
       "basic realm=[a] charset=[UTF-8]; negotiate"},
      {R"(Negotiate YWJj==, Basic realm="a")", "negotiate; basic realm=[a]"},
      {"Negotiate YWJj", "negotiate"},
      {R"(Bearer REALM="a",Service=b)", "bearer realm=[a] service=[b]"},
      {R"(Bearer realm="a",error="invalid_token")", "bearer realm=[a] error=[invalid_token]"},
      {"", ""},
      {" , ", ""},
  }};
  for (const auto& [header, expected] : table) EXPECT_EQ(read(header), expected) << header;
}

TEST(Challenge, IsRefusedWhenMalformed) {
  for (const char* header :
       {R"(Bearer realm="a)", R"(Bearer realm="a\)", R"(Bearer realm="a" service="b")",
        R"(Bearer realm="a",realm="b")", R"(Bearer realm=,service="b)", R"("Bearer" realm="a")",
        R"(Bearer realm="a";service="b")", "Bearer realm=\"a\nb\"", "Bearer @", R"(=a)",
        R"(Bearer realm="a", @)", R"(Bearer realm="a"x)"}) {
    EXPECT_EQ(read(header), "") << header;
  }
}

}  // namespace
}  // namespace plimsoll::registry
