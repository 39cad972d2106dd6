// Compiles the triggers into vectorscan's database and writes it as a C++ source: what the program
// would otherwise do at each start. Run by the build; writes to the file that it is given.
#include <hs/hs.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string_view>
#include <vector>

#include "image/secrets/triggers.h"

namespace {

void write(std::ostream& out, std::string_view bytes) {
  constexpr std::size_t bytes_a_line = 32;
  out << "#include \"image/secrets/secret_database.h\"\n\n"
         "namespace plimsoll::image {\n\n"
         "alignas(64) static constexpr unsigned char bytes[] = {\n";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out << static_cast<unsigned>(static_cast<unsigned char>(bytes[i]))
        << (i % bytes_a_line == bytes_a_line - 1 ? ",\n" : ",");
  }
  out << "};\n\nconst std::string_view secret_database(reinterpret_cast<const char*>(bytes), "
         "sizeof bytes);\n\n}  // namespace plimsoll::image\n";
}

int run(const char* path) {
  std::vector<const char*> literals;
  std::vector<std::size_t> sizes;
  std::vector<unsigned> flags;
  std::vector<unsigned> numbers;
  for (const plimsoll::image::Trigger& trigger : plimsoll::image::triggers()) {
    numbers.push_back(static_cast<unsigned>(literals.size()));
    literals.push_back(trigger.literal.c_str());
    sizes.push_back(trigger.literal.size());
    flags.push_back(trigger.ignores_case ? HS_FLAG_CASELESS : 0u);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_compile_lit_multi(literals.data(), flags.data(), numbers.data(), sizes.data(),
                           static_cast<unsigned>(literals.size()), HS_MODE_BLOCK, nullptr,
                           &database, &error) != HS_SUCCESS ||
      hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) {
    std::fprintf(stderr, "the database of secrets cannot be compiled: %s\n",
                 error == nullptr ? "" : error->message);
    hs_free_compile_error(error);
    hs_free_database(database);
    return 1;
  }
  std::ofstream out(path);
  write(out, {bytes, size});
  out.close();
  std::free(bytes);
  hs_free_database(database);
  return out ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return count == 2 ? run(arguments[1]) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
