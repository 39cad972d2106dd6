# Writes a constant whose text changes with the sources that decide what is kept in a cache, so that another build
# of them finds nothing of the old one there. Included by CMakeLists.txt it says when; run as a script (cmake -P)
# it does it.
if(CMAKE_SCRIPT_MODE_FILE)
  set(hashes "")
  file(STRINGS ${LIST} sources)
  foreach(source IN LISTS sources)
    file(SHA256 ${source} hash)
    string(APPEND hashes "${hash}\n")
  endforeach()
  string(SHA256 version "${hashes}")
  file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#include "@MODULE@/@NAME@.h"

namespace plimsoll::@MODULE@ {

const std::string_view @NAME@ = "@version@";

}  // namespace plimsoll::@MODULE@
]] @ONLY)
  return()
endif()

# source_version(MODULE NAME PATTERN...) defines NAME of src/MODULE/NAME.h; the sources that match are below src.
function(source_version module name)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/src/)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${ARGN})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
  set(output ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  set(list ${CMAKE_BINARY_DIR}/generated/${name}_sources.txt)
  list(JOIN sources "\n" lines)
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}\n")
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_FILE})
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D LIST=${list} -D OUTPUT=${output} -D MODULE=${module} -D NAME=${name} -P ${script}
    DEPENDS ${sources} ${list} ${script}
    VERBATIM)
  set(generated_of_${module} ${output} PARENT_SCOPE)
endfunction()

source_version(image analyser_version image/*.h image/*.cpp subjects/package*)
# Archives and compressed files are read by image/.
source_version(feeds reader_version feeds/*.h feeds/*.cpp advisories/*.h advisories/*.cpp image/*.h image/*.cpp)
