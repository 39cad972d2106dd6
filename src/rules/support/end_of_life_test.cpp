#include "rules/support/end_of_life.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

std::string release(std::string_view image, std::string_view today = "2026-01-01") {
  const std::optional<EndOfLife> found = end_of_life(*parse_image_reference(image), today);
  return found ? found->release : "";
}

TEST(EndOfLife, KnowsReleasesByVersionAndCodeName) {
  EXPECT_EQ(release("debian:10"), "Debian 10 (buster)");
  EXPECT_EQ(release("debian:10.13-slim"), "Debian 10 (buster)");
  EXPECT_EQ(release("debian:buster-slim"), "Debian 10 (buster)");
  EXPECT_EQ(release("ubuntu:18.04"), "Ubuntu 18.04 (bionic)");
  EXPECT_EQ(release("alpine:3.9.6"), "Alpine 3.9");
  EXPECT_EQ(release("python:2.7-alpine"), "Python 2");
  EXPECT_EQ(release("python:2"), "Python 2");
  EXPECT_EQ(release("node:14-alpine"), "Node.js 14 (fermium)");
  EXPECT_EQ(release("node:gallium"), "Node.js 16 (gallium)");
  EXPECT_EQ(release("php:7.4-fpm"), "PHP 7");
  EXPECT_EQ(release("php:7.2-fpm"), "PHP 7.2");
  EXPECT_EQ(release("postgres:9.6"), "PostgreSQL 9");
  EXPECT_EQ(release("golang:1.10-alpine"), "Go 1.10");
  EXPECT_EQ(release("golang:1.24", "2026-02-11"), "Go 1.24");
  EXPECT_EQ(release("mysql:9.1"), "MySQL 9.1");
  EXPECT_EQ(release("mariadb:10.6", "2026-07-07"), "MariaDB 10.6");
  EXPECT_EQ(release("ubuntu:25.04", "2026-02-01"), "Ubuntu 25.04 (plucky)");
  EXPECT_EQ(release("mcr.microsoft.com/dotnet/sdk:3.1"), ".NET Core 3");
  EXPECT_EQ(release("mcr.microsoft.com/dotnet/aspnet:6.0-alpine"), ".NET 6");
}

TEST(EndOfLife, LooksAtTheDistributionBelow) {
  EXPECT_EQ(release("python:3.12-buster"), "Debian 10 (buster)");
  EXPECT_EQ(release("python:3.6-slim-stretch"), "Python 3.6");
  EXPECT_EQ(release("node:22-alpine3.15"), "Alpine 3.15");
}

TEST(EndOfLife, IsSilentWhereNothingIsKnown) {
  EXPECT_EQ(release("debian:12"), "");
  EXPECT_EQ(release("debian:13-slim"), "");
  EXPECT_EQ(release("debian"), "");
  EXPECT_EQ(release("debian:latest"), "");
  EXPECT_EQ(release("python:3"), "");
  EXPECT_EQ(release("python:3.13"), "");
  EXPECT_EQ(release("alpine:3.22"), "");
  EXPECT_EQ(release("alpine:3.2222"), "");
  EXPECT_EQ(release("acme/debian:10"), "");
  EXPECT_EQ(release("debian:10", ""), "");
  EXPECT_EQ(release("debian:10", "2024-06-30"), "");
  EXPECT_EQ(release("debian:10", "2024-07-01"), "Debian 10 (buster)");
  EXPECT_EQ(release("postgres:10"), "PostgreSQL 10");
  EXPECT_EQ(release("postgres:100"), "");
  EXPECT_EQ(release("mysql:9"), "");
  EXPECT_EQ(release("mongo:7.0"), "");
  EXPECT_EQ(release("redis:gallium"), "");
}

}  // namespace
}  // namespace plimsoll::rules
