#include "advisories/image_answer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/binary_codec.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

// Numbers of the image's struct are of other types than those of the bytes.
struct AnswerPackage {
  PackageKind kind = PackageKind::deb;
  std::string name, version, architecture, source_name, source_version, module, path;
  std::uint64_t layer = 0;
};

struct AnswerVulnerability {
  Vulnerability said;
  std::vector<std::uint64_t> packages;
  std::string silenced_in;  // the path of the statement
};

struct AnswerError {
  std::string message, hint, file;
};

struct Answer {
  bool has_os = false;
  OsRelease os;
  bool has_base = false;
  std::string base_name;
  std::uint64_t base_layers = 0;
  std::vector<AnswerPackage> packages;
  bool was_searched = false;
  std::string not_searched_because;
  std::string built;
  std::vector<std::string> open;
  std::uint64_t without_fix_left_out = 0;
  std::vector<AnswerVulnerability> vulnerabilities;
  std::vector<AnswerError> errors;
};

struct Writer : BinaryWriter<Writer> {};
struct Reader : BinaryReader<Reader> {
  using BinaryReader::BinaryReader;
};

// Whether there is one, and then it.
template <class T>
void optional(Writer& writer, const std::optional<T>& value) {
  writer(value.has_value());
  if (value) members(writer, *value);
}
template <class T>
void optional(Reader& reader, std::optional<T>& value) {
  bool is_there = false;
  reader(is_there);
  if (is_there) members(reader, value.emplace());
}

template <class Archive>
void members(Archive& archive, Is<AnswerPackage> auto& package) {
  archive.choice(package.kind, package_kinds);
  archive(package.name, package.version, package.architecture, package.source_name,
          package.source_version, package.module, package.path, package.layer);
}

template <class Archive>
void members(Archive& archive, Is<KnownExploited> auto& exploited) {
  archive(exploited.added, exploited.due, exploited.by_ransomware);
}

template <class Archive>
void members(Archive& archive, Is<ExploitPrediction> auto& prediction) {
  archive(prediction.probability, prediction.percentile, prediction.date);
}

template <class Archive>
void members(Archive& archive, Is<VulnerabilityEvidence> auto& evidence) {
  archive(evidence.record, evidence.source, evidence.ecosystem, evidence.package, evidence.version,
          evidence.range, evidence.modified);
}

template <class Archive>
void members(Archive& archive, Is<VulnerablePackage> auto& package) {
  archive(package.name, package.purl, package.path, package.layer);
}

template <class Archive>
void members(Archive& archive, Is<Silence> auto& silence) {
  archive(silence.reason);
}

template <class Archive>
void members(Archive& archive, Is<AnswerVulnerability> auto& answer) {
  auto& said = answer.said;
  archive(said.id, said.aliases, said.summary, said.url, answer.packages, said.named, said.package,
          said.version, said.fixed_version, said.later_release, said.later_version);
  archive.choice(said.fix_state, fix_states);
  archive.choice(said.rating, ratings);
  archive(said.rated_by, said.cvss);
  // A score has no sign.
  auto tenths = static_cast<std::uint32_t>(said.score_tenths);
  archive(tenths);
  if constexpr (std::same_as<Archive, Reader>) {
    if (tenths > 100) return archive.fail();
    said.score_tenths = static_cast<int>(tenths);
  }
  optional(archive, said.exploited);
  optional(archive, said.prediction);
  archive(said.evidence);
  optional(archive, said.silence);
  archive(answer.silenced_in);
}

template <class Archive>
void members(Archive& archive, Is<AnswerError> auto& error) {
  archive(error.message, error.hint, error.file);
}

template <class Archive>
void members(Archive& archive, Is<Answer> auto& answer) {
  archive(answer.has_os, answer.os.id, answer.os.version_id, answer.os.pretty_name, answer.has_base,
          answer.base_name, answer.base_layers, answer.packages, answer.was_searched,
          answer.not_searched_because, answer.built, answer.open, answer.without_fix_left_out,
          answer.vulnerabilities, answer.errors);
}

AnswerPackage answer_of(const Package& package) {
  return {package.kind,         package.name,        package.version,
          package.architecture, package.source_name, package.source_version,
          package.module,       package.path,        package.layer};
}

