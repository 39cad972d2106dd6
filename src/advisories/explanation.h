// Why an image has a flaw or does not: every record about the flaw and a package of the image, and
// what it says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisories/database.h"
#include "advisories/range.h"
#include "base/result.h"
#include "subjects/image.h"
#include "subjects/vulnerability.h"

namespace plimsoll::advisories {

// A flaw as the database knows it.
struct KnownFlaw {
  std::string id;
  std::string summary;
  std::string cvss;
  std::optional<KnownExploited> exploited;
  std::optional<ExploitPrediction> prediction;
};

// A record, as it stands in the database.
struct KnownRecord {
  std::string id;
  std::vector<std::string> aliases;
  std::string summary;
  std::string feed;
  std::string published;
  std::string modified;
  std::string url;
};

// What one record says of one package.
struct Judgement {
  std::string record;
  std::string feed;
  std::string modified;
  std::string ecosystem;
  std::string name;        // by which it was looked up
  std::string version;     // that was compared
  std::string range;       // that is affected
  std::string comparison;  // "3.0.9-1 is before 3.0.13-1", with what decides; "" for none
  FixState state = FixState::none_known;
  std::size_t package = 0;  // index into Image::packages
  Affected answer = Affected::no;
  std::string why;  // it is about something else after all: "it is about the module nodejs:18"
};

// One package that records are about, wherever it is.
struct KnownAffected {
  std::string record;
  std::string ecosystem;
  std::string package;
  std::string range;
  FixState state = FixState::none_known;
};

struct Explanation {
  std::vector<KnownFlaw> flaws;
  std::vector<KnownRecord> records;
  std::vector<KnownAffected> affected;  // where no image is asked about
  std::vector<Judgement> judgements;
  std::vector<std::string> open;
};

// `name` is a CVE, an alias, a record's id. `image` null: about no image. Nothing in it when the
// database knows no such name; an error when it is damaged.
Result<Explanation> explain(const Database& database, const std::string& name, const Image* image);

}  // namespace plimsoll::advisories
