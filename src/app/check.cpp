// How a check runs: each input is a unit of its own. A thread reads it, runs the rules, applies the
// suppressions of its texts, and keeps the texts only if something points into them. Nothing is
// shared between units but the options, and what compose files give to the builds of Dockerfiles,
// which is read once; so reading, judging and rendering need no locks. The finished parts are
// handed on in the order of their inputs, so the result does not depend on the threads, and a large
// tree is never held as a whole.
#include "app/check.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>

#include "app/inline_dockerfile.h"
#include "app/rule_names.h"
#include "app/shellcheck.h"
#include "base/text.h"
#include "findings/suppression_reader.h"
#include "fix/make_edits.h"
#include "readers/compose/compose_reader.h"
#include "readers/daemon/daemon_reader.h"
#include "readers/dockerfile/dockerfile_reader.h"
#include "readers/json_documents/container_json_reader.h"
#include "readers/run_command/run_command_reader.h"
#include "rules/catalogue.h"

namespace plimsoll::app {
namespace {

// What one input comes to: a report of its own with its own texts.
Report unit_over(std::unique_ptr<Sources> sources) {
  Report unit;
  unit.sources.push_back(std::move(sources));
  return unit;
}

Report empty_unit() {
  return unit_over(std::make_unique<Sources>());
}

Sources& sources_of(Report& unit) {
  return *unit.sources.front();
}

// A text whose comments are asked for suppressions.
struct CommentedText {
  const Source* source = nullptr;
  CommentStyle style = CommentStyle::none;
  std::vector<Span> parts;  // what belongs together over several lines
  // Whether the rules that a suppression in it may name have all been run: not so for the
  // Dockerfile that a service is built from, whose own rules are another unit's.
  bool own = true;
};

std::vector<Span> instruction_spans(const Dockerfile& dockerfile) {
  std::vector<Span> spans;
  std::size_t count = dockerfile.global_arguments.size() + dockerfile.misplaced.size();
  for (const Stage& stage : dockerfile.stages) count += 1 + stage.instructions.size();
  spans.reserve(count);
  for (const Instruction& instruction : dockerfile.global_arguments)
    spans.push_back(instruction.at.span);
  for (const Instruction& instruction : dockerfile.misplaced) spans.push_back(instruction.at.span);
  for (const Stage& stage : dockerfile.stages) {
    spans.push_back(stage.from.at.span);
    for (const Instruction& instruction : stage.instructions) spans.push_back(instruction.at.span);
  }
  return spans;
}

// A command that runs over several lines with `\` is one part: a comment above it speaks for all of
// it.
std::vector<Span> command_spans(const Source& source,
                                const std::vector<std::unique_ptr<ContainerSpec>>& containers) {
  std::vector<Span> spans;
  for (const auto& container : containers) {
    if (container->at.source != &source) continue;
    Span span = container->at.span;
    const std::string_view text = source.text();
    while (true) {
      const std::size_t newline = text.find('\n', span.end);
      span.end =
          static_cast<std::uint32_t>(newline == std::string_view::npos ? text.size() : newline);
      const bool continues = newline != std::string_view::npos && span.end > 0 &&
                             text.substr(0, span.end).ends_with('\\');
      if (!continues) break;
      ++span.end;
    }
    spans.push_back(span);
  }
  return spans;
}

class Checker {
 public:
  // `inputs`: those that may tell something of the others.
  Checker(const Files& files, const CheckOptions& options, std::span<const Input> inputs = {})
      : files_(files),
        inputs_(inputs),
        options_(options),
        selection_(options.rules),
        every_rule_(options.rules.size() == rules::catalogue().size()) {
    options_.policy.today = options.today;
  }

  // Before any input is checked: ShellCheck reads the scripts of all of them at once.
  std::optional<Error> run_shellcheck(const std::vector<Input>& inputs) {
    if (!options_.shellcheck) return std::nullopt;
    for (const Input& input : inputs) {
      if (input.kind != InputKind::dockerfile) continue;
      // What cannot be read is said when the input is checked.
      if (Result<std::string> text = files_.read(input.paths.front())) {
        add_to_shellcheck(input.paths.front(), std::move(*text));
      }
    }
    return shellcheck_.run();
  }

