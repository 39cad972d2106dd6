#include "readers/compose/project_loader.h"

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/compose_reader.h"
#include "readers/compose/dotenv.h"

namespace plimsoll::compose {
namespace {

// Values of all files of a project together.
constexpr std::size_t max_project_nodes = 4 * max_yaml_nodes;

constexpr std::string_view sections[] = {"services", "volumes", "networks",
                                         "secrets",  "configs", "models"};

std::string quoted(std::string_view name) {
  return concat("\"", printable(name.substr(0, 128)), "\"");
}

// A list of strings, or one string.
std::vector<const Node*> strings_of(const Node* node) {
  std::vector<const Node*> out;
  if (node == nullptr || node->is_null()) return out;
  if (node->is_sequence()) {
    for (const Node* item : node->items) {
      if (item->is_scalar() && !item->is_null()) out.push_back(item);
    }
  } else if (node->is_scalar()) {
    out.push_back(node);
  }
  return out;
}

std::string prefixed(std::string_view prefix, std::string_view path) {
  const std::string joined = normal_path(join_path(prefix, path));
  return joined == "." ? std::string() : joined;
}

}  // namespace

bool is_remote(std::string_view path) {
  return path.find("://") != std::string_view::npos || path.starts_with("git@") ||
         path.starts_with("github.com/") || path.starts_with("oci:");
}

void ProjectLoader::report(std::string message, Location at, std::string hint) {
  errors_.push_back({.message = std::move(message), .at = at, .hint = std::move(hint)});
}

ProjectLoader::Context& ProjectLoader::add_context(std::string directory, std::string prefix) {
  contexts_.push_back(
      {.directory = std::move(directory), .prefix = std::move(prefix), .environment = {}});
  return contexts_.back();
}

// Null, and an error, when the file cannot be read. `named_at` is where the project names it.
const Source* ProjectLoader::read_source(const std::string& path, const Location& named_at) {
  Result<std::string> text = files_.read(path);
  if (text) return &sources_.add(path, std::move(*text));
  Error error = std::move(text.error());
  if (named_at.known()) {
    error.message = concat("the file ", quoted(path), " ", error.message);
    error.at = named_at;
  }
  errors_.push_back(std::move(error));
  return nullptr;
}

void ProjectLoader::read_environment_file(const std::string& path, Environment& environment,
                                          const Environment& outer, const Location& named_at) {
  const Source* const source = read_source(path, named_at);
  if (source == nullptr) return;
  Reading<std::vector<DotenvEntry>> entries = read_dotenv(*source, outer);
  for (DotenvEntry& entry : entries.value) {
    if (entry.name.empty() || is_digit(entry.name[0])) continue;
    if (!entry.unresolved && !entry.inherited) environment.set(entry.name, std::move(entry.value));
  }
  std::ranges::move(entries.errors, std::back_inserter(errors_));
}

const Node* ProjectLoader::load(
    const std::vector<std::string>& paths,
    const std::map<std::string, std::string, std::less<>>& environment) {
  if (paths.empty()) return nullptr;
  project_directory_ = parent_path(paths.front());
  Context& context = add_context(project_directory_, "");
  Environment given;
  for (const auto& [name, value] : environment) given.set(name, value);
  const std::string env_file = join_path(project_directory_, ".env");
  if (files_.kind(env_file) == FileKind::file) {
    read_environment_file(env_file, context.environment, given, {});
  }
  for (const auto& [name, value] : environment) context.environment.set(name, value);
  std::vector<std::string> including;
  return load_model(paths, context, including, {});
}

std::vector<const Node*> ProjectLoader::read_documents(const std::string& path,
                                                       const Context& context,
                                                       const Location& named_at) {
  if (loaded_.size() >= max_compose_files) {
    if (!too_many_files_) {
      report("the project has too many files", named_at,
             "200 are read, with every include and base where it is used");
    }
    too_many_files_ = true;
    return {};
  }
  const Source* const source = read_source(path, named_at);
  if (source == nullptr) return {};
  const auto file = static_cast<FileIndex>(loaded_.size());
  loaded_.push_back({.source = source, .context = &context});
  read_.push_back(source);
  Result<YamlReading> reading = read_yaml(*source, file, trees_->arena, &context.environment);
  if (!reading) {
    errors_.push_back(std::move(reading.error()));
    return {};
  }
  std::ranges::move(reading->errors, std::back_inserter(errors_));
  for (const HyphenUse& use : reading->hyphen_uses) hyphen_uses_.emplace_back(use.file, use.span);
  std::vector<const Node*> documents;
  for (const Node* document : reading->documents) {
    nodes_ += document->weight;
    if (nodes_ > max_project_nodes) {
      report("the project stands for too many values", at(*document), "2000000 are read");
      return {};
    }
    if (document->is_mapping()) {
      documents.push_back(document);
    } else {
      report("a compose file must be a mapping", at(*document));
    }
  }
  if (trees_->find(source) == nullptr) {
    trees_->files.push_back({source, documents, std::move(reading->merges)});
  }
  return documents;
}

const Node* ProjectLoader::load_model(const std::vector<std::string>& paths, const Context& context,
                                      std::vector<std::string>& including,
                                      const Location& named_at) {
  const Node* model = nullptr;
  for (const std::string& path : paths) {
    for (const Node* document : read_documents(path, context, named_at)) {
      including.push_back(normal_path(path));
      document = apply_includes(*document, context, including);
      including.pop_back();
      document = apply_extends(*document, path, context);
      model = model == nullptr ? document : merger_.merge_files(*model, *document);
    }
  }
  return model;
}

// --- include
// --------------------------------------------------------------------------------------

const Node* ProjectLoader::apply_includes(const Node& file, const Context& context,
                                          std::vector<std::string>& including) {
  const Node* const list = file.find("include");
  if (list == nullptr) return &file;
  const Node* result = merger_.without(file, "include");
  if (list->is_null()) return result;
  if (!list->is_sequence()) {
    report(concat("include must be a list, this is ", name_of(list->type)), at(*list));
    return result;
  }
  for (const Node* entry : list->items) {
    if (entry->tag == Tag::reset) continue;
    const Node* const imported = include(*entry, context, including);
    if (imported != nullptr) result = import_sections(*imported, *result);
  }
  return result;
}

const Node* ProjectLoader::include(const Node& entry, const Context& context,
                                   std::vector<std::string>& including) {
  const Node* const path_node = entry.is_mapping() ? entry.find("path") : &entry;
  const std::vector<const Node*> written = strings_of(path_node);
  if (written.empty()) {
    report("an include needs a path", at(entry));
    return nullptr;
  }
  for (const Node* path : written) {
    if (path->unresolved) {
      report("the included file is not known: its path holds a variable that is not set", at(*path),
             "set the variable in the project's .env file");
      return nullptr;
    }
    if (is_remote(path->text)) {
      report("a remote include is not read", at(*path), "check a local copy of it");
      return nullptr;
    }
  }
  const std::string_view main = written.front()->text;
  const std::string main_path = normal_path(join_path(context.directory, main));
  if (std::ranges::find(including, main_path) != including.end()) {
    report(concat("the file ", quoted(main_path), " includes itself"), at(*written.front()));
    return nullptr;
  }
  if (including.size() >= max_extends_chain) {
    report("includes are nested too deeply", at(*written.front()), "50 levels are read");
    return nullptr;
  }
  std::string_view below = parent_path(main);
  if (const Node* directory = entry.is_mapping() ? entry.find("project_directory") : nullptr;
      directory != nullptr && directory->is_scalar() && !directory->text.empty()) {
    below = directory->text;
  }
  Context& inner = add_context(normal_path(join_path(context.directory, below)),
                               prefixed(context.prefix, below));
  if (inner.directory == "." && !context.directory.starts_with('.')) inner.directory.clear();
  std::vector<const Node*> env_files =
      strings_of(entry.is_mapping() ? entry.find("env_file") : nullptr);
  if (env_files.empty()) {
    const std::string env_file = join_path(inner.directory, ".env");
    if (files_.kind(env_file) == FileKind::file) {
      read_environment_file(env_file, inner.environment, context.environment, {});
    }
  }
  for (const Node* env_file : env_files) {
    if (env_file->text == "/dev/null") continue;
    read_environment_file(normal_path(join_path(context.directory, env_file->text)),
                          inner.environment, context.environment, at(*env_file));
  }
  // What the including project sets wins.
  for (const auto& [name, value] : context.environment.values()) inner.environment.set(name, value);
  std::vector<std::string> paths;
  for (const Node* path : written) {
    paths.push_back(normal_path(join_path(context.directory, path->text)));
  }
  return load_model(paths, inner, including, at(*written.front()));
}

const Node* ProjectLoader::import_sections(const Node& imported, const Node& file) {
  std::vector<Pair> pairs(file.pairs.begin(), file.pairs.end());
  for (const std::string_view section : sections) {
    const Pair* const from = imported.find_pair(section);
    if (from == nullptr || !from->value->is_mapping()) continue;
    const auto to = std::ranges::find(pairs, section, &Pair::key);
    if (to == pairs.end()) {
      pairs.push_back(*from);
      continue;
    }
    if (!to->value->is_mapping()) {
      if (to->value->is_null()) to->value = from->value;
      continue;
    }
    // The file's own entries come first and win over those that it includes.
    std::vector<Pair> entries(to->value->pairs.begin(), to->value->pairs.end());
    std::map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < entries.size(); ++i) index.emplace(entries[i].key, i);
    for (const Pair& entry : from->value->pairs) {
      const auto own = index.find(entry.key);
      if (own == index.end()) {
        entries.push_back(entry);
      } else if (entries[own->second].value->tag == Tag::none) {
        Pair& mine = entries[own->second];
        mine.value = merger_.merge_entry(section, *entry.value, *mine.value);
      }
    }
    to->value = merger_.with_pairs(*to->value, entries);
  }
  return merger_.with_pairs(file, pairs);
}

