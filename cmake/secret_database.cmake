# Compiles the literals that secrets are found by into vectorscan's database when the program is built
# (src/image/secrets/triggers.h says why). The tool alone links vectorscan's compiler, and the program
# its runtime: both from the same package, so that the database is of the version that reads it.
set(secrets_source ${CMAKE_SOURCE_DIR}/src/image/secrets)
file(GLOB secret_tables CONFIGURE_DEPENDS ${secrets_source}/kinds/*.cpp)
add_executable(write_secret_database
  ${secrets_source}/tool/write_secret_database.cpp ${secrets_source}/triggers.cpp
  ${secrets_source}/secret_kinds.cpp ${secrets_source}/token_form.cpp ${secrets_source}/value_checks.cpp
  ${secret_tables})
target_link_libraries(write_secret_database PRIVATE plimsoll_subjects ${HS_LIBRARY} ${ISAL_LIBRARY} m)
set(GENERATED_SECRET_DATABASE ${CMAKE_BINARY_DIR}/generated/secret_database.cpp)
add_custom_command(
  OUTPUT ${GENERATED_SECRET_DATABASE}
  COMMAND write_secret_database ${GENERATED_SECRET_DATABASE}
  DEPENDS write_secret_database
  COMMENT "Compiling the database of secrets")