  std::optional<Error> run_shellcheck(const std::string& path, const std::string& text,
                                      InputKind kind) {
    if (!options_.shellcheck || kind != InputKind::dockerfile) return std::nullopt;
    add_to_shellcheck(path, text);
    return shellcheck_.run();
  }

  Report check_input(const Input& input) const {
    Report unit = empty_unit();
    if (input.kind == InputKind::compose) {
      check_compose(input.paths, files_, unit);
      return unit;
    }
    Result<std::string> text = files_.read(input.paths.front());
    if (!text) {
      unit.errors.push_back(std::move(text.error()));
      return unit;
    }
    check_text(input.paths.front(), std::move(*text), input.kind, unit);
    return unit;
  }

  void check_text(const std::string& path, std::string text, InputKind kind, Report& unit) const {
    if (kind == InputKind::compose) {
      // The text stands for a file at that path; everything it names is read beside it.
      const TextOverFiles files(files_, path, std::move(text));
      check_compose({path}, files, unit);
      return;
    }
    const Source& source = sources_of(unit).add(path, std::move(text));
    ++unit.files;
    switch (kind) {
      case InputKind::dockerfile: check_dockerfile(source, unit); return;
      case InputKind::shell_script:
        check_run_lines(source, RunText::shell, CommentStyle::hash, unit);
        return;
      case InputKind::markdown:
        check_run_lines(source, RunText::markdown, CommentStyle::markdown, unit);
        return;
      case InputKind::makefile:
        check_run_lines(source, RunText::makefile, CommentStyle::hash, unit);
        return;
      case InputKind::container_json: check_json(source, unit); return;
      case InputKind::daemon_json: check_daemon_json(source, unit); return;
      case InputKind::compose: return;
    }
  }

  void check_live(const Live& live, Report& unit) const {
    Findings findings;
    const Policy& policy = policy_of("");
    if (live.daemon && live.judged != Live::OfDaemon::nothing) {
      selection_.run(*live.daemon, policy, findings);
    }
    for (const auto& container : live.containers) {
      selection_.run(*container, policy, findings);
    }
    for (const auto& image : live.images) selection_.run(*image, policy, findings);
    if (live.host) selection_.run(*live.host, policy, findings);
    unit.remarks = findings.take_remarks();
    unit.remarks.insert(unit.remarks.end(), live.remarks.begin(), live.remarks.end());
    std::vector<Finding> all = findings.take();
    move_silenced(all, unit);
    if (live.judged == Live::OfDaemon::images) {
      const auto is_left_out = [](const auto& said) {
        return said.subject == name_of(Subject::daemon) &&
               rules::find_rule(said.rule)->topic != "images";
      };
      std::erase_if(all, is_left_out);
      std::erase_if(unit.remarks, is_left_out);
    }
    for (Finding& finding : all) point_at_unit(finding, live.unit_files);
    // A running container is changed where it came from, which is not known here; daemon.json is.
    for (Finding& finding : all) {
      if (finding.subject == name_of(Subject::container)) finding.fix = {};
    }
    finish(std::move(all), {}, unit, [](std::span<Finding> found) {
      const auto of_host = std::ranges::partition(found, [](const Finding& finding) {
        return finding.subject == name_of(Subject::daemon);
      });
      fix::make_daemon_json_edits({found.begin(), of_host.begin()});
      fix::refuse_edits(of_host, "plimsoll audit --write-fixes writes it into a file to review");
    });
  }

  void check_image(const Image& image, Report& unit) const {
    Findings findings;
    selection_.run(image, policy_of(""), findings);
    unit.remarks = findings.take_remarks();
    std::vector<Finding> all = findings.take();
    move_silenced(all, unit);
    finish(std::move(all), {}, unit, [](std::span<Finding> found) {
      fix::refuse_edits(found, "an image is changed where it is built: fix its Dockerfile");
    });
  }

  void check_containers(const std::vector<std::unique_ptr<ContainerSpec>>& containers,
                        Report& unit) const {
    finish(judge(containers, ""), {}, unit,
           [&](std::span<Finding> found) { fix::make_run_line_edits(found, containers); });
  }

