// `plimsoll db`: makes the database of advisories, carries it from one machine to another and says
// what is in it. Its first operand says which.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::db {

app::ExitCode db_command(const app::Arguments& arguments);

}  // namespace plimsoll::db
