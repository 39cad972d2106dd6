#include "image/merge.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/files.h"
#include "base/text.h"
#include "image/secrets/secret_kinds.h"
#include "subjects/package_url.h"

namespace plimsoll::image {
namespace {

// What the layers above one have done to its paths. Views into the layers, which outlive it.
class Above {
 public:
  void add(const Layer& layer) {
    for (const std::string& path : layer.whiteouts) deleted_.insert(path);
    for (const std::string& path : layer.opaque_directories) opaque_.insert(path);
    for (const FileTable::File& file : layer.files.files()) {
      // A directory is laid over the one below; anything else replaces what was there, and all
      // that was in it.
      auto& paths = file.kind == EntryKind::directory ? directories_ : replaced_;
      paths.insert(layer.files.path(file));
    }
    last_directory_known_ = false;
  }

  bool hides(std::string_view path, EntryKind kind) {
    if (replaced_.contains(path) || deleted_.contains(path)) return true;
    // A directory that comes where a file was hides the file.
    if (kind != EntryKind::directory && directories_.contains(path)) return true;
    return hides_below(directory_of(path));
  }

 private:
  static std::string_view directory_of(std::string_view path) {
    return path.substr(0, path.contains('/') ? path.rfind('/') : 0);
  }

  // Whether what lies in this directory of a lower layer is gone. Neighbours ask the same.
  bool hides_below(std::string_view directory) {
    if (last_directory_known_ && directory == last_directory_) return last_directory_hidden_;
    last_directory_hidden_ = opaque_.contains(std::string_view());  // the root itself
    for (std::string_view at = directory; !last_directory_hidden_ && !at.empty();
         at = directory_of(at)) {
      last_directory_hidden_ =
          opaque_.contains(at) || deleted_.contains(at) || replaced_.contains(at);
    }
    last_directory_ = directory;
    last_directory_known_ = true;
    return last_directory_hidden_;
  }

  std::unordered_set<std::string_view> replaced_;
  std::unordered_set<std::string_view> directories_;
  std::unordered_set<std::string_view> deleted_;
  std::unordered_set<std::string_view> opaque_;
  std::string
      last_directory_;  // its own: paths that are asked for can be gone by the next question
  bool last_directory_hidden_ = false;
  bool last_directory_known_ = false;
};

// Systems with a merged /usr have one directory under two names, and package databases and layers
// do not agree on which.
std::string_view without_usr(std::string_view path) {
  constexpr std::string_view usr = "usr/";
  if (!path.starts_with(usr)) return path;
  const std::string_view rest = path.substr(usr.size());
  const std::string_view first = rest.substr(0, rest.find('/'));
  const bool is_merged = first == "bin" || first == "sbin" || first.starts_with("lib");
  return is_merged ? rest : path;
}

FileKind kind_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::file:
    case EntryKind::hard_link: return FileKind::file;
    case EntryKind::symlink: return FileKind::symlink;
    case EntryKind::directory: return FileKind::directory;
    default: return FileKind::other;
  }
}

// How some paths end: tells most others from them by their last bytes, without hashing them.
class Endings {
 public:
  void add(std::string_view path) { seen_.set(key_of(path)); }
  bool may_hold(std::string_view path) const { return seen_.test(key_of(path)); }

 private:
  static constexpr std::size_t bits = 16;

  static std::size_t key_of(std::string_view path) {
    std::uint32_t last = 0;
    const std::size_t size = std::min(path.size(), sizeof last);
    std::memcpy(&last, path.data() + path.size() - size, size);
    constexpr std::uint32_t golden_ratio = 2654435769u;  // 2^32 of it: multiplicative hashing
    return (last * golden_ratio) >> (32 - bits);
  }

  std::bitset<(1u << bits)> seen_;
};

class Merger {
 public:
  Merger(std::vector<Layer>& layers, Image& image) : layers_(layers), image_(image) {}

  void run() {
    std::size_t end = 0;
    for (const Layer& layer : layers_) end += layer.files.files().size();
    image_.paths.resize(end);
    // Layers are taken from the top, and their paths stand from the base up.
    for (std::size_t i = layers_.size(); i-- > 0;) {
      end -= layers_[i].files.files().size();
      take(i, std::span(image_.paths).subspan(end));
    }
    finish_accounts();
    give_licences();
    add_inventories();
    give_owners();
    sort();
  }

