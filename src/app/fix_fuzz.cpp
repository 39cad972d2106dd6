// Whatever text a fix gets, what it writes still reads, and fixing it again changes nothing. The
// first byte says which kind of file the rest is.
#include <array>
#include <cstdio>
#include <cstdlib>

#include "app/fix.h"
#include "app/rule_names.h"

using namespace plimsoll;
using namespace plimsoll::app;

namespace {

struct Kind {
  InputKind kind;
  const char* path;
};
constexpr std::array<Kind, 4> kinds{{{InputKind::compose, "compose.yaml"},
                                     {InputKind::dockerfile, "Dockerfile"},
                                     {InputKind::shell_script, "run.sh"},
                                     {InputKind::markdown, "README.md"}}};

FixResult fixed(const Kind& kind, const std::string& text) {
  MemoryFiles files;
  files.add(kind.path, text);
  FixOptions options;
  options.check.rules = *select_rules({}, {});
  options.check.today = "2026-11-22";
  options.check.threads = 1;
  options.unsafe = true;
  return fix({{kind.kind, {kind.path}}}, files, options);
}

[[noreturn]] void fail(const char* what, const std::string& text) {
  std::fprintf(stderr, "%s:\n%s\n", what, text.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  const Kind& kind = kinds[data[0] % kinds.size()];
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const FixResult once = fixed(kind, text);
  for (const Error& error : once.errors) {
    if (error.message.starts_with("the fix is withheld")) fail(error.message.c_str(), text);
  }
  for (const FixedFile& file : once.files) {
    if (file.is_new || file.path != kind.path) continue;
    for (const FixedFile& again : fixed(kind, file.after).files) {
      if (again.path == kind.path) fail("fixing twice changes the text again", again.after);
    }
  }
  return 0;
}
