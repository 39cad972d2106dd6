// What a service sees of the host and of its project: volumes, tmpfs, devices, secrets and configs.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"
#include "readers/compose/service_keys.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {

void ServiceReader::volumes(const Node& node) {
  if (!node.is_sequence()) return;
  UniqueList list(spec_.mounts, [](const Mount& mount) { return std::string_view(mount.target); });
  for (const Node* item : node.items) {
    if (item->tag == Tag::reset || item->is_null() || item->is_sequence()) continue;
    Mount mount;
    mount.at = mount.source_at = at(*item);
    mount.layer = Layer::compose;
    if (item->is_mapping()) {
      volume_mapping(*item, mount);
    } else {
      mount.unresolved = item->unresolved;
      volume_text(*item, mount);
      if (mount.target.empty()) continue;
    }
    if (mount.type == Mount::Type::volume) join_volume(mount);
    if (mount.type == Mount::Type::bind && mount.source.empty()) {
      report("a bind mount lacks its `source`", *item);
    }
    list.put(std::move(mount));
  }
}

void ServiceReader::volume_text(const Node& node, Mount& mount) {
  VolumeText volume;
  if (const auto refused = parse_volume(node.text, volume)) {
    if (!node.unresolved) {
      report(
          concat("the volume \"", printable(node.text.substr(0, 128)), "\" is invalid: ", *refused),
          node);
    }
    return;
  }
  mount.target = clean_path(volume.target.of(node.text));
  if (!volume.has_source) return;
  const std::string_view source = volume.source.of(node.text);
  mount.type = volume.is_path ? Mount::Type::bind : Mount::Type::volume;
  mount.source = volume.is_path ? rebased(source, node) : std::string(source);
  mount.source_at =
      part_of(node, loader_.source_of(node.file), volume.source.begin, volume.source.end);
  if (volume.options.empty()) return;
  for (const std::string_view option : split(volume.options.of(node.text), ',')) {
    if (option == "ro") {
      mount.read_only = true;
    } else if (option == "rw") {
      mount.read_only = false;
    } else if (option == "z" || option == "Z") {
      mount.selinux = option;
    } else if (is_one_of(option, {"private", "rprivate", "shared", "rshared", "slave", "rslave"})) {
      mount.propagation = option;
    }
  }
}

void ServiceReader::volume_mapping(const Node& node, Mount& mount) {
  using MountType = Mount::Type;
  const auto scalar = [&](const Node& in, std::string_view key) -> const Node* {
    const Node* const value = in.find(key);
    if (value == nullptr || !value->is_scalar() || value->is_null()) return nullptr;
    mount.unresolved = mount.unresolved || value->unresolved;
    return value;
  };
  if (const Node* type = scalar(node, "type")) {
    constexpr std::pair<std::string_view, MountType> types[] = {
        {"bind", MountType::bind},   {"volume", MountType::volume},   {"tmpfs", MountType::tmpfs},
        {"npipe", MountType::npipe}, {"cluster", MountType::cluster}, {"image", MountType::image},
    };
    for (const auto& [name, value] : types) {
      if (type->text == name) mount.type = value;
    }
  }
  if (const Node* source = scalar(node, "source")) {
    mount.source = source->text;
    if (mount.type == MountType::bind) {
      // The long form needs no leading `./`.
      mount.source = rebased(source->text, *source);
      if (!source->unresolved && !is_volume_path(mount.source)) mount.source.insert(0, "./");
    }
    mount.source_at = at(*source);
  }
  if (const Node* target = scalar(node, "target")) mount.target = clean_path(target->text);
  if (const Node* read_only = scalar(node, "read_only")) {
    mount.read_only = parse_boolean(read_only->text).value_or(false);
  }
  if (const Node* bind = node.find("bind")) {
    if (const Node* value = scalar(*bind, "propagation")) mount.propagation = value->text;
    if (const Node* value = scalar(*bind, "selinux")) mount.selinux = value->text;
  }
  if (const Node* tmpfs = node.find("tmpfs")) {
    if (const Node* size = scalar(*tmpfs, "size")) {
      mount.options.push_back(concat("size=", size->text));
      if (size->type == Type::integer && size->text.starts_with('-')) {
        report("a tmpfs cannot have a negative size", *size);
      }
    }
    if (const Node* mode = scalar(*tmpfs, "mode")) {
      mount.options.push_back(concat("mode=", mode->text));
    }
  }
}

