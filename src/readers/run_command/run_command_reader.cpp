// A run line is the words of one command: the client with its own flags, `run` or `create`, flags,
// the image, and the command for the container. After the image nothing is a flag any more, so
// where the image stands decides everything, and a flag's arity must be known to find it.
//
// What the shell puts in a word's place may not be known. As the value of a flag that costs only
// that value. As a word of its own, `$OPTIONS` before the image may be any flags: then only what is
// written can be judged (ContainerSpec::options_unresolved). Whether such a word is flags or the
// image is a guess from its name and from what follows it, the only guess made here.
#include "readers/run_command/run_command_reader.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "readers/run_command/flags.h"
#include "readers/run_command/run_text.h"
#include "readers/run_command/spec_builder.h"
#include "readers/shell/shell_reader.h"
#include "subjects/effective.h"
#include "subjects/image_reference.h"

namespace plimsoll {
namespace {

using run_command::all_flags;
using run_command::Client;
using run_command::find_flag;
using run_command::Flag;
using run_command::Setting;
using run_command::ShellText;
using run_command::SpecBuilder;
using run_command::Value;
using shell::Word;
using Kind = ObsoleteSpelling::Kind;
using Specs = std::vector<std::unique_ptr<ContainerSpec>>;

// How often the reader starts anew behind a place that it does not understand.
constexpr std::size_t max_restarts = 50;

std::optional<Client> client_of(const Word& word) {
  std::string_view name = file_name(word.text);
  if (name.ends_with(".exe")) name.remove_suffix(4);
  if (word.resolved) {
    if (name == "docker") return Client::docker;
    if (name == "podman") return Client::podman;
    if (name == "nerdctl") return Client::nerdctl;
    return std::nullopt;
  }
  // ${DOCKER}, $CONTAINER_ENGINE: whichever client it is, the flags are Docker's.
  const std::string variable = lower(word.text);
  for (const std::string_view known : {"docker", "podman", "nerdctl", "container_engine",
                                       "container_runtime", "container_tool", "container_cli"}) {
    if (variable == concat("$", known) || variable == concat("${", known, "}") ||
        variable == concat("$", known, "_cmd") || variable == concat("${", known, "_cmd}")) {
      return known == "podman" ? Client::podman : Client::docker;
    }
  }
  return std::nullopt;
}

Location part_of(const Word& word, std::size_t offset, std::size_t size) {
  return run_command::place_of({word.text, word.resolved, word.at, {}}, offset, size);
}

Location from_to(const Location& first, const Location& last) {
  if (first.source != last.source || last.span.end < first.span.begin) return last;
  return {first.source, {first.span.begin, last.span.end}};
}

bool is_placeholder(std::string_view text) {
  if (text.starts_with('<') || text.find('{') != text.npos || text.find('%') != text.npos ||
      text == "…" || text.find_first_not_of('.') == text.npos) {
    return true;
  }
  // IMAGE, IMAGE_NAME: a reference has no upper-case repository.
  bool upper = false;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') return false;
    upper = upper || (c >= 'A' && c <= 'Z');
  }
  return upper;
}

bool is_elision(std::string_view text) {
  return text == "…" || (!text.empty() && text.find_first_not_of('.') == text.npos);
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    if (text.find(part) != text.npos) return true;
  }
  return false;
}

// `<OPTIONS>` and `<your flags>` in documentation stand for flags of the reader's own.
bool is_placeholder_of_options(std::string_view text) {
  return text.starts_with('<') && contains_any(lower(text), {"option", "opts", "flag", "arg"});
}

