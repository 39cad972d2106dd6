// The environment and the labels of a service, and the files that either is read from.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/dotenv.h"
#include "readers/compose/service_keys.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {

void ServiceReader::environment(const Node& node) {
  UniqueList list(spec_.environment,
                  [](const EnvironmentVariable& entry) { return std::string_view(entry.name); });
  const Environment& known = loader_.environment_of(node.file);
  for_each_assignment(node, [&](Assignment assignment) {
    EnvironmentVariable variable{.name = std::string(assignment.name),
                                 .value = std::move(assignment.value),
                                 .at = assignment.at,
                                 .value_at = assignment.value_at,
                                 .layer = Layer::compose,
                                 .unresolved = assignment.unresolved};
    if (!variable.value) {
      if (const std::string* value = known.find(variable.name)) variable.value = *value;
    }
    list.put(std::move(variable));
  });
}

void ServiceReader::env_file(const Node& node) {
  // What environment says wins over every file, wherever it stands in the service.
  std::vector<EnvironmentVariable> own = std::move(spec_.environment);
  spec_.environment.clear();
  std::vector<EnvironmentVariable> from_files;
  UniqueList list(from_files,
                  [](const EnvironmentVariable& entry) { return std::string_view(entry.name); });
  const auto read_one = [&](const Node& path, bool required, bool raw) {
    if (path.unresolved) {
      if (required) {
        report("the env_file is not known: its path holds a variable that is not set", path,
               "set the variable in the project's .env file");
      }
      return;
    }
    const std::string name = readable(path.text, path);
    if (context_.files.kind(name) == FileKind::missing && !required) return;
    Result<std::string> text = context_.files.read(name);
    if (!text) {
      report(concat("the env_file \"", printable(name), "\" ", text.error().message), path,
             "create it, or write `required: false`");
      return;
    }
    const Source& source = context_.sources.add(name, std::move(*text));
    Reading<std::vector<DotenvEntry>> entries;
    if (raw) {
      entries.value = read_raw_env(source);
    } else {
      Environment known = loader_.environment_of(path.file);
      for (const EnvironmentVariable& variable : from_files) {
        if (variable.value && !variable.unresolved) known.add(variable.name, *variable.value);
      }
      entries = read_dotenv(source, known);
    }
    std::ranges::move(entries.errors, std::back_inserter(context_.errors));
    for (DotenvEntry& entry : entries.value) {
      EnvironmentVariable variable{.name = std::move(entry.name),
                                   .value = std::move(entry.value),
                                   .at = entry.at,
                                   .value_at = entry.value_at,
                                   .layer = Layer::compose,
                                   .from_file = true,
                                   .unresolved = entry.unresolved};
      if (entry.inherited) {
        const std::string* value = loader_.environment_of(path.file).find(variable.name);
        variable.value = value == nullptr ? std::optional<std::string>() : *value;
      }
      list.put(std::move(variable));
    }
  };
  const auto entry = [&](const Node& item) {
    if (item.is_scalar() && !item.is_null()) return read_one(item, true, false);
    const Node* const path = item.find("path");
    if (path == nullptr || !path->is_scalar()) return;
    const Node* const required = item.find("required");
    const Node* const format = item.find("format");
    const bool is_required =
        required == nullptr || parse_boolean(required->text).value_or(!required->unresolved);
    const bool raw = format != nullptr && format->text == "raw";
    if (format != nullptr && !raw && !format->text.empty() && !format->unresolved) {
      report(concat("the env_file format \"", printable(format->text), "\" is not known"), *format,
             "compose knows `raw`");
      return;
    }
    read_one(*path, is_required, raw);
  };
  if (node.is_sequence()) {
    for (const Node* item : node.items) {
      if (item->tag != Tag::reset) entry(*item);
    }
  } else {
    entry(node);
  }
  UniqueList joined(from_files,
                    [](const EnvironmentVariable& item) { return std::string_view(item.name); });
  for (EnvironmentVariable& variable : own) joined.put(std::move(variable));
  spec_.environment = std::move(from_files);
}

void ServiceReader::labels(const Node& node) {
  UniqueList list(spec_.labels, [](const Label& entry) { return std::string_view(entry.name); });
  for_each_assignment(node, [&](const Assignment& assignment) {
    list.put({.name = std::string(assignment.name),
              .value = assignment.value.value_or(""),
              .at = assignment.at,
              .layer = Layer::compose});
  });
}

void ServiceReader::label_file(const Node& node) {
  std::vector<Label> own = std::move(spec_.labels);
  spec_.labels.clear();
  UniqueList list(spec_.labels, [](const Label& entry) { return std::string_view(entry.name); });
  for_each_text(node, [&](const Node& path) {
    if (path.unresolved) return;
    const std::string name = readable(path.text, path);
    Result<std::string> text = context_.files.read(name);
    if (!text) {
      report(concat("the label_file \"", printable(name), "\" ", text.error().message), path);
      return;
    }
    const Source& source = context_.sources.add(name, std::move(*text));
    Reading<std::vector<DotenvEntry>> entries = read_dotenv(source, {});
    std::ranges::move(entries.errors, std::back_inserter(context_.errors));
    for (DotenvEntry& entry : entries.value) {
      list.put({.name = std::move(entry.name),
                .value = std::move(entry.value),
                .at = entry.at,
                .layer = Layer::compose});
    }
  });
  for (Label& label : own) list.put(std::move(label));
}

}  // namespace plimsoll::compose
