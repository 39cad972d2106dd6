#include "rules/support/known_images.h"

#include <gtest/gtest.h>

#include <string>

namespace plimsoll::rules {
namespace {

ImageUser user(std::string_view text) {
  return user_of(*parse_image_reference(text));
}

TEST(KnownImages, TellTheConfiguredUser) {
  EXPECT_EQ(user("alpine:3.20"), ImageUser::root);
  EXPECT_EQ(user("docker.io/library/alpine"), ImageUser::root);
  EXPECT_EQ(user("public.ecr.aws/docker/library/node:22"), ImageUser::root);
  EXPECT_EQ(user("postgres:17"), ImageUser::root_then_drops);
  EXPECT_EQ(user("grafana/grafana:11.2.0"), ImageUser::non_root);
  EXPECT_EQ(user("acme/web"), ImageUser::unknown);
  EXPECT_EQ(user("acme/postgres"), ImageUser::unknown);
  EXPECT_EQ(user("ghcr.io/acme/alpine"), ImageUser::unknown);
  EXPECT_EQ(user("lscr.io/linuxserver/plex"), ImageUser::root_then_drops);
}

TEST(KnownImages, ConsiderTheTag) {
  EXPECT_EQ(user("gcr.io/distroless/static"), ImageUser::root);
  EXPECT_EQ(user("gcr.io/distroless/static-debian12:nonroot"), ImageUser::non_root);
  EXPECT_EQ(user("gcr.io/distroless/base:debug-nonroot"), ImageUser::non_root);
  EXPECT_EQ(user("haproxy:3.0"), ImageUser::non_root);
  EXPECT_EQ(user("haproxy:2.4-alpine"), ImageUser::non_root);
  EXPECT_EQ(user("haproxy:2.3"), ImageUser::unknown);
  EXPECT_EQ(user("haproxy"), ImageUser::non_root);
  EXPECT_EQ(user("elasticsearch:7.17.0"), ImageUser::unknown);
  EXPECT_EQ(user("mariadb:11.4"), ImageUser::root_then_drops);
  EXPECT_EQ(user("mariadb:11.4-ubi9"), ImageUser::non_root);
  EXPECT_EQ(user("wordpress:cli-php8.3"), ImageUser::non_root);
  EXPECT_EQ(user("mcr.microsoft.com/dotnet/aspnet:8.0"), ImageUser::root);
  EXPECT_EQ(user("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled"), ImageUser::non_root);
  EXPECT_EQ(user("mcr.microsoft.com/dotnet/aspnet:10.0-azurelinux3.0-distroless"),
            ImageUser::non_root);
  EXPECT_EQ(user("percona:8.0"), ImageUser::non_root);
  const std::string digest = "@sha256:" + std::string(64, 'a');
  EXPECT_EQ(user("gcr.io/distroless/static" + digest), ImageUser::unknown);
  EXPECT_EQ(user("nginx" + digest), ImageUser::root);
}

const KnownImage* row(std::string_view text) {
  return known_image(*parse_image_reference(text));
}

TEST(KnownImages, AreFoundUnderEachOfTheirNames) {
  EXPECT_NE(row("elasticsearch:9"), nullptr);
  EXPECT_EQ(row("docker.elastic.co/elasticsearch/elasticsearch:9"), row("elasticsearch:9"));
  EXPECT_EQ(row("quay.io/prometheus/prometheus"), row("prom/prometheus"));
  EXPECT_EQ(row("quay.io/docker/library/redis"), row("redis"));
  EXPECT_EQ(row("mirror.gcr.io/library/redis"), row("docker.io/library/redis"));
  EXPECT_EQ(row("ghcr.io/linuxserver/plex"), row("linuxserver/sonarr"));
  EXPECT_EQ(row("library.example/redis"), nullptr);
  EXPECT_EQ(row("linuxserver.example/linuxserver/plex"), nullptr);
  EXPECT_EQ(row("registry.example/" + std::string(200, 'a')), nullptr);
}

TEST(KnownImages, HaveTheNarrowestRow) {
  EXPECT_EQ(row("cgr.io/chainguard/wolfi-base")->user, ImageUser::root);
  EXPECT_EQ(row("cgr.io/chainguard/redis")->user, ImageUser::unknown);
  EXPECT_EQ(row("php:8.4-fpm-alpine")->tag, "fpm");
  EXPECT_EQ(row("php:8.4-apache")->tag, "apache");
  EXPECT_EQ(row("php:8.4")->tag, "");
  EXPECT_EQ(row("php:8.4")->name, "php");
}

TEST(KnownImages, ReadVersionsOfTags) {
  EXPECT_EQ(version_of_tag("v3.11-alpine").major, 3);
  EXPECT_EQ(version_of_tag("v3.11-alpine").minor, 11);
  EXPECT_EQ(version_of_tag("17").minor, -1);
  EXPECT_EQ(version_of_tag("latest").major, -1);
  EXPECT_EQ(version_of_tag("").major, -1);
  EXPECT_GT(version_of_tag("99999999999999999999").major, 0);
}

}  // namespace
}  // namespace plimsoll::rules
