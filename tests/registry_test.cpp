// `plimsoll image registry://…` against a real registry: what is read there is what is read of the
// same image on the disk.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "support/documented_commands.h"
#include "support/program.h"
#include "support/repository.h"
#include "support/test_certificates.h"
#include "support/test_image.h"
#include "support/test_registry.h"
#include "support/token_server.h"

namespace plimsoll::test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

// The standard output of a shell command.
std::string output_of(const std::string& line) {
  const Ended ended = run_shell(line);
  EXPECT_EQ(ended.exit_code, 0) << line << "\n" << ended.errors;
  return ended.output;
}

// An image with something to find in each layer, in a layout that skopeo takes.
class ImageOfRegistry : public RegistryTest {
 protected:
  static std::string compressed(const std::string& program, const std::string& tar) {
    const TemporaryDirectory directory;
    return output_of(concat(program, " < ", directory.write("plain", tar)));
  }
  static TestLayer layer(const std::string& program, const std::string& path) {
    const std::string tar =
        TarText()
            .file("var/lib/dpkg/status",
                  "Package: base-files\nStatus: install ok installed\nVersion: 12.4\n"
                  "Architecture: all\n")
            .file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
            .file(path, "", 04755)
            .text();
    return {tar, program.empty() ? "" : compressed(program, tar)};
  }
  // Adds an image, and makes it what the layout is of.
  std::string add_image(const std::string& architecture = "amd64",
                        const std::string& variant = "") {
    const std::vector<TestLayer> layers{layer("gzip -nc", "bin/one"), layer("zstd -qc", "bin/two"),
                                        layer("", "bin/" + architecture + variant)};
    return layout_.image(layers,
                         config_over(layers, R"({"Cmd":["sh"]})",
                                     R"(,"history":[{"created_by":"COPY one"},)"
                                     R"({"created_by":"ENV a=b","empty_layer":true},)"
                                     R"({"created_by":"COPY two"},{"created_by":"COPY three"}])",
                                     architecture));
  }
  std::string oci() const { return "oci:" + layout_.path(); }

  // What `plimsoll image` says of a target, with the target's name taken out.
  static std::string report(const std::string& target, const RunOptions& options = {},
                            std::vector<std::string> more = {}) {
    std::vector<std::string> words{"image", target, "--fail-on", "never"};
    words.insert(words.end(), more.begin(), more.end());
    const Ended ended = run_plimsoll(words, options);
    EXPECT_EQ(ended.exit_code, 0) << target << "\n" << ended.errors;
    // The summary's name is the store's.
    std::string text = replaced(ended.output, target, "TARGET");
    if (ended.exit_code != 0) return text;
    const std::size_t summary = text.find('\n', text.find("1 image checked: ")) + 1;
    return text.substr(0, summary) + text.substr(text.find(" (", summary));
  }

  TestLayout layout_;
};

TEST_F(ImageOfRegistry, IsTheImageThatWasPushed) {
  const std::string digest = add_image();
  layout_.index({layout_.descriptor(digest)});
  const TestRegistry registry;
  registry.push(oci(), "team/app:1");
  const std::string read = report(registry.target("team/app:1"));
  EXPECT_EQ(read, report("oci://" + layout_.path()));
  EXPECT_TRUE(read.contains("bin/two is setuid root")) << read;
  EXPECT_TRUE(read.contains(": debian 12; 1 deb package; 3 layers with ")) << read;
  EXPECT_EQ(report(registry.target("team/app@" + digest)), read);
  // The tag is a name here, and the digest is what counts.
  EXPECT_EQ(report(registry.target("team/app:nothing@" + digest)), read);

  const Ended named = run_plimsoll({"image", registry.target("team/app:1")});
  EXPECT_TRUE(named.output.contains(concat("\n", registry.host(), "/team/app:1 (linux/amd64): ")))
      << named.output;
}

