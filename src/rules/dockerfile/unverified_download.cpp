// How a build gets code that nobody vouched for, worst first:
//
//   high    a check is switched off: TLS (curl -k, GIT_SSL_NO_VERIFY), signatures (--nogpgcheck,
//           [trusted=yes]), or code comes over plain HTTP and is run
//   medium  code comes over HTTPS and is run unseen (curl … | sh); a file comes over plain HTTP
//   low     a file comes over HTTPS and is kept without a checksum or a signature
//
// A checksum or a signature that is checked in the same RUN settles all of it: then it does not
// matter how the bytes came. Keys, lists and the like that are themselves the means of checking,
// and answers that are only read (`curl … | jq`), are left alone.
#include "base/files.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

using Words = std::span<const shell::Word>;

bool contains_ignoring_case(std::string_view text, std::string_view lower_part) {
  if (text.size() < lower_part.size()) return false;
  for (std::size_t i = 0; i + lower_part.size() <= text.size(); ++i) {
    if (to_lower(text[i]) == lower_part.front() &&
        equal_ignoring_case(text.substr(i, lower_part.size()), lower_part)) {
      return true;
    }
  }
  return false;
}

bool means_no(std::string_view text) {
  return text == "0" || equal_ignoring_case(text, "false") || equal_ignoring_case(text, "no") ||
         equal_ignoring_case(text, "off");
}

bool means_yes(std::string_view text) {
  return !text.empty() && !means_no(text);
}

// --- what is checked ---

bool verifies(const shell::Command& command) {
  const std::string_view program = effective_program(command);
  if (program.empty()) return false;
  if (program.ends_with("sum")) {
    return is_one_of(program, {"sha256sum", "sha512sum", "sha384sum", "sha224sum", "sha1sum",
                               "md5sum", "b2sum", "shasum", "b3sum"});
  }
  if (is_one_of(program, {"cosign", "minisign", "gpgv", "gpgv2", "rhash", "slsa-verifier", "shasum",
                          "signify", "jarsigner"})) {
    return true;
  }
  const bool gpg = program == "gpg" || program == "gpg2";
  const bool openssl = program == "openssl";
  const bool rpm = program == "rpm";
  for (const shell::Word& word : command.words) {
    if (gpg && word.text == "--verify") return true;
    if (openssl && word.text == "dgst") return true;
    if (rpm && is_one_of(word.text, {"-K", "--checksig"})) return true;
    // php -r "if (hash_file('sha384', …) === …", python -c "hashlib.sha256…"
    if (word.contains("hash_file(") || word.contains("hashlib.")) return true;
  }
  return false;
}

// --- checks that are switched off ---

struct Variable {
  std::string_view name;
  bool (*off)(std::string_view);
  std::string_view what;
};

constexpr std::array<Variable, 12> variables{{
    {"GIT_SSL_NO_VERIFY", means_yes, "git's check of TLS certificates"},
    {"NODE_TLS_REJECT_UNAUTHORIZED", means_no, "Node's check of TLS certificates"},
    {"PYTHONHTTPSVERIFY", means_no, "Python's check of TLS certificates"},
    {"NPM_CONFIG_STRICT_SSL", means_no, "npm's check of TLS certificates"},
    {"npm_config_strict_ssl", means_no, "npm's check of TLS certificates"},
    {"YARN_ENABLE_STRICT_SSL", means_no, "yarn's check of TLS certificates"},
    {"PIP_TRUSTED_HOST", means_yes, "pip's check of TLS certificates"},
    {"UV_INSECURE_HOST", means_yes, "uv's check of TLS certificates"},
    {"GOINSECURE", means_yes, "go's check of TLS certificates"},
    {"GOSUMDB", means_no, "go's checksum database"},
    {"HEX_UNSAFE_HTTPS", means_yes, "hex's check of TLS certificates"},
    {"PERL_LWP_SSL_VERIFY_HOSTNAME", means_no, "Perl's check of TLS certificates"},
}};

Finding& report_off(Location at, std::string_view what, std::string_view how, Findings& findings) {
  return findings.add(
      at, concat(how, " switches off ", what, ": whoever sits in between can put in anything"),
      "remove it; add the missing certificate or key instead");
}

