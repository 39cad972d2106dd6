// What servers do, good ones and others. Each is a thread of the test.
#include "feeds/download.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.h"
#include "base/file_digest.h"
#include "base/text.h"
#include "support/fake_server.h"
#include "support/file_server.h"
#include "support/program.h"

namespace plimsoll::feeds {
namespace {

using test::FakeServer;
using test::header_of;
using test::http_answer;
using test::Peer;
using test::ServedFile;
using Texts = std::vector<std::string>;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Some bytes that are not all the same.
std::string some_bytes(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; out.size() < count; ++i) out += std::to_string(i);
  out.resize(count);
  return out;
}

class Download : public testing::Test {
 protected:
  // What came, "unchanged", or what went wrong.
  std::string fetch(const std::string& address, const FileVersion& known = {}) {
    const Result<FeedAddress> parsed = parse_feed_address(address);
    if (!parsed) return parsed.error().message;
    Result<std::optional<Downloaded>> file = download(*parsed, known, options());
    if (!file) return file.error().message;
    if (!*file) return "unchanged";
    version_ = (*file)->version();
    std::string bytes = bytes_of((*file)->path());
    EXPECT_EQ((*file)->digest(), *digest_of_file((*file)->path()));
    (*file)->discard();
    return bytes;
  }

  DownloadOptions options() {
    DownloadOptions out{.http = {}, .directory = directory_, .pause = [this](auto time) {
                          pauses_.push_back(std::to_string(time.count()));
                        }};
    out.http.stall_limit = std::chrono::seconds(1);
    out.http.connect_limit = std::chrono::seconds(2);
    return out;
  }
  std::size_t files_left() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      std::ignore = entry;
      ++count;
    }
    return count;
  }

  FakeServer::Serve serve() {
    return [this](const Peer& peer, const std::string& request) {
      peer.send(file_.answer(request));
      return false;
    };
  }

  test::TemporaryDirectory temporary_;
  std::string directory_ = temporary_.path();
  ServedFile file_;
  FileVersion version_;
  Texts pauses_;
};