// --- extends
// --------------------------------------------------------------------------------------

const Node* ProjectLoader::apply_extends(const Node& file, const std::string& path,
                                         const Context& context) {
  const Node* const services = file.find("services");
  if (services == nullptr || !services->is_mapping()) return &file;
  const bool any = std::ranges::any_of(services->pairs, [](const Pair& pair) {
    return pair.value->is_mapping() && pair.value->find("extends") != nullptr;
  });
  if (!any) return &file;
  Scope scope{.context = &context, .path = normal_path(path), .services = services, .done = {}};
  std::vector<Pair> pairs(services->pairs.begin(), services->pairs.end());
  for (Pair& pair : pairs) {
    std::vector<Extending> chain;
    const Node* const extended = extend(scope, pair.key, chain);
    if (extended != nullptr) pair.value = extended;
  }
  const Node* const extended = merger_.with_pairs(*services, pairs);
  std::vector<Pair> top(file.pairs.begin(), file.pairs.end());
  std::ranges::find(top, std::string_view("services"), &Pair::key)->value = extended;
  return merger_.with_pairs(file, top);
}

ProjectLoader::Scope* ProjectLoader::scope_of_base(const Node& file_name, const Context& context) {
  const std::string path = normal_path(join_path(context.directory, file_name.text));
  const auto [known, fresh] = known_bases_.try_emplace({path, &context.environment}, nullptr);
  if (!fresh) {
    if (known->second == nullptr) {
      report(concat("the file ", quoted(path), " gives no services to extend"), at(file_name));
    }
    return known->second;
  }
  const std::string_view below = parent_path(file_name.text);
  Context& inner = add_context(normal_path(join_path(context.directory, below)),
                               prefixed(context.prefix, below));
  if (inner.directory == "." && !context.directory.starts_with('.')) inner.directory.clear();
  inner.environment = context.environment;
  const Node* model = nullptr;
  for (const Node* document : read_documents(path, inner, at(file_name))) {
    model = model == nullptr ? document : merger_.merge_files(*model, *document);
  }
  if (model == nullptr) return nullptr;
  const Node* const services = model->find("services");
  if (services == nullptr || !services->is_mapping()) {
    report(concat("the file ", quoted(path), " has no services to extend"), at(file_name));
    return nullptr;
  }
  Scope& scope = bases_.emplace_back();
  scope.context = &inner;
  scope.path = path;
  scope.services = services;
  known->second = &scope;
  return &scope;
}

