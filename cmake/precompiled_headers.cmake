# The standard headers that most files include are parsed once a build: a third of what compiling costs.
# Only those: a header of the project in here would make every file depend on it.
# The linter reads each file without them (the preset "lint"), so that a file still names what it uses.
set(standard_headers
  <algorithm> <array> <expected> <functional> <map> <memory> <optional> <ranges> <set> <span> <string>
  <string_view> <utility> <variant> <vector>)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(plimsoll_options INTERFACE -fpch-preprocess)
else()
  target_compile_options(plimsoll_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()
target_precompile_headers(plimsoll_base PRIVATE ${standard_headers})
get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
foreach(target IN LISTS targets)
  get_target_property(type ${target} TYPE)
  if(type MATCHES "STATIC_LIBRARY|EXECUTABLE" AND NOT target STREQUAL "plimsoll_base")
    target_precompile_headers(${target} REUSE_FROM plimsoll_base)
  endif()
endforeach()
