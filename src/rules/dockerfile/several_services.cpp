#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_paths.h"
#include "rules/support/package_calls.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view remedy = "give each service a container of its own";

// Programs whose work is to keep several others running. tini, dumb-init and the like watch one.
bool is_supervisor(std::string_view program) {
  constexpr std::array<std::string_view, 15> names{
      "supervisord", "s6-svscan", "runsvdir", "runit",       "monit",
      "circusd",     "systemd",   "my_init",  "pm2-runtime", "foreman",
      "honcho",      "overmind",  "multirun", "init",        "runsvdir-start"};
  return std::ranges::find(names, program) != names.end();
}

// pm2-runtime and foreman often keep a single program; init is a supervisor as /sbin/init only.
bool is_supervisor_path(std::string_view path) {
  const std::string_view program = file_name(path);
  if (program == "init") return path == "/sbin/init" || path == "/usr/sbin/init";
  return is_supervisor(program);
}

bool is_supervisor_package(std::string_view name) {
  return name == "supervisor" || name == "runit" || name == "monit" || name == "circus" ||
         name == "s6" || name == "s6-overlay";
}

// The second program that a start line leaves running beside the first, if it does: `a & b`,
// `service x start && b`.
const shell::Command* second_service(const shell::Script& script) {
  int running = 0;
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    const shell::Command& command = script.commands[i];
    const std::string_view program = effective_program(command);
    if (command.in_substitution || command.in_function || command.conditional) continue;
    // What keeps the container alive or waits for the others is no service.
    if (command.words.empty() || program == "wait" || program == "tail" || program == "sleep" ||
        program == "echo" || program == "set" || program == "cd" || program == "export" ||
        program == "true" || program == "trap") {
      continue;
    }
    const bool background = command.next == shell::Operator::background;
    const bool service =
        program == "service" && command.words.size() > 2 && command.words.back().text == "start";
    const bool last = i + 1 == script.commands.size();
    if (!background && !service && !last) continue;
    if (++running == 2) return &command;
  }
  return nullptr;
}

bool check_start(const Instruction* start, Findings& findings) {
  if (start == nullptr) return false;
  for (const shell::Command& command : start->script.commands) {
    const std::span<const shell::Word> words = effective_words(command);
    if (words.empty() || !words.front().resolved) continue;
    if (!is_supervisor_path(words.front().text)) continue;
    findings.add(words.front().at,
                 concat(name_of(start->keyword), " runs ", file_name(words.front().text),
                        ", which keeps several programs in one container"),
                 std::string(remedy));
    return true;
  }
  const shell::Command* second = second_service(start->script);
  if (second == nullptr) return false;
  findings.add(second->at,
               concat(name_of(start->keyword),
                      " leaves several programs running: the engine watches only the last"),
               std::string(remedy));
  return true;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  const Stage* last = dockerfile.final_stage();
  if (last == nullptr) return;
  const bool started = check_start(last->entrypoint, findings);
  if (check_start(last->cmd, findings) || started) return;
  for (const Stage* stage : shipped_stages(dockerfile)) {
    for_each_run(*stage, [&](const Instruction& run) {
      for (const shell::Command& command : run.script.commands) {
        const auto call = package_call(command);
        if (!call || call->action != Action::install) continue;
        for_each_operand(*call, [&](const Argument& argument) {
          const std::string_view name = read_package(call->manager, argument).name;
          if (!is_supervisor_package(name)) return true;
          findings.add(argument.at,
                       concat(name, " is installed, which keeps several programs in one container"),
                       std::string(remedy));
          return true;
        });
      }
    });
  }
}

// A shell line that puts one program into the background and goes on with another.
bool goes_on_in_background(std::string_view line) {
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    if (line[i] != '&') continue;
    if (line[i + 1] == '&' || line[i + 1] == '>' || line[i - 1] == '&' || line[i - 1] == '>' ||
        line[i - 1] == '<' || line[i - 1] == '\\' || line[i - 1] == '|') {
      continue;
    }
    // Inside quotes or a URL the sign has no blank before or after it.
    if (!is_space(line[i + 1]) && !is_space(line[i - 1])) continue;
    std::string_view rest = trim(line.substr(i + 1));
    while (rest.starts_with(';') || rest.starts_with('}') || rest.starts_with(')')) {
      rest = trim(rest.substr(1));
    }
    const std::string_view program = rest.substr(0, rest.find_first_of(" ;&|"));
    if (rest.empty() || program == "wait" || program == "tail" || program == "sleep" ||
        rest.starts_with("exec tail") || rest.starts_with('&')) {
      continue;
    }
    return true;
  }
  return false;
}