 private:
  // The file system with one text laid over it.
  class TextOverFiles final : public Files {
   public:
    TextOverFiles(const Files& below, std::string path, std::string text)
        : below_(below), path_(std::move(path)), text_(std::move(text)) {}
    Result<std::string> read(const std::string& path) const override {
      return path == path_ ? Result<std::string>(text_) : below_.read(path);
    }
    Result<std::string> read_prefix(const std::string& path, std::size_t limit) const override {
      return path == path_ ? Result<std::string>(text_.substr(0, limit))
                           : below_.read_prefix(path, limit);
    }
    FileKind kind(const std::string& path) const override {
      return path == path_ ? FileKind::file : below_.kind(path);
    }
    Result<std::vector<DirectoryEntry>> list(const std::string& directory) const override {
      return below_.list(directory);
    }
    std::string real_path(const std::string& path) const override { return below_.real_path(path); }
    Result<FileStatus> status(const std::string& path) const override {
      return below_.status(path);
    }

   private:
    const Files& below_;
    std::string path_;
    std::string text_;
  };

  // What statements say that a vulnerability is none of.
  static void move_silenced(std::vector<Finding>& findings, Report& unit) {
    std::erase_if(findings, [&](Finding& finding) {
      if (finding.vulnerability == nullptr || !finding.vulnerability->silence) return false;
      const Silence& silence = *finding.vulnerability->silence;
      unit.suppressed.push_back({std::move(finding), silence.reason, silence.by});
      return true;
    });
  }

  // A flag of dockerd is changed in the unit, or in what gives the unit its environment, where it
  // is written: in the last of them, since drop-ins change what the unit says.
  static void point_at_unit(Finding& finding, const std::vector<const Source*>& unit_files) {
    if (finding.decided_by != Layer::daemon_flags || !finding.at.known()) return;
    const std::string_view flag = finding.at.text();
    if (flag.empty()) return;
    for (const Source* file : unit_files) {
      const std::size_t found = file->text().find(flag);
      if (found == std::string_view::npos) continue;
      const auto begin = static_cast<std::uint32_t>(found);
      const auto end = begin + static_cast<std::uint32_t>(flag.size());
      finding.related = {{file, {begin, end}}, "the flag is written here"};
    }
  }

  const Policy& policy_of(std::string_view path) const {
    return options_.policies == nullptr ? options_.policy
                                        : options_.policies->of(std::string(parent_path(path)));
  }

  // What is found of containers that stand in the text of this path.
  std::vector<Finding> judge(const std::vector<std::unique_ptr<ContainerSpec>>& containers,
                             std::string_view path) const {
    Findings findings;
    const Policy& policy = policy_of(path);
    for (const auto& container : containers) selection_.run(*container, policy, findings);
    return findings.take();
  }

  void add_to_shellcheck(const std::string& path, std::string text) {
    const Source source(path, std::move(text));
    if (const Result<Dockerfile> dockerfile = read_dockerfile(source)) shellcheck_.add(*dockerfile);
  }

  void check_dockerfile(const Source& source, Report& unit) const {
    DockerfileOptions options;
    const std::string context(parent_path(source.path()));
    const bool on_disk = files_.kind(std::string(source.path())) == FileKind::file;
    if (on_disk) {
      options.context = context.empty() ? "." : context;
      options.files = &files_;
      options.sources = &sources_of(unit);
    }
    Result<Dockerfile> dockerfile = read_dockerfile(source, options);
    if (!dockerfile) {
      unit.errors.push_back(std::move(dockerfile.error()));
      return;
    }
    ++unit.dockerfiles;
    shellcheck_.attach(*dockerfile);
    if (needs_arguments(*dockerfile)) {
      dockerfile->given_arguments = given_arguments(std::string(source.path()));
    }
    Findings findings;
    selection_.run(*dockerfile, policy_of(source.path()), findings);
    finish(findings.take(), {{&source, CommentStyle::dockerfile, instruction_spans(*dockerfile)}},
           unit, fix::make_dockerfile_edits);
  }

