// The rules for the chain DOCKER-USER that a host lacks, as a shell script to be read and then run:
// what a firewall holds is a person's to decide, and nothing here changes it.
//
// In DOCKER-USER a published port is no longer the one that was asked for: its translation is over,
// and `--dport` is the container's. What was asked for the connection still knows
// (--ctorigdstport).
#pragma once

#include <cstddef>
#include <string>

#include "subjects/host.h"

namespace plimsoll::fix {

struct DockerUserScript {
  std::string text;  // "" when there is nothing to refuse
  std::size_t rules = 0;
};

// The first line behind `#!` of every such script: who finds it knows who wrote the file.
inline constexpr std::string_view docker_user_script_mark =
    "# Rules for the chain DOCKER-USER, written by plimsoll audit --write-fixes.";

// Refuses strangers every published port that the host's other rules refuse, and neighbours what is
// published for the host alone. Rules of such a script that are in force already are written again,
// so that the script is whole whenever it is made. The host's packet filter must be known.
DockerUserScript docker_user_script(const Host& host);

}  // namespace plimsoll::fix
