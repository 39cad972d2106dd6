# Lists src/rules/<folder>/<name>.cpp and writes catalogue.cpp, which names each rule: so the linker
# cannot drop one, and a file whose symbol differs from its name does not link. src/rules/support holds
# what rules share and is left out.
file(GLOB rule_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/rules/*/*.cpp)
list(FILTER rule_files EXCLUDE REGEX "/support/|_(test|fuzz|bench)\\.cpp$")
set(rule_keys "")
foreach(file IN LISTS rule_files)
  get_filename_component(stem ${file} NAME_WE)
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(folder ${folder} NAME)
  list(APPEND rule_keys "${stem} ${folder}")
endforeach()
# The underscores of symbols are the dashes of names: sorted as names are, for find_rule. The blank after
# the name comes before a dash, so that "privileged" stands before "privileged-host-port".
list(TRANSFORM rule_keys REPLACE "_" "-")
list(SORT rule_keys)
set(RULE_DECLARATIONS "")
set(RULE_ADDRESSES "")
foreach(key IN LISTS rule_keys)
  string(REPLACE " " ";" parts ${key})
  list(GET parts 0 name)
  list(GET parts 1 folder)
  string(REPLACE "-" "_" stem ${name})
  string(APPEND RULE_DECLARATIONS
    "namespace plimsoll::rules::${folder} {\nextern const Rule ${stem};\n}\n")
  string(APPEND RULE_ADDRESSES "    &${folder}::${stem},\n")
endforeach()
set(GENERATED_CATALOGUE ${CMAKE_BINARY_DIR}/generated/catalogue_list.cpp)
configure_file(${CMAKE_SOURCE_DIR}/src/rules/catalogue.cpp.in ${GENERATED_CATALOGUE} @ONLY)
