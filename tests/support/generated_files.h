// Dockerfiles and compose files of real size and variety for measuring, always the same for the
// same number: no clock and no random source.
#pragma once

#include <cstdint>
#include <string>

namespace plimsoll::test {

std::string generated_dockerfile(std::uint32_t number);
std::string generated_compose_file(std::uint32_t number);

}  // namespace plimsoll::test
