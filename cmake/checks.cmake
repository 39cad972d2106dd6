# Tests, benchmarks and fuzzers: found by name, built from the same libraries as the program.
enable_testing()
find_package(GTest REQUIRED)
find_package(benchmark QUIET)

# What the tests use beside gtest; tests/ holds the end-to-end ones.
file(GLOB support_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/support/*.cpp)
add_library(plimsoll_test_support STATIC ${support_sources})
target_link_libraries(plimsoll_test_support PUBLIC plimsoll_app plimsoll_image plimsoll_feeds GTest::gtest)
target_include_directories(plimsoll_test_support PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_compile_definitions(plimsoll_test_support PUBLIC
  PLIMSOLL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PLIMSOLL_BINARY_DIR="${CMAKE_BINARY_DIR}")

foreach(module IN LISTS MODULES)
  if(tests_of_${module})
    add_executable(${module}_tests ${tests_of_${module}})
    target_link_libraries(${module}_tests PRIVATE plimsoll_test_support plimsoll_${module} GTest::gtest_main)
    add_test(NAME ${module} COMMAND ${module}_tests)
  endif()
endforeach()
file(GLOB end_to_end_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*_test.cpp)
add_executable(end_to_end_tests ${end_to_end_tests})
target_link_libraries(end_to_end_tests PRIVATE plimsoll_test_support plimsoll_feeds OpenSSL::SSL GTest::gtest_main)
add_dependencies(end_to_end_tests plimsoll plimsoll-audit plimsoll-image plimsoll-fetch plimsoll-db)
add_test(NAME end_to_end COMMAND end_to_end_tests)

# Each file in tests/tools is a program: write_rule_pages for `make docs`, generate_tree for `make bench`.
file(GLOB tools CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/tools/*.cpp)
foreach(source IN LISTS tools)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE plimsoll_test_support)
endforeach()

if(benchmark_FOUND AND ALL_BENCHMARKS)
  add_executable(benchmarks ${ALL_BENCHMARKS})
  target_link_libraries(benchmarks PRIVATE plimsoll_test_support plimsoll_feeds benchmark::benchmark_main)
endif()

# With libFuzzer each x_fuzz.cpp is a fuzzer; without it, a plain driver runs it over files, so that
# fuzzers are built in every build and never rot.
add_custom_target(fuzzers)
foreach(module IN LISTS MODULES)
  foreach(source IN LISTS fuzzers_of_${module})
    get_filename_component(name ${source} NAME_WE)
    if(PLIMSOLL_SANITIZE)
      add_executable(${name} ${source})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${name} ${source} ${CMAKE_SOURCE_DIR}/tests/fuzz_driver.cpp)
    endif()
    # libFuzzer declares nowhere the function that they define.
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -Wno-missing-declarations)
    target_link_libraries(${name} PRIVATE plimsoll_app plimsoll_${module})
    add_dependencies(fuzzers ${name})
  endforeach()
endforeach()
