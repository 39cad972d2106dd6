#include "image/files/copyright.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

// The longest in Debian 12 has 2 MB. What is longer, or names more licences, has none: a part of
// them would say less than holds.
constexpr std::uint64_t max_file_bytes = 4u << 20;
constexpr std::size_t max_licences = 64;
constexpr std::size_t max_expression_bytes = 4096;
constexpr std::size_t max_words = 64;  // of one field

constexpr std::string_view doc_directory = "usr/share/doc/";
constexpr std::string_view file_ending = "/copyright";

using Name = std::pair<std::string_view, std::string_view>;

// Of the GNU licences, to which a version and a plus are added.
constexpr std::array<std::string_view, 5> gnu{"GPL", "LGPL", "AGPL", "GFDL", "FDL"};

// In lower case, in Debian's words and others that are seen. What Debian calls as SPDX does is not
// here but below.
constexpr auto others = std::to_array<Name>({
    {"expat", "MIT"},
    {"apache-2", "Apache-2.0"},
    {"artistic-2", "Artistic-2.0"},
    {"bsd-2", "BSD-2-Clause"},
    {"bsd-3", "BSD-3-Clause"},
    {"bsd-4", "BSD-4-Clause"},
    {"boost-1", "BSL-1.0"},
    {"boost-1.0", "BSL-1.0"},
    {"mpl-1", "MPL-1.0"},
    {"mpl-2", "MPL-2.0"},
    {"psf-2", "PSF-2.0"},
    {"python-2.0", "Python-2.0"},
    {"public-domain-cc0", "CC0-1.0"},
    {"cc0", "CC0-1.0"},
    {"ofl-1", "OFL-1.1"},
    {"zpl-2", "ZPL-2.0"},
    {"epl-1", "EPL-1.0"},
    {"epl-2", "EPL-2.0"},
    {"eupl-1", "EUPL-1.0"},
});

constexpr auto same_in_spdx = std::to_array<std::string_view>({
    "0BSD",
    "AFL-2.1",
    "Apache-1.0",
    "Apache-1.1",
    "Apache-2.0",
    "Artistic-1.0",
    "Artistic-2.0",
    "Beerware",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-4-Clause",
    "BSL-1.0",
    "bzip2-1.0.6",
    "CC-BY-2.5",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-SA-2.0",
    "CC-BY-SA-2.5",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDDL-1.0",
    "CDDL-1.1",
    "CECILL-2.0",
    "CPL-1.0",
    "curl",
    "EPL-1.0",
    "EPL-2.0",
    "EUPL-1.2",
    "FSFAP",
    "FSFUL",
    "FSFULLR",
    "FTL",
    "HPND",
    "ICU",
    "IJG",
    "ISC",
    "Libpng",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-1.0",
    "MPL-1.1",
    "MPL-2.0",
    "MS-PL",
    "NCSA",
    "NTP",
    "OFL-1.0",
    "OFL-1.1",
    "OLDAP-2.8",
    "OpenSSL",
    "PHP-3.01",
    "PostgreSQL",
    "PSF-2.0",
    "Python-2.0",
    "QPL-1.0",
    "Ruby",
    "SISSL",
    "TCL",
    "Unicode-DFS-2016",
    "Unlicense",
    "UPL-1.0",
    "Vim",
    "W3C",
    "WTFPL",
    "X11",
    "Zlib",
    "ZPL-2.0",
    "ZPL-2.1",
});

// Behind "with", without the word "exception".
constexpr auto exceptions = std::to_array<Name>({
    {"bison-2.2", "Bison-exception-2.2"},
    {"bison", "Bison-exception-2.2"},
    {"classpath", "Classpath-exception-2.0"},
    {"classpath-2.0", "Classpath-exception-2.0"},
    {"font", "Font-exception-2.0"},
    {"gcc", "GCC-exception-3.1"},
    {"gcc-3.1", "GCC-exception-3.1"},
    {"libtool", "Libtool-exception"},
    {"llvm", "LLVM-exception"},
});

template <std::size_t size>
std::string_view find_name(const std::array<Name, size>& names, std::string_view wanted) {
  const auto found = std::ranges::find(names, wanted, &Name::first);
  return found == names.end() ? std::string_view() : found->second;
}

