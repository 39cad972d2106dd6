// Compares the reader with BuildKit itself: tests/oracles/buildkit asks BuildKit's parser,
// instruction layer and converter, this test asks the reader, over files written for it and
// thousands of mutations of them.
//
// The oracle needs Go and BuildKit's modules in Go's cache (`go mod download` in its directory
// fetches them); without them the test is skipped and says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/dockerfile/dockerfile_reader.h"
#include "readers/dockerfile/heredoc_words.h"
#include "readers/dockerfile/word_lexer.h"
#include "support/dockerfile_corpus.h"

namespace plimsoll {
namespace {

std::string quote(std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\') {
      out += concat("\\x", hex.substr(byte >> 4, 1), hex.substr(byte & 15, 1));
    } else {
      out += c;
    }
  }
  return out + '"';
}

// The oracle's program, built on first use.
class Oracle {
 public:
  static const Oracle& get() {
    static const Oracle oracle;
    return oracle;
  }

  bool present() const { return why_absent_.empty(); }
  const std::string& why_absent() const { return why_absent_; }

  // One answer for each text.
  std::vector<std::string> ask(std::string_view mode, const std::vector<std::string>& texts) const {
    const std::string in = program_ + ".in";
    const std::string out = program_ + ".out";
    {
      std::ofstream file(in, std::ios::binary);
      for (const std::string& text : texts) file << text.size() << '\n' << text;
    }
    const std::string command =
        concat("'", program_, "' ", mode, " < '", in, "' > '", out, "' 2>/dev/null");
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream file(out, std::ios::binary);
    std::vector<std::string> answers;
    std::size_t size = 0;
    while (file >> size) {
      file.get();
      std::string answer(size, '\0');
      file.read(answer.data(), static_cast<std::streamsize>(size));
      answers.push_back(std::move(answer));
    }
    EXPECT_EQ(answers.size(), texts.size());
    answers.resize(texts.size());
    return answers;
  }

 private:
  Oracle() {
    const std::string directory = PLIMSOLL_BINARY_DIR "/oracles";
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    program_ = directory + "/buildkit";
    const std::string build = concat("cd '" PLIMSOLL_SOURCE_DIR "/tests/oracles/buildkit' && ",
                                     "GOPROXY=off GOFLAGS=-mod=readonly go build -o '", program_,
                                     "' . > '", program_, ".log' 2>&1");
    if (std::system(build.c_str()) == 0) return;
    why_absent_ =
        "BuildKit's parser is not at hand: install Go and run `go mod download` in "
        "tests/oracles/buildkit";
  }

  std::string program_;
  std::string why_absent_;
};

// ---- Plimsoll's side, in the oracle's words
// ------------------------------------------------------------

std::string flag_text(const DockerfileFlag& flag) {
  const std::string name = concat("--", flag.name);
  const bool plain = flag.value.raw.find('$') == std::string::npos &&
                     flag.value.text.find_first_of("$\"'\\` ") == std::string::npos;
  return flag.has_value && plain ? concat(name, "=", flag.value.text) : name;
}

