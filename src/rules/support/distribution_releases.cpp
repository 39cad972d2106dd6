#include "rules/support/distribution_releases.h"

#include "base/text.h"

namespace plimsoll::rules {
namespace {

// All of them were compared with github.com/endoflife-date/endoflife.date at a70eca3,
// products/*.md; where that differs by days, the maker's own announcement stands here.

// The end of long-term support, before it that of the security team's, and behind it of Freexian's
// extended support: debian.org/releases, wiki.debian.org/LTS, wiki.debian.org/LTS/Extended.
constexpr Release debian_releases[] = {
    {"7", "2018-05-31", "wheezy", "2016-04-25", "2020-06-30"},
    {"8", "2020-06-30", "jessie", "2018-06-17", "2025-06-30"},
    {"9", "2022-06-30", "stretch", "2020-07-18", "2027-06-30"},
    {"10", "2024-06-30", "buster", "2022-09-10", "2029-06-30"},
    {"11", "2026-08-31", "bullseye", "2024-08-14", "2031-06-30"},
    {"12", "2028-06-30", "bookworm", "2026-07-11", "2033-06-30"},
    {"13", "2030-06-30", "trixie", "2028-08-09", "2035-06-30"},
};
// The end of standard support, and of expanded security maintenance:
// lists.ubuntu.com/archives/ubuntu-announce, ubuntu.com/about/release-cycle.
constexpr Release ubuntu_releases[] = {
    {"12.04", "2017-04-28", "precise", {}, "2019-04-26"},
    {"12.10", "2014-05-16", "quantal"},
    {"13.04", "2014-01-27", "raring"},
    {"13.10", "2014-07-17", "saucy"},
    {"14.04", "2019-04-30", "trusty", {}, "2024-04-25"},
    {"14.10", "2015-07-23", "utopic"},
    {"15.04", "2016-02-04", "vivid"},
    {"15.10", "2016-07-28", "wily"},
    {"16.04", "2021-04-30", "xenial", {}, "2026-04-02"},
    {"16.10", "2017-07-20", "yakkety"},
    {"17.04", "2018-01-13", "zesty"},
    {"17.10", "2018-07-19", "artful"},
    {"18.04", "2023-05-31", "bionic", {}, "2028-04-01"},
    {"18.10", "2019-07-18", "cosmic"},
    {"19.04", "2020-01-23", "disco"},
    {"19.10", "2020-07-17", "eoan"},
    {"20.04", "2025-05-31", "focal", {}, "2030-04-02"},
    {"20.10", "2021-07-22", "groovy"},
    {"21.04", "2022-01-20", "hirsute"},
    {"21.10", "2022-07-14", "impish"},
    {"22.04", "2027-04-01", "jammy", {}, "2032-04-09"},
    {"22.10", "2023-07-20", "kinetic"},
    {"23.04", "2024-01-25", "lunar"},
    {"23.10", "2024-07-11", "mantic"},
    {"24.04", "2029-05-31", "noble", {}, "2036-05-31"},
    {"24.10", "2025-07-10", "oracular"},
    {"25.04", "2026-01-17", "plucky"},
    {"25.10", "2026-07-01", "questing"},
    {"26.04", "2031-04-30", "resolute", {}, "2036-04-30"},
};
// CentOS Linux: centos.org.
constexpr Release centos_releases[] = {
    {"5", "2017-03-31"},
    {"6", "2020-11-30"},
    {"7", "2024-06-30"},
    {"8", "2021-12-31"},
};
// alpinelinux.org/releases. The tags of other images say "alpine3.10".
constexpr Release alpine_releases[] = {
    {"3.1", "2016-11-01", "alpine3.1"},   {"3.2", "2017-05-01", "alpine3.2"},
    {"3.3", "2017-11-01", "alpine3.3"},   {"3.4", "2018-05-01", "alpine3.4"},
    {"3.5", "2018-11-01", "alpine3.5"},   {"3.6", "2019-05-01", "alpine3.6"},
    {"3.7", "2019-11-01", "alpine3.7"},   {"3.8", "2020-05-01", "alpine3.8"},
    {"3.9", "2020-11-01", "alpine3.9"},   {"3.10", "2021-05-01", "alpine3.10"},
    {"3.11", "2021-11-01", "alpine3.11"}, {"3.12", "2022-05-01", "alpine3.12"},
    {"3.13", "2022-11-01", "alpine3.13"}, {"3.14", "2023-05-01", "alpine3.14"},
    {"3.15", "2023-11-01", "alpine3.15"}, {"3.16", "2024-05-23", "alpine3.16"},
    {"3.17", "2024-11-22", "alpine3.17"}, {"3.18", "2025-05-09", "alpine3.18"},
    {"3.19", "2025-11-01", "alpine3.19"}, {"3.20", "2026-04-01", "alpine3.20"},
    {"3.21", "2026-11-01", "alpine3.21"}, {"3.22", "2027-05-01", "alpine3.22"},
    {"3.23", "2027-11-01", "alpine3.23"}, {"3.24", "2028-06-01", "alpine3.24"},
};
// fedoraproject.org.
constexpr Release fedora_releases[] = {
    {"20", "2015-06-23"}, {"21", "2015-12-01"}, {"22", "2016-07-19"}, {"23", "2016-12-20"},
    {"24", "2017-08-08"}, {"25", "2017-12-12"}, {"26", "2018-05-29"}, {"27", "2018-11-30"},
    {"28", "2019-05-28"}, {"29", "2019-11-26"}, {"30", "2020-05-26"}, {"31", "2020-11-24"},
    {"32", "2021-05-25"}, {"33", "2021-11-30"}, {"34", "2022-06-07"}, {"35", "2022-12-13"},
    {"36", "2023-05-16"}, {"37", "2023-12-05"}, {"38", "2024-05-21"}, {"39", "2024-11-26"},
    {"40", "2025-05-13"}, {"41", "2025-12-15"}, {"42", "2026-05-27"}, {"43", "2026-12-09"},
    {"44", "2027-06-02"},
};
// aws.amazon.com/amazon-linux-2/faqs.
constexpr Release amazonlinux_releases[] = {
    {"1", "2023-12-31"},       {"2", "2026-06-30"},       {"2023", "2029-06-30"},
    {"2016.09", "2023-12-31"}, {"2017.03", "2023-12-31"}, {"2017.09", "2023-12-31"},
    {"2018.03", "2023-12-31"},
};
// access.redhat.com/support/policy/updates/errata: maintenance support, and the extended life
// cycle.
constexpr Release rhel_releases[] = {
    {"5", "2017-03-31", {}, {}, "2020-11-30"}, {"6", "2020-11-30", {}, {}, "2024-06-30"},
    {"7", "2024-06-30", {}, {}, "2029-05-31"}, {"8", "2029-05-31", {}, {}, "2033-05-31"},
    {"9", "2032-05-31", {}, {}, "2036-05-31"}, {"10", "2035-05-31", {}, {}, "2039-05-31"},
};
// wiki.rockylinux.org/rocky/version; wiki.almalinux.org/release-notes has the same days.
constexpr Release rebuilt_releases[] = {
    {"8", "2029-05-31"},
    {"9", "2032-05-31"},
    {"10", "2035-05-31"},
};
// centos.org/cl-vs-cs: as long as Red Hat's own release has full support.
constexpr Release centos_stream_releases[] = {
    {"8", "2024-05-31"},
    {"9", "2027-05-31"},
    {"10", "2030-05-31"},
};
// oracle.com, Oracle Linux lifetime support policy: premier, and extended support.
constexpr Release oracle_releases[] = {
    {"6", "2021-03-31", {}, {}, "2024-12-31"},
    {"7", "2024-12-31", {}, {}, "2028-06-30"},
    {"8", "2029-07-31", {}, {}, "2032-07-31"},
    {"9", "2032-06-30", {}, {}, "2035-06-30"},
};
// en.opensuse.org/Lifetime.
constexpr Release leap_releases[] = {
    {"42.1", "2017-05-17"}, {"42.2", "2018-01-26"}, {"42.3", "2019-07-01"}, {"15.0", "2019-12-03"},
    {"15.1", "2021-02-02"}, {"15.2", "2022-01-04"}, {"15.3", "2022-12-31"}, {"15.4", "2023-12-07"},
    {"15.5", "2024-12-31"}, {"15.6", "2026-04-30"}, {"16.0", "2027-10-31"},
};
// suse.com/lifecycle: general support, and that of long-term service packs.
constexpr Release sles_releases[] = {
    {"12.4", "2020-06-30", {}, {}, "2023-06-30"}, {"12.5", "2024-10-31", {}, {}, "2027-10-31"},
    {"15.1", "2021-01-31", {}, {}, "2024-01-31"}, {"15.2", "2021-12-31", {}, {}, "2024-12-31"},
    {"15.3", "2022-12-31", {}, {}, "2025-12-31"}, {"15.4", "2023-12-31", {}, {}, "2026-12-31"},
    {"15.5", "2024-12-31", {}, {}, "2027-12-31"}, {"15.6", "2025-12-31", {}, {}, "2028-12-31"},
    {"15.7", "2031-07-31", {}, {}, "2034-07-31"}, {"16.0", "2027-11-30", {}, {}, "2030-11-30"},
};
// github.com/vmware/photon/wiki/Photon-OS-Support-Lifecycle. 5.0 has no day yet.
constexpr Release photon_releases[] = {
    {"1.0", "2022-02-28"},
    {"2.0", "2022-12-01"},
    {"3.0", "2025-10-02"},
    {"4.0", "2027-10-11"},
};

constexpr std::string_view centos_stream = "CentOS Stream";

constexpr Distribution all[] = {
    {"debian", "debian", "Debian", debian_releases},
    {"ubuntu", "ubuntu", "Ubuntu", ubuntu_releases},
    {"centos", "", centos_stream, centos_stream_releases},
    {"centos", "centos", "CentOS", centos_releases},
    {"alpine", "alpine", "Alpine", alpine_releases},
    {"fedora", "fedora", "Fedora", fedora_releases},
    {"amzn", "amazonlinux", "Amazon Linux", amazonlinux_releases},
    {"rhel", "", "Red Hat Enterprise Linux", rhel_releases},
    {"rocky", "rockylinux", "Rocky Linux", rebuilt_releases},
    {"almalinux", "almalinux", "AlmaLinux", rebuilt_releases},
    {"ol", "oraclelinux", "Oracle Linux", oracle_releases},
    {"opensuse-leap", "opensuse/leap", "openSUSE Leap", leap_releases},
    {"sles", "", "SUSE Linux Enterprise Server", sles_releases},
    {"photon", "photon", "Photon OS", photon_releases},
};

}  // namespace

std::span<const Distribution> distributions() {
  return all;
}

std::string name_of(const Distribution& distribution, const Release& release) {
  // What Alpine's rows have there is what tags of other images say.
  const bool has_name = !release.code_name.empty() && distribution.id != "alpine";
  return concat(distribution.name, " ", release.version, has_name ? " (" : "",
                has_name ? release.code_name : "", has_name ? ")" : "");
}

bool is_of_release(std::string_view version, std::string_view release) {
  if (!version.starts_with(release)) return false;
  return version.size() == release.size() || version[release.size()] == '.';
}

std::optional<KnownRelease> release_of(const OsRelease& os) {
  // Both of CentOS' lines have the same ID.
  const bool is_stream = os.pretty_name.starts_with(centos_stream);
  for (const Distribution& distribution : all) {
    if (distribution.id != os.id || (distribution.name == centos_stream && !is_stream)) continue;
    for (const Release& release : distribution.releases) {
      if (is_of_release(os.version_id, release.version)) {
        return KnownRelease{&distribution, &release};
      }
    }
  }
  return std::nullopt;
}

}  // namespace plimsoll::rules
