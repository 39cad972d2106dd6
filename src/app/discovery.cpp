#include "app/discovery.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>

#include "app/gitignore.h"
#include "base/text.h"
#include "readers/compose/compose_reader.h"
#include "readers/daemon/daemon_reader.h"
#include "readers/json_documents/container_json_reader.h"

namespace plimsoll::app {
namespace {

// Enough of a file to see what it is.
constexpr std::size_t content_prefix = 1 << 20;

bool is_yaml_name(std::string_view lowered) {
  return lowered.ends_with(".yaml") || lowered.ends_with(".yml");
}

// compose.yaml, docker-compose.prod.yml, …
bool is_compose_name(std::string_view lowered) {
  if (!is_yaml_name(lowered)) return false;
  for (const std::string_view stem : {"compose", "docker-compose", "podman-compose"}) {
    if (!lowered.starts_with(stem)) continue;
    const char next = lowered[stem.size()];
    if (next == '.' || next == '-' || next == '_') return true;
  }
  return false;
}

// What the end of a name says when its start says Dockerfile.
enum class Ending : std::uint8_t {
  none,
  other_format,  // Dockerfile.md, Dockerfile.dockerignore: never a Dockerfile
  with_gaps,     // Dockerfile.j2: makes one when its gaps are filled in; read only when it is named
  program,       // dockerfile.go: mostly a program about Dockerfiles; its content decides
};

Ending ending_of(std::string_view lowered) {
  const auto ends_with_one_of = [&](std::initializer_list<std::string_view> ends) {
    return std::ranges::any_of(ends, [&](std::string_view end) { return lowered.ends_with(end); });
  };
  if (ends_with_one_of({".md", ".dockerignore"})) return Ending::other_format;
  if (ends_with_one_of({".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb",
                        ".mustache", ".gotmpl", ".m4", ".in"})) {
    return Ending::with_gaps;
  }
  if (ends_with_one_of({".c",    ".cc",   ".cpp",  ".h",     ".hpp",  ".go",  ".rs",   ".py",
                        ".rb",   ".js",   ".mjs",  ".ts",    ".tsx",  ".jsx", ".java", ".kt",
                        ".cs",   ".php",  ".lua",  ".ex",    ".exs",  ".sh",  ".vim",  ".json",
                        ".yaml", ".yml",  ".toml", ".xml",   ".html", ".css", ".txt",  ".rst",
                        ".adoc", ".orig", ".rej",  ".patch", ".diff"})) {
    return Ending::program;
  }
  return Ending::none;
}

bool is_dockerfile_name(std::string_view lowered) {
  const bool named = std::ranges::any_of(
      std::initializer_list<std::string_view>{"dockerfile", "containerfile"},
      [&](std::string_view stem) {
        if (lowered == stem) return true;
        if (lowered.starts_with(stem)) {
          const char next = lowered[stem.size()];
          if (next == '.' || next == '-' || next == '_') return true;
        }
        return lowered.ends_with(stem) && lowered[lowered.size() - stem.size() - 1] == '.';
      });
  return named && ending_of(lowered) != Ending::other_format;
}

// The first instruction decides: a Dockerfile starts with FROM, or with ARGs and a FROM after them.
bool looks_like_dockerfile(std::string_view text) {
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = trim(text.substr(0, newline));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    if (equal_ignoring_case(word, "arg")) continue;
    if (!equal_ignoring_case(word, "from")) return false;
    // SQL and prose have a FROM, too: an image is one word, perhaps after flags, perhaps with AS.
    std::size_t words = 0;
    bool renamed = false;
    for (const std::string_view part : split(trim(line.substr(word.size())), ' ')) {
      if (part.empty() || part.starts_with("--")) continue;
      ++words;
      renamed = renamed || (words == 2 && equal_ignoring_case(part, "as"));
    }
    return words == 1 || (words == 3 && renamed);
  }
  return false;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

std::string_view extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

// In a walk, only files whose name leaves room for being one of ours are opened.
bool worth_a_look(std::string_view name) {
  const std::string lowered = lower(name);
  const std::string_view end = extension(lowered);
  return end.empty() || is_yaml_name(lowered) || end == ".json" || end == ".docker";
}

// compose.override.yaml -> "compose", docker-compose.prod.yml -> "docker-compose"; "" when the name
// has nothing between the stem and the extension.
std::string_view override_stem(std::string_view name) {
  for (const std::string_view stem : {"compose", "docker-compose", "podman-compose"}) {
    if (!name.starts_with(stem) || name.size() <= stem.size()) continue;
    const std::string_view rest = name.substr(stem.size());
    if (rest != ".yaml" && rest != ".yml") return stem;
  }
  return {};
}

class Walk {
 public:
  Walk(const Files& files, Discovery& discovery) : files_(files), discovery_(discovery) {}

