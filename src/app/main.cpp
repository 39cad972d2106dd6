// plimsoll: runs the command that was typed.
#include "app/program.h"

int main(int argc, char** argv) {
  using namespace plimsoll::app;
  return run_program(argc, argv,
                     [](const Arguments& arguments) { return arguments.command->run(arguments); });
}
