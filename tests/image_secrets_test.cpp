// An image with secrets wherever one can be: they are reported, and no output of any command shows
// a value.
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/made_secrets.h"
#include "support/program.h"
#include "support/test_image.h"

namespace plimsoll::test {
namespace {

// A text with a character of JSON's in it, so that escaping does not hide it from the search.
constexpr std::string_view letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

class ImageSecrets : public testing::Test {
 protected:
  ImageSecrets() {
    MadeSecrets made;
    const auto password = [&] { return values_.emplace_back(made.text_of(letters, 14)); };
    const auto token = [&](std::string_view kind) {
      return values_.emplace_back(made.value_of(kind));
    };
    layers_ = {
        {TarText()
             .file("app/.env",
                   concat("DB_PASSWORD=", password(), "\nX=", token("stripe-live-key"), "\n"))
             .file("app/settings.yaml", concat("url: postgres://app:", password(), "@db/app\n"))
             .file("root/.netrc", concat("machine a login b password ", password(), "\n"))
             .text(),
         ""},
        {TarText()
             .file("root/.wh..netrc", "")
             .file("opt/tool", program_with(token("npm-access-token")))
             .text(),
         ""},
        {TarText().file("tmp/x", "x").text(), ""}};
    config_ = config_over(
        layers_,
        concat(R"({"User":"1","Env":["API_TOKEN=)", password(), R"(","Y=)", token("groq-key"),
               R"(","Z=)", token("github-personal-token"), R"("],"Cmd":["app","--password",")",
               password(), R"("],"Labels":{"token":")", token("gitlab-personal-token"),
               R"("},"Healthcheck":{"Test":["CMD","curl","https://a:)", password(), R"(@b/"]}})"),
        concat(R"(,"history":[{"created_by":"RUN |1 NPM_TOKEN=)", token("npm-access-token"),
               R"( /bin/sh -c npm ci"},{"created_by":"RUN curl -H \"Authorization: Bearer )",
               password(), password(),
               R"(\" https://a"},{"created_by":"COPY a /tmp/x","comment":"key )",
               token("openai-api-key"), R"("}])"));
    archive_ = directory_.write("app.tar", docker_archive(layers_, config_, "app:1"));
  }

  static std::string program_with(const std::string& token) {
    return concat(std::string("\x7f"
                              "ELF\0\0\0",
                              7),
                  " ", token, " ");
  }

  void expect_no_value(const Ended& ended, const std::string& how) const {
    for (const std::string& value : values_) {
      EXPECT_FALSE(ended.output.contains(value)) << how << " shows " << value << "\n"
                                                 << ended.output;
      EXPECT_FALSE(ended.errors.contains(value)) << how << " shows " << value << "\n"
                                                 << ended.errors;
    }
  }

  std::vector<std::string> values_;
  std::vector<TestLayer> layers_;
  std::string config_;
  std::string archive_;
  TemporaryDirectory directory_;
};

TEST_F(ImageSecrets, AreReported) {
  const Ended ended = run_plimsoll({"image", archive_, "--select", "secret-in-image"});
  EXPECT_EQ(ended.exit_code, 1);
  for (const char* said :
       {"/app/.env:1 in layer 1 holds a password (DB_PASSWORD)",
        "/app/.env:2 in layer 1 holds a Stripe secret key",
        "/app/settings.yaml:1 in layer 1 holds a PostgreSQL address with its password",
        "/root/.netrc:1 in layer 1 holds a password (password); a later layer hides the file, and "
        "whoever has the image still has it",
        "/opt/tool:1 in layer 2 holds an npm access token",
        "the image's environment variable Y holds a Groq key",
        "the image's command holds a password (password)",
        "the image's label token holds a GitLab personal access token",
        "the image's health check holds a web address with its password",
        "the image's history holds an npm access token",
        "the image's history holds a token of an HTTP header",
        "the image's history holds an OpenAI API key"}) {
    EXPECT_TRUE(ended.output.contains(said)) << said << "\n" << ended.output;
  }
  // These two are told by secret-in-environment.
  EXPECT_FALSE(ended.output.contains("API_TOKEN")) << ended.output;
  EXPECT_FALSE(ended.output.contains("variable Z")) << ended.output;
}

TEST_F(ImageSecrets, AreShownByNoFormat) {
  for (const char* format : {"text", "json", "sarif"}) {
    const Ended ended = run_plimsoll({"image", archive_, "-f", format});
    EXPECT_EQ(ended.exit_code, 1) << format << ended.errors;
    EXPECT_TRUE(ended.output.contains("fingerprint")) << format;
    expect_no_value(ended, format);
  }
  for (const char* format : {"cyclonedx", "cyclonedx-1.5", "spdx"}) {
    const Ended ended = run_plimsoll({"sbom", archive_, "-f", format});
    EXPECT_EQ(ended.exit_code, 0) << format << ended.errors;
    expect_no_value(ended, format);
  }
}

TEST_F(ImageSecrets, AreShownByNoError) {
  // A configuration that is no JSON from some place on.
  const std::string broken = concat(config_.substr(0, config_.size() - 1), "\n,,}");
  const std::string path = directory_.write("b.tar", docker_archive(layers_, broken, "app:1"));
  const Ended ended = run_plimsoll({"image", path});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_FALSE(ended.errors.empty());
  expect_no_value(ended, "the error");
}

TEST_F(ImageSecrets, AreTheSameTwice) {
  const Ended first = run_plimsoll({"image", archive_});
  EXPECT_EQ(first.output, run_plimsoll({"image", archive_}).output);
}

}  // namespace
}  // namespace plimsoll::test
