#include "rules/support/image_accounts.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

std::string_view ids(std::string_view image) {
  const std::optional<ImageAccount> account = account_of(*parse_image_reference(image));
  return account ? account->ids : std::string_view();
}

AccountTools tools(std::string_view image) {
  return account_tools(*parse_image_reference(image)).tools;
}

TEST(ImageAccounts, KnowTheAccountThatAnImageIsMadeFor) {
  EXPECT_EQ(ids("node:22-alpine"), "1000:1000");
  EXPECT_EQ(ids("public.ecr.aws/docker/library/node:22"), "1000:1000");
  EXPECT_EQ(ids("postgres:17"), "999:999");
  EXPECT_EQ(ids("postgres:17-alpine"), "70:70");
  EXPECT_EQ(ids("php:8.4-fpm"), "33:33");
  EXPECT_EQ(ids("php:8.4-apache"), "");
  EXPECT_EQ(ids("gcr.io/distroless/java21-debian12"), "65532:65532");
  EXPECT_EQ(ids("mcr.microsoft.com/dotnet/aspnet:8.0"), "1654:1654");
  EXPECT_EQ(ids("mcr.microsoft.com/dotnet/aspnet:6.0"), "");
  EXPECT_EQ(ids("ghcr.io/acme/node:22"), "");
}

TEST(ImageAccounts, ADigestAloneTellsNoVariant) {
  const std::string digest = "@sha256:" + std::string(64, 'a');
  EXPECT_EQ(ids("postgres" + digest), "");
  EXPECT_EQ(ids("node" + digest), "1000:1000");
  EXPECT_EQ(tools("python" + digest), AccountTools::unknown);
  EXPECT_EQ(tools("debian" + digest), AccountTools::shadow);
}

TEST(ImageAccounts, KnowTheTools) {
  EXPECT_EQ(tools("alpine"), AccountTools::busybox);
  EXPECT_EQ(tools("python:3.13-alpine"), AccountTools::busybox);
  EXPECT_EQ(tools("python:3.13-slim"), AccountTools::shadow);
  EXPECT_EQ(tools("rockylinux:9"), AccountTools::shadow);
  EXPECT_EQ(tools("rockylinux:9-minimal"), AccountTools::unknown);
  EXPECT_EQ(tools("eclipse-temurin:21-ubi9-minimal"), AccountTools::unknown);
  EXPECT_EQ(tools("tomcat:11-jdk21-corretto"), AccountTools::unknown);
  EXPECT_EQ(tools("amazonlinux:2023"), AccountTools::unknown);
  EXPECT_EQ(tools("acme/base:1"), AccountTools::unknown);
}

}  // namespace
}  // namespace plimsoll::rules
