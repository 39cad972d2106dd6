#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/shell_word.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

struct Kind {
  EngineFile what = EngineFile::service_unit;
  std::uint32_t mode = 0;  // the most that it may have
  bool secret = false;     // reading it is enough for an attacker
};

// Two recommendations of the benchmark: who owns the files, and what they permit.
struct Topic {
  std::string_view name;
  std::string_view of_owner;
  std::string_view of_mode;
  ShortList<Kind, 3> kinds;
};

constexpr auto topics = std::to_array<Topic>({
    {"docker.service", "cis-3.1", "cis-3.2", {Kind{EngineFile::service_unit, 0644}}},
    {"docker.socket", "cis-3.3", "cis-3.4", {Kind{EngineFile::socket_unit, 0644}}},
    {"/etc/docker", "cis-3.5", "cis-3.6", {Kind{EngineFile::configuration_directory, 0755}}},
    {"certificate of a registry",
     "cis-3.7",
     "cis-3.8",
     {Kind{EngineFile::registry_certificates, 0755}, Kind{EngineFile::registry_certificate, 0444},
      Kind{EngineFile::registry_key, 0400, true}}},
    {"tlscacert", "cis-3.9", "cis-3.10", {Kind{EngineFile::tls_ca, 0444}}},
    {"tlscert", "cis-3.11", "cis-3.12", {Kind{EngineFile::tls_certificate, 0444}}},
    {"tlskey", "cis-3.13", "cis-3.14", {Kind{EngineFile::tls_key, 0400, true}}},
    {"socket of the engine", "cis-3.15", "cis-3.16", {Kind{EngineFile::api_socket, 0660}}},
    {"daemon.json", "cis-3.17", "cis-3.18", {Kind{EngineFile::daemon_json, 0644}}},
    {"/etc/default/docker", "cis-3.19", "cis-3.20", {Kind{EngineFile::default_file, 0644}}},
    {"/etc/sysconfig/docker", "cis-3.22", "cis-3.21", {Kind{EngineFile::sysconfig_file, 0644}}},
    {"socket of containerd", "cis-3.23", "cis-3.24", {Kind{EngineFile::containerd_socket, 0660}}},
});

std::string octal(std::uint32_t mode) {
  std::string out = "0000";
  for (std::size_t i = 0; i < 4; ++i) {
    out[3 - i] = static_cast<char>('0' + (mode >> (3 * i) & 7u));
  }
  return out;
}

class FilesCheck {
 public:
  FilesCheck(const Host& host, Findings& findings) : host_(host), findings_(findings) {
    if (host.daemon == nullptr || !host.daemon->is_rootless()) return;
    // The engine's user owns its data.
    for (const EngineHostFile& file : host.engine_files) {
      if (file.what == EngineFile::data_root && file.exists()) rootless_owner_ = *file.status;
    }
  }

  void check(const Topic& topic) {
    bool any = false;
    for (const Kind& kind : topic.kinds) {
      for (const EngineHostFile& file : host_.engine_files) {
        if (file.what != kind.what) continue;
        if (!file.status) {
          any = true;
          const std::string why = concat("this user cannot see who owns ", file.path);
          findings_.open(why, topic.of_owner);
          findings_.open(why, topic.of_mode);
        } else if (file.exists()) {
          any = true;
          judge_owner(file, topic.of_owner);
          judge_mode(file, kind, topic.of_mode);
        }
      }
    }
    if (!any) say_none(topic);
  }

 private:
  // Of TLS the paths are settings. Where flags switch it on dockerd has defaults for them, which
  // depend on its user's home.
  void say_none_of_tls(const Topic& topic, const Located<std::string>& setting, bool by_flags) {
    const std::string& path = setting.value;
    std::string why = concat("the engine has no ", topic.name);
    const bool unknown = path.empty() ? by_flags : !path.starts_with('/');
    if (unknown) why = concat("where the engine's ", topic.name, " lies is not known");
    if (path.starts_with('/')) why = concat("there is no ", path);
    for (const std::string_view reference : {topic.of_owner, topic.of_mode}) {
      if (unknown) {
        findings_.open(why, reference);
      } else {
        findings_.not_applicable(why, reference);
      }
    }
  }

  void say_none(const Topic& topic) {
    const Daemon* const daemon = host_.daemon;
    const EngineFile what = topic.kinds.begin()->what;
    const bool of_tls = what == EngineFile::tls_ca || what == EngineFile::tls_certificate ||
                        what == EngineFile::tls_key;
    if (of_tls && daemon != nullptr) {
      const Located<std::string>& setting = what == EngineFile::tls_ca    ? daemon->tlscacert
                                            : what == EngineFile::tls_key ? daemon->tlskey
                                                                          : daemon->tlscert;
      const auto is_flag = [](const Located<bool>& flag) {
        return flag.value && flag.layer == Layer::daemon_flags;
      };
      say_none_of_tls(topic, setting, is_flag(daemon->tls) || is_flag(daemon->tlsverify));
      return;
    }
    const std::string why = concat("there is no ", topic.name);
    const bool is_told =
        of_tls || what == EngineFile::daemon_json || what == EngineFile::api_socket;
    for (const std::string_view reference : {topic.of_owner, topic.of_mode}) {
      if (is_told) {
        say_none_of_engine(host_, findings_, why, reference);
      } else {
        findings_.not_applicable(why, reference);
      }
    }
  }

