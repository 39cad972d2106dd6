#include "readers/compose/short_forms.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::compose {

std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view word : {"true", "y", "yes", "on"}) {
    if (equal_ignoring_case(text, word)) return true;
  }
  for (const std::string_view word : {"false", "n", "no", "off"}) {
    if (equal_ignoring_case(text, word)) return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

namespace {

std::int64_t saturated(double value) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (std::isnan(value)) return 0;
  if (value >= static_cast<double>(most)) return most;
  if (value <= -static_cast<double>(most)) return -most;
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  if (const auto plain = parse_integer(text)) return plain;
  const std::size_t last = text.find_last_of("0123456789. ");
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(0, text[last] == ' ' ? last : last + 1);
  const std::string suffix = lower(text.substr(last + 1));
  const auto size = parse_decimal(digits);
  if (!size || *size < 0) return std::nullopt;
  if (suffix.empty() || suffix == "b") return saturated(*size);
  if (suffix.size() > 3) return std::nullopt;
  const std::size_t power = std::string_view("kmgtp").find(suffix[0]);
  if (power == std::string_view::npos) return std::nullopt;
  const std::string_view rest = std::string_view(suffix).substr(1);
  if (!rest.empty() && rest != "b" && rest != "ib") return std::nullopt;
  return saturated(std::ldexp(*size, static_cast<int>(10 * (power + 1))));
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const std::size_t number = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view digits = text.substr(0, number);
    const auto value = digits == "."             ? std::nullopt
                       : digits.starts_with('.') ? parse_decimal(concat("0", digits))
                                                 : parse_decimal(digits);
    if (!value) return std::nullopt;
    text.remove_prefix(number);
    const std::size_t length = std::min(text.find_first_of("0123456789."), text.size());
    const std::string_view unit = text.substr(0, length);
    text.remove_prefix(length);
    double scale = 0;
    if (unit == "ns") scale = 1;
    if (unit == "us" || unit == "µs" || unit == "μs") scale = 1e3;
    if (unit == "ms") scale = 1e6;
    if (unit == "s") scale = 1e9;
    if (unit == "m") scale = 60e9;
    if (unit == "h") scale = 3600e9;
    if (unit == "d") scale = 24 * 3600e9;
    if (unit == "w") scale = 7 * 24 * 3600e9;
    if (scale == 0) return std::nullopt;
    total += *value * scale;
  }
  return saturated(negative ? -total : total);
}

namespace {

// The end of the `${…}` that starts at `at`.
std::size_t skip_variable(std::string_view text, std::size_t at) {
  int open = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '{') ++open;
    if (text[at] == '}' && --open == 0) return at + 1;
  }
  return text.size();
}

// Split at separators outside variables.
std::vector<Part> parts_of(std::string_view text, char separator) {
  std::vector<Part> parts(1);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') {
      at = skip_variable(text, at + 1);
      continue;
    }
    if (text[at] == separator) {
      parts.back().end = at;
      parts.push_back({.begin = at + 1, .end = at + 1});
    }
    ++at;
  }
  parts.back().end = text.size();
  return parts;
}

struct Range {
  unsigned first = 0;
  unsigned last = 0;
};

std::optional<unsigned> parse_port_number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > 65535) {
    return std::nullopt;
  }
  return value;
}

std::optional<Range> parse_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_port_number(text.substr(0, dash));
  if (!first) return std::nullopt;
  if (dash == std::string_view::npos) return Range{.first = *first, .last = *first};
  const auto last = parse_port_number(text.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  return Range{.first = *first, .last = *last};
}

}  // namespace

bool is_ip_address(std::string_view text) {
  if (text.size() > 64) return false;
  std::string address(text.substr(0, text.find('%')));
  in6_addr buffer{};
  return ::inet_pton(AF_INET, address.c_str(), &buffer) == 1 ||
         ::inet_pton(AF_INET6, address.c_str(), &buffer) == 1;
}

std::optional<std::string> parse_port(std::string_view text, bool lenient, PortText& port) {
  const std::vector<Part> parts = parts_of(text, ':');
  const std::size_t count = parts.size();
  std::string_view target = parts[count - 1].of(text);
  std::string_view published = count > 1 ? parts[count - 2].of(text) : std::string_view();
  std::string_view ip = count > 2 ? text.substr(0, parts[count - 3].end) : std::string_view();
  const std::size_t slash = target.find('/');
  port.protocol = "tcp";
  if (slash != std::string_view::npos) {
    std::string_view protocol = target.substr(slash + 1);
    protocol = protocol.substr(0, protocol.find('/'));
    if (!protocol.empty()) port.protocol = lower(protocol);
    target = target.substr(0, slash);
  }
  const bool bracketed = ip.starts_with('[') && ip.ends_with(']');
  if (bracketed) ip = ip.substr(1, ip.size() - 2);
  port.host_ip = ip;
  port.published = published;
  port.target = target;
  if (lenient) return std::nullopt;
  if (!ip.empty() &&
      (!is_ip_address(ip) || (!bracketed && ip.find(':') != std::string_view::npos))) {
    return "the address is no IP address (IPv6 needs brackets)";
  }
  const auto inner = parse_range(target);
  if (!inner) return "the container's port must be a number up to 65535 or a range";
  if (!published.empty()) {
    const auto outer = parse_range(published);
    if (!outer) return "the host's port must be a number up to 65535 or a range";
    if (inner->first != inner->last && inner->last - inner->first != outer->last - outer->first) {
      return "the ranges of ports differ in length";
    }
  }
  if (port.protocol != "tcp" && port.protocol != "udp" && port.protocol != "sctp") {
    return "the protocol must be tcp, udp or sctp";
  }
  return std::nullopt;
}

