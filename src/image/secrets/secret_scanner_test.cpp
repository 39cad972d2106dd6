// What is found beside the forms of the tables, what is not, and that neither the pieces that a
// file comes in nor its place change what is found.
#include "image/secrets/secret_scanner.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/text.h"
#include "image/secrets/config_secrets.h"
#include "support/made_secrets.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

std::string_view word_of(SecretCertainty certainty) {
  switch (certainty) {
    case SecretCertainty::certain: return "certain";
    case SecretCertainty::likely: return "likely";
    case SecretCertainty::doubtful: return "doubtful";
    case SecretCertainty::example: return "example";
  }
  return "";
}

// "LINE KIND CERTAINTY NAME", one a secret.
std::string found_in(std::string_view path, const std::string& text, std::size_t piece = 1 << 20) {
  static SecretScanner scanner;
  scanner.begin(path);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    scanner.push(std::string_view(text).substr(at, piece));
  }
  std::vector<std::string> out;
  for (const FoundSecret& secret : scanner.end()) {
    out.push_back(concat(std::to_string(secret.line), " ", secret.kind->name, " ",
                         word_of(secret.certainty), secret.name.empty() ? "" : " ", secret.name));
  }
  for (const Error& error : scanner.take_errors()) out.push_back(concat("error: ", error.message));
  return join(out, "; ");
}