// The finding about a variable that switches a check off; null when it does not.
Finding* check_variable(std::string_view name, std::string_view value, Location at,
                        Findings& findings) {
  for (const Variable& variable : variables) {
    if (variable.name != name || !variable.off(value)) continue;
    return &report_off(at, variable.what, name, findings);
  }
  return nullptr;
}

// Text that configures a package manager, wherever it is written: an echo, a sed, a heredoc.
std::string_view trust_in_text(std::string_view text) {
  // Nearly every word ends here. A loop of its own: find_first_of calls a function for each byte.
  const auto joins = [](char c) { return c == '=' || c == ':' || c == ' '; };
  if (std::ranges::none_of(text, joins)) return {};
  if (text.contains("trusted=yes") || text.contains("allow-insecure=yes")) {
    // A repository of the image's own files needs no signature.
    const bool own = text.contains("] file:") || text.contains("] copy:");
    return own ? std::string_view() : std::string_view("[trusted=yes]");
  }
  for (std::size_t at = text.find("gpgcheck"); at != std::string_view::npos;
       at = text.find("gpgcheck", at + 8)) {
    // repo_gpgcheck and localpkg_gpgcheck are off by default.
    if (at > 0 && text[at - 1] == '_') continue;
    std::string_view value = text.substr(at + 8);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (!value.starts_with('=')) continue;
    value.remove_prefix(1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (value.starts_with('0') || value.starts_with("no") || value.starts_with("False") ||
        value.starts_with("false")) {
      return "gpgcheck=0";
    }
  }
  if (text.contains("sslverify=0") || text.contains("sslverify=false") ||
      text.contains("sslverify=False")) {
    return "sslverify=0";
  }
  if (text.contains("SigLevel") && (text.contains("Never") || text.contains("TrustAll"))) {
    return "SigLevel = Never";
  }
  if (text.contains("AllowUnauthenticated") &&
      (text.contains("true") || text.contains("yes") || text.contains('1'))) {
    return "APT::Get::AllowUnauthenticated";
  }
  if (text.contains("Verify-Peer") && (text.contains("false") || text.contains('0'))) {
    return "Acquire::https::Verify-Peer=false";
  }
  return {};
}

// Short options of curl that take a value: what follows in the cluster is no option.
bool curl_has_letter(std::string_view cluster, char letter) {
  for (const char c : cluster.substr(1)) {
    if (c == letter) return true;
    if (std::string_view("AbcCdDeEFhHKmoPQrtTuUwxXyYz").contains(c)) return false;
  }
  return false;
}

// The word of a download that switches off its TLS check; null when none does.
const shell::Word* insecure_word(std::string_view program, Words words) {
  for (const shell::Word& word : words.subspan(1)) {
    const std::string_view text = word.text;
    if (program == "curl") {
      if (text == "--insecure") return &word;
      if (text.size() > 1 && text[0] == '-' && text[1] != '-' && curl_has_letter(text, 'k')) {
        return &word;
      }
    }
    if (text.starts_with("--no-check-certificate") || text == "--check-certificate=false")
      return &word;
  }
  return nullptr;
}

// --- downloads ---

bool is_downloader(std::string_view program) {
  return program == "curl" || program == "wget" || program == "aria2c" || program == "axel";
}

bool is_local(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t user = host.find('@'); user != std::string_view::npos) {
    host = host.substr(user + 1);
  }
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]") ||
         host.starts_with("0.0.0.0") || host.starts_with("host.docker.internal");
}

// What others are checked with, or what is only read.
bool is_means_of_checking(std::string_view name) {
  name = name.substr(0, name.find_first_of("?#"));
  for (const std::string_view end :
       {".asc",     ".gpg",           ".pub",       ".key",     ".sig",
        ".sha256",  ".sha512",        ".sha256sum", ".list",    ".repo",
        ".sources", ".pem",           ".crt",       "/key",     "/gpg",
        "KEYS",     "SHASUMS256.txt", "SHA256SUMS", ".minisig", "checksums.txt"}) {
    if (name.ends_with(end)) return true;
  }
  return contains_ignoring_case(name, "keyring") || name.contains("gpgkey") ||
         name.contains("gpg-key") || name.contains("trusted.gpg.d") || name.contains("archive-key");
}

