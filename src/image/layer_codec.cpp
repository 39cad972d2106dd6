#include "image/layer_codec.h"

#include <concepts>
#include <type_traits>
#include <vector>

namespace plimsoll::image {
namespace {

// More than any honest layer has of all lists together; it bounds what a small file can ask for.
constexpr std::uint64_t max_items = 2 * max_files;

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

// Each struct names its members once, for writing and for reading, so that the two cannot disagree.

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

class Writer {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }

  template <class Enum>
  void choice(Enum value, std::size_t /*count*/) {
    put(static_cast<std::uint64_t>(value));
  }

  std::string take() { return std::move(bytes_); }

 private:
  template <std::unsigned_integral Number>
  void put(Number value) {
    std::uint64_t left = value;
    for (; left >= 0x80; left >>= 7) bytes_ += static_cast<char>(left | 0x80);
    bytes_ += static_cast<char>(left);
  }
  void put(const std::string& text) {
    put(text.size());
    bytes_ += text;
  }
  template <class T>
  void put(const std::vector<T>& list) {
    put(list.size());
    for (const T& item : list) put(item);
  }
  void put(const FileTable& table) {
    put(table.files().size());
    for (const FileTable::File& file : table.files()) {
      const std::string_view path = table.path(file);
      put(path.size());
      bytes_ += path;
      choice(file.kind, entry_kinds);
      put(file.size);
    }
  }
  template <class T>
    requires std::is_class_v<T>
  void put(const T& value) {
    members(*this, value);
  }

  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }

  template <class Enum>
  void choice(Enum& value, std::size_t count) {
    std::uint64_t number = 0;
    get(number);
    if (number >= count) return fail();
    value = static_cast<Enum>(number);
  }

  bool is_whole() const { return !failed_ && left_.empty(); }

 private:
  void fail() {
    failed_ = true;
    left_ = {};
  }

  template <std::unsigned_integral Number>
  void get(Number& value) {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (left_.empty() || shift > 63) return fail();
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      number |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) != 0) continue;
      // One number has one form.
      if (byte == 0 && shift > 0) return fail();
      break;
    }
    value = static_cast<Number>(number);
    if (value != number) fail();
  }
  void get(std::string_view& text) {
    std::uint64_t size = 0;
    get(size);
    if (size > left_.size()) return fail();
    text = left_.substr(0, size);
    left_.remove_prefix(size);
  }
  void get(std::string& text) {
    std::string_view view;
    get(view);
    text = view;
  }
  template <class T>
  void get(std::vector<T>& list) {
    std::uint64_t size = 0;
    get(size);
    // Memory grows with the items that are there, whatever their number is said to be.
    for (std::uint64_t i = 0; i < size && !failed_; ++i) {
      if (++items_ > max_items) return fail();
      get(list.emplace_back());
    }
  }
  void get(FileTable& table) {
    std::uint64_t size = 0;
    get(size);
    for (std::uint64_t i = 0; i < size && !failed_; ++i) {
      std::string_view path;
      get(path);
      FileTable::File file;
      choice(file.kind, entry_kinds);
      get(file.size);
      if (path.size() > max_tar_path_bytes || !table.add(path, file.kind, file.size)) fail();
    }
  }
  template <class T>
    requires std::is_class_v<T>
  void get(T& value) {
    members(*this, value);
  }

  std::string_view left_;
  std::uint64_t items_ = 0;
  bool failed_ = false;
};

}  // namespace

std::string encode(const Layer& layer) {
  Writer writer;
  writer(layer);
  return writer.take();
}

std::optional<Layer> decode(std::string_view bytes) {
  Reader reader(bytes);
  Layer layer;
  reader(layer);
  if (!reader.is_whole()) return std::nullopt;
  return layer;
}

}  // namespace plimsoll::image
