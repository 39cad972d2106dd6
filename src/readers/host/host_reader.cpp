#include "readers/host/host_reader.h"

#include "readers/host/accounts.h"

namespace plimsoll {
namespace {

class Reader {
 public:
  Reader(const Files& files, Sources& sources) : files_(files), sources_(sources) {}

  Reading<Host> read() {
    Host& host = out_.value;
    if (const Source* passwd = source("/etc/passwd")) {
      host.users = host::read_users(*passwd, out_.errors);
    }
    if (const Source* group = source("/etc/group")) {
      host.groups = host::read_groups(*group, out_.errors);
    }
    host.at = {&sources_.add("host", ""), {}};
    return std::move(out_);
  }

 private:
  // The text of a file, or null, and an error, where it cannot be read.
  const Source* source(const std::string& path) {
    Result<std::string> text = files_.read(path);
    if (text) return &sources_.add(path, std::move(*text));
    out_.errors.push_back(std::move(text.error()));
    return nullptr;
  }

  const Files& files_;
  Sources& sources_;
  Reading<Host> out_;
};

}  // namespace

Reading<Host> read_host(const Files& files, Sources& sources) {
  return Reader(files, sources).read();
}

std::optional<bool> kernel_has_selinux(const Files& files) {
  if (files.kind("/sys/fs") != FileKind::directory) return std::nullopt;
  return files.kind("/sys/fs/selinux/enforce") != FileKind::missing;
}

}  // namespace plimsoll
