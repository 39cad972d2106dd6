// Dockerfiles with the traps of the language in them, and mutations of them, for comparing the
// reader with BuildKit and for fuzzing.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace plimsoll::test {

std::vector<std::string> dockerfile_corpus();
// A file of the corpus, or instructions of several, with a few bytes, words or lines changed.
std::string mutated_dockerfile(std::mt19937& random);

}  // namespace plimsoll::test
