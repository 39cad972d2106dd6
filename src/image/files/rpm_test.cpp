// RPM's databases, made here byte by byte, and real ones against rpm's own answer.
#include "image/files/rpm.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "image/files/rpm_header.h"
#include "image/files/rpm_records.h"
#include "image/merge.h"
#include "support/binary_text.h"
#include "support/program.h"
#include "support/repository.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::number;
using test::TarText;
using Texts = std::vector<std::string>;

void put(std::string& text, std::size_t at, const std::string& piece) {
  text.replace(at, piece.size(), piece);
}

// Headers as rpm stores them.
class HeaderText {
 public:
  HeaderText& text(std::uint32_t tag, const std::string& value) {
    return add(tag, 6, 1, value + '\0');
  }
  HeaderText& texts(std::uint32_t tag, const Texts& values) {
    std::string data;
    for (const std::string& value : values) data += value + '\0';
    return add(tag, 8, values.size(), data);
  }
  HeaderText& numbers(std::uint32_t tag, const std::vector<std::uint32_t>& values) {
    std::string data;
    for (const std::uint32_t value : values) data += number(value, 4, std::endian::big);
    return add(tag, 4, values.size(), data);
  }
  HeaderText& add(std::uint32_t tag, std::uint32_t type, std::uint64_t count,
                  const std::string& data) {
    for (const std::uint64_t value : {std::uint64_t{tag}, std::uint64_t{type}, data_.size(), count})
      entries_ += number(value, 4, std::endian::big);
    data_ += data;
    return *this;
  }
  std::string bytes() const {
    return number(entries_.size() / 16, 4, std::endian::big) +
           number(data_.size(), 4, std::endian::big) + entries_ + data_;
  }

 private:
  std::string entries_, data_;
};

HeaderText header_of(const std::string& name, const std::string& version,
                     const std::string& release) {
  HeaderText header;
  header.text(1000, name).text(1001, version).text(1002, release).text(1022, "x86_64");
  return header;
}

const std::string bash = header_of("bash", "5.1.8", "6.el9")
                             .text(1044, "bash-5.1.8-6.el9.src.rpm")
                             .text(1014, "GPLv3+")
                             .texts(1117, {"bash", "README"})
                             .texts(1118, {"/usr/bin/", "/usr/share/doc/bash/"})
                             .numbers(1116, {0, 1})
                             .bytes();
const std::string key = header_of("gpg-pubkey", "b86b3716", "61e69f29").bytes();

// A hash database of two pages of 512 bytes: short values in the page, long ones on pages behind.
std::string berkeley(const Texts& values, std::endian order) {
  constexpr std::size_t page_bytes = 512;
  std::string meta(page_bytes, '\0');
  put(meta, 12, number(0x061561, 4, order));
  put(meta, 20, number(page_bytes, 4, order));
  meta[25] = 8;
  std::string page(page_bytes, '\0');
  std::string overflow;
  std::size_t end = page_bytes;
  std::size_t items = 0;
  const auto add_item = [&](const std::string& item) {
    end -= item.size();
    put(page, end, item);
    put(page, 26 + 2 * items++, number(end, 2, order));
  };
  Texts all{"\x01\0\0\0"};
  all.insert(all.end(), values.begin(), values.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    add_item('\x01' + number(i, 4, order));
    if (all[i].size() < 60) {
      add_item('\x01' + all[i]);
      continue;
    }
    const std::size_t first = 2 + overflow.size() / page_bytes;
    add_item(std::string("\x03\0\0\0", 4) + number(first, 4, order) +
             number(all[i].size(), 4, order));
    for (std::size_t at = 0; at < all[i].size();) {
      const std::string part = all[i].substr(at, page_bytes - 26);
      at += part.size();
      std::string next(page_bytes, '\0');
      const std::size_t behind = 2 + overflow.size() / page_bytes + 1;
      put(next, 16, number(at < all[i].size() ? behind : 0, 4, order));
      put(next, 22, number(part.size(), 2, order));
      next[25] = 7;
      put(next, 26, part);
      overflow += next;
    }
  }
  put(page, 20, number(items, 2, order));
  page[25] = 13;
  put(meta, 32, number(1 + overflow.size() / page_bytes, 4, order));
  return meta + page + overflow;
}

