// What a service may use up: processors, ulimits, block devices, and the limits of its `deploy`.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/words.h"
#include "readers/compose/service_keys.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {

void ServiceReader::cpus(const Node& node) {
  if (!node.is_scalar() || node.is_null()) return;
  const auto number = parse_decimal(node.text);
  if (!number && !node.unresolved) return;
  const double bounded = std::clamp(number.value_or(0), -1e9, 1e9);
  spec_.nano_cpus = located(static_cast<std::int64_t>(std::llround(bounded * 1e9)), node);
}

void ServiceReader::ulimits(const Node& node) {
  for_each_pair(node, [&](const Pair& pair) {
    Ulimit limit{.name = std::string(pair.key), .at = at(*pair.value), .layer = Layer::compose};
    if (pair.value->is_scalar()) {
      const auto value = integer_of(*pair.value);
      if (!value) return;
      limit.soft = limit.hard = *value;
    } else if (pair.value->is_mapping()) {
      const Node* const soft = pair.value->find("soft");
      const Node* const hard = pair.value->find("hard");
      if (soft != nullptr) limit.soft = integer_of(*soft).value_or(-1);
      if (hard != nullptr) limit.hard = integer_of(*hard).value_or(-1);
    } else {
      return;
    }
    spec_.ulimits.push_back(std::move(limit));
  });
}

void ServiceReader::blkio_config(const Node& node) {
  for_each_pair(node, [&](const Pair& pair) {
    if (pair.value->is_scalar()) {
      if (pair.value->is_null()) return;
      spec_.blkio.push_back(located(concat(pair.key, "=", pair.value->text), *pair.value));
      return;
    }
    for (const Node* item : pair.value->items) {
      const Node* const path = item->find("path");
      const Node* value = item->find("rate");
      if (value == nullptr) value = item->find("weight");
      if (path == nullptr || value == nullptr) continue;
      spec_.blkio.push_back(located(concat(pair.key, "=", path->text, ":", value->text), *item));
    }
  });
}

void ServiceReader::storage_opt(const Node& node) {
  collect_assignments(node, spec_.storage_opt);
}

void ServiceReader::deploy(const Node& node) {
  if (!node.is_mapping()) return;
  for_each_pair(node, [&](const Pair& pair) {
    if (pair.key == "resources") deploy_resources(*pair.value);
    if (pair.key == "restart_policy") restart_policy(*pair.value);
    // What compose itself does nothing with.
    const bool swarm = is_one_of(
        pair.key, {"mode", "endpoint_mode", "placement", "update_config", "rollback_config"});
    if (swarm && !context_.project.for_swarm) {
      context_.project.for_swarm = true;
      context_.project.for_swarm_at = loader_.key_at(pair);
    }
  });
}

void ServiceReader::deploy_resources(const Node& node) {
  if (const Node* limits = node.find("limits")) {
    if (const Node* value = limits->find("memory")) bytes<&ContainerSpec::mem_limit>(*value);
    if (const Node* value = limits->find("cpus")) cpus(*value);
    if (const Node* value = limits->find("pids")) number<&ContainerSpec::pids_limit>(*value);
  }
  const Node* const reservations = node.find("reservations");
  if (reservations == nullptr) return;
  if (const Node* value = reservations->find("memory")) {
    bytes<&ContainerSpec::mem_reservation>(*value);
  }
  if (const Node* value = reservations->find("cpus"); value != nullptr && value->is_scalar()) {
    const double number = std::clamp(parse_decimal(value->text).value_or(0), -1e9, 1e9);
    spec_.cpu_reservation = located(static_cast<std::int64_t>(std::llround(number * 1e9)), *value);
  }
  if (const Node* devices = reservations->find("devices")) {
    for (const Node* item : devices->items) device_request(*item);
  }
}

void ServiceReader::restart_policy(const Node& node) {
  if (!node.is_mapping()) return;
  const Node* const condition = node.find("condition");
  const Node* const attempts = node.find("max_attempts");
  if (condition == nullptr && attempts == nullptr) return;
  const std::string_view name = condition == nullptr ? "any" : condition->text;
  std::string policy(name);
  if (name == "none") policy = "no";
  if (name == "any") policy = "always";
  if (name == "on-failure" && attempts != nullptr && attempts->is_scalar()) {
    policy += concat(":", value_of(*attempts));
  }
  spec_.restart = located(std::move(policy), condition == nullptr ? *attempts : *condition);
}

}  // namespace plimsoll::compose