// A word of its own whose text is not known: flags, or the image?
bool stands_for_options(std::span<const Word> words, std::size_t index) {
  const Word& word = words[index];
  const std::string_view text = word.text;
  if (contains_any(text, {"[@]", "[*]", "$@", "$*", "${@", "${*"})) return true;
  if (text.starts_with('-')) return true;
  if (text.find(":+") != text.npos || text.find("+-") != text.npos) return true;
  if (word.quoted) return false;
  if (!text.starts_with('$') && !text.starts_with('`')) return false;
  // Text of its own around the expansion makes it a reference: $REGISTRY/app:$TAG.
  const std::size_t name_end =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_${}");
  if (name_end != text.npos && text[1] != '(' && text[0] != '`' && text[1] != '{') return false;
  if (text.find("}/") != text.npos || text.find("}:") != text.npos) return false;
  const std::string name = lower(text);
  if (contains_any(name, {"image", "img", "tag", "repo", "container"}) &&
      !contains_any(name, {"opt", "arg", "flag", "param"})) {
    return false;
  }
  if (contains_any(name, {"opt", "arg", "flag", "param", "mount", "vol", "port", "env", "tty",
                          "interactive", "gpu", "detach", "label", "extra", "net", "user"})) {
    return true;
  }
  if (index + 1 >= words.size()) return false;
  const Word& next = words[index + 1];
  if (next.text.starts_with('-')) return true;
  return next.resolved && contains_any(next.text, {"/", ":"}) && !next.text.starts_with('/') &&
         parse_image_reference(next.text).has_value();
}

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) {}

  void read(const ShellText& text);
  void read_command(const shell::Command& command, bool prose);

  Reading<Specs> reading;

 private:
  void read_daemon(std::span<const Word> words, std::size_t index, bool old_client);
  void read_run(std::span<const Word> words, std::size_t index, Client client, bool prose);
  std::size_t read_flag(std::span<const Word> words, std::size_t index);
  std::size_t read_letters(std::span<const Word> words, std::size_t index);
  std::size_t take_value(const Flag& flag, std::string_view written, std::span<const Word> words,
                         std::size_t index, const Location& flag_at);
  void unknown_flag(std::string_view name, const Location& at, bool dashes);
  void error(std::string message, const Location& at, std::string hint);
  bool mentions_run(std::string_view line) const;
  static bool trusts(const shell::Assignment& assignment);
  void note_content_trust(const shell::Command& command);

  const Source& source_;
  std::unordered_set<std::uint32_t> seen_;  // where run lines were found
  Location content_trust_;                  // noted, and not yet given to a container
  // The line under way.
  ContainerSpec* spec_ = nullptr;
  SpecBuilder* builder_ = nullptr;
  Client client_ = Client::docker;
  bool prose_ = false;
  bool help_ = false;
};

void Reader::error(std::string message, const Location& at, std::string hint) {
  reading.errors.push_back({std::move(message), at, std::move(hint)});
}

bool Reader::mentions_run(std::string_view line) const {
  return run_command::names_client(line) && contains_any(line, {" run", " create"});
}

void Reader::read(const ShellText& text) {
  const shell::SourcePlaces whole(source_);
  const shell::Pieces none;
  const shell::MappedPlaces mapped(whole, text.pieces != nullptr ? *text.pieces : none);
  // Placeholders come back as the words that they are, unresolved.
  struct Shifted final : shell::Places {
    const shell::Places& places;
    std::uint32_t offset;
    Shifted(const shell::Places& outer, std::uint32_t by) : places(outer), offset(by) {}
    Location at(std::uint32_t begin, std::uint32_t end) const override {
      return places.at(begin + offset, end + offset);
    }
  };
  const shell::Places& places =
      text.pieces != nullptr ? static_cast<const shell::Places&>(mapped) : whole;
  std::size_t offset = 0;
  for (std::size_t restarts = 0;; ++restarts) {
    const Shifted shifted(places, static_cast<std::uint32_t>(offset));
    Arena arena;
    shell::Script script = shell::read_script(text.text.substr(offset), shifted, arena);
    for (shell::Command& command : script.commands) {
      if (text.pieces != nullptr) {
        for (Word& word : command.words) {
          if (!word.text.contains(run_command::placeholder_open)) continue;
          word.resolved = false;
          std::string written(word.text);
          for (char& c : written) {
            if (c == run_command::placeholder_open) c = '<';
            if (c == run_command::placeholder_close) c = '>';
            if (c == run_command::placeholder_blank) c = ' ';
          }
          word.text = arena.copy(written);
          word.letters = shell::Letters(word.text);
        }
        shell::find_effective_program(command);
      }
      read_command(command, text.prose);
    }
    if (script.complete) return;
    // Go on behind the line that is not understood; it is worth an error if it has a run line.
    const std::size_t broken = std::min(offset + script.broken_offset, text.text.size());
    const std::size_t before = text.text.rfind('\n', broken == 0 ? 0 : broken - 1);
    const std::size_t begin = before == text.text.npos || broken == 0 ? 0 : before + 1;
    const std::size_t newline = text.text.find('\n', broken);
    const std::size_t after = newline == text.text.npos ? text.text.size() : newline + 1;
    std::size_t start = begin;
    while (start > 1 && text.text[start - 2] == '\\') {  // the lines that it continues
      const std::size_t above = text.text.rfind('\n', start - 2);
      start = above == text.text.npos ? 0 : above + 1;
    }
    if (mentions_run(text.text.substr(start, after - start)) || restarts == max_restarts) {
      const std::string_view at = text.text.substr(broken, 1);
      const bool quote = at == "'" || at == "\"";
      error(quote ? "the quote is never closed" : "the shell text is not understood from here on",
            script.broken_at,
            quote ? concat("close it with another ", at) : "the lines after it are read again");
    }
    if (restarts == max_restarts || after >= text.text.size()) return;
    offset = after;
  }
}