 private:
  // `paths` begins where those of the layer stand.
  void take(std::size_t index, std::span<ImagePath> paths) {
    Layer& layer = layers_[index];
    ImageLayer& into = image_.layers[index];
    into.computed_digest = layer.computed_digest;
    into.computed_diff_id = layer.computed_diff_id;
    into.is_unpacked = layer.stored_bytes == 0 && layer.computed_digest.empty();
    into.stored_bytes = layer.stored_bytes;
    into.plain_bytes = layer.plain_bytes;
    into.files = layer.files.files().size();
    for (std::size_t i = 0; i < layer.files.files().size(); ++i) {
      const FileTable::File& file = layer.files.files()[i];
      const std::string_view path = layer.files.path(file);
      const bool is_hidden = above_.hides(path, file.kind);
      into.file_bytes += file.size;
      if (is_hidden) into.hidden_bytes += file.size;
      paths[i] = {.path = path,
                  .size = file.size,
                  .layer = static_cast<std::uint32_t>(index),
                  .kind = kind_of(file.kind),
                  .is_hidden = is_hidden};
    }
    take_files(layer.privileged_files, index, image_.privileged_files);
    take_files(layer.world_writable_files, index, image_.world_writable_files);
    take_files(layer.leaving_links, index, image_.leaving_links);
    for (LayerSecret& secret : layer.secrets) {
      const SecretKind* kind = find_secret_kind(secret.kind);
      image_.secrets.push_back({.kind = secret.kind,
                                .title = std::string(kind == nullptr ? secret.kind : kind->title),
                                .path = secret.path,
                                .part = {},
                                .name = std::move(secret.name),
                                .fingerprint = std::move(secret.fingerprint),
                                .owner = {},
                                .line = secret.line,
                                .layer = index,
                                .is_hidden = is_hidden(secret.path),
                                .certainty = secret.certainty,
                                .at = {}});
    }
    layer.secrets.clear();
    for (PackageFile& file : last_of_each_path(layer.package_files)) {
      if (is_hidden(file.path)) continue;
      for (Package& package : file.packages) {
        package.layer = index;
        image_.packages.push_back(std::move(package));
      }
    }
    for (OwnedFiles& owned : last_of_each_path(layer.owned_files)) {
      if (!is_hidden(owned.path)) owned_.emplace(owned.package, std::move(owned.files));
    }
    for (LicenceFile& file : last_of_each_path(layer.licence_files)) {
      if (!is_hidden(file.path)) licences_.emplace(file.package, std::move(file.licence));
    }
    for (PackageFile& file : last_of_each_path(layer.inventories)) {
      if (is_hidden(file.path)) continue;
      for (Package& package : file.packages) package.layer = index;
      inventories_.push_back(std::move(file));
    }
    for (OsReleaseFile& file : last_of_each_path(layer.os_releases)) {
      // etc/os-release counts before usr/lib/os-release, to which it is a link in most images.
      if (is_hidden(file.path) || (image_.os && !file.path.starts_with("etc/"))) continue;
      image_.os = std::move(file.os);
    }
    for (AccountsFile& file : last_of_each_path(layer.account_files)) {
      if (!is_hidden(file.path)) account_files_.emplace(file.path, std::move(file));
    }
    if (index > 0) above_.add(layer);
  }

  bool is_hidden(std::string_view path) { return above_.hides(path, EntryKind::file); }

  void take_files(std::vector<ImageFile>& from, std::size_t index, std::vector<ImageFile>& into) {
    for (ImageFile& file : from) {
      if (is_hidden(file.path)) continue;
      file.layer = index;
      into.push_back(std::move(file));
    }
  }

