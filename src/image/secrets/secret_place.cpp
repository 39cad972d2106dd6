#include "image/secrets/secret_place.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

using Names = std::span<const std::string_view>;

// Where distributions put what their packages bring.
constexpr std::array<std::string_view, 15> distribution_starts{
    "usr/share/",   "usr/lib/", "usr/lib64/", "usr/lib32/",    "usr/libexec/",
    "usr/include/", "usr/src/", "usr/bin/",   "usr/sbin/",     "bin/",
    "sbin/",        "lib/",     "lib64/",     "var/lib/dpkg/", "var/lib/apt/"};
constexpr std::array<std::string_view, 21> package_parts{"/node_modules/",
                                                         "/site-packages/",
                                                         "/dist-packages/",
                                                         "/gems/",
                                                         "/vendor/",
                                                         "/pkg/mod/",
                                                         "/.cargo/registry/",
                                                         "/.m2/repository/",
                                                         "/perl5/",
                                                         "/composer/",
                                                         "/lib/python3",
                                                         "/lib/python2",
                                                         "/lib/ruby/",
                                                         "/lib/node/",
                                                         "/local/go/",
                                                         "/local/include/",
                                                         "/bower_components/",
                                                         "/rustlib/",
                                                         "/.pyenv/versions/",
                                                         "/.rustup/",
                                                         "/.yarn/"};
constexpr std::array<std::string_view, 29> example_parts{
    "/test/",     "/tests/",   "/testing/",      "/testdata/", "/test_data/", "/test-data/",
    "/fixtures/", "/fixture/", "/spec/",         "/specs/",    "/__tests__/", "/mock/",
    "/mocks/",    "/example/", "/examples/",     "/sample/",   "/samples/",   "/demo/",
    "/demos/",    "/doc/",     "/docs/",         "/man/",      "/info/",      "/locale/",
    "/locales/",  "/i18n/",    "/translations/", "/lang/",     "/templates/"};
constexpr std::array<std::string_view, 10> example_ends{
    ".md", ".rst", ".adoc", ".pod", ".po", ".example", ".sample", ".dist", ".mo", ".template"};
constexpr std::array<std::string_view, 28> credential_names{".env",
                                                            ".netrc",
                                                            "_netrc",
                                                            ".pgpass",
                                                            ".my.cnf",
                                                            ".pypirc",
                                                            ".npmrc",
                                                            ".yarnrc",
                                                            ".yarnrc.yml",
                                                            ".git-credentials",
                                                            ".dockercfg",
                                                            ".dockerconfigjson",
                                                            ".s3cfg",
                                                            ".boto",
                                                            "credentials",
                                                            "credentials.json",
                                                            "credentials.yml",
                                                            "credentials.yaml",
                                                            "credentials.toml",
                                                            "secrets.yml",
                                                            "secrets.yaml",
                                                            "secrets.json",
                                                            "secrets.toml",
                                                            "secrets.env",
                                                            "wp-config.php",
                                                            "kubeconfig",
                                                            "terraform.tfstate",
                                                            "LocalSettings.php"};
constexpr std::array<std::string_view, 6> credential_ends{
    "/.docker/config.json", "/.kube/config", "/.m2/settings.xml", ".tfvars", ".tfstate", ".env"};
constexpr std::array<std::string_view, 14> settings_ends{
    ".ini", ".conf", ".cfg",  ".cnf", ".config", ".properties", ".yaml",
    ".yml", ".toml", ".json", ".xml", ".envrc",  ".settings",   ".secret"};
constexpr std::array<std::string_view, 8> to_line_end_ends{
    ".env", ".ini", ".conf", ".cfg", ".cnf", ".properties", ".envrc", ".npmrc"};

bool starts_with_any(std::string_view text, Names starts) {
  return std::ranges::any_of(starts, [&](auto start) { return text.starts_with(start); });
}
bool ends_with_any(std::string_view text, Names ends) {
  return std::ranges::any_of(ends, [&](auto end) { return text.ends_with(end); });
}
bool holds_any(std::string_view text, Names parts) {
  return std::ranges::any_of(parts, [&](auto part) { return text.contains(part); });
}

// readme, README.txt, CHANGELOG, test_x.py, x_test.go, x.spec.ts, TestX.java.
bool is_named_like_example(std::string_view name) {
  const std::string lowered = lower(name);
  return lowered.starts_with("readme") || lowered.starts_with("changelog") ||
         lowered.starts_with("changes") || lowered.starts_with("test_") ||
         lowered.contains("_test.") || lowered.contains(".test.") || lowered.contains(".spec.") ||
         lowered.contains("_spec.") || lowered.contains("-test.") || lowered.contains("example") ||
         lowered.contains("snakeoil") || name.contains("Test.");
}

}  // namespace

SecretPlace SecretPlace::of(std::string_view path) {
  SecretPlace place;
  const std::string slashed = concat("/", path);
  const std::string lowered = lower(slashed);
  const std::string_view name = file_name(path);
  place.is_of_distribution = starts_with_any(path, distribution_starts);
  place.is_of_package = place.is_of_distribution || holds_any(slashed, package_parts);
  place.is_example = holds_any(lowered, example_parts) || ends_with_any(lowered, example_ends) ||
                     is_named_like_example(name);
  // .env.production, .env.local
  const bool is_environment = name.starts_with(".env.") || name == ".env";
  place.blank_assigns = name == ".netrc" || name == "_netrc";
  place.is_pgpass = name == ".pgpass" || name == "pgpass.conf";
  if (is_environment || std::ranges::find(credential_names, name) != credential_names.end() ||
      ends_with_any(slashed, credential_ends)) {
    place.use = Use::credentials;
  } else if (ends_with_any(lowered, settings_ends) ||
             (path.starts_with("etc/") && !name.contains('.'))) {
    place.use = Use::settings;
  }
  place.has_values_to_line_end = is_environment || ends_with_any(lowered, to_line_end_ends);
  return place;
}

}  // namespace plimsoll::image