// "GPL-2+" -> "GPL-2.0-or-later"; "" for what is none of GNU's. One without a version is what holds
// of all of them, which SPDX has no name for.
std::string gnu_licence(std::string_view name) {
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos) return {};
  const auto known = std::ranges::find_if(gnu, [&](std::string_view licence) {
    return equal_ignoring_case(licence, name.substr(0, dash));
  });
  if (known == gnu.end()) return {};
  std::string_view version = name.substr(dash + 1);
  std::string_view which = "-only";
  for (const auto& [ending, meaning] :
       {Name{"+", "-or-later"}, Name{"-or-later", "-or-later"}, Name{"-only", "-only"}}) {
    if (!version.ends_with(ending)) continue;
    version.remove_suffix(ending.size());
    which = meaning;
    break;
  }
  const bool is_version =
      !version.empty() && version.size() <= 3 && is_digit(version.front()) &&
      is_digit(version.back()) &&
      std::ranges::all_of(version, [](char c) { return is_digit(c) || c == '.'; });
  if (!is_version) return {};
  const std::string_view licence = *known == "FDL" ? std::string_view("GFDL") : *known;
  return concat(licence, "-", version, version.contains('.') ? "" : ".0", which);
}

// An identifier of its own: letters, digits, dots and dashes (annex D).
std::string reference_to(std::string_view name) {
  std::string out = "LicenseRef-";
  for (const char c : name) {
    if (is_alpha(c) || is_digit(c) || c == '.' || c == '-') {
      out += c;
    } else if (c == '+') {
      out += "-or-later";
    } else if (!out.ends_with('-')) {
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  return out == "LicenseRef" ? std::string() : out;
}

std::string licence_named(std::string_view name) {
  if (std::string found = gnu_licence(name); !found.empty()) return found;
  const std::string small = lower(name);
  const auto same = std::ranges::find_if(
      same_in_spdx, [&](std::string_view id) { return equal_ignoring_case(id, small); });
  if (same != same_in_spdx.end()) return std::string(*same);
  if (const std::string_view found = find_name(others, small); !found.empty()) {
    return std::string(found);
  }
  return {};
}

// One licence in words: "GPL-3+ with Bison exception".
std::string simple_expression(const std::vector<std::string_view>& words) {
  std::string all;
  for (const std::string_view word : words) all += concat(all.empty() ? "" : " ", word);
  if (words.size() == 1) {
    std::string known = licence_named(words.front());
    return known.empty() ? reference_to(all) : known;
  }
  if (words.size() >= 3 && equal_ignoring_case(words[1], "with")) {
    const std::string licence = licence_named(words.front());
    std::string exception = lower(words[2]);
    constexpr std::string_view ending = "-exception";
    if (exception.ends_with(ending)) exception.resize(exception.size() - ending.size());
    const bool is_plain =
        words.size() == 3 || (words.size() == 4 && equal_ignoring_case(words[3], "exception"));
    std::string_view known = find_name(exceptions, exception);
    if (exception == "autoconf" && licence.starts_with("GPL-")) {
      known = licence.starts_with("GPL-3") ? "Autoconf-exception-3.0" : "Autoconf-exception-2.0";
    }
    if (is_plain && !licence.empty() && !known.empty()) return concat(licence, " WITH ", known);
  }
  return reference_to(all);
}

bool is_choice(std::string_view expression) {
  int depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '(') ++depth;
    if (expression[i] == ')') --depth;
    if (depth == 0 && expression.substr(i).starts_with(" OR ")) return true;
  }
  return false;
}

// "A AND (B OR C)" -> A and (B OR C); a choice as a whole is one.
std::vector<std::string_view> conjuncts_of(std::string_view expression) {
  constexpr std::string_view operation = " AND ";
  if (is_choice(expression)) return {expression};
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '(') ++depth;
    if (expression[i] == ')') --depth;
    if (depth != 0 || !expression.substr(i).starts_with(operation)) continue;
    out.push_back(expression.substr(begin, i - begin));
    begin = i + operation.size();
  }
  out.push_back(expression.substr(begin));
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view operation) {
  if (parts.size() == 1) return parts.front();
  std::string out;
  for (const std::string& part : parts) {
    // AND binds closer.
    const bool needs_brackets = operation == " AND " && is_choice(part);
    out += concat(out.empty() ? "" : operation, needs_brackets ? "(" : "", part,
                  needs_brackets ? ")" : "");
  }
  return out;
}

// "A or B and C": of the words between commas.
std::string expression_of(const std::vector<std::string_view>& words) {
  std::vector<std::string> choices;
  std::vector<std::string> together;
  std::vector<std::string_view> one;
  bool is_right = true;
  const auto end_one = [&] {
    std::string licence = one.empty() ? std::string() : simple_expression(one);
    is_right = is_right && !licence.empty();
    together.push_back(std::move(licence));
    one.clear();
  };
  const auto end_choice = [&] {
    end_one();
    choices.push_back(joined(together, " AND "));
    together.clear();
  };
  for (const std::string_view word : words) {
    if (equal_ignoring_case(word, "or")) {
      end_choice();
    } else if (equal_ignoring_case(word, "and")) {
      end_one();
    } else {
      one.push_back(word);
    }
  }
  end_choice();
  return is_right ? joined(choices, " OR ") : std::string();
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && is_space(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at > begin) out.push_back(text.substr(begin, at - begin));
  }
  return out;
}

