// What the versions of CVSS have in common: a vector is a list of metrics, each with one of a few
// values, and each value has a number that the version's formulas compute with.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace plimsoll::advisories::cvss {

struct MetricValue {
  std::string_view name;
  double number = 0;
};

struct Metric {
  std::string_view name;
  std::span<const MetricValue> values;
  // What it is when the vector does not have it: "X" or "ND". "" for one that it must have.
  std::string_view otherwise = {};
};

inline constexpr std::size_t max_metrics = 32;  // of version 4

class Metrics {
 public:
  // Of a vector without what names its version: "AV:N/AC:L/…". Nothing for one that is not as the
  // version has it.
  static std::optional<Metrics> read(std::string_view vector, std::span<const Metric> known);

  // Of a metric that the version has.
  std::string_view value(std::string_view name) const { return chosen(name).name; }
  double number(std::string_view name) const { return chosen(name).number; }
  // Whether the vector says something of any of these.
  bool has_any(std::span<const std::string_view> names) const;

 private:
  std::size_t index(std::string_view name) const;
  const MetricValue& chosen(std::string_view name) const { return *values_[index(name)]; }

  std::span<const Metric> known_;
  std::array<const MetricValue*, max_metrics> values_{};
};

// In tenths.
std::optional<int> score_2(std::string_view vector);
std::optional<int> score_3(std::string_view vector, int minor_version);
std::optional<int> score_4(std::string_view vector);

}  // namespace plimsoll::advisories::cvss
