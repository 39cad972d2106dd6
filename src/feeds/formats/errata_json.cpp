// Notices of updates as two makers have them in JSON of their own.
//
// AlmaLinux (errata.almalinux.org/9/errata.full.json: {"data": […]}, and errata.json, the records
// of updateinfo.xml as its database keeps them):
//   {"id" or "updateinfo_id": "ALSA-2023:5453", "type": "security", "severity": "Important",
//    "issued_date": 1696423000 or {"$date": 1696423000000}, "references": [{"type": "cve", "id":
//    …}], "modules": [{"name": "nodejs", "stream": "18", …}], "packages": […] or "pkglist":
//    {"packages": […]}}
//
// Rocky Linux (apollo.build.resf.org, errata.rockylinux.org/api/v2/advisories: {"advisories":
// […]}):
//   {"name": "RLSA-2023:5453", "type": "TYPE_SECURITY", "severity": "SEVERITY_IMPORTANT",
//    "cves": [{"name": "CVE-…"}], "rpms": {"Rocky Linux 9": {"nvras":
//    ["glibc-0:2.34-60.el9.x86_64.rpm"]}}}
#include <algorithm>

#include "base/text.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/nevra.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/update_notice.h"

namespace plimsoll::feeds {
namespace {

// A number, a text, or {"$date": …}.
std::string date_in(JsonValue value) {
  std::string out;
  if (is_object(value)) {
    each_member(value, [&](std::string_view key, JsonValue member) {
      if (key == "$date") out = text_or_number_in(member);
    });
    return out;
  }
  return text_or_number_in(value);
}

UpdateBuild build_in(JsonValue value) {
  UpdateBuild out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "name") out.name = text_in(member);
    if (key == "epoch") out.epoch = text_or_number_in(member);
    if (key == "version") out.version = text_in(member);
    if (key == "release") out.release = text_in(member);
    if (key == "arch") out.architecture = text_in(member);
    if (key == "module") out.module = module_of_label(text_in(member));
  });
  return out;
}

struct Errata {
  UpdateNotice notice;
  UpdateCollection collection;  // of AlmaLinux
  std::size_t builds = 0;
};

void read_packages(JsonValue value, Errata& out) {
  each_item(value, [&](JsonValue item) {
    if (out.builds++ <= advisories::max_affected) out.collection.builds.push_back(build_in(item));
  });
}

void read_modules(JsonValue value, Errata& out) {
  each_item_or_one(value, [&](JsonValue item) {
    std::string name;
    std::string stream;
    each_member(item, [&](std::string_view key, JsonValue member) {
      if (key == "name") name = text_in(member);
      if (key == "stream") stream = text_or_number_in(member);
    });
    if (name.empty() || stream.empty()) return;
    std::vector<std::string>& modules = out.notice.modules;
    std::string module = concat(name, ":", stream);
    // The same one stands there for each architecture. No notice has many.
    if (modules.size() < 64 && std::ranges::find(modules, module) == modules.end()) {
      modules.push_back(std::move(module));
    }
  });
}

void read_package_list(JsonValue value, Errata& out) {
  // A list of collections, or one.
  each_item_or_one(value, [&](JsonValue collection) {
    each_member(collection, [&](std::string_view key, JsonValue member) {
      if (key == "shortname") out.collection.short_name = text_in(member);
      if (key == "name") out.collection.name = text_in(member);
      if (key == "packages") read_packages(member, out);
      if (key == "module" || key == "modules") read_modules(member, out);
    });
  });
}

void read_references(JsonValue value, Errata& out) {
  each_item(value, [&](JsonValue item) {
    each_member(item, [&](std::string_view key, JsonValue member) {
      if (key == "id" || key == "ref_id") add_cves(text_in(member), out.notice.flaws);
    });
  });
}

