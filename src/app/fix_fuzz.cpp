// Whatever text a fix gets, what it writes still reads, is laid out as the file was, and fixing it
// again, or with the rules in another order, changes nothing. In daemon.json, where no setting
// hides another, nothing new is found afterwards. The first byte says which kind of file the rest
// is; files beside it follow, parted by lines of `%%%`.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>

#include "app/fix.h"
#include "app/rule_names.h"
#include "base/text.h"

using namespace plimsoll;
using namespace plimsoll::app;

namespace {

constexpr auto compose_names = std::to_array<const char*>(
    {"compose.yaml", "compose.override.yaml", "base.yaml", ".env", "app.env", "Dockerfile"});
constexpr auto dockerfile_names = std::to_array<const char*>({"Dockerfile", ".dockerignore"});
constexpr auto script_names = std::to_array<const char*>({"run.sh"});
constexpr auto markdown_names = std::to_array<const char*>({"README.md"});
constexpr auto daemon_names = std::to_array<const char*>({"daemon.json"});

struct Kind {
  InputKind kind;
  std::span<const char* const> names;
};
constexpr std::array<Kind, 5> kinds{{{InputKind::compose, compose_names},
                                     {InputKind::dockerfile, dockerfile_names},
                                     {InputKind::shell_script, script_names},
                                     {InputKind::markdown, markdown_names},
                                     {InputKind::daemon_json, daemon_names}}};

struct Case {
  Input input;
  MemoryFiles files;
};

Case read_case(std::string_view bytes) {
  const Kind& kind = kinds[static_cast<unsigned char>(bytes.front() - '0') % kinds.size()];
  Case out{{kind.kind, {kind.names.front()}}, {}};
  std::string_view rest = bytes.substr(1);
  for (const char* const name : kind.names) {
    const std::size_t end = name == kind.names.back() ? rest.npos : rest.find("%%%\n");
    const std::string_view text = rest.substr(0, end);
    const bool is_override = std::string_view(name) == "compose.override.yaml";
    if (is_override && !text.empty()) out.input.paths.emplace_back(name);
    if (!text.empty()) out.files.add(name, std::string(text));
    if (end == rest.npos) break;
    rest.remove_prefix(end + 4);
  }
  return out;
}

CheckOptions all_rules() {
  CheckOptions options;
  options.rules = *select_rules({}, {});
  options.today = "2026-11-22";
  options.threads = 1;
  return options;
}

FixResult fixed(const Case& what, bool backwards = false) {
  FixOptions options;
  options.check = all_rules();
  if (backwards) std::ranges::reverse(options.check.rules);
  options.unsafe = true;
  options.moves_secrets = true;
  return fix({what.input}, what.files, options);
}

[[noreturn]] void fail(const std::string& what, const FixedFile& file) {
  std::fprintf(stderr, "%s: %s:\n%s\n---\n%s\n", what.c_str(), file.path.c_str(),
               file.before.c_str(), file.after.c_str());
  std::abort();
}

// How often each rule finds something.
std::map<std::string_view, int> counts(const Case& what) {
  std::map<std::string_view, int> out;
  for (const Finding& finding : check({what.input}, what.files, all_rules()).findings) {
    ++out[finding.rule];
  }
  return out;
}

bool has_bare_line_feed(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
  }
  return false;
}

void check_layout(const FixedFile& file) {
  if (file.is_new || file.before.empty()) return;
  // When all but one line goes, nothing shows how lines end.
  const bool is_short = std::ranges::count(file.before, '\n') < 3;
  if (!file.before.contains('\r') && file.after.contains('\r')) fail("a CR came in", file);
  if (!is_short && !has_bare_line_feed(file.before) && has_bare_line_feed(file.after)) {
    fail("a bare LF came in", file);
  }
  if (!file.before.ends_with('\n') && file.after.ends_with('\n')) fail("a line was ended", file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  Case files = read_case({reinterpret_cast<const char*>(data), size});
  const FixResult once = fixed(files);
  for (const Error& error : once.errors) {
    if (error.message.starts_with("the fix is withheld")) fail(error.message, {});
  }
  if (once.files.empty()) return 0;
  const bool is_daemon = files.input.kind == InputKind::daemon_json;
  const std::map<std::string_view, int> before =
      is_daemon ? counts(files) : std::map<std::string_view, int>();
  const FixResult other = fixed(files, true);
  for (std::size_t i = 0; i < once.files.size(); ++i) {
    const FixedFile& file = once.files[i];
    check_layout(file);
    if (i >= other.files.size() || other.files[i].after != file.after) {
      fail("the order of the rules matters", file);
    }
    files.files.add(file.path, file.after);
  }
  for (const FixedFile& again : fixed(files).files) fail("fixing twice changes it again", again);
  if (!is_daemon) return 0;
  for (const auto& [rule, count] : counts(files)) {
    const auto known = before.find(rule);
    if (known == before.end() || known->second < count) {
      fail(concat("a new finding of ", rule), once.files.front());
    }
  }
  return 0;
}