std::string describe(const Instruction& instruction) {
  std::string out = lower(instruction.name);
  if (instruction.keyword == Keyword::unknown) return out + " \"\"";
  const bool flags_count =
      instruction.keyword != Keyword::arg && instruction.keyword != Keyword::stopsignal;
  for (const DockerfileFlag& flag : instruction.flags) {
    if (flags_count) out += " " + quote(flag_text(flag));
  }
  if (instruction.exec_form) out += " json";
  const DockerfileWord* previous = nullptr;
  for (const DockerfileWord& word : instruction.words) {
    // A port may have become several.
    const bool same =
        previous != nullptr && instruction.keyword == Keyword::expose && previous->at == word.at;
    previous = &word;
    if (same) continue;
    // What an exec form held before it was expanded is not kept.
    const bool changed = instruction.exec_form && (instruction.keyword == Keyword::add ||
                                                   instruction.keyword == Keyword::copy ||
                                                   instruction.keyword == Keyword::volume);
    out += " " + quote(changed ? "..." : instruction.exec_form ? word.text : word.raw);
  }
  // `EXPOSE $p` with an empty p exposes nothing and leaves no word.
  if (instruction.keyword == Keyword::expose && instruction.words.empty()) out += " <empty>";
  for (const DockerfileAssignment& assignment : instruction.assignments) {
    if (instruction.keyword == Keyword::arg) {
      const std::string name(assignment.name.raw);
      out += " " + quote(assignment.has_value ? concat(name, "=", assignment.value.raw) : name);
      continue;
    }
    out += concat(" ", quote(assignment.name.raw), " ", quote(assignment.value.raw), " ",
                  quote(instruction.legacy_assignment ? "" : "="));
  }
  const auto boolean = [](bool value) { return value ? "true" : "false"; };
  for (const Heredoc& heredoc : instruction.heredocs) {
    out += concat(" heredoc(", quote(heredoc.name), " ", boolean(heredoc.expand), " ",
                  boolean(heredoc.strip_tabs), " ", std::to_string(heredoc.descriptor), " ",
                  quote(heredoc.body), ")");
  }
  if (instruction.trigger) out += " (" + describe(*instruction.trigger) + ")";
  return out;
}

std::vector<const Instruction*> in_order(const Dockerfile& dockerfile) {
  std::vector<const Instruction*> all;
  for (const Instruction& argument : dockerfile.global_arguments) all.push_back(&argument);
  for (const Instruction& misplaced : dockerfile.misplaced) all.push_back(&misplaced);
  for (const Stage& stage : dockerfile.stages) {
    all.push_back(&stage.from);
    for (const Instruction& instruction : stage.instructions) all.push_back(&instruction);
  }
  return all;
}

struct Verdict {
  bool refused = false;
  std::string why;
  bool uncertain = false;  // something depends on what BuildKit alone can know
  std::vector<std::string> image;
  std::string instructions;
};

// What Plimsoll refuses for its users' sake and BuildKit takes.
bool our_own(const Instruction::Problem& problem) {
  return problem.message.find("several sources") != std::string::npos;
}

void describe_image(const Dockerfile& dockerfile, Verdict& verdict) {
  const Stage* const stage = dockerfile.final_stage();
  if (stage == nullptr) return;
  const auto last = [](std::string_view name, const Instruction* instruction) {
    std::string line(name);
    if (instruction == nullptr) return line;
    if (!instruction->words.empty()) return line + " " + quote(instruction->words.back().text);
    // A shell form without a command: the shell gets an empty script.
    return instruction->exec_form ? line : line + " \"\"";
  };
  for (const Stage::Variable& variable : stage->variables) {
    if (!variable.is_env) continue;
    if (variable.unresolved) verdict.uncertain = true;
    if (variable.name != "PATH") {
      verdict.image.push_back("env " + quote(concat(variable.name, "=", variable.value)));
    }
  }
  verdict.image.push_back("user " + quote(stage->user ? stage->user->words.front().text : ""));
  verdict.image.push_back(last("cmd", stage->cmd));
  verdict.image.push_back(last("entrypoint", stage->entrypoint));
  std::ranges::sort(verdict.image);
}

Verdict judge(const std::string& text) {
  Verdict verdict;
  const Source source("Dockerfile", text);
  const Result<Dockerfile> dockerfile = read_dockerfile(source);
  if (!dockerfile) {
    verdict.refused = true;
    verdict.why = dockerfile.error().message;
    return verdict;
  }
  for (const Instruction* const instruction : in_order(*dockerfile)) {
    for (const Instruction::Problem& problem : instruction->problems) {
      if (our_own(problem)) continue;
      verdict.refused = true;
      verdict.why = problem.message;
      // BuildKit counts the images that are copied from as stages, too.
      if (problem.message.starts_with("there is no stage number")) verdict.uncertain = true;
    }
    // A wrong trigger is refused when an image is built on this one; a stage may do so here.
    if (instruction->trigger && !instruction->trigger->problems.empty()) verdict.uncertain = true;
    for (const DockerfileWord& word : instruction->words) verdict.uncertain |= word.unresolved;
    for (const DockerfileFlag& flag : instruction->flags)
      verdict.uncertain |= flag.value.unresolved;
    for (const DockerfileAssignment& assignment : instruction->assignments) {
      verdict.uncertain |= assignment.value.unresolved || assignment.name.unresolved;
    }
    verdict.instructions += describe(*instruction) + "\n";
  }
  if (!verdict.refused) describe_image(*dockerfile, verdict);
  return verdict;
}

