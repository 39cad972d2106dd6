#include "db/db_command.h"

#include <algorithm>
#include <array>
#include <vector>

#include "app/diagnostics.h"
#include "base/text.h"
#include "db/verbs.h"

namespace plimsoll::db {
namespace {

struct Verb {
  std::string_view name;
  app::ExitCode (*run)(const app::Arguments&, Operands);
  std::size_t max_operands;
};

constexpr std::size_t any_number = ~std::size_t{0};
constexpr std::array<Verb, 6> verbs{{{"build", build, any_number},
                                     {"update", update, any_number},
                                     {"import", import, 1},
                                     {"export", export_database, 1},
                                     {"status", status, 0},
                                     {"verify", verify, 1}}};

std::vector<std::string_view> names() {
  std::vector<std::string_view> out;
  for (const Verb& verb : verbs) out.push_back(verb.name);
  return out;
}

Error unknown(std::string_view word) {
  const std::vector<std::string_view> known = names();
  const auto near = nearest(word, known);
  return {.message = concat("plimsoll db cannot \"", word, "\""),
          .hint = near ? concat("did you mean \"", *near, "\"?")
                       : "it can build, update, import, export, status and verify"};
}

}  // namespace

app::ExitCode db_command(const app::Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  if (arguments.operands.empty()) {
    return app::fail_with(
        {.message = "what is to be done: build, update, import, export, status or verify?",
         .hint = "plimsoll db --help"},
        colour);
  }
  const std::string& word = arguments.operands.front();
  const auto verb = std::ranges::find(verbs, word, &Verb::name);
  if (verb == verbs.end()) return app::fail_with(unknown(word), colour);
  const Operands operands = std::span(arguments.operands).subspan(1);
  if (operands.size() > verb->max_operands) {
    return app::fail_with({.message = concat("plimsoll db ", word, " takes ",
                                             verb->max_operands == 0 ? "no operand" : "one operand",
                                             ", and \"", operands.back(), "\" is more"),
                           .hint = "plimsoll db --help"},
                          colour);
  }
  return verb->run(arguments, operands);
}

}  // namespace plimsoll::db
