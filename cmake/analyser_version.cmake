# Writes analyser_version.cpp, whose text changes with the sources that decide what is known of a layer.
# Included by CMakeLists.txt it says when; run as a script (cmake -P) it does it.
if(CMAKE_SCRIPT_MODE_FILE)
  set(hashes "")
  file(STRINGS ${LIST} sources)
  foreach(source IN LISTS sources)
    file(SHA256 ${source} hash)
    string(APPEND hashes "${hash}\n")
  endforeach()
  string(SHA256 version "${hashes}")
  file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "image/analyser_version.h"

namespace plimsoll::image {

const std::string_view analyser_version = "@version@";

}  // namespace plimsoll::image
]] @ONLY)
  return()
endif()

file(GLOB_RECURSE analyser_sources CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/src/image/*.h ${CMAKE_SOURCE_DIR}/src/image/*.cpp ${CMAKE_SOURCE_DIR}/src/subjects/package*)
list(FILTER analyser_sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
set(ANALYSER_VERSION_SOURCE ${CMAKE_BINARY_DIR}/generated/analyser_version.cpp)
set(analyser_list ${CMAKE_BINARY_DIR}/generated/analyser_sources.txt)
list(JOIN analyser_sources "\n" analyser_lines)
file(CONFIGURE OUTPUT ${analyser_list} CONTENT "${analyser_lines}\n")
add_custom_command(
  OUTPUT ${ANALYSER_VERSION_SOURCE}
  COMMAND ${CMAKE_COMMAND} -D LIST=${analyser_list} -D OUTPUT=${ANALYSER_VERSION_SOURCE} -P ${CMAKE_CURRENT_LIST_FILE}
  DEPENDS ${analyser_sources} ${analyser_list} ${CMAKE_CURRENT_LIST_FILE}
  VERBATIM)