std::string ndb(const Texts& values) {
  constexpr auto order = std::endian::little;
  std::string slots = "RpmP" + number(0, 4, order) + number(1, 4, order) + number(1, 4, order) +
                      number(values.size() + 1, 4, order) + std::string(12, '\0');
  std::string blobs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::string blob = "BlbS" + number(i + 1, 4, order) + number(1, 4, order) +
                       number(values[i].size(), 4, order) + values[i];
    blob.resize((blob.size() + 12 + 15) / 16 * 16);
    slots += "Slot" + number(i + 1, 4, order) + number((4096 + blobs.size()) / 16, 4, order) +
             number(blob.size() / 16, 4, order);
    blobs += blob;
  }
  while (slots.size() < 4096) slots += "Slot" + std::string(12, '\0');
  return slots + blobs;
}

// Adds rows to a table of Packages.
void insert(sqlite3* database, const Texts& values) {
  for (const std::string& value : values) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO Packages (blob) VALUES (?)", -1, &statement, nullptr);
    sqlite3_bind_blob(statement, 1, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
  }
}

std::string sqlite(const Texts& values, const std::string& schema =
                                            "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY "
                                            "AUTOINCREMENT, blob BLOB NOT NULL)") {
  sqlite3* database = nullptr;
  sqlite3_open(":memory:", &database);
  EXPECT_EQ(sqlite3_exec(database, schema.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  insert(database, values);
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(database, "main", &size, 0);
  std::string out(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  sqlite3_free(bytes);
  sqlite3_close(database);
  out[18] = out[19] = 2;  // as rpm leaves it
  return out;
}

Layer read(const std::string& path, const std::string& content) {
  return test::layer_of(TarText().file(path, content));
}

TEST(RpmHeader, KnowsAPackage) {
  const Result<Package> package = read_rpm_header(bash, 1000);
  ASSERT_TRUE(package) << package.error().message;
  EXPECT_EQ(package->name, "bash");
  EXPECT_EQ(package->version, "5.1.8-6.el9");
  EXPECT_EQ(package->architecture, "x86_64");
  EXPECT_EQ(package->licence, "GPLv3+");
  EXPECT_EQ(package->source_name, "bash");
  EXPECT_EQ(package->source_version, "5.1.8-6.el9");
  EXPECT_EQ(package->files, "usr/bin/bash\nusr/share/doc/bash/README\n");
}

TEST(RpmHeader, WritesTheEpochAndGivesItToTheSource) {
  const Result<Package> package = read_rpm_header(header_of("shared-tools", "2.0", "1.cm2")
                                                      .numbers(1003, {1})
                                                      .text(1044, "a-b-2.0-1.cm2.src.rpm")
                                                      .bytes(),
                                                  0);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->version, "1:2.0-1.cm2");
  EXPECT_EQ(package->source_name, "a-b");
  EXPECT_EQ(package->source_version, "1:2.0-1.cm2");
}

TEST(RpmHeader, NamesTheModule) {
  const std::string label = "nodejs:18:9020020240301:rhel9";
  const Result<Package> package =
      read_rpm_header(header_of("nodejs", "18", "1.el9").text(5096, label).bytes(), 0);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->module, label);
  EXPECT_EQ(read_rpm_header(bash, 1000)->module, "");
}

TEST(RpmHeader, TakesTheLastOfTwoTags) {
  const Result<Package> package =
      read_rpm_header(header_of("a", "1", "1").text(1001, "2").bytes(), 0);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->version, "2-1");
}