  // The arguments' defaults give a FROM no image.
  static bool needs_arguments(const Dockerfile& dockerfile) {
    return std::ranges::any_of(dockerfile.stages, [](const Stage& stage) {
      const BaseImage& base = stage.base;
      return base.word.raw.contains('$') && !base.stage && !base.scratch && !base.reference;
    });
  }

  // What the compose projects that are checked, too, give to the builds of a Dockerfile. Hardly any
  // Dockerfile needs it, so the projects are read for it only then.
  std::vector<std::string> given_arguments(const std::string& path) const {
    std::call_once(builds_read_, [&] {
      for (const Input& input : inputs_) {
        if (input.kind != InputKind::compose) continue;
        Sources sources;
        const Reading<ComposeProject> reading = read_compose(input.paths, sources, files_);
        for (const auto& dockerfile : reading.value.dockerfiles) {
          const std::string its_path(dockerfile->source->path());
          std::ranges::copy(dockerfile->given_arguments,
                            std::back_inserter(given_arguments_[files_.real_path(its_path)]));
        }
      }
    });
    const auto found = given_arguments_.find(files_.real_path(path));
    return found == given_arguments_.end() ? std::vector<std::string>() : found->second;
  }

  void check_compose(const std::vector<std::string>& paths, const Files& files,
                     Report& unit) const {
    Reading<ComposeProject> reading = read_compose(paths, sources_of(unit), files);
    if (!reading.errors.empty() && paths.size() == 1) {
      // compose.prod.yaml may be meant to be laid over compose.yaml: then it is read so.
      const std::vector<std::string> pair = base_of_override(paths.front(), files);
      if (!pair.empty()) {
        Reading<ComposeProject> both = read_compose(pair, sources_of(unit), files);
        if (both.errors.empty()) reading = std::move(both);
      }
    }
    std::ranges::move(reading.errors, std::back_inserter(unit.errors));
    const ComposeProject& project = reading.value;
    if (project.sources.empty()) return;
    ++unit.compose_projects;
    unit.files += project.sources.size();
    Findings findings;
    const Policy& policy = policy_of(paths.front());
    for (const auto& service : project.services) selection_.run(*service, policy, findings);
    selection_.run(project, policy, findings);
    std::vector<CommentedText> texts;
    for (const Source* source : project.sources) {
      texts.push_back({source, CommentStyle::hash, {}});
    }
    std::vector<Finding> all = findings.take();
    std::vector<const Source*> dockerfiles;
    for (const auto& dockerfile : project.dockerfiles) {
      if (const ComposeBuild* build = inline_build(project, *dockerfile)) {
        check_inline(*dockerfile, *build, policy, all);
        continue;
      }
      dockerfiles.push_back(dockerfile->source);
      texts.push_back(
          {dockerfile->source, CommentStyle::dockerfile, instruction_spans(*dockerfile), false});
    }
    finish(std::move(all), std::move(texts), unit,
           [&](std::span<Finding> found) { fix::make_compose_edits(found, project, dockerfiles); });
  }

  // The build that a Dockerfile is written into, or null when it is a file.
  static const ComposeBuild* inline_build(const ComposeProject& project,
                                          const Dockerfile& dockerfile) {
    const auto found = std::ranges::find_if(project.builds, [&](const ComposeBuild& build) {
      const Location& at = build.dockerfile_inline.at;
      return at.known() && dockerfile.source->path() ==
                               concat(at.source->path(), ":", build.service, ":dockerfile_inline");
    });
    return found == project.builds.end() ? nullptr : &*found;
  }

  // No file holds it, so nobody else judges it; what is found is placed in the compose file.
  void check_inline(const Dockerfile& dockerfile, const ComposeBuild& build, const Policy& policy,
                    std::vector<Finding>& all) const {
    Findings findings;
    selection_.run(dockerfile, policy, findings);
    std::vector<Finding> found = findings.take();
    // What a rule would write into a Dockerfile is not what a block of YAML wants.
    for (Finding& finding : found) finding.fix = {};
    std::ranges::move(found, std::back_inserter(all));
    for (Finding& finding : all) {
      for (Location* at : {&finding.at, &finding.related.at}) {
        if (at->source == dockerfile.source) *at = place_in_compose_file(*at, build);
      }
    }
  }