// The oracle's answer taken apart.
struct Answer {
  std::string verdict;  // the first line
  std::vector<std::string> image;
  std::string instructions;
};

Answer parse_answer(std::string_view text) {
  Answer answer;
  bool tree = false;
  for (const std::string_view line : split(text, '\n')) {
    if (answer.verdict.empty()) {
      answer.verdict = line;
    } else if (line == "--") {
      tree = true;
    } else if (tree && !line.empty()) {
      answer.instructions += concat(line, "\n");
    } else if (line.starts_with("env ") || line.starts_with("user") || line.starts_with("cmd") ||
               line.starts_with("entrypoint")) {
      answer.image.emplace_back(line);
    }
  }
  std::ranges::sort(answer.image);
  return answer;
}

// Stages that are not needed are not converted, nor is anything after a first refusal; so
// BuildKit's silence about them says nothing.
bool all_stages_needed(const std::string& text) {
  const Source source("Dockerfile", text);
  const Result<Dockerfile> dockerfile = read_dockerfile(source);
  return !dockerfile || std::ranges::all_of(dockerfile->stages, &Stage::needed);
}

// Why the two do not agree, or "".
std::string disagreement(const std::string& text, std::string_view oracle) {
  const Answer answer = parse_answer(oracle);
  const Verdict ours = judge(text);
  if (answer.verdict.starts_with("panic")) return "";
  // The options of its own linter are BuildKit's business.
  if (answer.verdict.find("failed to parse check options") != std::string::npos) return "";
  // BuildKit takes any bytes; a Dockerfile that is no text is refused here on purpose.
  if (first_invalid_utf8(text)) return "";
  const bool layers = answer.verdict.starts_with("refused parse") ||
                      answer.verdict.starts_with("refused instructions");
  const bool refused = answer.verdict.starts_with("refused");
  if (refused && !ours.refused && (layers || !ours.uncertain)) {
    return "BuildKit alone refuses: " + answer.verdict;
  }
  if (!refused && ours.refused && !ours.uncertain && all_stages_needed(text)) {
    return "Plimsoll alone refuses: " + ours.why;
  }
  if (refused || ours.refused) return "";
  const bool comparable = ours.instructions.find("<empty>") == std::string::npos;
  if (comparable && answer.instructions != ours.instructions) {
    return "instructions differ:\n" + answer.instructions + "--\n" + ours.instructions;
  }
  if (!ours.uncertain && answer.image != ours.image) {
    std::string both = "images differ:\n";
    for (const std::string& line : answer.image) both += line + "\n";
    both += "--\n";
    for (const std::string& line : ours.image) both += line + "\n";
    return both;
  }
  return "";
}

