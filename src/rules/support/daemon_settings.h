// What rules of the engine ask about its settings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "findings/finding.h"
#include "subjects/daemon.h"

namespace plimsoll::rules {

// Whether nothing that could set something was left unseen. Of a daemon.json alone the flags are
// not known; what it leaves out is judged by the engine's default, as of every other file.
inline bool defaults_count(const Daemon& daemon) {
  return daemon.file_seen && (daemon.flags_seen || !daemon.engine);
}

// Whether a setting's value may be judged.
template <class T>
bool is_decided(const Daemon& daemon, const Located<T>& setting) {
  return !setting.unresolved && (setting.written() || defaults_count(daemon));
}
// A list or a table that somebody wrote has its entries.
template <class T>
bool is_decided(const Daemon& daemon, const std::vector<T>& list) {
  return !list.empty() || defaults_count(daemon);
}

// As is_decided, and in an audit what is not decided stays an open question.
template <class T>
bool is_known(const Daemon& daemon, const T& setting, Findings& findings,
              std::string_view reference = {}) {
  if (is_decided(daemon, setting)) return true;
  if (daemon.is_audited()) {
    findings.open("dockerd's arguments or its daemon.json were not seen", reference);
  }
  return false;
}

// Whether the settings of a dockerd can be meant. Podman speaks the same API and has none.
inline bool has_dockerd(const Daemon& daemon, Findings& findings) {
  if (daemon.is_podman()) findings.not_applicable("Podman answers here, which has no dockerd");
  return !daemon.is_podman();
}

// ", by default" for what is known to be written nowhere.
template <class T>
std::string_view by_default(const Daemon& daemon, const Located<T>& setting) {
  return setting.written() || !defaults_count(daemon) ? "" : ", by default";
}

// The entry of a table ("max-size" of the log options), or null.
inline const Located<std::string>* entry_of(const Daemon::Entries& entries, std::string_view name) {
  for (const auto& [key, value] : entries) {
    if (key == name) return &value;
  }
  return nullptr;
}

inline bool listens_on_tcp(const Located<std::string>& host) {
  return host.value.starts_with("tcp://");
}

// Whom dockerd answers on TCP.
enum class TcpClients : std::uint8_t {
  unencrypted,       // everybody, without TLS
  anonymous,         // everybody
  of_any_authority,  // who has a certificate of any authority that the machine trusts
  verified,          // who has one of the engine's own authority
};

// With TLS clients are verified unless `tlsverify` is false; without an authority of its own
// dockerd leaves that to Go, which asks the machine's list. Only a flag that switches TLS on gives
// `tlscacert` a default, and without such a flag --tlscacert itself is ignored.
//
// Facts: moby daemon/command/options.go and daemon.go (b985e2313a86); tried with 20.10.24.
inline TcpClients tcp_clients_of(const Daemon& daemon) {
  if (!daemon.tls.value && !daemon.tlsverify.written()) return TcpClients::unencrypted;
  const bool verifies = daemon.tlsverify.written() ? daemon.tlsverify.value : daemon.tls.value;
  if (!verifies) return TcpClients::anonymous;
  const auto is_flag = [](const auto& setting) {
    return setting.written() && setting.layer == Layer::daemon_flags;
  };
  if (is_flag(daemon.tls) || is_flag(daemon.tlsverify)) return TcpClients::verified;
  const Located<std::string>& authority = daemon.tlscacert;
  const bool counts = authority.unresolved || (!authority.value.empty() && !is_flag(authority));
  return counts ? TcpClients::verified : TcpClients::of_any_authority;
}

// Where an engine that was not seen starting says that it is open: "http://0.0.0.0:2375" in
// "[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption. …". Empty for
// any other of its warnings.
inline std::string_view open_address_in(std::string_view warning) {
  constexpr std::string_view words = "API is accessible on ";
  const std::size_t begin = warning.find(words);
  if (begin == std::string_view::npos) return {};
  warning.remove_prefix(begin + words.size());
  return warning.substr(0, warning.find(' '));
}

}  // namespace plimsoll::rules
