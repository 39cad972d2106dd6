// A rule is one recommendation, in one file: rules/<folder>/<name>.cpp holds its constant, and
// beside it <name>.cases.md holds its cases. CMake lists the folder and writes the catalogue, so
// nothing else is edited to add one.
#pragma once

#include <cstdint>
#include <string_view>

#include "findings/finding.h"
#include "findings/suppression.h"
#include "policy/policy.h"
#include "rules/references.h"
#include "subjects/compose_project.h"
#include "subjects/container_spec.h"
#include "subjects/dockerfile.h"

namespace plimsoll {

struct Daemon;
struct Host;
struct Image;

// What a rule is about. A rule can be about subjects that no check of it reads yet.
enum class Subject : std::uint8_t {
  container,
  dockerfile,
  compose,
  image,
  daemon,
  host,
  fleet,
  any
};

std::string_view name_of(Subject subject);

// A check reads one subject and the policy and adds what it finds. It is pure: no I/O, no globals,
// and the same input always gives the same findings in the same order.
using ContainerCheck = void(const ContainerSpec&, const Policy&, Findings&);
using DockerfileCheck = void(const Dockerfile&, const Policy&, Findings&);
using ComposeCheck = void(const ComposeProject&, const Policy&, Findings&);
using DaemonCheck = void(const Daemon&, const Policy&, Findings&);
using HostCheck = void(const Host&, const Policy&, Findings&);
using ImageCheck = void(const Image&, const Policy&, Findings&);
using SuppressionCheck = void(const Suppression&, const Policy&, Findings&);

// The checks of a rule: the type of a function's parameter says which subject it reads.
struct Checks {
  ContainerCheck* container = nullptr;
  DockerfileCheck* dockerfile = nullptr;
  ComposeCheck* compose = nullptr;
  DaemonCheck* daemon = nullptr;
  HostCheck* host = nullptr;
  ImageCheck* image = nullptr;
  SuppressionCheck* suppression = nullptr;

  consteval Checks() = default;
  template <class... Functions>
    requires(sizeof...(Functions) >= 1)
  consteval Checks(Functions*... functions) {
    (set(functions), ...);
  }
  constexpr bool any() const {
    return container != nullptr || dockerfile != nullptr || compose != nullptr ||
           daemon != nullptr || host != nullptr || image != nullptr || suppression != nullptr;
  }

 private:
  consteval void set(ContainerCheck* function) { container = function; }
  consteval void set(DockerfileCheck* function) { dockerfile = function; }
  consteval void set(ComposeCheck* function) { compose = function; }
  consteval void set(DaemonCheck* function) { daemon = function; }
  consteval void set(HostCheck* function) { host = function; }
  consteval void set(ImageCheck* function) { image = function; }
  consteval void set(SuppressionCheck* function) { suppression = function; }
};

// Members without a default must be given by each rule: the compiler says so.
struct Rule {
  std::string_view name;   // kebab case, named after the fault; the file's name with dashes
  std::string_view title;  // the fault in a few words: "container runs privileged"
  Severity severity;       // of its findings, where they do not say another one
  std::string_view topic;  // the catalogue's topic: "capabilities", "build", …
  ShortList<Subject, 4> subjects;
  std::string_view rationale;    // why it matters, in whole sentences
  std::string_view remediation;  // what to do, in whole sentences
  std::string_view limits;       // what it cannot see or does not judge, in whole sentences
  ShortList<Reference, 32> references;
  Checks check = {};
  // The least certain fix that its findings offer; none: a person must decide.
  Certainty fix = Certainty::none;
  // Of an image it judges the packages alone, which an inventory has, too.
  bool judges_inventories = false;
};

}  // namespace plimsoll
