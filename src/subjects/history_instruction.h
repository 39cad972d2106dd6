// What the history of an image says of how a layer was made, as the Dockerfile had it.
//
// Builders write it down in their own ways. The classic one writes what it ran, "/bin/sh -c make",
// and of anything else that it ran nothing: "/bin/sh -c #(nop)  CMD [\"sh\"]". BuildKit writes the
// instruction and its name behind it: "RUN /bin/sh -c make # buildkit". Both put the build
// arguments that a script got before it: "|1 VERSION=2 /bin/sh -c make".
#pragma once

#include <string_view>

namespace plimsoll {

struct HistoryInstruction {
  std::string_view keyword;  // "RUN", "COPY"; of what no Dockerfile made, its first word
  std::string_view rest;     // "make", "file:4711 in /etc"
};

// Views into `created_by`.
HistoryInstruction instruction_of(std::string_view created_by);

}  // namespace plimsoll
