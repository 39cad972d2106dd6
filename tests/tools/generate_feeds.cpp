// generate_feeds DIRECTORY MEGABYTES: feeds of OSV records for measuring, about as large as real
// ones a record, in four files of JSON lines; always the same for the same size. Prints the number
// of bytes written.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/text.h"

namespace {

using plimsoll::concat;

struct Kind {
  const char* ecosystem;
  const char* file;
  int listed;  // versions: most bytes of a distribution's records are such lists
};
constexpr Kind kinds[] = {{"Debian:12", "debian.jsonl", 200},
                          {"npm", "npm.jsonl", 0},
                          {"PyPI", "pypi.jsonl", 60},
                          {"Go", "go.jsonl", 0}};

std::string record(const Kind& kind, unsigned number) {
  const std::string id = std::to_string(10'000 + number);
  std::string versions;
  for (int i = 0; i < kind.listed; ++i) {
    versions +=
        concat(i == 0 ? "" : ",", "\"1.", std::to_string(i), ".", std::to_string(number % 7), "\"");
  }
  std::string details;
  for (unsigned i = 0; i < 12; ++i) {
    details += concat("Sentence ", std::to_string(i * number),
                      " of the text in which the flaw is described at some length. ");
  }
  return concat(
      R"({"schema_version":"1.6.0","id":"GEN-)", kind.ecosystem, "-", id,
      R"(","aliases":["CVE-2024-)", id,
      R"("],"modified":"2025-02-03T04:05:06Z","published":"2024-02-03T04:05:06Z",)",
      R"("summary":"package )", id, R"( can be made to fail","details":")", details,
      R"(","references":[{"type":"WEB","url":"https://advisories.example/)", id,
      R"("}],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/)",
      R"(I:H/A:H"}],"affected":[{"package":{"ecosystem":")", kind.ecosystem,
      R"(","name":"package-)", std::to_string(number % 5000),
      R"("},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.)",
      std::to_string(number % 300), R"(.0"}]}],"versions":[)", versions, "]}]}\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: generate_feeds DIRECTORY MEGABYTES\n", stderr);
    return 2;
  }
  const std::filesystem::path root = argv[1];
  const unsigned long long wanted =
      std::strtoull(argv[2], nullptr, 10) * 1'000'000 / std::size(kinds);
  std::filesystem::create_directories(root);
  unsigned long long bytes = 0;
  for (const Kind& kind : kinds) {
    std::ofstream file(root / kind.file, std::ios::binary);
    unsigned long long of_file = 0;
    for (unsigned number = 0; of_file < wanted; ++number) {
      const std::string line = record(kind, number);
      file << line;
      of_file += line.size();
    }
    bytes += of_file;
  }
  std::printf("%llu\n", bytes);
  return 0;
}
