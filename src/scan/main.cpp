// plimsoll-image: what `plimsoll image` becomes.
#include "app/program.h"
#include "scan/image_command.h"

int main(int argc, char** argv) {
  return plimsoll::app::run_program(argc, argv, plimsoll::scan::image_command);
}
