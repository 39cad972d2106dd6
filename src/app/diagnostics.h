// The one place where errors are printed: to standard error, for people.
#pragma once

#include <string_view>
#include <vector>

#include "app/exit_code.h"
#include "base/result.h"

namespace plimsoll::app {

// Prints an error; `colour` is the value of --color.
void print_error(const Error& error, std::string_view colour = "auto");

// Something that the user should know, and that changes nothing about the result.
void print_warning(std::string_view message, std::string_view colour = "auto");

// Prints what could not be read, behind a result that was written without it.
ExitCode end_with(const std::vector<Error>& errors, std::string_view colour = "auto");

// Prints an error that ends the command.
ExitCode fail_with(const Error& error, std::string_view colour = "auto");

}  // namespace plimsoll::app
