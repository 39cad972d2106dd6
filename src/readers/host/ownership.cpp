#include "readers/host/ownership.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "subjects/container_spec.h"

namespace plimsoll::host {
namespace {

char letter_of(FileKind kind) {
  switch (kind) {
    case FileKind::directory: return 'd';
    case FileKind::symlink: return 'l';
    case FileKind::other: return 's';  // of an engine's files only sockets are neither
    case FileKind::file:
    case FileKind::missing: break;
  }
  return '-';
}

// 0640 of a file: "-rw-r-----"; the bits above the last nine as `ls` shows them.
std::string mode_text(const FileStatus& status) {
  std::string out(1, letter_of(status.kind));
  constexpr std::string_view letters = "rwxrwxrwx";
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const bool set = (status.mode >> (letters.size() - 1 - i) & 1u) != 0;
    out += set ? letters[i] : '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t at, char with, char without) {
    if ((status.mode & bit) != 0) out[at] = out[at] == 'x' ? with : without;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return out;
}

template <class Account>
std::string name_of(std::uint32_t id, const std::optional<std::vector<Account>>& accounts) {
  if (accounts) {
    const auto found = std::ranges::find(*accounts, id, &Account::id);
    if (found != accounts->end()) return found->name;
  }
  return std::to_string(id);
}

// What the files below a directory of certificates are; nothing for others, such as a README.
std::optional<EngineFile> certificate_kind(std::string_view name) {
  if (name.ends_with(".key")) return EngineFile::registry_key;
  if (name.ends_with(".crt") || name.ends_with(".cert")) return EngineFile::registry_certificate;
  return std::nullopt;
}

}  // namespace

void OwnershipReader::read(const std::string& path, HostFile& file) const {
  file.path = path;
  const Result<FileStatus> status = files_.status(path);
  if (!status) return;
  file.status = *status;
  if (!file.exists()) return;
  file.real_path = files_.real_path(path);
  if (file.real_path.empty()) file.real_path = path;
  file.user = name_of(status->user, host_.users);
  file.group = name_of(status->group, host_.groups);
  const std::string line = concat(mode_text(*status), " ", file.user, " ", file.group);
  const auto size = static_cast<std::uint32_t>(line.size());
  file.at = {&sources_.add(path, line + "\n"), {0, size}};
}

void OwnershipReader::add(const EnginePath& path, std::vector<EngineHostFile>& files) const {
  EngineHostFile file;
  file.what = path.what;
  read(path.path, file);
  const bool known = std::ranges::any_of(files, [&](const EngineHostFile& other) {
    return file.exists() && other.what == file.what && other.real_path == file.real_path;
  });
  if (!known) files.push_back(std::move(file));
}

void OwnershipReader::add_below(const EnginePath& directory, std::size_t depth,
                                std::vector<EngineHostFile>& files) const {
  // Certificates lie in one directory for each registry, drop-ins beside each other.
  constexpr std::size_t deepest = 2;
  const Result<std::vector<DirectoryEntry>> entries = files_.list(directory.path);
  if (!entries) {
    // What may not be listed is not known; what is not there holds nothing.
    EngineHostFile unread;
    unread.what = directory.what;
    unread.path = directory.path;
    const Result<FileStatus> status = files_.status(directory.path);
    if (status && status->kind == FileKind::missing) unread.status = *status;
    files.push_back(std::move(unread));
    return;
  }
  // Of certificates the directory counts, too: who may write it may put one in.
  const bool certificates = directory.what == EngineFile::registry_certificates;
  if (certificates) add({directory.what, directory.path, false}, files);
  std::size_t left = max_files_below;
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = join_path(directory.path, entry.name);
    if (left-- == 0) {
      // The rest is not known.
      EngineHostFile unread;
      unread.what = directory.what;
      unread.path = path;
      files.push_back(std::move(unread));
      return;
    }
    if (files_.kind(path) == FileKind::directory) {
      if (depth + 1 < deepest) add_below({directory.what, path, true}, depth + 1, files);
      continue;
    }
    if (!certificates) {
      if (entry.name.ends_with(".conf")) add({directory.what, path, false}, files);
    } else if (const auto kind = certificate_kind(entry.name)) {
      add({*kind, path, false}, files);
    }
  }
}

std::vector<EngineHostFile> OwnershipReader::engine_files() const {
  std::vector<EngineHostFile> files;
  for (const EnginePath& path : engine_paths(host_.daemon)) {
    if (path.below) {
      add_below(path, 0, files);
    } else {
      add(path, files);
    }
  }
  return files;
}

std::vector<HostFile> OwnershipReader::bind_sources(std::vector<Error>& errors) const {
  std::set<std::string_view> paths;
  for (const ContainerSpec* container : host_.containers) {
    if (container->process_id <= 0) continue;
    for (const Mount& mount : container->mounts) {
      const bool bound = mount.type == Mount::Type::bind && mount.source.starts_with('/');
      if (bound) paths.insert(mount.source);
    }
  }
  std::vector<HostFile> out;
  for (const std::string_view path : paths) {
    if (out.size() == max_bind_sources) {
      errors.push_back({.message = concat("only ", std::to_string(max_bind_sources),
                                          " sources of bind mounts are looked at")});
      break;
    }
    read(std::string(path), out.emplace_back());
  }
  return out;
}

}  // namespace plimsoll::host