TEST(BuildKitOracle, AgreesOnDockerfiles) {
  if (!Oracle::get().present()) GTEST_SKIP() << Oracle::get().why_absent();
  std::vector<std::string> texts = test::dockerfile_corpus();
  // More files to compare on, from outside.
  if (const char* const directory = std::getenv("PLIMSOLL_ORACLE_FILES")) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  const char* const count = std::getenv("PLIMSOLL_ORACLE_MUTATIONS");
  const std::size_t mutations = count != nullptr ? std::strtoul(count, nullptr, 10) : 4000;
  const char* const seed = std::getenv("PLIMSOLL_ORACLE_SEED");
  std::mt19937 random(seed != nullptr ? static_cast<unsigned>(std::strtoul(seed, nullptr, 10))
                                      : 1u);
  for (std::size_t i = 0; i < mutations; ++i) texts.push_back(test::mutated_dockerfile(random));
  const std::vector<std::string> answers = Oracle::get().ask("dockerfile", texts);
  int shown = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string why = disagreement(texts[i], answers[i]);
    if (why.empty()) continue;
    ADD_FAILURE() << why << "\nin\n" << texts[i];
    if (++shown == 20) break;
  }
}

std::string words_of(const std::string& text) {
  dockerfile::Scope scope;
  scope.complete = true;
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"A", "alpha"},
                                                                  {"EMPTY", ""},
                                                                  {"P", "/usr/local/bin:/bin"},
                                                                  {"SPACES", "one two"},
                                                                  {"UMLAUT",
                                                                   "\xC3\xA4"
                                                                   "b\xC3\xA4"},
                                                                  {"STAR", "a*b"}}) {
    dockerfile::Binding binding;
    binding.variable.name = name;
    binding.variable.value = value;
    binding.has_value = true;
    scope.set(std::move(binding));
  }
  std::string out;
  dockerfile::WordLexer whole(text, {}, &scope);
  out += whole.run() ? quote(whole.result) : "refused";
  out += '\n';
  dockerfile::WordLexer split(text, {.split = true}, &scope);
  if (!split.run()) {
    out += "refused";
  } else {
    for (const dockerfile::LexedWord& word : split.words) out += " " + quote(word.text);
  }
  out += '\n';
  if (const auto heredoc = dockerfile::read_heredoc_word(text)) {
    out += concat("heredoc(", quote(heredoc->name), " ", heredoc->expand ? "true" : "false", " ",
                  heredoc->strip_tabs ? "true" : "false", " ", std::to_string(heredoc->descriptor),
                  ")\n");
  }
  return out;
}

TEST(BuildKitOracle, AgreesOnWords) {
  if (!Oracle::get().present()) GTEST_SKIP() << Oracle::get().why_absent();
  const char* const seed = std::getenv("PLIMSOLL_ORACLE_SEED");
  std::mt19937 random(seed != nullptr ? static_cast<unsigned>(std::strtoul(seed, nullptr, 10))
                                      : 2u);
  static constexpr std::string_view pieces[] = {"$",         "{",
                                                "}",         "A",
                                                "EMPTY",     "P",
                                                "SPACES",    "UMLAUT",
                                                "STAR",      "NONE",
                                                "${",        "${A",
                                                "$A",        ":-",
                                                ":+",        ":?",
                                                "-",         "+",
                                                "?",         "#",
                                                "##",        "%",
                                                "%%",        "/",
                                                "//",        "*",
                                                "a",         "b",
                                                "ha",        "'",
                                                "\"",        "\\",
                                                "<<",        "<",
                                                "EOF",       " ",
                                                "\t",        "x",
                                                "1",         "_",
                                                "@",         "${P%:*}",
                                                "${P##*/}",  "${A/a/b}",
                                                "${SPACES}", "${NONE:-${A}}",
                                                "\xC3\xA4",  "\\}",
                                                "\\/",       "\\*",
                                                "$$",        "!",
                                                "."};
  std::vector<std::string> texts;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    const std::size_t length = 1 + random() % 8;
    for (std::size_t n = 0; n < length; ++n) text += pieces[random() % std::size(pieces)];
    texts.push_back(std::move(text));
  }
  const std::vector<std::string> answers = Oracle::get().ask("words", texts);
  int shown = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string ours = words_of(texts[i]);
    if (ours == answers[i]) continue;
    ADD_FAILURE() << quote(texts[i]) << "\nBuildKit: " << answers[i] << "Plimsoll: " << ours;
    if (++shown == 20) break;
  }
}

}  // namespace
}  // namespace plimsoll
