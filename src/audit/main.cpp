// plimsoll-audit: what `plimsoll audit` becomes.
#include <vector>

#include "app/program.h"
#include "audit/audit_command.h"

int main(int argc, char** argv) {
  std::vector<const char*> words{"plimsoll", "audit"};
  words.insert(words.end(), argv + (argc > 0 ? 1 : 0), argv + argc);
  return plimsoll::app::run_program(static_cast<int>(words.size()), words.data(),
                                    plimsoll::audit::audit_command);
}
