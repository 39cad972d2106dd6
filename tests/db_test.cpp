// `plimsoll db` as a user runs it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/text.h"
#include "support/file_server.h"
#include "support/program.h"
#include "support/test_certificates.h"
#include "support/tls_server.h"

namespace plimsoll::test {
namespace {

using Texts = std::vector<std::string>;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string osv(const std::string& id, const std::string& name, const std::string& fixed) {
  return concat(R"({"id":")", id, R"(","modified":"2026-01-02T03:04:05Z","summary":"a flaw",)",
                R"("affected":[{"package":{"ecosystem":"npm","name":")", name,
                R"("},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":")", fixed,
                R"("}]}]}]})");
}

std::string many_records(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(100'000 + i);
    out += concat(osv(concat("CVE-2026-", number), concat("package-", number), "1.2.3"), "\n");
  }
  return out;
}

constexpr std::string_view kev = R"({"title":"Known","catalogVersion":"2026.01.01",
  "dateReleased":"2026-01-01T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2026-1001",
  "vendorProject":"v","product":"p","vulnerabilityName":"n","dateAdded":"2026-01-01",
  "shortDescription":"d","requiredAction":"a","dueDate":"2026-02-01",
  "knownRansomwareCampaignUse":"Known","notes":""}]})";
constexpr std::string_view epss =
    "#model_version:v2025.03.14,score_date:2026-01-01T00:00:00+0000\n"
    "cve,epss,percentile\nCVE-2026-1001,0.5,0.9\nCVE-2026-1002,0.1,0.2\n";
constexpr std::string_view secdb = R"({"distroversion":"v3.20","reponame":"main",
  "urlprefix":"https://dl-cdn.alpinelinux.org/alpine","packages":[{"pkg":{"name":"openssl",
  "secfixes":{"3.0.1-r0":["CVE-2026-1003"]}}}]})";