TEST(RpmHeader, BoundsWhatFewBytesCanName) {
  const std::string header = header_of("a", "1", "1")
                                 .texts(1117, Texts(1000, ""))
                                 .texts(1118, {"/" + std::string(10'000, 'x')})
                                 .numbers(1116, std::vector<std::uint32_t>(1000, 0))
                                 .bytes();
  const Result<Package> package = read_rpm_header(header, 50'000);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->files.size(), 4u * 10'001);
}

TEST(RpmHeader, RefusesWhatIsNone) {
  std::string beyond = bash;
  put(beyond, 4, number(0xfffffff, 4, std::endian::big));
  for (const std::string& text :
       {std::string(), std::string(8, '\0'), std::string("\0\0\0\1", 4), beyond,
        bash.substr(0, bash.size() - 1), std::string(100, '\xff')}) {
    EXPECT_FALSE(read_rpm_header(text, 1000));
  }
  // Offsets behind the data, a string without an end.
  EXPECT_FALSE(read_rpm_header(HeaderText().add(1000, 6, 1, "endless").bytes(), 1000));
}

TEST(Rpm, ReadsTheThreeFormats) {
  const std::string small = header_of("s", "1", "2").bytes();
  const Texts values{bash, key, small};
  const std::vector<std::pair<std::string, std::string>> databases{
      {"var/lib/rpm/rpmdb.sqlite", sqlite(values)},
      {"usr/share/rpm/rpmdb.sqlite", sqlite(values)},
      {"var/lib/rpm/Packages", berkeley(values, std::endian::little)},
      {"var/lib/rpm/Packages", berkeley(values, std::endian::big)},
      {"usr/lib/sysimage/rpm/Packages.db", ndb(values)}};
  for (const auto& [path, content] : databases) {
    const Layer layer = read(path, content);
    EXPECT_EQ(test::packages_of(layer),
              (Texts{path + ": rpm bash 5.1.8-6.el9", path + ": rpm s 1-2"}));
    EXPECT_EQ(test::errors_of(layer), Texts{});
  }
}

TEST(Rpm, OwnsThePythonPackagesThatItInstalled) {
  const std::string owned = "usr/lib/python3.9/site-packages/six-1.15.0-py3.9.egg-info";
  const std::string header = header_of("python3-six", "1.15.0", "9.el9")
                                 .texts(1117, {"six-1.15.0-py3.9.egg-info"})
                                 .texts(1118, {"/usr/lib/python3.9/site-packages/"})
                                 .numbers(1116, {0})
                                 .bytes();
  std::vector<Layer> layers;
  layers.push_back(test::layer_of(TarText()
                                      .file("var/lib/rpm/rpmdb.sqlite", sqlite({header}))
                                      .file(owned, "Name: six\nVersion: 1.15.0\n")));
  Image image;
  image.layers.resize(1);
  merge(layers, image);
  ASSERT_EQ(image.packages.size(), 2u);
  EXPECT_EQ(image.packages[1].name, "six");
  EXPECT_EQ(image.packages[1].owner, "python3-six");
}

TEST(Rpm, SaysWhichRecordsAreNoPackages) {
  const Layer layer =
      read("var/lib/rpm/Packages.db", ndb({"rubbish", bash, header_of("", "1", "1").bytes()}));
  EXPECT_EQ(test::packages_of(layer), (Texts{"var/lib/rpm/Packages.db: rpm bash 5.1.8-6.el9"}));
  EXPECT_EQ(test::errors_of(layer),
            (Texts{"var/lib/rpm/Packages.db: 2 records are no package: the header is damaged"}));
}

TEST(Rpm, SaysThatAJournalIsNotRead) {
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/rpmdb.sqlite-wal", "")), Texts{});
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/rpmdb.sqlite-wal", "x")).size(), 1u);
}

TEST(Rpm, RefusesWhatIsNoDatabase) {
  const auto error = [](const std::string& name, const std::string& content) {
    const Texts errors = test::errors_of(read("var/lib/rpm/" + name, content));
    return errors.size() == 1 ? errors[0].substr(errors[0].find(": ") + 2) : join(errors, "|");
  };
  EXPECT_EQ(error("rpmdb.sqlite", ""), "is no SQLite database");
  EXPECT_EQ(error("rpmdb.sqlite", sqlite({bash}).substr(0, 50)),
            "the database is damaged: database disk image is malformed");
  EXPECT_EQ(error("rpmdb.sqlite", sqlite({}, "CREATE TABLE other (a)")),
            "the database is damaged: no such table: packages");
  EXPECT_EQ(error("Packages", "x"), "is no Berkeley DB hash database");
  EXPECT_EQ(error("Packages.db", "x"), "is no NDB database");
  EXPECT_EQ(error("Packages.db", ndb({bash}).substr(0, 4096)),
            "a record of the database is damaged");
  std::string cut = berkeley({bash}, std::endian::little);
  cut.resize(cut.size() - 512);
  EXPECT_EQ(error("Packages", cut), "the database is cut short");
}

TEST(Rpm, RunsNothingOfASchema) {
  // A view that would never end.
  const std::string endless =
      sqlite({},
             "CREATE VIEW Packages AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
             "SELECT zeroblob(1) AS blob FROM n");
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/rpmdb.sqlite", endless)).size(), 1u);
  // Rows that are larger than the file they stand in.
  std::string schema = "CREATE TABLE Packages (a, blob AS (zeroblob(8000)))";
  for (int i = 0; i < 100; ++i) schema += "; INSERT INTO Packages (a) VALUES (1)";
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/rpmdb.sqlite", sqlite({}, schema))),
            (Texts{"var/lib/rpm/rpmdb.sqlite: 1 record is no package: the header is damaged",
                   "var/lib/rpm/rpmdb.sqlite: records of the database overlap"}));
}

TEST(Rpm, ReadsNoPageTwice) {
  // Two values on one chain, and a chain that goes in circles.
  constexpr auto order = std::endian::little;
  std::string twice = berkeley({bash, bash}, order);
  const std::string second = number(3, 4, order);
  for (std::size_t at = twice.find(std::string("\x03\0\0\0", 4) + second); at != std::string::npos;
       at = twice.find(std::string("\x03\0\0\0", 4) + second, at + 1)) {
    put(twice, at + 4, number(2, 4, order));
  }
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/Packages", twice)),
            (Texts{"var/lib/rpm/Packages: values of the database overlap"}));
  std::string circle = berkeley({bash + std::string(2000, 'x')}, order);
  put(circle, 3 * 512 + 16, number(2, 4, order));
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/Packages", circle)),
            (Texts{"var/lib/rpm/Packages: values of the database overlap"}));
  std::string slots = ndb({bash, bash});
  put(slots, 48, slots.substr(32, 16));
  put(slots, 64, slots.substr(32, 16));
  EXPECT_EQ(test::errors_of(read("var/lib/rpm/Packages.db", slots)),
            (Texts{"var/lib/rpm/Packages.db: records of the database overlap"}));
}

