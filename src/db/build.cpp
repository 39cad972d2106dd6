// `plimsoll db build` and `plimsoll db update`.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "advisories/database.h"
#include "advisories/database_writer.h"
#include "app/diagnostics.h"
#include "app/output.h"
#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"
#include "db/build_report.h"
#include "db/database_file.h"
#include "db/feed_options.h"
#include "db/install.h"
#include "db/verbs.h"
#include "feeds/feed_address.h"

namespace plimsoll::db {

using app::Arguments;
using app::ExitCode;

namespace {

// Of one feed; all are counted.
constexpr std::size_t max_refused_printed = 20;

void print_refused(const feeds::CompiledInput& input, std::string_view colour) {
  const std::vector<advisories::RefusedRecord>& refused = input.feed.refused();
  for (const advisories::RefusedRecord& record :
       std::span(refused).first(std::min(refused.size(), max_refused_printed))) {
    const std::string id = record.id.empty() ? "a record" : printable(record.id);
    app::print_error({.message = concat(id, " is refused: ", record.why), .file = record.place},
                     colour);
  }
  const std::uint64_t count = input.feed.counts().refused;
  if (count > max_refused_printed) {
    app::print_error({.message = concat("and ", std::to_string(count - max_refused_printed),
                                        " more records are refused"),
                      .file = input.source.name},
                     colour);
  }
}

// Prints what could not be read. Whether anything could not.
bool print_troubles(std::span<const feeds::CompiledInput> inputs, std::string_view colour) {
  bool is_incomplete = false;
  for (const feeds::CompiledInput& input : inputs) {
    print_refused(input, colour);
    is_incomplete = is_incomplete || input.trouble || input.feed.counts().refused > 0;
    if (!input.trouble) continue;
    Error error = *input.trouble;
    if (input.obtained == feeds::Obtained::kept) {
      error.message += concat("; it stays as it was read at ", printable(input.source.read));
    }
    app::print_error(error, colour);
  }
  return is_incomplete;
}

std::vector<advisories::FeedToWrite> feeds_of(std::span<const feeds::CompiledInput> inputs) {
  std::vector<advisories::FeedToWrite> out;
  for (const feeds::CompiledInput& input : inputs) {
    if (input.obtained != feeds::Obtained::missing) out.push_back({input.source, &input.feed});
  }
  return out;
}

Error nothing_written(std::string message, const std::string& path) {
  return {.message = std::move(message),
          .hint = RealFiles().kind(path) == FileKind::file ? "the database is as it was" : "",
          .file = path};
}

// Of an operand that is a database itself: it is installed as it is.
ExitCode install_operand(const std::string& path, const std::string& name,
                         const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  const Result<Installed> installed = install_database(path, name, arguments);
  if (!installed) return app::fail_with(installed.error(), colour);
  app::Output output;
  output.stream() << describe(*installed);
  if (const std::optional<Error> error = output.finish()) return app::fail_with(*error, colour);
  return ExitCode::clean;
}

ExitCode build_from(const Arguments& arguments, Operands operands, const std::string& path) {
  const std::string_view colour = arguments.value("color");
  std::string sign_key;
  if (const std::string file(arguments.value("sign-key")); !file.empty()) {
    Result<std::string> key = RealFiles().read(file);
    if (!key) return app::fail_with(key.error(), colour);
    sign_key = std::move(*key);
    if (sign_key.empty()) return app::fail_with({.message = "holds no key", .file = file}, colour);
  }
  const Result<std::string> place = place_for_database(path);
  if (!place) return app::fail_with(place.error(), colour);
  std::set<std::string, std::less<>> known;
  bool was_signed = false;
  if (const Result<advisories::Database> old = advisories::Database::open(*place); old) {
    for (const advisories::FeedSource& source : old->contents().sources) known.insert(source.name);
    was_signed = old->has_signature();
  }

  FeedOptions options = feed_options(arguments);
  options.compile.may_keep = [&](const std::string& name) { return known.contains(name); };
  const std::vector<feeds::CompiledInput> inputs = feeds::compile_feeds(operands, options.compile);
  if (arguments.operands.front() == "update" && inputs.size() == 1 && inputs.front().database) {
    return install_operand(inputs.front().database->path(), inputs.front().source.name, arguments);
  }
  const bool is_incomplete = print_troubles(inputs, colour);
  const std::vector<advisories::FeedToWrite> feeds = feeds_of(inputs);
  if (feeds.empty()) {
    return app::fail_with(nothing_written("no feed could be read", *place), colour);
  }
  for (const feeds::CompiledInput& input : inputs) {
    if (input.obtained != feeds::Obtained::missing || !known.contains(input.source.name)) continue;
    return app::fail_with(
        nothing_written(
            concat("would know less than before without ", printable(input.source.name)), *place),
        colour);
  }

  app::Output output;
  const Result<advisories::WrittenDatabase> written = advisories::write_database(
      *place, feeds, {.built = options.compile.now, .sign_key = sign_key});
  if (!written) return app::fail_with(written.error(), colour);
  const BuildReport report{path, inputs, *written, !sign_key.empty()};
  output.stream() << (arguments.value("format") == "json" ? build_json(report)
                                                          : build_text(report));
  if (const std::optional<Error> error = output.finish()) return app::fail_with(*error, colour);
  if (was_signed && sign_key.empty()) {
    app::print_warning("the database was signed, and is not any more: --sign-key signs it", colour);
  }
  return is_incomplete ? ExitCode::incomplete : ExitCode::clean;
}

}  // namespace

ExitCode build(const Arguments& arguments, Operands operands) {
  if (operands.empty()) {
    return app::fail_with({.message = "what is the database to be built from?",
                           .hint = "plimsoll db build [--output FILE] PATH|URL..."},
                          arguments.value("color"));
  }
  const std::string output(arguments.value("output"));
  return build_from(arguments, operands, output.empty() ? database_in_use(arguments) : output);
}

ExitCode update(const Arguments& arguments, Operands operands) {
  const std::string_view colour = arguments.value("color");
  if (!arguments.value("output").empty()) {
    return app::fail_with(
        {.message = "the database in use is updated, and no other file written",
         .hint = "--db FILE says which is in use; plimsoll db build writes another"},
        colour);
  }
  if (operands.size() == 1 && advisories::is_database(operands.front())) {
    return install_operand(operands.front(), operands.front(), arguments);
  }
  if (!operands.empty()) return build_from(arguments, operands, database_in_use(arguments));
  const Result<advisories::Database> old = open_database_in_use(arguments);
  if (!old) return app::fail_with(old.error(), colour);
  std::vector<std::string> names;
  for (const advisories::FeedSource& source : old->contents().sources) {
    names.push_back(source.name);
    if (!source.name.contains("?…")) continue;
    return app::fail_with({.message = "has a query in its address, which is kept nowhere",
                           .hint = "name all feeds: plimsoll db update PATH|URL...",
                           .file = source.name},
                          colour);
  }
  return build_from(arguments, names, database_in_use(arguments));
}

}  // namespace plimsoll::db
