#include "registry/credentials.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace plimsoll::registry {
namespace {

constexpr std::array<const char*, 5> variables{"HOME", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE",
                                               "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"};

// Docker Hub's key, from the time of its first interface.
constexpr std::string_view hub = "docker.io";
constexpr std::string_view hub_key = "https://index.docker.io/v1/";

// The bytes, or nothing when it is no base64.
std::optional<std::string> from_base64(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() % 4 != 0 || text.size() > (1u << 16)) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

// "https://registry.example/v1/" -> "registry.example"; "" of a key without a scheme.
std::string_view host_of_url(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) {
      key.remove_prefix(scheme.size());
      return key.substr(0, key.find('/'));
    }
  }
  return {};
}

// What a registry is called as the key of a member, the nearest first.
std::vector<std::string> keys_of(const std::string& registry, const std::string& repository) {
  std::vector<std::string> out;
  std::string path = concat(registry, "/", repository);
  while (path.size() > registry.size()) {
    out.push_back(path);
    path.resize(path.rfind('/'));
  }
  out.push_back(registry);
  if (registry == hub) out.insert(out.end(), {std::string(hub_key), "index.docker.io"});
  return out;
}

// The member of an object for this registry, or null.
const json::Value* find_entry(const json::Value& object, const std::string& registry,
                              const std::string& repository) {
  for (const std::string& key : keys_of(registry, repository)) {
    if (const json::Value* entry = object.find(key)) return entry;
  }
  // A URL means its host, and it alone: what is for a part of a host is not for the whole.
  for (const json::Member& member : object.members) {
    const std::string_view host = host_of_url(member.name);
    if (!host.empty() && (host == registry || (registry == hub && host == "index.docker.io"))) {
      return &member.value;
    }
  }
  return nullptr;
}

std::optional<Credentials> credentials_of(const json::Value& entry) {
  Credentials out;
  out.identity_token = json::text_of(entry, "identitytoken");
  if (const std::optional<std::string> both = from_base64(json::text_of(entry, "auth"))) {
    const std::size_t colon = both->find(':');
    if (colon == std::string::npos) return std::nullopt;
    out.user = both->substr(0, colon);
    out.password = both->substr(colon + 1);
    // Docker's own files can end the password with zeros.
    while (out.password.ends_with('\0')) out.password.pop_back();
  } else {
    out.user = json::text_of(entry, "username");
    out.password = json::text_of(entry, "password");
  }
  if (out.identity_token.empty() && (out.user.empty() || out.password.empty())) {
    return std::nullopt;
  }
  return out;
}

class Search {
 public:
  Search(const std::string& registry, const std::string& repository, const Files& files,
         const AskHelper& ask)
      : registry_(registry), repository_(repository), files_(files), ask_(ask) {}

  // Whether the search is over.
  bool look_in(const std::string& path) {
    if (path.empty() || files_.kind(path) == FileKind::missing) return false;
    Result<std::string> text = files_.read(path);
    if (!text) return note(concat(path, ": ", text.error().message));
    const Source source(path, std::move(*text));
    const Result<json::Document> document = json::read(source);
    if (!document || !document->root.is(json::Kind::object)) {
      return note(concat(path, " is no JSON object"));
    }
    const json::Value& root = document->root;
    std::string helper;
    if (const json::Value* helpers = root.find("credHelpers")) {
      const json::Value* name = find_entry(*helpers, registry_, repository_);
      if (name != nullptr) helper = name->text;
    }
    if (helper.empty()) helper = json::text_of(root, "credsStore");
    if (!helper.empty() && ask(helper, path)) return true;
    const json::Value* auths = root.find("auths");
    const json::Value* entry =
        auths == nullptr ? nullptr : find_entry(*auths, registry_, repository_);
    if (entry == nullptr) return false;
    search_.found = credentials_of(*entry);
    search_.source = path;
    return search_.found.has_value();
  }

  CredentialSearch take() { return std::move(search_); }

 private:
  bool note(std::string trouble) {
    if (search_.trouble.empty()) search_.trouble = std::move(trouble);
    return false;
  }

  bool ask(const std::string& helper, const std::string& path) {
    const std::string server = registry_ == hub ? std::string(hub_key) : registry_;
    Result<std::optional<Credentials>> answer = ask_(helper, server);
    if (!answer) return note(answer.error().message);
    if (!*answer) return false;
    search_.found = std::move(*answer);
    search_.source = concat("docker-credential-", helper, ", which ", path, " names");
    return true;
  }

  const std::string& registry_;
  const std::string& repository_;
  const Files& files_;
  const AskHelper& ask_;
  CredentialSearch search_;
};

}  // namespace

Environment credential_environment() {
  return environment_of(variables);
}

CredentialSearch find_credentials(const std::string& registry, const std::string& repository,
                                  const Environment& environment, const Files& files,
                                  const AskHelper& ask) {
  Search search(registry, repository, files, ask);
  std::vector<std::string> paths;
  const auto add = [&](std::string_view directory, std::string_view name) {
    if (!directory.empty()) paths.push_back(join_path(directory, name));
  };
  if (const std::string_view chosen = value_of(environment, "REGISTRY_AUTH_FILE");
      !chosen.empty()) {
    paths.emplace_back(chosen);
  } else {
    add(docker_directory(environment), "config.json");
    add(value_of(environment, "XDG_RUNTIME_DIR"), "containers/auth.json");
    const std::string_view home = value_of(environment, "HOME");
    const std::string_view config = value_of(environment, "XDG_CONFIG_HOME");
    if (!config.empty()) {
      add(config, "containers/auth.json");
    } else {
      add(home, ".config/containers/auth.json");
    }
  }
  for (const std::string& path : paths) {
    if (search.look_in(path)) break;
  }
  return search.take();
}

}  // namespace plimsoll::registry