struct Download {
  const shell::Command* command = nullptr;
  const shell::Word* url = nullptr;  // null when no word looks like one
  std::string_view file;  // where it is kept: its name without directories; "" if it is not
  std::string_view path;  // the same as written
  bool plain_http = false;
  bool insecure = false;
  bool ignored = false;  // local, a means of checking, only headers
};

Download read_download(const shell::Command& command, std::string_view program, Words words) {
  Download download;
  download.command = &command;
  bool named_by_url = program == "wget" || program == "aria2c" || program == "axel";
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    const bool last = i + 1 == words.size();
    if (text.starts_with("--")) {
      if ((text == "--output" || text == "--output-document" || text == "--out") && !last) {
        download.path = words[++i].text;
        named_by_url = false;
      } else if (text.starts_with("--output-document=") || text.starts_with("--output=") ||
                 text.starts_with("--out=")) {
        download.path = text.substr(text.find('=') + 1);
        named_by_url = false;
      } else if (text == "--remote-name" || text == "--remote-name-all") {
        named_by_url = true;
      } else if (text == "--head" || text == "--spider" || text == "--version" ||
                 text == "--help" || text == "--unix-socket") {
        download.ignored = true;
      } else if (is_one_of(text,
                           {"--header", "--user", "--user-agent", "--referer", "--data", "--proxy",
                            "--request", "--retry", "--max-time", "--connect-timeout",
                            "--retry-delay", "--cacert", "--directory-prefix", "--tries"})) {
        ++i;
      }
      continue;
    }
    if (text.size() > 1 && text[0] == '-') {
      const bool curl = program == "curl";
      for (std::size_t k = 1; k < text.size(); ++k) {
        const char c = text[k];
        if (curl && c == 'O') named_by_url = true;
        if (curl && c == 'I') download.ignored = true;
        const bool output = (curl && c == 'o') || (!curl && program == "wget" && c == 'O') ||
                            (program == "aria2c" && c == 'o');
        if (output) {
          download.path = k + 1 < text.size() ? text.substr(k + 1)
                          : last              ? std::string_view()
                                              : std::string_view(words[++i].text);
          named_by_url = false;
          break;
        }
        const std::string_view takes_value =
            curl ? "AbcCdDeEFhHKmPQrtTuUwxXyYz" : "PtTwQUelaoiABDRIX";
        if (takes_value.contains(c)) {
          if (k + 1 == text.size()) ++i;
          break;
        }
      }
      continue;
    }
    if (text.contains("://")) {
      if (download.url == nullptr || !download.url->text.contains("://")) download.url = &words[i];
    } else if (download.url == nullptr) {
      download.url = &words[i];
    }
  }
  for (const shell::Redirect& redirect : command.redirects) {
    const bool output = redirect.kind == shell::Redirect::Kind::output ||
                        redirect.kind == shell::Redirect::Kind::append;
    if (output && (redirect.descriptor == -1 || redirect.descriptor == 1)) {
      download.path = redirect.target.text;
      named_by_url = false;
    }
  }
  if (download.url == nullptr) {
    download.ignored = true;
    return download;
  }
  const std::string_view url = download.url->text;
  if (named_by_url) {
    const std::size_t scheme = url.find("://");
    const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
    if (rest.contains('/')) download.path = file_name(rest.substr(0, rest.find_first_of("?#")));
    if (download.path.empty()) download.path = "index.html";
  }
  if (download.path == "-" || download.path.starts_with("/dev/")) download.path = {};
  download.file = file_name(download.path);
  download.plain_http = url.starts_with("http://") || url.starts_with("ftp://");
  download.ignored = download.ignored || is_local(url);
  return download;
}

