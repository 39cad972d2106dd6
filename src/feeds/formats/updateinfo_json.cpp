// Amazon's notices of updates as JSON: what updateinfo.xml has, with its elements as members, one
// record a document (github.com/vulsio/vuls-data-raw-amazon has them so).
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/json_walk.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/update_notice.h"

namespace plimsoll::feeds {
namespace {

UpdateBuild build_in(JsonValue value) {
  UpdateBuild out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "Name") out.name = text_in(member);
    if (key == "Epoch") out.epoch = text_in(member);
    if (key == "Version") out.version = text_in(member);
    if (key == "Release") out.release = text_in(member);
    if (key == "Arch") out.architecture = text_in(member);
  });
  return out;
}

// `builds` counts those of all collections: an empty one is three bytes here, and many more in
// memory.
void read_collection(JsonValue value, UpdateNotice& notice, std::size_t& builds) {
  UpdateCollection& out = notice.collections.emplace_back();
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "Short") out.short_name = text_in(member);
    if (key == "Name") out.name = text_in(member);
    if (key != "Package") return;
    each_item_or_one(member, [&](JsonValue item) {
      if (builds++ <= advisories::max_affected) out.builds.push_back(build_in(item));
    });
  });
}

std::string date_in(JsonValue value) {
  std::string out;
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "Date") out = text_in(member);
  });
  return out;
}

void read_reference(JsonValue value, UpdateNotice& notice) {
  each_member(value, [&](std::string_view key, JsonValue member) {
    if (key == "ID") add_cves(text_in(member), notice.flaws);
  });
}

void read_notice(JsonValue root, std::string_view place, FeedSink& sink) {
  UpdateNotice notice;
  std::size_t builds = 0;
  each_member(root, [&](std::string_view key, JsonValue member) {
    if (key == "ID") notice.id = text_in(member);
    if (key == "Type") notice.type = text_in(member);
    if (key == "Title") notice.title = text_in(member);
    if (key == "Severity") notice.severity = text_in(member);
    if (key == "Status") notice.is_retracted = text_in(member) == "retracted";
    if (key == "Issued") notice.issued = date_in(member);
    if (key == "Updated") notice.updated = date_in(member);
    if (key == "References") {
      each_member(member, [&](std::string_view part, JsonValue references) {
        if (part != "Reference") return;
        each_item_or_one(references, [&](JsonValue item) { read_reference(item, notice); });
      });
    }
    if (key == "Pkglist") {
      each_member(member, [&](std::string_view part, JsonValue collections) {
        if (part != "Collection") return;
        each_item_or_one(collections, [&](JsonValue item) {
          if (notice.collections.size() < advisories::max_names)
            read_collection(item, notice, builds);
        });
      });
    }
  });
  hand_on(notice, place, sink);
}

void read(const Document& document, simdjson::ondemand::parser& parser, FeedSink& sink) {
  if (document.text.size() > advisories::max_record_bytes) {
    sink.refuse({}, document.place, "the record is too long");
    return;
  }
  read_document(document, parser, sink,
                [&](JsonValue root) { read_notice(root, document.place, sink); });
}

bool recognises(const Outline& outline) {
  return outline.has("ID") && outline.has("Pkglist");
}

}  // namespace

const FeedFormat updateinfo_json = {"updateinfo-json", recognises, read};

}  // namespace plimsoll::feeds
