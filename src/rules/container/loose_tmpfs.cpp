#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"
#include "rules/support/scratch_space.h"
#include "rules/support/written_text.h"

namespace plimsoll::rules::container {
namespace {

struct Looseness {
  bool exec = false;
  bool suid = false;
  bool dev = false;
  bool unbounded = true;
  bool read_only = false;
};

// Options in order: the last of two that contradict wins, for the engine as for mount(8).
void apply(Looseness& state, std::string_view option) {
  if (option == "exec" || option == "noexec") state.exec = option == "exec";
  if (option == "suid" || option == "nosuid") state.suid = option == "suid";
  if (option == "dev" || option == "nodev") state.dev = option == "dev";
  if (option == "ro" || option == "rw") state.read_only = option == "ro";
  if (option.starts_with("size=")) {
    const std::string_view size = option.substr(5);
    state.unbounded = size.empty() || size == "0";  // to the kernel, 0 is no limit
  }
}

std::string list_of(const Looseness& state) {
  std::string list;
  const auto add = [&](bool present, std::string_view word) {
    if (!present) return;
    if (!list.empty()) list += ", ";
    list += word;
  };
  add(state.exec, "exec");
  add(state.suid, "suid");
  add(state.dev, "dev");
  return list;
}

// The options of `/path:options` without those that undo the engine's, and with a size.
std::string tightened(std::string_view text, bool unbounded) {
  const std::size_t colon = text.find(':');
  const std::string_view path = text.substr(0, colon);
  std::string options;
  const auto add = [&](std::string_view option) {
    options += concat(options.empty() ? ":" : ",", option);
  };
  if (colon != std::string_view::npos) {
    for (const std::string_view part : split(text.substr(colon + 1), ',')) {
      const std::string_view option = trim(part);
      const bool loose = option == "exec" || option == "suid" || option == "dev";
      if (loose || option.empty() || (unbounded && option.starts_with("size="))) continue;
      add(option);
    }
  }
  if (unbounded) add(tmpfs_size);
  return concat(path, options);
}

Fix fix_for(const Mount& mount, const Looseness& state) {
  // Where the options of a volume are written is not known.
  if (mount.type != Mount::Type::tmpfs || !mount.at.known()) return {};
  const std::string_view text = written_text(mount.at);
  if (mount.layer == Layer::compose && is_written_as_mapping(mount.at)) {
    return unsafe_fix({change::set_in(mount.at, "tmpfs.size", std::string(tmpfs_size.substr(5)))});
  }
  if (text.contains('$')) return {};
  if (mount.layer == Layer::run_line && text.contains('=') && !text.starts_with('/')) {
    const bool only_size = !state.exec && !state.suid && !state.dev;
    if (!only_size || text.contains("tmpfs-size") || text.contains('"')) return {};
    return unsafe_fix({change::rewrite(mount.at, concat(text, ",tmpfs-", tmpfs_size))});
  }
  return unsafe_fix({change::rewrite(mount.at, tightened(text, state.unbounded))});
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const Mount& mount : spec.mounts) {
    if (mount.unresolved) continue;
    Looseness state;
    if (mount.type == Mount::Type::tmpfs) {
      for (const std::string& options : mount.options) {
        for (const std::string_view option : split(options, ',')) apply(state, trim(option));
      }
    } else if (mount.type == Mount::Type::volume &&
               option_value(mount.driver_options, "type") == "tmpfs") {
      state = {.exec = true, .suid = true, .dev = true};
      for (const std::string_view option : split(option_value(mount.driver_options, "o"), ',')) {
        apply(state, trim(option));
      }
    } else {
      continue;
    }
    if (state.read_only || mount.read_only) continue;
    const std::string allowed = list_of(state);
    if (allowed.empty() && !state.unbounded) continue;
    const std::string_view size = !state.unbounded  ? ""
                                  : allowed.empty() ? "has no size"
                                                    : " and has no size";
    Finding& finding = findings.add(
        mount.at,
        concat("the tmpfs ", mount.target, " of ", spec.label(), " ",
               allowed.empty() ? "" : "allows ", allowed, size),
        allowed.empty() ? concat("give it a size: ", mount.target, ":size=64m")
                        : concat("remove ", allowed, state.unbounded ? " and give it a size" : ""));
    finding.fix = fix_for(mount, state);
    if (allowed.empty()) {
      const bool bounded_by_memory = spec.mem_limit.value > 0 && !spec.mem_limit.unresolved;
      finding.severity = bounded_by_memory ? Severity::info : Severity::low;
    }
  }
}

}  // namespace

extern constinit const Rule loose_tmpfs = {
    .name = "loose-tmpfs",
    .title = "a tmpfs allows more than scratch space needs",
    .severity = Severity::medium,
    .topic = "filesystem",
    .subjects = {Subject::container},
    .rationale =
        "A writable place where programs may run is where an intruder puts tools. The engine "
        "mounts a tmpfs noexec, nosuid and nodev by itself, so only an option that undoes it "
        "opens the door; but it sets no size, and a tmpfs without one may take half of the "
        "host's memory.",
    .remediation =
        "Leave `exec`, `suid` and `dev` out and give a size: `tmpfs: /tmp:size=64m`, `--tmpfs "
        "/tmp:size=64m`. Write no blank into the argument: S2's `/tmp:rw ,noexec,nosuid` ends "
        "at the blank, and the engine takes the rest for the image's name.",
    .limits =
        "Programs that unpack and run code in their scratch space do need `exec`. Without a "
        "size the container's memory limit still bounds the tmpfs, so with one it is reported "
        "as info. A `driver_opts` volume of type tmpfs gets none of the engine's protections, "
        "only the options that it writes; it is left to a person. /dev/shm has its own setting and "
        "size. The fix proposes 64 MiB where there is no size.",
    .references = {guideline("S0", "Decision: alternatives, tmpfs"),
                   guideline("S2", "Use a temporary file system for non-persistent data"),
                   owasp("8")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