// Whether a program that reads a pipe runs what it reads.
bool runs_input(const shell::Command& command) {
  const Words words = effective_words(command);
  if (words.empty() || !words.front().resolved) return false;
  const std::string_view program = file_name(words.front().text);
  const bool shell = is_shell(program);
  const bool interpreter = program.starts_with("python") || program == "perl" ||
                           program == "ruby" || program == "node" || program == "php";
  if (!shell && !interpreter) return false;
  for (const shell::Word& word : words.subspan(1)) {
    if (word.text == "-" || word.text == "--" || word.text == "/dev/stdin") return true;
    if (shell && word.text.starts_with("-") && word.text[1] != '-') {
      if (word.text.contains('s')) return true;
      if (word.text.contains('c')) return false;
      continue;
    }
    // An interpreter's options (-c, -m json.tool) and a script's name mean that the pipe is data.
    if (!word.text.starts_with("-") || interpreter) return false;
  }
  return true;
}

// `sh -c "$(curl …)"`, `bash <(curl …)`, `eval "$(wget …)"`, `. <(curl …)`: the word that does it.
const shell::Word* runs_substitution(const shell::Command& command, std::string_view program,
                                     Words words) {
  const bool runs = is_shell(program) || program == "eval" || program == "source" ||
                    program == "." || program.starts_with("python") || program == "perl" ||
                    program == "ruby";
  if (!runs) return nullptr;
  for (const shell::Word& word : command.words.size() == words.size() ? words : words.subspan(0)) {
    if (word.resolved) continue;
    for (const std::string_view start :
         {"$(curl ", "$(wget ", "<(curl ", "<(wget ", "`curl ", "`wget "}) {
      if (word.text.contains(start)) return &word;
    }
  }
  return nullptr;
}

bool installs_packages(const shell::Command& command) {
  const auto call = package_call(command);
  return call && call->action == Action::install;
}

// Whether a later command runs or installs a file that was kept: `sh file`, `./file`, `dpkg -i
// file`.
bool runs_file(const shell::Command& command, std::string_view file) {
  const Words words = effective_words(command);
  if (words.empty() || file.empty()) return false;
  if (words.front().text.contains('/') && file_name(words.front().text) == file) return true;
  const std::string_view program = file_name(words.front().text);
  const bool runs = is_shell(program) || program == "source" || program == "." ||
                    program.starts_with("python") || program == "perl" || program == "ruby" ||
                    program == "node" || program == "php" || program == "java" ||
                    program == "dpkg" || program == "rpm" || installs_packages(command);
  if (!runs) return false;
  return std::ranges::any_of(
      words.subspan(1), [file](const shell::Word& word) { return file_name(word.text) == file; });
}

bool unpacks(const shell::Command& command) {
  return is_one_of(effective_program(command),
                   {"tar", "bsdtar", "unzip", "gunzip", "zcat", "xz", "unxz", "cpio", "7z", "zstd",
                    "bzip2", "gzip", "tee"});
}

// --- switching a check on again ---

// Takes words `first` to `last` of a command, which do nothing but switch a check off.
Fix without_words(const Instruction& run, const shell::Command& command, const shell::Word& first,
                  const shell::Word& last) {
  if (run.exec_form || !is_written(last.at, last.text)) return {};
  std::optional<Change> change = remove_word(command, first);
  if (!change) return {};
  change->at.span.end = last.at.span.end;
  return unsafe_fix({*std::move(change)});
}

// `-skL` becomes `-sL`.
Fix without_letter(const Instruction& run, const shell::Command& command, const shell::Word& word,
                   char letter) {
  const bool cluster = word.text.size() > 2 && word.text[0] == '-' && word.text[1] != '-';
  if (!cluster) return without_words(run, command, word, word);
  if (run.exec_form || !is_written(word.at, word.text)) return {};
  std::string rest(word.text);
  rest.erase(rest.find(letter), 1);
  return unsafe_fix({change::rewrite(word.at, std::move(rest))});
}

// `GIT_SSL_NO_VERIFY=1 git clone …`: the assignment before the command.
Fix without_assignment(const Instruction& run, const shell::Command& command,
                       const shell::Assignment& assignment) {
  const auto length = static_cast<std::uint32_t>(assignment.name.size() + 1);
  Location at = assignment.value.at;
  if (run.exec_form || command.words.empty() || &assignment != &command.assignments.back() ||
      at.span.begin < length) {
    return {};
  }
  at.span.begin -= length;
  if (!is_written({at.source, {at.span.begin, at.span.begin + length}},
                  concat(assignment.name, "="))) {
    return {};
  }
  at.span.end = command.words.front().at.span.begin;
  return unsafe_fix({change::rewrite(at, "")});
}