  void add_named(const std::string& path) {
    if (files_.kind(path) == FileKind::directory) {
      root_ = files_.real_path(path);
      std::vector<Layer> layers = outer_layers(path);
      walk({path == "." ? "" : path, root_ == "." ? "" : root_}, layers, 0);
      return;
    }
    std::optional<InputKind> kind = kind_by_name(path);
    if (!kind) {
      const Result<std::string> text = files_.read(path);
      if (!text) {
        discovery_.errors.push_back(text.error());
        return;
      }
      kind = kind_by_content(path, *text);
    }
    if (!kind) {
      discovery_.errors.push_back(
          {.message =
               "is no Dockerfile, compose file, script with docker run lines, inspect output or "
               "create request",
           .hint = "name a file or directory that holds one of these",
           .file = path});
      return;
    }
    add(path, files_.real_path(path), *kind);
  }

  Discovery finish() {
    join_overrides();
    std::ranges::sort(discovery_.inputs, {},
                      [](const Input& input) { return input.paths.front(); });
    return std::move(discovery_);
  }

 private:
  // A directory of the tree. No symlink lies between it and the root.
  struct Directory {
    std::string path;  // as it is shown
    std::string real;
  };

  // A .gitignore in force and the directory it lies in.
  struct Layer {
    std::string directory;
    GitIgnore patterns;
  };

  static bool ignored(const std::vector<Layer>& layers, std::string_view path, bool directory) {
    GitIgnore::Verdict verdict = GitIgnore::Verdict::undecided;
    for (const Layer& layer : layers) {
      std::string_view relative = path;
      if (!layer.directory.empty()) relative.remove_prefix(layer.directory.size() + 1);
      const GitIgnore::Verdict own = layer.patterns.verdict(relative, directory);
      if (own != GitIgnore::Verdict::undecided) verdict = own;
    }
    return verdict == GitIgnore::Verdict::ignored;
  }

  void walk(const Directory& directory, std::vector<Layer>& layers, std::size_t depth) {
    if (depth > max_directory_depth) {
      discovery_.errors.push_back(
          {.message = concat("is nested deeper than ", std::to_string(max_directory_depth),
                             " directories; what lies below is not checked"),
           .file = directory.path});
      return;
    }
    Result<std::vector<DirectoryEntry>> entries =
        files_.list(directory.path.empty() ? "." : directory.path);
    if (!entries) {
      discovery_.errors.push_back(std::move(entries.error()));
      return;
    }
    const std::size_t layers_above = layers.size();
    if (std::ranges::binary_search(*entries, ".gitignore", {}, &DirectoryEntry::name)) {
      const Result<std::string> text = files_.read(join_path(directory.path, ".gitignore"));
      if (text) layers.push_back({directory.path, GitIgnore(*text)});
    }
    for (const DirectoryEntry& entry : *entries) visit(directory, entry, layers, depth);
    layers.resize(layers_above, Layer{{}, GitIgnore("")});
  }

  void visit(const Directory& directory, const DirectoryEntry& entry, std::vector<Layer>& layers,
             std::size_t depth) {
    const std::string path = join_path(directory.path, entry.name);
    if (entry.kind == FileKind::directory) {
      static constexpr std::array<std::string_view, 4> skipped{".git", ".hg", ".svn",
                                                               "node_modules"};
      if (std::ranges::find(skipped, entry.name) != skipped.end()) return;
      if (!ignored(layers, path, true)) {
        walk({path, join_path(directory.real, entry.name)}, layers, depth + 1);
      }
      return;
    }
    const std::optional<InputKind> named = kind_by_name(path);
    if (!named && !worth_a_look(entry.name)) return;
    std::string real;
    if (entry.kind == FileKind::symlink) {
      // Files only, and only those whose target lies in the tree: it may be called anything there.
      real = files_.real_path(path);
      if (files_.kind(path) != FileKind::file || !inside_root(real)) return;
    } else if (entry.kind != FileKind::file) {
      return;
    } else {
      real = join_path(directory.real, entry.name);
    }
    if (ignored(layers, path, false)) return;
    if (named == InputKind::dockerfile) {
      const Ending ending = ending_of(lower(entry.name));
      if (ending == Ending::with_gaps) return;
      if (ending == Ending::program) {
        const Result<std::string> text = files_.read_prefix(path, content_prefix);
        if (text && !looks_like_dockerfile(*text)) return;
      }
    }
    if (named) {
      add(path, std::move(real), *named);
      return;
    }
    const Result<std::string> text = files_.read_prefix(path, content_prefix);
    if (!text) {
      discovery_.errors.push_back(text.error());
      return;
    }
    if (const std::optional<InputKind> kind = kind_by_content(path, *text)) {
      add(path, std::move(real), *kind);
    }
  }