  void check_run_lines(const Source& source, RunText kind, CommentStyle style, Report& unit) const {
    Reading<std::vector<std::unique_ptr<ContainerSpec>>> reading = read_run_lines(source, kind);
    std::ranges::move(reading.errors, std::back_inserter(unit.errors));
    unit.run_lines += reading.value.size();
    // A script without run lines is none of ours: its comments are not asked, either.
    if (reading.value.empty()) return;
    finish(judge(reading.value, source.path()),
           {{&source, style, command_spans(source, reading.value)}}, unit,
           [&](std::span<Finding> found) { fix::make_run_line_edits(found, reading.value); });
  }

  void check_json(const Source& source, Report& unit) const {
    const ContainerJson kind = container_json_kind(source.text());
    Reading<std::vector<std::unique_ptr<ContainerSpec>>> reading =
        read_container_json(source, kind);
    std::ranges::move(reading.errors, std::back_inserter(unit.errors));
    ++unit.json_documents;
    finish(judge(reading.value, source.path()), {}, unit, [](std::span<Finding> found) {
      fix::refuse_edits(found, "what an engine printed is no source: change what it was made from");
    });
  }

  void check_daemon_json(const Source& source, Report& unit) const {
    Reading<Daemon> reading = read_daemon({.daemon_json = &source});
    std::ranges::move(reading.errors, std::back_inserter(unit.errors));
    ++unit.daemons;
    Findings findings;
    selection_.run(reading.value, policy_of(source.path()), findings);
    finish(findings.take(), {}, unit, fix::make_daemon_json_edits);
  }

  // Applies the suppressions of the unit's texts and judges them, too. `make_edits` fills in how
  // the findings are fixed, where that is asked for.
  template <class MakeEdits>
  void finish(std::vector<Finding> all, std::vector<CommentedText> texts, Report& unit,
              MakeEdits&& make_edits) const {
    std::vector<Suppression> suppressions;
    for (const CommentedText& text : texts) {
      for (Suppression& found : find_suppressions(*text.source, text.style, text.parts)) {
        suppressions.push_back(std::move(found));
      }
    }
    if (!suppressions.empty()) {
      Applied applied = apply_suppressions(suppressions, std::move(all), names_, options_.today);
      all = std::move(applied.kept);
      for (Applied::Silenced& silenced : applied.silenced) {
        const Suppression& by = suppressions[silenced.suppression];
        unit.suppressed.push_back({std::move(silenced.finding), by.reason, by.at});
      }
      Findings about_suppressions;
      for (Suppression& suppression : suppressions) {
        const auto text = std::ranges::find(texts, suppression.at.source, &CommentedText::source);
        if (!text->own) continue;
        // Unused means something only if the rules that it names were run.
        if (!every_rule_ && !all_selected(suppression)) suppression.used = true;
        selection_.run(suppression, options_.policy, about_suppressions);
      }
      std::ranges::move(about_suppressions.take(), std::back_inserter(all));
    }
    std::erase_if(
        all, [&](const Finding& finding) { return finding.severity < options_.least_severity; });
    if (options_.edits != Certainty::none) {
      const auto others = std::ranges::partition(
          all, [&](const Finding& finding) { return finding.fix.certainty <= options_.edits; });
      make_edits(std::span<Finding>(all.begin(), others.begin()));
    }
    std::ranges::move(all, std::back_inserter(unit.findings));
  }

  bool all_selected(const Suppression& suppression) const {
    return std::ranges::all_of(suppression.rules, [&](const std::string& name) {
      return std::ranges::all_of(rules::rules_named(name), [&](const Rule* rule) {
        return std::ranges::find(options_.rules, rule) != options_.rules.end();
      });
    });
  }

