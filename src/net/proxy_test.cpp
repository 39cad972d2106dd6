#include "net/proxy.h"

#include <gtest/gtest.h>

namespace plimsoll::net {
namespace {

std::string chosen(const std::string& url, const Environment& environment) {
  const std::optional<Url> parsed = parse_url(url);
  return parsed ? choose_proxy(*parsed, environment) : "no URL";
}

TEST(Proxy, IsChosenByTheScheme) {
  const Environment both{{"HTTPS_PROXY", "http://s:1"}, {"http_proxy", "http://p:1"}};
  EXPECT_EQ(chosen("https://a.example/", both), "http://s:1");
  EXPECT_EQ(chosen("http://a.example/", both), "http://p:1");
  EXPECT_EQ(chosen("https://a.example/", {{"ALL_PROXY", "socks5://a:1"}}), "socks5://a:1");
  EXPECT_EQ(chosen("https://a.example/",
                   {{"https_proxy", "http://small:1"}, {"HTTPS_PROXY", "http://large:1"}}),
            "http://small:1");
  EXPECT_EQ(chosen("https://a.example/", {}), "");
  // A CGI program's caller decides what this one says.
  EXPECT_EQ(chosen("http://a.example/", {{"HTTP_PROXY", "http://evil:1"}}), "");
}

TEST(Proxy, IsNotForWhatIsExcepted) {
  const auto is_direct = [](const std::string& url, const std::string& list) {
    return chosen(url, {{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", list}}).empty();
  };
  for (const char* list : {"a.example", "b,a.example", "example", ".example", "*.example",
                           "A.Example", "b a.example", "a.example:443", "*"}) {
    EXPECT_TRUE(is_direct("https://a.example/", list)) << list;
  }
  for (const char* list : {"", "b.example", "xa.example", "ple", "a.example:5000", ",", "."}) {
    EXPECT_FALSE(is_direct("https://a.example/", list)) << list;
  }
  for (const char* list : {"10.1.2.3", "10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0"}) {
    EXPECT_TRUE(is_direct("https://10.1.2.3/", list)) << list;
  }
  for (const char* list : {"10.1.2.4", "10.2.0.0/16", "10.0.0.0/99", "10.0.0.0/", "fd00::/8"}) {
    EXPECT_FALSE(is_direct("https://10.1.2.3/", list)) << list;
  }
  EXPECT_TRUE(is_direct("https://[fd00::1]/", "fd00::/8"));
  for (const char* host : {"localhost", "127.0.0.1", "[::1]"}) {
    EXPECT_TRUE(is_direct(std::string("https://") + host + ":5000/", "")) << host;
  }
}

}  // namespace
}  // namespace plimsoll::net