Package package_of(AnswerPackage answer) {
  Package out;
  out.kind = answer.kind;
  out.name = std::move(answer.name);
  out.version = std::move(answer.version);
  out.architecture = std::move(answer.architecture);
  out.source_name = std::move(answer.source_name);
  out.source_version = std::move(answer.source_version);
  out.module = std::move(answer.module);
  out.path = std::move(answer.path);
  out.layer = answer.layer;
  return out;
}

// A place of the other program's texts becomes words.
AnswerError answer_of(const Error& error) {
  AnswerError out{error.message, error.hint, error.file};
  if (error.at.known()) {
    out.file = concat(error.at.source->path(), ":",
                      std::to_string(error.at.source->position(error.at.span.begin).line));
  }
  return out;
}

void add_vulnerabilities(const Image& image, Answer& answer) {
  std::map<std::size_t, std::uint64_t> places;  // of the packages, in the answer
  for (const Vulnerability& vulnerability : image.vulnerabilities->vulnerabilities) {
    AnswerVulnerability& out = answer.vulnerabilities.emplace_back();
    out.said = vulnerability;
    if (vulnerability.silence && vulnerability.silence->by.known()) {
      out.silenced_in = vulnerability.silence->by.source->path();
    }
    for (const std::size_t index : vulnerability.packages) {
      const auto [place, is_new] = places.emplace(index, answer.packages.size());
      if (is_new) answer.packages.push_back(answer_of(image.packages[index]));
      out.packages.push_back(place->second);
    }
    std::ranges::sort(out.packages);
  }
}

// False when it is about packages that are not there.
bool take_vulnerability(AnswerVulnerability& from, Sources& sources, Image& image) {
  Vulnerability& out = image.vulnerabilities->vulnerabilities.emplace_back(std::move(from.said));
  // Rules take both for granted.
  if (from.packages.empty() || out.evidence.empty()) return false;
  for (const std::uint64_t index : from.packages) {
    if (index >= image.packages.size()) return false;
    out.packages.push_back(index);
  }
  if (out.silence && !from.silenced_in.empty()) {
    out.silence->by = {&sources.add(std::move(from.silenced_in), ""), {}};
  }
  return true;
}

}  // namespace

std::string encode_answer(const Image& image, const std::vector<Error>& errors) {
  Answer answer;
  answer.has_os = image.os.has_value();
  if (image.os) answer.os = *image.os;
  answer.has_base = image.base.has_value();
  if (image.base) {
    answer.base_name = image.base->name;
    answer.base_layers = image.base->layers;
  }
  answer.not_searched_because = image.no_vulnerabilities_because;
  if (image.vulnerabilities) {
    answer.was_searched = true;
    answer.built = image.vulnerabilities->built;
    answer.open = image.vulnerabilities->open;
    answer.without_fix_left_out = image.vulnerabilities->without_fix_left_out;
    add_vulnerabilities(image, answer);
  }
  for (const Error& error : errors) answer.errors.push_back(answer_of(error));
  Writer writer;
  writer(answer);
  return writer.take();
}

std::optional<ImageAnswer> decode_answer(std::string_view bytes, Sources& sources) {
  Answer answer;
  Reader reader(bytes, max_answer_items);
  reader(answer);
  if (!reader.is_whole()) return std::nullopt;
  ImageAnswer out{std::make_unique<Image>(), {}};
  Image& image = *out.image;
  image.is_inventory = true;
  if (answer.has_os) image.os = std::move(answer.os);
  if (answer.has_base) {
    image.base.emplace();
    image.base->name = std::move(answer.base_name);
    image.base->layers = answer.base_layers;
  }
  for (AnswerPackage& package : answer.packages) {
    image.packages.push_back(package_of(std::move(package)));
  }
  image.no_vulnerabilities_because = std::move(answer.not_searched_because);
  if (answer.was_searched) {
    image.vulnerabilities = std::make_shared<VulnerabilityMatch>();
    image.vulnerabilities->built = std::move(answer.built);
    image.vulnerabilities->open = std::move(answer.open);
    image.vulnerabilities->without_fix_left_out = answer.without_fix_left_out;
    for (AnswerVulnerability& vulnerability : answer.vulnerabilities) {
      if (!take_vulnerability(vulnerability, sources, image)) return std::nullopt;
    }
  }
  for (AnswerError& error : answer.errors) {
    out.errors.push_back({.message = std::move(error.message),
                          .hint = std::move(error.hint),
                          .file = std::move(error.file)});
  }
  return out;
}

}  // namespace plimsoll::advisories
