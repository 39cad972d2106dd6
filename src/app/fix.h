// How a fix runs: check, make the edits that fit together, check again what was changed, until
// nothing is left to do. Everything happens in memory; who calls writes the result or shows it.
#pragma once

#include <string>
#include <vector>

#include "app/check.h"

namespace plimsoll::app {

struct FixOptions {
  CheckOptions check;
  bool unsafe = false;  // also the fixes that can change behaviour
  // Also what moves a secret into a file of its own. Not for a diff: it could not show the secret,
  // and without that part the rest would be half a change.
  bool moves_secrets = false;
  bool lists = false;  // say what stays, and why (FixResult::unfixed), and not only how much
};

struct FixedFile {
  std::string path;    // as the user named it
  std::string before;  // of a new file ""
  std::string after;
  bool is_new = false;
  bool is_secret = false;  // of a new file: its text is never shown
  std::string needed_by;   // of a new file: the path of the changed one that speaks of it; or ""
};

// What was found and stays, and why.
struct Unfixed {
  std::string place;  // "compose.yaml:4:5"
  std::string_view rule;
  Severity severity = Severity::info;
  std::string message;
  std::string why;
  bool fixable = false;  // a fix is offered, and was not applied
};

struct FixResult {
  std::vector<FixedFile> files;                   // by path
  std::vector<Unfixed> unfixed;                   // in report order; only where it is asked for
  std::size_t secrets_left = 0;                   // fixes that only moves_secrets makes
  std::size_t left = 0;                           // how many findings stay
  std::size_t left_fixable = 0;                   // of these, a fix is offered and was not applied
  std::vector<std::unique_ptr<Sources>> sources;  // what the errors point into
  std::vector<Error> errors;                      // what could not be read: it is not touched
  std::size_t fixed = 0;                          // how many findings
};

FixResult fix(const std::vector<Input>& inputs, const Files& files, const FixOptions& options);

// Bound on rounds: each makes the edits that had to wait for those of the one before. A file that
// is still changed after them is given back as it was.
inline constexpr int max_fix_rounds = 10;

}  // namespace plimsoll::app