// The service with all that it extends; null when there is no such service.
const Node* ProjectLoader::extend(Scope& scope, std::string_view name,
                                  std::vector<Extending>& chain) {
  if (const auto done = scope.done.find(name); done != scope.done.end()) return done->second;
  const Node* const service = scope.services->find(name);
  if (service == nullptr || !service->is_mapping()) return service;
  const Node* const extends = service->find("extends");
  if (extends == nullptr || extends->is_null()) return service;
  const Node* const own = merger_.without(*service, "extends");
  const auto keep_own = [&] { return scope.done[name] = own; };
  const Node* const base_name = extends->is_mapping() ? extends->find("service") : extends;
  if (base_name == nullptr || !base_name->is_scalar() || base_name->is_null()) {
    report(concat("service ", quoted(name), ": extends lacks `service`"), at(*extends),
           "name the service to extend");
    return keep_own();
  }
  const Node* const file_name = extends->is_mapping() ? extends->find("file") : nullptr;
  if (base_name->unresolved || (file_name != nullptr && file_name->unresolved)) {
    report(
        concat("service ", quoted(name), ": what it extends is not known: a variable is not set"),
        at(base_name->unresolved ? *base_name : *file_name),
        "set the variable in the project's .env file");
    return keep_own();
  }
  Scope* base_scope = &scope;
  if (file_name != nullptr && file_name->is_scalar() && !file_name->is_null()) {
    if (is_remote(file_name->text)) {
      report(concat("service ", quoted(name), ": a remote base is not read"), at(*file_name),
             "check a local copy of it");
      return keep_own();
    }
    base_scope = scope_of_base(*file_name, *scope.context);
    if (base_scope == nullptr) return keep_own();
  }
  chain.push_back({.scope = &scope, .service = name});
  const bool cycle = std::ranges::any_of(chain, [&](const Extending& step) {
    return step.service == base_name->text &&
           (step.scope == base_scope || step.scope->path == base_scope->path);
  });
  if (cycle || chain.size() > max_extends_chain) {
    report(cycle ? concat("service ", quoted(name), " extends itself")
                 : concat("service ", quoted(name), " extends through too many services"),
           at(*base_name), cycle ? "" : "50 are followed");
    chain.pop_back();
    return keep_own();
  }
  const Node* const base = extend(*base_scope, base_name->text, chain);
  chain.pop_back();
  if (base == nullptr) {
    std::vector<std::string_view> names;
    if (base_scope->services->pairs.size() < 1000 && base_name->text.size() < 64) {
      for_each_pair(*base_scope->services, [&](const Pair& pair) { names.push_back(pair.key); });
    }
    const auto near = nearest(base_name->text, names);
    report(concat("service ", quoted(name), " extends ", quoted(base_name->text),
                  ", which is not in ", base_scope->path),
           at(*base_name), near ? concat("did you mean \"", *near, "\"?") : std::string());
    return keep_own();
  }
  if (!base->is_mapping()) return keep_own();
  return scope.done[name] = merger_.merge_service(*base, *own);
}

}  // namespace plimsoll::compose
