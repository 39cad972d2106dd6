// What `plimsoll db` can do: one file for each. `operands` are those behind the verb.
#pragma once

#include <span>
#include <string>

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::db {

using Operands = std::span<const std::string>;

app::ExitCode build(const app::Arguments& arguments, Operands operands);
app::ExitCode update(const app::Arguments& arguments, Operands operands);
app::ExitCode import(const app::Arguments& arguments, Operands operands);
app::ExitCode export_database(const app::Arguments& arguments, Operands operands);
app::ExitCode status(const app::Arguments& arguments, Operands operands);
app::ExitCode verify(const app::Arguments& arguments, Operands operands);

}  // namespace plimsoll::db
