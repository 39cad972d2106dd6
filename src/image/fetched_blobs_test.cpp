#include "image/fetched_blobs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <vector>

#include "base/text.h"

namespace plimsoll::image {
namespace {

// Parts that are made of their names: "x5" is five x, "?" is none, "bad" breaks off.
class Letters final : public BlobStore {
 public:
  std::optional<std::uint64_t> size(const std::string& name) const override {
    if (name == "?") return std::nullopt;
    return std::stoull(name.substr(1));
  }
  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override {
    if (name == "end") ::raise(SIGKILL);
    if (name == "bad") {
      sink("half");
      return failure({.message = "it broke", .hint = "mend it", .file = "there"});
    }
    const std::string text(std::stoull(name.substr(1)), name.front());
    sink(std::string_view(text).substr(0, text.size() / 3));
    sink(std::string_view(text).substr(text.size() / 3));
    return {};
  }
  std::string version(const std::string& name) const override {
    return concat(name, " of ", std::to_string(::getpid()));
  }
};

std::unique_ptr<FetchedBlobs> start(unsigned at_a_time = 2) {
  return std::move(
      FetchedBlobs::start([] { return std::make_unique<Letters>(); }, at_a_time).value());
}

std::string text_of(const BlobStore& store, const std::string& name) {
  std::string text;
  const Result<void> read = store.read(name, [&](std::string_view piece) { text += piece; });
  return read ? text : concat("error: ", read.error().message);
}

TEST(FetchedBlobs, AreThoseOfTheOtherProcess) {
  const auto blobs = start();
  EXPECT_EQ(blobs->size("x7"), 7u);
  EXPECT_EQ(blobs->size("?"), std::nullopt);
  EXPECT_EQ(text_of(*blobs, "x7"), "xxxxxxx");
  EXPECT_EQ(text_of(*blobs, "x0"), "");
  EXPECT_TRUE(blobs->version("x7").starts_with("x7 of "));
  EXPECT_NE(blobs->version("x7"), concat("x7 of ", std::to_string(::getpid())));
}

TEST(FetchedBlobs, GiveBackItsErrors) {
  const auto blobs = start();
  std::string text;
  const Result<void> read = blobs->read("bad", [&](std::string_view piece) { text += piece; });
  ASSERT_FALSE(read);
  EXPECT_EQ(text, "half");
  EXPECT_EQ(read.error().message, "it broke");
  EXPECT_EQ(read.error().hint, "mend it");
  EXPECT_EQ(read.error().file, "there");
  EXPECT_EQ(text_of(*blobs, "x3"), "xxx");
  const auto unopened = FetchedBlobs::start(
      []() -> Result<std::unique_ptr<BlobStore>> {
        return failure({.message = "no such host", .hint = "look it up"});
      },
      2);
  ASSERT_FALSE(unopened);
  EXPECT_EQ(unopened.error().message, "no such host");
  EXPECT_EQ(unopened.error().hint, "look it up");
}

TEST(FetchedBlobs, SayThatTheirProgramIsMissing) {
  const auto none = FetchedBlobs::start("/nowhere/plimsoll-fetch", {"alpine"}, 2);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "cannot be started: no such file or directory");
  EXPECT_EQ(none.error().hint, "it belongs beside plimsoll: install both");
  EXPECT_EQ(none.error().file, "/nowhere/plimsoll-fetch");
  // One that ends without a word.
  const auto silent = FetchedBlobs::start("/bin/true", {}, 1);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().message, "the process that fetches the image has ended early");
}

TEST(FetchedBlobs, AreReadSideBySide) {
  const auto blobs = start(3);
  std::vector<std::string> texts(12);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      threads.emplace_back([&, i] {
        texts[i] = text_of(*blobs, concat(std::string(1, static_cast<char>('a' + i)), "6000000"));
      });
    }
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(texts[i], std::string(6'000'000, static_cast<char>('a' + i))) << i;
  }
}

TEST(FetchedBlobs, AreAnErrorWhenTheProcessIsGone) {
  ::signal(SIGPIPE, SIG_IGN);  // as the program does
  const auto blobs = start(1);
  EXPECT_EQ(text_of(*blobs, "end"), "error: the process that fetches the image has ended early");
  EXPECT_EQ(text_of(*blobs, "x3"), "error: the process that fetches the image has ended early");
  EXPECT_EQ(blobs->size("x3"), std::nullopt);
}

}  // namespace
}  // namespace plimsoll::image