// --- one RUN ---

void check_settings(const Dockerfile& dockerfile, const Instruction& run,
                    const shell::Command& command, std::string_view program, Words words,
                    Findings& findings) {
  for (const shell::Assignment& assignment : command.assignments) {
    Finding* const finding =
        check_variable(assignment.name, assignment.value.text, assignment.value.at, findings);
    if (finding != nullptr) finding->fix = without_assignment(run, command, assignment);
  }
  const bool assigns = program == "export" || words.size() != command.words.size();
  const bool configures_git = program == "git" || program == "export";
  static constexpr shell::Letters joins("=: ");  // all settings but git's have one of them
  std::string_view before;
  for (const shell::Word& word : command.words) {
    if (!configures_git && !word.letters.may_hold_any(joins)) continue;
    const std::string_view text = word.text;
    if (assigns) {
      if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
        Finding* const finding =
            check_variable(text.substr(0, equals), text.substr(equals + 1), word.at, findings);
        if (finding != nullptr && program == "export" && command.words.size() == 2) {
          finding->fix = unsafe_if(remove_command(dockerfile, run, command));
        }
      }
    }
    if (configures_git) {
      if (contains_ignoring_case(text, "sslverify=") &&
          means_no(text.substr(text.rfind('=') + 1))) {
        Finding& finding = report_off(word.at, "git's check of TLS certificates",
                                      "http.sslVerify=false", findings);
        if (before == "-c") finding.fix = without_words(run, command, *(&word - 1), word);
      } else if (contains_ignoring_case(before, "sslverify") && means_no(text)) {
        report_off(word.at, "git's check of TLS certificates", "http.sslVerify false", findings)
            .fix = unsafe_if(remove_command(dockerfile, run, command));
      }
    }
    if (contains_ignoring_case(text, "stricthostkeychecking=no") ||
        contains_ignoring_case(text, "stricthostkeychecking no")) {
      findings
          .add(word.at, "StrictHostKeyChecking=no takes any SSH server for the right one",
               "put the server's key into known_hosts")
          .severity = Severity::medium;
    }
    if (const std::string_view how = trust_in_text(text); !how.empty()) {
      report_off(word.at, "the check of package signatures or certificates", how, findings);
    }
    before = text;
  }
  for (const shell::Redirect& redirect : command.redirects) {
    if (redirect.kind != shell::Redirect::Kind::heredoc) continue;
    if (const std::string_view how = trust_in_text(redirect.target.text); !how.empty()) {
      report_off(command.at, "the check of package signatures or certificates", how, findings);
    }
  }
}

std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  // Never a user's name and password.
  const std::size_t user = host.rfind('@');
  return user == std::string_view::npos ? host : host.substr(user + 1);
}

// The word at a place; null when it is none of the call's own, but stands in a variable.
const shell::Word* word_at(const PackageCall& call, const Location& at) {
  const auto found = std::ranges::find(call.words, at, &shell::Word::at);
  return found == call.words.end() ? nullptr : &*found;
}

// Switches on again what an argument of a package manager switches off.
Fix without_argument(const Dockerfile& dockerfile, const Instruction& run, const PackageCall& call,
                     const Argument& argument, std::string_view before) {
  const shell::Command& command = *call.command;
  if (call.verb == "config") return unsafe_if(remove_command(dockerfile, run, command));
  const shell::Word* word = word_at(call, argument.at);
  if (word == nullptr) return {};
  if (argument.text == "--force-yes" && !has_option(call, {"--yes", "--assume-yes"}, 'y')) {
    // It also answered every question.
    if (run.exec_form || !is_written(word->at, word->text)) return {};
    return unsafe_fix({change::rewrite(word->at, "-y")});
  }
  // A package file that is not signed cannot be installed otherwise.
  bool files = false;
  for_each_operand(call, [&](const Argument& operand) {
    files = files || read_package(call.manager, operand).kind == Package::Kind::file;
    return !files;
  });
  if (files && is_distribution(call.manager)) return {};
  const bool with_value =
      before == "--trusted-host" || before == "--allow-insecure-host" || before == "--strict-ssl";
  if (!with_value && !argument.text.starts_with("--")) return {};
  return without_words(run, command, with_value ? *(word - 1) : *word, *word);
}