TEST_F(ImageOfRegistry, HasTheSameInventory) {
  const std::string digest = add_image();
  layout_.index({layout_.descriptor(digest)});
  const TestRegistry registry;
  registry.push(oci(), "app");
  const auto sbom = [&](const std::string& target, const std::string& format) {
    const Ended ended = run_plimsoll({"sbom", target, "-f", format},
                                     {.environment = {{"SOURCE_DATE_EPOCH", "1700000000"}}});
    EXPECT_EQ(ended.exit_code, 0) << ended.errors;
    EXPECT_TRUE(ended.output.contains("base-files")) << ended.output;
    return ended.output;
  };
  // The layout gives it the name that it has there.
  layout_.index(
      {layout_.descriptor(digest, concat(R"(,"annotations":{"io.containerd.image.name":")",
                                         registry.host(), R"(/app:latest"})"))});
  for (const char* format : {"cyclonedx", "spdx"}) {
    EXPECT_EQ(sbom(registry.target("app"), format), sbom("oci://" + layout_.path(), format));
  }
}

// The engine's own format, as old versions of docker push it.
TEST_F(ImageOfRegistry, MayBeOfSchemaTwo) {
  const std::vector<TestLayer> layers{layer("gzip -nc", "bin/one"), layer("gzip -nc", "bin/two")};
  layout_.index({layout_.descriptor(layout_.image(layers, config_over(layers)))});
  const TestRegistry registry;
  registry.push(oci(), "app:2", "--format v2s2");
  const std::string manifest = output_of(
      concat("skopeo inspect --raw --tls-verify=false docker://", registry.host(), "/app:2"));
  EXPECT_TRUE(manifest.contains("application/vnd.docker.distribution.manifest.v2+json"));
  const std::string read = report(registry.target("app:2"));
  EXPECT_TRUE(read.contains("bin/two is setuid root")) << read;
  EXPECT_TRUE(read.contains("2 layers")) << read;
}

TEST_F(ImageOfRegistry, IsChosenByPlatform) {
  std::vector<std::string> images;
  for (const auto& [architecture, variant] : {std::pair("amd64", ""), std::pair("arm64", "v8"),
                                              std::pair("arm", "v6"), std::pair("arm", "v7")}) {
    images.push_back(layout_.descriptor(
        add_image(architecture, variant),
        concat(R"(,"platform":{"os":"linux","architecture":")", architecture, "\"",
               *variant == '\0' ? "" : concat(",\"variant\":\"", variant, "\""), "}")));
  }
  layout_.index(
      {layout_.descriptor(layout_.blob(TestLayout::index_text(images), TestLayout::index_type))});
  const TestRegistry registry;
  registry.push(oci(), "app:many");
  const std::string target = registry.target("app:many");
  for (const char* platform : {"amd64", "linux/amd64", "arm64", "linux/arm64", "arm64/v8"}) {
    const std::string read = report(target, {}, {"--platform", platform});
    EXPECT_EQ(read, report("oci://" + layout_.path(), {}, {"--platform", platform}));
    EXPECT_TRUE(read.contains(
        concat(" (linux/", std::string_view(platform).contains("arm64") ? "arm64" : "amd64")))
        << read;
  }
  for (const auto& [platform, file] :
       {std::pair("arm", "/bin/armv6"), std::pair("linux/arm/v7", "/bin/armv7"),
        std::pair("arm/v6", "/bin/armv6")}) {
    EXPECT_TRUE(report(target, {}, {"--platform", platform}).contains(file)) << platform;
  }
  const Ended none = run_plimsoll({"image", target, "--platform", "s390x"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.errors,
            concat(target,
                   ": error: holds no image for linux/s390x\n  hint: it has linux/amd64, "
                   "linux/arm64/v8, linux/arm/v6, linux/arm/v7; --platform chooses\n"));
  EXPECT_EQ(run_plimsoll({"image", target, "--platform", "linux/"}).errors,
            "error: \"linux/\" is no platform\n"
            "  hint: it is one such as arm64, linux/amd64 or linux/arm/v7\n");
}

TEST_F(ImageOfRegistry, AloneIsForItsOwnPlatform) {
  layout_.index({layout_.descriptor(add_image("arm64"))});
  const TestRegistry registry;
  registry.push(oci(), "app");
  EXPECT_TRUE(report(registry.target("app")).contains(" (linux/arm64)"));
  const Ended other = run_plimsoll({"image", registry.target("app"), "--platform", "amd64"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_EQ(other.errors, concat(registry.target("app"),
                                 ": error: is no image for linux/amd64 but for linux/arm64\n"));
}

TEST_F(ImageOfRegistry, MayBeMadeByUmoci) {
  const TemporaryDirectory directory;
  directory.write("motd", "hello");
  output_of(concat("cd ", directory.path(),
                   " && umoci init --layout lay && umoci new --image lay:1 && umoci insert "
                   "--rootless --image lay:1 motd /etc/motd && umoci config --image lay:1 "
                   "--config.user 1000"));
  const TestRegistry registry;
  registry.push("oci:" + directory.path() + "/lay:1", "app");
  EXPECT_EQ(report(registry.target("app")), report("oci://" + directory.path() + "/lay#1"));
}

TEST_F(ImageOfRegistry, IsComparedWithItsDigests) {
  const std::vector<TestLayer> layers{layer("", "bin/one")};
  layout_.index({layout_.descriptor(layout_.image(layers, config_over(layers)))});
  const TestRegistry registry;
  registry.push(oci(), "app", "--dest-compress-format gzip");
  const std::string manifest = output_of(
      concat("skopeo inspect --raw --tls-verify=false docker://", registry.host(), "/app"));
  // Of the same length: it is served as it lies there.
  const std::size_t at = manifest.rfind("sha256:");
  const std::string digest = manifest.substr(at, 71);
  output_of(
      concat("printf X | dd status=none conv=notrunc bs=1 seek=8 of=", registry.blob_path(digest)));
  const Ended image = run_plimsoll({"image", registry.target("app"), "--select", "layer-tampered"});
  EXPECT_TRUE(image.output.contains("critical: the image is not the one that the manifest names"))
      << image.output << image.errors;
  const Ended sbom = run_plimsoll({"sbom", registry.target("app")});
  EXPECT_EQ(sbom.exit_code, 3);
  EXPECT_TRUE(sbom.errors.contains("is not the layer that the manifest names")) << sbom.errors;
}

TEST_F(ImageOfRegistry, IsNotThere) {
  const TestRegistry registry;
  const Ended none = run_plimsoll({"image", registry.target("app:9")});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.errors, concat(registry.target("app:9"), ": error: http://", registry.host(),
                                " has no image app:9 (MANIFEST_UNKNOWN)\n"
                                "  hint: are the name and the tag right?\n"));
  // A bare name means the engine, which is not there either.
  const Ended bare = run_plimsoll({"image", "alpine:3", "-H", "unix:///nonexistent/docker.sock"});
  EXPECT_EQ(bare.exit_code, 2);
  EXPECT_TRUE(bare.errors.contains("plimsoll image registry://alpine:3 reads it from its registry"))
      << bare.errors;
}

// An artifact and other things that no container runs from.
TEST_F(ImageOfRegistry, IsAnImage) {
  const std::string artifact = layout_.blob(
      concat(R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)",
             R"("config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":")",
             layout_.blob("{}", "application/vnd.cncf.helm.config.v1+json"),
             R"(","size":2},"layers":[]})"));
  layout_.index({layout_.descriptor(artifact)});
  const TestRegistry registry;
  registry.push(oci(), "chart");
  EXPECT_EQ(run_plimsoll({"image", registry.target("chart")}).errors,
            concat(registry.target("chart"),
                   ": error: holds no image but an artifact of type "
                   "application/vnd.cncf.helm.config.v1+json\n"));
}