class Db : public testing::Test {
 protected:
  Ended db(Texts words, const std::string& input = {}) const {
    words.insert(words.begin(), "db");
    return run_plimsoll(
        words, {.directory = directory_.path(), .input = input, .environment = environment_});
  }
  Ended shell(const std::string& line) const {
    return run_shell(line, {.directory = directory_.path(), .environment = environment_});
  }
  // Runs that must work; gives back what they print.
  std::string works(const Texts& words) const {
    const Ended ended = db(words);
    EXPECT_EQ(ended.exit_code, 0) << join(words, " ") << "\n" << ended.output << ended.errors;
    return ended.output;
  }
  std::string path(const std::string& name) const { return concat(directory_.path(), "/", name); }
  // Files that are written anew within a tick of the clock are read again.
  void write(const std::string& name, std::string_view text) const {
    directory_.write(name, std::string(text));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  void write_feeds() const {
    directory_.write("osv/a.json", osv("CVE-2026-1001", "one", "1.0.0"));
    directory_.write("osv/b.json", osv("CVE-2026-1002", "two", "2.0.0"));
    directory_.write("kev.json", std::string(kev));
    directory_.write("epss.csv", std::string(epss));
    write("secdb.json", secdb);
  }
  // Sets the time at which the program thinks it is.
  void set_time(const std::string& seconds) { environment_["SOURCE_DATE_EPOCH"] = seconds; }
  void make_keys() const {
    const Ended made = shell(
        "for key in good other; do openssl genpkey -algorithm ed25519 -out $key.key &&"
        " openssl pkey -in $key.key -pubout -out $key.pub; done");
    ASSERT_EQ(made.exit_code, 0) << made.errors;
  }
  std::size_t files_in(const std::string& name) const {
    const std::filesystem::directory_iterator files(path(name));
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  TemporaryDirectory directory_;
  std::map<std::string, std::string> environment_{{"XDG_CACHE_HOME", directory_.path() + "/cache"},
                                                  {"SOURCE_DATE_EPOCH", "1767225600"}};
  const std::string in_use_ = path("cache/plimsoll/db/advisories.db");
};

TEST_F(Db, IsBuiltFromFilesAndDirectories) {
  write_feeds();
  const std::string said = works({"build", "osv", "kev.json", "epss.csv", "secdb.json"});
  EXPECT_EQ(said.substr(0, said.find(in_use_)),
            "osv: 2 records (read)\n"
            "kev.json: 1 flaw that is exploited (read)\n"
            "epss.csv: 2 predictions (read)\n"
            "secdb.json: 1 record (read)\n");
  EXPECT_TRUE(said.ends_with(", 3 records of 3 flaws in 3 packages\n")) << said;
  EXPECT_TRUE(works({"verify"}).contains(": whole: "));
  EXPECT_EQ(files_in("cache/plimsoll/db"), 1u);
}

TEST_F(Db, IsTheSameBytesWhateverTheCacheHas) {
  write_feeds();
  const Texts feeds{"osv", "kev.json", "epss.csv", "secdb.json"};
  const auto built = [&](Texts words) {
    words.insert(words.end(), feeds.begin(), feeds.end());
    works(words);
    return bytes_of(path("out.db"));
  };
  const std::string first = built({"build", "-o", "out.db"});
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(built({"build", "-o", "out.db"}), first);
  EXPECT_EQ(built({"build", "-o", "out.db", "--no-cache"}), first);
  EXPECT_FALSE(std::filesystem::exists(in_use_));
}

TEST_F(Db, DoesNotReadAgainWhatHasNotChanged) {
  write_feeds();
  works({"build", "osv", "kev.json"});
  EXPECT_TRUE(works({"build", "osv", "kev.json"})
                  .starts_with("osv: 2 records (unchanged)\n"
                               "kev.json: 1 flaw that is exploited (unchanged)\n"));
  write("osv/c.json", osv("CVE-2026-1009", "three", "1.0.0"));
  EXPECT_TRUE(works({"build", "osv", "kev.json"})
                  .starts_with("osv: 3 records (read)\n"
                               "kev.json: 1 flaw that is exploited (unchanged)\n"));
  EXPECT_TRUE(works({"build", "--no-cache", "kev.json"}).contains("(read)"));
  EXPECT_TRUE(works({"build", "--cache-dir", "other", "kev.json"}).contains("(read)"));
  EXPECT_TRUE(works({"build", "--cache-dir", "other", "kev.json"}).contains("(unchanged)"));
}

TEST_F(Db, ReadsAgainWhatItsCacheHasOnlyInParts) {
  write_feeds();
  works({"build", "osv"});
  for (const auto& entry : std::filesystem::directory_iterator(path("cache/plimsoll/feeds"))) {
    if (entry.is_regular_file()) std::filesystem::resize_file(entry.path(), 20);
  }
  EXPECT_TRUE(works({"build", "osv"}).contains("(read)"));
  EXPECT_TRUE(works({"build", "osv"}).contains("(unchanged)"));
}

TEST_F(Db, RefusesARecordAndTakesTheOthers) {
  write("feed.jsonl", concat(osv("CVE-2026-1001", "one", "1.0.0"), "\n",
                             R"({"id":"CVE-2026-1002","modified":1,"affected":{}})", "\n",
                             osv("CVE-2026-1003", "three", "1.0.0"), "\n"));
  const Ended ended = db({"build", "feed.jsonl"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.output.starts_with("feed.jsonl: 2 records, 1 refused (read)\n"))
      << ended.output;
  EXPECT_TRUE(ended.errors.contains("feed.jsonl:2")) << ended.errors;
  EXPECT_TRUE(ended.errors.contains("CVE-2026-1002 is refused: ")) << ended.errors;
  EXPECT_EQ(db({"verify"}).exit_code, 0);
  // So it is said again where it is not read again.
  const Ended again = db({"build", "feed.jsonl"});
  EXPECT_EQ(again.exit_code, 3);
  EXPECT_TRUE(again.output.contains("(unchanged)"));
  EXPECT_EQ(again.errors, ended.errors);
  const Ended json = db({"build", "-f", "json", "feed.jsonl"});
  EXPECT_TRUE(json.output.contains(R"("id": "CVE-2026-1002")")) << json.output;
  EXPECT_TRUE(json.output.contains(R"("refused": 1)")) << json.output;
}

TEST_F(Db, PrintsTheFirstOfManyRefusedRecords) {
  std::string feed = osv("CVE-2026-1001", "one", "1.0.0") + "\n";
  for (int i = 0; i < 150; ++i)
    feed += R"({"id":"CVE-2026-1002","modified":1,"affected":{}})"
            "\n";
  write("feed.jsonl", feed);
  const Ended ended = db({"build", "feed.jsonl"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.output.contains(", 150 refused")) << ended.output;
  EXPECT_TRUE(ended.errors.contains("and 130 more records are refused")) << ended.errors;
  EXPECT_EQ(std::ranges::count(ended.errors, '\n'), 21) << ended.errors;
}

TEST_F(Db, IsBuiltWithoutWhatCannotBeRead) {
  write_feeds();
  const Ended ended = db({"build", "osv", "nowhere.json"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.output.contains("nowhere.json: could not be read\n"));
  EXPECT_TRUE(ended.errors.contains("nowhere.json: error: no such file")) << ended.errors;
  EXPECT_EQ(db({"verify"}).exit_code, 0);
}

TEST_F(Db, IsNotBuiltFromNothing) {
  write_feeds();
  works({"build", "osv"});
  const std::string before = bytes_of(in_use_);
  write("page.html", "<html><body>We are sorry</body></html>");
  write("empty.json", "{}");
  for (const std::string feed : {"nowhere.json", "page.html", "empty.json"}) {
    const Ended ended = db({"build", feed});
    EXPECT_EQ(ended.exit_code, 2) << feed;
    EXPECT_TRUE(ended.errors.contains("no feed could be read")) << ended.errors;
    EXPECT_EQ(ended.output, "");
    EXPECT_EQ(bytes_of(in_use_), before);
  }
  EXPECT_EQ(db({"build"}).exit_code, 2);
}

TEST_F(Db, KeepsWhatItKnewOfAFeedThatCannotBeReadNow) {
  write_feeds();
  works({"build", "osv", "kev.json"});
  set_time("1767312000");
  std::filesystem::remove(path("kev.json"));
  const Ended ended = db({"update"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.output.contains(
      "kev.json: 1 flaw that is exploited (kept as it was read at 2026-01-01T00:00:00Z)\n"))
      << ended.output;
  EXPECT_TRUE(ended.errors.contains("it stays as it was read at 2026-01-01T00:00:00Z"));
  const std::string status = works({"status"});
  EXPECT_TRUE(status.contains("kev.json: read 2026-01-01T00:00:00Z (1 day ago)")) << status;
  EXPECT_TRUE(status.contains("osv: read 2026-01-02T00:00:00Z (today)")) << status;
  // A page that says that it is being repaired is none either.
  write("kev.json", "<html><body>We are sorry</body></html>");
  EXPECT_TRUE(db({"update"}).output.contains("(kept as it was read at 2026-01-01"));
}

TEST_F(Db, StaysAsItIsWhereItWouldKnowLess) {
  write_feeds();
  works({"build", "osv", "kev.json"});
  const std::string before = bytes_of(in_use_);
  std::filesystem::remove(path("kev.json"));
  const Ended ended = db({"update", "--no-cache"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("would know less than before without kev.json"))
      << ended.errors;
  EXPECT_EQ(bytes_of(in_use_), before);
  works({"update", "--no-cache", "osv"});
  EXPECT_NE(bytes_of(in_use_), before);
}

TEST_F(Db, IsUpdatedFromWhatItWasMadeOf) {
  write_feeds();
  works({"build", "osv", "kev.json"});
  write("osv/c.json", osv("CVE-2026-1009", "three", "1.0.0"));
  EXPECT_TRUE(works({"update"})
                  .starts_with("osv: 3 records (read)\n"
                               "kev.json: 1 flaw that is exploited (unchanged)\n"));
}

TEST_F(Db, SaysHowToGetOneWhereThereIsNone) {
  for (const std::string verb : {"update", "status", "verify"}) {
    const Ended ended = db({verb});
    EXPECT_EQ(ended.exit_code, 2) << verb;
    EXPECT_TRUE(ended.errors.contains("there is no database of advisories yet")) << ended.errors;
    EXPECT_TRUE(ended.errors.contains("plimsoll db build FEED")) << ended.errors;
  }
}

TEST_F(Db, KnowsItsVerbs) {
  EXPECT_TRUE(db({"biuld"}).errors.contains("did you mean \"build\"?"));
  EXPECT_EQ(db({"biuld"}).exit_code, 2);
  EXPECT_EQ(db({}).exit_code, 2);
  EXPECT_EQ(db({"status", "a"}).exit_code, 2);
  EXPECT_EQ(db({"import", "a", "b"}).exit_code, 2);
  EXPECT_TRUE(works({"--help"}).contains("plimsoll db import --key"));
}

TEST_F(Db, SaysWhatIsInIt) {
  write_feeds();
  works({"build", "osv", "kev.json", "epss.csv"});
  set_time("1767484800");
  const std::string text = works({"status"});
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "built 2026-01-01T00:00:00Z (3 days ago) by plimsoll " PLIMSOLL_VERSION
            "\n"
            "2 records of 2 flaws, 1 exploited, predictions of 2026-01-01 (3 days ago)\n"
            "\n"
            "3 sources:\n"
            "  osv: read 2026-01-01T00:00:00Z (3 days ago), newest record 2026-01-02T03:04:05Z, 2 "
            "records\n"
            "  kev.json: read 2026-01-01T00:00:00Z (3 days ago)\n"
            "  epss.csv: read 2026-01-01T00:00:00Z (3 days ago)\n"
            "\n"
            "1 ecosystem:\n"
            "  npm: 2 entries\n");
  const std::string json = works({"status", "-f", "json"});
  for (const std::string member :
       {R"("signed": false)", R"("built": "2026-01-01T00:00:00Z")", R"("age_days": 3)",
        R"("exploited": 1)", R"("predictions_date": "2026-01-01")", R"("name": "kev.json")",
        R"("digest": "sha256:)", R"("entries": 2)"}) {
    EXPECT_TRUE(json.contains(member)) << member << "\n" << json;
  }
}

TEST_F(Db, IsSignedAndVerified) {
  write_feeds();
  make_keys();
  EXPECT_TRUE(
      works({"build", "--sign-key", "good.key", "-o", "a.db", "osv"}).ends_with(", signed\n"));
  EXPECT_TRUE(works({"verify", "--key", "good.pub", "a.db"}).contains("signature verified"));
  EXPECT_TRUE(works({"verify", "a.db"}).contains("signed, by whom is not verified"));
  const Ended other = db({"verify", "--key", "other.pub", "a.db"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_TRUE(other.errors.contains("signed by none of the trusted keys")) << other.errors;
  works({"build", "-o", "b.db", "osv"});
  EXPECT_EQ(db({"verify", "--key", "good.pub", "b.db"}).exit_code, 2);
  const Ended bad = db({"build", "--sign-key", "osv/a.json", "-o", "c.db", "osv"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(path("c.db")));
  EXPECT_FALSE(bad.errors.contains("CVE-2026-1001")) << bad.errors;
}

TEST_F(Db, SaysWhenItIsNotSignedAnyMore) {
  write_feeds();
  make_keys();
  works({"build", "--sign-key", "good.key", "osv"});
  const Ended ended = db({"update"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(ended.errors.contains("was signed, and is not any more")) << ended.errors;
}

TEST_F(Db, ImportsWhatAKnownKeyHasSigned) {
  write_feeds();
  make_keys();
  works({"build", "--sign-key", "good.key", "-o", "a.db", "osv"});
  const auto refused = [&](const Texts& words, const std::string& why) {
    const Ended ended = db(words);
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_TRUE(ended.errors.contains(why)) << ended.errors;
    EXPECT_TRUE(ended.errors.starts_with("a.db: error: ")) << ended.errors;
    EXPECT_FALSE(std::filesystem::exists(in_use_));
  };
  refused({"import", "a.db"}, "no key is given to verify that by");
  refused({"import", "--key", "other.pub", "a.db"}, "signed by none of the trusted keys");
  const std::string said = works({"import", "--key", "good.pub", "a.db"});
  EXPECT_TRUE(said.contains("installed: ") && said.ends_with(", signature verified\n")) << said;
  EXPECT_EQ(bytes_of(in_use_), bytes_of(path("a.db")));
  EXPECT_TRUE(works({"import", "--key", "good.pub", "a.db"}).contains("is this database already"));
  EXPECT_EQ(files_in("cache/plimsoll/db"), 1u);
}

TEST_F(Db, ImportsWhatIsNotSignedOnlyWhereThatIsSaid) {
  write_feeds();
  make_keys();
  works({"build", "-o", "a.db", "osv"});
  EXPECT_TRUE(db({"import", "a.db"}).errors.contains("is not signed"));
  EXPECT_EQ(db({"import", "--key", "good.pub", "a.db"}).exit_code, 2);
  EXPECT_EQ(db({"import", "--key", "good.pub", "--allow-unverified", "a.db"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(in_use_));
  EXPECT_TRUE(works({"import", "--allow-unverified", "a.db"}).contains("signature not verified"));
}

TEST_F(Db, ImportsFromStandardInputAndExports) {
  write_feeds();
  works({"build", "-o", "a.db", "osv"});
  const Ended imported = db({"import", "--allow-unverified", "-"}, bytes_of(path("a.db")));
  EXPECT_EQ(imported.exit_code, 0) << imported.errors;
  EXPECT_EQ(works({"export", "-"}), bytes_of(path("a.db")));
  EXPECT_EQ(works({"export", "b.db"}), "");
  EXPECT_EQ(bytes_of(path("b.db")), bytes_of(path("a.db")));
  const Ended nothing = db({"import", "--allow-unverified", "-"}, "");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_TRUE(nothing.errors.contains("standard input: error: is no database")) << nothing.errors;
  EXPECT_EQ(bytes_of(in_use_), bytes_of(path("a.db")));
}

TEST_F(Db, ImportsNothingThatIsDamaged) {
  write_feeds();
  works({"build", "osv"});
  const std::string before = bytes_of(in_use_);
  works({"build", "-o", "a.db", "osv", "secdb.json"});
  const std::string whole = bytes_of(path("a.db"));
  for (const std::size_t at :
       {std::size_t{30}, std::size_t{200}, whole.size() / 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    directory_.write("b.db", damaged);
    const Ended ended = db({"import", "--allow-unverified", "b.db"});
    EXPECT_EQ(ended.exit_code, 2) << at;
    EXPECT_TRUE(ended.errors.starts_with("b.db: error: ")) << ended.errors;
    EXPECT_EQ(db({"verify", "b.db"}).exit_code, 2) << at;
    EXPECT_EQ(bytes_of(in_use_), before);
  }
  directory_.write("b.db", whole.substr(0, whole.size() / 2));
  EXPECT_EQ(db({"import", "--allow-unverified", "b.db"}).exit_code, 2);
  EXPECT_EQ(files_in("cache/plimsoll/db"), 1u);
}

TEST_F(Db, ImportsNothingThatIsOlder) {
  write_feeds();
  works({"build", "-o", "old.db", "osv"});
  set_time("1767312000");
  works({"build", "-o", "new.db", "osv"});
  works({"import", "--allow-unverified", "old.db"});
  works({"import", "--allow-unverified", "new.db"});
  const Ended ended = db({"import", "--allow-unverified", "old.db"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("before the database in use")) << ended.errors;
  EXPECT_EQ(bytes_of(in_use_), bytes_of(path("new.db")));
  // One that cannot be read any more is replaced by any.
  std::filesystem::resize_file(in_use_, 200);
  works({"import", "--allow-unverified", "old.db"});
}

TEST_F(Db, ExportsNothingThatIsDamaged) {
  write_feeds();
  works({"build", "osv"});
  std::string damaged = bytes_of(in_use_);
  damaged[200] = static_cast<char>(damaged[200] ^ 1);
  std::ofstream(in_use_, std::ios::binary) << damaged;
  EXPECT_EQ(db({"export", "b.db"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(path("b.db")));
}

TEST_F(Db, IsUpdatedByADatabase) {
  write_feeds();
  make_keys();
  works({"build", "--sign-key", "good.key", "-o", "a.db", "osv"});
  EXPECT_EQ(db({"update", "a.db"}).exit_code, 2);
  EXPECT_TRUE(works({"update", "--key", "good.pub", "a.db"}).contains("installed: "));
  EXPECT_EQ(bytes_of(in_use_), bytes_of(path("a.db")));
  const Ended built = db({"build", "a.db"});
  EXPECT_EQ(built.exit_code, 2);
  EXPECT_TRUE(built.errors.contains("is a database, and no feed")) << built.errors;
}

TEST_F(Db, LiesWhereTheUserSays) {
  write_feeds();
  works({"build", "--db", "a.db", "osv"});
  EXPECT_TRUE(works({"status", "--db", "a.db"}).starts_with("a.db: "));
  environment_["PLIMSOLL_DB"] = path("a.db");
  EXPECT_TRUE(works({"status"}).starts_with(path("a.db")));
  EXPECT_FALSE(std::filesystem::exists(in_use_));
}

TEST_F(Db, IsNotWrittenWhereThereIsNoRoom) {
  write_feeds();
  const Ended device = db({"build", "-o", "/dev/full", "osv"});
  EXPECT_EQ(device.exit_code, 2);
  EXPECT_TRUE(device.errors.contains("/dev/full: error: is no file")) << device.errors;
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
  const Ended below = db({"build", "-o", "kev.json/a.db", "osv"});
  EXPECT_EQ(below.exit_code, 2);
  EXPECT_TRUE(below.errors.contains("kev.json")) << below.errors;
  // 8000 records of which each has another name.
  write("large.jsonl", many_records(8000));
  const Ended mounted = shell(
      "unshare -m sh -c 'mkdir small && mount -t tmpfs -o size=64k none small && "
      "\"$PLIMSOLL\" db build -o small/a.db osv && cp small/a.db before &&"
      "{ \"$PLIMSOLL\" db build -o small/a.db large.jsonl; echo \"ended with $?\"; } &&"
      "cmp small/a.db before && ls small'");
  if (mounted.errors.contains("unshare") || mounted.errors.contains("mount")) {
    GTEST_SKIP() << "a full disk needs the right to mount: " << mounted.errors;
  }
  EXPECT_TRUE(mounted.output.ends_with("ended with 2\na.db\n")) << mounted.output;
  EXPECT_TRUE(mounted.errors.contains("no space left on device")) << mounted.errors;
}

TEST_F(Db, StaysWholeWhateverKillsABuild) {
  write_feeds();
  works({"build", "osv"});
  write("large.jsonl", many_records(20000));
  works({"build", "-o", "other.db", "large.jsonl"});  // so that most of the time is for writing
  for (const std::string signal : {"INT", "KILL", "TERM"}) {
    for (int i = 1; i <= 6; ++i) {
      const Ended ended = shell(concat("timeout -s ", signal, " 0.", std::to_string(i),
                                       " \"$PLIMSOLL\" db build large.jsonl"));
      EXPECT_NE(ended.exit_code, 2) << ended.errors;
      const Ended verified = db({"verify"});
      EXPECT_EQ(verified.exit_code, 0) << verified.errors;
      EXPECT_EQ(files_in("cache/plimsoll/db"), 1u);
    }
  }
}

TEST_F(Db, IsBuiltByManyAtOnce) {
  write_feeds();
  write("large.jsonl", many_records(2000));
  const Ended ended = shell(
      "for i in 1 2 3 4 5 6; do \"$PLIMSOLL\" db build osv kev.json large.jsonl & pids=\"$pids "
      "$!\"; "
      "done; for pid in $pids; do wait $pid || exit 1; done");
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_EQ(db({"verify"}).exit_code, 0);
  EXPECT_EQ(files_in("cache/plimsoll/db"), 1u);
}

class DbMirror : public Db {
 protected:
  DbMirror() { environment_["SSL_CERT_FILE"] = certificates_.in("good.pem"); }
  std::string url() const { return server_.origin() + "/osv.jsonl"; }

  TestCertificates certificates_;
  ServedFile file_;
  const TlsServer server_{certificates_.in("server"),
                          [this](const std::string& request) { return file_.answer(request); }};
};

TEST_F(DbMirror, IsAskedForWhatHasChangedAlone) {
  file_.put(osv("CVE-2026-1001", "one", "1.0.0"), "\"1\"");
  EXPECT_TRUE(works({"build", url()}).starts_with(concat(url(), ": 1 record (read)\n")));
  EXPECT_TRUE(works({"update"}).starts_with(concat(url(), ": 1 record (unchanged)\n")));
  EXPECT_EQ(header_of(server_.requests().back(), "If-None-Match"), "\"1\"");
  file_.put(many_records(2), "\"2\"");
  EXPECT_TRUE(works({"update"}).starts_with(concat(url(), ": 2 records (read)\n")));
  EXPECT_TRUE(works({"build", "--no-cache", url()}).contains("(read)"));
  EXPECT_EQ(header_of(server_.requests().back(), "If-None-Match"), "");
  EXPECT_EQ(files_in("cache/plimsoll/feeds/downloads"), 0u);
}

TEST_F(DbMirror, IsReadOnWhereTheConnectionBroke) {
  file_.put(many_records(3000), "\"1\"");
  file_.cut_after(100'000);
  EXPECT_TRUE(works({"build", url()}).contains(": 3000 records (read)"));
  ASSERT_EQ(server_.requests().size(), 2u);
  EXPECT_EQ(header_of(server_.requests().back(), "Range"), "bytes=100000-");
}

TEST_F(DbMirror, MustHaveTheFileThatIsNamed) {
  file_.put(osv("CVE-2026-1001", "one", "1.0.0"), "\"1\"");
  const Ended wrong = db({"build", concat(url(), "#sha256=", std::string(64, 'a'))});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(wrong.errors.contains("is not the file that its address names")) << wrong.errors;
  const Ended digest =
      shell("printf %s '" + osv("CVE-2026-1001", "one", "1.0.0") + "' | sha256sum | cut -c1-64");
  const std::string pinned = concat(url(), "#sha256=", trim(digest.output));
  works({"build", pinned});
  const std::size_t asked = server_.requests().size();
  EXPECT_TRUE(works({"build", pinned}).contains("(unchanged)"));
  EXPECT_EQ(server_.requests().size(), asked);
}

TEST_F(DbMirror, IsTrustedOnlyByItsCertificate) {
  environment_.erase("SSL_CERT_FILE");
  file_.put(osv("CVE-2026-1001", "one", "1.0.0"), "\"1\"");
  const Ended ended = db({"build", url()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("its certificate is not trusted")) << ended.errors;
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(DbMirror, MayHaveADatabase) {
  write_feeds();
  make_keys();
  works({"build", "--sign-key", "good.key", "-o", "a.db", "osv"});
  file_.put(bytes_of(path("a.db")), "\"1\"");
  const Ended untrusted = db({"update", url()});
  EXPECT_EQ(untrusted.exit_code, 2);
  EXPECT_TRUE(untrusted.errors.starts_with(concat(url(), ": error: is signed, and no key")))
      << untrusted.errors;
  EXPECT_TRUE(works({"update", "--key", "good.pub", url()}).contains("installed: "));
  EXPECT_EQ(bytes_of(in_use_), bytes_of(path("a.db")));
  EXPECT_EQ(db({"build", url()}).exit_code, 2);
  EXPECT_EQ(files_in("cache/plimsoll/feeds/downloads"), 0u);
}

TEST_F(DbMirror, MayBeGoneForAWhile) {
  file_.put(osv("CVE-2026-1001", "one", "1.0.0"), "\"1\"");
  works({"build", url()});
  environment_["SSL_CERT_FILE"] = certificates_.in("bad.pem");
  const Ended ended = db({"update"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.output.contains("(kept as it was read at 2026-01-01")) << ended.output;
}

TEST_F(DbMirror, NeverTellsWhatStandsInAQuery) {
  file_.put(osv("CVE-2026-1001", "one", "1.0.0"), "\"1\"");
  const std::string said = works({"build", url() + "?token=secret"});
  EXPECT_TRUE(said.starts_with(concat(url(), "?…: 1 record (read)\n"))) << said;
  EXPECT_FALSE(bytes_of(in_use_).contains("secret"));
  EXPECT_FALSE(works({"status", "-f", "json"}).contains("secret"));
  EXPECT_TRUE(works({"build", url() + "?token=secret"}).contains("(unchanged)"));
  const Ended ended = db({"update"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("has a query in its address")) << ended.errors;
}

}  // namespace
}  // namespace plimsoll::test