  const Files& files_;
  std::span<const Input> inputs_;
  CheckOptions options_;
  rules::Selection selection_;
  CatalogueNames names_;
  ShellCheck shellcheck_;
  bool every_rule_;
  mutable std::once_flag builds_read_;
  mutable std::map<std::string, std::vector<std::string>> given_arguments_;  // by real path
};

// `service "web" runs privileged` -> `"web"` and what the message says of it; nothing when it is
// about no service.
struct OfService {
  std::string_view name;  // with its quotes
  std::string_view said;
};

OfService of_service(std::string_view message) {
  constexpr std::string_view start = "service ";
  const std::size_t end = message.find("\" ");
  if (!message.starts_with("service \"") || end == std::string_view::npos) return {};
  return {message.substr(start.size(), end + 1 - start.size()), message.substr(end + 2)};
}

// The finding that says the same of another service, which shares its line through an anchor or
// `extends`. Only the newest are looked at, so that the time stays in proportion.
Finding* same_of_another_service(std::span<Finding> kept, const Finding& finding) {
  constexpr std::size_t looked_at = 8;
  const OfService own = of_service(finding.message);
  if (own.name.empty()) return nullptr;
  for (Finding& other : kept.last(std::min(kept.size(), looked_at))) {
    const OfService others = of_service(other.message);
    if (other.severity == finding.severity && !others.name.empty() && others.said == own.said) {
      return &other;
    }
  }
  return nullptr;
}

bool same_place(const Finding& a, const Finding& b) {
  return a.at.span == b.at.span && a.rule == b.rule &&
         (a.at.source == b.at.source || a.at.source->path() == b.at.source->path());
}

// `service "b" and "c"`; the first of many by their names.
std::string enumerated(const std::vector<std::string>& services) {
  constexpr std::size_t most_named = 3;
  const std::size_t named = std::min(services.size(), most_named);
  const std::size_t others = services.size() - named;
  std::string out = others == 0 ? "service " : "";
  for (std::size_t i = 0; i < named; ++i) {
    const bool last = i + 1 == services.size();
    if (i > 0) out += last ? " and " : ", ";
    out += services[i];
  }
  if (others == 1) out += " and one other service";
  if (others > 1) out += concat(" and ", std::to_string(others), " other services");
  return out;
}

// Moves those of one rule's findings at one place that say something of their own to the front, and
// returns how many they are.
std::size_t keep_different(std::span<Finding> group) {
  const bool several_kinds = std::ranges::any_of(
      group, [&](const Finding& f) { return f.subject != group.front().subject; });
  std::size_t kept = 0;
  std::vector<std::vector<std::string>> shared_by(group.size());
  for (Finding& finding : group) {
    if (several_kinds && finding.subject == name_of(Subject::container)) continue;
    if (kept > 0 && group[kept - 1].message == finding.message) continue;
    if (const Finding* other = same_of_another_service(group.first(kept), finding)) {
      const auto index = static_cast<std::size_t>(other - group.data());
      shared_by[index].emplace_back(of_service(finding.message).name);
      continue;
    }
    if (&group[kept] != &finding) group[kept] = std::move(finding);
    ++kept;
  }
  for (std::size_t i = 0; i < kept; ++i) {
    if (shared_by[i].empty()) continue;
    group[i].message += concat(" (shared by ", enumerated(shared_by[i]), ")");
  }
  return kept;
}

// A service built from a Dockerfile can repeat what the Dockerfile's own check says at the same
// place, and a file that two projects share is judged twice: each fault is said once.
void remove_repetitions(std::vector<Finding>& findings) {
  auto kept = findings.begin();
  for (auto group = findings.begin(); group != findings.end();) {
    const auto end = std::find_if(group + 1, findings.end(),
                                  [&](const Finding& other) { return !same_place(other, *group); });
    const std::size_t different = end - group == 1 ? 1 : keep_different({group, end});
    const auto last = group + static_cast<std::ptrdiff_t>(different);
    kept = kept == group ? last : std::move(group, last, kept);
    group = end;
  }
  findings.erase(kept, findings.end());
}

// A finding is large, so addresses are sorted, and each finding is moved once.
void sort(std::vector<Finding>& findings) {
  std::vector<Finding*> order;
  order.reserve(findings.size());
  for (Finding& finding : findings) order.push_back(&finding);
  std::ranges::sort(order, [](const Finding* a, const Finding* b) { return comes_before(*a, *b); });
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (Finding* finding : order) sorted.push_back(std::move(*finding));
  findings = std::move(sorted);
}

// Brings a unit into report order, each fault said once. Its texts are kept only if something
// points into them.
void finish_unit(Report& unit) {
  sort(unit.findings);
  std::ranges::sort(unit.suppressed, comes_before, &SuppressedFinding::finding);
  remove_repetitions(unit.findings);
  const bool silent = unit.findings.empty() && unit.suppressed.empty() && unit.errors.empty() &&
                      unit.remarks.empty();
  if (silent) unit.sources.clear();
}

// A rule at a place, as a number. A rule's name stands in memory once, so its address stands for
// it.
std::uint64_t number_of(const Finding& finding) {
  constexpr std::uint64_t spread = 0x9E3779B97F4A7C15u;
  const Span span = finding.at.span;
  return reinterpret_cast<std::uintptr_t>(finding.rule.data()) * spread +
         (std::uint64_t{span.begin} << 32 | span.end);
}

// A text that two units read are two sources of one path.
std::uint64_t number_of_text(const Finding& finding) {
  return std::hash<std::string_view>()(finding.at.source->path());
}

// What a part says of one text.
struct Said {
  std::uint64_t text = 0;
  std::vector<std::uint64_t> numbers;  // sorted
};

std::vector<Said> said_by(const Report& part) {
  std::vector<Said> said;
  const Source* source = nullptr;
  for (const Finding& finding : part.findings) {
    if (finding.at.source != source) {
      source = finding.at.source;
      const std::uint64_t text = number_of_text(finding);
      if (said.empty() || said.back().text != text) said.push_back({text, {}});
    }
    said.back().numbers.push_back(number_of(finding));
  }
  for (Said& of_text : said) std::ranges::sort(of_text.numbers);
  return said;
}

// Hands the parts on in the order of their inputs, whichever is finished first. Two units can judge
// the same text (a Dockerfile and the service that it builds, a compose file and one that includes
// it): what a rule has said of a place is not said again.
class InOrder {
 public:
  explicit InOrder(PartSink& sink) : sink_(sink) {}