  // An archive can hold a path twice: the later one is what a container sees.
  template <class T>
  static std::vector<T> last_of_each_path(std::vector<T>& files) {
    std::map<std::string, std::size_t, std::less<>> last;
    for (std::size_t i = 0; i < files.size(); ++i) last[files[i].path] = i;
    std::vector<T> out;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (last.find(files[i].path)->second == i) out.push_back(std::move(files[i]));
    }
    files.clear();
    return out;
  }

  void finish_accounts() {
    const auto users = account_files_.find("etc/passwd");
    if (users == account_files_.end()) return;
    image_.accounts_known = true;
    image_.accounts = std::move(users->second.accounts);
    if (const auto groups = account_files_.find("etc/group"); groups != account_files_.end()) {
      image_.groups = std::move(groups->second.groups);
    }
    const auto shadow = account_files_.find("etc/shadow");
    if (shadow == account_files_.end()) return;
    for (const std::string& name : shadow->second.without_password) {
      const auto account = std::ranges::find(image_.accounts, name, &ImageAccount::name);
      if (account != image_.accounts.end()) account->has_empty_password = true;
    }
  }

  // A package without a copyright file has its documentation with another of the same source, by a
  // link between their directories (Debian policy, 12.5): the licence is the source's.
  void give_licences() {
    if (licences_.empty()) return;
    using Origin = std::pair<std::string_view, std::string_view>;
    std::map<Origin, std::string> of_sources;  // "" where its packages say different things
    for (Package& package : image_.packages) {
      if (package.kind != PackageKind::deb) continue;
      const auto own = licences_.find(package.name);
      if (own == licences_.end()) continue;
      package.licence = own->second;
      const auto [of_source, is_new] =
          of_sources.emplace(Origin{package.source_name, package.source_version}, package.licence);
      if (!is_new && of_source->second != package.licence) of_source->second.clear();
    }
    for (Package& package : image_.packages) {
      if (package.kind != PackageKind::deb || !package.licence.empty()) continue;
      const auto of_source = of_sources.find({package.source_name, package.source_version});
      if (of_source != of_sources.end()) package.licence = of_source->second;
    }
  }

  // An inventory is what somebody claims, and may be older than the image or of more than is in it:
  // what was found itself counts. So of a distribution's packages it adds those of a kind that the
  // image has no database of, since a database lists all of them; and of other packages those that
  // were not found in that version.
  void add_inventories() {
    if (inventories_.empty()) return;
    std::array<bool, package_kinds> has_database{};
    std::unordered_set<std::string> known;
    for (const Package& package : image_.packages) {
      known.insert(identity_of(package));
      if (is_of_system(package.kind)) has_database[static_cast<std::size_t>(package.kind)] = true;
    }
    std::ranges::sort(inventories_, {}, &PackageFile::path);
    for (PackageFile& file : inventories_) {
      for (Package& package : file.packages) {
        if (has_database[static_cast<std::size_t>(package.kind)]) continue;
        // An archive of Java's does not always say its group.
        Package without_group;
        without_group.kind = package.kind;
        without_group.name = package.name.substr(package.name.rfind(':') + 1);
        without_group.version = package.version;
        if (package.kind == PackageKind::maven && known.contains(identity_of(without_group))) {
          continue;
        }
        if (known.insert(identity_of(package)).second) {
          image_.packages.push_back(std::move(package));
        }
      }
    }
  }

  // What names the same package, however it is spelt.
  static std::string identity_of(const Package& package) {
    PackageUrl url = package_url_of(package, nullptr);
    url.qualifiers.clear();
    if (package.kind == PackageKind::golang && url.version.starts_with('v'))
      url.version.erase(0, 1);
    return to_string(url);
  }

  // Only the owners of files that somebody asks for are looked up: an image has tens of thousands.
  void give_owners() {
    std::unordered_multimap<std::string_view, std::string*> wanted;
    Endings endings;
    const auto want = [&](std::string_view path, std::string& owner) {
      wanted.emplace(without_usr(path), &owner);
      endings.add(path);
    };
    for (ImageFile& file : image_.privileged_files) want(file.path, file.owner);
    for (ImageFile& file : image_.world_writable_files) want(file.path, file.owner);
    for (ImageSecret& secret : image_.secrets) {
      if (!secret.path.empty()) want(secret.path, secret.owner);
    }
    for (Package& package : image_.packages) {
      if (!is_of_system(package.kind)) want(package.path, package.owner);
    }
    for (Package& package : image_.packages) {
      if (package.kind == PackageKind::deb) {
        if (auto owned = owned_.find(package.name); owned != owned_.end()) {
          package.files = owned->second;
        }
      }
      for (const std::string_view path : split(package.files, '\n')) {
        if (!endings.may_hold(path)) continue;
        const auto [begin, end] = wanted.equal_range(without_usr(path));
        for (auto entry = begin; entry != end; ++entry) *entry->second = package.name;
      }
    }
  }

  void sort() {
    std::ranges::sort(image_.privileged_files, {}, &ImageFile::path);
    std::ranges::sort(image_.world_writable_files, {}, &ImageFile::path);
    std::ranges::sort(image_.leaving_links, {}, &ImageFile::path);
    std::ranges::stable_sort(image_.secrets, [](const ImageSecret& a, const ImageSecret& b) {
      return std::tie(a.layer, a.path, a.line) < std::tie(b.layer, b.path, b.line);
    });
    sort_packages(image_.packages);
  }

  std::vector<Layer>& layers_;
  Image& image_;
  Above above_;
  std::map<std::string, std::string, std::less<>> owned_;     // a package's files
  std::map<std::string, std::string, std::less<>> licences_;  // of packages
  std::vector<PackageFile> inventories_;                      // that a container sees
  std::map<std::string, AccountsFile, std::less<>> account_files_;
};

}  // namespace

void merge(std::vector<Layer>& layers, Image& image) {
  Merger(layers, image).run();
}

}  // namespace plimsoll::image