class CopyrightReader {
 public:
  // The licences of all paragraphs, joined; "" where that is not known.
  std::string read(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
      if (trim(line).empty()) {
        end_paragraph();
      } else if (!is_blank(line.front())) {
        field(line);
      } else if (goes_on_ != nullptr && trim(line) != ".") {
        *goes_on_ += concat(" ", trim(line));
      }
    }
    end_paragraph();
    if (!is_right_ || licences_.empty() || licences_.size() > max_licences) return {};
    std::string out = joined({licences_.begin(), licences_.end()}, " AND ");
    return out.size() > max_expression_bytes ? std::string() : out;
  }

 private:
  void field(std::string_view line) {
    goes_on_ = nullptr;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (equal_ignoring_case(key, "Files")) {
      has_files_ = true;
      files_ = value;
      goes_on_ = &files_;
    } else if (equal_ignoring_case(key, "License")) {
      licence_ = value;  // the text of the licence is on the lines behind
    } else if (equal_ignoring_case(key, "Format") ||
               equal_ignoring_case(key, "Format-Specification")) {
      is_head_ = true;
    }
  }

  // A paragraph without files holds the text of a licence that others name.
  void end_paragraph() {
    const bool counts = has_files_ ? !is_packaging() : is_head_;
    if (counts && !licence_.empty() && licences_.size() <= max_licences) {
      const std::string expression = spdx_expression(licence_);
      is_right_ = is_right_ && !expression.empty();
      for (const std::string_view licence : conjuncts_of(expression)) licences_.emplace(licence);
    }
    has_files_ = is_head_ = false;
    files_.clear();
    licence_ = {};
    goes_on_ = nullptr;
  }

  bool is_packaging() const {
    return std::ranges::all_of(words_of(files_),
                               [](std::string_view file) { return file.starts_with("debian/"); });
  }

  std::set<std::string> licences_;
  std::string files_;
  std::string* goes_on_ = nullptr;
  std::string_view licence_;
  bool has_files_ = false;
  bool is_head_ = false;
  bool is_right_ = true;
};

bool is_machine_readable(std::string_view first_bytes, std::uint64_t size) {
  constexpr std::string_view head = "format";
  if (size > max_file_bytes || !equal_ignoring_case(first_bytes.substr(0, head.size()), head)) {
    return false;
  }
  const std::string_view line = first_bytes.substr(0, first_bytes.find('\n', 200));
  return line.contains("copyright-format") || line.contains("dep5");
}

void read_file(std::string_view path, std::string_view content, Layer& layer) {
  std::string licence = CopyrightReader().read(content);
  if (licence.empty() || layer.licence_files.size() >= max_packages) return;
  const std::string_view package = path.substr(doc_directory.size());
  layer.licence_files.push_back(
      {.path = std::string(path),
       .package = std::string(package.substr(0, package.size() - file_ending.size())),
       .licence = std::move(licence)});
}

}  // namespace

std::string spdx_expression(std::string_view debian) {
  std::vector<std::vector<std::string_view>> parts(1);
  std::size_t words = 0;
  for (std::string_view word : words_of(debian)) {
    if (++words > max_words) return {};
    const bool ends_part = word.ends_with(',');
    if (ends_part) word.remove_suffix(1);
    if (!word.empty()) parts.back().push_back(word);
    if (ends_part) parts.emplace_back();
  }
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  if (parts.empty()) return {};
  // Behind a comma stands what joins it to all that is in front of it.
  std::string out;
  for (std::vector<std::string_view>& part : parts) {
    std::string_view operation = " AND ";
    if (&part != &parts.front()) {
      const bool is_or = equal_ignoring_case(part.front(), "or");
      if (is_or) operation = " OR ";
      if (is_or || equal_ignoring_case(part.front(), "and")) part.erase(part.begin());
    }
    const std::string expression = expression_of(part);
    if (expression.empty()) return {};
    out = out.empty() ? expression : joined({out, expression}, operation);
  }
  return out;
}

constinit const FileReader dpkg_copyright = {
    .wants =
        [](const TarEntry& entry) {
          return entry.kind == EntryKind::file && entry.path.starts_with(doc_directory) &&
                 entry.path.ends_with(file_ending) &&
                 entry.path.find('/', doc_directory.size()) ==
                     entry.path.size() - file_ending.size();
        },
    .max_bytes = max_file_bytes,
    .read = read_file,
    .looks_right = is_machine_readable,
};

}  // namespace plimsoll::image
