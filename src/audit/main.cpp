// plimsoll-audit: what `plimsoll audit` becomes.
#include "app/program.h"
#include "audit/audit_command.h"

int main(int argc, char** argv) {
  return plimsoll::app::run_program(argc, argv, plimsoll::audit::audit_command);
}
