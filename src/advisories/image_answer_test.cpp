#include "advisories/image_answer.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

Package package_of(std::string name, std::string source) {
  Package package;
  package.name = std::move(name);
  package.version = "3.0.9-1";
  package.source_name = std::move(source);
  package.source_version = "3.0.9-1";
  package.path = "var/lib/dpkg/status";
  package.layer = 1;
  package.files = "usr/lib/libssl.so.3\n";
  return package;
}

Vulnerability vulnerability_of(std::string id, std::vector<std::size_t> packages) {
  Vulnerability out;
  out.id = std::move(id);
  out.aliases = {"DSA-1-1"};
  out.summary = "a long key takes hours";
  out.packages = std::move(packages);
  out.named = {{"libssl3", "pkg:deb/debian/libssl3@3.0.9-1", "var/lib/dpkg/status", "sha256:1"}};
  out.package = "openssl";
  out.version = "3.0.9-1";
  out.fixed_version = "3.0.13-1";
  out.fix_state = FixState::fixed;
  out.rating = Rating::high;
  out.rated_by = "Debian";
  out.cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
  out.score_tenths = 75;
  out.evidence = {{"DSA-1-1", "osv", "Debian:12", "openssl", "3.0.9-1", "before 3.0.13-1", ""}};
  return out;
}

Image image_with(std::vector<Vulnerability> vulnerabilities) {
  Image image;
  image.os = OsRelease{"debian", "12", "Debian 12"};
  image.base.emplace();
  image.base->name = "debian:12";
  image.base->layers = 2;
  image.packages = {package_of("bash", "bash"), package_of("libssl3", "openssl"),
                    package_of("openssl", "openssl")};
  image.vulnerabilities = std::make_shared<VulnerabilityMatch>();
  image.vulnerabilities->built = "2026-02-01T00:00:00Z";
  image.vulnerabilities->open = {"nothing is known of Go"};
  image.vulnerabilities->without_fix_left_out = 3;
  image.vulnerabilities->vulnerabilities = std::move(vulnerabilities);
  return image;
}

TEST(ImageAnswer, HoldsWhatFindingsNeed) {
  Vulnerability exploited = vulnerability_of("CVE-2026-1", {2, 1});
  exploited.exploited = KnownExploited{"2026-01-05", "2026-01-26", true};
  exploited.prediction = ExploitPrediction{42'500, 90'000, "2026-01-06"};
  const std::string bytes =
      encode_answer(image_with({exploited, vulnerability_of("CVE-2026-2", {1})}), {});
  Sources sources;
  const auto answer = decode_answer(bytes, sources);
  ASSERT_TRUE(answer);
  const Image& image = *answer->image;
  EXPECT_TRUE(image.is_inventory);
  EXPECT_EQ(image.os->version_id, "12");
  EXPECT_EQ(image.base->layers, 2u);
  // Those that have nothing are left out.
  ASSERT_EQ(image.packages.size(), 2u);
  ASSERT_TRUE(image.vulnerabilities);
  EXPECT_EQ(image.vulnerabilities->open, std::vector<std::string>{"nothing is known of Go"});
  EXPECT_EQ(image.vulnerabilities->without_fix_left_out, 3u);
  ASSERT_EQ(image.vulnerabilities->vulnerabilities.size(), 2u);
  const Vulnerability& first = image.vulnerabilities->vulnerabilities[0];
  EXPECT_EQ(first.packages, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(first.score_tenths, 75);
  EXPECT_EQ(first.rating, Rating::high);
  EXPECT_TRUE(first.exploited->by_ransomware);
  EXPECT_EQ(first.prediction->probability, 42'500u);
  EXPECT_EQ(first.evidence.front().range, "before 3.0.13-1");
  const Vulnerability& second = image.vulnerabilities->vulnerabilities[1];
  ASSERT_EQ(second.packages.size(), 1u);
  EXPECT_EQ(image.packages[second.packages.front()].name, "libssl3");
  EXPECT_EQ(image.packages[second.packages.front()].layer, 1u);
  EXPECT_FALSE(second.exploited);
}

TEST(ImageAnswer, SaysWhoSilencedIt) {
  const Source statement("vex.json", "{}");
  Vulnerability silenced = vulnerability_of("CVE-2026-1", {1});
  silenced.silence = Silence{"ACME says not affected", {&statement, {0, 2}}};
  Sources sources;
  const auto answer = decode_answer(encode_answer(image_with({silenced}), {}), sources);
  ASSERT_TRUE(answer);
  const Vulnerability& read = answer->image->vulnerabilities->vulnerabilities.front();
  ASSERT_TRUE(read.silence);
  EXPECT_EQ(read.silence->reason, "ACME says not affected");
  EXPECT_EQ(read.silence->by.source->path(), "vex.json");
}

TEST(ImageAnswer, MakesPlacesOfErrorsWords) {
  const Source text("image.tar!config", "{\n  fals\n}");
  const auto bytes = encode_answer(
      Image{}, {{.message = "is no JSON", .at = {&text, {4, 5}}}, {.message = "b", .file = "c"}});
  Sources sources;
  const auto answer = decode_answer(bytes, sources);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->image->vulnerabilities);
  ASSERT_EQ(answer->errors.size(), 2u);
  EXPECT_EQ(answer->errors[0].file, "image.tar!config:2");
  EXPECT_EQ(answer->errors[1].file, "c");
}

TEST(ImageAnswer, TakesNothingThatIsNotWhole) {
  const std::string bytes = encode_answer(image_with({vulnerability_of("CVE-2026-1", {1})}), {});
  Sources sources;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_answer(std::string_view(bytes).substr(0, size), sources)) << size;
  }
  EXPECT_FALSE(decode_answer(concat(bytes, "x"), sources));
  EXPECT_TRUE(decode_answer(bytes, sources));
}

TEST(ImageAnswer, TakesNoVulnerabilityOfNothing) {
  Sources sources;
  EXPECT_FALSE(
      decode_answer(encode_answer(image_with({vulnerability_of("CVE-2026-1", {})}), {}), sources));
  Vulnerability unproved = vulnerability_of("CVE-2026-1", {1});
  unproved.evidence.clear();
  EXPECT_FALSE(decode_answer(encode_answer(image_with({unproved}), {}), sources));
  Vulnerability too_bad = vulnerability_of("CVE-2026-1", {1});
  too_bad.score_tenths = 101;
  EXPECT_FALSE(decode_answer(encode_answer(image_with({too_bad}), {}), sources));
}

}  // namespace
}  // namespace plimsoll::advisories
