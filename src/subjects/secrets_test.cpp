#include "subjects/secrets.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace plimsoll {
namespace {

TEST(Secrets, NamesThatHoldOne) {
  for (const char* name : {"PASSWORD",
                           "DB_PASSWORD",
                           "MYSQL_ROOT_PASSWORD",
                           "PGPASSWORD",
                           "dbPassword",
                           "DBPassword",
                           "db-passwd",
                           "SMTP_PASS",
                           "MYSQL_PWD",
                           "PASSWORD2",
                           "API_KEY",
                           "apiKey",
                           "APIKEY",
                           "STRIPE_API_KEY",
                           "AWS_SECRET_ACCESS_KEY",
                           "MINIO_SECRET_KEY",
                           "SECRET_KEY_BASE",
                           "PRIVATE_KEY",
                           "JWT_SECRET",
                           "CLIENT_SECRET",
                           "GITHUB_TOKEN",
                           "TS_AUTHKEY",
                           "AUTHTOKEN",
                           "N8N_ENCRYPTION_KEY",
                           "APP_KEY",
                           "WORDPRESS_AUTH_KEY",
                           "WORDPRESS_AUTH_SALT",
                           "CREDENTIALS",
                           "AIRFLOW__CORE__FERNET_KEY",
                           "SSH_PASSPHRASE",
                           "GF_SECURITY_ADMIN_PASSWORD",
                           "SECRET_MANAGER_TOKEN",
                           "spring.datasource.password"}) {
    EXPECT_TRUE(secret_name(name)) << name;
  }
}

TEST(Secrets, NamesThatSpeakAboutOne) {
  for (const char* name : {"",
                           "DB_PASSWORD_FILE",
                           "PASSWORD_PATH",
                           "TOKEN_URL",
                           "SECRET_NAME",
                           "GOPASS_VERSION",
                           "libcrypto3",
                           "LIBCRYPTO3_VERSION",
                           "GPG_KEY",
                           "GPG_KEYS",
                           "AWS_ACCESS_KEY_ID",
                           "KEY_ID",
                           "SIGNING_KEY_ID",
                           "TOKEN_EXPIRY",
                           "JWT_ACCESS_TOKEN_EXPIRES_IN",
                           "PASSWORD_MIN_LENGTH",
                           "NEXT_PUBLIC_API_KEY",
                           "STRIPE_PUBLISHABLE_KEY",
                           "SSH_AUTH_SOCK",
                           "PWD",
                           "OLDPWD",
                           "BYPASS",
                           "COMPASS",
                           "PASSENGER_APP_ENV",
                           "TOKENIZERS_PARALLELISM",
                           "MAX_TOKENS",
                           "KEYBOARD",
                           "MONKEY",
                           "SORT_KEY",
                           "AUTHOR",
                           "AUTH_TYPE",
                           "AUTH_URL",
                           "access.log",
                           "SECRETARY",
                           "PASSWORDLESS",
                           "TOKEN_TTL",
                           "POSTGRES_USER",
                           "PASSWORD_RESET_URL",
                           "PASSWORD_HASHERS",
                           "PASSWORD_AUTHENTICATION",
                           "LDAP_BIND_PASSWORD_ENCRYPTION",
                           "USE_TOKEN_CACHE",
                           "GIT_CREDENTIAL_HELPER"}) {
    EXPECT_FALSE(secret_name(name)) << name;
  }
  EXPECT_FALSE(secret_name(std::string(100000, 'P')));
}

TEST(Secrets, WrittenByName) {
  const auto by_name = [](std::string_view name, std::string_view value) {
    return written_secret(name, value).has_value();
  };
  EXPECT_TRUE(by_name("DB_PASSWORD", "hunter2"));
  EXPECT_TRUE(by_name("DB_PASSWORD", "changeme"));
  EXPECT_TRUE(by_name("DB_PASSWORD", "123456"));
  EXPECT_TRUE(by_name("DB_PASSWORD", "pa$$word"));
  EXPECT_TRUE(by_name("NEO4J_AUTH", "neo4j/hunter2"));
  EXPECT_TRUE(by_name("SECRET_KEY", "/abc+def=="));
  for (const char* value : {"",
                            " ",
                            "${DB_PASSWORD}",
                            "$DB_PASSWORD",
                            "$(cat /x)",
                            "{{ password }}",
                            "<your password>",
                            "/run/secrets/db",
                            "./secret.txt",
                            "file:///etc/x",
                            "op://vault/db",
                            "vault:db#password",
                            "arn:aws:secretsmanager:eu-west-1:1:secret:x",
                            "true",
                            "No",
                            "0",
                            "1",
                            "none",
                            "__PASSWORD__",
                            "[YOUR_OWN_VALUE]",
                            "https://vault.example/v1/db"}) {
    EXPECT_FALSE(by_name("DB_PASSWORD", value)) << value;
  }
  EXPECT_FALSE(by_name("TOKEN_EXPIRY", "3600"));
  EXPECT_FALSE(by_name("REFRESH_TOKEN", "3600"));
  EXPECT_FALSE(by_name("JWT_SECRET", "15m"));
  EXPECT_FALSE(by_name("MYSQL_RANDOM_ROOT_PASSWORD", "yes"));
  EXPECT_FALSE(by_name("NEO4J_AUTH", "none"));
  EXPECT_FALSE(by_name("SMTP_AUTH", "plain"));
  EXPECT_FALSE(by_name("GPG_KEY", "7169605F62C751356D054A26A821E680E5FA6305"));
  EXPECT_FALSE(by_name("COLOUR", "hunter2"));
}

// Written in halves, so that no scanner of this repository takes them for real ones.
TEST(Secrets, WrittenByForm) {
  const auto kind = [](const std::string& value) {
    const std::optional<WrittenSecret> found = written_secret("X", value);
    return found && found->evidence == WrittenSecret::Evidence::value ? std::string(found->kind)
                                                                      : std::string();
  };
  EXPECT_EQ(kind(concat("AKIA", "QWERTYUIOP123456")), "an AWS access key");
  EXPECT_EQ(kind(concat("AKIA", "IOSFODNN7EXAMPLE")), "");
  EXPECT_EQ(kind(concat("AKIA", "QWERTYUIOP1234567")), "");
  EXPECT_EQ(kind(concat("token ghp", "_", std::string(36, 'a'))), "a GitHub token");
  EXPECT_EQ(kind(concat("xghp", "_", std::string(36, 'a'))), "");
  EXPECT_EQ(kind(concat("glpat", "-", std::string(20, 'b'))), "a GitLab token");
  EXPECT_EQ(kind(concat("xoxb", "-", std::string(24, '1'))), "a Slack token");
  EXPECT_EQ(kind("-----BEGIN RSA PRIVATE"
                 " KEY-----\nMIIE"),
            "a private key");
  EXPECT_EQ(kind("-----BEGIN PUBLIC KEY-----\nMIIE"), "");
  EXPECT_EQ(kind("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + std::string(43, 'c')),
            "a JSON web token");
  EXPECT_EQ(kind("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."), "");
  EXPECT_EQ(kind("postgres://app:hunter2@db/app"), "a URL with a password");
  EXPECT_EQ(kind("redis://:hunter2@cache:6379"), "a URL with a password");
  EXPECT_EQ(kind("--index-url https://u:p@host/simple"), "a URL with a password");
  EXPECT_EQ(kind("postgres://app:${PASSWORD}@db/app"), "");
  EXPECT_EQ(kind("postgres://app:$PASSWORD@db/app"), "");
  EXPECT_EQ(kind("postgres://app@db/app"), "");
  EXPECT_EQ(kind("https://host:8080/a@b"), "");
  EXPECT_EQ(kind("http://host/?mail=a:b@c"), "");
}

TEST(Secrets, SaysWhereAFormStands) {
  const std::optional<SecretForm> found = find_secret_form("url=postgres://a:b@db");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 15u);
  EXPECT_EQ(found->size, 3u);
}

TEST(Secrets, IsLinearInHostileText) {
  EXPECT_FALSE(find_secret_form(std::string(1u << 20, ':')));
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "a://";
  EXPECT_FALSE(find_secret_form(text));
  text.clear();
  for (int i = 0; i < 100000; ++i) text += " eyJa.eyJ";
  EXPECT_FALSE(find_secret_form(text));
}

}  // namespace
}  // namespace plimsoll
