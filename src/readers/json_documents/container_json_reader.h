// Reads the engine's JSON: the output of `docker inspect` (a list of containers, or one) and the
// body of POST /containers/create.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "subjects/container_spec.h"

namespace plimsoll {

// Bound on hostile input: more errors of one document are not told.
inline constexpr std::size_t max_container_json_errors = 100;

enum class ContainerJson : std::uint8_t { none, inspect, create_request };

// What a JSON text is, by its members; `none` for any other JSON and for what is no JSON.
ContainerJson container_json_kind(std::string_view text);

// `source` must outlive the specs. Containers of a list that cannot be read are errors; the others
// are still answered.
Reading<std::vector<std::unique_ptr<ContainerSpec>>> read_container_json(const Source& source,
                                                                         ContainerJson kind);

}  // namespace plimsoll
