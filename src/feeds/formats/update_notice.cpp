#include "feeds/formats/update_notice.h"

#include <algorithm>
#include <array>
#include <optional>

#include "advisories/ecosystems.h"
#include "base/text.h"
#include "base/words.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/times.h"

namespace plimsoll::feeds {
namespace {

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// The number behind a distribution's tag in a package's release: the 9 of "24.el9_2" and of
// "1.module+el9.2.0+18"; "" for none.
std::string_view number_behind(std::string_view release, std::string_view tag) {
  for (std::size_t at = release.find(tag); at != std::string_view::npos;
       at = release.find(tag, at + 1)) {
    const bool begins = at > 0 && is_one_of(release.substr(at - 1, 1), {".", "_", "+"});
    const std::string_view number =
        release.substr(at + tag.size(), digits_at(release, at + tag.size()));
    if (begins && !number.empty()) return number;
  }
  return {};
}

// The same number in a name in words: "Rocky Linux 8", "RL8", "almalinux-9-for-x86_64-baseos".
std::string_view number_in_words(std::string_view text, std::string_view family) {
  const std::size_t at = text.find(family);
  if (at == std::string_view::npos) return {};
  return text.substr(at + family.size(), digits_at(text, at + family.size()));
}

// Distributions that number releases as Red Hat does, by how their notices' ids begin.
struct Rebuild {
  std::string_view id;
  std::string_view ecosystem;
  std::string_view in_words;
  std::string_view tag = "el";
};
constexpr std::array<Rebuild, 9> rebuilds{{
    {"ALSA-", "AlmaLinux:", "almalinux-"},
    {"ALBA-", "AlmaLinux:", "almalinux-"},
    {"ALEA-", "AlmaLinux:", "almalinux-"},
    {"RLSA-", "Rocky Linux:", "Rocky Linux "},
    {"RXSA-", "Rocky Linux:", "Rocky Linux "},
    {"ELSA-", "Oracle Linux:", "Oracle Linux "},
    {"RHSA-", "Red Hat:enterprise_linux:", "Red Hat Enterprise Linux "},
    {"FEDORA-EPEL-", "", ""},
    {"FEDORA-", "Fedora:", "Fedora ", "fc"},
}};

// "SUSE-SLE-Module-Basesystem-15-SP5-2023-4052" is about "Linux Enterprise Server 15 SP5": the
// packages of its modules are those that it is installed from. What else stands between the number
// and the year names a repository that only its subscribers have, so that nothing can be said.
std::string release_of_suse(std::string_view id) {
  if (!id.starts_with("SUSE-SLE-Module-") && !id.starts_with("SUSE-SLE-Product-SLES-")) return {};
  const std::vector<std::string_view> parts = split(id, '-');
  // …, number, perhaps service pack, year, number of the notice
  if (parts.size() < 6) return {};
  const std::size_t year = parts.size() - 2;
  if (!all_digits(parts[year]) || parts[year].size() != 4) return {};
  if (all_digits(parts[year - 1])) return std::string(parts[year - 1]);
  if (parts[year - 1].starts_with("SP") && all_digits(parts[year - 2])) {
    return concat(parts[year - 2], " ", parts[year - 1]);
  }
  return {};
}

struct Origin {
  std::string ecosystem;     // "" where it is not known
  bool is_left_out = false;  // known to be about nothing that is matched here
};

Origin origin_of(const UpdateNotice& notice, const UpdateCollection& collection) {
  const std::string_view id = notice.id;
  if (id.starts_with("ALAS")) {
    if (id.starts_with("ALAS2023")) return {"Amazon Linux:2023"};
    // A preview of what became 2023, and the first Amazon Linux, whose releases are dates.
    if (id.starts_with("ALAS2022") || id.starts_with("ALAS-")) return {{}, true};
    if (id.starts_with("ALAS2")) return {"Amazon Linux:2"};
    return {};
  }
  for (const Rebuild& rebuild : rebuilds) {
    if (!id.starts_with(rebuild.id)) continue;
    if (rebuild.ecosystem.empty()) return {{}, true};
    std::string_view number;
    for (const UpdateBuild& build : collection.builds) {
      const std::string_view own = number_behind(build.release, rebuild.tag);
      if (own.empty()) continue;
      if (!number.empty() && own != number) return {};
      number = own;
    }
    for (const std::string_view text :
         {std::string_view(notice.release), std::string_view(collection.name),
          std::string_view(collection.short_name)}) {
      if (number.empty()) number = number_in_words(text, rebuild.in_words);
    }
    if (number.empty()) return {};
    return {concat(rebuild.ecosystem, number)};
  }
  if (id.starts_with("SUSE-SLE-")) {
    const std::string release = release_of_suse(id);
    if (release.empty()) return {{}, true};
    return {concat("SUSE:Linux Enterprise Server ", release)};
  }
  if (id.starts_with("openSUSE-")) {
    const std::string_view release = trim(notice.release);
    constexpr std::string_view leap = "openSUSE Leap ";
    if (release.starts_with(leap)) return {concat("openSUSE:", release.substr(9))};
    if (release == "openSUSE Tumbleweed") return {"openSUSE:Tumbleweed"};
  }
  return {};
}

// The topic of "amazon-linux-2---postgresql14"; "" for the core.
std::string_view topic_of(const UpdateCollection& collection) {
  constexpr std::string_view mark = "---";
  const std::size_t at = collection.short_name.find(mark);
  if (at == std::string::npos) return {};
  return std::string_view(collection.short_name).substr(at + mark.size());
}

// "kernel-5.10" -> "5.10", "mate-desktop1.x" -> "1", "docker" -> "".
std::string_view number_of_topic(std::string_view topic) {
  if (topic.ends_with(".x")) topic.remove_suffix(2);
  std::size_t from = topic.size();
  while (from > 0 && (is_digit(topic[from - 1]) || topic[from - 1] == '.')) --from;
  return topic.substr(from);
}

// Where the versions of a topic begin, for a package of it with this version. A topic without a
// number has packages that the core does not have, but for these.
std::string_view beginning_of(std::string_view topic, std::string_view version) {
  const std::string_view number = number_of_topic(topic);
  if (number.empty()) {
    if (!is_one_of(topic, {"dnsmasq", "unbound", "selinux-ng"})) return {};
    const std::size_t first = version.find('.');
    if (first == std::string_view::npos) return version;
    return version.substr(0, version.find('.', first + 1));
  }
  const bool is_of_number = version.starts_with(number) &&
                            (version.size() == number.size() || !is_digit(version[number.size()]));
  // Beside what the topic is named after it has what that needs, with numbers of its own.
  return is_of_number ? number : version.substr(0, version.find('.'));
}

Rating rating_in(std::string_view word) {
  return rating_of(word).value_or(Rating::unknown);
}

bool is_of_module(const UpdateBuild& build) {
  return build.release.find("module") != std::string::npos;
}

// "nodejs:18", and neither "Important:" nor "ALSA-2023:5453".
bool is_module(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == word.size()) return false;
  const auto is_of_name = [](char c) {
    return is_digit(c) || is_alpha(c) || is_one_of(std::string_view(&c, 1), {"-", "_", ".", "+"});
  };
  return word[0] >= 'a' && word[0] <= 'z' &&
         std::ranges::all_of(word.substr(0, colon), is_of_name) &&
         std::ranges::all_of(word.substr(colon + 1), is_of_name);
}

std::vector<std::string> modules_in(std::string_view title) {
  std::vector<std::string> out;
  for (std::string_view word : split(title, ' ')) {
    while (word.ends_with(',')) word.remove_suffix(1);
    if (is_module(word) && out.size() < 8) out.emplace_back(word);
  }
  return out;
}

bool is_built(const UpdateBuild& build) {
  return !is_one_of(build.architecture, {"src", "nosrc"});
}

}  // namespace

