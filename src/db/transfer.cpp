// `plimsoll db import` and `plimsoll db export`: a database from one machine to another.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "app/diagnostics.h"
#include "app/output.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "db/database_file.h"
#include "db/install.h"
#include "db/verbs.h"

namespace plimsoll::db {

using app::Arguments;
using app::ExitCode;

ExitCode import(const Arguments& arguments, Operands operands) {
  const std::string_view colour = arguments.value("color");
  if (operands.empty()) {
    return app::fail_with({.message = "which database is to be installed?",
                           .hint = "plimsoll db import --key PUBLIC.pem FILE|-"},
                          colour);
  }
  const std::string& source = operands.front();
  const Result<Installed> installed =
      install_database(source, source == "-" ? "standard input" : source, arguments);
  if (!installed) return app::fail_with(installed.error(), colour);
  app::Output output;
  output.stream() << describe(*installed);
  if (const std::optional<Error> error = output.finish()) return app::fail_with(*error, colour);
  return ExitCode::clean;
}

ExitCode export_database(const Arguments& arguments, Operands operands) {
  const std::string_view colour = arguments.value("color");
  if (operands.empty()) {
    return app::fail_with(
        {.message = "where to?", .hint = "plimsoll db export FILE, or - for standard output"},
        colour);
  }
  const std::string& target = operands.front();
  if (const auto in_use = open_database_in_use(arguments); !in_use) {
    return app::fail_with(in_use.error(), colour);
  }
  const std::string path = database_in_use(arguments);
  const auto fail = [&](Error error) {
    error.file = path;
    return app::fail_with(error, colour);
  };
  const auto fail_by_system = [&](int error) {
    return fail({.message = lower(std::generic_category().message(error))});
  };
  // What is verified is what is copied, whatever takes its place meanwhile.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return fail_by_system(errno);
  const Result<advisories::Database> database =
      advisories::Database::open(concat("/proc/self/fd/", std::to_string(file.get())));
  if (!database) return fail(database.error());
  if (const Result<void> verified = database->verify(); !verified) return fail(verified.error());
  if (target == "-" && ::isatty(STDOUT_FILENO) == 1) {
    return app::fail_with({.message = "a database is nothing to be shown on a terminal",
                           .hint = "plimsoll db export FILE"},
                          colour);
  }
  app::Output output(target == "-" ? std::string() : target);
  std::string piece(std::size_t{1} << 20, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_by_system(errno);
    if (got == 0) break;
    output.stream().write(piece.data(), got);
  }
  if (const std::optional<Error> error = output.finish()) return app::fail_with(*error, colour);
  return ExitCode::clean;
}

}  // namespace plimsoll::db
