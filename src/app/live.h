// Puts together what an audit gathered of a machine: each part is read from its texts, and the
// parts are told of each other. An audit takes the texts from an engine and the host's files, a
// test from memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/check.h"
#include "base/files.h"
#include "readers/host/host_reader.h"

namespace plimsoll::app {

struct NamedText {
  std::string path;
  std::string text;
};

// The texts that there are of an engine; empty ones were not seen.
struct EngineTexts {
  std::string arguments;        // dockerd's, without its own name, one a line
  std::string arguments_path;   // what findings call them: "/proc/812/cmdline"
  bool arguments_seen = false;  // they can be none, and known
  std::string daemon_json;      // its text
  std::string daemon_json_path;
  bool daemon_json_seen = false;  // read, or known not to exist
  // The unit that started dockerd, its drop-ins and environment files.
  std::vector<NamedText> unit_files;
  std::string info;     // the answers to GET /info, /version, /images/json,
  std::string version;  // /containers/json?all=1 and /networks
  std::string images;
  std::string containers;
  std::string networks;
  std::string swarm_node;  // swarm/docker-state.json in the engine's data
  std::string swarm_node_path;
  std::string root;  // dockerd's root directory, as its machine names it: "/proc/812/root"
};

// `files` are those of the machine that the engine runs on; null: it is not this one.
void add_daemon(Live& live, EngineTexts texts, const Files* files);

// A container by what `GET /containers/ID/json` answers. `place` is what findings call it:
// "docker://web". While it runs, `files` gives what the kernel says of its process; null: the
// engine is not on this machine.
void add_container(Live& live, std::string place, std::string_view inspect, const Files* files);

// Why an audit of a machine does not know its engine or its containers, where it does not.
struct Unasked {
  std::string engine = "the engine was not asked";
  std::string containers = "the containers were not asked for";
};

// The machine itself; after the engine and its containers, which its rules look at, too.
void add_host(Live& live, const Files& files, HostTexts texts = {}, Unasked unasked = {});

}  // namespace plimsoll::app