bool Reader::trusts(const shell::Assignment& assignment) {
  return assignment.name == "DOCKER_CONTENT_TRUST" && assignment.value.resolved &&
         (assignment.value.text == "1" || equal_ignoring_case(assignment.value.text, "true"));
}

void Reader::note_content_trust(const shell::Command& command) {
  for (const shell::Assignment& assignment : command.assignments) {
    if (trusts(assignment)) content_trust_ = assignment.value.at;
  }
  for (const Word& word : command.words) {
    if (word.text == "DOCKER_CONTENT_TRUST=1") content_trust_ = word.at;
  }
}

void Reader::read_command(const shell::Command& command, bool prose) {
  note_content_trust(command);
  std::span<const Word> words = shell::effective_words(command);
  // `$SUDO docker run …`: an unknown word before a client.
  if (words.size() > 1 && !words[0].resolved && !client_of(words[0]) && client_of(words[1])) {
    words = words.subspan(1);
  }
  if (words.empty()) return;
  if (words[0].resolved && file_name(words[0].text) == "dockerd") {
    return read_daemon(words, 1, false);
  }
  const std::optional<Client> client = client_of(words[0]);
  if (!client) return;
  std::size_t i = 1;
  while (i < words.size() && words[i].text.starts_with('-')) {
    const std::string_view text = words[i].text;
    if (*client == Client::docker && (text == "-d" || text == "--daemon")) {
      return read_daemon(words, i, true);
    }
    ++i;
    if (text.find('=') != text.npos) continue;
    const std::string_view name =
        text.starts_with("--") ? text.substr(2) : text.substr(text.size() - 1);
    if (run_command::global_flag_takes_value(name)) ++i;
  }
  // $DOCKER_OPTS between the client and its verb.
  while (i < words.size() && !words[i].resolved && !words[i].quoted) ++i;
  if (i < words.size() && words[i].text == "container") ++i;
  if (i >= words.size()) return;
  if (words[i].text == "daemon" && *client == Client::docker) return read_daemon(words, i, true);
  if (words[i].text != "run" && words[i].text != "create") return;
  read_run(words, i, *client, prose);
}

// A daemon's own command line as old guides have it. There is no container to judge: only the
// obsolete spellings are told.
void Reader::read_daemon(std::span<const Word> words, std::size_t index, bool old_client) {
  auto spec = std::make_unique<ContainerSpec>();
  spec->at = from_to(words[0].at, words[std::min(index, words.size() - 1)].at);
  spec->options_unresolved = true;
  SpecBuilder builder(*spec, reading.errors, Client::docker);
  if (old_client) {
    builder.obsolete(Kind::daemon_flag, concat(words[0].text, " ", words[index].text), spec->at);
  }
  for (std::size_t i = index; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    const std::string_view next =
        i + 1 < words.size() ? std::string_view(words[i + 1].text) : std::string_view();
    if (text.starts_with("--exec-driver") ||
        ((text == "-e" || text == "--exec-driver") && next == "lxc")) {
      const bool separate = text.find('=') == text.npos && !next.empty();
      builder.obsolete(Kind::lxc_exec_driver,
                       separate ? concat(text, " ", next) : std::string(text),
                       separate ? from_to(words[i].at, words[i + 1].at) : words[i].at);
    }
    if (text.find("dm.basesize") != text.npos) {
      builder.obsolete(Kind::device_mapper_size, text, words[i].at);
    }
  }
  if (spec->obsolete.empty()) return;
  builder.finish();
  reading.value.push_back(std::move(spec));
}

void Reader::unknown_flag(std::string_view name, const Location& at, bool dashes) {
  std::vector<std::string_view> names;
  for (const Flag& flag : all_flags()) {
    if (flag.clients != Client::old) names.push_back(flag.name);
  }
  const std::optional<std::string_view> near = dashes ? nearest(name, names) : std::nullopt;
  error(concat("unknown flag ", dashes ? "--" : "-", name), at,
        near ? concat("did you mean --", *near, "?") : "see `docker run --help`");
  // Whether it takes a value is not known either, and so not where the image stands.
  spec_->options_unresolved = true;
}

