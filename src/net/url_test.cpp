#include "net/url.h"

#include <gtest/gtest.h>

namespace plimsoll::net {
namespace {

std::string read(const std::string& text) {
  const std::optional<Url> url = parse_url(text);
  return url ? url->text() : "none";
}

TEST(Url, IsTakenApart) {
  const std::optional<Url> url = parse_url("HTTPS://Registry.Example:5000/v2/?a=b#c");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "registry.example");
  EXPECT_EQ(url->port, 5000);
  EXPECT_EQ(url->target, "/v2/?a=b");
  EXPECT_EQ(url->origin(), "https://registry.example:5000");
  EXPECT_EQ(url->shown(), "https://registry.example:5000/v2/");
  EXPECT_EQ(read("https://a"), "https://a/");
  EXPECT_EQ(read("http://a:80/x"), "http://a/x");
  EXPECT_EQ(read("https://[::1]:5000/"), "https://[::1]:5000/");
  EXPECT_EQ(read("https://2130706433/"), "https://127.0.0.1/");
  for (const char* text :
       {"", "a", "ftp://a/", "file:///etc/passwd", "https://", "https://a b/", "https://u:p@a/",
        "https://u@a/", "https://a:0/", "https://a:99999/", "https://a/\n", "gopher://a", "//a"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
  EXPECT_EQ(read("https://a/" + std::string(max_url_bytes, 'x')), "none");
}

TEST(Url, LeadsOn) {
  const std::optional<Url> base = parse_url("https://a.example/v2/x?q=1");
  ASSERT_TRUE(base);
  const auto to = [&](const std::string& location) {
    const std::optional<Url> url = resolve_url(*base, location);
    return url ? url->text() : "none";
  };
  EXPECT_EQ(to("/y?z=2"), "https://a.example/y?z=2");
  EXPECT_EQ(to("y"), "https://a.example/v2/y");
  EXPECT_EQ(to("//b.example/y"), "https://b.example/y");
  EXPECT_EQ(to("http://b.example/"), "http://b.example/");
  EXPECT_EQ(to("https://me:secret@b.example/"), "none");
  EXPECT_EQ(to("file:///etc/passwd"), "none");
  EXPECT_EQ(to(""), "none");
}

}  // namespace
}  // namespace plimsoll::net