  // Whoever comes while nobody hands on does it, without the lock: the others go on checking
  // meanwhile. They wait only when too much is waiting.
  void put(std::size_t index, Report part) {
    Waiting finished{.part = std::move(part), .said = {}, .rendered = {}};
    finished.said = said_by(finished.part);
    finished.rendered = sink_.render(finished.part);
    std::unique_lock lock(mutex_);
    waiting_.emplace(index, std::move(finished));
    if (handing_on_) {
      less_waits_.wait(lock, [&] { return waiting_.size() < most_waiting || !handing_on_; });
      if (handing_on_) return;
    }
    handing_on_ = true;
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      Waiting ready = std::move(waiting_.extract(waiting_.begin()).mapped());
      const std::size_t input = next_++;
      lock.unlock();
      less_waits_.notify_all();
      if (remove_said(ready)) ready.rendered = sink_.render(ready.part);
      sink_.take(input, std::move(ready.part), std::move(ready.rendered));
      lock.lock();
    }
    handing_on_ = false;
    less_waits_.notify_all();
  }

 private:
  struct Waiting {
    Report part;
    std::vector<Said> said;
    std::string rendered;
  };

  // Whether there was something to remove. Nearly every text is one unit's alone.
  bool remove_said(Waiting& ready) {
    const std::size_t before = ready.part.findings.size();
    for (Said& now : ready.said) {
      const auto [earlier, fresh] = said_.try_emplace(now.text, std::move(now.numbers));
      if (fresh) continue;
      std::vector<std::uint64_t>& numbers = earlier->second;
      std::erase_if(ready.part.findings, [&](const Finding& finding) {
        return number_of_text(finding) == now.text &&
               std::ranges::binary_search(numbers, number_of(finding));
      });
      const auto middle = static_cast<std::ptrdiff_t>(numbers.size());
      numbers.insert(numbers.end(), now.numbers.begin(), now.numbers.end());
      std::ranges::inplace_merge(numbers, numbers.begin() + middle);
    }
    return ready.part.findings.size() != before;
  }

  static constexpr std::size_t most_waiting = 256;

