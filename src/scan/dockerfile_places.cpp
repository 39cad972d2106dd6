// History and Dockerfile are two lists of instructions of which the one is nearly the end of the
// other: before it stand the base image's, and some instructions leave no trace (ARG in old
// builders) or another text (COPY names what it copied by a hash, variables are put in). So the two
// are aligned as `diff` aligns lines, with a weight for how sure a pair is: a RUN whose script is
// the same is sure, another instruction of the same keyword is likely.
#include "scan/dockerfile_places.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "image/secrets/secret_scanner.h"
#include "readers/dockerfile/dockerfile_reader.h"
#include "subjects/history_instruction.h"

namespace plimsoll::scan {
namespace {

// Longer lists are not aligned: the table has a cell for each pair.
constexpr std::size_t max_instructions = 2000;

// Reports show the lines that they place findings at.
void hide_secrets(const std::string& path, std::string& text) {
  image::SecretScanner scanner;
  // As in the history: each password that is written there counts.
  scanner.begin(path, {.use = image::SecretPlace::Use::credentials});
  scanner.push(text);
  for (const image::FoundSecret& secret : scanner.end()) {
    const auto end = std::min<std::uint64_t>(secret.end, text.size());
    for (std::uint64_t at = secret.begin; at < end; ++at) {
      if (text[at] != '\n') text[at] = '*';
    }
  }
}

// Words with one blank between them: continuations leave more. Secrets were taken out of both
// texts, and have as many stars in the one as they were long.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (is_blank && !out.empty() && out.back() == ' ') continue;
    if (c == '*' && !out.empty() && out.back() == '*') continue;
    out += is_blank ? ' ' : c;
  }
  return out;
}

// An entry of the history, to be compared with instructions.
struct Trace {
  std::string keyword;  // in lower case
  std::string rest;
};

Trace trace_of(std::string_view created_by) {
  const HistoryInstruction instruction = instruction_of(created_by);
  return {lower(instruction.keyword), squeezed(instruction.rest)};
}

std::string rest_of(const Instruction& instruction) {
  std::string words;
  for (const DockerfileWord& word : instruction.words) words += concat(word.text, " ");
  return squeezed(words);
}

// 0 for no pair.
std::size_t weight(const Instruction& instruction, const std::string& rest, const Trace& trace) {
  constexpr std::size_t likely = 1;
  constexpr std::size_t sure = 10;
  if (lower(instruction.name) != trace.keyword) return 0;
  if (!rest.empty() && rest == trace.rest) return sure;
  // Two scripts that differ are two instructions.
  if (instruction.keyword == Keyword::run && instruction.heredocs.empty()) return 0;
  return likely;
}

struct Pair {
  const Instruction* instruction;
  std::size_t entry;
  bool is_run;
};

std::vector<Pair> align(const Stage& stage, const std::vector<HistoryEntry>& history) {
  const std::size_t rows = stage.instructions.size();
  const std::size_t columns = history.size();
  if (rows > max_instructions || columns > max_instructions) return {};
  std::vector<Trace> traces;
  for (const HistoryEntry& entry : history) traces.push_back(trace_of(entry.created_by.value));
  // best[i][j]: of the instructions from i on and the entries from j on.
  std::vector<std::vector<std::size_t>> best(rows + 1, std::vector<std::size_t>(columns + 1));
  std::vector<std::vector<std::size_t>> weights(rows, std::vector<std::size_t>(columns));
  for (std::size_t i = rows; i-- > 0;) {
    const std::string rest = rest_of(stage.instructions[i]);
    for (std::size_t j = columns; j-- > 0;) {
      weights[i][j] = weight(stage.instructions[i], rest, traces[j]);
      const std::size_t paired = weights[i][j] == 0 ? 0 : weights[i][j] + best[i + 1][j + 1];
      best[i][j] = std::max({best[i + 1][j], best[i][j + 1], paired});
    }
  }
  std::vector<Pair> out;
  for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
    // An entry is left before an instruction is paired: the end of the history is the Dockerfile's.
    if (best[i][j] == best[i][j + 1]) {
      ++j;
    } else if (best[i][j] == best[i + 1][j]) {
      ++i;
    } else {
      const Instruction& instruction = stage.instructions[i];
      out.push_back({&instruction, j, instruction.keyword == Keyword::run});
      ++i;
      ++j;
    }
  }
  return out;
}

std::size_t runs_of(const Stage& stage) {
  return static_cast<std::size_t>(
      std::ranges::count(stage.instructions, Keyword::run, &Instruction::keyword));
}

// Of every two scripts one must be there; without scripts half of all instructions.
bool is_believable(const Stage& stage, const std::vector<Pair>& pairs) {
  if (pairs.empty()) return false;
  const std::size_t runs = runs_of(stage);
  if (runs == 0) return pairs.size() * 2 >= stage.instructions.size();
  return static_cast<std::size_t>(std::ranges::count(pairs, true, &Pair::is_run)) * 2 >= runs;
}

}  // namespace

Result<void> place_in_dockerfile(const std::string& path, std::string text,
                                 image::ImageReading& reading) {
  hide_secrets(path, text);
  const Source& source = reading.sources->add(path, std::move(text));
  const Result<Dockerfile> dockerfile = read_dockerfile(source);
  if (!dockerfile) return failure(dockerfile.error());
  Image& image = *reading.image;
  const auto not_its = [&] {
    return failure({.message = concat("the image was not built by this Dockerfile, as far as its "
                                      "history tells"),
                    .file = path});
  };
  if (!image.config) return not_its();
  // The last stage, or the one that was chosen as the target.
  const Stage* stage = nullptr;
  std::vector<Pair> pairs;
  for (const Stage& each : dockerfile->stages) {
    std::vector<Pair> its = align(each, image.config->history);
    if (!is_believable(each, its) || its.size() < pairs.size()) continue;
    stage = &each;
    pairs = std::move(its);
  }
  if (stage == nullptr) return not_its();
  std::size_t layer = 0;
  auto pair = pairs.begin();
  for (std::size_t i = 0; i < image.config->history.size(); ++i) {
    HistoryEntry& entry = image.config->history[i];
    const bool is_paired = pair != pairs.end() && pair->entry == i;
    if (is_paired) entry.created_by.at = pair->instruction->at;
    if (!entry.empty_layer && layer < image.layers.size()) {
      if (is_paired) image.layers[layer].at = pair->instruction->at;
      ++layer;
    }
    if (is_paired) ++pair;
  }
  // What is missing is missing in its last stage.
  image.at = stage->from.at;
  return {};
}

}  // namespace plimsoll::scan