// What is wrong with what a container starts: "runs supervisord, which …"; "" for nothing.
std::string fault_of(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  const std::string_view first = std::string_view(words.front()).substr(0, words.front().find(' '));
  if (is_supervisor_path(first)) {
    return concat("runs ", file_name(first), ", which keeps several programs in one container");
  }
  const bool shell_line = (words.size() > 2 && is_shell(file_name(first)) &&
                           words[1].starts_with('-') && words[1].ends_with('c')) ||
                          (words.size() == 1 && first.size() < words.front().size());
  if (!shell_line || !goes_on_in_background(words.size() > 2 ? words[2] : words.front())) return {};
  return "leaves several programs running: the engine watches only the last";
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const auto* command : {&spec.entrypoint, &spec.command}) {
    if (!command->written() || command->unresolved) continue;
    const std::string fault = fault_of(command->value);
    if (fault.empty()) continue;
    findings.add(*command, concat(spec.label(), " ", fault), std::string(remedy));
    return;
  }
}

// --- an image ---

// Programs that serve, by what they are for: two of one kind are one service in two versions. A
// cron or a syslog beside one is what distributions bring along with it.
struct Server {
  std::string_view program;
  std::string_view kind;
};

constexpr std::array<Server, 24> servers{{
    {"nginx", "web"},         {"apache2", "web"},
    {"httpd", "web"},         {"lighttpd", "web"},
    {"caddy", "web"},         {"haproxy", "proxy"},
    {"mysqld", "sql"},        {"mariadbd", "sql"},
    {"postgres", "sql"},      {"mongod", "documents"},
    {"redis-server", "keys"}, {"valkey-server", "keys"},
    {"memcached", "keys"},    {"rabbitmq-server", "queue"},
    {"mosquitto", "queue"},   {"exim4", "mail"},
    {"postfix", "mail"},      {"dovecot", "mailbox"},
    {"named", "names"},       {"dnsmasq", "names"},
    {"slapd", "directory"},   {"smbd", "files"},
    {"vsftpd", "files"},      {"proftpd", "files"},
}};

// A program lies in a bin directory of its own or of the system; php-fpm has its version in its
// name.
const Server* server_of(std::string_view path) {
  static constexpr Server php_fpm{"php-fpm", "php"};
  const std::string_view name = file_name(path);
  if (name.size() == path.size()) return nullptr;
  if (path == "bin/httpd") return nullptr;  // BusyBox has one, as it has everything
  const std::string_view directory = path.substr(0, path.size() - name.size() - 1);
  if (!directory.ends_with("bin")) return nullptr;
  if (name.starts_with("php-fpm")) return &php_fpm;
  const auto found = std::ranges::find(servers, name, &Server::program);
  return found == servers.end() ? nullptr : &*found;
}

void judge_programs(const Image& image, Findings& findings) {
  std::map<std::string_view, const ImagePath*> found;  // by kind, the first of each
  for (const ImagePath& path : image.paths) {
    if (path.is_hidden || path.kind != FileKind::file) continue;
    if (const Server* server = server_of(path.path)) {
      found.emplace(server->kind, &path);
    }
  }
  if (found.size() < 2) return;
  std::vector<std::string> programs;
  std::size_t layer = 0;
  for (const auto& [kind, path] : found) {
    programs.push_back(concat("/", path->path));
    layer = std::max<std::size_t>(layer, path->layer);
  }
  std::ranges::sort(programs);
  findings.add(place_of_layer(image, layer),
               concat("servers of several kinds are in the image: ", join(programs, ", ")),
               std::string(remedy));
}

// s6-overlay's own start, which is called as a script of one's own may be, too.
bool starts_s6(const Image& image, const std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 3> parts{
      "etc/s6-overlay", "package/admin/s6-overlay", "etc/services.d"};
  return !words.empty() && words.front() == "/init" &&
         std::ranges::any_of(image.paths, [&](const ImagePath& path) {
           return !path.is_hidden && std::ranges::any_of(parts, [&](std::string_view part) {
             return path.path.starts_with(part);
           });
         });
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (image.config) {
    for (const auto* words : {&image.config->entrypoint, &image.config->command}) {
      const std::string fault =
          starts_s6(image, *words)
              ? std::string("runs s6, which keeps several programs in one container")
              : fault_of(*words);
      if (fault.empty()) continue;
      findings.add(image.at, concat("the image ", fault), std::string(remedy));
      return;
    }
  }
  judge_programs(image, findings);
}

}  // namespace

extern constinit const Rule several_services = {
    .name = "several-services",
    .title = "several services in one container",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image, Subject::container},
    .rationale =
        "The engine watches, restarts, limits and logs one process. Beside it, others can die or "
        "run "
        "wild unseen; they share its user, capabilities and files, so that the weakest of them "
        "opens "
        "all.",
    .remediation = "Give each service a container of its own and connect them with a network.",
    .limits =
        "What a start script runs is not seen, nor how many programs a supervisor's configuration "
        "holds: one that supervises a single program can be replaced by the engine's restart "
        "policy. "
        "A Dockerfile whose base image starts a supervisor is not recognised; its image is. In an "
        "image programs of servers are looked for by name: a server of another name, or one that "
        "runs in an interpreter, is not seen, and one that is there may never be started.",
    .references = {guideline("S3", "Docker File Security"),
                   guideline("S4", "Best practices for building containers")},
    .check = {check, check_container, check_image},
};

}  // namespace plimsoll::rules::dockerfile