  PartSink& sink_;
  std::mutex mutex_;
  std::condition_variable less_waits_;
  std::map<std::size_t, Waiting> waiting_;
  std::size_t next_ = 0;
  bool handing_on_ = false;
  // By text. Only who hands on uses it; the lock lies between one and the next.
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> said_;
};

// Puts a report together again.
class WholeReport final : public PartSink {
 public:
  std::string render(const Report&) const override { return {}; }
  void take(std::size_t, Report part, std::string) override { append(report_, std::move(part)); }
  Report finish() {
    std::ranges::sort(report_.findings, comes_before);
    std::ranges::sort(report_.suppressed, comes_before, &SuppressedFinding::finding);
    return std::move(report_);
  }

 private:
  Report report_;
};

}  // namespace

void append(Report& report, Report part) {
  std::ranges::move(part.sources, std::back_inserter(report.sources));
  std::ranges::move(part.findings, std::back_inserter(report.findings));
  std::ranges::move(part.suppressed, std::back_inserter(report.suppressed));
  std::ranges::move(part.errors, std::back_inserter(report.errors));
  std::ranges::move(part.remarks, std::back_inserter(report.remarks));
  report.dockerfiles += part.dockerfiles;
  report.compose_projects += part.compose_projects;
  report.run_lines += part.run_lines;
  report.json_documents += part.json_documents;
  report.daemons += part.daemons;
  report.containers += part.containers;
  report.hosts += part.hosts;
  report.images += part.images;
  report.files += part.files;
  if (part.database_age) report.database_age = part.database_age;
}

void check(const std::vector<Input>& inputs, const Files& files, const CheckOptions& options,
           PartSink& sink) {
  Checker checker(files, options, options.all_inputs.empty() ? inputs : options.all_inputs);
  InOrder parts(sink);
  std::atomic<std::size_t> next = 0;
  if (std::optional<Error> error = checker.run_shellcheck(inputs)) {
    Report part;
    part.errors.push_back(std::move(*error));
    sink.take(0, std::move(part), {});
  }
  const auto work = [&] {
    for (std::size_t i = next++; i < inputs.size(); i = next++) {
      Report unit = checker.check_input(inputs[i]);
      finish_unit(unit);
      parts.put(i, std::move(unit));
    }
  };
  // A thread is not worth starting for a handful of files.
  constexpr std::size_t inputs_of_a_thread = 16;
  const std::size_t wanted =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  const std::size_t threads = std::min(wanted, inputs.size() / inputs_of_a_thread + 1);
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

Report check(const std::vector<Input>& inputs, const Files& files, const CheckOptions& options) {
  WholeReport whole;
  check(inputs, files, options, whole);
  return whole.finish();
}

Report check_text(const std::string& path, std::string text, InputKind kind, const Files& files,
                  const CheckOptions& options) {
  Checker checker(files, options);
  Report unit = empty_unit();
  if (std::optional<Error> error = checker.run_shellcheck(path, text, kind)) {
    unit.errors.push_back(std::move(*error));
  }
  checker.check_text(path, std::move(text), kind, unit);
  finish_unit(unit);
  return unit;
}

Report check_live(Live live, const CheckOptions& options) {
  Report unit = unit_over(std::move(live.sources));
  unit.errors = std::move(live.errors);
  unit.daemons = live.daemon && live.judged != Live::OfDaemon::nothing ? 1 : 0;
  unit.containers = live.containers.size();
  unit.hosts = live.host ? 1 : 0;
  unit.images = live.images.size();
  Checker(RealFiles(), options).check_live(live, unit);
  finish_unit(unit);
  return unit;
}

Report check_image(std::unique_ptr<Sources> sources, const Image& image, std::vector<Error> errors,
                   const CheckOptions& options) {
  Report unit = unit_over(std::move(sources));
  unit.errors = std::move(errors);
  unit.images = 1;
  Checker(RealFiles(), options).check_image(image, unit);
  finish_unit(unit);
  return unit;
}

Report check_containers(std::unique_ptr<Sources> sources,
                        const std::vector<std::unique_ptr<ContainerSpec>>& containers,
                        const CheckOptions& options) {
  Report unit = unit_over(std::move(sources));
  unit.run_lines = containers.size();
  Checker(RealFiles(), options).check_containers(containers, unit);
  finish_unit(unit);
  return unit;
}

}  // namespace plimsoll::app