std::string evr_of(std::string_view epoch, std::string_view version, std::string_view release) {
  const bool has_epoch = !epoch.empty() && epoch != "0";
  return concat(has_epoch ? epoch : "", has_epoch ? ":" : "", version, release.empty() ? "" : "-",
                release);
}

void hand_on(const UpdateNotice& notice, std::string_view place, FeedSink& sink) {
  if (!notice.type.empty() && notice.type != "security") {
    sink.leave_out();
    return;
  }
  AdvisoryRecord record;
  record.id = notice.id;
  record.flaws = notice.flaws;
  record.summary = notice.title;
  record.published = moment_of(notice.issued);
  record.modified = moment_of(notice.updated);
  if (record.modified.empty()) record.modified = record.published;
  record.is_withdrawn = notice.is_retracted;
  record.rating = rating_in(notice.severity);
  // A notice stands in each repository that has packages of it, with those alone.
  record.key = notice.id;
  std::vector<std::string> architectures;
  const std::vector<std::string> modules =
      notice.modules.empty() ? modules_in(notice.title) : notice.modules;
  for (const UpdateCollection& collection : notice.collections) {
    const Origin origin = origin_of(notice, collection);
    if (origin.is_left_out) {
      sink.leave_out();
      return;
    }
    const auto ecosystem = advisories::ecosystem_of(origin.ecosystem);
    if (!ecosystem) {
      sink.refuse(notice.id, place, "nothing tells which distribution's release it is about");
      return;
    }
    record.key +=
        concat(" ", collection.short_name.empty() ? collection.name : collection.short_name);
    const std::string_view topic = topic_of(collection);
    for (const UpdateBuild& build : collection.builds) {
      if (!is_built(build)) continue;
      if (build.version.empty() || build.release.empty() || build.architecture.empty()) {
        sink.refuse(notice.id, place, concat("a build of ", build.name, " has no whole version"));
        return;
      }
      if (std::ranges::find(architectures, build.architecture) == architectures.end() &&
          architectures.size() < 64) {
        architectures.push_back(build.architecture);
      }
      RecordedPackage package;
      package.kind = ecosystem->kind;
      package.ecosystem = ecosystem->name;
      package.name = build.name;
      package.module = build.module.empty() ? collection.module : build.module;
      package.architectures = {build.architecture};
      const std::string_view beginning = beginning_of(topic, build.version);
      package.events =
          AdvisoryRecord::range(evr_of(build.epoch, build.version, build.release),
                                beginning.empty() ? "0" : evr_of(build.epoch, beginning, {}));
      if (!package.module.empty() || !is_of_module(build)) {
        record.add(std::move(package));
        continue;
      }
      if (modules.empty()) {
        sink.refuse(notice.id, place, concat("nothing tells which module ", build.name, " is of"));
        return;
      }
      for (const std::string& module : modules) {
        package.module = module;
        record.add(package);
      }
    }
  }
  std::ranges::sort(architectures);
  record.key += concat(" ", join(architectures, " "));
  hand_on(record, place, sink);
}

std::string module_of_label(std::string_view label) {
  const std::size_t first = label.find(':');
  if (first == std::string_view::npos) return {};
  return std::string(label.substr(0, label.find(':', first + 1)));
}

}  // namespace plimsoll::feeds
