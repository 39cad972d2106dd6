#include "image/files/rpm_header.h"

#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "image/bytes.h"

namespace plimsoll::image {
namespace {

// What rpm itself takes (lib/header.c): tags of 16 bits, 256 MiB of data.
constexpr std::uint32_t max_entries = 0xffff;
constexpr std::uint32_t max_data_bytes = 256u << 20;
constexpr std::uint64_t entry_bytes = 16;
constexpr std::uint64_t head_bytes = 8;

enum Tag : std::uint32_t {
  tag_name = 1000,
  tag_version = 1001,
  tag_release = 1002,
  tag_epoch = 1003,
  tag_licence = 1014,
  tag_architecture = 1022,
  tag_old_file_names = 1027,
  tag_source_rpm = 1044,
  tag_directory_indexes = 1116,
  tag_base_names = 1117,
  tag_directory_names = 1118,
  tag_module = 5096,
};

enum Type : std::uint32_t {
  type_int32 = 4,
  type_string = 6,
  type_string_array = 8,
  type_i18n_string = 9,  // one for each language; the first is the plain one
};

struct Entry {
  std::uint32_t tag = 0, type = 0, offset = 0, count = 0;
};

bool is_text(const Entry& entry) {
  return entry.type == type_string || entry.type == type_string_array ||
         entry.type == type_i18n_string;
}

class Header {
 public:
  static std::optional<Header> read(std::string_view blob) {
    const Bytes bytes(blob, std::endian::big);
    const std::uint32_t entries = bytes.u32(0);
    const std::uint32_t data_bytes = bytes.u32(4);
    if (entries == 0 || entries > max_entries || data_bytes > max_data_bytes) return std::nullopt;
    const std::uint64_t data_at = head_bytes + entries * entry_bytes;
    if (!bytes.has(data_at, data_bytes)) return std::nullopt;
    Header header(bytes.part(data_at, data_bytes));
    for (std::uint64_t i = 0; i < entries; ++i) {
      const std::uint64_t at = head_bytes + i * entry_bytes;
      header.note({bytes.u32(at), bytes.u32(at + 4), bytes.u32(at + 8), bytes.u32(at + 12)});
    }
    return header;
  }

  std::string_view text(Tag tag) const {
    const Entry* const entry = find(tag);
    return entry != nullptr && is_text(*entry) ? data_.c_string(entry->offset) : std::string_view();
  }

  std::vector<std::string_view> texts(Tag tag) const {
    std::vector<std::string_view> out;
    const Entry* const entry = find(tag);
    if (entry == nullptr || !is_text(*entry)) return out;
    std::string_view rest = data_.from(entry->offset);
    for (std::uint32_t i = 0; i < entry->count; ++i) {
      const std::size_t end = rest.find('\0');
      if (end == std::string_view::npos) break;
      out.push_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    return out;
  }

  // Number `index` of an array of 32 bits.
  std::optional<std::uint32_t> number(Tag tag, std::uint64_t index = 0) const {
    const Entry* const entry = find(tag);
    if (entry == nullptr || entry->type != type_int32 || index >= entry->count) return std::nullopt;
    const std::uint64_t at = entry->offset + index * 4;
    if (!data_.has(at, 4)) return std::nullopt;
    return data_.u32(at);
  }

 private:
  static constexpr std::array<Tag, 12> known{
      tag_name,           tag_version,         tag_release,
      tag_epoch,          tag_licence,         tag_architecture,
      tag_old_file_names, tag_source_rpm,      tag_directory_indexes,
      tag_base_names,     tag_directory_names, tag_module};

  explicit Header(std::string_view data) : data_(data, std::endian::big) {}

  void note(const Entry& entry) {
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] == entry.tag) entries_[i] = entry;
    }
  }
  const Entry* find(Tag tag) const {
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (known[i] == tag) return entries_[i] ? &*entries_[i] : nullptr;
    }
    return nullptr;
  }

  Bytes data_;
  std::array<std::optional<Entry>, known.size()> entries_;
};

// False when the bound is reached.
bool add_file(std::string_view directory, std::string_view name, std::size_t max_bytes,
              std::string& files) {
  if (directory.starts_with('/')) {
    directory.remove_prefix(1);
  } else if (directory.empty() && name.starts_with('/')) {
    name.remove_prefix(1);
  }
  if (files.size() + directory.size() + name.size() + 1 > max_bytes) return false;
  files += directory;
  files += name;
  files += '\n';
  return true;
}

// Files are kept as names, directories, and for each name the number of its directory; before rpm
// 4 as whole paths.
void read_files(const Header& header, std::size_t max_bytes, std::string& files) {
  const std::vector<std::string_view> directories = header.texts(tag_directory_names);
  const std::vector<std::string_view> names = header.texts(tag_base_names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::optional<std::uint32_t> directory = header.number(tag_directory_indexes, i);
    if (!directory || *directory >= directories.size()) continue;
    if (!add_file(directories[*directory], names[i], max_bytes, files)) return;
  }
  if (!names.empty()) return;
  for (const std::string_view path : header.texts(tag_old_file_names)) {
    if (!add_file("", path, max_bytes, files)) return;
  }
}

std::string with_epoch(std::optional<std::uint32_t> epoch, std::string_view version_release) {
  return epoch ? concat(std::to_string(*epoch), ":", version_release)
               : std::string(version_release);
}

// "gcc-11.4.1-2.1.el9.src.rpm": of a name with dashes the last two parts are version and release.
// The file name has no epoch; a source package is built with that of its packages.
void set_source(std::string_view file, std::optional<std::uint32_t> epoch, Package& package) {
  package.source_name = package.name;
  package.source_version = package.version;
  for (const std::string_view ending : {".src.rpm", ".nosrc.rpm"}) {
    if (!file.ends_with(ending)) continue;
    file.remove_suffix(ending.size());
    const std::size_t release = file.rfind('-');
    if (release == std::string_view::npos || release == 0) return;
    const std::size_t version = file.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) return;
    package.source_name = file.substr(0, version);
    package.source_version = with_epoch(epoch, file.substr(version + 1));
    return;
  }
}

}  // namespace

Result<Package> read_rpm_header(std::string_view blob, std::size_t max_file_bytes) {
  const std::optional<Header> header = Header::read(blob);
  if (!header) return failure({.message = "the header is damaged"});
  Package package;
  package.kind = PackageKind::rpm;
  package.name = header->text(tag_name);
  const std::string_view version = header->text(tag_version);
  if (package.name.empty()) return failure({.message = "a package has no name"});
  if (version.empty()) {
    return failure({.message = concat("the package \"", package.name, "\" has no version")});
  }
  const std::optional<std::uint32_t> epoch = header->number(tag_epoch);
  const std::string_view release = header->text(tag_release);
  package.version =
      with_epoch(epoch, release.empty() ? std::string(version) : concat(version, "-", release));
  package.architecture = header->text(tag_architecture);
  package.licence = header->text(tag_licence);
  package.module = header->text(tag_module);
  set_source(header->text(tag_source_rpm), epoch, package);
  read_files(*header, max_file_bytes, package.files);
  return package;
}

}  // namespace plimsoll::image