TEST_F(Download, BringsAFileAndItsVersion) {
  file_.put("hello", "\"1\"", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n");
  const FakeServer server(serve());
  EXPECT_EQ(fetch(server.url("/a.json")), "hello");
  EXPECT_EQ(version_.etag, "\"1\"");
  EXPECT_EQ(version_.last_modified, "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(files_left(), 0u);
  directory_.clear();
  EXPECT_EQ(fetch(server.url("/a.json")), "hello");
}

TEST_F(Download, BringsAnEmptyFile) {
  file_.put("", "\"1\"");
  const FakeServer server(serve());
  EXPECT_EQ(fetch(server.url("/a.json")), "");
  EXPECT_EQ(version_.etag, "\"1\"");
}

TEST_F(Download, LeavesWhatHasNotChanged) {
  file_.put("hello", "\"1\"");
  const FakeServer server(serve());
  EXPECT_EQ(fetch(server.url(), {"\"1\"", ""}), "unchanged");
  EXPECT_EQ(fetch(server.url(), {"\"0\"", "Thu, 01 Jan 2026 00:00:00 GMT"}), "hello");
  EXPECT_EQ(header_of(server.requests().back(), "If-Modified-Since"),
            "Thu, 01 Jan 2026 00:00:00 GMT");
}

TEST_F(Download, DoesNotTakeUnchangedForAnAnswerThatItDidNotAskFor) {
  const FakeServer server([](const Peer& peer, const std::string&) {
    return peer.send("HTTP/1.1 304 Not Modified\r\n\r\n");
  });
  EXPECT_EQ(fetch(server.url()),
            concat("cannot be fetched: http://", server.host(), " answers with status 304"));
}

TEST_F(Download, GoesOnWhereAConnectionBroke) {
  const std::string text = some_bytes(300'000);
  file_.put(text, "\"1\"");
  file_.cut_after(100'000);
  const FakeServer server(serve());
  EXPECT_EQ(fetch(server.url()), text);
  EXPECT_EQ(pauses_, (Texts{"250"}));
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(header_of(server.requests()[1], "Range"), "bytes=100000-");
  EXPECT_EQ(header_of(server.requests()[1], "If-Range"), "\"1\"");
}

TEST_F(Download, GoesOnWhereAnotherRunBrokeOff) {
  const std::string text = some_bytes(300'000);
  file_.put(text, "\"1\"");
  int broken = 0;
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (broken++ < 5) file_.cut_after(10'000);
    peer.send(file_.answer(request));
    return false;
  });
  EXPECT_EQ(fetch(server.url()), concat("cannot be fetched: the connection broke off"));
  EXPECT_EQ(server.requests().size(), 5u);
  EXPECT_EQ(files_left(), 2u);
  EXPECT_EQ(fetch(server.url()), text);
  EXPECT_EQ(header_of(server.requests().back(), "Range"), "bytes=50000-");
  EXPECT_EQ(files_left(), 0u);
}

TEST_F(Download, BeginsAnewWhereTheFileHasChangedMeanwhile) {
  file_.put(some_bytes(300'000), "\"1\"");
  file_.cut_after(100'000);
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    peer.send(file_.answer(request));
    file_.put("another", "\"2\"");
    return false;
  });
  EXPECT_EQ(fetch(server.url()), "another");
  EXPECT_EQ(version_.etag, "\"2\"");
}

TEST_F(Download, AsksForNoPartOfWhatHasNoStrongVersion) {
  for (const std::string etag : {"W/\"1\"", ""}) {
    file_.put(some_bytes(3000), etag);
    file_.cut_after(1000);
    const FakeServer server(serve());
    EXPECT_EQ(fetch(server.url()), some_bytes(3000)) << etag;
    EXPECT_EQ(header_of(server.requests().back(), "Range"), "") << etag;
  }
}

TEST_F(Download, BeginsAnewWhereWhatIsThereIsNoBeginning) {
  file_.put(some_bytes(3000), "\"1\"");
  file_.cut_after(2000);
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    peer.send(file_.answer(request));
    file_.put("short", "\"1\"");  // a version's name is not to be used twice, and here it is
    return false;
  });
  EXPECT_EQ(fetch(server.url()), "short");
}

TEST_F(Download, TakesNoPartOfAnotherPlace) {
  file_.put(some_bytes(3000), "\"1\"");
  file_.cut_after(1000);
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    const bool is_part = !header_of(request, "Range").empty();
    peer.send(is_part
                  ? http_answer("206 Partial Content", "xxxxx", "Content-Range: bytes 5-9/3000\r\n")
                  : file_.answer(request));
    return false;
  });
  EXPECT_EQ(fetch(server.url()), "is sent from another place than was asked for");
}

TEST_F(Download, TakesSmallPartsUntilItHasAll) {
  const std::string text = some_bytes(2500);
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    const std::string range = header_of(request, "Range");
    const std::size_t from =
        range.empty() ? 0 : std::stoul(range.substr(std::string_view("bytes=").size()));
    if (from == 0) {
      peer.send(concat("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 2500\r\n\r\n",
                       text.substr(0, 1000)));
      return false;
    }
    const std::string part = text.substr(from, 1000);
    return peer.send(
        http_answer("206 Partial Content", part,
                    concat("ETag: \"1\"\r\nContent-Range: bytes ", std::to_string(from), "-",
                           std::to_string(from + part.size() - 1), "/2500\r\n")));
  });
  EXPECT_EQ(fetch(server.url()), text);
}

TEST_F(Download, BelievesNoFileThatIsNotTheOneThatIsNamed) {
  const std::string of_hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  file_.put("hello", "\"1\"");
  const FakeServer server(serve());
  EXPECT_EQ(fetch(server.url(concat("/#sha256=", of_hello))), "hello");
  file_.put("hallo", "\"2\"");
  EXPECT_EQ(fetch(server.url(concat("/#sha256=", of_hello))),
            concat("is not the file that its address names: sha256:", of_hello,
                   ", and what is sent hashes to "
                   "sha256:d3751d33f9cd5049c4af2b462735457e4d3baf130bcbb87f389e349fbaeb20b9"));
  EXPECT_EQ(files_left(), 0u);
}

TEST_F(Download, BelievesNoFileThatIsNotTheOneThatItsServerNames) {
  const FakeServer server(serve());
  for (const std::string digest : {"Repr-Digest: md5=:AAAA:, sha-256=:LPJNul+wow4m6DsqxbninhsWHlwf"
                                   "p0JecwQzYpOLmCQ=:\r\n",
                                   "Digest: SHA-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
                                   "\r\n"}) {
    file_.put("hello", "\"1\"", digest);
    EXPECT_EQ(fetch(server.url()), "hello");
    file_.put("hallo", "\"1\"", digest);
    EXPECT_TRUE(fetch(server.url()).starts_with("is not the file that the server names: sha256:2c"))
        << digest;
  }
}

