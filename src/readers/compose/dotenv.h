// `.env` files and compose's env_file: lines of NAME=value, as compose-go's dotenv reads them:
// `export` in front, `NAME: value`, quotes (single: nothing is put in; double: escapes and
// variables), comments after ` #`, values over several lines in quotes, and a bare NAME that passes
// a variable through.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "readers/compose/interpolation.h"

namespace plimsoll::compose {

struct DotenvEntry {
  std::string name;
  std::string value;
  bool inherited = false;   // a bare NAME
  bool unresolved = false;  // value holds the text as written
  Location at;
  Location value_at;
};

// In order, a name's later entry after its earlier one. Variables in values are looked up in
// `environment`, then among the entries before. At the first line that compose refuses, an error;
// the entries before it are answered.
Reading<std::vector<DotenvEntry>> read_dotenv(const Source& source, const Environment& environment);

// compose's `format: raw`: every line is NAME=value and the value is taken as it is.
std::vector<DotenvEntry> read_raw_env(const Source& source);

}  // namespace plimsoll::compose
