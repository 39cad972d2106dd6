// `plimsoll image registry://…` against a real registry: what is read there is what is read of the
// same image on the disk.
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/program.h"
#include "support/test_certificates.h"
#include "support/test_image.h"
#include "support/test_registry.h"

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
  std::string add_image(const std::string& architecture = "amd64") {
    const std::vector<TestLayer> layers{layer("gzip -nc", "bin/one"), layer("zstd -qc", "bin/two"),
                                        layer("", "bin/" + architecture)};
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
    const std::size_t summary = text.rfind("\n", text.size() - 2) + 1;
    return text.substr(0, summary) + text.substr(text.find(" (", summary));
  }

  TestLayout layout_;
};

TEST_F(ImageOfRegistry, IsTheImageThatWasPushed) {
  layout_.index({layout_.descriptor(add_image())});
  const TestRegistry registry;
  registry.push(oci(), "team/app:1");
  const std::string read = report(registry.target("team/app:1"));
  EXPECT_EQ(read, report("oci://" + layout_.path()));
  EXPECT_TRUE(read.contains("bin/two is setuid root")) << read;
  EXPECT_TRUE(read.contains(": debian 12; 1 deb packages; 3 layers")) << read;
}

}  // namespace
}  // namespace plimsoll::test
