#include "subjects/package_url.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace plimsoll {
namespace {

bool is_plain(char c) {
  return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':';
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
}

void append_parts(std::string& out, std::string_view path) {
  bool is_first = true;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") continue;
    if (!is_first) out += '/';
    is_first = false;
    append_encoded(out, part);
  }
}

bool has_lower_case_name(std::string_view type) {
  static constexpr std::array<std::string_view, 9> types{
      "apk", "composer", "deb", "golang", "npm", "oci", "pypi", "bitbucket", "github"};
  return std::ranges::find(types, type) != types.end();
}

// "org.apache.commons:io" -> namespace and name, at the last of these.
void set_name(std::string_view written, char separator, PackageUrl& url) {
  const std::size_t at = written.rfind(separator);
  if (at == std::string_view::npos) {
    url.name = written;
    return;
  }
  url.name_space = written.substr(0, at);
  url.name = written.substr(at + 1);
}

}  // namespace

std::string to_string(const PackageUrl& url) {
  std::string out = concat("pkg:", url.type, "/");
  const bool is_lower = has_lower_case_name(url.type);
  // An rpm's vendor is lower case, its name is what it is.
  const std::string space = is_lower || url.type == "rpm" ? lower(url.name_space) : url.name_space;
  if (!space.empty()) {
    append_parts(out, space);
    out += '/';
  }
  std::string name = is_lower ? lower(url.name) : url.name;
  if (url.type == "pypi") std::ranges::replace(name, '_', '-');
  append_encoded(out, name);
  if (!url.version.empty()) {
    out += '@';
    append_encoded(out, url.version);
  }
  std::vector<std::pair<std::string, std::string>> qualifiers = url.qualifiers;
  std::erase_if(qualifiers, [](const auto& qualifier) { return qualifier.second.empty(); });
  std::ranges::sort(qualifiers);
  char before = '?';
  for (const auto& [key, value] : qualifiers) {
    out += before;
    out += lower(key);
    out += '=';
    append_encoded(out, value);
    before = '&';
  }
  if (!url.subpath.empty()) {
    out += '#';
    append_parts(out, url.subpath);
  }
  return out;
}

PackageUrl package_url_of(const Package& package, const OsRelease* os) {
  PackageUrl url;
  url.type = name_of(package.kind);
  url.name = package.name;
  url.version = package.version;
  if (is_of_system(package.kind)) {
    // The vendor; where nobody says it, the one whose format it is.
    static constexpr std::array<std::string_view, 3> vendors{"debian", "alpine", "redhat"};
    url.name_space =
        os == nullptr ? std::string(vendors[static_cast<std::size_t>(package.kind)]) : os->id;
    url.qualifiers.emplace_back("arch", package.architecture);
    if (os != nullptr && !os->version_id.empty()) {
      url.qualifiers.emplace_back("distro", concat(os->id, "-", os->version_id));
    }
  }
  switch (package.kind) {
    case PackageKind::rpm:
      // The epoch is a qualifier, other than Debian's.
      if (const std::size_t colon = package.version.find(':'); colon != std::string::npos) {
        url.qualifiers.emplace_back("epoch", package.version.substr(0, colon));
        url.version = package.version.substr(colon + 1);
      }
      break;
    case PackageKind::npm:
    case PackageKind::golang:
    case PackageKind::composer: set_name(package.name, '/', url); break;
    case PackageKind::maven: set_name(package.name, ':', url); break;
    case PackageKind::gem: url.qualifiers.emplace_back("platform", package.architecture); break;
    default: break;
  }
  return url;
}

}  // namespace plimsoll
