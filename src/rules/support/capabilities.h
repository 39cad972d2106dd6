// Linux capabilities as container engines take them.
//
// Root's power is split into some forty capabilities. An engine gives a container fourteen of them
// by default; `cap_add` and `cap_drop` change that. Names are written with or without `CAP_`, in
// any casing; `ALL` stands for every one. With `cap_add: [ALL]` the container gets everything but
// what is dropped; else with `cap_drop: [ALL]` it gets only what is added; else the default set
// without what is dropped, and with what is added: an addition wins over a drop of the same name
// (moby, daemon/pkg/oci/caps).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "findings/finding.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

// One bit for each capability, by its number in capabilities(7): 0 is CHOWN, 40 CHECKPOINT_RESTORE.
using CapabilitySet = std::uint64_t;

// "cap_sys_admin", "SYS_ADMIN", "Cap_Sys_Admin" all give "SYS_ADMIN"; "all" gives "ALL". An unknown
// name gives "": the engine refuses it.
std::string_view capability_name(std::string_view written);

// The bit of a name that capability_name() gave; every bit for "ALL", none for "".
CapabilitySet capability_bit(std::string_view name);

// What the engine gives a container that asks for nothing.
extern const CapabilitySet default_capabilities;

// Why a capability is dangerous in a container; `why` is "" for one that is not.
struct CapabilityDanger {
  Severity severity = Severity::info;
  std::string_view why;
};
CapabilityDanger danger_of_capability(std::string_view name);

// What a container's root ends up with.
struct ContainerCapabilities {
  CapabilitySet added = 0;    // by cap_add, ALL as every bit
  CapabilitySet dropped = 0;  // by cap_drop, ALL as every bit
  CapabilitySet kept = 0;     // of the default set: neither dropped nor asked for by name
  bool adds_all = false;
  bool drops_all = false;
  bool known = true;  // false when an entry is not known here
};
ContainerCapabilities container_capabilities(const ContainerSpec& spec);

// The names of a set, in the order of capabilities(7): "CHOWN, SETUID".
std::string names_of(CapabilitySet set);

// Whether the container's processes are sure to run as another user than root and can never become
// root: then the default capabilities are out of their reach.
bool never_root(const ContainerSpec& spec);

}  // namespace plimsoll::rules