bool is_volume_path(std::string_view source) {
  if (source.empty()) return false;
  if (source[0] == '.' || source[0] == '/' || source[0] == '~') return true;
  if (source.starts_with("\\\\")) return true;
  return source.size() > 1 && is_alpha(source[0]) && source[1] == ':';
}

std::optional<std::string> parse_volume(std::string_view text, VolumeText& volume) {
  if (text.empty()) return "the volume is empty";
  if (text.size() <= 2) {
    volume.target = {.begin = 0, .end = text.size()};
    return std::nullopt;
  }
  std::vector<Part> sections(1);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') {
      at = skip_variable(text, at + 1);
      continue;
    }
    const std::size_t length = at - sections.back().begin;
    const bool drive = length == 1 && is_alpha(text[at - 1]);
    if (text[at] == ':' && !drive) {
      if (length == 0) return "there is nothing between two colons";
      if (sections.size() == 3) return "there are too many colons";
      sections.back().end = at;
      sections.push_back({.begin = at + 1, .end = at + 1});
    }
    ++at;
  }
  sections.back().end = text.size();
  if (sections.back().empty()) return "there is nothing behind the last colon";
  if (sections.size() == 1) {
    volume.target = sections[0];
    return std::nullopt;
  }
  volume.has_source = true;
  volume.source = sections[0];
  volume.target = sections[1];
  if (sections.size() > 2) volume.options = sections[2];
  volume.is_path = is_volume_path(volume.source.of(text));
  return std::nullopt;
}

std::optional<std::string> parse_device(std::string_view text, DeviceText& device) {
  const std::vector<Part> parts = parts_of(text, ':');
  if (parts.size() > 3) return "there are too many colons, use the long form";
  device.source = parts[0].of(text);
  device.target = parts.size() > 1 ? std::string(parts[1].of(text)) : std::string();
  if (device.target.empty()) device.target = device.source;
  device.permissions_written = parts.size() > 2;
  device.permissions = device.permissions_written ? std::string(parts[2].of(text)) : "rwm";
  return std::nullopt;
}

std::optional<std::vector<std::string>> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool escaped = false;
  bool single_quoted = false;
  bool double_quoted = false;
  bool back_quoted = false;
  bool substituted = false;  // inside $( )
  bool has_word = false;
  for (const char c : text) {
    if (escaped) {
      if (c == 't') {
        word += '\t';
      } else if (c == 'n') {
        word += '\n';
      } else {
        word += c;
      }
      escaped = false;
      has_word = true;
      continue;
    }
    if (c == '\\') {
      if (single_quoted) {
        word += c;
      } else {
        escaped = true;
      }
      continue;
    }
    if (is_space(c)) {
      if (single_quoted || double_quoted || back_quoted || substituted) {
        word += c;
      } else if (has_word) {
        words.push_back(std::move(word));
        word.clear();
        has_word = false;
      }
      continue;
    }
    const bool quoted = single_quoted || double_quoted;
    if (c == '`' && !quoted && !substituted) {
      back_quoted = !back_quoted;
    } else if (c == ')' && !quoted && !back_quoted) {
      substituted = !substituted;
    } else if (c == '(' && !quoted && !back_quoted) {
      if (substituted || !word.ends_with('$')) return std::nullopt;
      substituted = true;
      word += c;
      continue;
    } else if (c == '"' && !single_quoted && !substituted) {
      double_quoted = !double_quoted;
      has_word = true;
      continue;
    } else if (c == '\'' && !double_quoted && !substituted) {
      single_quoted = !single_quoted;
      has_word = true;
      continue;
    } else if (std::string_view(";&|<>").find(c) != std::string_view::npos && !quoted &&
               !back_quoted && !substituted) {
      // compose's library stops here: what follows never reaches the container.
      if (c == '>' && !word.empty() && is_digit(word[0])) has_word = false;
      break;
    }
    has_word = true;
    word += c;
  }
  if (escaped || single_quoted || double_quoted || back_quoted || substituted) {
    return std::nullopt;
  }
  if (has_word) words.push_back(std::move(word));
  return words;
}

std::string clean_path(std::string_view path) {
  if (path.empty() || !path.starts_with('/'))
    return path.empty() ? std::string() : normal_path(path);
  if (path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos &&
      (path.size() == 1 || !path.ends_with('/'))) {
    return std::string(path);
  }
  return normal_path(path);
}

}  // namespace plimsoll::compose
