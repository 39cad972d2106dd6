#include "subjects/package_url.h"

#include <algorithm>
#include <array>

#include "base/percent_encoding.h"
#include "base/text.h"

namespace plimsoll {
namespace {

bool is_plain(char c) {
  return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':';
}

void append_encoded(std::string& out, std::string_view text) {
  append_percent_encoded(out, text, is_plain);
}

void append_parts(std::string& out, std::string_view path) {
  bool is_first = true;
  for (const std::string_view part : split(path, '/')) {
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

std::string without_empty_parts(std::string_view path) {
  if (!path.contains('/') && !path.starts_with('.')) return std::string(path);
  std::string out;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") continue;
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

PackageUrl canonical(PackageUrl url) {
  url.type = lower(url.type);
  const bool is_lower = has_lower_case_name(url.type);
  // An rpm's vendor is lower case, its name is what it is.
  if (is_lower || url.type == "rpm") url.name_space = lower(url.name_space);
  url.name_space = without_empty_parts(url.name_space);
  if (is_lower) url.name = lower(url.name);
  if (url.type == "pypi") std::ranges::replace(url.name, '_', '-');
  std::erase_if(url.qualifiers, [](const auto& qualifier) { return qualifier.second.empty(); });
  for (auto& [key, value] : url.qualifiers) key = lower(key);
  std::ranges::sort(url.qualifiers);
  url.subpath = without_empty_parts(url.subpath);
  return url;
}

// Nothing where a % has no two digits behind it.
std::optional<std::string> decoded_text(std::string_view text) {
  const auto digit = [](char c) {
    if (is_digit(c)) return c - '0';
    const char small = to_lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
  };
  std::string out(text.substr(0, text.find('%')));
  for (std::size_t i = out.size(); i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]);
    const int low = digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool is_type(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '+';
  });
}

bool is_qualifier_key(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

// "gcc-12@12.2.0", "openssl", and of rpms the file: "curl-7.76.1-14.el9.src.rpm".
void set_source(std::string_view upstream, Package& package) {
  constexpr std::string_view ending = ".src.rpm";
  std::size_t end = upstream.find('@');
  if (upstream.ends_with(ending)) {
    upstream.remove_suffix(ending.size());
    end = upstream.rfind('-');
    if (end != std::string_view::npos && end > 0) end = upstream.rfind('-', end - 1);
    // The file has no epoch; a source has that of its packages.
    if (end != std::string_view::npos) {
      const std::size_t colon = package.version.find(':') + 1;  // 0 without one
      package.source_version =
          concat(std::string_view(package.version).substr(0, colon), upstream.substr(end + 1));
    }
  } else if (end != std::string_view::npos) {
    package.source_version = upstream.substr(end + 1);
  }
  package.source_name = upstream.substr(0, end);
}

std::string value_of(const PackageUrl& url, std::string_view key) {
  const auto found = std::ranges::find(url.qualifiers, key, [](const auto& q) { return q.first; });
  return found == url.qualifiers.end() ? std::string() : found->second;
}

}  // namespace

std::string to_string(const PackageUrl& written) {
  const PackageUrl url = canonical(written);
  std::string out = concat("pkg:", url.type, "/");
  if (!url.name_space.empty()) {
    append_parts(out, url.name_space);
    out += '/';
  }
  append_encoded(out, url.name);
  if (!url.version.empty()) {
    out += '@';
    append_encoded(out, url.version);
  }
  char before = '?';
  for (const auto& [key, value] : url.qualifiers) {
    out += before;
    out += key;
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

// In the order of the specification's "How to parse a purl string": from the right.
std::optional<PackageUrl> parse_package_url(std::string_view text) {
  PackageUrl url;
  bool is_right = true;
  const auto decode = [&](std::string_view part) {
    std::optional<std::string> decoded = decoded_text(part);
    is_right = is_right && decoded;
    return decoded ? std::move(*decoded) : std::string();
  };
  if (const std::size_t mark = text.rfind('#'); mark != std::string_view::npos) {
    url.subpath = decode(text.substr(mark + 1));
    text = text.substr(0, mark);
  }
  if (const std::size_t mark = text.rfind('?'); mark != std::string_view::npos) {
    for (const std::string_view pair : split(text.substr(mark + 1), '&')) {
      if (pair.empty()) continue;
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || !is_qualifier_key(pair.substr(0, equals))) {
        return std::nullopt;
      }
      url.qualifiers.emplace_back(pair.substr(0, equals), decode(pair.substr(equals + 1)));
    }
    text = text.substr(0, mark);
  }
  constexpr std::string_view scheme = "pkg:";
  if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !is_type(text.substr(0, slash))) return std::nullopt;
  url.type = text.substr(0, slash);
  text.remove_prefix(slash + 1);
  // A version has its slashes encoded; a scope of npm may have its @ as it is.
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos && !text.substr(at).contains('/')) {
    url.version = decode(text.substr(at + 1));
    text = text.substr(0, at);
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t last = text.rfind('/');
  url.name = decode(last == std::string_view::npos ? text : text.substr(last + 1));
  if (last != std::string_view::npos) url.name_space = decode(text.substr(0, last));
  if (!is_right || url.name.empty()) return std::nullopt;
  return canonical(std::move(url));
}

bool covers(const PackageUrl& general, const PackageUrl& url) {
  const auto same = [](const std::string& asked, const std::string& has) {
    return asked.empty() || asked == has;
  };
  return general.type == url.type && general.name_space == url.name_space &&
         general.name == url.name && same(general.version, url.version) &&
         same(general.subpath, url.subpath) &&
         std::ranges::all_of(general.qualifiers, [&](const auto& qualifier) {
           return std::ranges::find(url.qualifiers, qualifier) != url.qualifiers.end();
         });
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

std::optional<Package> package_of(const PackageUrl& url) {
  Package package;
  bool is_known = false;
  for (std::size_t i = 0; i < package_kinds && !is_known; ++i) {
    package.kind = static_cast<PackageKind>(i);
    is_known = name_of(package.kind) == url.type;
  }
  if (!is_known || url.name.empty()) return std::nullopt;
  package.name = url.name;
  package.version = url.version;
  if (is_of_system(package.kind)) package.architecture = value_of(url, "arch");
  const char separator = package.kind == PackageKind::maven ? ':' : '/';
  switch (package.kind) {
    case PackageKind::rpm:
      if (const std::string epoch = value_of(url, "epoch"); !epoch.empty()) {
        package.version = concat(epoch, ":", package.version);
      }
      break;
    case PackageKind::npm:
    case PackageKind::golang:
    case PackageKind::composer:
    case PackageKind::maven:
      if (!url.name_space.empty()) {
        package.name = url.name_space + separator + url.name;
      }
      break;
    case PackageKind::gem: package.architecture = value_of(url, "platform"); break;
    default: break;
  }
  package.source_name = package.name;
  package.source_version = package.version;
  if (const std::string source = value_of(url, "upstream"); !source.empty()) {
    set_source(source, package);
  }
  return package;
}

std::optional<OsRelease> distribution_of(const PackageUrl& url) {
  const std::string distro = value_of(url, "distro");
  const std::size_t dash = distro.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == distro.size() ||
      !is_digit(distro[dash + 1])) {
    return std::nullopt;
  }
  return OsRelease{
      .id = distro.substr(0, dash), .version_id = distro.substr(dash + 1), .pretty_name = {}};
}

}  // namespace plimsoll
