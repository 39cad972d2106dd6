// plimsoll-db: what `plimsoll db` becomes.
#include "app/program.h"
#include "db/db_command.h"

int main(int argc, char** argv) {
  return plimsoll::app::run_program(argc, argv, plimsoll::db::db_command);
}