std::string base64(std::string_view text) {
  std::string out(text.size() * 4 / 3 + 5, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64_url(std::string_view text) {
  std::string out = base64(text);
  while (out.ends_with('=')) out.pop_back();
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  return out;
}

// Keys made by OpenSSL for this run.
class Keys : public testing::Test {
 protected:
  using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

  static Key make(const char* type) {
    if (std::string_view(type) == "RSA") {
      return {EVP_PKEY_Q_keygen(nullptr, nullptr, type, std::size_t{2048}), EVP_PKEY_free};
    }
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, type, "P-256"), EVP_PKEY_free};
  }
  template <class Write>
  static std::string written(Write write) {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  static std::string pkcs8(const Key& key, const char* passphrase = nullptr) {
    return written([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(out, key.get(),
                                    passphrase == nullptr ? nullptr : EVP_aes_256_cbc(), nullptr, 0,
                                    nullptr, const_cast<char*>(passphrase));
    });
  }
  static std::string traditional(const Key& key, const char* passphrase = nullptr) {
    return written([&](BIO* out) {
      PEM_write_bio_PrivateKey_traditional(out, key.get(),
                                           passphrase == nullptr ? nullptr : EVP_aes_256_cbc(),
                                           nullptr, 0, nullptr, const_cast<char*>(passphrase));
    });
  }
  static std::string public_half(const Key& key) {
    return written([&](BIO* out) { PEM_write_bio_PUBKEY(out, key.get()); });
  }
  static std::string in_one_line(const std::string& pem) {
    std::string out;
    for (const char c : pem) out += c == '\n' ? std::string("\\n") : std::string(1, c);
    return out;
  }
};

TEST_F(Keys, AreToldByWhatTheyHold) {
  const Key rsa = make("RSA");
  const Key ec = make("EC");
  EXPECT_EQ(found_in("app/a.pem", pkcs8(rsa)), "1 private-key certain");
  EXPECT_EQ(found_in("app/a.pem", pkcs8(ec)), "1 private-key certain");
  EXPECT_EQ(found_in("app/a.pem", traditional(rsa)), "1 rsa-private-key certain");
  EXPECT_EQ(found_in("app/a.pem", traditional(ec)), "1 ec-private-key certain");
  EXPECT_EQ(found_in("app/a.pem", pkcs8(rsa, "pass")), "1 encrypted-private-key doubtful");
  EXPECT_EQ(found_in("app/a.pem", traditional(rsa, "pass")), "1 encrypted-private-key doubtful");
  EXPECT_EQ(found_in("app/a.pem", public_half(rsa)), "");
  EXPECT_EQ(found_in("app/tests/a.pem", pkcs8(rsa)), "1 private-key example");
  EXPECT_EQ(found_in("usr/lib/python3/x.pem", pkcs8(rsa)), "1 private-key example");
}

TEST_F(Keys, AreNoKeysWithTheWrongBytes) {
  const Key rsa = make("RSA");
  std::string relabelled = public_half(rsa);
  for (std::size_t at = relabelled.find("PUBLIC"); at != std::string::npos;
       at = relabelled.find("PUBLIC")) {
    relabelled.replace(at, 6, "PRIVATE");
  }
  EXPECT_EQ(found_in("app/a.pem", relabelled), "");
  const std::string whole = pkcs8(rsa);
  EXPECT_EQ(found_in("app/a.pem", whole.substr(0, whole.size() / 2)), "");
  EXPECT_EQ(found_in("app/a.c", "x = \"-----BEGIN PRIVATE KEY-----\\n\";"), "");
}

TEST_F(Keys, AreFoundInJsonAndInBase64) {
  const Key rsa = make("RSA");
  EXPECT_EQ(found_in("app/a.json", concat("{\"type\": \"service_account\",\n\"private_key\": \"",
                                          in_one_line(pkcs8(rsa)), "\"}")),
            "2 google-service-account-key certain");
  EXPECT_EQ(found_in("app/a.json", concat("{\"k\": \"", in_one_line(traditional(rsa)), "\"}")),
            "1 rsa-private-key certain");
  EXPECT_EQ(found_in("root/.kube/config", concat("client-key-data: ", base64(pkcs8(rsa)), "\n")),
            "1 encoded-private-key certain");
  EXPECT_EQ(found_in("root/.kube/config", concat("ca-data: ", base64(public_half(rsa)), "\n")), "");
}

TEST_F(Keys, AreFoundAcrossTheBorderOfABlock) {
  const Key rsa = make("RSA");
  for (const std::size_t before : {secret_block_bytes - 1700, secret_block_bytes - 3,
                                   secret_block_bytes, 3 * secret_block_bytes - 10}) {
    const std::string text = concat(std::string(before - 1, 'x'), "\n", pkcs8(rsa));
    EXPECT_EQ(found_in("app/a", text), "2 private-key certain") << before;
    EXPECT_EQ(found_in("app/a", text, 1000), "2 private-key certain") << before;
  }
}

TEST(BinaryKeys, AreToldByTheirFirstBytes) {
  const std::string padding(100, '\0');
  const auto java = [&](char tag) {
    return concat(std::string("\xFE\xED\xFE\xED\0\0\0\2\0\0\0\1\0\0\0", 15), std::string(1, tag),
                  padding);
  };
  EXPECT_EQ(found_in("app/a.jks", java(1)), "0 java-key-store doubtful");
  EXPECT_EQ(found_in("app/a.jks", java(2)), "");  // certificates
  EXPECT_EQ(found_in("app/a.kdbx", concat("\x03\xD9\xA2\x9A", padding)),
            "0 keepass-database doubtful");
  EXPECT_EQ(found_in("usr/lib/a.kdbx", concat("\x03\xD9\xA2\x9A", padding)), "");
}

TEST(Tokens, OfTheWebAreDecoded) {
  test::MadeSecrets made;
  const auto token = [&](const std::string& header, const std::string& claims) {
    return concat(base64_url(header), ".", base64_url(claims), ".", made.text_of(letters, 43));
  };
  const std::string head = R"({"alg":"HS256","typ":"JWT"})";
  EXPECT_EQ(found_in("app/x", token(head, R"({"sub":"1234"})")), "1 json-web-token likely");
  EXPECT_EQ(found_in("app/x", token(head, R"({"iss":"kubernetes/serviceaccount","sub":"a"})")),
            "1 kubernetes-service-account-token certain");
  EXPECT_EQ(found_in("app/x", token(head, R"({"iss":"supabase","role":"service_role"})")),
            "1 supabase-service-role-key certain");
  EXPECT_EQ(found_in("app/x", token(head, R"({"iss":"supabase","role":"anon"})")), "");
  EXPECT_EQ(found_in("app/x", token(R"({"typ":"JWT"})", R"({"sub":"1"})")), "");
  EXPECT_EQ(found_in("app/x", concat(base64_url(head), ".", base64_url(R"({"sub":"1"})"), ".")),
            "");
  EXPECT_EQ(found_in("app/README.md", token(head, R"({"sub":"1"})")), "1 json-web-token example");
}

TEST(Addresses, WithAPassword) {
  for (const auto& [text, found] : std::vector<std::pair<std::string, std::string>>{
           {"postgres://app:Tr0ub4dor@db:5432/app", "1 postgres-password certain"},
           {"mysql://root:Tr0ub4dor@db/app", "1 mysql-password certain"},
           {"mongodb+srv://u:Tr0ub4dor@c.mongodb.net", "1 mongodb-password certain"},
           {"redis://:Tr0ub4dor@cache:6379", "1 redis-password certain"},
           {"https://bot:Tr0ub4dor@git.acme.org/x.git", "1 http-password certain"},
           {"x+y://a:Tr0ub4dor@b", "1 address-password certain"},
           {"postgres://postgres:postgres@db/app", "1 postgres-password doubtful"},
           {"postgres://app:${DB_PASSWORD}@db/app", ""},
           {"postgres://app:<password>@db/app", ""},
           {"https://user:pass1word@example.com/", ""},
           {"https://host:8080/a@b", ""},
           {"https://git@github.com/x", ""},
           {"http://a:b c@d", ""}}) {
    EXPECT_EQ(found_in("app/settings.py", concat("url = \"", text, "\"\n")), found) << text;
  }
  const std::string line = "postgres://app:Tr0ub4dor@db/app";
  EXPECT_EQ(found_in("usr/share/doc/x", line), "");
  EXPECT_EQ(found_in("app/README.md", line), "");
  EXPECT_EQ(found_in("root/.git-credentials", "https://me:Tr0ub4dor@git.acme.org\n"),
            "1 http-password certain");
}

TEST(Names, CountByWhereTheyStand) {
  test::MadeSecrets made;
  const std::string random = made.text_of(letters, 40);
  struct Row {
    std::string path;
    std::string text;
    std::string found;
  };
  for (const auto& [path, text, found] : std::vector<Row>{
           {"app/.env", "DB_PASSWORD=Tr0ub4dor\n", "1 password likely DB_PASSWORD"},
           {"app/.env", "DB_PASSWORD=swordfish\n", "1 password likely DB_PASSWORD"},
           {"app/.env", "DB_PASSWORD=secret\n", "1 password doubtful DB_PASSWORD"},
           {"app/.env", "DB_PASSWORD=\n", ""},
           {"app/.env", "DB_PASSWORD=${OTHER}\n", ""},
           {"app/.env", "DB_PASSWORD=changeme\n", ""},
           {"app/.env", "DB_PASSWORD_FILE=/run/secrets/db\n", ""},
           {"app/.env.example", "DB_PASSWORD=Tr0ub4dor\n", ""},
           {"app/.env", concat("# x\nSESSION_SECRET=", random, "\n"),
            "2 secret-value likely SESSION_SECRET"},
           {"app/config.yaml", "db:\n  password: Tr0ub4dor\n", "2 password likely password"},
           {"app/config.yaml", "password: string\n", ""},
           {"app/config.yaml", "password: Passwort\n", ""},
           {"app/config.yaml", "# password: Tr0ub4dor\n", ""},
           {"app/config.json", "{\"password\": \"Tr0ub4dor\"}", "1 password likely password"},
           {"app/config.json", "{\"password\": \"Enter a password\"}", ""},
           {"app/web.xml", "<password>Tr0ub4dor</password>", "1 password likely password"},
           {"app/x.properties", "db.password = Tr0ub 4dor; x\n", ""},
           {"app/locale/de.json", "{\"password\": \"K3nnwort\"}", ""},
           {"usr/share/x/config.yaml", "password: Tr0ub4dor\n", ""},
           {"app/node_modules/x/config.json", "{\"password\": \"Tr0ub4dor\"}", ""},
           {"app/main.py", concat("SECRET_KEY = '", random, "'\n"),
            "1 secret-value doubtful SECRET_KEY"},
           {"app/main.py", concat("SECRET_KEY = read(", random, ")\n"), ""},
           {"app/main.py", "password = form['password']\n", ""},
           {"app/main.py", "password = 'Tr0ub4dor-99'\n", "1 password doubtful password"},
           {"app/main.py", "if password == 'Tr0ub4dor-99':\n", ""},
           {"app/wp-config.php", "define('DB_PASSWORD', 'Tr0ub4dor');\n",
            "1 password likely DB_PASSWORD"},
           {"root/.netrc", "machine a login b password Tr0ub4dor\n", "1 password likely password"},
           {"root/.pgpass", "db:5432:app:me:Tr0ub4dor\n*:*:*:*:*x\n# a:b:c:d:e\n",
            "1 pgpass-password certain me; 2 pgpass-password certain *"},
           {"root/.docker/config.json",
            concat("{\"auths\":{\"r\":{\"auth\":\"", base64("me:Tr0ub4dor"), "\"}}}"),
            "1 docker-registry-auth certain auth"},
           {"root/.npmrc", concat("_auth=", base64("me:Tr0ub4dor"), "\n"),
            "1 npm-registry-auth certain _auth"},
           {"app/k8s.yaml",
            concat("---\napiVersion: v1\nkind: Secret\ndata:\n  user: ", base64("admin"),
                   "\n  password: ", base64("Tr0ub4dor"),
                   "\nstringData:\n  api-token: 'Tr0ub4dor'\n  url: ${URL}\n---\nkind: X\n"),
            "6 kubernetes-secret likely password; 8 kubernetes-secret likely api-token"},
           {"app/k8s.yaml", "kind: SecretStore\nspec:\n  a: b\n", ""},
           {"etc/shadow", concat("root:*:1::\nme:$6$ab$", random, ":19000:0:99999:7:::\n"),
            "2 password-hash doubtful me"},
           {"app/call.sh", concat("curl -H 'Authorization: Bearer ", random, "'\n"),
            "1 bearer-token likely"},
           {"app/call.sh", "curl -H 'Authorization: Bearer $TOKEN'\n", ""},
           {"app/call.sh", concat("curl -H 'Authorization: Basic ", base64("me:Tr0ub4dor"), "'\n"),
            "1 basic-credentials likely"}}) {
    EXPECT_EQ(found_in(path, text), found) << path << ": " << text;
  }
}

TEST(Files, ThatAreNoTextHoldTokensOfTheirOwn) {
  test::MadeSecrets made;
  const std::string token = made.value_of("slack-bot-token");
  const std::string program = concat(std::string("\x7f"
                                                 "ELF\0\0",
                                                 6),
                                     "x \"", token, "\" DB_PASSWORD=Tr0ub4dor");
  EXPECT_EQ(found_in("app/server", program), "1 slack-bot-token certain");
  EXPECT_EQ(found_in("usr/bin/server", program), "");
}

TEST(Files, OfAnyPiecesAreTheSame) {
  test::MadeSecrets made;
  std::string text;
  while (text.size() < 3 * secret_block_bytes) {
    text += concat("line ", made.text_of(letters, 50), "\n");
    if (text.size() % 7 == 0) text += concat("t='", made.value_of("gitlab-personal-token"), "'\n");
  }
  const std::string whole = found_in("app/x", text);
  EXPECT_TRUE(whole.contains("gitlab-personal-token")) << whole;
  for (const std::size_t piece : {97u, 4096u, 65536u, 131072u, 200001u}) {
    EXPECT_EQ(found_in("app/x", text, piece), whole) << piece;
  }
}

TEST(Files, WithTooManySaySo) {
  test::MadeSecrets made;
  std::string text;
  for (int i = 0; i < 150; ++i) text += concat(made.value_of("gitlab-personal-token"), "\n");
  EXPECT_TRUE(found_in("app/x", text)
                  .ends_with("error: holds more than 100 secrets; the rest is left out"));
  std::string marks;
  for (int i = 0; i < 9000; ++i) marks += "password ";
  EXPECT_EQ(found_in("app/x", marks),
            "error: holds more that may be secrets than is looked at; the rest is left out");
}

TEST(Fingerprints, AreOfTheValueOrOfThePlace) {
  test::MadeSecrets made;
  SecretScanner scanner;
  const auto print_of = [&](std::string_view path, const std::string& text) {
    scanner.begin(path);
    scanner.push(text);
    return scanner.end().at(0).fingerprint;
  };
  const std::string token = made.value_of("gitlab-personal-token");
  EXPECT_EQ(print_of("a", token), print_of("b/c", concat("\n\nx=", token)));
  EXPECT_NE(print_of("a", token), print_of("a", made.value_of("gitlab-personal-token")));
  // Nothing of a password is in it: another password at the same place has the same.
  EXPECT_EQ(print_of("a/.env", "PASSWORD=Tr0ub4dor"), print_of("a/.env", "PASSWORD=swordfish9"));
  EXPECT_NE(print_of("a/.env", "PASSWORD=Tr0ub4dor"), print_of("b/.env", "PASSWORD=Tr0ub4dor"));
  EXPECT_EQ(print_of("a", token).size(), 16u);
  scanner.begin("root/.netrc");
  scanner.push("machine a login b password Tr0ub4dor\nmachine c login d password Tr0ub4dor\n");
  const std::vector<FoundSecret> two = scanner.end();
  ASSERT_EQ(two.size(), 2u);
  EXPECT_NE(two[0].fingerprint, two[1].fingerprint);
}

TEST(ConfigSecrets, BecomeStars) {
  test::MadeSecrets made;
  const std::string token = made.value_of("gitlab-personal-token");
  const std::string plain =
      concat(R"({"config":{"Env":["PATH=/bin","DB_PASSWORD=Tr0ub4dor","X=)", token,
             R"("],"Cmd":["app","--password","Tr0ub4dor"],"Labels":{"api-token":")", token,
             R"("}},"history":[{"created_by":"RUN |1 TOKEN=)", token,
             R"( /bin/sh -c make"},{"created_by":"ENV DB_PASSWORD=Tr0ub4dor"},)",
             R"({"created_by":"RUN curl -u \"me\" https://me:Tr0ub4dor@git.acme.org/"}]})");
  Sources sources;
  const Source& original = sources.add("image!config", plain);
  const ConfigSecrets hidden = hide_config_secrets(original, sources);
  std::vector<std::string> lines;
  for (const ImageSecret& secret : hidden.found) {
    lines.push_back(
        concat(secret.part, ": ", secret.kind, " ", secret.name, " ", secret.at.text()));
  }
  // X is one that secret-in-environment knows; DB_PASSWORD is in the environment still.
  EXPECT_EQ(lines,
            (std::vector<std::string>{
                "command: password password \"***\"",
                "label api-token: gitlab-personal-token  \"***\"",
                "history: gitlab-personal-token  \"RUN |1 TOKEN=*** /bin/sh -c make\"",
                "history: http-password  \"RUN curl -u \\\"me\\\" https://me:***@git.acme.org/\"",
            }));
  const std::string text(hidden.source->text());
  EXPECT_EQ(text.find("ENV DB_PASSWORD=Tr0ub4dor"), std::string::npos);
  EXPECT_EQ(text.find(token), text.rfind(token));  // the variable's, which its rule judges
}

TEST(ConfigSecrets, LeaveOthersAsTheyAre) {
  Sources sources;
  const Source& original = sources.add(
      "c", R"({"config":{"Env":["GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568"]},)"
           R"("history":[{"created_by":"RUN apt-get install -y libsecret-1-0 # buildkit"},)"
           R"({"created_by":"RUN --mount=type=secret,id=token cat /run/secrets/token"}]})");
  const ConfigSecrets hidden = hide_config_secrets(original, sources);
  EXPECT_EQ(hidden.source, &original);
  EXPECT_TRUE(hidden.found.empty());
  const Source& broken = sources.add("c", R"({"config": PASSWORD=Tr0ub4dor)");
  EXPECT_EQ(hide_config_secrets(broken, sources).source->text(), R"({"config": PASSWORD=***)");
}

}  // namespace
}  // namespace plimsoll::image