void ServiceReader::join_volume(Mount& mount) const {
  if (mount.source.empty()) return;
  const ComposeResource* const volume = context_.project.volume(mount.source);
  if (volume == nullptr) return;
  mount.driver = volume->driver;
  mount.driver_options = volume->driver_options;
  mount.external = volume->external;
}

void ServiceReader::tmpfs(const Node& node) {
  UniqueList list(tmpfs_, [](const Mount& mount) { return std::string_view(mount.target); });
  for_each_text(node, [&](const Node& item) {
    const std::size_t colon = item.text.find(':');
    Mount mount;
    mount.type = Mount::Type::tmpfs;
    mount.target = clean_path(item.text.substr(0, colon));
    mount.at = mount.source_at = at(item);
    mount.layer = Layer::compose;
    mount.unresolved = item.unresolved;
    if (colon != std::string_view::npos) {
      for (const std::string_view option : split(item.text.substr(colon + 1), ',')) {
        if (option.empty()) continue;
        if (option == "ro") mount.read_only = true;
        mount.options.emplace_back(option);
      }
    }
    list.put(std::move(mount));
  });
}

void ServiceReader::devices(const Node& node) {
  if (!node.is_sequence()) return;
  UniqueList list(spec_.devices,
                  [](const Device& device) { return std::string_view(device.container_path); });
  for (const Node* item : node.items) {
    if (item->tag == Tag::reset || item->is_null() || item->is_sequence()) continue;
    Device device;
    device.at = at(*item);
    device.layer = Layer::compose;
    device.unresolved = item->unresolved;
    if (item->is_scalar()) {
      DeviceText written;
      if (const auto refused = parse_device(item->text, written); refused && !item->unresolved) {
        report(concat("the device is invalid: ", *refused), *item);
        continue;
      }
      device.host_path = std::move(written.source);
      device.container_path = std::move(written.target);
      device.permissions = std::move(written.permissions);
      device.permissions_written = written.permissions_written;
    } else {
      const auto take = [&](std::string_view key, std::string& field) {
        const Node* const value = item->find(key);
        if (value == nullptr || !value->is_scalar() || value->is_null()) return false;
        field = value->text;
        device.unresolved = device.unresolved || value->unresolved;
        return true;
      };
      take("source", device.host_path);
      if (!take("target", device.container_path)) device.container_path = device.host_path;
      device.permissions_written = take("permissions", device.permissions);
    }
    list.put(std::move(device));
  }
}

void ServiceReader::device_request(const Node& node) {
  if (!node.is_mapping()) return;
  std::string text;
  bool unresolved = false;
  const auto append = [&](std::string_view name, std::string_view value) {
    if (!text.empty()) text += ',';
    text += concat(name, "=", value);
  };
  for_each_pair(node, [&](const Pair& pair) {
    if (pair.key.starts_with("x-")) return;
    if (pair.value->is_mapping()) {
      for_each_assignment(*pair.value, [&](const Assignment& option) {
        append(option.name, option.value.value_or(""));
      });
      return;
    }
    for_each_text(*pair.value, [&](const Node& item) {
      append(pair.key, item.text);
      unresolved = unresolved || item.unresolved;
    });
  });
  spec_.device_requests.push_back(located(std::move(text), node));
  spec_.device_requests.back().unresolved = unresolved;
}

void ServiceReader::gpus(const Node& node) {
  if (node.is_scalar() && !node.is_null()) {
    spec_.device_requests.push_back(text_of(node));
  } else if (node.is_sequence()) {
    for (const Node* item : node.items) device_request(*item);
  }
}

void ServiceReader::file_mounts(const Node& node, bool is_config) {
  if (!node.is_sequence()) return;
  std::vector<SecretOrConfig> mounts;
  const auto target_of = [is_config](const SecretOrConfig& mount) {
    return mount.target.empty() ? concat(is_config ? "/" : "/run/secrets/", mount.source)
                                : mount.target;
  };
  UniqueList list(mounts, target_of);
  for (const Node* item : node.items) {
    if (item->tag == Tag::reset || item->is_null() || item->is_sequence()) continue;
    SecretOrConfig mount;
    mount.is_config = is_config;
    mount.at = at(*item);
    if (item->is_scalar()) {
      mount.source = item->text;
    } else {
      if (const Node* source = item->find("source")) mount.source = source->text;
      if (const Node* target = item->find("target")) mount.target = target->text;
    }
    list.put(std::move(mount));
  }
  std::ranges::move(mounts, std::back_inserter(spec_.secrets));
}

}  // namespace plimsoll::compose