TEST_F(ImageOfRegistry, FetchesALayerOnce) {
  layout_.index({layout_.descriptor(add_image())});
  const TestRegistry registry;
  registry.push(oci(), "app");
  const TemporaryDirectory cache;
  const std::vector<std::string> command{"image", registry.target("app"), "--fail-on",
                                         "never", "--cache-dir",          cache.path()};
  const auto blobs_fetched = [&] {
    std::size_t count = 0;
    const std::string log = registry.log();
    for (std::size_t at = log.find("GET /v2/app/blobs/"); at != std::string::npos;
         at = log.find("GET /v2/app/blobs/", at + 1)) {
      ++count;
    }
    return count;
  };
  const Ended first = run_plimsoll(command);
  EXPECT_EQ(first.exit_code, 0) << first.errors;
  const std::size_t before = blobs_fetched();
  EXPECT_GT(before, 1u);
  const Ended second = run_plimsoll(command);
  EXPECT_EQ(second.output, first.output);
  // The configuration, which is looked at each time, and no layer.
  EXPECT_EQ(blobs_fetched(), before + before / 4);
}

// The commands of the page, asked of a registry that has what they ask for.
TEST_F(ImageOfRegistry, IsReadAsTheGuideShows) {
  const std::string path = source_path("docs/guide/registries.md");
  const std::string place = "registry.example:5000";
  std::vector<std::string> images;
  for (const char* architecture : {"amd64", "arm64"}) {
    images.push_back(layout_.descriptor(
        add_image(architecture),
        concat(R"(,"platform":{"os":"linux","architecture":")", architecture, "\"}")));
  }
  layout_.index(
      {layout_.descriptor(layout_.blob(TestLayout::index_text(images), TestLayout::index_type))});
  const TestRegistry registry;
  registry.push(oci(), "shop/web:1.4");
  const std::string text = output_of("cat " + path);
  std::size_t commands = 0;
  const std::string expected = replaced(
      with_answers(replaced(text, place, registry.host()), commands), registry.host(), place);
  EXPECT_GT(commands, 0u);
  if (std::getenv("PLIMSOLL_ACCEPT") != nullptr) {
    std::ofstream(path, std::ios::binary) << expected;
    return;
  }
  EXPECT_EQ(text, expected);
}

