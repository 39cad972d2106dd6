// Loads the files of a project and everything they draw in, into one tree: each file is read and
// its variables are put in, its `include`s are loaded, its services take over what they `extends`,
// and the result is merged over what the files before it said (compose-go, loader/loader.go).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "readers/compose/interpolation.h"
#include "readers/compose/merge.h"
#include "readers/compose/schema.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll::compose {

class ProjectLoader final : public FileSources {
 public:
  ProjectLoader(Sources& sources, const Files& files, std::vector<Error>& errors)
      : sources_(sources), files_(files), errors_(errors), merger_(trees_->arena, *this, errors) {}

  // The merged project, with its `include` and every `extends` gone; null when no file could be
  // read.
  const Node* load(const std::vector<std::string>& paths,
                   const std::map<std::string, std::string, std::less<>>& environment);

  const Source& source_of(FileIndex file) const override { return *loaded_[file].source; }
  // Where the relative paths of a file's values start: as a path to read, …
  const std::string& directory_of(FileIndex file) const { return loaded_[file].context->directory; }
  // … and as seen from the project directory ("" when it is that).
  const std::string& prefix_of(FileIndex file) const { return loaded_[file].context->prefix; }
  const Environment& environment_of(FileIndex file) const {
    return loaded_[file].context->environment;
  }

  const std::string& project_directory() const { return project_directory_; }
  const std::vector<const Source*>& sources() const { return read_; }
  std::shared_ptr<const FileTrees> trees() const { return trees_; }
  const std::vector<std::pair<FileIndex, Span>>& hyphen_uses() const { return hyphen_uses_; }

 private:
  // A project or an included one, or the directory of a base: what paths and variables mean there.
  struct Context {
    std::string directory;
    std::string prefix;
    Environment environment;
  };
  struct LoadedFile {
    const Source* source = nullptr;
    const Context* context = nullptr;
  };
  // The services of one file, which may extend each other.
  struct Scope {
    const Context* context = nullptr;
    std::string path;
    const Node* services = nullptr;
    std::map<std::string_view, const Node*> done;
  };
  struct Extending {
    const Scope* scope;
    std::string_view service;
  };

  const Node* load_model(const std::vector<std::string>& paths, const Context& context,
                         std::vector<std::string>& including, const Location& named_at);
  // The documents of a file; empty, with an error, when it cannot be read.
  std::vector<const Node*> read_documents(const std::string& path, const Context& context,
                                          const Location& named_at);
  const Node* apply_includes(const Node& file, const Context& context,
                             std::vector<std::string>& including);
  const Node* include(const Node& entry, const Context& context,
                      std::vector<std::string>& including);
  const Node* import_sections(const Node& imported, const Node& file);
  const Node* apply_extends(const Node& file, const std::string& path, const Context& context);
  const Node* extend(Scope& scope, std::string_view name, std::vector<Extending>& chain);
  Scope* scope_of_base(const Node& file_name, const Context& context);
  const Source* read_source(const std::string& path, const Location& named_at);
  void read_environment_file(const std::string& path, Environment& environment,
                             const Environment& outer, const Location& named_at);
  Context& add_context(std::string directory, std::string prefix);
  void report(std::string message, Location at, std::string hint = {});

  Sources& sources_;
  const Files& files_;
  std::vector<Error>& errors_;
  std::shared_ptr<FileTrees> trees_ = std::make_shared<FileTrees>();
  Merger merger_;
  std::string project_directory_;
  std::deque<Context> contexts_;
  std::deque<LoadedFile> loaded_;
  std::deque<Scope> bases_;
  std::map<std::pair<std::string, const Environment*>, Scope*> known_bases_;
  std::vector<const Source*> read_;
  std::vector<std::pair<FileIndex, Span>> hyphen_uses_;
  std::size_t nodes_ = 0;
  bool too_many_files_ = false;
};

// Remote resources that compose fetches: git and OCI addresses.
bool is_remote(std::string_view path);

}  // namespace plimsoll::compose