void check_packages(const Dockerfile& dockerfile, const Instruction& run, const PackageCall& call,
                    bool verified, Findings& findings) {
  constexpr std::string_view signatures = "the check of package signatures";
  std::string_view before;
  for_each_argument(call.words, [&](const Argument& argument) {
    const std::string_view text = argument.text;
    std::string_view what;
    std::string_view how = text;
    switch (call.manager) {
      case Manager::apt_get:
      case Manager::apt:
      case Manager::aptitude:
        if (is_one_of(text, {"--allow-unauthenticated", "--force-yes",
                             "--allow-insecure-repositories", "--allow-untrusted"})) {
          what = signatures;
        }
        if (argument.contains("AllowInsecureRepositories=") &&
            means_yes(text.substr(text.rfind('=') + 1))) {
          what = signatures;
        }
        break;
      case Manager::apk:
        if (text == "--allow-untrusted" && !verified) what = signatures;
        break;
      case Manager::dnf:
      case Manager::microdnf:
      case Manager::yum:
        if (text == "--nogpgcheck" || text == "--no-gpgchecks" || text == "--no-gpg-checks") {
          what = signatures;
        }
        break;
      case Manager::zypper:
        if (text == "--no-gpg-checks" || text == "--allow-unsigned-rpm") what = signatures;
        break;
      case Manager::pip:
      case Manager::uv:
        if (text.starts_with("--trusted-host=") && !is_local(text.substr(15))) {
          what = "pip's check of TLS certificates";
          how = "--trusted-host";
        }
        if ((before == "--trusted-host" || before == "--allow-insecure-host" ||
             before == "global.trusted-host" || before == "install.trusted-host") &&
            !is_local(text)) {
          what = "pip's check of TLS certificates";
          how = before;
        }
        break;
      case Manager::npm:
      case Manager::yarn:
      case Manager::pnpm:
        if (((argument.contains("strict-ssl=") || argument.contains("enableStrictSsl=")) &&
             means_no(text.substr(text.rfind('=') + 1))) ||
            text == "--no-strict-ssl") {
          what = "the check of TLS certificates";
        }
        if ((before == "strict-ssl" || before == "enableStrictSsl" || before == "--strict-ssl") &&
            means_no(text)) {
          what = "the check of TLS certificates";
          how = before;
        }
        break;
      case Manager::conda:
        if (before == "ssl_verify" && means_no(text)) {
          what = "conda's check of TLS certificates";
          how = before;
        }
        break;
      case Manager::composer:
        if ((before == "disable-tls" && means_yes(text)) ||
            (before == "secure-http" && means_no(text))) {
          what = "composer's use of TLS";
          how = before;
        }
        break;
      default: break;
    }
    if (!what.empty()) {
      report_off(argument.at, what, how, findings).fix =
          without_argument(dockerfile, run, call, argument, before);
    }
    // Distributions sign their archives; these do not, and a package's address is not signed
    // either.
    const std::size_t scheme =
        argument.contains("http://") ? text.find("http://") : std::string_view::npos;
    const bool open = scheme == 0 || (scheme != std::string_view::npos && text[scheme - 1] == '=');
    const bool is_signed = is_apt(call.manager) || call.manager == Manager::apk ||
                           call.manager == Manager::zypper || call.manager == Manager::pacman;
    if (open && !is_signed && !verified && !is_local(text.substr(scheme)) &&
        !text.contains("proxy") && !before.contains("proxy")) {
      findings
          .add(argument.at,
               concat(name_of(call.manager), " fetches from ", host_of(text.substr(scheme)),
                      " without encryption"),
               "use https")
          .severity = Severity::medium;
    }
    before = text;
    return true;
  });
}

// "from get.example.com", or nothing when the address is in a variable.
std::string from_host(const Download& download) {
  const std::string_view host = host_of(download.url->text);
  if (host.empty() || host.contains('$')) return {};
  return concat(" from ", host);
}

