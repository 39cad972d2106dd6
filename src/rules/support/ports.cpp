#include "rules/support/ports.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

struct InternalService {
  int port;
  std::string_view name;
};

// The default ports of databases, caches and brokers, from their manuals.
constexpr InternalService internal_services[] = {
    {1433, "SQL Server"},    {1521, "Oracle Database"}, {2181, "ZooKeeper"},  {2379, "etcd"},
    {3306, "MySQL"},         {5432, "PostgreSQL"},      {5672, "RabbitMQ"},   {5984, "CouchDB"},
    {6379, "Redis"},         {7687, "Neo4j"},           {8086, "InfluxDB"},   {9042, "Cassandra"},
    {9200, "Elasticsearch"}, {9300, "Elasticsearch"},   {11211, "memcached"}, {27017, "MongoDB"},
    {28015, "RethinkDB"},
};

std::string_view without_brackets(std::string_view address) {
  if (address.size() >= 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  return address;
}

std::optional<int> port_number(std::string_view text) {
  if (!all_digits(text) || text.size() > 5) return std::nullopt;
  const std::optional<long long> number = parse_number(text);
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

std::optional<PortRange> port_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::optional<int> first = port_number(text.substr(0, dash));
  if (!first) return std::nullopt;
  if (dash == std::string_view::npos) return PortRange{*first, *first};
  const std::optional<int> last = port_number(text.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  return PortRange{*first, *last};
}

bool is_low_port(std::string_view text) {
  const std::optional<PortRange> range = port_range(text.substr(0, text.find('/')));
  return range && range->first > 0 && range->first < 1024;
}

bool is_loopback(std::string_view address) {
  address = without_brackets(address);
  return address.starts_with("127.") || address == "::1" || address == "localhost" ||
         address == "0:0:0:0:0:0:0:1";
}

bool is_any_address(std::string_view address) {
  address = without_brackets(address);
  return address.empty() || address == "0.0.0.0" || address == "::" || address == "0" ||
         address == "0:0:0:0:0:0:0:0";
}

std::string_view internal_service(int port) {
  const auto found = std::ranges::find(internal_services, port, &InternalService::port);
  return found == std::end(internal_services) ? std::string_view() : found->name;
}

}  // namespace plimsoll::rules