// A registry with certificates, in the home of somebody who trusts it.
class WithTls : public ImageOfRegistry {
 protected:
  void SetUp() override {
    ImageOfRegistry::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    layout_.index({layout_.descriptor(add_image())});
  }
  RegistryOptions options() const {
    return {.certificate = certificates_.in("server/cert.pem"),
            .key = certificates_.in("server/key.pem")};
  }
  RunOptions at_home() const { return {.environment = {{"HOME", home_.path()}}}; }
  std::string trust(const TestRegistry& registry, const std::string& text) const {
    return home_.write(concat(".config/docker/certs.d/", registry.host(), "/ca.crt"), text);
  }
  std::string text_of(const std::string& name) const {
    return output_of(concat("cat ", certificates_.in(name)));
  }

  TestCertificates certificates_;
  TemporaryDirectory home_;
};

TEST_F(WithTls, TrustsWhomTheUserTrusts) {
  const TestRegistry registry(options());
  registry.push(oci(), "app");
  const Ended untrusted = run_plimsoll({"image", registry.target("app")}, at_home());
  EXPECT_EQ(untrusted.exit_code, 2);
  EXPECT_TRUE(untrusted.errors.contains(
      concat("https://", registry.host(), ": its certificate is not trusted: ")))
      << untrusted.errors;
  EXPECT_TRUE(untrusted.errors.contains(
      concat("hint: put the certificate of its authority into /etc/docker/certs.d/",
             registry.host(), "/ca.crt")));
  trust(registry, text_of("bad.pem"));
  EXPECT_EQ(run_plimsoll({"image", registry.target("app")}, at_home()).exit_code, 2);
  trust(registry, text_of("bad.pem") + text_of("good.pem"));
  EXPECT_EQ(report(registry.target("app"), at_home()), report("oci://" + layout_.path()));
  // The certificate is for 127.0.0.1 and localhost.
  const Ended other = run_plimsoll(
      {"image", replaced(registry.target("app"), "127.0.0.1", "127.0.0.2")}, at_home());
  EXPECT_EQ(other.exit_code, 2);
}

TEST_F(WithTls, ShowsACertificateWhereOneIsWanted) {
  RegistryOptions wanting = options();
  wanting.client_authority = certificates_.in("good.pem");
  const TestRegistry registry(wanting);
  const std::string directory = concat(".config/docker/certs.d/", registry.host());
  const std::string target = registry.target("app");
  trust(registry, text_of("good.pem"));
  const Ended unknown = run_plimsoll({"image", target}, at_home());
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_EQ(unknown.errors, concat(target, ": error: https://", registry.host(),
                                   ": it wants another client certificate\n  hint: put yours into "
                                   "/etc/docker/certs.d/",
                                   registry.host(), " as client.cert and client.key\n"));
  home_.write(directory + "/client.cert", text_of("client/cert.pem"));
  home_.write(directory + "/client.key", text_of("client/key.pem"));
  registry.push(oci(), "app",
                concat("--all --preserve-digests --dest-cert-dir ", home_.path(), "/", directory));
  EXPECT_EQ(report(target, at_home()), report("oci://" + layout_.path()));
}

