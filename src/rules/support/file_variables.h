// Images that read a variable from a file too, by their own documentation.
#pragma once

#include <string_view>

#include "subjects/container_spec.h"

namespace plimsoll::rules {

struct FileVariables {
  std::string_view image;
  std::string_view beginning;  // of the variables that it is so with
  std::string_view suffix;     // what is put behind the variable's name to name a file instead
};

// Null when the container's image is not known to read the variable from a file.
const FileVariables* file_variables(const ContainerSpec& spec, std::string_view variable);

}  // namespace plimsoll::rules