TEST(Rpm, BearsEveryCutAndEveryFlippedByte) {
  for (const std::string& whole : {berkeley({bash, key}, std::endian::big), ndb({bash, key})}) {
    const std::string path =
        whole.starts_with("Rpm") ? "var/lib/rpm/Packages.db" : "var/lib/rpm/Packages";
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string broken = whole;
      broken[i] = static_cast<char>(~broken[i]);
      read(path, broken);
      read(path, whole.substr(0, i));
    }
  }
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// As rpm prints them, sorted, without the keys.
Texts by_rpm(const std::string& directory) {
  const test::Ended ended =
      test::run_shell(concat("rpm -qa --dbpath ", directory, " --qf ",
                             "'%{NAME}|%{EVR}|%{ARCH}|%{SOURCERPM}|%{LICENSE}|%|MODULARITYLABEL?{%{"
                             "MODULARITYLABEL}}||[%{FILENAMES};]\\n'"));
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  Texts lines;
  for (const std::string_view line : split(ended.output, '\n')) {
    if (line.empty() || line.starts_with("gpg-pubkey|")) continue;
    std::string& taken = lines.emplace_back(line);
    // The root itself, which one package owns, is no file to us.
    if (const std::size_t root = taken.find("|/;"); root != std::string::npos) {
      taken.erase(root + 1, 2);
    }
  }
  std::ranges::sort(lines);
  return lines;
}

Texts by_us(const Layer& layer) {
  Texts lines;
  for (const PackageFile& file : layer.package_files) {
    for (const Package& package : file.packages) {
      // A source has its package's epoch, and its file name none.
      const std::string& version = package.source_version;
      const std::size_t colon = version.find(':');
      std::string line = concat(package.name, "|", package.version, "|", package.architecture, "|",
                                package.source_name, "-",
                                version.substr(colon == std::string::npos ? 0 : colon + 1),
                                ".src.rpm|", package.licence, "|", package.module, "|");
      for (const std::string_view path : split(package.files, '\n')) {
        if (!path.empty()) line += concat("/", path, ";");
      }
      lines.push_back(std::move(line));
    }
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(Rpm, AgreesWithRpmOnRealDatabases) {
  const std::filesystem::path data = test::source_path("../shared/data/pkgdb");
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "there are no databases in " << data;
  if (test::run_shell("rpm --version").exit_code != 0) GTEST_SKIP() << "rpm is not installed";
  std::size_t databases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    for (const char* name : {"rpmdb.sqlite", "Packages", "Packages.db"}) {
      if (!std::filesystem::exists(entry.path() / name)) continue;
      SCOPED_TRACE(entry.path());
      ++databases;
      const std::string content = text_of(entry.path() / name);
      const Layer layer = read(concat("var/lib/rpm/", name), content);
      EXPECT_EQ(test::errors_of(layer), Texts{});
      const test::TemporaryDirectory copy;
      if (std::string_view(name) == "Packages.db") {
        // Debian's rpm is built without NDB: the same headers in SQLite.
        Texts headers;
        EXPECT_TRUE(read_ndb_records(content, [&](std::string_view header) {
          headers.emplace_back(header);
          return true;
        }));
        const std::string made = concat("rpmdb --initdb --dbpath ", copy.path());
        EXPECT_EQ(test::run_shell(made).exit_code, 0);
        sqlite3* database = nullptr;
        sqlite3_open(concat(copy.path(), "/rpmdb.sqlite").c_str(), &database);
        insert(database, headers);
        sqlite3_close(database);
      } else {
        copy.write(name, content);
      }
      const Texts theirs = by_rpm(copy.path());
      EXPECT_FALSE(theirs.empty());
      EXPECT_EQ(by_us(layer), theirs);
    }
  }
  EXPECT_GT(databases, 0u);
}

}  // namespace
}  // namespace plimsoll::image