std::size_t Reader::take_value(const Flag& flag, std::string_view written,
                               std::span<const Word> words, std::size_t index,
                               const Location& flag_at) {
  if (index >= words.size()) {
    if (!prose_) {
      error(concat("flag --", written, " has no value"), flag_at,
            concat("write --", written, "=VALUE"));
    }
    return index;
  }
  const Word& word = words[index];
  builder_->set(flag, written, {word.text, word.resolved, word.at, flag_at});
  return index + 1;
}

// One word that starts with `--`, or with one dash and a long name as old guides have it; gives the
// index behind it and its value.
std::size_t Reader::read_flag(std::span<const Word> words, std::size_t index) {
  const Word& word = words[index];
  const std::string_view text = word.text;
  const std::size_t dashes = text.starts_with("--") ? 2 : 1;
  const std::size_t equals = text.find('=');
  const std::string_view name =
      text.substr(dashes, equals == text.npos ? text.npos : equals - dashes);
  const Location flag_at = part_of(word, 0, dashes + name.size());
  const Flag* const flag = find_flag(name);
  if (flag == nullptr) {
    if (!word.resolved && run_command::holds_unknown(name)) {
      spec_->options_unresolved = true;
    } else {
      unknown_flag(name, flag_at, true);
    }
    return index + 1;
  }
  if (flag->setting == Setting::help) help_ = true;
  if (dashes == 1 && flag->setting != Setting::lxc_conf) {
    builder_->obsolete(Kind::single_dash_long, concat("-", name), flag_at);
  }
  if (equals != text.npos) {
    const Location at = part_of(word, equals + 1, text.size() - equals - 1);
    builder_->set(*flag, name, {text.substr(equals + 1), word.resolved, at, flag_at});
    return index + 1;
  }
  if (!flag->takes_value) {
    builder_->set(*flag, name, {"true", true, flag_at, flag_at});
    return index + 1;
  }
  return take_value(*flag, name, words, index + 1, flag_at);
}

// -it, -p80:80, -itv x: letters behind one dash, the first one with a value takes what is left.
std::size_t Reader::read_letters(std::span<const Word> words, std::size_t index) {
  const Word& word = words[index];
  const std::string_view text = word.text;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const Location flag_at = text.size() == 2 ? word.at : part_of(word, i, 1);
    const Flag* const flag = find_flag(text[i]);
    if (flag == nullptr) {
      if (!word.resolved && run_command::holds_unknown(text)) {
        spec_->options_unresolved = true;
      } else {
        unknown_flag(text.substr(i, 1), flag_at, false);
      }
      return index + 1;
    }
    const bool assigned = i + 1 < text.size() && text[i + 1] == '=';
    if (!flag->takes_value && !assigned) {
      builder_->set(*flag, flag->name, {"true", true, flag_at, flag_at});
      continue;
    }
    if (i + 1 == text.size()) return take_value(*flag, flag->name, words, index + 1, flag_at);
    const std::size_t start = i + (assigned ? 2 : 1);
    builder_->set(
        *flag, flag->name,
        {text.substr(start), word.resolved, part_of(word, start, text.size() - start), flag_at});
    break;
  }
  return index + 1;
}

// A word with one dash that is a long flag's name: old clients took it so. `-ip` alone is not
// meant.
bool is_single_dash_long(std::string_view text) {
  const std::string_view name =
      text.substr(1, text.find('=') == text.npos ? text.npos : text.find('=') - 1);
  if (name.size() < 2 || name == "ip" || name == "ip6") return false;
  return find_flag(name) != nullptr;
}

