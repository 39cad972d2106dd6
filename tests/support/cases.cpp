#include "support/cases.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "advisories/engine_match.h"
#include "advisories/matching.h"
#include "app/check.h"
#include "app/discovery.h"
#include "app/live.h"
#include "app/policies.h"
#include "app/rule_names.h"
#include "base/text.h"
#include "base/words.h"
#include "feeds/feed_compiler.h"
#include "feeds/feed_files.h"
#include "image/image_reader.h"
#include "readers/host/host_reader.h"
#include "readers/host/installed_packages.h"
#include "readers/policy/policy_reader.h"
#include "support/made_database.h"
#include "support/repository.h"
#include "support/test_image.h"

namespace plimsoll::test {
namespace {

struct Tag {
  std::string_view tag;
  std::string_view default_name;
};

constexpr std::array<Tag, 31> tags{{{"compose", "compose.yaml"},
                                    {"dockerfile", "Dockerfile"},
                                    {"run", "run.sh"},
                                    {"markdown", "README.md"},
                                    {"makefile", "Makefile"},
                                    {"inspect", "inspect.json"},
                                    {"create-request", "create.json"},
                                    {"daemon-json", "daemon.json"},
                                    {"dockerignore", ".dockerignore"},
                                    {"env", ".env"},
                                    {"host", ""},
                                    {"audit-rules", "audit rules"},
                                    {"dockerd", "/proc/812/cmdline"},
                                    {"info", "docker://info"},
                                    {"version", "docker://version"},
                                    {"packet-filter", "iptables rules in force"},
                                    {"images", "docker://images"},
                                    {"containers", "docker://containers"},
                                    {"networks", "docker://networks"},
                                    {"swarm-node", "/var/lib/docker/swarm/docker-state.json"},
                                    {"image-config", "image.tar"},
                                    {"layer", ""},
                                    {"layer-file", ""},
                                    {"tampered-layer", ""},
                                    {"no-layer", ""},
                                    {"created", ""},
                                    {"called", ""},
                                    {"attested", ""},
                                    {"osv", "osv.jsonl"},
                                    {"kev", "kev.json"},
                                    {"file", ""}}};

// As a user writes it: the text of a .plimsoll.yaml.
Policy policy_of(std::string_view text) {
  const Source source{std::string(app::policy_file_name), std::string(text)};
  PolicyReading reading;
  read_policy(source, reading);
  if (!reading.errors.empty()) throw std::runtime_error(reading.errors.front().message);
  return std::move(reading.policy);
}

}  // namespace

std::vector<Case> read_cases(std::string_view text) {
  std::vector<Case> cases;
  std::size_t at = 0;
  std::size_t line_number = 0;
  const auto next_line = [&] {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
    ++line_number;
    return line;
  };
  while (at < text.size()) {
    const std::string_view line = next_line();
    if (line.starts_with("## ")) {
      cases.push_back({.name = std::string(line.substr(3)), .line = line_number});
      continue;
    }
    if (!line.starts_with("```")) continue;
    const std::size_t ticks = line.find_first_not_of('`');
    const std::string_view fence = line.substr(0, ticks);
    const std::string_view info = trim(line.substr(std::min(ticks, line.size())));
    const std::size_t begin = at;
    std::size_t end = at;
    while (true) {
      if (at >= text.size()) throw std::runtime_error(concat("unterminated fence: ", line));
      end = at;
      if (next_line() == fence) break;
    }
    const std::string_view body = text.substr(begin, end - begin);
    const std::size_t blank = info.find(' ');
    const std::string_view tag = info.substr(0, blank);
    if (cases.empty()) continue;  // prose before the first case
    Case& current = cases.back();
    if (tag == "findings") {
      current.findings = body;
      current.findings_begin = begin;
      current.findings_end = end;
      current.has_findings = true;
      current.fixed_begin = current.fixed_end = at;
      continue;
    }
    if (tag == "fixed") {
      const std::string_view name =
          blank == std::string_view::npos ? info : trim(info.substr(blank));
      current.fixed.push_back({"fixed", std::string(name), std::string(body)});
      current.fixed_end = at;
      continue;
    }
    if (tag == "policy") {
      current.policy = policy_of(body);
      continue;
    }
    const auto known = std::ranges::find(tags, tag, &Tag::tag);
    if (known == tags.end()) {
      throw std::runtime_error(
          concat("line ", std::to_string(line_number), ": unknown surface: ", tag));
    }
    std::string_view name =
        blank == std::string_view::npos ? known->default_name : trim(info.substr(blank));
    std::string_view status;
    if (const std::size_t more = name.find(' '); tag == "host" && more != std::string::npos) {
      status = trim(name.substr(more));
      name = name.substr(0, more);
    }
    current.files.push_back(
        {std::string(tag), std::string(name), std::string(body), std::string(status)});
  }
  return cases;
}

std::vector<std::pair<std::string, std::string>> case_files() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(source_path("src/rules"))) {
    const std::string path = entry.path().string();
    constexpr std::string_view ending = ".cases.md";
    if (!path.ends_with(ending)) continue;
    std::string rule(file_name(path));
    rule.resize(rule.size() - ending.size());
    std::ranges::replace(rule, '_', '-');
    out.emplace_back(std::move(rule), path);
  }
  std::ranges::sort(out);
  return out;
}