// A registry that wants to know who asks.
class WithLogin : public ImageOfRegistry {
 protected:
  void SetUp() override {
    ImageOfRegistry::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    layout_.index({layout_.descriptor(add_image())});
  }
  // A home with docker's configuration in it.
  RunOptions with_config(const std::string& text) const {
    home_.write(".docker/config.json", text);
    return {.environment = {{"HOME", home_.path()}}};
  }
  static std::string auths(const TestRegistry& registry, std::string_view user) {
    return concat("{\"auths\":{\"", registry.host(), "\":{\"auth\":\"", base64(user), "\"}}}");
  }
  static void expect_no_secret(const Ended& ended) {
    for (const std::string_view secret : {"plimsoll mark", "wrong mark"}) {
      EXPECT_FALSE((ended.output + ended.errors).contains(secret)) << ended.errors;
      EXPECT_FALSE((ended.output + ended.errors).contains(base64(concat("captain:", secret))))
          << ended.errors;
    }
  }
  // With a password, a wrong one, and none.
  void expect_login(const TestRegistry& registry) const {
    const std::string target = registry.target("app");
    EXPECT_EQ(report(target, with_config(auths(registry, registry_user))),
              report("oci://" + layout_.path()));
    const Ended wrong =
        run_plimsoll({"image", target}, with_config(auths(registry, "captain:wrong mark")));
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_EQ(wrong.errors,
              concat(target, ": error: http://", registry.host(), " refuses the credentials of ",
                     home_.path(), "/.docker/config.json for app\n  hint: docker login ",
                     registry.host(), "\n"));
    expect_no_secret(wrong);
    const Ended none = run_plimsoll({"image", target}, with_config("{}"));
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_EQ(none.errors, concat(target, ": error: http://", registry.host(),
                                  " wants credentials for app, or has no such image\n"
                                  "  hint: docker login ",
                                  registry.host(), "\n"));
  }

  TemporaryDirectory home_;
};

TEST_F(WithLogin, TakesANameAndAPassword) {
  const TestRegistry registry({.authorization = basic_authorization(home_)});
  registry.push(oci(), "app");
  expect_login(registry);
  // As podman and skopeo log in.
  output_of(concat("skopeo login --tls-verify=false --authfile ", home_.path(),
                   "/auth.json -u captain -p 'plimsoll mark' ", registry.host()));
  EXPECT_EQ(report(registry.target("app"),
                   {.environment = {{"REGISTRY_AUTH_FILE", home_.path() + "/auth.json"}}}),
            report("oci://" + layout_.path()));
}

TEST_F(WithLogin, AsksACredentialHelper) {
  const TestRegistry registry({.authorization = basic_authorization(home_)});
  registry.push(oci(), "app");
  const std::string helper =
      home_.write("bin/docker-credential-ship",
                  concat("#!/bin/sh\n[ \"$1\" = get ] && [ \"$(cat)\" = ", registry.host(),
                         " ] && echo '{\"Username\":\"captain\",\"Secret\":\"plimsoll mark\"}'\n"));
  const RunOptions options =
      with_config(concat("{\"credHelpers\":{\"", registry.host(), "\":\"ship\"}}"));
  const std::string line = concat("chmod +x ", helper, "; PATH=", home_.path(),
                                  "/bin:$PATH exec $PLIMSOLL sbom ", registry.target("app"));
  const Ended ended = run_shell(line, options);
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_TRUE(ended.output.contains("base-files"));
  expect_no_secret(ended);
  const Ended absent = run_plimsoll({"image", registry.target("app")}, options);
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_TRUE(
      absent.errors.contains("docker-credential-ship cannot be started: no such file or directory"))
      << absent.errors;
}

TEST_F(WithLogin, TakesATokenOfATokenServer) {
  const TokenServer tokens;
  const TestRegistry open_registry;
  const TestRegistry registry({.authorization = tokens.authorization()});
  // The token server gives the right to pull alone, so that the image comes by another way.
  open_registry.push(oci(), "app");
  output_of(concat("cp -r ", open_registry.data(), "/. ", registry.data()));
  expect_login(registry);
  const std::vector<std::string> asked = tokens.server().requests();
  ASSERT_FALSE(asked.empty());
  EXPECT_TRUE(asked.front().starts_with(
      "GET /token?service=harbour&scope=repository%3Aapp%3Apull&account=captain HTTP/1.1"))
      << asked.front();
}

}  // namespace
}  // namespace plimsoll::test
