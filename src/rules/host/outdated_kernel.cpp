// Debian names a kernel twice: by its release, which is in the name of its package and of its image
// ("6.1.0-18-amd64"), and by the package's version ("6.1.76-1"). A repair can keep the release. A
// package without a version in its name ("linux-image-amd64") draws in the newest release.
#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/version_order.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

// What a kernel is built for: "cloud-amd64" of "6.1.0-18-cloud-amd64". A newer kernel of another
// flavour is no newer version of this one.
std::string_view flavour_of(std::string_view release) {
  for (std::size_t at = release.find('-'); at != std::string_view::npos;
       at = release.find('-', at + 1)) {
    if (at + 1 < release.size() && is_alpha(release[at + 1])) return release.substr(at + 1);
  }
  return {};
}

const Located<std::string>* newest_installed(const Host& host, std::string_view flavour) {
  const Located<std::string>* newest = nullptr;
  for (const Located<std::string>& kernel : *host.installed_kernels) {
    if (flavour_of(kernel.value) != flavour) continue;
    if (newest == nullptr || compare_versions(newest->value, kernel.value) < 0) newest = &kernel;
  }
  return newest;
}

const KernelPackage* newest(const std::vector<KernelPackage>& packages, std::string_view name) {
  const KernelPackage* found = nullptr;
  for (const KernelPackage& package : packages) {
    if (package.name != name) continue;
    if (found == nullptr || compare_versions(found->version, package.version) < 0) found = &package;
  }
  return found;
}

// "6.1.76-1" of "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)"; empty for other builds.
std::string_view package_version(std::string_view build) {
  constexpr std::string_view maker = "Debian ";
  const std::size_t at = build.find(maker);
  if (at == std::string_view::npos) return {};
  const std::string_view version = build.substr(at + maker.size());
  return version.substr(0, version.find(' '));
}

// Whether the running kernel is the newest that the machine has; says false when it cannot tell.
bool judge_running(const Host& host, Findings& findings) {
  const std::string& running = host.running_kernel->value;
  if (const KernelPackage* const package =
          newest(host.installed_kernel_packages, concat("linux-image-", running))) {
    const std::string_view version = package_version(host.running_kernel_build.value);
    if (!version.empty() && compare_versions(version, package->version) < 0) {
      findings.add(
          host.running_kernel_build,
          concat("the running kernel is ", version, ", but ", package->version, " is installed"),
          "reboot");
    }
  }
  if (!host.installed_kernels) return false;
  const Location& at = host.running_kernel->at;
  const Located<std::string>* const installed = newest_installed(host, flavour_of(running));
  if (installed == nullptr) return false;
  if (compare_versions(running, installed->value) < 0) {
    findings.add(
        at, concat("the running kernel is ", running, ", but ", installed->value, " is installed"),
        "reboot");
  }
  return true;
}

// A release in the name: "linux-image-6.1.0-18-amd64".
bool names_release(std::string_view package) {
  return std::ranges::any_of(package, is_digit) &&
         is_digit(package.substr(std::string_view("linux-image-").size()).front());
}

bool judge_installed(const Host& host, Findings& findings) {
  bool known = false;
  for (const KernelPackage& installed : host.installed_kernel_packages) {
    const KernelPackage* const offered = newest(host.offered_kernel_packages, installed.name);
    if (offered == nullptr) continue;
    known = true;
    if (names_release(installed.name)) continue;
    if (compare_versions(installed.version, offered->version) >= 0) continue;
    findings.add(installed.at,
                 concat("kernel ", installed.version, " is installed, but ", offered->version,
                        " is offered"),
                 concat("apt-get install ", installed.name, ", then reboot"));
  }
  return known;
}

void check(const Host& host, const Policy&, Findings& findings) {
  if (!host.running_kernel) return findings.open("/proc/sys/kernel/osrelease cannot be read");
  const bool running_judged = judge_running(host, findings);
  const bool installed_judged = judge_installed(host, findings);
  if (!running_judged && !installed_judged) {
    findings.open(host.installed_kernels
                      ? "/boot holds no kernel to compare the running one with"
                      : "/boot cannot be read, so the installed kernels are not known");
  }
}

}  // namespace

extern constinit const Rule outdated_kernel = {
    .name = "outdated-kernel",
    .title = "the kernel is not the newest",
    .severity = Severity::medium,
    .topic = "host",
    .subjects = {Subject::host},
    .rationale =
        "Containers share the host's kernel: a flaw in it that is known and repaired elsewhere is "
        "a way out of every container. An update takes effect only with the next boot.",
    .remediation =
        "Install the distribution's updates of the kernel, and boot the host into them. Where "
        "reboots are rare, use the distribution's live patches.",
    .limits =
        "What the distribution offers is known where apt keeps the lists of its security archive "
        "uncompressed, and is as old as the last `apt-get update`; of other distributions the "
        "running kernel is compared with the installed ones alone. Live patches are not seen: a "
        "patched kernel keeps its release. A kernel that was built by hand is compared with those "
        "of the same flavour in /boot.",
    .references = {guideline("S1", "Linux Kernel"), cis("1.2.1"), owasp("0")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