namespace {

MemoryFiles files_of(const Case& test_case) {
  MemoryFiles files;
  for (const CaseFile& file : test_case.files) files.add(file.name, file.text);
  return files;
}

app::CheckOptions options_of(const Case& test_case) {
  app::CheckOptions options;
  options.rules = *app::select_rules({}, {});
  options.policy = test_case.policy;
  options.today = "2026-11-22";
  options.threads = 1;
  return options;
}

}  // namespace

namespace {

bool is_live(const Case& test_case) {
  constexpr std::array<std::string_view, 5> live_tags{"host", "dockerd", "info", "version",
                                                      "packet-filter"};
  return std::ranges::any_of(test_case.files, [&](const CaseFile& file) {
    return std::ranges::find(live_tags, file.tag) != live_tags.end();
  });
}

// "0640 1000:999"
FileStatus status_of(const CaseFile& file) {
  FileStatus status{.kind = FileKind::file, .mode = 0644};
  const std::vector<std::string_view> words = split(file.status, ' ');
  status.mode = static_cast<std::uint32_t>(std::stoul(std::string(words.at(0)), nullptr, 8));
  if (file.name.ends_with('/')) status.kind = FileKind::directory;
  if (words.size() < 2) return status;
  const std::vector<std::string_view> owner = split(words[1], ':');
  status.user = static_cast<std::uint32_t>(std::stoul(std::string(owner.at(0))));
  status.group = static_cast<std::uint32_t>(std::stoul(std::string(owner.at(1))));
  return status;
}

// The database that the case's feeds make; nothing where it has none.
std::optional<advisories::Database> database_of(const Case& test_case) {
  MadeDatabase made;
  bool has_feed = false;
  for (const CaseFile& file : test_case.files) {
    if (file.tag != "osv" && file.tag != "kev") continue;
    feeds::FeedCompiler compiler(made.feed(), file.name, file.name);
    feeds::read_feed_bytes(file.text, file.name, compiler);
    has_feed = true;
  }
  if (!has_feed) return std::nullopt;
  if (!made.feed().refused().empty()) {
    const advisories::RefusedRecord& refused = made.feed().refused().front();
    throw std::runtime_error(concat(refused.place, ": ", refused.id, ": ", refused.why));
  }
  return made.database();
}

void match_engine(const Case& test_case, const Files* host, Daemon& daemon) {
  const std::optional<advisories::Database> database = database_of(test_case);
  if (!database || !daemon.engine) return;
  std::optional<InstalledPackages> installed;
  if (host != nullptr) {
    installed = host::read_installed_packages(*host, "", advisories::names_of_engine_packages());
  }
  auto match =
      advisories::match_engine(*database, *daemon.engine, installed ? &*installed : nullptr);
  if (!match) throw std::runtime_error(match.error().message);
  daemon.vulnerabilities = std::move(*match);
}

Report audit(const Case& test_case) {
  MemoryFiles host;
  app::EngineTexts engine;
  bool has_host = false;
  bool has_engine = false;
  bool has_container = false;
  HostTexts host_texts;
  for (const CaseFile& file : test_case.files) {
    const bool is_of_host =
        file.tag == "host" || file.tag == "audit-rules" || file.tag == "packet-filter";
    has_container = has_container || file.tag == "inspect";
    const bool is_feed = file.tag == "osv" || file.tag == "kev";
    has_engine = has_engine || (!is_of_host && !is_feed && file.tag != "inspect");
    has_host = has_host || is_of_host;
    if (file.tag == "host") {
      const bool is_directory = file.name.ends_with('/');
      const std::string path = is_directory ? file.name.substr(0, file.name.size() - 1) : file.name;
      if (!is_directory) host.add(path, file.text);
      if (file.status == "refused") {
        host.refuse(path);
      } else if (!file.status.empty()) {
        host.set_status(path, status_of(file));
      }
    } else if (file.tag == "audit-rules") {
      host_texts.audit_rules = file.text;
    } else if (file.tag == "dockerd") {
      engine.arguments_seen = true;
      engine.arguments_path = file.name;
      engine.arguments = file.text;
    } else if (file.tag == "daemon-json") {
      engine.daemon_json_seen = true;
      engine.daemon_json_path = file.name;
      engine.daemon_json = file.text;
    } else if (file.tag == "info") {
      engine.info = file.text;
    } else if (file.tag == "version") {
      engine.version = file.text;
    } else if (file.tag == "packet-filter") {
      host_texts.packet_filter = file.text;
    } else if (file.tag == "images") {
      engine.images = file.text;
    } else if (file.tag == "containers") {
      engine.containers = file.text;
    } else if (file.tag == "networks") {
      engine.networks = file.text;
    } else if (file.tag == "swarm-node") {
      engine.swarm_node = file.text;
      engine.swarm_node_path = file.name;
    }
  }
  app::Live live;
  live.lists_containers = has_engine || has_container;
  if (has_engine) {
    add_daemon(live, std::move(engine), has_host ? &host : nullptr);
    match_engine(test_case, has_host ? &host : nullptr, *live.daemon);
  }
  for (const CaseFile& file : test_case.files) {
    if (file.tag == "inspect") add_container(live, file.name, file.text, &host);
  }
  if (has_host) add_host(live, host, std::move(host_texts));
  return app::check_live(std::move(live), options_of(test_case));
}

bool is_image(const Case& test_case) {
  return std::ranges::any_of(test_case.files, [](const CaseFile& file) {
    return file.tag.ends_with("layer") || file.tag == "image-config";
  });
}

// "4755 0:0 usr/bin/su 120": a number is a mode in front of the path, and a size behind it.
void add_line(std::string_view line, TarText& layer) {
  if (const std::size_t arrow = line.find(" -> "); arrow != std::string_view::npos) {
    layer.symlink(std::string(line.substr(0, arrow)), std::string(line.substr(arrow + 4)));
    return;
  }
  std::uint32_t mode = 0;
  unsigned user = 0;
  unsigned group = 0;
  std::string path;
  std::size_t size = 0;
  for (const std::string_view word : split(line, ' ')) {
    const std::string text(word);
    if (path.empty() && all_digits(word)) {
      mode = static_cast<std::uint32_t>(std::stoul(text, nullptr, 8));
    } else if (path.empty() && word.contains(':')) {
      user = static_cast<unsigned>(std::stoul(text));
      group = static_cast<unsigned>(std::stoul(text.substr(text.find(':') + 1)));
    } else if (path.empty()) {
      path = text;
    } else {
      size = std::stoul(text);
    }
  }
  if (path.ends_with('/')) {
    layer.directory(path.substr(0, path.size() - 1), mode == 0 ? 0755 : mode);
  } else {
    layer.file(path, std::string(size, 'x'), mode == 0 ? 0644 : mode, user, group);
  }
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

Report image_report(const Case& test_case) {
  std::vector<TarText> tars;
  std::vector<TarText> claimed;  // what the configuration says of them
  std::vector<std::string> history;
  std::string run = "{}";
  std::string created;
  std::string name = "app:1";
  std::optional<std::vector<std::string>> attested;
  for (const CaseFile& file : test_case.files) {
    if (file.tag == "image-config") {
      run = file.text;
    } else if (file.tag == "no-layer") {
      history.push_back(concat("{\"created_by\":", json_text(file.name), ",\"empty_layer\":true}"));
    } else if (file.tag == "created") {
      created = concat(",\"created\":", json_text(file.name));
    } else if (file.tag == "called") {
      name = file.name;
    } else if (file.tag == "attested") {
      attested.emplace();
      for (const std::string_view type : split(file.name, ' ')) {
        if (!type.empty()) attested->emplace_back(type);
      }
    } else if (file.tag.ends_with("layer")) {
      TarText& layer = tars.emplace_back();
      claimed.emplace_back();
      history.push_back(concat("{\"created_by\":", json_text(file.name), "}"));
      for (const std::string_view line : split(file.text, '\n')) {
        if (trim(line).empty()) continue;
        claimed.back() = layer;
        add_line(trim(line), layer);
      }
      if (file.tag == "layer") claimed.back() = layer;
    } else if (file.tag == "layer-file") {
      tars.back().file(file.name, file.text);
      claimed.back().file(file.name, file.text);
    }
  }
  std::vector<TestLayer> layers;
  for (std::size_t i = 0; i < tars.size(); ++i) {
    layers.push_back({claimed[i].text(), tars[i].text()});
  }
  const std::string config =
      config_over(layers, run, concat(created, ",\"history\":[", join(history, ","), "]"));
  const TemporaryDirectory directory;
  TestLayout layout;
  image::Target target{.kind = image::TargetKind::oci, .path = layout.path(), .name = {}};
  if (attested) {
    const std::string digest = layout.image(layers, config);
    std::vector<std::string> index{layout.descriptor(digest)};
    if (!attested->empty()) index.push_back(layout.attestation(digest, *attested));
    layout.index(index);
  } else {
    target.kind = image::TargetKind::archive;
    target.path = directory.write("image.tar", docker_archive(layers, config, name));
  }
  Result<image::OpenedTarget> opened = image::open_target(target);
  if (!opened) throw std::runtime_error(opened.error().message);
  Result<image::ImageReading> reading =
      image::read_image("image.tar", std::move(*opened),
                        {.platform = {}, .threads = 1, .secrets = image::SearchSecrets::yes});
  if (!reading) throw std::runtime_error(reading.error().message);
  if (const std::optional<advisories::Database> database = database_of(test_case)) {
    auto match = advisories::match(*database, *reading->image);
    if (!match) throw std::runtime_error(match.error().message);
    match->at = reading->image->at;
    reading->image->vulnerabilities = std::make_shared<VulnerabilityMatch>(std::move(*match));
  } else {
    reading->image->no_vulnerabilities_because = "there is no database of advisories";
  }
  return app::check_image(std::move(reading->sources), *reading->image, std::move(reading->errors),
                          options_of(test_case));
}

Report report_of(const Case& test_case) {
  if (is_live(test_case)) return audit(test_case);
  if (is_image(test_case)) return image_report(test_case);
  const MemoryFiles files = files_of(test_case);
  const app::Discovery found = app::discover({"."}, files);
  return app::check(found.inputs, files, options_of(test_case));
}

}  // namespace

std::string findings_of(const Case& test_case, std::string_view rule) {
  const Report report = report_of(test_case);
  std::string out;
  for (const Finding& finding : report.findings) {
    if (!rule.empty() && finding.rule != rule) continue;
    const Position position = finding.at.source->position(finding.at.span.begin);
    out += concat(finding.at.source->path(), ":", std::to_string(position.line), ":",
                  std::to_string(position.column), ": ", name_of(finding.severity), ": ",
                  finding.message, rule.empty() ? concat(" [", finding.rule, "]") : "", "\n");
  }
  for (const Remark& remark : report.remarks) {
    if (!rule.empty() && remark.rule != rule) continue;
    const std::string which =
        remark.reference.empty() ? std::string() : concat(remark.reference, ": ");
    out += concat(name_of(remark.kind), ": ", which, remark.why,
                  rule.empty() ? concat(" [", remark.rule, "]") : "", "\n");
  }
  for (const Error& error : report.errors) {
    const Source* source = error.at.source;
    const std::string place =
        source == nullptr ? error.file
                          : concat(source->path(), ":",
                                   std::to_string(source->position(error.at.span.begin).line));
    out += concat(place, ": error: ", error.message, "\n");
  }
  return out;
}

app::FixResult fix_of(const Case& test_case, const std::vector<const Rule*>& rules) {
  // What runs is no file that a fix could write.
  if (is_live(test_case) || is_image(test_case)) return {};
  const MemoryFiles files = files_of(test_case);
  const app::Discovery found = app::discover({"."}, files);
  app::FixOptions options{
      .check = options_of(test_case), .unsafe = true, .moves_secrets = true, .lists = true};
  options.check.rules = rules;
  return app::fix(found.inputs, files, options);
}

Case after(const Case& test_case, const app::FixResult& result) {
  Case out = test_case;
  for (const app::FixedFile& fixed : result.files) {
    const auto file = std::ranges::find(out.files, fixed.path, &CaseFile::name);
    if (file != out.files.end()) {
      file->text = fixed.after;
    } else {
      out.files.push_back({"file", fixed.path, fixed.after});
    }
  }
  return out;
}

std::string fences_of(const std::vector<CaseFile>& fixed) {
  std::string out;
  for (const CaseFile& file : fixed) {
    std::string ticks = "```";
    while (file.text.contains(ticks)) ticks += '`';
    out += concat("\n", ticks, "fixed ", file.name, "\n", file.text,
                  file.text.ends_with('\n') ? "" : "\n", ticks, "\n");
  }
  return out;
}

}  // namespace plimsoll::test