// Of Rocky Linux: names by product.
void read_rpms(JsonValue value, Errata& out) {
  each_member(value, [&](std::string_view product, JsonValue lists) {
    if (out.notice.collections.size() > advisories::max_names) return;
    UpdateCollection& collection = out.notice.collections.emplace_back();
    collection.name = product;
    const auto add = [&](JsonValue item) {
      const std::string text = text_in(item);
      if (out.builds++ > advisories::max_affected) return;
      UpdateBuild& build = collection.builds.emplace_back();
      if (const auto nevra = nevra_of(text)) {
        build = {std::string(nevra->name),         std::string(nevra->epoch),
                 std::string(nevra->version),      std::string(nevra->release),
                 std::string(nevra->architecture), {}};
      } else {
        build.name = text;
      }
    };
    if (is_list(lists)) {
      each_item(lists, add);
      return;
    }
    each_member(lists, [&](std::string_view key, JsonValue member) {
      if (key == "nvras") each_item(member, add);
    });
  });
}

void read_cves(JsonValue value, Errata& out) {
  each_item(value, [&](JsonValue item) {
    each_member(item, [&](std::string_view key, JsonValue member) {
      if (key == "name") add_cves(text_in(member), out.notice.flaws);
    });
  });
}

std::string without_prefix(std::string text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return text;
}

void read_member(std::string_view key, JsonValue member, Errata& out) {
  UpdateNotice& notice = out.notice;
  if (key == "id" || key == "updateinfo_id" || key == "name") {
    if (notice.id.empty()) notice.id = text_in(member);
  }
  if (key == "type") notice.type = lower(without_prefix(text_in(member), "TYPE_"));
  if (key == "severity") notice.severity = without_prefix(text_in(member), "SEVERITY_");
  if (key == "title" || key == "synopsis") notice.title = text_in(member);
  if (key == "issued_date" || key == "publishedAt") notice.issued = date_in(member);
  if (key == "updated_date" || key == "updatedAt") notice.updated = date_in(member);
  if (key == "status") notice.is_retracted = text_in(member) == "retracted";
  if (key == "references") read_references(member, out);
  if (key == "cves") read_cves(member, out);
  if (key == "packages") read_packages(member, out);
  if (key == "modules") read_modules(member, out);
  if (key == "pkglist") read_package_list(member, out);
  if (key == "rpms") read_rpms(member, out);
}

void hand_on(Errata& errata, std::string_view place, FeedSink& sink) {
  if (!errata.collection.builds.empty()) {
    errata.notice.collections.push_back(std::move(errata.collection));
  }
  hand_on(errata.notice, place, sink);
}

void read_errata(JsonValue value, std::string_view place, FeedSink& sink) {
  Errata errata;
  each_member(value,
              [&](std::string_view key, JsonValue member) { read_member(key, member, errata); });
  hand_on(errata, place, sink);
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  read_document(document, parser, sink, [&](JsonValue root) {
    const auto read_list = [&](JsonValue list) {
      each_item(list, [&](JsonValue item) { read_errata(item, document.place, sink); });
    };
    if (is_list(root)) {
      read_list(root);
      return;
    }
    // A list with something beside it, or one record.
    Errata errata;
    bool is_list = false;
    each_member(root, [&](std::string_view key, JsonValue member) {
      if (key == "data" || key == "advisories") {
        is_list = true;
        read_list(member);
      } else {
        read_member(key, member, errata);
      }
    });
    if (!is_list) hand_on(errata, document.place, sink);
  });
}

// Other feeds have a list "data" too, with something beside it (EPSS).
bool recognises(const Outline& outline) {
  for (const Outline::Key& key : outline.keys) {
    const bool is_list =
        key.name == "advisories" || (key.name == "data" && outline.keys.size() == 1);
    if (is_list && key.value == '[') return true;
  }
  if (outline.has("updateinfo_id") || outline.has("rpms")) return true;
  return outline.has("issued_date") && outline.has("packages");
}

}  // namespace

const FeedFormat errata_json = {"errata-json", recognises, read};

}  // namespace plimsoll::feeds
