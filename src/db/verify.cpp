// `plimsoll db verify`: whether a database is whole, in order, and signed by whom it should be.
#include "app/diagnostics.h"
#include "app/output.h"
#include "base/byte_count.h"
#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"
#include "db/database_file.h"
#include "db/verbs.h"

namespace plimsoll::db {

app::ExitCode verify(const app::Arguments& arguments, Operands operands) {
  const std::string_view colour = arguments.value("color");
  const Result<std::string> keys = trusted_keys(arguments);
  if (!keys) return app::fail_with(keys.error(), colour);
  // With a path of its own the error of a missing file is the usual one.
  if (operands.empty()) {
    if (const auto in_use = open_database_in_use(arguments); !in_use) {
      return app::fail_with(in_use.error(), colour);
    }
  }
  const std::string path = operands.empty() ? database_in_use(arguments) : operands.front();
  const Result<advisories::Database> database = advisories::Database::open(path, *keys);
  if (!database) return app::fail_with(database.error(), colour);
  if (const Result<void> verified = database->verify(); !verified) {
    return app::fail_with(verified.error(), colour);
  }
  app::Output output;
  const std::string_view signature = !database->has_signature() ? "not signed"
                                     : keys->empty() ? "signed, by whom is not verified: --key"
                                                     : "signature verified";
  output.stream() << concat(printable(path), ": whole: ", byte_count(database->bytes()), ", ",
                            counted(database->contents().records, "record", "records"), ", built ",
                            printable(database->contents().built), ", ", signature, "\n");
  if (const std::optional<Error> error = output.finish()) return app::fail_with(*error, colour);
  return app::ExitCode::clean;
}

}  // namespace plimsoll::db
