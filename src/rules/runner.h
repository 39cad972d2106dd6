// Runs rules over subjects. The only place that calls a check.
#pragma once

#include <span>

#include "rules/rule.h"

namespace plimsoll::rules {

// The rules to run, by the subject that their checks read; made once, used by every thread.
class Selection {
 public:
  explicit Selection(std::span<const Rule* const> rules);

  void run(const ContainerSpec& spec, const Policy& policy, Findings& findings) const;
  void run(const Dockerfile& dockerfile, const Policy& policy, Findings& findings) const;
  void run(const ComposeProject& project, const Policy& policy, Findings& findings) const;
  void run(const Daemon& daemon, const Policy& policy, Findings& findings) const;
  void run(const Host& host, const Policy& policy, Findings& findings) const;
  void run(const Image& image, const Policy& policy, Findings& findings) const;
  void run(const Suppression& suppression, const Policy& policy, Findings& findings) const;

 private:
  std::vector<const Rule*> container_;
  std::vector<const Rule*> dockerfile_;
  std::vector<const Rule*> compose_;
  std::vector<const Rule*> daemon_;
  std::vector<const Rule*> host_;
  std::vector<const Rule*> image_;
  std::vector<const Rule*> suppression_;
};

}  // namespace plimsoll::rules