// How many commands after a download are searched for the one that runs it: more than any script
// has in between, and a bound on hostile ones.
constexpr std::size_t looked_ahead = 200;

void check_run(const Dockerfile& dockerfile, const Instruction& run, Findings& findings) {
  const std::vector<shell::Command>& commands = run.script.commands;
  const bool verified = std::ranges::any_of(commands, verifies);
  bool reported_file = false;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const shell::Command& command = commands[i];
    const std::string_view program = effective_program(command);
    const Words words = effective_words(command);
    check_settings(dockerfile, run, command, program, words, findings);
    if (const auto call = package_call(command)) {
      check_packages(dockerfile, run, *call, verified, findings);
      continue;
    }
    if (const shell::Word* word = runs_substitution(command, program, words)) {
      const bool plain = word->text.contains("http://");
      Finding& finding =
          findings.add(word->at, concat(program, " runs what a download brings, unseen"),
                       "download it, check it against a checksum, then run it");
      if (!plain) finding.severity = Severity::medium;
      continue;
    }
    if (!is_downloader(program)) continue;
    Download download = read_download(command, program, words);
    if (download.ignored || verified) continue;
    if (const shell::Word* word = insecure_word(program, words)) {
      download.insecure = true;
      report_off(word->at, concat(program, "'s check of TLS certificates"), word->text, findings)
          .fix = without_letter(run, command, *word, 'k');
    }

    // The rest of the pipe.
    const shell::Command* runner = nullptr;
    bool unpacked = false;
    const std::size_t end = std::min(commands.size(), i + looked_ahead);
    for (std::size_t k = i; k + 1 < end && (commands[k].next == shell::Operator::pipe ||
                                            commands[k].next == shell::Operator::pipe_both);
         ++k) {
      if (runs_input(commands[k + 1])) runner = &commands[k + 1];
      unpacked = unpacked || unpacks(commands[k + 1]);
    }
    if (runner != nullptr) {
      Finding& finding =
          findings.add(download.url->at,
                       concat("what ", program, " downloads", from_host(download),
                              " is piped into ", effective_program(*runner), " and runs unseen",
                              download.plain_http ? ", and it comes without encryption" : ""),
                       "download it, check it against a checksum, then run it");
      if (!download.plain_http) finding.severity = Severity::medium;
      continue;
    }
    // Inside a substitution the caller has been reported, or the answer is only read.
    if (command.in_substitution || reported_file) continue;
    if (download.file.empty() && !unpacked) continue;
    if (is_means_of_checking(download.url->text) || is_means_of_checking(download.path)) continue;
    bool runs = false;
    for (std::size_t k = i + 1; k < std::min(commands.size(), i + looked_ahead) && !runs; ++k) {
      runs = runs_file(commands[k], download.file);
    }
    if (runs || download.plain_http) {
      reported_file = true;
      Finding& finding = findings.add(
          download.url->at,
          concat("what ", program, " downloads", from_host(download),
                 download.plain_http ? " comes without encryption" : " is not checked",
                 runs ? download.plain_http ? " and is run" : " before it is run" : ""),
          "check it against a checksum or a signature in the same RUN");
      if (!(runs && download.plain_http)) finding.severity = Severity::medium;
      continue;
    }
    if (download.insecure) continue;
    reported_file = true;
    findings
        .add(download.url->at,
             concat("what ", program, " downloads", from_host(download), " is not checked"),
             "check it against a checksum or a signature in the same RUN, or use ADD --checksum")
        .severity = Severity::low;
  }
  // git and rpm over a connection that anyone can change.
  for (const shell::Command& command : commands) {
    const std::string_view program = effective_program(command);
    if (program != "git" && program != "rpm") continue;
    for (const shell::Word& word : command.words) {
      const bool open = word.text.starts_with("http://") || word.text.starts_with("git://");
      if (!open || is_local(word.text)) continue;
      findings
          .add(word.at,
               concat(program, " fetches from ", host_of(word.text), " without encryption"),
               "use https or ssh")
          .severity = Severity::medium;
    }
  }
}

