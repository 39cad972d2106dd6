#include "scan/image_diff.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include "base/byte_count.h"
#include "base/text.h"
#include "base/utf8.h"
#include "scan/sbom/identity.h"
#include "scan/summary.h"

namespace plimsoll::scan {
namespace {

constexpr std::size_t max_lines = 40;  // of one section

// What is compared, and how it is shown: "" for what may be a secret.
struct Value {
  std::string exact;
  std::string shown;
};
using Values = std::map<std::string, Value, std::less<>>;

// How two sets of values differ: "+ name  value", "- name  value", "~ name  value -> value".
struct Changes {
  std::vector<std::string> lines;
  std::size_t added = 0;
  std::size_t removed = 0;
  std::size_t changed = 0;
};

std::string line_of(std::string_view sign, const std::string& name, const std::string& value) {
  return concat("  ", sign, " ", printable(name), value.empty() ? "" : "  ", printable(value));
}

std::string change_of(const Value& before, const Value& after) {
  if (before.shown.empty() && after.shown.empty()) return "another value";
  // Sizes that are shown alike can differ.
  return before.shown == after.shown ? concat(before.exact, " -> ", after.exact)
                                     : concat(before.shown, " -> ", after.shown);
}

Changes changes_of(const Values& before, const Values& after) {
  Changes out;
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    if (now == after.end() || (old != before.end() && old->first < now->first)) {
      out.lines.push_back(line_of("-", old->first, old->second.shown));
      ++out.removed;
      ++old;
    } else if (old == before.end() || now->first < old->first) {
      out.lines.push_back(line_of("+", now->first, now->second.shown));
      ++out.added;
      ++now;
    } else {
      if (old->second.exact != now->second.exact) {
        out.lines.push_back(line_of("~", now->first, change_of(old->second, now->second)));
        ++out.changed;
      }
      ++old;
      ++now;
    }
  }
  return out;
}

// Of several versions of one package side by side, all are one value.
Values packages_of(const Image& image) {
  std::map<std::string, std::set<std::string>> versions;
  for (const Package& package : image.packages) {
    versions[concat(name_of(package.kind), " ", package.name)].insert(package.version);
  }
  Values out;
  for (const auto& [name, all] : versions) {
    const std::string value = join(std::vector<std::string>(all.begin(), all.end()), ", ");
    out[name] = {value, value};
  }
  return out;
}

std::string list_of(const std::vector<std::string>& words) {
  return words.empty() ? std::string("none") : concat("[", join(words, ", "), "]");
}

Values configuration_of(const Image& image) {
  Values out;
  const auto put = [&](std::string_view name, const std::string& value) {
    out[std::string(name)] = {value, value};
  };
  if (image.os) put("distribution", concat(image.os->id, " ", image.os->version_id));
  if (!image.config) return out;
  const ImageConfig& config = *image.config;
  put("platform", concat(config.os, "/", config.architecture));
  put("user", config.user.value.empty() ? "root" : config.user.value);
  put("entrypoint", list_of(config.entrypoint));
  put("command", list_of(config.command));
  put("health check", config.healthcheck ? list_of(config.healthcheck->test) : "none");
  for (const std::string& port : config.exposed_ports) put(concat("port ", port), "");
  for (const std::string& volume : config.volumes) put(concat("volume ", volume), "");
  for (const auto& [name, value] : config.labels) out[concat("label ", name)] = {value.value, ""};
  for (const Located<std::string>& variable : config.environment) {
    const std::size_t equals = std::min(variable.value.find('='), variable.value.size());
    out[concat("environment ", variable.value.substr(0, equals))] = {variable.value, ""};
  }
  return out;
}

std::string_view word_of(FileKind kind) {
  switch (kind) {
    case FileKind::symlink: return "link";
    case FileKind::directory: return "directory";
    default: return "special file";
  }
}

// What a container sees.
Values files_of(const Image& image) {
  Values out;
  for (const ImagePath& path : image.paths) {
    if (path.is_hidden) continue;
    const bool is_file = path.kind == FileKind::file;
    const std::string word(word_of(path.kind));
    out[concat("/", path.path)] =
        is_file ? Value{counted(path.size, "byte", "bytes"), byte_count(path.size)}
                : Value{word, word};
  }
  return out;
}

std::set<std::string> layers_of(const Image& image) {
  std::set<std::string> out;
  for (const ImageLayer& layer : image.layers) {
    if (!layer.diff_id.empty()) out.insert(layer.diff_id);
  }
  return out;
}

std::string section(std::string_view title, const Changes& changes) {
  if (changes.lines.empty()) return {};
  std::vector<std::string> counts;
  if (changes.added != 0) counts.push_back(concat(std::to_string(changes.added), " added"));
  if (changes.removed != 0) counts.push_back(concat(std::to_string(changes.removed), " removed"));
  if (changes.changed != 0) counts.push_back(concat(std::to_string(changes.changed), " changed"));
  std::string out = concat(title, ": ", join(counts, ", "), "\n");
  const std::size_t shown =
      changes.lines.size() <= max_lines + 1 ? changes.lines.size() : max_lines;
  for (std::size_t i = 0; i < shown; ++i) out += changes.lines[i] + "\n";
  if (shown < changes.lines.size()) {
    out += concat("  and ", std::to_string(changes.lines.size() - shown), " more\n");
  }
  return out;
}

}  // namespace

ImageDiff diff_of(const Image& before, const Image& after) {
  std::string sections = section("packages", changes_of(packages_of(before), packages_of(after)));
  // Of an inventory nothing else is known, and what is not known does not differ.
  const bool has_inventory = before.is_inventory || after.is_inventory;
  if (!has_inventory) {
    sections = concat(
        section("configuration", changes_of(configuration_of(before), configuration_of(after))),
        sections, section("files", changes_of(files_of(before), files_of(after))));
  }
  ImageDiff out;
  out.is_empty = sections.empty();
  const std::set<std::string> old = layers_of(before);
  const std::set<std::string> now = layers_of(after);
  std::vector<std::string> shared;
  std::ranges::set_intersection(old, now, std::back_inserter(shared));
  out.text = concat(printable(title_of(before)), " -> ", printable(title_of(after)), ": ");
  out.text += has_inventory ? std::string("packages alone, since one is an inventory")
                            : concat(byte_count(file_bytes_of(before)), " -> ",
                                     byte_count(file_bytes_of(after)));
  if (!old.empty() && !now.empty()) {
    out.text += concat("; ", std::to_string(shared.size()), " of ", std::to_string(old.size()),
                       " and ", std::to_string(now.size()), " layers are the same");
  }
  out.text += out.is_empty ? "\nno differences\n" : concat("\n", sections);
  return out;
}

}  // namespace plimsoll::scan