  bool is_own_user(std::uint32_t user) const {
    return user == 0 || (rootless_owner_ && user == rootless_owner_->user);
  }

  // The group that may be given: root's, and of the engine's socket the one that dockerd is told.
  bool is_own_group(const EngineHostFile& file) const {
    if (file.status->group == 0) return true;
    if (rootless_owner_ && file.status->group == rootless_owner_->group) return true;
    return file.what == EngineFile::api_socket && file.group == engine_group_of(host_.daemon);
  }

  std::string owner_wanted(const EngineHostFile& file) const {
    return file.what == EngineFile::api_socket ? concat("root:", engine_group_of(host_.daemon))
                                               : "root:root";
  }

  void judge_owner(const EngineHostFile& file, std::string_view reference) {
    const FileStatus& status = *file.status;
    const std::string remedy = concat("chown ", owner_wanted(file), " ", shell_word(file.path));
    const Fix fix = unsafe_fix({change::set_owner(file.path, owner_wanted(file))});
    if (!is_own_user(status.user)) {
      Finding& finding = findings_.add(
          file.at, concat(file.path, " belongs to ", file.user, ", not to root"), remedy);
      finding.reference = reference;
      finding.fix = fix;
      return;
    }
    if (is_own_group(file)) return;
    if (file.what == EngineFile::api_socket && !host_.groups) {
      findings_.open(
          concat("/etc/group cannot be read: whose group ", file.path, " has is not known"),
          reference);
      return;
    }
    Finding& finding = findings_.add(
        file.at,
        concat(file.path, " belongs to the group ", file.group, ", not to ",
               file.what == EngineFile::api_socket ? engine_group_of(host_.daemon) : "root"),
        remedy);
    finding.reference = reference;
    finding.fix = fix;
    // A group that may only read learns nothing that matters.
    if ((status.mode & 020u) == 0) finding.severity = Severity::low;
  }

  void judge_mode(const EngineHostFile& file, const Kind& kind, std::string_view reference) {
    const std::uint32_t mode = file.status->mode & 0777u;
    const std::uint32_t extra = mode & ~kind.mode;
    if (extra == 0) return;
    const auto who = [&](std::uint32_t of_all) {
      return (extra & of_all) != 0 ? std::string("everybody") : concat("the group ", file.group);
    };
    std::string message;
    bool grave = true;
    if ((extra & 022u) != 0) {
      message = concat(file.path, " may be written by ", who(02));
    } else if (kind.secret && (extra & 044u) != 0) {
      message = concat(file.path, " may be read by ", who(04));
    } else {
      message =
          concat(file.path, " has mode ", octal(mode), ", and ", octal(kind.mode), " is enough");
      grave = false;
    }
    Finding& finding =
        findings_.add(file.at, std::move(message),
                      concat("chmod ", octal(mode & kind.mode), " ", shell_word(file.path)));
    finding.reference = reference;
    finding.fix = unsafe_fix({change::set_mode(file.path, octal(mode & kind.mode))});
    if (!grave) finding.severity = Severity::low;
  }

  const Host& host_;
  Findings& findings_;
  std::optional<FileStatus> rootless_owner_;
};

void check(const Host& host, const Policy&, Findings& findings) {
  FilesCheck files(host, findings);
  for (const Topic& topic : topics) files.check(topic);
}

}  // namespace

extern constinit const Rule docker_files_loose = {
    .name = "docker-files-loose",
    .title = "the engine's files are open to others",
    .severity = Severity::high,
    .topic = "host",
    .subjects = {Subject::host},
    .rationale =
        "dockerd runs as root and does what its files say. Whoever can write its unit, its "
        "daemon.json or its socket is root on the host, and whoever can read the key of its TLS "
        "certificate can pass for it.",
    .remediation =
        "Give the files to root, and take from the group and from others what the finding names. "
        "The socket belongs to root and to the one group whose members may use the engine.",
    .limits =
        "Access control lists are not seen, nor is a directory above that others may write. Units "
        "are looked for where systemd keeps them; other service managers' files are not. Modes "
        "that only let the owner do more than the benchmark asks for are reported as low. A "
        "rootless engine's files may belong to its user, and are found where its data is at the "
        "usual place.",
    .references = {cis("3.1"),  cis("3.2"),  cis("3.3"),  cis("3.4"),  cis("3.5"),  cis("3.6"),
                   cis("3.7"),  cis("3.8"),  cis("3.9"),  cis("3.10"), cis("3.11"), cis("3.12"),
                   cis("3.13"), cis("3.14"), cis("3.15"), cis("3.16"), cis("3.17"), cis("3.18"),
                   cis("3.19"), cis("3.20"), cis("3.21"), cis("3.22"), cis("3.23"), cis("3.24")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::host
