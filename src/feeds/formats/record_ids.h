// What ids of records tell by their form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::feeds {

// "CVE-2023-4911" in the text, from where it stands to where its digits end; "" for none. Databases
// put a word of their own in front ("UBUNTU-CVE-2023-4911") or a note behind.
std::string_view cve_in(std::string_view text);

// Whether it is the whole name of a CVE.
bool is_cve(std::string_view text);

// The CVEs that a text names, each once, added to those that are there.
void add_cves(std::string_view text, std::vector<std::string>& cves);

// Whether a record of this id is about what mends a package (advisory.h).
bool is_repair_id(std::string_view id);

// Whether it is a repair of other things than flaws, as its id says: "ALBA-…" of bugs, "ALEA-…" to
// add something. Now and then it mends a flaw as well, and then names it.
bool mends_no_flaws(std::string_view id);

// Whether a text can be an id, a name or a version: not empty, within the bound, and no blank or
// control character.
bool can_be_id(std::string_view text);

}  // namespace plimsoll::feeds