  // The .gitignore files above a directory inside the current one: they speak for it as well.
  std::vector<Layer> outer_layers(const std::string& path) const {
    std::vector<Layer> layers;
    if (path.starts_with('/') || path.starts_with("..")) return layers;
    std::string directory;
    const std::string normal = normal_path(path);
    for (const std::string_view part : split(normal, '/')) {
      if (part == ".") break;
      const Result<std::string> text = files_.read(join_path(directory, ".gitignore"));
      if (text) layers.push_back({directory, GitIgnore(*text)});
      directory = join_path(directory, part);
    }
    return layers;
  }

  bool inside_root(std::string_view real) const {
    return real.starts_with(root_) &&
           (root_ == "." || root_.ends_with('/') || real.substr(root_.size()).starts_with('/'));
  }

  void add(const std::string& path, std::string real, InputKind kind) {
    // The same file by two names is one input: the path that comes first.
    if (!real.empty() && !seen_.insert(std::move(real)).second) return;
    discovery_.inputs.push_back({kind, {path}});
  }

  // compose.override.yaml is read after compose.yaml, as docker compose does by itself.
  void join_overrides() {
    std::map<std::string, std::size_t> bases;  // directory and stem -> input
    for (std::size_t i = 0; i < discovery_.inputs.size(); ++i) {
      const Input& input = discovery_.inputs[i];
      const std::string_view name = file_name(input.paths.front());
      if (input.kind != InputKind::compose || !override_stem(name).empty()) continue;
      const std::string_view stem = name.substr(0, name.rfind('.'));
      bases.emplace(join_path(parent_path(input.paths.front()), stem), i);
    }
    std::vector<std::size_t> joined;
    for (std::size_t i = 0; i < discovery_.inputs.size(); ++i) {
      Input& input = discovery_.inputs[i];
      const std::string path = input.paths.front();
      const std::string_view stem = override_stem(file_name(path));
      if (input.kind != InputKind::compose || stem.empty()) continue;
      const std::string_view rest = file_name(path).substr(stem.size());
      if (rest != ".override.yaml" && rest != ".override.yml") continue;
      const auto base = bases.find(join_path(parent_path(path), stem));
      if (base == bases.end()) continue;
      discovery_.inputs[base->second].paths.push_back(path);
      joined.push_back(i);
    }
    for (const std::size_t i : joined) discovery_.inputs[i].paths.clear();
    std::erase_if(discovery_.inputs, [](const Input& input) { return input.paths.empty(); });
  }

  const Files& files_;
  Discovery& discovery_;
  std::string root_;
  std::unordered_set<std::string> seen_;
};

// Other programs have a daemon.json, too: the content decides.
bool is_daemon_json_name(std::string_view name) {
  return name.contains("daemon") && name.ends_with(".json");
}

}  // namespace

std::optional<InputKind> kind_by_name(std::string_view path) {
  const std::string name = lower(file_name(path));
  if (is_compose_name(name)) return InputKind::compose;
  if (is_dockerfile_name(name)) return InputKind::dockerfile;
  if (name == "makefile" || name == "gnumakefile" || name.ends_with(".mk"))
    return InputKind::makefile;
  const std::string_view end = extension(name);
  if (end == ".md" || end == ".markdown") return InputKind::markdown;
  if (end == ".sh" || end == ".bash" || end == ".zsh" || end == ".ksh")
    return InputKind::shell_script;
  return std::nullopt;
}

std::optional<InputKind> kind_by_content(std::string_view path, std::string_view text) {
  const std::string name = lower(file_name(path));
  if (is_yaml_name(name)) {
    if (looks_like_compose(text)) return InputKind::compose;
    return std::nullopt;
  }
  if (is_daemon_json_name(name)) {
    if (looks_like_daemon_json(text)) return InputKind::daemon_json;
    return std::nullopt;
  }
  const std::string_view start = trim(text.substr(0, 256));
  if (start.starts_with('{') || start.starts_with('[')) {
    if (container_json_kind(text) != ContainerJson::none) return InputKind::container_json;
    return std::nullopt;
  }
  if (text.starts_with("#!")) {
    const std::string_view interpreter = first_line(text);
    if (interpreter.contains("sh")) return InputKind::shell_script;
  }
  if (looks_like_dockerfile(text)) return InputKind::dockerfile;
  if (extension(name).empty() && looks_like_compose(text)) return InputKind::compose;
  return std::nullopt;
}

std::vector<std::string> base_of_override(const std::string& path, const Files& files) {
  const std::string_view stem = override_stem(file_name(path));
  if (stem.empty()) return {};
  for (const std::string_view end : {".yaml", ".yml"}) {
    std::string base = join_path(parent_path(path), concat(stem, end));
    if (files.kind(base) == FileKind::file) return {std::move(base), path};
  }
  return {};
}

Discovery discover(const std::vector<std::string>& paths, const Files& files) {
  Discovery discovery;
  Walk walk(files, discovery);
  for (const std::string& path : paths) walk.add_named(path);
  return walk.finish();
}

}  // namespace plimsoll::app
