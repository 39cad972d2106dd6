// updateinfo.xml, the notices of updates in a repository of RPM packages
// (github.com/rpm-software-management/createrepo_c, and dnf, which reads it):
//
//   <updates><update from="…" status="final" type="security" version="2">
//     <id>RLSA-2021:2575</id><title>…</title><severity>Moderate</severity>
//     <issued date="…"/><updated date="…"/><release>Rocky Linux 8</release>
//     <references><reference type="cve" id="CVE-2021-3520" title="…" href="…"/></references>
//     <pkglist><collection short="…"><name>…</name><module name="nodejs" stream="18" …/>
//       <package name="lz4" epoch="0" version="1.8.3" release="3.el8_4" arch="x86_64" src="…"/>
//
// Fedora names the flaws in the titles of its references to Bugzilla alone.
#include "base/text.h"
#include "feeds/formats/advisory_record.h"
#include "feeds/formats/formats.h"
#include "feeds/formats/record_ids.h"
#include "feeds/formats/update_notice.h"
#include "feeds/formats/xml_walk.h"

namespace plimsoll::feeds {
namespace {

class UpdateinfoReader : public XmlReader {
 public:
  UpdateinfoReader(std::string_view place, FeedSink& sink) : place_(place), sink_(sink) {}

  void begin(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "update") {
      notice_ = {};
      builds_ = 0;
      notice_.type = attribute(attributes, "type");
      notice_.is_retracted = attribute(attributes, "status") == "retracted";
    } else if (name == "issued") {
      notice_.issued = attribute(attributes, "date");
    } else if (name == "updated") {
      notice_.updated = attribute(attributes, "date");
    } else if (name == "reference") {
      add_cves(attribute(attributes, "id"), notice_.flaws);
      add_cves(attribute(attributes, "title"), notice_.flaws);
    } else if (name == "collection") {
      if (notice_.collections.size() > advisories::max_names) return;
      notice_.collections.emplace_back().short_name = attribute(attributes, "short");
    } else if (name == "module" && !notice_.collections.empty()) {
      notice_.collections.back().module =
          concat(attribute(attributes, "name"), ":", attribute(attributes, "stream"));
    } else if (name == "package" && !notice_.collections.empty()) {
      if (builds_++ > advisories::max_affected) return;
      UpdateBuild& build = notice_.collections.back().builds.emplace_back();
      build.name = attribute(attributes, "name");
      build.epoch = attribute(attributes, "epoch");
      build.version = attribute(attributes, "version");
      build.release = attribute(attributes, "release");
      build.architecture = attribute(attributes, "arch");
    }
  }

  void end(std::string_view name, std::string_view text) override {
    if (name == "id") notice_.id = text;
    if (name == "title") notice_.title = text;
    if (name == "severity") notice_.severity = text;
    if (name == "release") notice_.release = text;
    if (name == "name" && !notice_.collections.empty()) notice_.collections.back().name = text;
    if (name != "update") return;
    hand_on(notice_, place_, sink_);
    notice_ = {};
  }

 private:
  std::string_view place_;
  FeedSink& sink_;
  UpdateNotice notice_;
  std::size_t builds_ = 0;  // of the notice, those over the bound too
};

void read(const Document& document, simdjson::ondemand::parser&, FeedSink& sink) {
  UpdateinfoReader reader(document.place, sink);
  read_xml(document, reader, sink);
}

bool recognises(const Outline& outline) {
  return outline.xml_root == "updates";
}

}  // namespace

const FeedFormat updateinfo_xml = {"updateinfo", recognises, read};

}  // namespace plimsoll::feeds
