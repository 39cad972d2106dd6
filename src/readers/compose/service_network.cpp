// The networks of a service, the ports that it publishes, and the names that it knows.
#include <string>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/service_keys.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {

void ServiceReader::ports(const Node& node) {
  if (!node.is_sequence()) return;
  UniqueList list(spec_.ports, [](const Port& port) {
    return concat(port.host_ip.empty() ? "0.0.0.0" : port.host_ip, ":", port.published, ":",
                  port.target, "/", port.protocol);
  });
  for (const Node* item : node.items) {
    if (item->tag != Tag::reset) port(*item, list);
  }
}

void ServiceReader::port(const Node& node, auto& list) {
  if (node.is_null() || node.is_sequence()) return;
  Port port;
  port.protocol = "tcp";
  port.at = at(node);
  port.layer = Layer::compose;
  port.unresolved = node.unresolved;
  if (node.is_scalar()) {
    PortText written;
    const std::string text = value_of(node);
    if (const auto refused = parse_port(text, node.unresolved, written)) {
      return report(
          concat("the port \"", printable(text.substr(0, 128)), "\" is invalid: ", *refused), node);
    }
    port.host_ip = std::move(written.host_ip);
    port.published = std::move(written.published);
    port.target = std::move(written.target);
    port.protocol = std::move(written.protocol);
  } else {
    const auto take = [&](std::string_view key, std::string& field) {
      const Node* const value = node.find(key);
      if (value == nullptr || !value->is_scalar() || value->is_null()) return;
      field = value_of(*value);
      port.unresolved = port.unresolved || value->unresolved;
    };
    take("host_ip", port.host_ip);
    take("published", port.published);
    take("target", port.target);
    take("protocol", port.protocol);
    if (port.target.empty()) return report("a port lacks its `target`", node);
    if (!port.unresolved && !port.host_ip.empty() && !is_ip_address(port.host_ip)) {
      report("host_ip is no IP address", *node.find("host_ip"));
    }
    if (port.published == "0") port.published.clear();
  }
  list.put(std::move(port));
}

void ServiceReader::networks(const Node& node) {
  const auto add = [&](std::string_view name, Location place) {
    Network network{.name = std::string(name), .at = place};
    if (const ComposeResource* resource = context_.project.network(name)) {
      network.internal = resource->internal;
      network.external = resource->external;
    }
    spec_.networks.push_back(std::move(network));
  };
  if (node.is_mapping()) {
    for_each_pair(node, [&](const Pair& pair) { add(pair.key, loader_.key_at(pair)); });
  } else if (node.is_sequence()) {
    for_each_text(node, [&](const Node& item) { add(item.text, at(item)); });
  }
}

void ServiceReader::links(const Node& node) {
  unique_texts<&ContainerSpec::links>(node);
  for (const Located<std::string>& link : spec_.links) {
    spec_.obsolete.push_back(
        {.kind = ObsoleteSpelling::Kind::links, .text = link.value, .at = link.at});
  }
}

void ServiceReader::extra_hosts(const Node& node) {
  if (node.is_mapping()) {
    for_each_pair(node, [&](const Pair& pair) {
      for_each_text(*pair.value, [&](const Node& address) {
        spec_.extra_hosts.push_back(located(concat(pair.key, ":", address.text), address));
      });
    });
    return;
  }
  texts<&ContainerSpec::extra_hosts>(node);
}

}  // namespace plimsoll::compose
