#include "reports/mask.h"

#include <gtest/gtest.h>

#include <string>

#include "reports/excerpt.h"

namespace plimsoll {
namespace {

std::string masked(std::string line) {
  const std::vector<Masked> ranges = secrets_in(line);
  for (std::size_t i = ranges.size(); i-- > 0;) {
    line.replace(ranges[i].begin, ranges[i].end - ranges[i].begin, "***");
  }
  return line;
}

TEST(Mask, HidesWhatIsWrittenDown) {
  EXPECT_EQ(masked("ENV DB_PASSWORD=hunter2 A=b"), "ENV DB_PASSWORD=*** A=b");
  EXPECT_EQ(masked("ENV DB_PASSWORD hunter2 and more"), "ENV DB_PASSWORD ***");
  EXPECT_EQ(masked("ENV DB_PASSWORD=\"hunter 2\" A=b"), "ENV DB_PASSWORD=\"***\" A=b");
  EXPECT_EQ(masked("docker run -e API_KEY=hunter2x --name a"),
            "docker run -e API_KEY=*** --name a");
  EXPECT_EQ(masked("docker run -e 'API_KEY=hunter 2x' b"), "docker run -e 'API_KEY=***' b");
  EXPECT_EQ(masked("mysql --password hunter2 --user a"), "mysql --password *** --user a");
  EXPECT_EQ(masked("mysql --password=hunter2 --user a"), "mysql --password=*** --user a");
  EXPECT_EQ(masked("      DB_PASSWORD: hunter2 # the old one"),
            "      DB_PASSWORD: *** # the old one");
  EXPECT_EQ(masked("      - DB_PASSWORD=hunter2 with blanks"), "      - DB_PASSWORD=***");
  EXPECT_EQ(masked("\"Env\": [\"DB_PASSWORD=hunter2\", \"A=b\"]"),
            "\"Env\": [\"DB_PASSWORD=***\", \"A=b\"]");
  EXPECT_EQ(masked("{\"DB_PASSWORD\": \"hunter\\\"2\", \"A\": 1}"),
            "{\"DB_PASSWORD\": \"***\", \"A\": 1}");
  EXPECT_EQ(masked("{\"DB_PASSWORD\":\"hunter2\"}"), "{\"DB_PASSWORD\":\"***\"}");
  EXPECT_EQ(masked("curl https://bob:hunter2@example.org/x"), "curl https://***@example.org/x");
  EXPECT_EQ(masked("a ghp_" + std::string(36, 'x') + " b"), "a *** b");
}

TEST(Mask, ShowsTheRest) {
  for (const std::string line : {"image: nginx:1.27", "ENV DB_PASSWORD_FILE=/run/secrets/db",
                                 "DB_PASSWORD: ${DB_PASSWORD}", "RUN apk add libcrypto3=3.1.4",
                                 "USER 1000", "privileged: true", "", "=", "a=", ": ", "'"}) {
    EXPECT_EQ(masked(line), line);
  }
}

TEST(Mask, KeepsTheCaretInPlace) {
  const Source source("a", "-e DB_PASSWORD=hunter2 --privileged");
  const Excerpt whole = excerpt_of({&source, {3, 22}});
  EXPECT_EQ(whole.text, "-e DB_PASSWORD=*** --privileged");
  EXPECT_EQ(whole.caret_column, 3u);
  EXPECT_EQ(whole.caret_width, 15u);
  const Excerpt value = excerpt_of({&source, {15, 22}});
  EXPECT_EQ(value.caret_column, 15u);
  EXPECT_EQ(value.caret_width, 3u);
  const Excerpt part = excerpt_of({&source, {17, 19}});
  EXPECT_EQ(part.caret_column, 15u);
  EXPECT_EQ(part.caret_width, 3u);
  const Excerpt after = excerpt_of({&source, {23, 35}});
  EXPECT_EQ(after.caret_column, 19u);
  EXPECT_EQ(after.caret_width, 12u);
}

}  // namespace
}  // namespace plimsoll
