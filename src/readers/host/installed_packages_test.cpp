#include "readers/host/installed_packages.h"

#include <gtest/gtest.h>

#include <array>

#include "base/text.h"

namespace plimsoll::host {
namespace {

constexpr std::array<std::string_view, 3> wanted{"docker.io", "containerd", "docker-engine"};

std::vector<std::string> lines_of(const InstalledPackages& installed) {
  std::vector<std::string> out;
  for (const Package& package : installed.packages) {
    out.push_back(concat(name_of(package.kind), " ", package.name, " ", package.version, " of ",
                         package.source_name, " ", package.source_version));
  }
  return out;
}

TEST(InstalledPackages, AreReadFromDpkg) {
  MemoryFiles files;
  files.add("/etc/os-release", "# Debian\nPRETTY_NAME=\"Debian 12\"\nID=debian\nVERSION_ID='12'\n");
  files.add("/var/lib/dpkg/status",
            "Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\n"
            "Package: docker.io\nStatus: install ok installed\nArchitecture: amd64\n"
            "Version: 20.10.24+dfsg1-1+b3\nSource: docker.io (20.10.24+dfsg1-1)\n"
            "Description: runs\n Version: 9\n\n\n"
            "Package: containerd\nStatus: deinstall ok config-files\nVersion: 1.6.20~ds1-1\n");
  const InstalledPackages installed = read_installed_packages(files, "", wanted);
  EXPECT_EQ(lines_of(installed), (std::vector<std::string>{"deb docker.io 20.10.24+dfsg1-1+b3 of "
                                                           "docker.io 20.10.24+dfsg1-1"}));
  ASSERT_TRUE(installed.os);
  EXPECT_EQ(installed.os->id, "debian");
  EXPECT_EQ(installed.os->version_id, "12");
  EXPECT_EQ(installed.os->pretty_name, "Debian 12");
}

TEST(InstalledPackages, AreReadFromApk) {
  MemoryFiles files;
  files.add("/usr/lib/os-release", "ID=alpine\nVERSION_ID=3.20.1\n");
  files.add("/lib/apk/db/installed",
            "C:Q1x=\nP:docker-engine\nV:26.1.5-r0\nA:x86_64\no:docker\n\nP:musl\nV:1.2.5-r0\n");
  const InstalledPackages installed = read_installed_packages(files, "", wanted);
  EXPECT_EQ(lines_of(installed),
            (std::vector<std::string>{"apk docker-engine 26.1.5-r0 of docker 26.1.5-r0"}));
  ASSERT_TRUE(installed.os);
  EXPECT_EQ(installed.os->id, "alpine");
}

TEST(InstalledPackages, AreThoseOfTheEnginesOwnRoot) {
  MemoryFiles files;
  const std::string stanza = "Package: docker.io\nStatus: install ok installed\nVersion: ";
  files.add("/proc/812/root/var/lib/dpkg/status", concat(stanza, "20-1\n"));
  files.add("/var/lib/dpkg/status", concat(stanza, "10-1\n"));
  EXPECT_EQ(lines_of(read_installed_packages(files, "/proc/812/root", wanted)),
            (std::vector<std::string>{"deb docker.io 20-1 of docker.io 20-1"}));
}

TEST(InstalledPackages, AreNoneWhereNoListIs) {
  const InstalledPackages installed = read_installed_packages(MemoryFiles(), "", wanted);
  EXPECT_TRUE(installed.packages.empty());
  EXPECT_FALSE(installed.os);
}

}  // namespace
}  // namespace plimsoll::host
