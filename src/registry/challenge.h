// What a server that answers 401 wants to see: its WWW-Authenticate header, taken apart.
// Source: RFC 9110, "WWW-Authenticate"; distribution's "Token Authentication Specification".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plimsoll::registry {

struct Challenge {
  std::string scheme;                                           // in lower case: "bearer", "basic"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  // "" when there is none.
  std::string_view parameter(std::string_view name) const;
};

// The challenges of one header, in their order. Empty when it is malformed: half a challenge is
// not guessed at, since credentials are sent by it.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace plimsoll::registry
