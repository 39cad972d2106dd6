// A Dockerfile's tree as one line of text, for tables of tests: input -> dump.
//
//   FROM "alpine:3" as b | RUN --network=none "echo a" {echo a} | COPY "x" "/" <<EOF{hi\n}
//
// Words are quoted, `?` after one says that it is unresolved; the exec form stands in [ ], a
// script's commands in { }, what is wrong after a `!`.
#pragma once

#include <string>

#include "base/result.h"
#include "subjects/dockerfile.h"

namespace plimsoll::test {

std::string quoted(std::string_view text);
std::string dump(const Dockerfile& dockerfile);
std::string dump(const Instruction& instruction);
std::string dump(const Error& error);

}  // namespace plimsoll::test
