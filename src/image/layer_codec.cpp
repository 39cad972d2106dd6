#include "image/layer_codec.h"

#include "base/binary_codec.h"

namespace plimsoll::image {
namespace {

// More than any honest layer has of all lists together; it bounds what a small file can ask for.
constexpr std::uint64_t max_items = 2 * max_files;

// A layer's errors have no place in a source.
template <class Archive>
void members(Archive& archive, Is<Error> auto& error) {
  archive(error.message, error.hint, error.file);
}

template <class Archive>
void members(Archive& archive, Is<Package> auto& package) {
  archive.choice(package.kind, package_kinds);
  archive(package.name, package.version, package.architecture, package.source_name,
          package.source_version, package.licence, package.module, package.path, package.files);
}

template <class Archive>
void members(Archive& archive, Is<ImageFile> auto& file) {
  archive(file.path, file.link, file.mode, file.user, file.group, file.size, file.capabilities);
}

template <class Archive>
void members(Archive& archive, Is<PackageFile> auto& file) {
  archive(file.path, file.packages);
}

template <class Archive>
void members(Archive& archive, Is<OwnedFiles> auto& owned) {
  archive(owned.path, owned.package, owned.files);
}

template <class Archive>
void members(Archive& archive, Is<LicenceFile> auto& file) {
  archive(file.path, file.package, file.licence);
}

template <class Archive>
void members(Archive& archive, Is<OsReleaseFile> auto& file) {
  archive(file.path, file.os.id, file.os.version_id, file.os.pretty_name);
}

template <class Archive>
void members(Archive& archive, Is<ImageAccount> auto& account) {
  archive(account.name, account.id, account.shell, account.has_empty_password);
}

template <class Archive>
void members(Archive& archive, Is<ImageGroup> auto& group) {
  archive(group.name, group.id);
}

template <class Archive>
void members(Archive& archive, Is<AccountsFile> auto& file) {
  archive(file.path, file.accounts, file.groups, file.without_password);
}

template <class Archive>
void members(Archive& archive, Is<LayerSecret> auto& secret) {
  archive.choice(secret.certainty, secret_certainties);
  archive(secret.kind, secret.path, secret.name, secret.fingerprint, secret.line);
}

template <class Archive>
void members(Archive& archive, Is<Layer> auto& layer) {
  archive(layer.computed_digest, layer.computed_diff_id, layer.stored_bytes, layer.plain_bytes,
          layer.files, layer.whiteouts, layer.opaque_directories, layer.privileged_files,
          layer.world_writable_files, layer.leaving_links, layer.package_files, layer.inventories,
          layer.owned_files, layer.licence_files, layer.os_releases, layer.account_files,
          layer.secrets, layer.errors);
}

template <class Archive>
void members(Archive& archive, Is<FileTable::File> auto& file) {
  archive.choice(file.kind, entry_kinds);
  archive(file.size);
}

struct Writer : BinaryWriter<Writer> {};
struct Reader : BinaryReader<Reader> {
  using BinaryReader::BinaryReader;
};

// A table keeps its paths apart from its files.
void members(Writer& writer, const FileTable& table) {
  writer(table.files().size());
  for (const FileTable::File& file : table.files()) writer(table.path(file), file);
}

void members(Reader& reader, FileTable& table) {
  std::uint64_t size = 0;
  reader(size);
  for (std::uint64_t i = 0; i < size && !reader.has_failed(); ++i) {
    std::string_view path;
    FileTable::File file;
    reader(path, file);
    const bool fits = file.kind == EntryKind::file || file.size == 0;  // as the table keeps it
    if (!fits || path.size() > max_tar_path_bytes || !table.add(path, file.kind, file.size)) {
      reader.fail();
    }
  }
}

}  // namespace

std::string encode(const Layer& layer) {
  Writer writer;
  writer(layer);
  return writer.take();
}

std::optional<Layer> decode(std::string_view bytes) {
  Reader reader(bytes, max_items);
  Layer layer;
  reader(layer);
  if (!reader.is_whole()) return std::nullopt;
  return layer;
}

}  // namespace plimsoll::image
