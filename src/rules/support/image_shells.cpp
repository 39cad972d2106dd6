#include "rules/support/image_shells.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules {
namespace {

struct Distribution {
  std::string_view name;  // of the official image
  // Other variants of the image are built on other distributions: only a tag says which.
  bool has_variants = false;
};

// bash is Essential in Debian and Ubuntu (Debian Policy 3.8), and part of the base image of
// Fedora, RHEL's kin, Amazon Linux, openSUSE and Arch (`FROM x; RUN rpm -q bash`). The others are
// official images whose variants are built on Debian, Ubuntu or Alpine (github.com/docker-library).
constexpr auto with_bash = std::to_array<Distribution>({
    {"almalinux"},
    {"amazonlinux"},
    {"archlinux"},
    {"buildpack-deps"},
    {"centos"},
    {"debian"},
    {"eclipse-temurin", true},
    {"fedora"},
    {"gcc"},
    {"golang", true},
    {"httpd", true},
    {"mariadb"},
    {"maven", true},
    {"nginx", true},
    {"node", true},
    {"opensuse/leap"},
    {"opensuse/tumbleweed"},
    {"oraclelinux"},
    {"perl"},
    {"php", true},
    {"postgres", true},
    {"python", true},
    {"redis", true},
    {"rockylinux"},
    {"rockylinux/rockylinux"},
    {"ruby", true},
    {"rust", true},
    {"tomcat", true},
    {"ubuntu"},
});

}  // namespace

ImageShell shell_of(const Stage& stage) {
  if (stage.base.word.text.contains("alpine")) return ImageShell::ash;
  if (const std::optional<ImageReference>& image = stage.base.reference) {
    const std::string name = image->name;
    const auto row = std::ranges::find(with_bash, name, &Distribution::name);
    const bool other = image->tag.contains("windows") || image->tag.contains("nanoserver") ||
                       (image->tag.empty() && !image->digest.empty());
    if (row != with_bash.end() && !(row->has_variants && other)) return ImageShell::bash;
  }
  ImageShell shell = ImageShell::unknown;
  for_each_run(stage, [&](const Instruction& run) {
    for (const shell::Command& command : run.script.commands) {
      const auto call = package_call(command);
      if (!call || shell != ImageShell::unknown) continue;
      if (call->manager == Manager::apk) shell = ImageShell::ash;
      if (is_apt(call->manager) || is_rpm(call->manager)) shell = ImageShell::bash;
    }
  });
  return shell;
}

}  // namespace plimsoll::rules