void Reader::read_run(std::span<const Word> words, std::size_t index, Client client, bool prose) {
  const Location at = from_to(words[0].at, words[index].at);
  if (index + 1 >= words.size()) {
    if (!prose)
      error(concat("`", words[0].text, " ", words[index].text, "` names no image"), at, "");
    return;
  }
  if (!seen_.insert(words[index].at.span.begin).second) return;
  const std::size_t errors_before = reading.errors.size();
  auto spec = std::make_unique<ContainerSpec>();
  spec->surface = Surface::run_line;
  spec->at = at;
  SpecBuilder builder(*spec, reading.errors, client);
  spec_ = spec.get();
  builder_ = &builder;
  client_ = client;
  prose_ = prose;
  help_ = false;
  bool unknown = false;
  std::size_t i = index + 1;
  std::size_t image = words.size();
  while (i < words.size()) {
    const Word& word = words[i];
    const std::string_view text = word.text;
    if (text == "--") {
      image = i + 1;
      break;
    }
    if (text.size() > 1 && text.starts_with('-') && (word.resolved || text[1] != '$')) {
      const std::size_t errors = reading.errors.size();
      i = text.starts_with("--") || is_single_dash_long(text) ? read_flag(words, i)
                                                              : read_letters(words, i);
      if (reading.errors.size() > errors && spec->options_unresolved) unknown = true;
      continue;
    }
    // A usage line: docker run [OPTIONS] IMAGE [COMMAND] [ARG...]
    if (text.starts_with('[')) {
      reading.errors.resize(errors_before);
      return;
    }
    if (text.starts_with(',') && i > index + 2 && !spec->mounts.empty() &&
        spec->mounts.back().type == Mount::Type::tmpfs) {
      builder.obsolete(Kind::split_tmpfs_argument, concat(words[i - 1].text, " ", text),
                       from_to(words[i - 1].at, word.at));
      ++i;
      continue;
    }
    if (is_elision(text)) {
      spec->options_unresolved = true;
      if (i + 1 >= words.size()) {
        image = i;
        break;
      }
      ++i;
      continue;
    }
    if (i + 1 < words.size() && is_placeholder_of_options(text)) {
      spec->options_unresolved = true;
      ++i;
      continue;
    }
    if (!word.resolved && !text.starts_with('<') && stands_for_options(words, i)) {
      spec->options_unresolved = true;
      ++i;
      continue;
    }
    image = i;
    break;
  }
  if (help_) {
    reading.errors.resize(errors_before);
    return;
  }
  if (image < words.size()) {
    const Word& word = words[image];
    const bool open = !word.resolved || is_placeholder(word.text) || unknown;
    spec->image = {std::string(word.text), word.at, Layer::run_line, open};
    resolve_image(*spec);
    if (image + 1 < words.size()) {
      spec->command.at = from_to(words[image + 1].at, words.back().at);
      spec->command.layer = Layer::run_line;
      for (const Word& argument : words.subspan(image + 1)) {
        spec->command.value.emplace_back(argument.text);
        if (!argument.resolved) spec->command.unresolved = true;
      }
    }
  } else {
    spec->image.unresolved = true;
    if (!spec->options_unresolved && !prose) {
      error(concat("`", words[0].text, " ", words[index].text, "` names no image"), at,
            "the image stands behind the flags");
    }
  }
  if (content_trust_.known()) {
    builder.obsolete(Kind::content_trust, "DOCKER_CONTENT_TRUST=1", content_trust_);
    content_trust_ = {};
  }
  builder.finish();
  spec_ = nullptr;
  builder_ = nullptr;
  reading.value.push_back(std::move(spec));
}

}  // namespace

Reading<std::vector<std::unique_ptr<ContainerSpec>>> read_run_lines(const Source& source,
                                                                    RunText kind) {
  Reader reader(source);
  run_command::for_each_shell_text(source, kind, [&](const ShellText& text) { reader.read(text); });
  return std::move(reader.reading);
}

Result<std::unique_ptr<ContainerSpec>> read_run_arguments(const Source& source,
                                                          const std::vector<std::string>& words) {
  // The source's words are the arguments again, with their places; should they not be, every place
  // is the whole line.
  Arena arena;
  const shell::Script script =
      shell::read_script(source.text(), shell::SourcePlaces(source), arena, {nullptr, false});
  std::vector<Location> places;
  if (script.complete && script.commands.size() == 1) {
    for (const shell::Assignment& one : script.commands[0].assignments) {
      places.push_back(one.value.at);
    }
    for (const Word& word : script.commands[0].words) places.push_back(word.at);
  }
  const Location whole{&source, {0, static_cast<std::uint32_t>(source.text().size())}};
  std::vector<shell::Assignment> assignments;
  std::vector<Word> arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Location at = places.size() == words.size() ? places[i] : whole;
    const std::size_t equals = words[i].find('=');
    const std::string_view word = words[i];
    if (arguments.empty() && equals != std::string_view::npos &&
        word.find_first_of("/-") > equals) {
      assignments.push_back({word.substr(0, equals), {word.substr(equals + 1), at}});
    } else {
      arguments.push_back({word, at});
    }
  }
  shell::Command command;
  command.assignments = assignments;
  command.words = arguments;
  Reader reader(source);
  reader.read_command(command, false);
  if (!reader.reading.errors.empty()) return failure(std::move(reader.reading.errors.front()));
  if (reader.reading.value.empty()) {
    return failure({"this is no `docker run` line", whole,
                    "write it as you would run it: docker run nginx:1.27"});
  }
  return std::move(reader.reading.value.front());
}

}  // namespace plimsoll