void check_add(const Instruction& add, Findings& findings) {
  if (add.flag("checksum") != nullptr) return;
  for (std::size_t i = 0; i + 1 < add.words.size(); ++i) {
    const DockerfileWord& source = add.words[i];
    const bool plain = source.text.starts_with("http://");
    if (!plain && !source.text.starts_with("https://")) continue;
    if (is_local(source.text)) continue;
    const bool git = source.text.ends_with(".git") || source.text.contains(".git#");
    if (!plain && (git || is_means_of_checking(source.text))) continue;
    findings
        .add(source.at,
             concat("what ADD downloads from ", host_of(source.text),
                    plain ? " comes without encryption and is not checked" : " is not checked"),
             "add --checksum=sha256:…")
        .severity = plain ? Severity::medium : Severity::low;
  }
}

// ENV GIT_SSL_NO_VERIFY=1: the instruction goes when it says nothing else, otherwise the
// assignment.
Fix without_variable(const Instruction& outer, const Instruction& instruction, std::size_t index) {
  const std::vector<DockerfileAssignment>& all = instruction.assignments;
  if (all.size() == 1) {
    if (&outer != &instruction) return {};
    return unsafe_fix({change::remove(instruction.at)});
  }
  const Source* const source = instruction.at.source;
  const auto end_of = [](const DockerfileAssignment& assignment) {
    return assignment.value.at.known() ? assignment.value.at.span.end : assignment.name.at.span.end;
  };
  const Span taken = index > 0 ? Span{end_of(all[index - 1]), end_of(all[index])}
                               : Span{all[0].name.at.span.begin, all[1].name.at.span.begin};
  return unsafe_fix({change::rewrite({source, taken}, "")});
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& one = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      switch (one.keyword) {
        case Keyword::run: check_run(dockerfile, one, findings); break;
        case Keyword::add: check_add(one, findings); break;
        case Keyword::env:
        case Keyword::arg:
          for (std::size_t i = 0; i < one.assignments.size(); ++i) {
            const DockerfileAssignment& assignment = one.assignments[i];
            if (assignment.value.unresolved) continue;
            Finding* const finding = check_variable(assignment.name.text, assignment.value.text,
                                                    assignment.name.at, findings);
            if (finding != nullptr) finding->fix = without_variable(instruction, one, i);
          }
          break;
        default: break;
      }
    }
  }
}

}  // namespace

extern constinit const Rule unverified_download = {
    .name = "unverified-download",
    .title = "download is not verified",
    .severity = Severity::high,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "What a build downloads becomes part of the image and runs with its rights. Without a "
        "check of "
        "the certificate anyone on the way can replace it; without a checksum or a signature the "
        "server, or whoever took it over, can.",
    .remediation =
        "Leave the checks of TLS and of package signatures on, and add a private authority's "
        "certificate or a repository's key instead. Download to a file, compare it in the same RUN "
        "with a checksum from the Dockerfile (`echo \"$SUM  file\" | sha256sum -c`) or verify its "
        "signature, and only then run or unpack it. `ADD --checksum=sha256:…` does both at once.",
    .limits =
        "Any checksum or signature check in a RUN is taken to cover all that the RUN downloads, "
        "and "
        "that the expected sum itself comes from a safe place is not judged. Downloads by programs "
        "other than curl, wget, aria2c and axel are not seen. The fix only switches checks on "
        "again: "
        "which checksum is the right one, and whether a host speaks https, it cannot know.",
    .references = {guideline("S3", "Docker File Security"), cis("4.11"), owasp("9"),
                   checkov("CKV2_DOCKER_2"), checkov("CKV2_DOCKER_3"), checkov("CKV2_DOCKER_4"),
                   checkov("CKV2_DOCKER_5"), checkov("CKV2_DOCKER_6"), checkov("CKV2_DOCKER_7"),
                   checkov("CKV2_DOCKER_8"), checkov("CKV2_DOCKER_9"), checkov("CKV2_DOCKER_11"),
                   checkov("CKV2_DOCKER_12"), checkov("CKV2_DOCKER_13"), checkov("CKV2_DOCKER_14"),
                   checkov("CKV2_DOCKER_16")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