TEST_F(Download, FollowsRedirects) {
  file_.put("hello", "\"1\"");
  const FakeServer server(serve());
  const FakeServer first([&](const Peer& peer, const std::string&) {
    return peer.send(http_answer("302 Found", "", concat("Location: ", server.url("/b"), "\r\n")));
  });
  EXPECT_EQ(fetch(first.url()), "hello");
}

TEST_F(Download, SaysWhatWentWrong) {
  const FakeServer missing([](const Peer& peer, const std::string&) {
    return peer.send(http_answer("404 Not Found", "no"));
  });
  EXPECT_EQ(fetch(missing.url()),
            concat("cannot be fetched: http://", missing.host(), " has no such file"));
  const FakeServer tired([](const Peer& peer, const std::string&) {
    return peer.send(http_answer("503 Service Unavailable", ""));
  });
  EXPECT_EQ(fetch(tired.url()),
            concat("cannot be fetched: http://", tired.host(), " answers with status 503"));
  EXPECT_EQ(tired.requests().size(), 5u);
  const FakeServer stalling([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    peer.wait_for_end();
    return false;
  });
  EXPECT_EQ(fetch(stalling.url()), "cannot be fetched: it has stalled");
  const FakeServer large([](const Peer& peer, const std::string&) {
    return peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741825\r\n\r\n");
  });
  EXPECT_EQ(fetch(large.url()),
            "cannot be fetched: its answer is larger than the 1073741824 bytes expected");
}

TEST_F(Download, SaysWhereItCannotKeepWhatItReads) {
  file_.put("hello", "\"1\"");
  const FakeServer server(serve());
  directory_ = temporary_.write("file", "") + "/below";
  EXPECT_EQ(fetch(server.url()), "cannot be made: not a directory");
}

TEST(FeedAddress, IsHttpsOrOfThisMachine) {
  const auto parse = [](const std::string& text) {
    const Result<FeedAddress> address = parse_feed_address(text);
    return address ? address->name : address.error().message;
  };
  EXPECT_EQ(parse("https://mirror.example/a.zip"), "https://mirror.example/a.zip");
  EXPECT_EQ(parse("http://127.0.0.1:80/a"), "http://127.0.0.1/a");
  EXPECT_EQ(parse("http://localhost/a"), "http://localhost/a");
  EXPECT_TRUE(parse("http://mirror.example/a").starts_with("is asked without TLS"));
  EXPECT_TRUE(parse("ftp://mirror.example/a").starts_with("is an address of a kind"));
  EXPECT_TRUE(parse("https://user:secret@mirror.example/a").starts_with("is no address of HTTP"));
}

TEST(FeedAddress, ShowsNoQuery) {
  EXPECT_EQ(parse_feed_address("https://mirror.example/a?token=secret")->name,
            "https://mirror.example/a?…");
  EXPECT_EQ(parse_feed_address("https://u:secret@mirror.example/a?token=secret").error().file,
            "https://mirror.example/a");
}

TEST(FeedAddress, CanBePinned) {
  const std::string digest(64, 'a');
  const Result<FeedAddress> pinned =
      parse_feed_address(concat("https://mirror.example/a#sha256=", std::string(64, 'A')));
  ASSERT_TRUE(pinned);
  EXPECT_EQ(pinned->pinned, concat("sha256:", digest));
  EXPECT_EQ(pinned->name, concat("https://mirror.example/a#sha256=", digest));
  EXPECT_FALSE(parse_feed_address("https://mirror.example/a#sha256=abc"));
  EXPECT_FALSE(parse_feed_address("https://mirror.example/a#part"));
}

TEST(FeedAddress, IsNoPath) {
  EXPECT_TRUE(is_address("https://a"));
  EXPECT_TRUE(is_address("ftp://a"));
  EXPECT_FALSE(is_address("./a://b"));
  EXPECT_FALSE(is_address("feeds/a.json"));
  EXPECT_FALSE(is_address("://"));
}

}  // namespace
}  // namespace plimsoll::feeds
